"""Criteria of the functions that take one step: new weights, and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.neuron.inputs import spread

#: Draws the settings of a step that have defaults, in the order of the signature.
Settings = Callable[[np.random.Generator], dict[str, float]]
#: Draws the calls of a criterion.
Cases = Callable[[np.random.Generator], list[Case]]

DTYPE = "float32 in, float32 out; float64 in, float64 out"
UNCHANGED = "the arrays that you are given stay as they are"


def sgd_cases() -> tuple[Criterion, ...]:
    """Make the criteria of a step without a memory.

    Returns
    -------
    tuple of Criterion
        Two and a half points.
    """

    def draw(*shapes: tuple[int, ...], dtype: type = np.float64) -> Cases:
        return lambda rng: [
            Case((spread(rng, shape).astype(dtype), spread(rng, shape).astype(dtype), _rate(rng)))
            for shape in shapes
        ]

    return (
        Criterion("values", 1.5, "weights of any shape", draw((5,), (3, 4), (2, 2, 3))),
        *_small_ones(draw((4,), dtype=np.float32), draw((3, 2)), draw((4,), (2, 3))),
    )


def with_memory(first: float, later: float, settings: Settings) -> tuple[Criterion, ...]:
    """Make the criteria of a step that remembers a velocity.

    Parameters
    ----------
    first, later : float
        Points for the first step and for those after it.
    settings : callable
        Draws the settings that have defaults.

    Returns
    -------
    tuple of Criterion
        Half a point each for dtype and arguments comes on top.
    """
    return _remembering(_Start(1, squares=0), first, later, settings)


def with_record(first: float, later: float, settings: Settings) -> tuple[Criterion, ...]:
    """Make the criteria of a step that remembers squared gradients.

    Parameters
    ----------
    first, later : float
        Points for the first step and for those after it.
    settings : callable
        Draws the settings that have defaults.

    Returns
    -------
    tuple of Criterion
        Half a point each for zero gradients, dtype and arguments comes on top.
    """
    return _remembering(_Start(1, squares=1), first, later, settings)


def with_both(first: float, later: float, settings: Settings) -> tuple[Criterion, ...]:
    """Make the criteria of a step that remembers both, and counts its steps.

    Parameters
    ----------
    first, later : float
        Points for the first step and for those after it.
    settings : callable
        Draws the settings that have defaults, the learning rate among them.

    Returns
    -------
    tuple of Criterion
        Half a point each for zero gradients, dtype and arguments comes on top.
    """
    return _remembering(_Start(2, squares=1, counted=True), first, later, settings)


class _Start:
    """Draws what a step is called with: weights, gradient, memories, number, learning rate."""

    def __init__(self, memories: int, squares: int, counted: bool = False) -> None:
        self.signed = memories - squares
        self.squares = squares
        self.counted = counted

    def args(
        self, rng: np.random.Generator, shape: tuple[int, ...], first: bool = False
    ) -> tuple[Any, ...]:
        w, g, *rest = (spread(rng, shape) for _ in range(2 + self.signed + self.squares))
        memories = [*rest[: self.signed], *map(np.abs, rest[self.signed :])]
        if first:
            memories = [np.zeros(shape) for _ in memories]
        number = (1 if first else int(rng.integers(2, 9)),) if self.counted else (_rate(rng),)
        return (w, g, *memories, *number)


def _remembering(
    start: _Start, first: float, later: float, settings: Settings
) -> tuple[Criterion, ...]:
    def single(rng: np.random.Generator) -> list[Case]:
        return [_narrow(Case(start.args(rng, (4,)), settings(rng)))]

    def plain(*shapes: tuple[int, ...]) -> Cases:
        return lambda rng: [Case(start.args(rng, shape)) for shape in shapes]

    def at_first(rng: np.random.Generator) -> list[Case]:
        memories = tuple(range(1, 1 + start.signed + start.squares))
        return [Case(start.args(rng, shape, True), hides=memories) for shape in [(5,), (3, 4)]]

    def set_(rng: np.random.Generator) -> list[Case]:
        return [
            Case((*start.args(rng, (2, 3, 2)), *settings(rng).values())),
            Case(start.args(rng, (3, 2)), settings(rng)),
            Case(start.args(rng, (3,))),
        ]

    def flat(rng: np.random.Generator) -> list[Case]:
        return [Case(_without_gradient(rng, start.args(rng, (6,), first=True)))]

    asks = "the new weights after the first step, with memories of zeros and default settings"
    later_asks = "later steps: weights and memories, settings by position or by name"
    criteria = [
        Criterion("first-step", first, asks, at_first),
        Criterion("later-steps", later, later_asks, set_),
    ]
    if start.squares:
        asks = "a weight that never had a gradient, without a NumPy warning"
        criteria.append(Criterion("no-gradient", 0.5, asks, flat, "quiet"))
    small = _small_ones(single, plain((3, 2)), plain((4,), (2, 3)))
    return (*criteria, *small)


def _small_ones(single: Cases, double: Cases, arguments: Cases) -> tuple[Criterion, ...]:
    return (
        Criterion("dtype", 0.5, DTYPE, lambda rng: [*single(rng), *double(rng)], "dtype"),
        Criterion("arguments", 0.5, UNCHANGED, arguments, "arguments"),
    )


def _narrow(case: Case) -> Case:
    args = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in case.args]
    return Case(tuple(args), case.kwargs)


def _without_gradient(rng: np.random.Generator, args: tuple[Any, ...]) -> tuple[Any, ...]:
    w, g, *rest = args
    g = g.copy()
    g[rng.choice(g.size, 2, replace=False)] = 0.0
    return (w, g, *rest)


def _rate(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.05, 0.4), 3)
