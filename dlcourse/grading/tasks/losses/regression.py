"""The criteria of the tasks about numbers and labels: squared errors and one-hot rows."""

from __future__ import annotations

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.losses.inputs import labels
from dlcourse.grading.tasks.neuron.inputs import spread

DTYPE = "float32 in, float32 out; float64 in, float64 out"
UNCHANGED = "the arrays that you are given stay as they are"
SINGLE = "float32 arrays"


def _pair(rng: np.random.Generator, *shape: int, dtype: type = np.float64) -> Case:
    """Predictions and measurements whose differences have both signs and do not cancel."""
    y = spread(rng, shape)
    off = spread(rng, shape, 0.2, 1.2) + rng.uniform(0.1, 0.4)
    return Case(((y + off).astype(dtype), y.astype(dtype)))


def _vectors(rng: np.random.Generator) -> list[Case]:
    return [_pair(rng, n) for n in (3, 6, 7)]


def _matrices(rng: np.random.Generator) -> list[Case]:
    return [_pair(rng, *shape) for shape in [(4, 3), (3, 3), (2, 5), (2, 3, 2)]]


def _narrow(rng: np.random.Generator) -> list[Case]:
    return [_pair(rng, 5, dtype=np.float32), _pair(rng, 3, 4, dtype=np.float32)]


_VECTORS = "vectors, one number for each example"
_MATRICES = "arrays of two and three dimensions, over every number in them"
_ARGUMENTS = Criterion(
    "arguments", 0.5, UNCHANGED, lambda rng: [_pair(rng, 4), _pair(rng, 2, 3)], "arguments"
)

MSE = (
    Criterion("vectors", 1.0, _VECTORS, _vectors),
    Criterion("matrices", 1.0, _MATRICES, _matrices),
    Criterion("single", 0.5, SINGLE, _narrow),
    _ARGUMENTS,
)

MSE_GRAD = (
    Criterion("vectors", 1.0, _VECTORS, _vectors),
    Criterion("matrices", 1.0, _MATRICES, _matrices),
    Criterion("dtype", 0.5, DTYPE, lambda rng: [*_narrow(rng), _pair(rng, 4)], "dtype"),
    _ARGUMENTS,
)


def _all_classes(rng: np.random.Generator) -> list[Case]:
    return [Case((labels(rng, n, k), k)) for n, k in [(6, 4), (5, 5), (3, 7)]]


def _unused(rng: np.random.Generator) -> list[Case]:
    """Leave out the first class, the last one, and one in the middle."""
    k = int(rng.integers(6, 9))
    return [Case((rng.permutation([1, k - 2, 1]), k)), Case((np.array([2]), 5))]


ONE_HOT = (
    Criterion(
        "all-classes", 1.0, "labels that reach from the first class to the last", _all_classes
    ),
    Criterion("unused", 1.0, "labels in which some classes do not occur", _unused),
    Criterion(
        "dtype",
        0.5,
        "the zeros and ones are floating numbers (float64)",
        lambda rng: [Case((labels(rng, 4, 3), 3))],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        UNCHANGED,
        lambda rng: [Case((labels(rng, 5, 3), 3))],
        "arguments",
    ),
)
