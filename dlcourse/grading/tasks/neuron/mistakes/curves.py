"""Wrong answers for the sigmoid and for the slopes, and what a teacher says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _sigmoid(z: Any) -> Any:
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def _slope(z: Any) -> Any:
    return _sigmoid(z) * _sigmoid(-z)


SIGMOID = (
    Misconception(
        "sign",
        lambda z: 1 / (1 + np.exp(z)),
        "Your curve falls where it should rise: a large positive z must give almost 1. Look at the "
        "sign in the exponent.",
    ),
    Misconception(
        "overflow",
        lambda z: 1 / (1 + np.exp(-z)),
        "Your numbers are right, but for a large negative z the exponential grows too large to "
        "store and NumPy warns. The same fraction can be written so that no exponent is ever "
        "positive.",
    ),
    Misconception(
        "overflow-ratio",
        lambda z: np.exp(z) / (1 + np.exp(z)),
        "For a large positive z both halves of your fraction become infinite and their ratio is "
        "not a number. This form is good for negative z; find the one that is good for positive z.",
    ),
    Misconception(
        "both-branches",
        lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        "You chose the right formula for each sign, but where() computes both for every number "
        "before it picks one, and the one that is thrown away overflows. Keep the exponent itself "
        "from being positive.",
    ),
    Misconception(
        "clipped",
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        "Clipping at 500 is enough for float64, but in float32 the exponential overflows near 89 "
        "already. A form whose exponents are never positive needs no limit.",
    ),
    Misconception(
        "parentheses",
        lambda z: 1 / 1 + np.exp(-z),
        "Python divides before it adds, so only a part of your denominator is under the fraction. "
        "Look at the parentheses.",
    ),
    Misconception(
        "math",
        lambda z: 1 / (1 + math.exp(-z)),
        "A single number works, but the functions of the module math cannot take an array. NumPy "
        "has functions of the same names that can.",
    ),
    Misconception(
        "if-array",
        lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
        "A single number works, but an array has many signs and one if cannot follow them all. "
        "Decide for each number by itself.",
    ),
    Misconception(
        "tanh",
        lambda z: np.tanh(z),
        "This is the hyperbolic tangent, which runs from -1 to 1. The sigmoid has the same shape "
        "but runs from 0 to 1.",
    ),
    Misconception(
        "derivative",
        lambda z: _slope(z),
        "This is the slope of the sigmoid, highest at 0. The function itself is asked for here; "
        "the slope is the next task.",
    ),
    Misconception(
        "step",
        lambda z: (z > 0).astype(z.dtype),
        "Your function jumps from 0 to 1, as a step unit does. The sigmoid rises smoothly, and is "
        "one half at z = 0.",
    ),
)

SIGMOID_GRAD = (
    Misconception(
        "no-derivative",
        lambda z: _sigmoid(z),
        "This is the sigmoid itself. Its slope is asked for: it must be small at both ends and "
        "largest in the middle.",
    ),
    Misconception(
        "input-is-output",
        lambda z: z * (1 - z),
        "You used z as if it had been through the sigmoid already. The formula a (1 - a) wants "
        "the output a; the argument here is the pre-activation z.",
    ),
    Misconception(
        "one-factor",
        lambda z: _sigmoid(-z),
        "The slope is a product of two factors, and one of them is missing: yours does not get "
        "small at both ends.",
    ),
    Misconception(
        "squared",
        lambda z: _sigmoid(z) ** 2,
        "You multiplied the sigmoid by itself. One of the two factors should tell how far the "
        "sigmoid is from 1.",
    ),
    Misconception(
        "sign",
        lambda z: -_slope(z),
        "The sigmoid never falls, so its slope is never negative. A sign was lost when the "
        "exponent was differentiated.",
    ),
    Misconception(
        "tanh-rule",
        lambda z: 1 - _sigmoid(z) ** 2,
        "This rule, one minus the square of the output, belongs to tanh. The sigmoid has a rule "
        "of its own: check it at z = 0, where the slope is one quarter.",
    ),
    Misconception(
        "plus",
        lambda z: _sigmoid(z) * (1 + _sigmoid(z)),
        "Your second factor grows where it should shrink: the slope must vanish where the sigmoid "
        "comes close to 1. Look at the sign.",
    ),
    Misconception(
        "unsafe-sigmoid",
        lambda z: 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))),
        "Your slope is right, but the sigmoid inside it overflows for a large negative z and NumPy "
        "warns. With a safe sigmoid, as task 2 asks for, the slope is safe as well.",
    ),
    Misconception(
        "overflow",
        lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "The formula is right on paper, but for a large negative z it divides infinity by "
        "infinity. Write it with a sigmoid that is safe for every z.",
    ),
)

TANH_GRAD = (
    Misconception(
        "no-derivative",
        lambda z: np.tanh(z),
        "This is tanh itself. Its slope is asked for, which is 1 at z = 0 and small at both ends.",
    ),
    Misconception(
        "no-square",
        lambda z: 1 - np.tanh(z),
        "A square is missing: the slope of tanh is the same at z and at -z, yours is not.",
    ),
    Misconception(
        "input-is-output",
        lambda z: 1 - z**2,
        "You used z as if it had been through tanh already. The formula 1 - a² wants the output "
        "a; the argument here is the pre-activation z.",
    ),
    Misconception(
        "plus",
        lambda z: 1 + np.tanh(z) ** 2,
        "Your slope is near 2 where tanh is flat; it should be near 0 there. Look at the sign "
        "before the square.",
    ),
    Misconception(
        "only-square",
        lambda z: np.tanh(z) ** 2,
        "Your slope is 0 in the middle and 1 at the ends; it should be the other way round.",
    ),
    Misconception(
        "sigmoid-rule",
        lambda z: np.tanh(z) * (1 - np.tanh(z)),
        "The rule a (1 - a) belongs to the sigmoid. tanh has a rule of its own: check it at "
        "z = 0, where the slope is 1.",
    ),
    Misconception(
        "square-outside",
        lambda z: (1 - np.tanh(z)) ** 2,
        "You squared the difference; the square belongs to tanh alone, before you subtract.",
    ),
    Misconception(
        "overflow",
        lambda z: 1 / np.cosh(z) ** 2,
        "The formula is right on paper, but cosh grows too large to store for a large z and NumPy "
        "warns. There is a form that uses only numbers between -1 and 1.",
    ),
)
