"""Wrong answers for nearest neighbors and for nearest means, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _distances(X: Any, query: Any) -> Any:
    return np.sqrt(((query[:, None] - X[None]) ** 2).sum(axis=2))


def _order(gaps: Any) -> Any:
    return np.argsort(gaps, axis=1, kind="stable")


def _knn(gaps: Any, y: Any, k: int) -> Any:
    return y[_order(gaps)[:, :k]].mean(axis=1)


def _later_first(X: Any, y: Any, query: Any, k: int) -> Any:
    return _knn(_distances(X[::-1], query), y[::-1], k)


def _weighted(X: Any, y: Any, query: Any, k: int) -> Any:
    gaps = _distances(X, query)
    near = _order(gaps)[:, :k]
    weights = 1 / np.take_along_axis(gaps, near, axis=1)
    return (weights * y[near]).sum(axis=1) / weights.sum(axis=1)


KNN = (
    Misconception(
        "farthest",
        lambda X, y, query, k: _knn(-_distances(X, query), y, k),
        "These are the examples that lie farthest away. Sort the distances the other way round.",
    ),
    Misconception(
        "sum",
        lambda X, y, query, k: y[_order(_distances(X, query))[:, :k]].sum(axis=1),
        "You summed the numbers of the neighbors. A prediction is their mean, or it grows with k.",
    ),
    Misconception(
        "median",
        lambda X, y, query, k: np.median(y[_order(_distances(X, query))[:, :k]], axis=1),
        "You took the median of the neighbors. The task asks for their mean.",
    ),
    Misconception(
        "only-the-kth",
        lambda X, y, query, k: y[_order(_distances(X, query))[:, k - 1]],
        "You returned the number of a single neighbor, the last of the k. All k of them count "
        "alike.",
    ),
    Misconception(
        "only-the-nearest",
        lambda X, y, query, k: _knn(_distances(X, query), y, 1),  # noqa: ARG005
        "You always use one neighbor. The caller says how many: average over k of them.",
    ),
    Misconception(
        "city-blocks",
        lambda X, y, query, k: _knn(np.abs(query[:, None] - X[None]).sum(axis=2), y, k),
        "Your distance adds up absolute differences. The Euclidean distance adds up their squares.",
    ),
    Misconception(
        "signed",
        lambda X, y, query, k: _knn(np.abs((query[:, None] - X[None]).sum(axis=2)), y, k),
        "You summed the differences before you made them positive, so one feature can cancel "
        "another. Square each difference first.",
    ),
    Misconception(
        "first-feature",
        lambda X, y, query, k: _knn(np.abs(query[:, None, 0] - X[None, :, 0]), y, k),
        "Your distance looks at the first feature alone. All features count.",
    ),
    Misconception(
        "weighted",
        _weighted,
        "You weigh near neighbors more. That is a known variant, but here the k neighbors count "
        "alike.",
    ),
    Misconception(
        "later-of-equals",
        _later_first,
        "Of examples at the same distance you take the later ones. The task asks for those with "
        "the lower index: look for a sort that keeps the order of equals.",
    ),
    Misconception(
        "nearest-skipped",
        lambda X, y, query, k: y[_order(_distances(X, query))[:, 1 : k + 1]].mean(axis=1),
        "You leave out the nearest example, as if the query were one of the examples. It is not: "
        "the nearest one counts.",
    ),
    Misconception(
        "not-sorted",
        lambda X, y, query, k: np.full(len(query), y[:k].mean()),  # noqa: ARG005
        "Your prediction is the same everywhere: the mean of the first k rows, not of the nearest "
        "ones. The order of the distances must pick the rows of y.",
    ),
    Misconception(
        "distances",
        lambda X, y, query, k: np.sort(_distances(X, query), axis=1)[:, :k].mean(axis=1),  # noqa: ARG005
        "You averaged the distances of the neighbors. The distances only choose; what is averaged "
        "are the numbers in y.",
    ),
)


def _means(x: Any, y: Any, i: int | None, average: Any = np.mean) -> Any:
    """Mean of each class, with example i left out."""
    keep = np.arange(len(x)) != (-1 if i is None else i)
    return (average(x[keep & (y == sign)]) for sign in (1, -1))


def _guesses(x: Any, y: Any, leave: bool = True, average: Any = np.mean) -> Any:
    guesses = []
    for i in range(len(x)):
        plus, minus = _means(x, y, i if leave else None, average)
        guesses.append(1 if abs(x[i] - plus) <= abs(x[i] - minus) else -1)
    return np.array(guesses)


def _ties_to_minus(x: Any, y: Any) -> Any:
    correct = []
    for i in range(len(x)):
        plus, minus = _means(x, y, i)
        correct.append((abs(x[i] - plus) < abs(x[i] - minus)) == (y[i] == 1))
    return np.array(correct)


def _threshold(x: Any, y: Any) -> Any:
    """Take the group of +1 to lie on the right."""
    correct = []
    for i in range(len(x)):
        plus, minus = _means(x, y, i)
        correct.append((x[i] >= (plus + minus) / 2) == (y[i] == 1))
    return np.array(correct)


def _nearest_neighbor(x: Any, y: Any) -> Any:
    gaps = np.abs(x[:, None] - x[None]) + np.diag(np.full(len(x), np.inf))
    return y[gaps.argmin(axis=1)] == y


LEAVE_ONE_OUT = (
    Misconception(
        "nothing-left-out",
        lambda x, y: _guesses(x, y, leave=False) == y,
        "The example that is judged still counts in the mean of its class, so it pulls the mean "
        "towards itself. Leave it out before you average.",
    ),
    Misconception(
        "guesses",
        _guesses,
        "You returned the classes that were guessed. Asked for is whether each guess is correct.",
    ),
    Misconception(
        "share",
        lambda x, y: (_guesses(x, y) == y).mean(),
        "You returned the share of correct answers. Asked for is one truth value for each "
        "example; the share is their mean.",
    ),
    Misconception(
        "wrong-ones",
        lambda x, y: _guesses(x, y) != y,
        "Your truth values are turned round: True should stand where the guess is correct.",
    ),
    Misconception(
        "tie-to-minus",
        _ties_to_minus,
        "Exactly between the two means you answer -1. The rule of this task is that a tie goes "
        "to +1.",
    ),
    Misconception(
        "plus-on-the-right",
        _threshold,
        "You put a threshold between the means and take +1 to lie above it. Which group lies "
        "higher depends on the data: compare the two distances.",
    ),
    Misconception(
        "nearest-neighbor",
        _nearest_neighbor,
        "You compare with the nearest single example. The rule here is the nearest *mean* of a "
        "class.",
    ),
    Misconception(
        "median",
        lambda x, y: _guesses(x, y, average=np.median) == y,
        "You took the median of each class. The rule here is the mean.",
    ),
)
