"""Wrong answers for the confusion matrix, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _counts(truth: Any, said: Any, k: int) -> Any:
    M = np.zeros((k, k), dtype=int)
    np.add.at(M, (truth, said), 1)
    return M


def _assigned(truth: Any, said: Any, k: int) -> Any:
    """Add to places that come several times: NumPy adds only once."""
    M = np.zeros((k, k), dtype=int)
    M[truth, said] += 1
    return M


def _seen_only(truth: Any, said: Any, k: int) -> Any:  # noqa: ARG001
    seen = np.unique(np.concatenate([truth, said]))
    return _counts(np.searchsorted(seen, truth), np.searchsorted(seen, said), len(seen))


def _shares(truth: Any, said: Any, k: int, axis: int) -> Any:
    M = _counts(truth, said, k)
    return M / np.maximum(M.sum(axis=axis, keepdims=True), 1)


CONFUSION = (
    Misconception(
        "transposed",
        lambda truth, said, k: _counts(said, truth, k),
        "Rows and columns are exchanged: a row is a true class, a column is what it was taken for.",
    ),
    Misconception(
        "counted-once",
        _assigned,
        "Each entry is 0 or 1. Adding to an array at many places at once adds only once where a "
        "place comes twice: count in a loop, or look for a NumPy function that adds every time.",
    ),
    Misconception(
        "only-classes-seen",
        _seen_only,
        "Your matrix only has the classes that occur in the data. It has k rows and k columns; a "
        "class that never occurs has zeros.",
    ),
    Misconception(
        "row-shares",
        lambda truth, said, k: _shares(truth, said, k, 1),
        "Your rows hold shares. Asked for are counts: all entries together sum to the number of "
        "examples.",
    ),
    Misconception(
        "column-shares",
        lambda truth, said, k: _shares(truth, said, k, 0),
        "Your columns hold shares. Asked for are counts: all entries together sum to the number "
        "of examples.",
    ),
    Misconception(
        "errors-only",
        lambda truth, said, k: _counts(truth, said, k) * (1 - np.eye(k, dtype=int)),
        "Your diagonal is empty. The right answers are counted as well, and they stand there.",
    ),
    Misconception(
        "right-only",
        lambda truth, said, k: np.diag(np.diag(_counts(truth, said, k))),
        "Only the diagonal is filled. The point of the matrix is what lies beside it: which class "
        "was taken for which.",
    ),
    Misconception(
        "accuracy",
        lambda truth, said, k: np.mean(truth == said),  # noqa: ARG005
        "This is the share of right answers. Asked for is the whole table of who was taken for "
        "whom, k rows and k columns.",
    ),
)
