"""Wrong answers for plain descent and for momentum, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _sgd_in_place(w: Any, g: Any, lr: float) -> Any:
    w -= lr * g
    return w


def _momentum_in_place(w: Any, g: Any, v: Any, lr: float, beta: float = 0.9) -> Any:
    v *= beta
    v += g
    w -= lr * v
    return w, v


def _average_in_place(w: Any, g: Any, v: Any, lr: float, beta: float = 0.9) -> Any:
    v *= beta
    v += (1 - beta) * g
    w -= lr * v
    return w, v


def _nesterov_in_place(w: Any, g: Any, v: Any, lr: float, beta: float = 0.9) -> Any:
    v *= beta
    v += g
    w -= lr * (g + beta * v)
    return w, v


def _moved(w: Any, v: Any, lr: float) -> Any:
    return w - lr * v, v


_IN_PLACE = (
    "Your numbers are right, but operators such as -= and *= write into the arrays of the caller, "
    "who may still need them. Make new arrays."
)
_EXCHANGED = (
    "The two results come in the opposite order: the new weights first, then the new velocity."
)
_WEIGHTS_ONLY = (
    "You returned the new weights alone. The velocity has to come back as well, or the next step "
    "would know nothing of this one."
)

SGD = (
    Misconception(
        "uphill",
        lambda w, g, lr: w + lr * g,
        "Your step goes uphill: the gradient points to where the loss grows. Look at the sign.",
    ),
    Misconception(
        "no-rate",
        lambda w, g, lr: w - g,
        "The learning rate has no say in your step. It scales how far the weights move.",
    ),
    Misconception(
        "step-only",
        lambda w, g, lr: lr * g,
        "You returned the learning rate times the gradient, which is how far to go. The new "
        "weights are asked for: where you are afterwards.",
    ),
    Misconception(
        "change-only",
        lambda w, g, lr: -lr * g,
        "You returned the change of the weights. The new weights are asked for: start from the "
        "old ones.",
    ),
    Misconception(
        "divided",
        lambda w, g, lr: w - g / lr,
        "You divided by the learning rate, so a small rate makes a huge step. It multiplies.",
    ),
    Misconception(
        "sign-only",
        lambda w, g, lr: w - (lr * np.sign(g)).astype(g.dtype),
        "All your steps have the same length, whatever the gradient's size. Plain descent walks "
        "farther where the slope is steeper.",
    ),
    Misconception(
        "unit-length",
        lambda w, g, lr: w - lr * g / np.linalg.norm(g),
        "You divided the gradient by its length. In plain gradient descent the length of the "
        "gradient decides how far to go.",
    ),
    Misconception(
        "averaged",
        lambda w, g, lr: w - lr * g.mean(),
        "You averaged the gradient over the weights, so that all of them move alike. Each weight "
        "moves by its own entry.",
    ),
    Misconception(
        "scaled",
        lambda w, g, lr: w * (1 - lr * g),
        "Your change is proportional to the weight itself. The step does not depend on the "
        "weight, only on the gradient there.",
    ),
    Misconception(
        "in-place",
        _sgd_in_place,
        "Your numbers are right, but -= writes into the array of the caller, who may still need "
        "the old weights. Make a new array.",
    ),
)

MOMENTUM = (
    Misconception(
        "average",
        lambda w, g, v, lr, beta=0.9: _moved(w, beta * v + (1 - beta) * g, lr),
        "You weighed the gradient with 1 - beta: that is the running mean of the notes, the next "
        "task. Here the gradient enters the velocity whole.",
    ),
    Misconception(
        "rate-inside",
        lambda w, g, v, lr, beta=0.9: (w - (beta * v + lr * g), beta * v + lr * g),
        "You put the learning rate into the velocity. Many books do, but here the velocity sums "
        "gradients, and the rate comes in when the weights move.",
    ),
    Misconception(
        "old-velocity",
        lambda w, g, v, lr, beta=0.9: (w - lr * v, beta * v + g),
        "The weights moved with the old velocity, so the new gradient comes a step late. Update "
        "the velocity first.",
    ),
    Misconception(
        "uphill",
        lambda w, g, v, lr, beta=0.9: (w + lr * (beta * v + g), beta * v + g),
        "Your step goes uphill: the velocity sums gradients, and these point to where the loss "
        "grows. Look at the sign in the line of the weights.",
    ),
    Misconception(
        "negative-velocity",
        lambda w, g, v, lr, beta=0.9: (w + lr * (beta * v - g), beta * v - g),
        "You subtract the gradient in the velocity. The weights may go the right way, but here "
        "the velocity adds gradients up, and the sign changes when the weights move.",
    ),
    Misconception(
        "no-memory",
        lambda w, g, v, lr, beta=0.9: _moved(w, g + 0 * v, lr),
        "The old velocity is forgotten, so this is plain gradient descent. A share of the old "
        "velocity has to live on in the new one.",
    ),
    Misconception(
        "no-friction",
        lambda w, g, v, lr, beta=0.9: _moved(w, v + g, lr),
        "The old velocity is kept whole, so old gradients never fade. Only the share beta of it "
        "is kept.",
    ),
    Misconception(
        "swapped-shares",
        lambda w, g, v, lr, beta=0.9: _moved(w, (1 - beta) * v + g, lr),
        "You keep the share 1 - beta of the old velocity. beta is what is kept: with 0.9 the "
        "velocity should remember a lot.",
    ),
    Misconception(
        "nesterov",
        lambda w, g, v, lr, beta=0.9: (w - lr * (g + beta * (beta * v + g)), beta * v + g),
        "This is Nesterov's step, which looks ahead. Plain momentum moves the weights by the new "
        "velocity itself.",
    ),
    Misconception(
        "beta-ignored",
        lambda w, g, v, lr, beta=0.9: _moved(w, 0.9 * v + g, lr),
        "You always keep 0.9 of the velocity, whatever beta the caller gives. Use the argument.",
    ),
    Misconception(
        "exchanged", lambda w, g, v, lr, beta=0.9: _moved(w, beta * v + g, lr)[::-1], _EXCHANGED
    ),
    Misconception(
        "weights-only",
        lambda w, g, v, lr, beta=0.9: w - lr * (beta * v + g),
        _WEIGHTS_ONLY,
    ),
    Misconception("in-place", _momentum_in_place, _IN_PLACE),
)

EMA_MOMENTUM = (
    Misconception(
        "sum",
        lambda w, g, v, lr, beta=0.9: _moved(w, beta * v + g, lr),
        "The gradient enters with its full weight, as in the task before. Here v is a running "
        "mean, so the two shares have to add up to one.",
    ),
    Misconception(
        "swapped-shares",
        lambda w, g, v, lr, beta=0.9: _moved(w, (1 - beta) * v + beta * g, lr),
        "The two shares are exchanged. beta belongs to the old mean: with 0.9 it should change "
        "slowly.",
    ),
    Misconception(
        "old-average",
        lambda w, g, v, lr, beta=0.9: (w - lr * v, beta * v + (1 - beta) * g),
        "The weights moved with the old mean, so the new gradient comes a step late. Update the "
        "mean first.",
    ),
    Misconception(
        "bias-corrected",
        lambda w, g, v, lr, beta=0.9: (
            w - lr * (beta * v + (1 - beta) * g) / (1 - beta),
            beta * v + (1 - beta) * g,
        ),
        "You divided the mean by 1 - beta before the step. That undoes the averaging; here the "
        "weights move by the mean as it is.",
    ),
    Misconception(
        "uphill",
        lambda w, g, v, lr, beta=0.9: (
            w + lr * (beta * v + (1 - beta) * g),
            beta * v + (1 - beta) * g,
        ),
        "Your step goes uphill: the mean of gradients points to where the loss grows. Look at the "
        "sign in the line of the weights.",
    ),
    Misconception(
        "no-memory",
        lambda w, g, v, lr, beta=0.9: _moved(w, (1 - beta) * g + 0 * v, lr),
        "The old mean is forgotten. A share beta of it has to live on in the new one.",
    ),
    Misconception(
        "rate-inside",
        lambda w, g, v, lr, beta=0.9: (
            w - (beta * v + (1 - beta) * lr * g),
            beta * v + (1 - beta) * lr * g,
        ),
        "You put the learning rate into the mean. v averages gradients; the rate comes in when "
        "the weights move.",
    ),
    Misconception(
        "beta-ignored",
        lambda w, g, v, lr, beta=0.9: _moved(w, 0.9 * v + (1 - 0.9) * g, lr),
        "Your shares are always 0.9 and 0.1, whatever beta the caller gives. Use the argument.",
    ),
    Misconception(
        "exchanged",
        lambda w, g, v, lr, beta=0.9: _moved(w, beta * v + (1 - beta) * g, lr)[::-1],
        "The two results come in the opposite order: the new weights first, then the new mean.",
    ),
    Misconception("in-place", _average_in_place, _IN_PLACE),
)

NESTEROV = (
    Misconception(
        "plain",
        lambda w, g, v, lr, beta=0.9: _moved(w, beta * v + g, lr),
        "Your weights move as in plain momentum. Nesterov's step looks one step ahead: update the "
        "velocity first, then combine the new one with the gradient once more.",
    ),
    Misconception(
        "velocity-is-step",
        lambda w, g, v, lr, beta=0.9: _moved(w, g + beta * (beta * v + g), lr),
        "The weights are right, but you returned the direction of the step as the velocity. What "
        "is remembered is the velocity itself.",
    ),
    Misconception(
        "whole-velocity",
        lambda w, g, v, lr, beta=0.9: (w - lr * (g + (beta * v + g)), beta * v + g),
        "You look ahead by the whole velocity. The next step would keep only its share beta.",
    ),
    Misconception(
        "no-gradient",
        lambda w, g, v, lr, beta=0.9: (w - lr * beta * (beta * v + g), beta * v + g),
        "You look ahead with the velocity, but the gradient itself is missing in the step of the "
        "weights.",
    ),
    Misconception(
        "average",
        lambda w, g, v, lr, beta=0.9: (
            w - lr * (g + beta * (beta * v + (1 - beta) * g)),
            beta * v + (1 - beta) * g,
        ),
        "Your velocity is a running mean: the gradient enters with the weight 1 - beta. Here it "
        "enters whole.",
    ),
    Misconception(
        "uphill",
        lambda w, g, v, lr, beta=0.9: (w + lr * (g + beta * (beta * v + g)), beta * v + g),
        "Your step goes uphill: gradient and velocity both point to where the loss grows. Look at "
        "the sign in the line of the weights.",
    ),
    Misconception(
        "beta-ignored",
        lambda w, g, v, lr, beta=0.9: (w - lr * (g + 0.9 * (0.9 * v + g)), 0.9 * v + g),
        "You always keep 0.9 of the velocity, whatever beta the caller gives. Use the argument.",
    ),
    Misconception(
        "exchanged",
        lambda w, g, v, lr, beta=0.9: (beta * v + g, w - lr * (g + beta * (beta * v + g))),
        _EXCHANGED,
    ),
    Misconception("in-place", _nesterov_in_place, _IN_PLACE),
)
