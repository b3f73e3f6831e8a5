"""Wrong answers for squared errors and one-hot rows, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _in_place(y_pred: Any, y: Any) -> Any:
    y_pred -= y
    return np.mean(y_pred**2)


def _in_place_grad(y_pred: Any, y: Any) -> Any:
    y_pred -= y
    return 2 * y_pred / y.size


MSE = (
    Misconception(
        "sum",
        lambda y_pred, y: np.sum((y_pred - y) ** 2),
        "You added the squared errors up. The mean is asked for, so that the loss does not grow "
        "with the number of examples.",
    ),
    Misconception(
        "root",
        lambda y_pred, y: np.sqrt(np.mean((y_pred - y) ** 2)),
        "You took the square root of the mean squared error. The loss itself is without the root.",
    ),
    Misconception(
        "absolute",
        lambda y_pred, y: np.mean(np.abs(y_pred - y)),
        "This is the mean absolute error. Each difference is squared, so that one large mistake "
        "weighs more than several small ones.",
    ),
    Misconception(
        "half",
        lambda y_pred, y: np.mean((y_pred - y) ** 2) / 2,
        "Your loss is half as large. Some books put a factor of one half in front, to cancel the 2 "
        "of the derivative; this course does not, as the formula of the task shows.",
    ),
    Misconception(
        "no-square",
        lambda y_pred, y: np.mean(y_pred - y),
        "You averaged the differences without squaring them, so errors of opposite sign cancel.",
    ),
    Misconception(
        "squares-apart",
        lambda y_pred, y: np.mean(y_pred**2 - y**2),
        "You squared prediction and measurement each by itself. Subtract first, then square.",
    ),
    Misconception(
        "mean-first",
        lambda y_pred, y: np.mean(y_pred - y) ** 2,
        "You squared the mean of the differences. Square each difference first, then average.",
    ),
    Misconception(
        "variance",
        lambda y_pred, y: np.var(y_pred - y),
        "This is the variance of the differences: a constant error has been subtracted from it. "
        "The loss must see that error as well.",
    ),
    Misconception(
        "columns",
        lambda y_pred, y: np.mean((y_pred - y) ** 2, axis=0),
        "A vector works, but of an array with columns you averaged each column by itself. One "
        "number comes out: the mean over everything.",
    ),
    Misconception(
        "rows-only",
        lambda y_pred, y: np.sum((y_pred - y) ** 2) / len(y),
        "A vector works, but an array with columns is divided by its number of rows only. Divide "
        "by how many numbers there are in all.",
    ),
    Misconception(
        "each",
        lambda y_pred, y: (y_pred - y) ** 2,
        "You returned the squared error of each number. What is missing is the mean over them.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "The loss is right, but you subtracted inside the caller's array of predictions, so it is "
        "changed afterwards. Put the differences into an array of your own.",
    ),
)

MSE_GRAD = (
    Misconception(
        "no-two",
        lambda y_pred, y: (y_pred - y) / y.size,
        "Your gradient is half as large: differentiating the square brings a factor down.",
    ),
    Misconception(
        "no-mean",
        lambda y_pred, y: 2 * (y_pred - y),
        "This is the gradient of the sum of squares. The loss is their mean: what becomes of the "
        "division?",
    ),
    Misconception(
        "difference",
        lambda y_pred, y: y_pred - y,
        "This is the plain difference. The derivative of the square brings down a factor, and the "
        "division by the number of values stays.",
    ),
    Misconception(
        "sign",
        lambda y_pred, y: 2 * (y - y_pred) / y.size,
        "The sign is turned round. A prediction that is too high must have a positive gradient: "
        "raising it makes the loss larger.",
    ),
    Misconception(
        "rows-only",
        lambda y_pred, y: 2 * (y_pred - y) / len(y),
        "A vector works, but an array with columns is divided by its number of rows only. Divide "
        "by how many numbers there are in all.",
    ),
    Misconception(
        "averaged",
        lambda y_pred, y: np.mean(2 * (y_pred - y)),
        "You returned one number. A gradient has an entry for each prediction, so it has the "
        "shape of y_pred.",
    ),
    Misconception(
        "not-derived",
        lambda y_pred, y: (y_pred - y) ** 2 / y.size,
        "The square is still there, so this is each value's share of the loss and not its slope. "
        "Differentiate it with respect to the prediction.",
    ),
    Misconception(
        "absolute",
        lambda y_pred, y: 2 * np.abs(y_pred - y) / y.size,
        "All your entries are positive. The sign of the difference says in which direction the "
        "loss grows; keep it.",
    ),
    Misconception(
        "only-sign",
        lambda y_pred, y: np.sign(y_pred - y) / y.size,
        "You kept the sign of each difference only: that is the gradient of the mean absolute "
        "error. The squared error pulls harder the larger the difference is.",
    ),
    Misconception(
        "in-place",
        _in_place_grad,
        "The gradient is right, but you subtracted inside the caller's array of predictions, so it "
        "is changed afterwards. Put the differences into an array of your own.",
    ),
)


def _filled(labels: Any, k: int, value: Any) -> Any:
    out = np.zeros((len(labels), k))
    out[np.arange(len(labels)), labels] = value
    return out


def _every_label(labels: Any, k: int) -> Any:
    out = np.zeros((len(labels), k))
    out[:, labels] = 1
    return out


ONE_HOT = (
    Misconception(
        "transposed",
        lambda labels, k: np.eye(k)[labels].T,
        "Rows and columns are exchanged: each example has a row of its own, and the columns are "
        "the classes.",
    ),
    Misconception(
        "largest-label",
        lambda labels, k: np.eye(labels.max() + 1)[labels],  # noqa: ARG005
        "The number of columns comes from the largest label that occurs. A class without an "
        "example has a column too: the caller says how many there are.",
    ),
    Misconception(
        "renumbered",
        lambda labels, k: (labels[:, None] == np.unique(labels)).astype(float),  # noqa: ARG005
        "You made a column for each class that occurs. Classes without an example have columns "
        "too, so that column j always means class j.",
    ),
    Misconception(
        "from-one",
        lambda labels, k: np.eye(k)[labels - 1],
        "Every 1 stands one column too far left, as if the classes were counted from one. Here "
        "they count from zero, as positions do.",
    ),
    Misconception(
        "opposite",
        lambda labels, k: 1 - np.eye(k)[labels],
        "Zeros and ones are exchanged: the class of the example gets the 1, all others 0.",
    ),
    Misconception(
        "label-inside",
        lambda labels, k: _filled(labels, k, labels),
        "You wrote the number of the class into its column. The number is already said by the "
        "place; what stands there is 1.",
    ),
    Misconception(
        "every-label",
        _every_label,
        "Each row has a 1 for every label that occurs anywhere, because a colon takes all rows. "
        "Row i gets a single 1, in the column of its own label.",
    ),
    Misconception(
        "upwards",
        lambda labels, k: (np.arange(k) <= labels[:, None]).astype(float),
        "Your rows are filled with ones up to the label. That says that classes are ordered; in a "
        "one-hot row only the class itself is 1.",
    ),
    Misconception(
        "whole-numbers",
        lambda labels, k: np.eye(k, dtype=int)[labels],
        "The places are right, but your zeros and ones are whole numbers. They will stand beside "
        "probabilities: make them floating numbers.",
    ),
)
