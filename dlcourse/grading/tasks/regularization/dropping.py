"""Judges dropout by its mask: every unit dropped by itself, with the probability asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe, precision
from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks import chance
from dlcourse.grading.tasks.neuron.inputs import spread
from dlcourse.grading.tasks.regularization.penalties import DTYPE, UNCHANGED

#: From this size on a mask is judged by its shares.
_MANY = 1000
_COUNTED = (
    "exactly the same share of the units is dropped in every call: each unit should be dropped "
    "with the probability asked for, by itself"
)


@dataclass(frozen=True)
class Dropout:
    """One convention: the probability of keeping a unit, and the factor of those kept."""

    keep: Callable[[float], float]
    factor: Callable[[float], float]

    def verify(self, case: Case, value: Any) -> str:
        """Judge what dropout returned.

        Three checks of a large mask may fail a right answer, each with a probability of at most
        `chance.RATE`: the number of kept units, and how often neighbors in a column and in a
        row agree.

        Parameters
        ----------
        case : Case
            The call: ``(x, p, rng)``.
        value : object
            What the student's function returned.

        Returns
        -------
        str
            Empty when output and mask are right.
        """
        x, p = case.args[:2]
        if not isinstance(value, list | tuple) or len(value) != 2:
            return f"{describe(value)} came where the pair (out, mask) is wanted"
        out, mask = (as_numbers(part) for part in value)
        if out is None or out.shape != x.shape:
            return f"out is {describe(value[0])}; wanted an array of shape {x.shape}"
        if 1 in case.hides:
            mask = (out != 0).astype(float)
        wrong = _wrong_mask(mask, value[1], x)
        if mask is None or wrong:
            return wrong
        rtol = 1e-4 if precision(case) == "float32" or out.dtype == np.float32 else 1e-7
        wanted = np.where(mask != 0, x.astype(np.float64) * self.factor(p), 0.0)
        if not np.allclose(out, wanted, rtol, rtol * 1e-3):
            return _difference(out, mask, x, self.factor(p))
        return _wrong_shares(mask != 0, self.keep(p))

    def counted(self, cases: list[Case], values: list[Any]) -> str:
        """Notice masks that drop exactly the same share in every call.

        Parameters
        ----------
        cases : list of Case
            The calls, whose sizes times the probability are whole numbers.
        values : list
            What came, each right by itself.

        Returns
        -------
        str
            Empty when a count differs from its expectation, which all but never fails to happen:
            see `coincidence`.
        """
        shares = [float(np.mean(np.asarray(value[1]) != 0)) for value in values]
        exact = [
            abs(share - self.keep(case.args[1])) * case.args[0].size < 0.5
            for share, case in zip(shares, cases, strict=True)
        ]
        return _COUNTED if all(exact) else ""

    def coincidence(self, cases: list[Case]) -> float:
        """Compute how often a right answer would be taken for an exact share.

        Parameters
        ----------
        cases : list of Case
            The calls that are judged together.

        Returns
        -------
        float
            The probability that every count is exactly its expectation.
        """
        return math.prod(
            chance.binomial_mass(case.args[0].size, self.keep(case.args[1])) for case in cases
        )

    def criteria(self, mask: float) -> tuple[Criterion, ...]:
        """Make the criteria of this convention.

        Parameters
        ----------
        mask : float
            Points for large masks.

        Returns
        -------
        tuple of Criterion
            Two and a half points come on top.
        """
        return (
            Criterion(
                "mask",
                mask,
                "large masks: the share that is kept, each unit by itself",
                _large,
                together=self.counted,
            ),
            Criterion("output", 1.0, "what comes out of the units that are kept", self._small),
            chance.repeatable(0.5, lambda rng: (_activations(rng, (20, 10)), 0.4)),
            Criterion(
                "dtype",
                0.5,
                f"{DTYPE} (the mask may have any)",
                lambda rng: [
                    Case(
                        (_activations(rng, (4, 6)).astype(kind), 0.3, chance.seeded(rng)), {}, (1,)
                    )
                    for kind in (np.float32, np.float64)
                ],
                "dtype",
            ),
            Criterion(
                "arguments",
                0.5,
                UNCHANGED,
                lambda rng: [_call(rng, (5, 9), 0.4)],
                "arguments",
            ),
        )

    def _small(self, rng: np.random.Generator) -> list[Case]:
        everything = 0.0 if self.keep(0.0) == 1 else 1.0
        calls = [((12, 3), 0.3), ((30,), 0.75), ((3, 5, 4), 0.4), ((8, 4), everything)]
        return [_call(rng, shape, p) for shape, p in calls]


INVERTED = Dropout(keep=lambda p: 1 - p, factor=lambda p: 1 / (1 - p))
PLAIN = Dropout(keep=lambda p: p, factor=lambda _: 1.0)


def dropout_fingerprint(case: Case, value: Any) -> Any:
    """Reduce output and mask to what tells misconceptions apart, whatever the draws.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    object
        Form, numbers in the mask, factor of the output, and for large masks the shares.
    """
    x, p = case.args[:2]
    if not isinstance(value, list | tuple) or len(value) != 2:
        return describe(value)
    out, mask = (as_numbers(part) for part in value)
    if out is None or (mask is None and value[1] is not None):
        return "no numbers"
    if out.shape != x.shape or mask is None or mask.shape != x.shape:
        return out.shape, None if mask is None else mask.shape
    levels = {"0": 0.0, "1": 1.0, "1 / p": 1 / p if p else 1.0, "1 / (1 - p)": _odds(p)}
    factors = out[out != 0] / x[out != 0]
    return (
        _named(mask[mask != 0], levels),
        _named(factors, {**levels, "p": p, "1 - p": 1 - p}),
        bool(np.all((out != 0) == (mask != 0))),
        _shares(out != 0, p) if x.size >= _MANY else "",
    )


def _odds(p: float) -> float:
    return 1 / (1 - p) if p < 1 else 1.0


def _named(numbers: np.ndarray, levels: dict[str, float]) -> str:
    """Name the level that all numbers are at, if there is one."""
    for name, level in levels.items():
        if numbers.size and np.allclose(numbers, level, rtol=1e-3, atol=1e-9):
            return name
    return "other" if numbers.size else "none"


def _shares(kept: np.ndarray, p: float) -> tuple[str, bool, bool]:
    share = float(kept.mean())
    name = min({"p": p, "1 - p": 1 - p}.items(), key=lambda item: abs(item[1] - share))[0]
    rows = bool(np.all(kept == kept[:1]))
    return name, rows, bool(np.all(kept == kept[:, :1]))


def _wrong_mask(mask: np.ndarray | None, given: Any, x: np.ndarray) -> str:
    if mask is None or mask.shape != x.shape:
        return f"the mask is {describe(given)}; wanted the shape of x, {x.shape}"
    if not np.isin(mask, (0, 1)).all():
        return "the mask holds other numbers than 0 and 1 (or False and True)"
    return ""


def _difference(out: np.ndarray, mask: np.ndarray, x: np.ndarray, factor: float) -> str:
    dropped = out[mask == 0]
    if np.any(dropped != 0):
        return "out is not zero where the mask is 0"
    kept = (mask != 0) & (x != 0)
    came = float(np.median(out[kept] / x[kept])) if kept.any() else math.nan
    return f"the units that are kept are multiplied by {came:.4g}; wanted {factor:.4g}"


def _wrong_shares(kept: np.ndarray, keep: float) -> str:
    if not 0 < keep < 1:
        return "" if np.all(kept == (keep == 1)) else "a unit was dropped where none may be"
    if kept.size < _MANY:
        return ""
    low, high = chance.binomial_limits(kept.size, keep)
    if not low <= kept.sum() <= high:
        return f"{kept.mean():.1%} of {kept.size} units were kept; wanted {keep:.1%}, up to chance"
    alike = keep**2 + (1 - keep) ** 2
    for name, one, two in [("column", kept[::2], kept[1::2]), ("row", kept[:, ::2], kept[:, 1::2])]:
        low, high = chance.binomial_limits(one.size, alike)
        if not low <= (one == two).sum() <= high:
            return f"neighbors in a {name} are dropped together: each unit has a draw of its own"
    return ""


def _activations(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return spread(rng, shape, 0.3, 2.0)


def _call(rng: np.random.Generator, shape: tuple[int, ...], p: float) -> Case:
    return Case((_activations(rng, shape), p, chance.seeded(rng)))


def _large(rng: np.random.Generator) -> list[Case]:
    """Even sides; sizes whose product with p is a whole number."""
    shapes = [(60, 80), (80, 60), (100, 40), (40, 120)]
    return [_call(rng, shape, p) for shape, p in zip(shapes, (0.2, 0.7, 0.35, 0.6), strict=True)]
