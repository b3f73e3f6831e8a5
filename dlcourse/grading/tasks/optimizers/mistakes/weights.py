"""Wrong answers for the initial weights, and what a teacher says."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

#: Scale of the weights, from fan_in and fan_out.
Scale = Callable[[int, int], float]
Rule = Callable[..., Any]


def _normal(scale: Scale) -> Rule:
    return lambda i, o, rng: scale(i, o) * rng.standard_normal((i, o))


def _uniform(bound: Scale) -> Rule:
    return lambda i, o, rng: rng.uniform(-bound(i, o), bound(i, o), (i, o))


def _he(i: int, _: int) -> float:
    return math.sqrt(2 / i)


def _lecun(i: int, _: int) -> float:
    return math.sqrt(1 / i)


def _glorot(i: int, o: int) -> float:
    return math.sqrt(6 / (i + o))


def _cut_off(scale: Scale) -> Rule:
    """Draw again what is farther than two deviations from zero."""

    def weights(i: int, o: int, rng: Any) -> Any:
        w = rng.standard_normal((i, o))
        while (np.abs(w) > 2).any():
            far = np.abs(w) > 2
            w[far] = rng.standard_normal(int(far.sum()))
        return scale(i, o) * w

    return weights


def _without_rng(rule: Rule, seed: int | None) -> Rule:
    return lambda i, o, _: rule(i, o, np.random.default_rng(seed))


def _transposed(rule: Rule) -> Rule:
    return lambda i, o, rng: rule(i, o, rng).T


def _one_row(rule: Rule) -> Rule:
    return lambda i, o, rng: np.tile(rule(1, o, rng) / math.sqrt(i), (i, 1))


def _general(rule: Rule) -> tuple[Misconception, ...]:
    """Mistakes that any of the rules can be made with."""
    return (
        Misconception(
            "transposed",
            _transposed(rule),
            "Rows and columns are exchanged. A layer computes x @ W, so W has a row for each "
            "input and a column for each unit.",
        ),
        Misconception(
            "fixed-seed",
            _without_rng(rule, 0),
            "You made a generator of your own with a fixed seed, so all layers would start with "
            "the same numbers. Draw from the argument rng.",
        ),
        Misconception(
            "own-generator",
            _without_rng(rule, None),
            "Your weights do not come from rng, so a run cannot be repeated. Draw from the "
            "generator that the caller gives you, and from no other.",
        ),
    )


_STANDARD = Misconception(
    "not-scaled",
    _normal(lambda *_: 1.0),
    "Your weights have variance 1 whatever the size of the layer, so a wide layer would produce "
    "huge sums. The number of inputs has to make them smaller.",
)
_DEVIATION = (
    "You used the variance as the standard deviation, so your weights are too small. A generator "
    "wants the deviation: a root is missing."
)
_OUTPUTS = (
    "Your variance is made of the number of units. What adds up in a pre-activation are the inputs."
)
_CUT_OFF = (
    "None of your weights is farther than two deviations from zero: the normal distribution was "
    "cut off, which makes its variance smaller. Here it is asked for whole."
)
_EQUAL_ROWS = (
    "All rows of your matrix are equal, so the layer cannot tell its inputs apart. Every weight "
    "needs a draw of its own."
)

XAVIER_UNIFORM = (
    Misconception(
        "normal",
        _normal(lambda i, o: math.sqrt(2 / (i + o))),
        "Your weights have the right variance, but they are normal. The uniform rule is asked "
        "for: all numbers within a bound are equally likely.",
    ),
    Misconception(
        "one-sided",
        lambda i, o, rng: rng.uniform(0, _glorot(i, o), (i, o)),
        "All your weights are positive. The distribution is symmetric: it reaches from minus the "
        "bound to the bound.",
    ),
    Misconception(
        "variance-as-bound",
        _uniform(lambda i, o: math.sqrt(2 / (i + o))),
        "You used the standard deviation as the bound. A uniform number between -a and a has a "
        "variance of a third of a squared, so the bound is wider.",
    ),
    Misconception(
        "no-root",
        _uniform(lambda i, o: 6 / (i + o)),
        "A root is missing in your bound: the sum of the fans belongs to the variance, which is a "
        "square.",
    ),
    Misconception(
        "fan-in-only",
        _uniform(lambda i, _: math.sqrt(6 / i)),
        "Your bound knows the inputs only, which is He's uniform rule. Glorot's stands between "
        "what the way forward wants and what the way back wants.",
    ),
    Misconception(
        "unit-bound",
        _uniform(lambda *_: 1.0),
        "Your weights lie between -1 and 1 whatever the size of the layer. The bound gets smaller "
        "when the fans grow.",
    ),
    *_general(_uniform(_glorot)),
)

LECUN_NORMAL = (
    _STANDARD,
    Misconception("variance-as-deviation", _normal(lambda i, _: 1 / i), _DEVIATION),
    Misconception("fan-out", _normal(lambda _, o: math.sqrt(1 / o)), _OUTPUTS),
    Misconception(
        "he",
        _normal(_he),
        "Your variance is twice as large as asked: that is He's rule, which makes up for what "
        "ReLU cuts. LeCun's keeps the sums at variance 1 without that.",
    ),
    Misconception(
        "glorot",
        _normal(lambda i, o: math.sqrt(2 / (i + o))),
        "This is Glorot's variance, which looks at both fans. LeCun's rule looks only at what is "
        "summed on the way forward.",
    ),
    Misconception(
        "uniform",
        _uniform(lambda i, _: math.sqrt(3 / i)),
        "Your weights have the right variance, but they are uniform. Normal numbers are asked for.",
    ),
    Misconception("cut-off", _cut_off(_lecun), _CUT_OFF),
    Misconception("equal-rows", _one_row(_normal(_lecun)), _EQUAL_ROWS),
    *_general(_normal(_lecun)),
)

HE_NORMAL = (
    _STANDARD,
    Misconception("variance-as-deviation", _normal(lambda i, _: 2 / i), _DEVIATION),
    Misconception("fan-out", _normal(lambda _, o: math.sqrt(2 / o)), _OUTPUTS),
    Misconception(
        "lecun",
        _normal(_lecun),
        "Your variance is half as large as asked: that is LeCun's rule. ReLU cuts half of the "
        "signal away, and He's rule makes up for it.",
    ),
    Misconception(
        "glorot",
        _normal(lambda i, o: math.sqrt(2 / (i + o))),
        "This is Glorot's variance, which looks at both fans. He's rule looks only at what is "
        "summed on the way forward.",
    ),
    Misconception(
        "half-root",
        _normal(lambda i, _: math.sqrt(2) / i),
        "Your root covers the 2 alone. The number of inputs belongs under it as well.",
    ),
    Misconception(
        "uniform",
        _uniform(lambda i, _: math.sqrt(6 / i)),
        "Your weights have the right variance, but they are uniform. Normal numbers are asked for.",
    ),
    Misconception("cut-off", _cut_off(_he), _CUT_OFF),
    Misconception("equal-rows", _one_row(_normal(_he)), _EQUAL_ROWS),
    *_general(_normal(_he)),
)
