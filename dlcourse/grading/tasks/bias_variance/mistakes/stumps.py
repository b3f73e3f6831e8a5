"""Wrong answers for the decision stump, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _shares(y: Any) -> Any:
    return np.unique(y, return_counts=True)[1] / len(y)


def _entropy(y: Any) -> float:
    p = _shares(y)
    return float(-(p * np.log2(p)).sum())


def _gini(y: Any) -> float:
    return float(1 - (_shares(y) ** 2).sum())


def _mixed(y: Any) -> float:
    return float(1 - _shares(y).max())


def _gain(impurity: Callable[[Any], float]) -> Callable[[Any, Any], float]:
    def gain(y: Any, yes: Any) -> float:
        left = yes.mean() * impurity(y[yes]) + (1 - yes.mean()) * impurity(y[~yes])
        return impurity(y) - float(left)

    return gain


_BITS = _gain(_entropy)


def _middles(x: Any) -> Any:
    values = np.unique(x)
    return (values[1:] + values[:-1]) / 2


def _questions(X: Any, middles: Callable[[Any], Any] = _middles) -> Any:
    return [(j, float(cut)) for j in range(X.shape[1]) for cut in middles(X[:, j])]


def _stump(
    X: Any,
    y: Any,
    gain: Callable[[Any, Any], float] = _BITS,
    better: Callable[[float, float], bool] = lambda new, old: new > old + 1e-9,
    middles: Callable[[Any], Any] = _middles,
) -> Any:
    best: tuple[int, float, float] | None = None
    for feature, cut in _questions(X, middles):
        yes = X[:, feature] <= cut
        if yes.all() or not yes.any():
            continue
        worth = gain(y, yes)
        if best is None or better(worth, best[2]):
            best = feature, cut, worth
    return best


def _unweighted(y: Any, yes: Any) -> float:
    return _entropy(y) - (_entropy(y[yes]) + _entropy(y[~yes])) / 2


def _first_column(X: Any, y: Any) -> Any:
    varying = next(j for j in range(X.shape[1]) if len(np.unique(X[:, j])) > 1)
    _, cut, worth = _stump(X[:, [varying]], y)
    return varying, cut, worth


def _below(X: Any, y: Any, side: int) -> Any:
    """Put the threshold on one of the two values around the gap."""
    feature, cut, worth = _stump(X, y)
    values = np.unique(X[:, feature])
    return feature, float(values[np.searchsorted(values, cut) - 1 + side]), worth


def _mean_cut(X: Any, y: Any) -> Any:
    return _stump(X, y, middles=lambda x: [x.mean()] if len(np.unique(x)) > 1 else [])


def _unsorted_middles(x: Any) -> Any:
    return (x[1:] + x[:-1]) / 2


DECISION_STUMP = (
    Misconception(
        "nats",
        lambda X, y: (*_stump(X, y)[:2], _stump(X, y)[2] * np.log(2)),
        "Question and threshold are right, but your gain is in nats. In bits the logarithm has "
        "base 2.",
    ),
    Misconception(
        "gini",
        lambda X, y: _stump(X, y, _gain(_gini)),
        "You measure how mixed a group is by the Gini index. The information gain uses the "
        "entropy.",
    ),
    Misconception(
        "counting-errors",
        lambda X, y: _stump(X, y, _gain(_mixed)),
        "You count how many would be wrong after a majority vote. That often cannot tell two "
        "questions apart; the information gain uses the entropy.",
    ),
    Misconception(
        "unweighted",
        lambda X, y: _stump(X, y, _unweighted),
        "Both sides count alike in your gain, however few examples they have. Weigh each side by "
        "its share of the examples.",
    ),
    Misconception(
        "entropy-left",
        lambda X, y: (*_stump(X, y)[:2], _entropy(y) - _stump(X, y)[2]),
        "Question and threshold are right. Your third number is the entropy that is left after "
        "the question; the gain is how much went away.",
    ),
    Misconception(
        "lower-value",
        lambda X, y: _below(X, y, 0),
        "Your threshold is one of the values. It lies midway between two neighboring values, so "
        "that new examples near the border are treated alike.",
    ),
    Misconception(
        "upper-value",
        lambda X, y: _below(X, y, 1),
        "Your threshold is the value above the gap, and the question is <=, so that value falls "
        "on the wrong side. Put it midway between the two neighbors.",
    ),
    Misconception(
        "last-of-equals",
        lambda X, y: _stump(X, y, better=lambda new, old: new > old - 1e-9),
        "Of questions that are equally good you keep the last. The task asks for the lowest "
        "feature, then the lowest threshold.",
    ),
    Misconception(
        "first-column",
        _first_column,
        "You only asked about the first column that varies. Try every column, and keep the best "
        "question of all.",
    ),
    Misconception(
        "threshold-first",
        lambda X, y: (_stump(X, y)[1], _stump(X, y)[0], _stump(X, y)[2]),
        "The three parts are there, but in another order: first the feature, then the threshold, "
        "then the gain.",
    ),
    Misconception(
        "no-gain",
        lambda X, y: _stump(X, y)[:2],
        "Feature and threshold came without the third part: the gain in bits.",
    ),
    Misconception(
        "at-the-mean",
        _mean_cut,
        "You only try the mean of each column as a threshold. Try every gap between two "
        "neighboring values.",
    ),
    Misconception(
        "not-sorted",
        lambda X, y: _stump(X, y, middles=_unsorted_middles),
        "Your thresholds lie between rows that follow each other in the table. Sort the values "
        "of the column first: neighbors are neighbors in size.",
    ),
)
