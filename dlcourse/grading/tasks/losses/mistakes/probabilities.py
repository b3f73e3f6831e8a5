"""Wrong answers for the losses that take probabilities, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

_ZERO = (
    "Ordinary numbers work, but 0 times the logarithm of 0 came out as NaN. A term whose weight "
    "is 0 counts as 0: do not let it take the logarithm."
)
_CLIPPED = (
    "Ordinary numbers work, but you keep the probabilities away from 0 by a small number, so a "
    "loss that is very large or infinite comes out too small. Leave them as they are and treat "
    "a weight of 0 by itself."
)


def _times_log(weight: Any, p: Any, log: Callable[..., Any] = np.log) -> Any:
    """``weight * log(p)`` with 0 log 0 = 0, silent."""
    with np.errstate(divide="ignore"):
        return np.where(weight > 0, weight * log(np.where(weight > 0, p, 1)), 0).astype(p.dtype)


def _binary(p: Any, y: Any, log: Callable[..., Any] = np.log) -> Any:
    return -(_times_log(y, p, log) + _times_log(1 - y, 1 - p, log))


def _naive_binary(p: Any, y: Any) -> Any:
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


BINARY_CROSS_ENTROPY = (
    Misconception(
        "zero-log-zero",
        _naive_binary,
        _ZERO,
    ),
    Misconception(
        "clipped",
        lambda p, y: _naive_binary(np.clip(p, 1e-7, 1 - 1e-7), y),
        _CLIPPED,
    ),
    Misconception(
        "epsilon",
        lambda p, y: -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)),
        "A small number inside the logarithm keeps it finite, but also changes the answer: a loss "
        "that is very large or infinite comes out too small. Treat a weight of 0 by itself "
        "instead.",
    ),
    Misconception(
        "sign",
        lambda p, y: -np.mean(_binary(p, y)),
        "Your loss is negative. Logarithms of probabilities are negative, and the minus in front "
        "makes a loss of them.",
    ),
    Misconception(
        "sum",
        lambda p, y: np.sum(_binary(p, y)),
        "You added the losses of the examples up. Their mean is asked for.",
    ),
    Misconception(
        "bits",
        lambda p, y: np.mean(_binary(p, y, np.log2)),
        "Your loss is in bits. In this course losses are in nats: the natural logarithm.",
    ),
    Misconception(
        "one-sided",
        lambda p, y: -np.mean(_times_log(y, p)),
        "Only the positive examples count in your loss. A negative example has a loss too: the "
        "second half of the formula is missing.",
    ),
    Misconception(
        "exchanged",
        lambda p, y: np.mean(_binary(y, p)),
        "Prediction and target have changed places: the logarithm belongs to what was predicted, "
        "the weight to what happened.",
    ),
    Misconception(
        "opposite",
        lambda p, y: np.mean(_binary(p, 1 - y)),
        "Your loss is small when the prediction is wrong. Which probability was given to what "
        "really happened?",
    ),
    Misconception(
        "squared",
        lambda p, y: np.mean((p - y) ** 2),
        "This is the squared error of the probabilities. The log loss takes the logarithm of the "
        "probability that was given to what happened.",
    ),
    Misconception(
        "error-rate",
        lambda p, y: np.mean((p > 0.5) != (y > 0.5)),
        "You counted how often the rounded prediction is wrong. A loss also says how sure the "
        "prediction was.",
    ),
    Misconception(
        "rows-only",
        lambda p, y: np.sum(_binary(p, y)) / len(y),
        "A vector works, but an array with columns is divided by its number of rows only. Divide "
        "by how many predictions there are in all.",
    ),
    Misconception(
        "hard-only",
        lambda p, y: np.mean(_binary(p, (y > 0.5) * 1.0)),
        "Targets of 0 and 1 work, but a target in between was rounded. Both halves of the formula "
        "count then, each with its weight.",
    ),
)


def _rows(p: Any, t: Any, log: Callable[..., Any] = np.log) -> Any:
    return -_times_log(t, p, log).sum(axis=-1)


def _naive_rows(p: Any, t: Any) -> Any:
    return -np.mean(np.sum(t * np.log(p), axis=-1))


def _of_largest(p: Any, t: Any) -> Any:
    """Probability that was given to the class with the largest target."""
    return np.take_along_axis(p, t.argmax(axis=-1)[:, None], axis=-1)[:, 0]


CROSS_ENTROPY = (
    Misconception("zero-log-zero", _naive_rows, _ZERO),
    Misconception("clipped", lambda p, t: _naive_rows(np.clip(p, 1e-12, 1), t), _CLIPPED),
    Misconception(
        "sign",
        lambda p, t: -np.mean(_rows(p, t)),
        "Your loss is negative. Logarithms of probabilities are negative, and the minus in front "
        "makes a loss of them.",
    ),
    Misconception(
        "sum",
        lambda p, t: np.sum(_rows(p, t)),
        "You added the losses of the examples up. Their mean is asked for: add over the classes, "
        "average over the examples.",
    ),
    Misconception(
        "mean-of-all",
        lambda p, t: np.mean(-_times_log(t, p)),
        "You averaged over the classes as well. The terms of one example are added up; only the "
        "examples are averaged.",
    ),
    Misconception(
        "columns",
        lambda p, t: np.sum(_rows(p, t)) / p.shape[1],
        "You divided by the number of classes. Divide by the number of examples, which is the "
        "number of rows.",
    ),
    Misconception(
        "each",
        lambda p, t: _rows(p, t),
        "You returned the loss of each example. What is missing is the mean over them.",
    ),
    Misconception(
        "bits",
        lambda p, t: np.mean(_rows(p, t, np.log2)),
        "Your loss is in bits. In this course losses are in nats: the natural logarithm.",
    ),
    Misconception(
        "exchanged",
        lambda p, t: np.mean(_rows(t, p)),
        "Prediction and target have changed places: the logarithm belongs to what was predicted, "
        "the weight to what happened.",
    ),
    Misconception(
        "binary",
        lambda p, t: np.mean(_rows(p, t) + _rows(1 - p, 1 - t)),
        "You also counted what was given to the classes that did not happen. With several classes "
        "the formula has one term a class: they already share the probability.",
    ),
    Misconception(
        "largest-only",
        lambda p, t: -np.mean(np.log(_of_largest(p, t))),
        "One-hot targets work, but of a target that is shared among classes you took the largest "
        "part only. Every class counts with its own weight.",
    ),
    Misconception(
        "log-of-sum",
        lambda p, t: -np.mean(np.log(np.sum(p * t, axis=-1))),
        "One-hot targets work, but you took the logarithm of a sum. Take the logarithm of each "
        "probability first, then weigh and add.",
    ),
    Misconception(
        "squared",
        lambda p, t: np.mean(np.sum((p - t) ** 2, axis=-1)),
        "This is a squared distance. The cross-entropy takes the logarithm of the probability "
        "that was given to what happened.",
    ),
)
