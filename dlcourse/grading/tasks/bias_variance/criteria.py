"""The criteria of unit 6."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, Criterion, Random
from dlcourse.grading.tasks.bias_variance import inputs, judges

Cases = Callable[[np.random.Generator], list[Case]]

_DTYPE = "float32 in, float32 out; float64 in, float64 out"
_SINGLE = "the same in float32"
_UNCHANGED = "the arrays that you are given stay as they are"


def _single(*parts: Any) -> Case:
    """Make a call whose floating arrays are float32."""
    floating = (isinstance(part, np.ndarray) and part.dtype.kind == "f" for part in parts)
    return Case(
        tuple(
            part.astype(np.float32) if narrow else part
            for part, narrow in zip(parts, floating, strict=True)
        )
    )


def _drawn(draw: Callable[..., Any], *shapes: tuple[Any, ...]) -> Cases:
    return lambda rng: [Case(tuple(draw(rng, *shape))) for shape in shapes]


def _in_both(draw: Callable[..., Any], *shape: Any) -> Cases:
    return lambda rng: [_single(*draw(rng, *shape)), Case(tuple(draw(rng, *shape)))]


BIAS_VARIANCE = (
    Criterion("values", 2.5, "several runs, several points", _drawn(inputs.models, (5, 3), (4, 6))),
    Criterion("square", 1.0, "as many runs as points", _drawn(inputs.models, (4, 4), (3, 3))),
    Criterion(
        "one-run", 0.5, "a single run, which varies from nothing", _drawn(inputs.models, (1, 4))
    ),
    Criterion("single", 0.5, _SINGLE, lambda rng: [_single(*inputs.models(rng, 5, 3))]),
    Criterion("arguments", 0.5, _UNCHANGED, _drawn(inputs.models, (3, 2)), "arguments"),
)


def _observed(rng: np.random.Generator, runs: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    predictions, truth = inputs.models(rng, runs, n)
    return predictions, truth + rng.normal(0.0, 0.5, (runs, n))


EXPECTED_ERROR = (
    Criterion(
        "values",
        2.0,
        "several runs, several points",
        _drawn(_observed, (5, 3), (3, 4), (4, 4)),
    ),
    Criterion("single", 0.5, _SINGLE, lambda rng: [_single(*_observed(rng, 4, 5))]),
    Criterion("arguments", 0.5, _UNCHANGED, _drawn(_observed, (3, 2)), "arguments"),
)


def _ties(rng: np.random.Generator) -> list[Case]:
    """Several examples at exactly the same distance; whole numbers and a half: none is rounded."""
    cross = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [3.0, 4.0], [-5.0, 2.0]])
    line = np.array([[-2.0], [-1.0], [1.0], [2.0], [7.0]])
    cases = []
    for points, k in [(cross, 2), (cross, 3), (line, 1), (line, 3)]:
        center = rng.integers(-4, 5, points.shape[1]) + 0.5  # so no number is ever zero
        y = rng.permutation(np.arange(1.0, 1.0 + len(points)) ** 2)
        cases.append(Case((rng.permutation(points) + center, y, center[None, :], k)))
    return cases


KNN = (
    Criterion(
        "values", 2.0, "a few neighbors", _drawn(inputs.neighborhood, (12, 3, 4), (10, 2, 3))
    ),
    Criterion(
        "ends",
        1.0,
        "one neighbor, and all of them",
        _drawn(inputs.neighborhood, (8, 2, 1), (6, 2, 6)),
    ),
    Criterion("ties", 1.0, "of equally near examples, the one with the lower index", _ties),
    Criterion("dtype", 0.5, _DTYPE, _in_both(inputs.neighborhood, 9, 2, 2), "dtype"),
    Criterion("arguments", 0.5, _UNCHANGED, _drawn(inputs.neighborhood, (7, 2, 2)), "arguments"),
)


def _fold_cases(*sizes: tuple[int, int]) -> Cases:
    return lambda rng: [Case((n, k, Random(int(rng.integers(1 << 32))))) for n, k in sizes]


def _twice(rng: np.random.Generator) -> list[Case]:
    """Two equal generators and another one."""
    one, other = (int(rng.integers(i << 31, (i + 1) << 31)) for i in (0, 1))
    return [Case((40, 4, Random(seed))) for seed in (one, one, other)]


KFOLD = (
    Criterion("partition", 2.0, "every row is tested once", _fold_cases((12, 3), (7, 7))),
    Criterion(
        "sizes", 1.0, "n that k does not divide: no row left over", _fold_cases((11, 4), (17, 5))
    ),
    Criterion("shuffled", 1.0, "the rows are dealt at random", _fold_cases(judges.MANY_ROWS)),
    Criterion(
        "generator",
        1.0,
        "the randomness comes from rng: equal generators, equal folds",
        _twice,
        together=judges.same_seed_same_folds,
    ),
)


def _calls(*arguments: Any) -> Cases:
    """There is nothing to draw."""
    return lambda _rng: [Case((one,)) for one in arguments]


LEAVE_ONE_OUT_BY_HAND = (
    Criterion("plus", 1.5, "the rows of 1, 4 and 5, whose class is +", _calls(1, 4, 5)),
    Criterion("minus", 1.5, "the rows of 2, 6 and 7, whose class is -", _calls(2, 6, 7)),
)

THREE_FOLDS_BY_HAND = (
    Criterion("fold-1", 1.0, "fold 1: 6 and 7 are tested", _calls(1)),
    Criterion("fold-2", 1.0, "fold 2: 4 and 5 are tested", _calls(2)),
    Criterion("fold-3", 1.0, "fold 3: 1 and 2 are tested", _calls(3)),
)


def _exact_ties(rng: np.random.Generator) -> list[Case]:
    """One left-out number lies exactly between the means; all are whole numbers and a half."""
    cases = []
    for sign in (1, -1):
        shift, stretch = int(rng.integers(-5, 6)) + 0.5, int(rng.choice([1, 2, 4]))
        own, other = np.array([-3.0, -1.0, 0.0]), np.array([1.0, 3.0])
        order = rng.permutation(5)
        x = np.concatenate([own, other])[order] * stretch + shift
        cases.append(Case((x, np.repeat([sign, -sign], [3, 2])[order])))
    return cases


def _float_labels(rng: np.random.Generator) -> list[Case]:
    x, y = inputs.two_groups(rng, 3, 4)
    return [Case((x, y.astype(float))), Case((x.astype(np.float32), y))]


LEAVE_ONE_OUT = (
    Criterion("values", 2.0, "groups of several", _drawn(inputs.two_groups, (5, 6), (7, 4))),
    Criterion(
        "pairs",
        0.5,
        "only two of a class, of which one is left out",
        _drawn(inputs.two_groups, (2, 5)),
    ),
    Criterion("ties", 1.0, "exactly between the two means, +1 is the answer", _exact_ties),
    Criterion("kinds", 0.5, "labels -1.0 and +1.0, and numbers in float32", _float_labels),
    Criterion("arguments", 0.5, _UNCHANGED, _drawn(inputs.two_groups, (3, 3)), "arguments"),
)


def _fits(*settings: tuple[int, int]) -> Cases:
    return lambda rng: [Case((*inputs.wave(rng, n), degree)) for n, degree in settings]


def _penalized(rng: np.random.Generator) -> list[Case]:
    strengths = np.round(rng.uniform([0.2, 0.8, 3.0], [0.6, 1.6, 6.0]), 3)
    mild, firm, strong = (float(lam) for lam in strengths)
    return [
        Case((*inputs.wave(rng, 9), 2, mild)),
        Case((*inputs.wave(rng, 12), 4), {"lam": firm}),
        Case((*inputs.wave(rng, 10), 1), {"lam": strong}),
    ]


def _steep(rng: np.random.Generator) -> list[Case]:
    return [Case((*inputs.wave(rng, 20), 8))]


POLYNOMIAL_FIT = (
    Criterion("values", 1.5, "least squares, no penalty", _fits((8, 3), (7, 1), (6, 0))),
    Criterion("penalty", 2.0, "lam above 0, by position or by name", _penalized),
    Criterion("steep", 0.5, "degree 8", _steep),
    Criterion(
        "dtype",
        0.5,
        _DTYPE,
        lambda rng: [_single(*inputs.wave(rng, 9), 2), Case((*inputs.wave(rng, 9), 2))],
        "dtype",
    ),
    Criterion("arguments", 0.5, _UNCHANGED, _fits((7, 2)), "arguments"),
)


def _curve(rng: np.random.Generator, size: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    c = rng.choice([-1.0, 1.0], size) * rng.uniform(0.4, 2.0, size)
    return c, rng.uniform(-1.0, 1.0, shape)


def _points(rng: np.random.Generator) -> list[Case]:
    c, x = _curve(rng, 3, 2)
    return [Case((c, x[0])), Case((c, np.array(x[1])))]


POLYNOMIAL_PREDICT = (
    Criterion(
        "values", 1.5, "vectors and matrices", _drawn(_curve, (4, 6), (2, 5), (1, 4), (3, 2, 3))
    ),
    Criterion("numbers", 0.5, "a single number x, or an array without axes", _points),
    Criterion("dtype", 0.5, _DTYPE, _in_both(_curve, 3, 5), "dtype"),
    Criterion("arguments", 0.5, _UNCHANGED, _drawn(_curve, (3, 4)), "arguments"),
)


def _stumps(*settings: tuple[int, int, tuple[int, ...]]) -> Cases:
    return lambda rng: [Case(tuple(inputs.questions(rng, *one))) for one in settings]


def _twins(rng: np.random.Generator) -> list[Case]:
    """Two columns that tell the same, and two thresholds that do."""
    X, y = inputs.questions(rng, 12, 1, (0, 1))
    copies = np.column_stack([np.full(12, 2.5), X[:, 0], 2 * X[:, 0] + 1])
    low = float(rng.integers(1, 5))
    mirror = np.array([[low], [low + 1], [low + 2.5], [low + 5.5]])
    order = rng.permutation(4)
    return [Case((copies, y)), Case((mirror[order], np.array([1, 0, 0, 1])[order]))]


DECISION_STUMP = (
    Criterion("one-feature", 1.5, "one column", _stumps((10, 1, (0, 1)), (13, 1, (0, 1)))),
    Criterion("features", 2.0, "several columns", _stumps((12, 2, (0, 1)), (16, 3, (0, 1)))),
    Criterion("labels", 1.0, "three classes, any whole numbers", _stumps((18, 2, (-4, 2, 9)))),
    Criterion("ties", 1.0, "of equals the lowest column, then the lowest threshold", _twins),
    Criterion("arguments", 0.5, _UNCHANGED, _stumps((9, 2, (0, 1))), "arguments"),
)
