"""The criteria of the backward functions of activations, and of the tools that check gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcourse.grading.spec import Case, Criterion, Function
from dlcourse.grading.tasks.losses.regression import DTYPE, SINGLE, UNCHANGED
from dlcourse.grading.tasks.neuron.inputs import spread

Draw = Callable[[np.random.Generator, tuple[int, ...]], Case]


def _after_sigmoid(rng: np.random.Generator, shape: tuple[int, ...]) -> Case:
    return Case((spread(rng, shape), rng.uniform(0.08, 0.92, shape)))


def _before_relu(rng: np.random.Generator, shape: tuple[int, ...]) -> Case:
    return Case((spread(rng, shape), spread(rng, shape)))


def _criteria(draw: Draw, *special: Criterion) -> tuple[Criterion, ...]:
    def numbers(rng: np.random.Generator) -> list[Case]:
        """Draw both signs of z: one alone would not tell a right answer from a wrong one."""
        d_out, value = draw(rng, (4,)).args
        pairs = list(zip(d_out, value, strict=True))
        return [Case(pair) for pair in pairs] + [Case(tuple(map(np.array, p))) for p in pairs]

    def narrow(rng: np.random.Generator) -> list[Case]:
        drawn = [draw(rng, (5,)), draw(rng, (2, 4))]
        return [
            *(Case(tuple(a.astype(np.float32) for a in c.args)) for c in drawn),
            draw(rng, (5,)),
        ]

    return (
        Criterion(
            "values",
            1.5,
            "arrays of one, two and three dimensions",
            lambda rng: [draw(rng, shape) for shape in [(6,), (3, 4), (3, 3), (2, 3, 2)]],
        ),
        *special,
        Criterion("numbers", 0.5, "single NumPy numbers, and arrays without axes", numbers),
        Criterion("dtype", 0.5, DTYPE, narrow, "dtype"),
        Criterion(
            "arguments",
            0.5,
            UNCHANGED,
            lambda rng: [draw(rng, (6,)), draw(rng, (2, 3))],
            "arguments",
        ),
    )


def _corner(rng: np.random.Generator) -> list[Case]:
    d_out, z = _before_relu(rng, (7,)).args
    z[rng.choice(7, 2, replace=False)] = 0.0
    return [Case((d_out, z))]


SIGMOID_BACKWARD = _criteria(_after_sigmoid)
RELU_BACKWARD = _criteria(
    _before_relu, Criterion("corner", 0.5, "nothing passes at exactly z = 0", _corner, "quiet")
)


def _function(rng: np.random.Generator) -> Function:
    """Draw a function whose slopes at numbers of ordinary size are far from 0."""
    kind = ("sum-of-sines", "log-sum-exp")[int(rng.integers(2))]
    a, c = spread(rng, (2,), 0.6, 1.4)
    return Function(kind, (round(float(a), 3), round(rng.uniform(0.5, 0.9), 3), round(float(c), 3)))


def _slopes(rng: np.random.Generator, *shape: int) -> Case:
    return Case((_function(rng), spread(rng, shape, 0.2, 1.4)))


def _without_axes(rng: np.random.Generator) -> Case:
    return Case((_function(rng), np.array(rng.uniform(0.3, 1.2))))


def _whole(rng: np.random.Generator) -> list[Case]:
    chosen = rng.permutation(np.array([-2, -1, 0, 1, 2]))
    return [Case((Function("log-sum-exp", (1.3, 0.6, 0.4)), chosen)), _slopes(rng, 3)]


def _coarse(rng: np.random.Generator) -> list[Case]:
    """Take steps so wide that the differences are not the slope, and no others either."""
    step = round(rng.uniform(0.1, 0.3), 3)
    first, second = _slopes(rng, 4), _slopes(rng, 2, 3)
    return [Case(first.args, {"eps": step}), Case((*second.args, step / 2))]


NUMERICAL_GRADIENT = (
    Criterion("vectors", 1.0, "vectors", lambda rng: [_slopes(rng, n) for n in (2, 3, 6)]),
    Criterion(
        "shapes",
        1.0,
        "arrays of every shape, one without axes included",
        lambda rng: [
            _slopes(rng, 3, 4),
            _slopes(rng, 3, 3),
            _slopes(rng, 2, 2, 2),
            _without_axes(rng),
        ],
    ),
    Criterion("eps", 0.5, "another eps, given by name or by position", _coarse),
    Criterion(
        "dtype", 0.5, "an x of whole numbers gives slopes that are not (float64)", _whole, "dtype"
    ),
    Criterion(
        "single",
        0.5,
        "an x of float32 is measured in float64",
        lambda rng: [
            Case((one.args[0], one.args[1].astype(np.float32))) for one in [_slopes(rng, 5)]
        ],
    ),
    Criterion("arguments", 0.5, "x stays as it is", lambda rng: [_slopes(rng, 4)], "arguments"),
)


def _two(rng: np.random.Generator, *shape: int) -> Case:
    """Two gradients that disagree most where they are not largest."""
    a = spread(rng, shape)
    return Case((a, a * (1 + spread(rng, shape, 0.02, 0.3)) * rng.choice([1.0, 1.0, -1.0], shape)))


def _zeros(rng: np.random.Generator) -> list[Case]:
    a, b = _near(rng, 6).args
    place = rng.choice(6, 2, replace=False)
    a[place] = b[place] = 0.0
    only = a.copy()
    only[int(np.flatnonzero(a)[0])] = 0.0
    return [Case((a, b)), Case((only, b)), Case((np.zeros(6), np.zeros(6)))]


def _near(rng: np.random.Generator, *shape: int) -> Case:
    a = spread(rng, shape)
    return Case((a, a * (1 + spread(rng, shape, 1e-3, 0.2))))


def _tiny(rng: np.random.Generator) -> list[Case]:
    """Differences of rounding between numbers that are as good as 0."""
    a, b = _near(rng, 5).args
    return [Case((a * 1e-13, b * 1e-13)), Case((a * 1e-14, -b * 1e-14))]


RELATIVE_ERROR = (
    Criterion("vectors", 1.0, "vectors", lambda rng: [_near(rng, 3), _near(rng, 8), _two(rng, 7)]),
    Criterion("shapes", 0.5, "arrays of two axes", lambda rng: [_near(rng, 3, 4), _two(rng, 3, 3)]),
    Criterion("zeros", 0.5, "zeros in one or both, silently", _zeros, "quiet"),
    Criterion("tiny", 0.5, "the floor of 1e-12", _tiny),
    Criterion(
        "single",
        0.5,
        SINGLE,
        lambda rng: [Case(tuple(part.astype(np.float32) for part in _two(rng, 10).args))],
    ),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_near(rng, 4)], "arguments"),
)
