"""Criteria of the penalties, of their gradients and of the step with weight decay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.neuron.inputs import spread

DTYPE = "float32 in, float32 out; float64 in, float64 out"
UNCHANGED = "the arrays that you are given stay as they are"

#: Draws the calls of a criterion.
Cases = Callable[[np.random.Generator], list[Case]]


def penalty(points: float, strengths: int = 1) -> tuple[Criterion, ...]:
    """Make the criteria of a function that sums over all weights.

    Parameters
    ----------
    points : float
        For weights of several shapes.
    strengths : int
        How many numbers follow the weights.

    Returns
    -------
    tuple of Criterion
        Half a point each for single numbers and for float32 comes on top.
    """
    return (
        Criterion(
            "values",
            points,
            "weights of one, two and three dimensions, summed over all entries",
            lambda rng: [
                _case(rng, spread(rng, shape), strengths) for shape in [(6,), (3, 4), (2, 3, 2)]
            ],
        ),
        Criterion("numbers", 0.5, "a single weight", lambda rng: _numbers(rng, strengths)),
        Criterion(
            "single",
            0.5,
            "weights in float32",
            lambda rng: [_case(rng, spread(rng, (5,)).astype(np.float32), strengths)],
        ),
    )


def elementwise(points: float, corner: bool = False, share: bool = False) -> tuple[Criterion, ...]:
    """Make the criteria of a function of an array and one number that keeps the shape.

    Parameters
    ----------
    points : float
        For arrays of several shapes.
    corner : bool
        Whether the value at exactly zero is worth half a point of its own.
    share : bool
        Whether the number is a probability.

    Returns
    -------
    tuple of Criterion
        Half a point each for single numbers, dtype and arguments comes on top.
    """

    def draw(*shapes: tuple[int, ...], dtype: type = np.float64) -> Cases:
        return lambda rng: [
            _case(rng, spread(rng, shape).astype(dtype), share=share) for shape in shapes
        ]

    asks = "arrays of one, two and three dimensions"
    criteria = [Criterion("values", points, asks, draw((6,), (3, 4), (2, 3, 2)))]
    if corner:
        asks = "the convention at exactly w = 0, without a NumPy warning"
        criteria.append(Criterion("corner", 0.5, asks, _corner, "quiet"))
    single, double = draw((5,), dtype=np.float32), draw((2, 3))
    return (
        *criteria,
        Criterion(
            "numbers",
            0.5,
            "a single NumPy number, or an array without axes",
            lambda rng: _numbers(rng, share=share),
        ),
        Criterion("dtype", 0.5, DTYPE, lambda rng: [*single(rng), *double(rng)], "dtype"),
        Criterion("arguments", 0.5, UNCHANGED, draw((4,), (2, 4)), "arguments"),
    )


def decay_step() -> tuple[Criterion, ...]:
    """Make the criteria of the step with weight decay.

    Returns
    -------
    tuple of Criterion
        Two and a half points.
    """

    def draw(*shapes: tuple[int, ...], dtype: type = np.float64) -> Cases:
        return lambda rng: [
            Case((spread(rng, shape).astype(dtype), spread(rng, shape).astype(dtype), *_rates(rng)))
            for shape in shapes
        ]

    single, double = draw((5,), dtype=np.float32), draw((2, 3))
    return (
        Criterion("values", 1.5, "weights of any shape", draw((6,), (3, 4), (2, 3, 2))),
        Criterion("dtype", 0.5, DTYPE, lambda rng: [*single(rng), *double(rng)], "dtype"),
        Criterion("arguments", 0.5, UNCHANGED, draw((4,), (2, 4)), "arguments"),
    )


def dropout_back() -> tuple[Criterion, ...]:
    """Make the criteria of the way back through dropout.

    Returns
    -------
    tuple of Criterion
        Two and a half points.
    """

    def draw(*shapes: tuple[int, ...], dtype: Any = np.float64, mask: Any = bool) -> Cases:
        return lambda rng: [
            Case((spread(rng, shape).astype(dtype), _mask(rng, shape).astype(mask), _share(rng)))
            for shape in shapes
        ]

    plain, numbers = draw((6,), (3, 4)), draw((2, 3, 2), mask=np.float64)
    single, double = draw((5,), dtype=np.float32, mask=np.float32), draw((2, 3))
    asks = "masks of True and False as well as of 1 and 0"
    return (
        Criterion("values", 1.5, asks, lambda rng: [*plain(rng), *numbers(rng)]),
        Criterion("dtype", 0.5, DTYPE, lambda rng: [*single(rng), *double(rng)], "dtype"),
        Criterion("arguments", 0.5, UNCHANGED, draw((4,), (2, 4)), "arguments"),
    )


def _case(rng: np.random.Generator, w: Any, strengths: int = 1, share: bool = False) -> Case:
    return Case((w, *(_share(rng) if share else _strength(rng) for _ in range(strengths))))


def _numbers(rng: np.random.Generator, strengths: int = 1, share: bool = False) -> list[Case]:
    drawn = np.sort(spread(rng, (4,)))
    weights = [np.float64(drawn[0]), np.array(drawn[3])]
    return [_case(rng, w, strengths, share) for w in weights]


def _corner(rng: np.random.Generator) -> list[Case]:
    w = spread(rng, (7,))
    w[rng.choice(7, 3, replace=False)] = 0.0
    return [Case((w, _strength(rng)))]


def _mask(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Half of the units kept, in random places."""
    return spread(rng, shape) > 0


def _strength(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.2, 0.8), 3)


def _share(rng: np.random.Generator) -> float:
    """Draw a probability that is far from its complement, from 0 and from 1."""
    low = round(rng.uniform(0.15, 0.4), 3)
    return low if rng.random() < 0.5 else round(1 - low, 3)


def _rates(rng: np.random.Generator) -> tuple[float, float]:
    return round(rng.uniform(0.05, 0.4), 3), round(rng.uniform(0.1, 0.5), 3)
