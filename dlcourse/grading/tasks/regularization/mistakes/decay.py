"""Wrong answers for the step with weight decay, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _decay_in_place(w: Any, g: Any, lr: float, decay: float) -> Any:
    w -= lr * (g + decay * w)
    return w


WEIGHT_DECAY = (
    Misconception(
        "no-rate",
        lambda w, g, lr, decay: w - lr * g - decay * w,
        "Your decay does not depend on the learning rate. In this form the rate multiplies the "
        "whole step, the decay included.",
    ),
    Misconception(
        "doubled",
        lambda w, g, lr, decay: w - lr * (g + 2 * decay * w),
        "Your decay is twice as strong as asked. The factor 2 belongs to the gradient of an L2 "
        "penalty; here the decay itself is given.",
    ),
    Misconception(
        "after-the-step",
        lambda w, g, lr, decay: (w - lr * g) * (1 - lr * decay),
        "You let the weights decay after they had moved. The decay is a share of the weights as "
        "they were before the step.",
    ),
    Misconception(
        "no-decay",
        lambda w, g, lr, decay: w - lr * g,
        "This is plain gradient descent: the decay has no effect in your step.",
    ),
    Misconception(
        "grows",
        lambda w, g, lr, decay: w - lr * (g - decay * w),
        "Your weights are pushed away from zero. Decay pulls them toward it: look at the sign.",
    ),
    Misconception(
        "constant-pull",
        lambda w, g, lr, decay: w - (lr * (g + decay * np.sign(w))).astype(w.dtype),
        "Your decay pulls every weight by the same amount, as an L1 penalty would. Weight decay "
        "pulls in proportion to the weight.",
    ),
    Misconception(
        "gradient-decays",
        lambda w, g, lr, decay: w - lr * (1 - decay) * g,
        "You let the gradient shrink. It is the weights that decay.",
    ),
    Misconception(
        "only-decay",
        lambda w, g, lr, decay: w - lr * decay * w,
        "The weights decay, but the gradient has no effect in your step.",
    ),
    Misconception(
        "uphill",
        lambda w, g, lr, decay: w + lr * (g + decay * w),
        "Your step goes the wrong way: uphill along the gradient and away from zero. Look at the "
        "sign in front of the rate.",
    ),
    Misconception(
        "change-only",
        lambda w, g, lr, decay: lr * (g + decay * w),
        "You returned how far the weights move. The new weights are asked for: where you are "
        "afterwards.",
    ),
    Misconception(
        "in-place",
        _decay_in_place,
        "Your numbers are right, but -= writes into the array of the caller, who may still need "
        "the old weights. Make a new array.",
    ),
)
