"""Wrong answers for ReLU, leaky ReLU and their slopes, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _in_place_relu(z: Any) -> Any:
    z[z < 0] = 0
    return z


RELU = (
    Misconception(
        "if-array",
        lambda z: max(z, 0),
        "A single number works, but an array has many signs and one comparison cannot follow them "
        "all. Use something that decides for each number by itself.",
    ),
    Misconception(
        "absolute",
        lambda z: np.abs(z),
        "You turned negative numbers into positive ones. ReLU cuts them to 0.",
    ),
    Misconception(
        "minimum",
        lambda z: np.minimum(z, 0),
        "You kept the negative side and cut the positive one. Of z and 0, which one should win "
        "when z is positive?",
    ),
    Misconception(
        "derivative",
        lambda z: (z > 0).astype(z.dtype),
        "This is the slope of ReLU, 0 or 1. The function itself lets positive numbers through as "
        "they are.",
    ),
    Misconception(
        "leaky",
        lambda z: np.where(z > 0, z, np.multiply(z, 0.01, dtype=z.dtype)),
        "A little of the negative side comes through, as in leaky ReLU. Plain ReLU lets nothing "
        "of it through.",
    ),
    Misconception(
        "softplus",
        lambda z: np.logaddexp(z, np.zeros_like(z)),
        "This is softplus, a rounded version of ReLU: it is not 0 for negative z. ReLU has a "
        "sharp corner.",
    ),
    Misconception(
        "drops",
        lambda z: z[z > 0],
        "The negative numbers are gone, and your result is shorter than z. They should stay in "
        "their places, as zeros.",
    ),
    Misconception(
        "in-place",
        _in_place_relu,
        "The values of your result are right, but the zeros were written into the array that came "
        "in, so the caller's z has changed. A single number cannot be written into at all. Make a "
        "new array.",
    ),
    Misconception(
        "one-number",
        lambda z: np.max(np.maximum(z, 0)),
        "You returned the largest number of the whole array. ReLU compares each number with 0 by "
        "itself, and the result has the shape of z.",
    ),
)

RELU_GRAD = (
    Misconception(
        "if-array",
        lambda z: 1.0 if z > 0 else 0.0,
        "A single number works, but an array has many signs and one comparison cannot follow them "
        "all. Use something that decides for each number by itself.",
    ),
    Misconception(
        "no-derivative",
        lambda z: np.maximum(z, 0),
        "This is ReLU itself. Its slope is asked for: how steep is the line on each side of 0?",
    ),
    Misconception(
        "one-at-zero",
        lambda z: (z >= 0).astype(z.dtype),
        "Everything is right but the corner: at exactly z = 0 this course takes the slope 0, as "
        "the task says. Look at your comparison.",
    ),
    Misconception(
        "half-at-zero",
        lambda z: np.heaviside(z, np.asarray(0.5, dtype=z.dtype)),
        "Everything is right but the corner: one half at z = 0 is one possible convention, but "
        "this course takes 0.",
    ),
    Misconception(
        "sign",
        lambda z: np.sign(z),
        "On the negative side ReLU is flat, so its slope there is 0; yours is -1.",
    ),
    Misconception(
        "swapped",
        lambda z: (z < 0).astype(z.dtype),
        "The two sides are exchanged: ReLU rises where z is positive and is flat where z is "
        "negative.",
    ),
    Misconception(
        "division",
        lambda z: np.maximum(z, 0) / z,
        "Dividing ReLU by z gives the slope of the line to the origin, and 0 / 0 at the corner. "
        "Ask directly on which side of 0 each number lies.",
    ),
    Misconception(
        "booleans",
        lambda z: z > 0,
        "Your answers are True and False. They count as 1 and 0 here, but a slope should be a "
        "floating number, of the dtype of z.",
    ),
    Misconception(
        "whole-numbers",
        lambda z: np.where(z > 0, 1, 0),
        "Your zeros and ones are right, but they are whole numbers: a slope should be a floating "
        "number, of the dtype of z.",
    ),
    Misconception(
        "always-double",
        lambda z: np.where(z > 0, 1.0, 0.0),
        "Your numbers are right, but they are float64 whatever the dtype of z is. For float32 the "
        "slope should be float32 too.",
    ),
    Misconception(
        "always-one",
        lambda z: np.ones_like(z),
        "Your slope is 1 everywhere, as if ReLU were the straight line z. What does it do on the "
        "negative side?",
    ),
)

LEAKY_RELU = (
    Misconception(
        "if-array",
        lambda z, alpha=0.01: max(z, alpha * z),
        "A single number works, but an array has many signs and one comparison cannot follow them "
        "all. Use something that decides for each number by itself.",
    ),
    Misconception(
        "alpha-ignored",
        lambda z, alpha=0.01: np.where(z > 0, z, np.multiply(z, 0.01, dtype=z.dtype)),  # noqa: ARG005
        "Your slope is always 0.01, whatever alpha the caller gives. Use the argument.",
    ),
    Misconception(
        "plain",
        lambda z, alpha=0.01: np.maximum(z, 0),  # noqa: ARG005
        "This is plain ReLU: nothing leaks. On the negative side a fraction alpha of z should "
        "come through.",
    ),
    Misconception(
        "constant",
        lambda z, alpha=0.01: np.where(z > 0, z, np.full_like(z, alpha)),
        "On the negative side you return the constant alpha. alpha is a slope: the result there "
        "still depends on z.",
    ),
    Misconception(
        "sign",
        lambda z, alpha=0.01: np.where(z > 0, z, np.multiply(z, -alpha, dtype=z.dtype)),
        "On the negative side your result is positive. A small negative number should come "
        "through there: look at the sign.",
    ),
    Misconception(
        "swapped",
        lambda z, alpha=0.01: np.where(z > 0, np.multiply(z, alpha, dtype=z.dtype), z),
        "The two sides are exchanged: positive numbers pass unchanged, negative ones are made "
        "small.",
    ),
    Misconception(
        "subtracted",
        lambda z, alpha=0.01: np.where(z > 0, z, np.subtract(z, alpha, dtype=z.dtype)),
        "On the negative side you shifted z by alpha. alpha is a slope, so it multiplies.",
    ),
    Misconception(
        "everywhere",
        lambda z, alpha=0.01: np.multiply(z, alpha, dtype=z.dtype),
        "You scaled every number by alpha. Only the negative side is scaled.",
    ),
)

LEAKY_RELU_GRAD = (
    Misconception(
        "if-array",
        lambda z, alpha=0.01: 1.0 if z > 0 else alpha,
        "A single number works, but an array has many signs and one comparison cannot follow them "
        "all. Use something that decides for each number by itself.",
    ),
    Misconception(
        "always-double",
        lambda z, alpha=0.01: np.where(z > 0, 1.0, alpha),
        "Your numbers are right, but two Python numbers make a float64 array, whatever the dtype "
        "of z is. Make the result like z.",
    ),
    Misconception(
        "alpha-ignored",
        lambda z, alpha=0.01: np.where(z > 0, 1, 0.01).astype(z.dtype),  # noqa: ARG005
        "Your slope on the negative side is always 0.01, whatever alpha the caller gives. Use the "
        "argument.",
    ),
    Misconception(
        "plain",
        lambda z, alpha=0.01: (z > 0).astype(z.dtype),  # noqa: ARG005
        "This is the slope of plain ReLU. The leaky one is not flat on the negative side.",
    ),
    Misconception(
        "one-at-zero",
        lambda z, alpha=0.01: np.where(z >= 0, 1, alpha).astype(z.dtype),
        "Everything is right but the corner: at exactly z = 0 this course takes the slope of the "
        "negative side, as the task says. Look at your comparison.",
    ),
    Misconception(
        "zero-at-zero",
        lambda z, alpha=0.01: (np.where(z > 0, 1, alpha) * (z != 0)).astype(z.dtype),
        "Everything is right but the corner: plain ReLU takes 0 at z = 0, leaky ReLU takes the "
        "slope of the negative side.",
    ),
    Misconception(
        "no-derivative",
        lambda z, alpha=0.01: np.where(z > 0, z, alpha * z).astype(z.dtype),
        "This is leaky ReLU itself. Its slope is asked for: one number for each side, whatever "
        "the size of z.",
    ),
    Misconception(
        "half-derived",
        lambda z, alpha=0.01: np.where(z > 0, 1, alpha * z).astype(z.dtype),
        "The positive side is right. On the negative side z is still in your answer: "
        "differentiate that branch as well.",
    ),
    Misconception(
        "swapped",
        lambda z, alpha=0.01: np.where(z > 0, alpha, 1).astype(z.dtype),
        "The two sides are exchanged: the slope is 1 where z is positive.",
    ),
    Misconception(
        "sign",
        lambda z, alpha=0.01: np.where(z > 0, 1, -alpha).astype(z.dtype),
        "Your slope is negative on the negative side, as if the line fell there. Leaky ReLU rises "
        "on both sides.",
    ),
)
