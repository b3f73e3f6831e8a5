"""Wrong answers for the neuron and for softmax, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _exp(z: Any) -> Any:
    """Exponentials after the usual shift."""
    return np.exp(z - z.max(axis=-1, keepdims=True))


def _share(powers: Any, axis: int = -1) -> Any:
    return powers / powers.sum(axis=axis, keepdims=True)


def _logistic(z: Any) -> Any:
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


NEURON = (
    Misconception(
        "no-bias",
        lambda x, w, b, activation: activation(x @ w),  # noqa: ARG005
        "The bias is missing: it is added to the weighted sum before the activation.",
    ),
    Misconception(
        "no-activation",
        lambda x, w, b, activation: x @ w + b,  # noqa: ARG005
        "You returned the pre-activation z. The last step is missing: the activation is called "
        "on it.",
    ),
    Misconception(
        "bias-outside",
        lambda x, w, b, activation: activation(x @ w) + b,
        "The bias was added after the activation. It belongs inside, where it shifts the point at "
        "which the neuron reacts.",
    ),
    Misconception(
        "inputs-activated",
        lambda x, w, b, activation: activation(x) @ w + b,
        "The activation was called on the inputs. It comes last: weigh, add, then bend.",
    ),
    Misconception(
        "activated-before-sum",
        lambda x, w, b, activation: activation(x * w).sum(axis=-1) + b,
        "The activation was called on each product, before the sum. A neuron bends the sum, once.",
    ),
    Misconception(
        "no-sum",
        lambda x, w, b, activation: activation(x * w + b),
        "You have one number for each input feature: the products were never summed.",
    ),
    Misconception(
        "bias-per-input",
        lambda x, w, b, activation: activation((x * w + b).sum(axis=-1)),
        "The bias was added to every product, so it counts once for each feature. It is added "
        "once, after the sum.",
    ),
    Misconception(
        "mean",
        lambda x, w, b, activation: activation((x * w).mean(axis=-1) + b),
        "You averaged the products. A neuron takes their sum.",
    ),
    Misconception(
        "one-sum",
        lambda x, w, b, activation: activation((x * w).sum() + b),
        "One example works, but for many you summed over all of them. Each row of x is an example "
        "and gets a number of its own.",
    ),
    Misconception(
        "weights-first",
        lambda x, w, b, activation: activation(w @ x + b),
        "One example works, but for many the product runs over the examples. The features are the "
        "last axis of x: think about which factor stands on the left.",
    ),
    Misconception(
        "rows-as-features",
        lambda x, w, b, activation: activation(sum(x[i] * w[i] for i in range(len(w))) + b),
        "One example works, but for many x[i] is a whole example, so your loop pairs weights with "
        "examples. The features are the last axis of x.",
    ),
    Misconception(
        "counts-rows",
        lambda x, w, b, activation: activation(sum(x[i] * w[i] for i in range(len(x))) + b),
        "One example works, but for many len(x) counts examples, so your loop runs over rows and "
        "not over features. The features are the last axis of x.",
    ),
    Misconception(
        "bias-subtracted",
        lambda x, w, b, activation: activation(x @ w - b),
        "The bias was subtracted. In this course it is added (a threshold would be subtracted).",
    ),
    Misconception(
        "own-activation",
        lambda x, w, b, activation: _logistic(x @ w + b),  # noqa: ARG005
        "You always use the sigmoid. The caller chooses: call the function that comes as the "
        "argument activation.",
    ),
)

SOFTMAX = (
    Misconception(
        "no-shift",
        lambda z: _share(np.exp(z)),
        "The formula is right, but the exponential of a large score is too large to store. "
        "Softmax does not change when the same number is subtracted from every score of a row: "
        "choose that number well.",
    ),
    Misconception(
        "shared-shift",
        lambda z: _share(np.exp(z - z.max())),
        "You subtracted the largest score of the whole matrix. A row far below it then has only "
        "zeros to divide by: each row needs a shift of its own.",
    ),
    Misconception(
        "wrong-axis",
        lambda z: _share(np.exp(z - z.max(axis=0)), axis=0),
        "Your columns sum to one, not your rows: the sum runs over the wrong axis. Each row is an "
        "example, and its classes lie along the last axis.",
    ),
    Misconception(
        "whole-sum",
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
        "All numbers together sum to one. Every row should sum to one by itself.",
    ),
    Misconception(
        "wrong-axis-shift",
        lambda z: _share(np.exp(z - z.max(axis=0))),
        "Your rows sum to one, but the shift was taken for each column. A shift leaves softmax "
        "alone only when all scores of a row get the same one.",
    ),
    Misconception(
        "kept-no-axis",
        lambda z: _exp(z) / _exp(z).sum(axis=-1),
        "The sum over each row has lost its axis, so NumPy divides columns by it, or cannot "
        "divide at all. Look for the option of sum that keeps the axis.",
    ),
    Misconception(
        "axis-one",
        lambda z: _share(np.exp(z - z.max(axis=1, keepdims=True)), axis=1),
        "Many examples work, but a single one has no axis 1. The classes lie along the last axis "
        "in both cases: axes can be counted from the end as well.",
    ),
    Misconception(
        "no-exponential",
        lambda z: z / z.sum(axis=-1, keepdims=True),
        "You divided the scores by their sum. Scores can be negative; the exponential that makes "
        "them positive is missing.",
    ),
    Misconception(
        "no-division",
        lambda z: np.exp(z),
        "These are the exponentials; they do not sum to one yet. Divide by the sum of the row.",
    ),
    Misconception(
        "sigmoid",
        lambda z: _logistic(z),
        "This is the sigmoid of each score by itself. In softmax the classes share one "
        "probability: a row sums to one.",
    ),
    Misconception(
        "sign",
        lambda z: _share(np.exp(z.min(axis=-1, keepdims=True) - z)),
        "The largest score gets the smallest probability. Look at the sign in the exponent.",
    ),
    Misconception(
        "logarithm",
        lambda z: np.log(_share(_exp(z))),
        "These are logarithms of probabilities. The probabilities themselves are asked for.",
    ),
    Misconception(
        "winner",
        lambda z: (z == z.max(axis=-1, keepdims=True)).astype(z.dtype),
        "You give everything to the largest score. Softmax is soft: every class gets a share.",
    ),
)
