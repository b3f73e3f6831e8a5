"""Ways in which training fails, told by their symptoms, and what a teacher says.

Nobody's training goes wrong in exactly the way of somebody else's, so what is compared is the
symptom (`judges.symptom`).  The functions here show each symptom; `predict` is found beside them.
"""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception
from dlcourse.grading.tasks.project import reference
from dlcourse.grading.tasks.project.reference import predict

__all__ = ["TRAIN", "predict", "trained"]

_TURNS = itertools.cycle((1.0, -1.0))


def trained(X: Any, y: Any) -> Any:
    """Train the reference, or remember how it came out.

    Parameters
    ----------
    X, y : array
        Pictures and classes.

    Returns
    -------
    list of array
        Fresh parameters of the reference.
    """
    X, y = np.asarray(X, np.float64), np.asarray(y, np.int64)
    return [part.copy() for part in _remembered(X.tobytes(), y.tobytes())]


@functools.lru_cache(maxsize=8)
def _remembered(pictures: bytes, classes: bytes) -> Any:
    X, y = np.frombuffer(pictures).reshape(-1, 64), np.frombuffer(classes, np.int64)
    return reference.train(X, y, np.random.default_rng(0))


def _linear(W: Any, b: Any) -> Any:
    """Write a linear model as a network: pixels are not negative, so ReLU lets them through."""
    return [np.eye(64), np.zeros(64), W, b]


def _nearest_mean(X: Any, y: Any) -> Any:
    """Score a class by the distance to its mean; the squares of the picture itself cancel."""
    means = np.array([X[y == c].mean(axis=0) if (y == c).any() else X[0] for c in range(10)])
    return _linear(2 * means.T, -(means**2).sum(axis=1))


def _one_class(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    return _linear(np.zeros((64, 10)), np.eye(10)[3])


def _few_classes(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    """Show what is left of a network that saw three classes last."""
    W1, b1, W2, b2 = trained(X, y)
    return [W1, b1, W2, b2 + np.where(np.arange(10) < 3, 1e3, 0.0)]


def _shuffled_apart(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    return _nearest_mean(X, np.random.default_rng(1).permutation(y))


def _missing(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    W1, b1, W2, b2 = trained(X, y)
    return [W1, b1, W2, b2 - np.where(np.arange(10) == 9, 1e3, 0.0)]


def _renamed(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    """Put every class under another name, by no fixed step."""
    W1, b1, W2, b2 = trained(X, y)
    order = np.array([3, 0, 7, 1, 9, 2, 5, 8, 4, 6])
    return [W1, b1, W2[:, order], b2[order]]


def _one_off(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    W1, b1, W2, b2 = trained(X, y)
    return [W1, b1, np.roll(W2, 1, axis=1), np.roll(b2, 1)]


def _unfinished(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    """Give a model that knows a little more than half."""
    return _nearest_mean(X, y)


def _not_repeatable(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    """Give another model every other time, and as good a one."""
    W1, b1, W2, b2 = trained(X, y)
    other = np.random.default_rng(2).normal(0.0, 0.08, W2.shape)
    return [W1, b1, W2 + next(_TURNS) * other, b2]


TRAIN = (
    Misconception(
        "one-class",
        _one_class,
        "Whatever the picture, your model says the same class. Print the loss of every epoch: NaN "
        "or a jump means that the learning rate is too large, no change that nothing is learned.",
    ),
    Misconception(
        "few-classes",
        _few_classes,
        "Your model only ever says a few classes. Are the rows shuffled anew in every epoch? A "
        "network that sees the classes one after the other forgets the first ones.",
    ),
    Misconception(
        "shuffled-apart",
        _shuffled_apart,
        "Your model is hardly better than guessing. The usual reasons: pictures and labels were "
        "shuffled in different orders, the new weights were computed but not kept, or the learning "
        "rate is far too small.",
    ),
    Misconception(
        "class-missing",
        _missing,
        "Your model never says one of the ten classes, and does well on others. Count the output "
        "units, and look for rows that training never sees.",
    ),
    Misconception(
        "other-names",
        _renamed,
        "Your model tells the classes apart, but under other names. In grading the classes are "
        "renamed: what a class is called must come from y, not from anything that you know.",
    ),
    Misconception(
        "one-off",
        _one_off,
        "Your classes are off by one. They are called 0 to 9: look at how labels become columns, "
        "and columns become labels.",
    ),
    Misconception(
        "unfinished",
        _unfinished,
        "Your model has learned something, but not enough of what it was shown. Train for more "
        "epochs, try a larger learning rate, or give it a hidden layer if it has none.",
    ),
    Misconception(
        "not-repeatable",
        _not_repeatable,
        "The same data and an equal generator gave another model. All randomness, the initial "
        "weights too, comes from rng, so that a run can be repeated.",
    ),
    Misconception(
        "nothing-returned",
        lambda X, y, rng: None,  # noqa: ARG005
        "Your predict fails on what train returns. Does train end with a return of all that "
        "predict needs?",
    ),
)
