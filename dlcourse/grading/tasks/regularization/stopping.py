"""Draws runs for early stopping in which right and wrong rules part."""

from __future__ import annotations

import numpy as np

from dlcourse.grading.spec import Case, Criterion


def _bumps(rng: np.random.Generator, best: float, count: int) -> list[float]:
    """Losses above the best one, each below the one before it: worse, but falling."""
    heights = np.sort(rng.uniform(0.2, 0.8, count))[::-1]
    return [best + float(height) for height in heights]


def _falling(rng: np.random.Generator, patience: int) -> tuple[list[float], float]:
    """Improvements, with nearly as many epochs between them as would stop the run."""
    best, losses = rng.uniform(6.0, 8.0), []
    for _ in range(int(rng.integers(3, 5))):
        best -= rng.uniform(0.3, 0.6)
        losses += [best, *_bumps(rng, best, patience - 1)]
    best -= rng.uniform(0.3, 0.6)
    return [*losses, best], best


def _stopping(rng: np.random.Generator, patience: int) -> Case:
    losses, best = _falling(rng, patience)
    later = [best - 1.0, best - 1.5]  # too late: nobody will see these
    return _rounded([*losses, *_bumps(rng, best, patience + 1), *later], patience)


def _ending(rng: np.random.Generator, patience: int, after: int) -> Case:
    losses, best = _falling(rng, patience)
    return _rounded([*losses, *_bumps(rng, best, after)], patience)


def _small_gains(rng: np.random.Generator) -> list[Case]:
    """Gains that are too small alone, and some that are enough together."""
    top, delta = rng.uniform(6.0, 8.0), rng.uniform(0.5, 0.7)
    best = top - 1.5
    small = [best - delta * share for share in (0.2, 0.4, 0.6)]
    together = [best - delta * share for share in (0.4, 0.8, 1.2)]
    after = together[-1] - 0.1
    given = {"min_delta": round(delta, 3)}
    return [
        _rounded([top, best, *small, best - 3.0], 3, given),
        _rounded([top, best, *together, *_bumps(rng, after, 3), after - 3.0], 3, given),
        _rounded([top, best, *small[:2], best - 2.0], 3, given),
    ]


def _ties(rng: np.random.Generator) -> list[Case]:
    """Numbers that a computer stores exactly, so that equal is equal."""
    unit, base = 0.25 * int(rng.integers(1, 5)), float(rng.integers(5, 9))
    plateau = [base, base - unit, base - unit, base - unit, base - 3 * unit]
    steps = [base - unit * i for i in range(4)]
    return [
        Case((plateau, 2)),
        # every gain is exactly min_delta: not more than that
        Case(([*steps[:2], base, base, steps[3]], 2, unit)),
    ]


def _rounded(losses: list[float], patience: int, given: dict[str, float] | None = None) -> Case:
    return Case(([round(float(loss), 4) for loss in losses], patience), given or {})


STOPPING = (
    Criterion(
        "stops",
        2.0,
        "runs that are stopped",
        lambda rng: [_stopping(rng, patience) for patience in (1, 2, 3, 4)],
    ),
    Criterion(
        "ends",
        1.0,
        "runs that end before they are stopped",
        lambda rng: [_ending(rng, 3, 2), _ending(rng, 2, 0), _ending(rng, 6, 4)],
    ),
    Criterion("small-gains", 1.0, "gains that are smaller than min_delta", _small_gains),
    Criterion("ties", 0.5, "equal losses, and gains of exactly min_delta", _ties),
)
