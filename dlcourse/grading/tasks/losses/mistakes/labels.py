"""Wrong answers for scores with labels, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.activations import softmax
from dlcourse.grading.spec import Misconception
from dlcourse.logits import log_softmax


def _log_sum(z: Any) -> Any:
    return np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def _over_columns(z: Any) -> Any:
    return log_softmax(z.T).T


def _own(rows: Any, labels: Any) -> Any:
    return rows[np.arange(len(labels)), labels]


SPARSE_CROSS_ENTROPY = (
    Misconception(
        "softmax-first",
        lambda logits, labels: -np.mean(np.log(_own(softmax(logits), labels))),
        "Scores of ordinary size work. A class far behind has a softmax of exactly 0, and then its "
        "logarithm is lost. Take the logarithm on paper first: the quotient becomes a "
        "difference.",
    ),
    Misconception(
        "no-shift",
        lambda logits, labels: -np.mean(_own(logits - _log_sum(logits), labels)),
        "The formula is right, but the exponential of a large score is too large to store. The "
        "same number may be subtracted from every score of a row.",
    ),
    Misconception(
        "clipped",
        lambda logits, labels: -np.mean(np.log(np.clip(_own(softmax(logits), labels), 1e-7, 1))),
        "You keep the probability away from 0 by a small number. That hides the trouble: the loss "
        "of a confident mistake comes out too small. Work on the scores themselves.",
    ),
    Misconception(
        "sum",
        lambda logits, labels: -np.sum(_own(log_softmax(logits), labels)),
        "You added the losses of the examples up. Their mean is asked for.",
    ),
    Misconception(
        "mean-of-all",
        lambda logits, labels: -np.sum(_own(log_softmax(logits), labels)) / logits.size,
        "You divided by the number of all scores. Each example has one term, so the mean runs over "
        "the examples.",
    ),
    Misconception(
        "sign",
        lambda logits, labels: np.mean(_own(log_softmax(logits), labels)),
        "Your loss is negative. Logarithms of probabilities are negative, and the minus in front "
        "makes a loss of them.",
    ),
    Misconception(
        "every-label",
        lambda logits, labels: -np.mean(log_softmax(logits)[:, labels]),
        "For each row you picked the columns of all labels, because a colon takes every row. Each "
        "row has one label: its own.",
    ),
    Misconception(
        "from-one",
        lambda logits, labels: -np.mean(_own(log_softmax(logits), labels - 1)),
        "You picked the column beside the right one, as if the classes were counted from one. Here "
        "they count from zero.",
    ),
    Misconception(
        "own-prediction",
        lambda logits, labels: -np.mean(log_softmax(logits).max(axis=-1)),  # noqa: ARG005
        "You took the class that the network likes best, so it can never be wrong. The label says "
        "which class counts.",
    ),
    Misconception(
        "raw-score",
        lambda logits, labels: -np.mean(_own(logits, labels)),
        "You used the score of the right class as it is. A score says nothing by itself: it must "
        "be compared with the other scores of its row.",
    ),
    Misconception(
        "probability",
        lambda logits, labels: 1 - np.mean(_own(softmax(logits), labels)),
        "You took one minus the probability of the right class. The loss is the logarithm of that "
        "probability, with a minus in front.",
    ),
    Misconception(
        "bits",
        lambda logits, labels: -np.mean(_own(log_softmax(logits), labels)) / np.log(2),
        "Your loss is in bits. In this course losses are in nats: the natural logarithm.",
    ),
    Misconception(
        "wrong-axis",
        lambda logits, labels: -np.mean(_own(_over_columns(logits), labels)),
        "The sum in your softmax runs over the examples. The classes of one example share the "
        "probability, and they lie along the last axis.",
    ),
)


def _minus_one(p: Any, labels: Any, rows: Any, by: Any = None) -> Any:
    p[rows, labels] -= 1
    return p / (by or len(labels))


def _hot(labels: Any, like: Any) -> Any:
    return np.eye(like.shape[1], dtype=like.dtype)[labels]


def _in_place(logits: Any, labels: Any) -> Any:
    logits -= logits.max(axis=-1, keepdims=True)
    return (softmax(logits) - _hot(labels, logits)) / len(labels)


SOFTMAX_CROSS_ENTROPY_GRAD = (
    Misconception(
        "no-mean",
        lambda logits, labels: softmax(logits) - _hot(labels, logits),
        "This is the gradient of the sum over the examples. The loss is their mean: what becomes "
        "of the division?",
    ),
    Misconception(
        "mean-of-all",
        lambda logits, labels: (softmax(logits) - _hot(labels, logits)) / logits.size,
        "You divided by the number of all scores. The mean runs over the examples, which are the "
        "rows.",
    ),
    Misconception(
        "sign",
        lambda logits, labels: (_hot(labels, logits) - softmax(logits)) / len(labels),
        "The sign is turned round. Raising the score of the right class makes the loss smaller, so "
        "its gradient is negative.",
    ),
    Misconception(
        "no-labels",
        lambda logits, labels: softmax(logits) / len(labels),
        "Every class is pushed down in your gradient. The right one should be pushed up: its label "
        "is not subtracted yet.",
    ),
    Misconception(
        "right-class-only",
        lambda logits, labels: (softmax(logits) - 1) * _hot(labels, logits) / len(labels),
        "Only the right class has a gradient. The other classes took a part of the probability, so "
        "the loss depends on their scores as well.",
    ),
    Misconception(
        "no-softmax",
        lambda logits, labels: (logits - _hot(labels, logits)) / len(labels),
        "You subtracted the labels from the scores. They are subtracted from the probabilities: "
        "softmax comes first.",
    ),
    Misconception(
        "label-subtracted",
        lambda logits, labels: (
            (softmax(logits) - labels[:, None].astype(logits.dtype)) / len(labels)
        ),
        "You subtracted the number of the class from the whole row. The label only says where a 1 "
        "is subtracted.",
    ),
    Misconception(
        "every-label",
        lambda logits, labels: _minus_one(softmax(logits), labels, slice(None)),
        "In each row you subtracted 1 at every label that occurs, because a colon takes all rows. "
        "Each row has one label: its own.",
    ),
    Misconception(
        "from-one",
        lambda logits, labels: _minus_one(softmax(logits), labels - 1, np.arange(len(labels))),
        "You subtracted at the column beside the right one, as if the classes were counted from "
        "one. Here they count from zero.",
    ),
    Misconception(
        "no-shift",
        lambda logits, labels: (
            (np.exp(logits) / np.sum(np.exp(logits), axis=-1, keepdims=True) - _hot(labels, logits))
            / len(labels)
        ),
        "The formula is right, but the exponential of a large score is too large to store. The "
        "same number may be subtracted from every score of a row.",
    ),
    Misconception(
        "wrong-axis",
        lambda logits, labels: (np.exp(_over_columns(logits)) - _hot(labels, logits)) / len(labels),
        "The sum in your softmax runs over the examples. The classes of one example share the "
        "probability, and they lie along the last axis.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "The gradient is right, but you shifted the scores inside the caller's array, so it is "
        "changed afterwards. Put the shifted scores into an array of your own.",
    ),
)
