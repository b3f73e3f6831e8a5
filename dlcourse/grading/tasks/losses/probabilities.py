"""The criteria of the losses that take probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.losses.inputs import (
    distribution,
    distributions,
    labels,
    one_hot_rows,
    yes_or_no,
)
from dlcourse.grading.tasks.losses.regression import SINGLE, UNCHANGED

#: A probability so small that adding or clipping "a little" would swamp it.
_TINY = 1e-30
_IMPOSSIBLE = "infinity where something that was called impossible happens"


def _sure(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Probabilities inside (0, 1), away from both ends and from one half."""
    p = rng.uniform(0.06, 0.44, shape)
    return np.where(rng.permuted(yes_or_no(rng, *shape)) > 0, p, 1 - p)


def _hard(rng: np.random.Generator) -> list[Case]:
    return [
        Case((_sure(rng, *shape), yes_or_no(rng, *shape)))
        for shape in [(5,), (7,), (3, 4), (2, 2, 3)]
    ]


def _soft(rng: np.random.Generator) -> list[Case]:
    return [Case((_sure(rng, *shape), _sure(rng, *shape))) for shape in [(6,), (4, 2)]]


def _certain(rng: np.random.Generator) -> list[Case]:
    """Predictions of exactly 0 and 1 that come true, and some that nearly say 0 and are wrong."""
    p = np.concatenate([[0.0, 1.0, 0.0, 1.0, _TINY], _sure(rng, 4)])
    y = np.concatenate([[0.0, 1.0, 0.0, 1.0, 1.0], yes_or_no(rng, 4)])
    order = rng.permutation(len(p))
    return [Case((p[order], y[order])), Case((np.array([1.0, 0.0]), np.array([1.0, 0.0])))]


def _contradiction(rng: np.random.Generator) -> list[Case]:
    cases = []
    for wrong in (0.0, 1.0):
        p, y = _sure(rng, 6), yes_or_no(rng, 6)
        place = int(rng.integers(6))
        p[place], y[place] = wrong, 1 - wrong
        cases.append(Case((p, y)))
    return cases


def _single(case: Case) -> Case:
    return Case(tuple(value.astype(np.float32) for value in case.args))


BINARY_CROSS_ENTROPY = (
    Criterion("hard", 1.0, "targets 0 and 1, arrays of one and more dimensions", _hard),
    Criterion("soft", 1.0, "targets between 0 and 1", _soft),
    Criterion(
        "certain",
        1.0,
        "predictions of exactly 0 or 1 that are right, and a tiny one that is wrong, silently",
        _certain,
        "quiet",
    ),
    Criterion("contradiction", 0.5, _IMPOSSIBLE, _contradiction),
    Criterion("single", 0.5, SINGLE, lambda rng: [_single(case) for case in _hard(rng)[:2]]),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: _hard(rng)[:1], "arguments"),
)


def _classes(rng: np.random.Generator, n: int, k: int) -> Case:
    return Case((distributions(rng, n, k), one_hot_rows(labels(rng, n, k), k)))


def _one_hot(rng: np.random.Generator) -> list[Case]:
    return [_classes(rng, n, k) for n, k in [(5, 3), (3, 3), (2, 6)]]


def _soft_rows(rng: np.random.Generator) -> list[Case]:
    return [Case((distributions(rng, n, k), distributions(rng, n, k))) for n, k in [(4, 3), (3, 5)]]


def _zeros(rng: np.random.Generator) -> list[Case]:
    """Classes that were called impossible, or nearly, and do not happen; one that does."""
    t = distributions(rng, 3, 5, zeros=2)
    p = np.stack([_same_support(rng, row) for row in t])
    nearly = np.array([[1.0, 0.0, 0.0, 0.0, _TINY]])  # sums to 1 as far as a float can tell
    told = np.array([[0.0, 0.0, 0.0, 0.0, 1.0]])
    return [Case((p, t)), Case((np.concatenate([p, nearly]), np.concatenate([t, told])))]


def _same_support(rng: np.random.Generator, row: np.ndarray) -> np.ndarray:
    out = np.zeros_like(row)
    out[row > 0] = distribution(rng, int((row > 0).sum()))
    return out


def _contradicted(rng: np.random.Generator) -> list[Case]:
    t = distributions(rng, 4, 3)
    p = distributions(rng, 4, 3)
    p[int(rng.integers(4))] = distribution(rng, 3, zeros=1)
    return [Case((p, t))]


