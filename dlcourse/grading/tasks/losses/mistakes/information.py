"""Wrong answers for entropy and its relatives, and what a teacher says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

_ZERO = (
    "Ordinary numbers work, but 0 times the logarithm of 0 came out as NaN. What never happens "
    "surprises nobody: such a term counts as 0."
)
_NATS = (
    "Your result is in nats, whatever base the caller gives. The default base is 2: divide by the "
    "logarithm of the base."
)
_BITS = "Your result is always in bits. The caller may choose another base: use the argument."
_CLIPPED = (
    "You keep the probabilities away from 0 by a small number. Where something happens that was "
    "held impossible, the surprise is infinite, and so is the result."
)
_UPSIDE_DOWN = (
    "You multiplied by the logarithm of the base. To change from nats to another unit, divide by "
    "it: one bit is less than one nat."
)


def _weighed(weight: Any, p: Any) -> Any:
    """``-weight * ln(p)`` term by term with 0 log 0 = 0, silent."""
    with np.errstate(divide="ignore"):
        return np.where(weight > 0, -weight * np.log(np.where(weight > 0, p, 1)), 0)


def _surprise(p: Any, q: Any, base: float = 2.0) -> Any:
    return np.sum(_weighed(p, q)) / math.log(base)


ENTROPY = (
    Misconception(
        "zero-log-zero", lambda p, base=2.0: -np.sum(p * np.log(p)) / np.log(base), _ZERO
    ),
    Misconception("nats", lambda p, base=2.0: _surprise(p, p, math.e), _NATS),  # noqa: ARG005
    Misconception("bits", lambda p, base=2.0: _surprise(p, p), _BITS),  # noqa: ARG005
    Misconception(
        "base-multiplied", lambda p, base=2.0: np.sum(_weighed(p, p)) * math.log(base), _UPSIDE_DOWN
    ),
    Misconception(
        "base-divides",
        lambda p, base=2.0: np.sum(_weighed(p, p)) / base,
        "You divided by the base itself. It is the logarithm of the base that changes the unit.",
    ),
    Misconception(
        "sign",
        lambda p, base=2.0: -_surprise(p, p, base),
        "Your entropy is negative. Logarithms of probabilities are negative, and the minus in "
        "front turns them into surprise.",
    ),
    Misconception(
        "unweighted",
        lambda p, base=2.0: np.sum(-np.log(p[p > 0])) / math.log(base),
        "You added up the surprise of every outcome. Entropy is the mean surprise: what happens "
        "often counts more.",
    ),
    Misconception(
        "plain-mean",
        lambda p, base=2.0: np.mean(_weighed(p, p)) / math.log(base),
        "You divided by the number of outcomes. The probabilities are already the weights of this "
        "mean, and they sum to one.",
    ),
    Misconception(
        "gini",
        lambda p, base=2.0: 1 - np.sum(p**2),  # noqa: ARG005
        "This is the Gini impurity, a cousin of entropy that has no logarithm. Entropy is the mean "
        "surprise.",
    ),
    Misconception(
        "uniform",
        lambda p, base=2.0: math.log(len(p)) / math.log(base),
        "This is the entropy when all outcomes are equally likely, which is the most it can be. "
        "Use the probabilities.",
    ),
    Misconception(
        "each",
        lambda p, base=2.0: _weighed(p, p) / math.log(base),
        "You returned a number for each outcome. The entropy is their sum.",
    ),
)


def _naive(p: Any, q: Any, base: float = 2.0) -> Any:
    return -np.sum(p * np.log(q)) / np.log(base)


CROSS_ENTROPY_DIST = (
    Misconception("zero-log-zero", _naive, _ZERO),
    Misconception(
        "clipped",
        lambda p, q, base=2.0: _surprise(p, np.clip(q, 1e-12, 1), base),
        _CLIPPED,
    ),
    Misconception(
        "impossible-dropped",
        lambda p, q, base=2.0: np.sum(_weighed(np.where(q > 0, p, 0), q)) / math.log(base),
        "You left out every outcome that was held impossible. That is right only where it does not "
        "happen; where it does, the surprise is infinite.",
    ),
    Misconception("nats", lambda p, q, base=2.0: _surprise(p, q, math.e), _NATS),  # noqa: ARG005
    Misconception("bits", lambda p, q, base=2.0: _surprise(p, q), _BITS),  # noqa: ARG005
    Misconception(
        "base-multiplied",
        lambda p, q, base=2.0: np.sum(_weighed(p, q)) * math.log(base),
        _UPSIDE_DOWN,
    ),
    Misconception(
        "exchanged",
        lambda p, q, base=2.0: _surprise(q, p, base),
        "The two distributions have changed places: p is what happens and gives the weights, q is "
        "what was expected and gives the surprise.",
    ),
    Misconception(
        "entropy-of-p",
        lambda p, q, base=2.0: _surprise(p, p, base),  # noqa: ARG005
        "This is the entropy of p: q has no say in it. The surprise is that of somebody who "
        "expected q.",
    ),
    Misconception(
        "entropy-of-q",
        lambda p, q, base=2.0: _surprise(q, q, base),  # noqa: ARG005
        "This is the entropy of q: p has no say in it. What happens, and how often, comes from p.",
    ),
    Misconception(
        "divergence",
        lambda p, q, base=2.0: _surprise(p, q, base) - _surprise(p, p, base),
        "This is the divergence, the extra surprise alone. The cross-entropy is the whole "
        "surprise: the entropy of p is a part of it.",
    ),
    Misconception(
        "sign",
        lambda p, q, base=2.0: -_surprise(p, q, base),
        "Your result is negative. Logarithms of probabilities are negative, and the minus in front "
        "turns them into surprise.",
    ),
    Misconception(
        "plain-mean",
        lambda p, q, base=2.0: _surprise(p, q, base) / len(p),
        "You divided by the number of outcomes. The probabilities p are already the weights of "
        "this mean, and they sum to one.",
    ),
)


def _extra(p: Any, q: Any, base: float = 2.0) -> Any:
    with np.errstate(invalid="ignore"):
        return _surprise(p, q, base) - _surprise(p, p, base)


def _naive_extra(p: Any, q: Any, base: float = 2.0) -> Any:
    return np.sum(p * np.log(p / q)) / np.log(base)


def _both(p: Any, q: Any) -> Any:
    """Outcomes whose ratio is a finite number above 0."""
    return (p > 0) & (q > 0)


def _ratios(p: Any, q: Any) -> Any:
    return p[_both(p, q)] / q[_both(p, q)]


KL_DIVERGENCE = (
    Misconception("zero-log-zero", _naive_extra, _ZERO),
    Misconception(
        "clipped", lambda p, q, base=2.0: _extra(p, np.clip(q, 1e-12, 1), base), _CLIPPED
    ),
    Misconception(
        "impossible-dropped",
        lambda p, q, base=2.0: np.sum(p[_both(p, q)] * np.log(_ratios(p, q))) / math.log(base),
        "You left out every outcome that was held impossible. That is right only where it does not "
        "happen; where it does, the divergence is infinite.",
    ),
    Misconception("nats", lambda p, q, base=2.0: _extra(p, q, math.e), _NATS),  # noqa: ARG005
    Misconception("bits", lambda p, q, base=2.0: _extra(p, q), _BITS),  # noqa: ARG005
    Misconception(
        "exchanged",
        lambda p, q, base=2.0: _extra(q, p, base),
        "The two distributions have changed places. The divergence is not symmetric: the weights "
        "are those of p, what happens, and p stands above q in the ratio.",
    ),
    Misconception(
        "sign",
        lambda p, q, base=2.0: -_extra(p, q, base),
        "Your divergence is negative, and a divergence never is. Look at which distribution stands "
        "above in the ratio, or at the sign in front.",
    ),
    Misconception(
        "unweighted",
        lambda p, q, base=2.0: np.sum(np.log(_ratios(p, q))) / math.log(base),
        "You added up the logarithms of the ratios without weights. Each outcome counts as often "
        "as it happens, which p says.",
    ),
    Misconception(
        "averaged-ratios",
        lambda p, q, base=2.0: np.mean(np.log(_ratios(p, q))) / math.log(base),
        "You averaged the logarithms of the ratios, each outcome with the same weight. The "
        "weights are the probabilities p: what happens often counts more.",
    ),
    Misconception(
        "no-logarithm",
        lambda p, q, base=2.0: np.sum(p[_both(p, q)] * _ratios(p, q)),  # noqa: ARG005
        "You averaged the ratios themselves. Without the logarithm a ratio of 4 outweighs a ratio "
        "of a quarter, though they say the same in opposite directions.",
    ),
    Misconception(
        "cross-entropy",
        _surprise,
        "This is the cross-entropy, the whole surprise. The divergence is the extra part: it is 0 "
        "when p and q agree.",
    ),
    Misconception(
        "absolute",
        lambda p, q, base=2.0: np.sum(np.abs(_weighed(p, q) - _weighed(p, p))) / math.log(base),
        "You took absolute values. Terms of both signs are added as they are; only the sum is "
        "never negative.",
    ),
    Misconception(
        "symmetric",
        lambda p, q, base=2.0: (_extra(p, q, base) + _extra(q, p, base)) / 2,
        "You averaged over both directions. The divergence asked for has one direction: q was "
        "expected, p happened.",
    ),
)
