"""Wrong answers for dropout's way back and for test time, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _backward_in_place(d_out: Any, mask: Any, p_drop: float) -> Any:
    d_out *= mask
    d_out /= 1 - p_drop
    return d_out


BACKWARD = (
    Misconception(
        "no-mask",
        lambda d_out, mask, p_drop: d_out / (1 - p_drop),
        "A unit that was dropped has no effect on the loss, so no gradient flows through it. The "
        "mask is missing.",
    ),
    Misconception(
        "not-scaled",
        lambda d_out, mask, p_drop: d_out * mask,
        "The forward pass scaled what it kept, and the gradient is scaled by the same factor.",
    ),
    Misconception(
        "scaled-down",
        lambda d_out, mask, p_drop: d_out * mask * (1 - p_drop),
        "You undid the scale of the forward pass. A factor on the way forward is the same factor "
        "on the way back.",
    ),
    Misconception(
        "other-probability",
        lambda d_out, mask, p_drop: d_out * mask / p_drop,
        "You divided by the probability of dropping. The scale of the forward pass came from the "
        "share that is kept.",
    ),
    Misconception(
        "dropped-units",
        lambda d_out, mask, p_drop: d_out * (1 - np.asarray(mask, d_out.dtype)) / (1 - p_drop),
        "Your gradient flows through the units that were dropped, and stops at those that were "
        "kept. The mask is 1 where a unit was kept.",
    ),
    Misconception(
        "scaled-twice",
        lambda d_out, mask, p_drop: d_out * mask / (1 - p_drop) ** 2,
        "You scaled twice. The forward pass scaled once, and so does the backward pass.",
    ),
    Misconception(
        "unchanged",
        lambda d_out, mask, p_drop: d_out.copy(),
        "The gradient comes back as it went in. Dropout changed the signal on the way forward, "
        "and it changes the gradient in the same way.",
    ),
    Misconception(
        "in-place",
        _backward_in_place,
        "Your numbers are right, but the array d_out of the caller was overwritten. Make a new "
        "one.",
    ),
)


def _test_in_place(x: Any, p_keep: float) -> Any:
    x *= p_keep
    return x


TEST = (
    Misconception(
        "unchanged",
        lambda x, p_keep: x + 0,
        "The activations come back as they were. In the plain form all units are there at test "
        "time, more than in training, so their sum would be too large.",
    ),
    Misconception(
        "divided",
        lambda x, p_keep: x / p_keep,
        "You made the activations larger. In training only a share of them was there, so at test "
        "time they have to get smaller.",
    ),
    Misconception(
        "share-dropped",
        lambda x, p_keep: x * (1 - p_keep),
        "You scaled by the share that is dropped. The mean in training is the share that is kept.",
    ),
    Misconception(
        "squared",
        lambda x, p_keep: x * p_keep**2,
        "You scaled twice. Nothing was scaled in training, so once is enough.",
    ),
    Misconception(
        "inverted-twice",
        lambda x, p_keep: x / (1 - p_keep),
        "This is the scale of inverted dropout in training, for a probability of dropping. Here "
        "the probability of keeping is given, and it is test time.",
    ),
    Misconception(
        "root",
        lambda x, p_keep: x * p_keep**0.5,
        "You kept the spread of the activations rather than their mean. The mean over the masks is "
        "asked for.",
    ),
    Misconception(
        "subtracted",
        lambda x, p_keep: x - p_keep,
        "You subtracted the probability. On average a unit that is there with some probability "
        "counts that share of itself.",
    ),
    Misconception(
        "in-place",
        _test_in_place,
        "Your numbers are right, but the activations of the caller were overwritten. Make a new "
        "array.",
    ),
)