CROSS_ENTROPY = (
    Criterion("one-hot", 1.0, "one-hot targets", _one_hot),
    Criterion("soft", 1.0, "targets that share their probability among classes", _soft_rows),
    Criterion("zeros", 1.0, "0 log 0 counts as 0, silently", _zeros, "quiet"),
    Criterion("contradiction", 0.5, _IMPOSSIBLE, _contradicted),
    Criterion("single", 0.5, SINGLE, lambda rng: [_single(_classes(rng, 6, 4))]),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_classes(rng, 4, 4)], "arguments"),
)


def _in_base(case: Case, base: float, by_name: bool) -> Case:
    return Case(case.args, {"base": base}) if by_name else Case((*case.args, base))


def _drawn_base(rng: np.random.Generator) -> float:
    return round(rng.uniform(3.5, 9.5), 3)


def _alone(rng: np.random.Generator, k: int, zeros: int = 0) -> Case:
    return Case((distribution(rng, k, zeros),))


def _beside(rng: np.random.Generator, k: int, zeros: int = 0) -> Case:
    """Two distributions; what happens has zeros, and one of them was foreseen."""
    p = distribution(rng, k, zeros)
    q = distribution(rng, k)
    if zeros:
        gone = int(np.flatnonzero(p == 0)[0])
        q = np.insert(distribution(rng, k - 1), gone, 0.0)
    return Case((p, q))


def _impossible(rng: np.random.Generator) -> list[Case]:
    q = distribution(rng, 4, zeros=1)
    return [Case((distribution(rng, 4), q))]


def _information(draw: Any) -> tuple[Criterion, ...]:
    """Make the criteria that entropy, cross-entropy and divergence share."""

    def bits(rng: np.random.Generator) -> list[Case]:
        return [draw(rng, k) for k in (3, 4, 6)]

    def bases(rng: np.random.Generator) -> list[Case]:
        return [
            _in_base(draw(rng, 5), _drawn_base(rng), by_name=True),
            _in_base(draw(rng, 3), 10.0, by_name=False),
            _in_base(draw(rng, 4), math.e, by_name=True),
        ]

    def zeros(rng: np.random.Generator) -> list[Case]:
        return [draw(rng, 7, 2), draw(rng, 5, 1)]

    return (
        Criterion("bits", 1.0, "in bits, the base left at its default of 2", bits),
        Criterion("base", 1.0, "another base, given by name or by position", bases),
        Criterion("zeros", 0.5, "0 log 0 counts as 0, silently", zeros, "quiet"),
        Criterion("single", 0.5, SINGLE, lambda rng: [_single(draw(rng, 8))]),
        Criterion("arguments", 0.5, UNCHANGED, lambda rng: [draw(rng, 4)], "arguments"),
    )


ENTROPY = _information(_alone)
_CONTRADICTION = Criterion("contradiction", 0.5, _IMPOSSIBLE, _impossible)
CROSS_ENTROPY_DIST = (*_information(_beside)[:-1], _CONTRADICTION, _information(_beside)[-1])
KL_DIVERGENCE = CROSS_ENTROPY_DIST


def _split(rng: np.random.Generator, n: int, names: list[int]) -> Case:
    """Labels and a question that tells something about them, both answers given."""
    drawn = rng.permutation(np.concatenate([names, rng.choice(names, n - len(names))]))
    split = rng.permutation(np.arange(n) < int(rng.integers(2, n // 2)))
    split[np.argmax(drawn == names[0])] = True
    split[np.argmax(drawn == names[-1])] = False
    return Case((drawn, split))


def _two_classes(rng: np.random.Generator) -> list[Case]:
    return [_split(rng, n, [0, 1]) for n in (9, 12, 15)]


def _many_classes(rng: np.random.Generator) -> list[Case]:
    return [_split(rng, 14, [0, 1, 2]), _split(rng, 16, [1, 4, 7, 11]), _split(rng, 11, [2, 3])]


def _one_sided(rng: np.random.Generator) -> list[Case]:
    """Ask what leaves nothing open, what all answer alike, and something in between."""
    chosen = rng.permutation(np.array([0, 0, 0, 1, 1, 2, 2, 2]))
    everybody = np.full(8, bool(rng.integers(2)))
    return [Case((chosen, chosen == 1)), Case((chosen, everybody)), _split(rng, 10, [0, 1, 2])]


INFORMATION_GAIN = (
    Criterion("two-classes", 1.0, "labels 0 and 1", _two_classes),
    Criterion("many-classes", 1.0, "more classes, and numbers that are left out", _many_classes),
    Criterion("one-sided", 0.5, "a side that is empty, or all of one class", _one_sided, "quiet"),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_split(rng, 10, [0, 1])], "arguments"),
)
