"""Wrong answers for the losses that start from the scores, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _sigmoid(z: Any) -> Any:
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def _softplus(z: Any) -> Any:
    return np.logaddexp(z, np.zeros_like(z))


def _losses(z: Any, y: Any) -> Any:
    return y * _softplus(-z) + (1 - y) * _softplus(z)


def _of_probabilities(p: Any, y: Any) -> Any:
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


BCE_FROM_LOGITS = (
    Misconception(
        "sigmoid-first",
        lambda z, y: _of_probabilities(_sigmoid(z), y),
        "Scores of ordinary size work. A large one has the sigmoid exactly 0 or 1, and then its "
        "logarithm is lost. Simplify on paper before you compute: the probability need never be "
        "formed.",
    ),
    Misconception(
        "clipped",
        lambda z, y: _of_probabilities(np.clip(_sigmoid(z), 1e-7, 1 - 1e-7), y),
        "You keep the probability away from 0 and 1 by a small number. That hides the trouble: the "
        "loss of a confident mistake comes out too small. Work on the score itself.",
    ),
    Misconception(
        "overflow",
        lambda z, y: np.mean(y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z))),
        "The formula is right, but the exponential of a large score is too large to store. Only "
        "exponentials of numbers below zero are safe.",
    ),
    Misconception(
        "scores-as-probabilities",
        lambda z, y: _of_probabilities(z, y),
        "You took the logarithm of the scores. They are not probabilities yet: a score may be "
        "negative, and its sigmoid is the probability.",
    ),
    Misconception(
        "opposite",
        lambda z, y: np.mean(_losses(-z, y)),
        "Your loss is small when the score is wrong. A high score stands for the positive class: "
        "look at the signs.",
    ),
    Misconception(
        "sum",
        lambda z, y: np.sum(_losses(z, y)),
        "You added the losses of the examples up. Their mean is asked for.",
    ),
    Misconception(
        "rows-only",
        lambda z, y: np.sum(_losses(z, y)) / len(y),
        "A vector works, but an array with columns is divided by its number of rows only. Divide "
        "by how many scores there are in all.",
    ),
    Misconception(
        "bits",
        lambda z, y: np.mean(_losses(z, y)) / np.log(2),
        "Your loss is in bits. In this course losses are in nats: the natural logarithm.",
    ),
    Misconception(
        "one-sided",
        lambda z, y: np.mean(y * _softplus(-z)),
        "Only the positive examples count in your loss. A negative example has a loss too: the "
        "second half of the formula is missing.",
    ),
    Misconception(
        "hard-only",
        lambda z, y: np.mean(_softplus(np.where(y > 0.5, -z, z))),
        "Targets of 0 and 1 work, but a target in between was rounded. Both halves of the formula "
        "count then, each with its weight.",
    ),
    Misconception(
        "linear-forgotten",
        lambda z, y: np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))),  # noqa: ARG005
        "The target has no say in your loss: this is the loss of examples that are all negative. "
        "The part that depends on the target is missing.",
    ),
    Misconception(
        "squared",
        lambda z, y: np.mean((_sigmoid(z) - y) ** 2),
        "This is the squared error of the probabilities. The log loss takes the logarithm of the "
        "probability that was given to what happened.",
    ),
)


def _shifted(z: Any) -> Any:
    return z - z.max(axis=-1, keepdims=True)


def _log_sum(z: Any) -> Any:
    return np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def _softmax(z: Any) -> Any:
    return np.exp(_shifted(z)) / np.sum(np.exp(_shifted(z)), axis=-1, keepdims=True)


def _log_softmax(z: Any) -> Any:
    return _shifted(z) - _log_sum(_shifted(z))


def _log_softmax_of_all(z: Any) -> Any:
    shifted = z - z.max()
    return shifted - np.log(np.sum(np.exp(shifted)))


def _over_columns(z: Any) -> Any:
    shifted = z - z.max(axis=0)
    return shifted - np.log(np.sum(np.exp(shifted), axis=0))


def _without_axis(z: Any) -> Any:
    return _shifted(z) - np.log(np.sum(np.exp(_shifted(z)), axis=-1))


LOG_SOFTMAX = (
    Misconception(
        "softmax-first",
        lambda z: np.log(_softmax(z)),
        "Scores of ordinary size work. A class far behind has a softmax of exactly 0, and then its "
        "logarithm is lost. Take the logarithm on paper first: the quotient becomes a "
        "difference.",
    ),
    Misconception(
        "no-shift",
        lambda z: z - _log_sum(z),
        "The formula is right, but the exponential of a large score is too large to store. As in "
        "softmax, the same number may be subtracted from every score of a row.",
    ),
    Misconception(
        "shared-shift",
        lambda z: z - z.max() - _log_sum(z - z.max()),
        "You subtracted the largest score of the whole matrix. A row far below it then has only "
        "zeros to add: each row needs a shift of its own.",
    ),
    Misconception(
        "shift-forgotten",
        lambda z: z - _log_sum(_shifted(z)),
        "You shifted the scores in the sum, but not those that the sum is subtracted from. The "
        "shift must be the same in both.",
    ),
    Misconception(
        "wrong-axis",
        _over_columns,
        "The exponentials of your columns sum to one, not those of your rows: the sum runs over "
        "the wrong axis. The classes lie along the last axis.",
    ),
    Misconception(
        "whole-sum",
        _log_softmax_of_all,
        "One example works, but of many you took one sum over all numbers. Every row is normalized "
        "by itself.",
    ),
    Misconception(
        "kept-no-axis",
        _without_axis,
        "The sum over each row has lost its axis, so NumPy subtracts it from the columns, or "
        "cannot subtract at all. Look for the option of sum that keeps the axis.",
    ),
    Misconception(
        "softmax",
        _softmax,
        "These are the probabilities. Their logarithms are asked for, which are never positive.",
    ),
    Misconception(
        "sign",
        lambda z: -_log_softmax(z),
        "Your numbers are positive. The logarithm of a probability is never positive; with a minus "
        "in front it would be a loss.",
    ),
    Misconception(
        "bits",
        lambda z: _log_softmax(z) / np.log(np.array(2.0, dtype=z.dtype)),
        "Your logarithms have the base 2. Here it is the natural logarithm, whose exponential "
        "gives the probability back.",
    ),
    Misconception(
        "no-logarithm",
        lambda z: _shifted(z) - np.sum(np.exp(_shifted(z)), axis=-1, keepdims=True),
        "You subtracted the sum of the exponentials. Its logarithm is what makes the probabilities "
        "sum to one.",
    ),
    Misconception(
        "only-shift",
        _shifted,
        "You subtracted the largest score and stopped there. The logarithm of the sum of the "
        "exponentials is still to be subtracted.",
    ),
)
