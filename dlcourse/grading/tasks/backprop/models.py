"""The criteria of the tasks about the gradients of whole models."""

from __future__ import annotations

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.backprop.networks import single
from dlcourse.grading.tasks.losses.inputs import labels, yes_or_no
from dlcourse.grading.tasks.losses.regression import DTYPE, UNCHANGED
from dlcourse.grading.tasks.neuron.inputs import LARGEST, spread, stack

#: Closest that a hidden pre-activation comes to the corner of ReLU.
_MARGIN = 0.03


def _logistic(rng: np.random.Generator, n: int, d: int, hides: tuple[int, ...] = ()) -> Case:
    w, b = spread(rng, (d,), 0.3, 1.2), float(spread(rng, (2,), 0.3, 1.0)[0])
    return Case((w, b, spread(rng, (n, d)), yes_or_no(rng, n)), hides=hides)


def _soft_targets(rng: np.random.Generator) -> list[Case]:
    w, b, X, _ = _logistic(rng, 6, 2).args
    return [Case((w, b, X, rng.uniform(0.1, 0.9, 6)))]


def _far_logistic(rng: np.random.Generator) -> list[Case]:
    w, b, X, y = _logistic(rng, 8, 3).args
    largest = np.abs(X @ w + b).max()
    far = Case((w, 0.0, X * (0.99 * LARGEST / largest), y))
    return [far, Case(single(far.args))]


LOGISTIC_GRAD = (
    Criterion(
        "weights",
        1.5,
        "d_w, the gradient of the weights",
        lambda rng: [_logistic(rng, n, d, (1,)) for n, d in [(5, 3), (4, 4), (7, 2)]],
    ),
    Criterion(
        "bias",
        1.0,
        "d_b, the gradient of the bias, a single number",
        lambda rng: [_logistic(rng, n, d, (0,)) for n, d in [(5, 3), (4, 4), (7, 2)]],
    ),
    Criterion("soft", 0.5, "targets between 0 and 1", _soft_targets),
    Criterion(
        "extremes", 0.5, "scores up to 10 000, without a NumPy warning", _far_logistic, "quiet"
    ),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [Case(single(_logistic(rng, 6, 3).args)), _logistic(rng, 6, 3)],
        "dtype",
    ),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_logistic(rng, 9, 3)], "arguments"),
)


def _network(
    rng: np.random.Generator, n: int, *widths: int, hides: tuple[int, ...] = (), far: float = 1.0
) -> Case:
    """Draw a network whose hidden units are some on and some off, none of them at the corner."""
    while True:
        params, X = stack(rng, *widths), spread(rng, (n, widths[0])) * far
        if _away_from_corners(params, X):
            return Case((params, X, labels(rng, n, widths[-1])), hides=hides)


def _away_from_corners(params: list[tuple[np.ndarray, np.ndarray]], x: np.ndarray) -> bool:
    for W, b in params[:-1]:
        z = x @ W + b
        mixed = (z > 0).any(axis=0) & (z < 0).any(axis=0)
        if np.abs(z).min() < _MARGIN or not mixed.any():
            return False
        x = np.maximum(z, 0)
    return True


MLP_LOSS_AND_GRADS = (
    Criterion(
        "loss",
        1.0,
        "the loss, a single number",
        lambda rng: [
            _network(rng, 5, 3, 4, 3, hides=(1,)),
            _network(rng, 4, 2, 3, 3, 2, hides=(1,)),
        ],
    ),
    Criterion(
        "no-hidden-layer",
        1.0,
        "the gradients of a single layer",
        lambda rng: [_network(rng, 6, 3, 4, hides=(0,))],
    ),
    Criterion(
        "one-hidden-layer",
        2.0,
        "the gradients with one hidden layer",
        lambda rng: [_network(rng, 6, 3, 4, 3, hides=(0,)), _network(rng, 4, 3, 3, 3, hides=(0,))],
    ),
    Criterion(
        "deeper",
        1.5,
        "the gradients with two hidden layers and more",
        lambda rng: [
            _network(rng, 6, 2, 4, 3, 3, hides=(0,)),
            _network(rng, 5, 2, 3, 3, 3, 2, hides=(0,)),
        ],
    ),
    Criterion(
        "extremes",
        0.5,
        "scores of some thousands, without a NumPy warning",
        lambda rng: [_network(rng, 7, 3, 4, 3, far=1000.0)],
        "quiet",
    ),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [Case(single(_network(rng, 8, 3, 4, 3).args)), _network(rng, 8, 3, 4, 3)],
        "dtype",
    ),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_network(rng, 9, 2, 3, 2)], "arguments"),
)
