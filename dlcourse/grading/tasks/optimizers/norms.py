"""Criteria of batch normalization; the cache between the two functions is the student's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse import normalization
from dlcourse.grading.spec import Case, Criterion, Made
from dlcourse.grading.tasks.neuron.inputs import spread
from dlcourse.grading.tasks.optimizers.steps import DTYPE, UNCHANGED

#: What a backward function gets when the student has no forward: see `batchnorm_backward`.
Cache = tuple[np.ndarray, np.ndarray, np.ndarray]


def batchnorm_backward(d_out: np.ndarray, cache: Cache) -> tuple[np.ndarray, ...]:
    """Carry a gradient back through batch normalization in training.

    Parameters
    ----------
    d_out : array, shape (n, d)
        Gradient with respect to the output.
    cache : tuple
        Normalized inputs (n, d), gamma (d,) and one over the deviation (d,), as the task gives
        them to those who left the forward function blank.

    Returns
    -------
    tuple
        Gradients with respect to inputs, scale and shift.
    """
    return normalization.batch_norm_backward(d_out, (*cache, True))


def _forward_args(rng: np.random.Generator, n: int, d: int, dtype: type = np.float64) -> Any:
    """Features of different mean and spread, and statistics that are not those of the batch."""
    x = spread(rng, (n, d)) * rng.uniform(0.6, 1.6, d) + spread(rng, (2 * d,), 0.5, 2.0)[:d]
    gamma, beta = spread(rng, (2, d), 0.5, 1.5)
    running = spread(rng, (2 * d,), 0.3, 1.5)[:d], rng.uniform(0.5, 3.0, d)
    return tuple(part.astype(dtype) for part in (x, gamma, beta, *running))


def _kept(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.6, 0.8), 3)


def _outputs(rng: np.random.Generator) -> list[Case]:
    constant = list(_forward_args(rng, 5, 3))
    constant[0][:, 1] = constant[0][0, 1]  # a feature without variance
    spreads = [_forward_args(rng, 6, 4), _forward_args(rng, 3, 3), constant]
    large = Case(_forward_args(rng, 4, 2), {"eps": round(rng.uniform(0.1, 0.5), 3)})
    return [
        Case(case.args, case.kwargs, hides=(1, 2, 3))
        for case in [*(Case(tuple(args)) for args in spreads), large]
    ]


def _running(rng: np.random.Generator) -> list[Case]:
    return [
        Case(_forward_args(rng, 7, 3), hides=(0, 1)),
        Case(_forward_args(rng, 4, 2), {"momentum": _kept(rng)}, hides=(0, 1)),
        Case((*_forward_args(rng, 3, 3), _kept(rng)), hides=(0, 1)),
    ]


def _inference(rng: np.random.Generator) -> list[Case]:
    return [
        Case(_forward_args(rng, 6, 3), {"train": False}, hides=(1,)),
        Case(_forward_args(rng, 1, 4), {"train": False}, hides=(1,)),
        Case((*_forward_args(rng, 4, 4), _kept(rng), 0.2, False), hides=(1,)),
    ]


FORWARD = (
    Criterion("output", 1.5, "training: the output, each feature over the batch", _outputs),
    Criterion("running", 1.0, "training: the new running mean and variance", _running),
    Criterion("inference", 1.0, "train=False: the running statistics, used as given", _inference),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [
            Case(_forward_args(rng, 6, 2, dtype), hides=(1,)) for dtype in (np.float32, np.float64)
        ],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        UNCHANGED,
        lambda rng: [
            Case(_forward_args(rng, 5, 2), {"train": train}, hides=(1,)) for train in (True, False)
        ],
        "arguments",
    ),
)


def _backward_args(rng: np.random.Generator, n: int, d: int, dtype: type = np.float64) -> Any:
    args = _forward_args(rng, n, d, dtype)
    x_hat, gamma, inverse, _ = normalization.batch_norm(*args)[1]
    cache = Made("batchnorm_forward", args, 1, (x_hat, gamma, inverse))
    return (rng.uniform(0.3, 1.5, (n, d)) * rng.choice([-1, 1], (n, d))).astype(dtype), cache


def _gradients(hides: tuple[int, ...], *shapes: tuple[int, int]) -> Any:
    return lambda rng: [Case(_backward_args(rng, *shape), hides=hides) for shape in shapes]


BACKWARD = (
    Criterion(
        "inputs",
        2.0,
        "d_x, the gradient for the inputs",
        _gradients((1, 2), (5, 3), (3, 3), (7, 2)),
    ),
    Criterion("scale-and-shift", 1.0, "d_gamma and d_beta", _gradients((0,), (5, 4), (4, 4))),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [Case(_backward_args(rng, 6, 3, dtype)) for dtype in (np.float32, np.float64)],
        "dtype",
    ),
    Criterion("arguments", 0.5, UNCHANGED, _gradients((), (6, 2)), "arguments"),
)
