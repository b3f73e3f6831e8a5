"""Bias, variance and noise of many models, measured over many made data sets.

Every experiment draws data sets, trains on each, and predicts at the same new points; only the
dial of the model changes.  Results are kept, because figures and pages share them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from dlcourse.activations import softmax
from dlcourse.ensemble import Ensemble, ensemble_forward
from dlcourse.evaluation import bias_variance, expected_error
from dlcourse.figures.made import random_layers
from dlcourse.figures.margins import support_votes
from dlcourse.neighbors import knn_predict
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.toys import noisy_curve
from dlcourse.trees import DecisionTree, Node, tree_fit, tree_probabilities

#: Spread of the noise of the curve, and its variance: what no model can avoid.
CURVE_NOISE = 0.3
#: How sure the label of a class is, on its own side of the border.
SURE = 0.85
DEGREES = tuple(range(9))
NEIGHBORS = (1, 2, 3, 4, 6, 9, 14, 20, 30)
DEPTHS = tuple(range(9))
PRICES = tuple(4.0**power for power in range(-1, 5))
WIDTHS = (1, 2, 4, 8, 16, 32, 64)

_CURVE_POINTS = 30
_CLASS_POINTS = 80


class Measure(NamedTuple):
    """What was measured at one setting of a dial.

    Attributes
    ----------
    bias2, variance, noise : float
        The three parts of the expected error.
    error : float
        The error measured on new, noisy observations.
    sampling : float
        Standard error of the difference between `error` and the sum of the parts.
    train : float
        Mean error on the data that the models were fitted to; nan where it was not measured.
    """

    bias2: float
    variance: float
    noise: float
    error: float
    sampling: float
    train: float = float("nan")

    @property
    def total(self) -> float:
        """Sum of the three parts."""
        return self.bias2 + self.variance + self.noise

    @property
    def off(self) -> float:
        """Difference of error and sum, in standard errors."""
        return (self.error - self.total) / self.sampling


def measure(
    predictions: np.ndarray, truth: np.ndarray, noisy: np.ndarray, noise: np.ndarray
) -> Measure:
    """Split the error of trained models, and say how exactly the split can be seen.

    Parameters
    ----------
    predictions : array, shape (runs, n)
        Row r: the model trained on data set r, at the n new points.
    truth : array, shape (n,)
        Right values: expected observation at each point.
    noisy : array, shape (runs, n)
        New observations at the points.
    noise : array, shape (n,)
        Variance of the observations at each point.

    Returns
    -------
    Measure
        The parts and the error.
    """
    bias2, variance = bias_variance(predictions, truth)
    by_run = np.mean((predictions - noisy) ** 2 - (predictions - truth) ** 2, axis=1)
    return Measure(
        float(bias2),
        float(variance),
        float(np.mean(noise)),
        float(expected_error(predictions, noisy)),
        float(by_run.std(ddof=1) / np.sqrt(len(by_run))),
    )


def wave(x: np.ndarray) -> np.ndarray:
    """Compute the truth behind `noisy_curve`.

    Parameters
    ----------
    x : array
        Where.

    Returns
    -------
    array
        Values without noise.
    """
    return np.sin(1.5 * np.pi * x)


def curve_grid() -> np.ndarray:
    """Give the points at which curves are judged.

    Returns
    -------
    array, shape (101,)
        Evenly spaced on [-0.95, 0.95].
    """
    return np.linspace(-0.95, 0.95, 101)


@cache
def curve_sets(runs: int = 400, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw data sets of 30 points about the wave.

    Parameters
    ----------
    runs : int, default 400
        How many.
    seed : int, default 0
        Seed of the generator.

    Returns
    -------
    list of (x, y)
        Data sets.
    """
    rng = np.random.default_rng(seed)
    return [noisy_curve(_CURVE_POINTS, rng, CURVE_NOISE) for _ in range(runs)]


@cache
def curve_predictions(family: str, setting: int) -> np.ndarray:
    """Fit one kind of model to every data set and predict on the grid.

    Parameters
    ----------
    family : {'polynomial', 'neighbors'}
        Kind of model.
    setting : int
        Degree, or number of neighbors.

    Returns
    -------
    array, shape (runs, 101)
        Predictions.
    """
    predict = _polynomial if family == "polynomial" else _neighbors
    return np.array([predict(x, y, curve_grid(), setting) for x, y in curve_sets()])


@cache
def curve_spread(family: str, setting: int) -> Measure:
    """Measure one kind of model on the wave.

    Parameters
    ----------
    family : {'polynomial', 'neighbors'}
        Kind of model.
    setting : int
        Degree, or number of neighbors.

    Returns
    -------
    Measure
        Parts, error, and error on the training data.
    """
    predictions = curve_predictions(family, setting)
    truth = wave(curve_grid())
    noisy = truth + CURVE_NOISE * np.random.default_rng(1).standard_normal(predictions.shape)
    predict = _polynomial if family == "polynomial" else _neighbors
    train = np.mean([np.mean((predict(x, y, x, setting) - y) ** 2) for x, y in curve_sets()])
    parts = measure(predictions, truth, noisy, np.full(truth.shape, CURVE_NOISE**2))
    return parts._replace(train=float(train))


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


def _polynomial(x: np.ndarray, y: np.ndarray, at: np.ndarray, degree: int) -> np.ndarray:
    return polynomial_predict(polynomial_fit(x, y, degree), at)


def _neighbors(x: np.ndarray, y: np.ndarray, at: np.ndarray, k: int) -> np.ndarray:
    return knn_predict(x[:, None], y, at[:, None], k)


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
