"""Curves about a wave, fitted to many data sets, and how their error splits into parts."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from dlcourse.evaluation import bias_variance, expected_error
from dlcourse.neighbors import knn_predict
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.toys import noisy_curve

#: Spread of the noise of the curve; its square is what no model can avoid.
CURVE_NOISE = 0.3
DEGREES = tuple(range(9))
NEIGHBORS = (1, 2, 3, 4, 6, 9, 14, 20, 30)

_CURVE_POINTS = 30


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


def _polynomial(x: np.ndarray, y: np.ndarray, at: np.ndarray, degree: int) -> np.ndarray:
    return polynomial_predict(polynomial_fit(x, y, degree), at)


def _neighbors(x: np.ndarray, y: np.ndarray, at: np.ndarray, k: int) -> np.ndarray:
    return knn_predict(x[:, None], y, at[:, None], k)
