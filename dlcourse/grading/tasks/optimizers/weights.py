"""Judges initial weights by their distribution, whatever the draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks import chance

#: Variance of one weight, from fan_in and fan_out.
Variance = Callable[[int, int], float]

#: Variances that wrong answers have; none is within a tenth of another for the fans drawn here.
_KNOWN: dict[str, Variance] = {
    "1 / in": lambda i, _: 1 / i,
    "2 / in": lambda i, _: 2 / i,
    "1 / out": lambda _, o: 1 / o,
    "2 / out": lambda _, o: 2 / o,
    "2 / both": lambda i, o: 2 / (i + o),
    "2 / 3 both": lambda i, o: 2 / (3 * (i + o)),
    "6 / both": lambda i, o: 6 / (i + o),
    "half of 2 / both": lambda i, o: 0.5 / (i + o),
    "bound 6 / both": lambda i, o: (6 / (i + o)) ** 2 / 3,
    "2 / in, uniform bound": lambda i, _: 2 / (3 * i),
    "(1 / in)^2": lambda i, _: 1 / i**2,
    "(2 / in)^2": lambda i, _: 4 / i**2,
    "2 / in^2": lambda i, _: 2 / i**2,
    "1": lambda *_: 1.0,
    "1 / 3": lambda *_: 1 / 3,
}


@dataclass(frozen=True)
class Weights:
    """What the weights of one rule look like: their variance, and whether they are uniform."""

    variance: Variance
    uniform: bool = False

    def verify(self, case: Case, value: Any) -> str:
        """Judge drawn weights.

        One check may fail a right answer, with a probability of at most `chance.RATE`: the
        largest distance between the shares of the weights and those of the distribution.  The
        others never do, for all practical purposes: a uniform number never leaves its bounds,
        that a tenth of thousands of doubles are equal has a probability below 1e-1000, and that
        none of 10 000 normal numbers exceeds 2.5 deviations has one below 1e-50.

        Parameters
        ----------
        case : Case
            The call: ``(fan_in, fan_out, rng)``.
        value : object
            What the student's function returned.

        Returns
        -------
        str
            Empty when the weights may stay.
        """
        shape = tuple(case.args[:2])
        w = as_numbers(value)
        if w is None or w.shape != shape:
            return f"{describe(value)} came where an array of shape {shape} is wanted"
        w = w.astype(np.float64)
        if not np.isfinite(w).all():
            return "a weight is not a finite number"
        deviation = math.sqrt(self.variance(*shape))
        distance = chance.distance(w / deviation, _uniform if self.uniform else _normal)
        if distance > chance.distance_limit(w.size):
            return _spread_sentence(w, deviation)
        return self._wrong_tail(w / deviation) or _wrong_copies(w)

    def _wrong_tail(self, w: np.ndarray) -> str:
        largest = float(np.abs(w).max())
        if self.uniform and largest > math.sqrt(3) * (1 + 1e-5):
            return "some weights lie outside the bound"
        if not self.uniform and w.size >= 10_000 and largest < 2.5:
            return "no weight is far from zero: the normal distribution was cut off"
        return ""


def weights_fingerprint(case: Case, value: Any) -> Any:
    """Reduce weights to what tells misconceptions apart and does not depend on the draws.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    object
        Shape, nearest known variance, family, and whether numbers repeat; of few numbers, the
        shape alone.
    """
    w = as_numbers(value)
    if w is None or w.size < 1000:
        return describe(value)
    w = w.astype(np.float64)
    scale, center = float(w.std()), float(w.mean())
    if not scale > 0:
        return "constant"
    kurtosis = float(np.mean(((w - center) / scale) ** 4))
    near = {name: abs(math.log(scale**2 / rule(*case.args[:2]))) for name, rule in _KNOWN.items()}
    return (
        w.shape,
        min(near, key=lambda name: near[name]),
        "uniform" if kurtosis < 2.2 else "cut off" if kurtosis < 2.65 else "normal",
        abs(center) > 0.2 * scale,
        _wrong_copies(w),
    )


def _wrong_copies(w: np.ndarray) -> str:
    few = np.unique(w).size < 0.9 * w.size
    return "many weights are equal: each one needs a draw of its own" if few else ""


def _spread_sentence(w: np.ndarray, deviation: float) -> str:
    return (
        f"the {w.size} weights have mean {w.mean():.3g} and standard deviation {w.std():.3g}; "
        f"wanted 0 and {deviation:.3g}, up to chance, and the shape that the task names"
    )


def _uniform(w: np.ndarray) -> np.ndarray:
    """Distribution function of the uniform numbers with variance 1."""
    return np.clip((w / math.sqrt(3) + 1) / 2, 0, 1)


def _normal(w: np.ndarray) -> np.ndarray:
    return np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in w])


def _fans(rng: np.random.Generator) -> tuple[int, int]:
    """Draw two fans whose ratio is near 2.55, so that all known variances differ."""
    return int(rng.integers(70, 74)), int(rng.integers(180, 185))


def _layers(rng: np.random.Generator) -> list[Case]:
    wide, tall = _fans(rng), _fans(rng)[::-1]
    return [Case((*fans, chance.seeded(rng))) for fans in (wide, tall)]


#: The criteria of every rule.
WEIGHTS = (
    Criterion("weights", 2.0, "shape, mean, spread and distribution of the weights", _layers),
    chance.repeatable(0.5, lambda _rng: (4, 3)),
)
