"""The criteria that every activation function and every derivative is judged by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.neuron.inputs import far, spread

Cases = Callable[[np.random.Generator], list[Case]]


def one_argument(
    values: float, extremes: float = 0.0, corner: float = 0.0
) -> tuple[Criterion, ...]:
    """Criteria of an elementwise function of `z` alone.

    Parameters
    ----------
    values : float
        Points for ordinary arrays.
    extremes : float
        Points for large pre-activations; none when zero.
    corner : float
        Points for the value at exactly zero; none when zero.

    Returns
    -------
    tuple of Criterion
        Half a point each for numbers, dtype and arguments comes on top.
    """
    arrays = _arrays if extremes else _all_arrays
    criteria = [Criterion("values", values, "arrays of one, two and three dimensions", arrays)]
    if extremes:
        asks = "|z| up to 10 000, without a NumPy warning, in float64 and float32"
        criteria.append(Criterion("extremes", extremes, asks, _extremes, "quiet"))
    if corner:
        asks = "the convention at exactly z = 0"
        criteria.append(Criterion("corner", corner, asks, _corner, "quiet"))
    return (*criteria, *_small_ones(_numbers, _single, _one_array))


def with_alpha(corner: float = 0.0) -> tuple[Criterion, ...]:
    """Criteria of an elementwise function of `z` and the slope `alpha`.

    Parameters
    ----------
    corner : float
        Points for the value at exactly zero; none when zero.

    Returns
    -------
    tuple of Criterion
        Three points, or what `corner` adds to that.
    """
    criteria = [
        Criterion("default", 0.5, "arrays, alpha left at its default of 0.01", _all_arrays),
        Criterion("alpha", 1.0 - corner, "arrays, alpha given by name or by position", _slopes),
    ]
    if corner:
        asks = "the convention at exactly z = 0"
        criteria.append(Criterion("corner", corner, asks, _alpha_corner, "quiet"))
    return (*criteria, *_small_ones(_alpha_numbers, _alpha_single, _alpha_array))


def _small_ones(numbers: Cases, single: Cases, arguments: Cases) -> tuple[Criterion, ...]:
    return (
        Criterion("numbers", 0.5, "a single NumPy number, or an array without axes", numbers),
        Criterion(
            "dtype", 0.5, "float32 in, float32 out; float64 in, float64 out", single, "dtype"
        ),
        Criterion(
            "arguments", 0.5, "the array that you are given stays as it is", arguments, "arguments"
        ),
    )


def _arrays(rng: np.random.Generator) -> list[Case]:
    shapes = [(6,), (3, 4), (4, 1), (2, 3, 2)]
    return [*(Case((spread(rng, shape),)) for shape in shapes), Case((_medium(rng),))]


def _all_arrays(rng: np.random.Generator) -> list[Case]:
    """For functions that no size of `z` can hurt."""
    return [*_arrays(rng), Case((far(rng),))]


def _medium(rng: np.random.Generator) -> np.ndarray:
    """Pre-activations for which careless formulas are still right."""
    return spread(rng, (8,), 2.5, 12.0)


def _extremes(rng: np.random.Generator) -> list[Case]:
    return [Case((far(rng),)), Case((far(rng).astype(np.float32),))]


def _corner(rng: np.random.Generator) -> list[Case]:
    z = spread(rng, (6,))
    z[rng.choice(6, 2, replace=False)] = 0.0
    return [Case((z,)), Case((np.zeros(3),))]


def _numbers(rng: np.random.Generator) -> list[Case]:
    drawn = spread(rng, (4,))
    numbers = [np.float64(z) for z in np.sort(drawn)[[0, 2]]]
    return [*(Case((z,)) for z in numbers), *(Case((np.array(z),)) for z in np.sort(drawn)[[1, 3]])]


def _single(rng: np.random.Generator) -> list[Case]:
    return [
        Case((spread(rng, shape).astype(dtype),))
        for shape, dtype in [((5,), np.float32), ((2, 3), np.float32), ((4,), np.float64)]
    ]


def _one_array(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, (6,)),)), Case((spread(rng, (2, 3)),))]


def _slope(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.06, 0.45), 3)


def _slopes(rng: np.random.Generator) -> list[Case]:
    return [
        Case((spread(rng, (6,)),), {"alpha": _slope(rng)}),
        Case((spread(rng, (3, 4)), _slope(rng))),
        Case((spread(rng, (2, 3)),), {"alpha": round(rng.uniform(0.6, 0.95), 3)}),
        Case((spread(rng, (5,)),), {"alpha": 0.0}),
    ]


def _alpha_corner(rng: np.random.Generator) -> list[Case]:
    return [Case(case.args, {"alpha": _slope(rng)}) for case in _corner(rng)]


def _alpha_numbers(rng: np.random.Generator) -> list[Case]:
    return [Case(case.args, {"alpha": _slope(rng)}) for case in _numbers(rng)]


def _alpha_single(rng: np.random.Generator) -> list[Case]:
    return [Case(case.args, {"alpha": _slope(rng)}) for case in _single(rng)]


def _alpha_array(rng: np.random.Generator) -> list[Case]:
    return [Case(case.args, {"alpha": _slope(rng)}) for case in _one_array(rng)]
