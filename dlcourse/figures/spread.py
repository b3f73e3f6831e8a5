"""Bias, variance and noise of classifiers, measured over many made data sets.

Every experiment draws data sets, trains on each, and predicts at the same new points; only the
dial of the model changes.  Results are kept, because figures and pages share them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from dlcourse.activations import softmax
from dlcourse.ensemble import Ensemble, ensemble_forward
from dlcourse.figures.made import random_layers
from dlcourse.figures.margins import support_votes
from dlcourse.figures.waves import Measure, curve_spread, measure
from dlcourse.trees import DecisionTree, Node, tree_fit, tree_probabilities

#: How sure the label of a class is, on its own side of the border.
SURE = 0.85
DEPTHS = tuple(range(9))
PRICES = tuple(4.0**power for power in range(-1, 5))
WIDTHS = (1, 2, 4, 8, 16, 32, 64)

_CLASS_POINTS = 80


def border(X: np.ndarray) -> np.ndarray:
    """Give the probability of class 1: high above a wave in the plane, low below it.

    Parameters
    ----------
    X : array, shape (n, 2)
        Points.

    Returns
    -------
    array, shape (n,)
        Probabilities.
    """
    above = X[:, 1] > 0.6 * np.sin(np.pi * X[:, 0])
    return np.where(above, SURE, 1 - SURE)


@cache
def class_sets(runs: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Draw data sets of 80 labeled points in the square.

    Parameters
    ----------
    runs : int
        How many.
    seed : int, default 2
        Seed of the generator.

    Returns
    -------
    X : array, shape (runs, 80, 2)
        Points.
    y : int array, shape (runs, 80)
        Classes, 0 or 1.
    """
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (runs, _CLASS_POINTS, 2))
    chance = np.array([border(points) for points in X])
    return X, (rng.random(chance.shape) < chance).astype(int)


@cache
def class_spread(family: str, setting: float) -> Measure:
    """Measure one kind of classifier on the square.

    Parameters
    ----------
    family : {'tree', 'svm', 'network'}
        Kind of model.
    setting : float
        Depth, price of a violation, or width.

    Returns
    -------
    Measure
        Parts and error, as mean squares of probabilities or votes.
    """
    runs, predict = _CLASSIFIERS[family]
    X, y = class_sets(runs)
    rng = np.random.default_rng(3)
    points = rng.uniform(-1, 1, (400, 2))
    truth = border(points)
    noisy = (rng.random((runs, len(points))) < truth).astype(float)
    return measure(predict(X, y, points, setting), truth, noisy, truth * (1 - truth))


def spreads(family: str, settings: Sequence[float]) -> list[Measure]:
    """Measure a dial at several settings.

    Parameters
    ----------
    family : str
        ``'polynomial'``, ``'neighbors'``, ``'tree'``, ``'svm'`` or ``'network'``.
    settings : list of float
        Settings of its dial.

    Returns
    -------
    list of Measure
        One for each setting.
    """
    if family in ("polynomial", "neighbors"):
        return [curve_spread(family, int(setting)) for setting in settings]
    return [class_spread(family, setting) for setting in settings]


def truncated(node: Node, depth: int) -> Node:
    """Cut a tree off below a depth; a tree grown by gain is the shallower tree, grown on.

    Parameters
    ----------
    node : Node
        Root of a tree.
    depth : int
        Most questions to keep.

    Returns
    -------
    Node
        Root of the shallower tree.
    """
    if depth == 0 or node.below is None or node.above is None:
        return Node(node.shares)
    below, above = (truncated(side, depth - 1) for side in (node.below, node.above))
    return node._replace(below=below, above=above)


@cache
def _deep_trees(runs: int) -> list[DecisionTree]:
    return [tree_fit(X, y, max(DEPTHS)) for X, y in zip(*class_sets(runs), strict=True)]


def _trees(X: np.ndarray, _y: np.ndarray, points: np.ndarray, depth: float) -> np.ndarray:
    shallow = [tree._replace(root=truncated(tree.root, int(depth))) for tree in _deep_trees(len(X))]
    return np.array([tree_probabilities(tree, points)[:, 1] for tree in shallow])


def _networks(X: np.ndarray, y: np.ndarray, points: np.ndarray, width: float) -> np.ndarray:
    rng = np.random.default_rng(4)
    starts = [random_layers((2, int(width), 2), rng) for _ in X]
    many = Ensemble(starts, learning_rate=0.02)
    for _ in range(1000):
        many.step(X, y)
    return softmax(ensemble_forward(points, many.params))[:, :, 1]


Predict = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]
_CLASSIFIERS: dict[str, tuple[int, Predict]] = {
    "tree": (60, _trees),
    "svm": (60, support_votes),
    "network": (40, _networks),
}
