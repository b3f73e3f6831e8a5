"""Wrong answers for the tools that check gradients, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _measured(f: Any, x: Any, eps: float, slope: Any) -> Any:
    """Ask `slope` for each place of a float64 copy."""
    x = np.array(x, dtype=np.float64)
    out = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = eps
        out[index] = slope(f, x, step, eps)
    return out


def _central(f: Any, x: Any, step: Any, eps: float) -> Any:
    return (f(x + step) - f(x - step)) / (2 * eps)


def _keeping_dtype(f: Any, x: Any, eps: float = 1e-6) -> Any:
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        out[index] = (f(above) - f(below)) / (2 * eps)
    return out


def _result_like(f: Any, x: Any, eps: float = 1e-6) -> Any:
    return _measured(f, x, eps, _central).astype(x.dtype)


def _not_restored(f: Any, x: Any, eps: float = 1e-6) -> Any:
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        out[index] = (above - f(x)) / (2 * eps)
    return out


def _same_array(f: Any, x: Any, eps: float = 1e-6) -> Any:
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above = below = x
        above[index] += eps
        below[index] -= eps
        out[index] = (f(above) - f(below)) / (2 * eps)
    return out


def _first_axis(f: Any, x: Any, eps: float = 1e-6) -> Any:
    x = np.array(x, dtype=np.float64)
    out = np.zeros_like(x)
    for row in range(len(x)):
        step = np.zeros_like(x)
        step[row] = eps
        out[row] = _central(f, x, step, eps)
    return out


def _all_at_once(f: Any, x: Any, eps: float = 1e-6) -> Any:
    return np.full(np.shape(x), (f(x + eps) - f(x - eps)) / (2 * eps))


NUMERICAL_GRADIENT = (
    Misconception(
        "one-sided",
        lambda f, x, eps=1e-6: _measured(f, x, eps, lambda f, x, s, e: (f(x + s) - f(x)) / e),
        "You compare x with a point on one side only. Go the same way to both sides: the error "
        "then shrinks with the square of eps.",
    ),
    Misconception(
        "no-two",
        lambda f, x, eps=1e-6: _measured(f, x, eps, lambda f, x, s, e: (f(x + s) - f(x - s)) / e),
        "Your slopes are twice as large. The two points are not eps apart: how far is it from one "
        "to the other?",
    ),
    Misconception(
        "sign",
        lambda f, x, eps=1e-6: -_measured(f, x, eps, _central),
        "The signs are turned round: the value further up comes first, the one further down is "
        "subtracted.",
    ),
    Misconception(
        "eps-ignored",
        lambda f, x, eps=1e-6: _measured(f, x, 1e-6, _central),  # noqa: ARG005
        "Your step is always the same, whatever eps the caller gives. Use the argument.",
    ),
    Misconception(
        "all-at-once",
        _all_at_once,
        "All numbers of x moved together, so every entry is the same. A gradient asks for each "
        "number by itself: move one, leave the others.",
    ),
    Misconception(
        "first-axis",
        _first_axis,
        "A vector works, but of an array with more axes you moved a whole row at a time. Visit "
        "every place of x.",
    ),
    Misconception(
        "flat",
        lambda f, x, eps=1e-6: _measured(f, x, eps, _central).ravel(),
        "The slopes are right, but they come in one row. The result has the shape of x.",
    ),
    Misconception(
        "keeps-whole-numbers",
        _keeping_dtype,
        "Your copy of x keeps its dtype, and an array of whole numbers (or of float32) cannot hold "
        "such a small step: it is rounded away. Copy into float64.",
    ),
    Misconception(
        "result-like-x",
        _result_like,
        "The slopes are right, but they were then put into the dtype of x: whole numbers lose all "
        "digits after the point. The result is float64, whatever x is.",
    ),
    Misconception(
        "not-restored",
        _not_restored,
        "You moved the caller's x and did not put it back, so each later slope is taken elsewhere, "
        "and the caller's array is changed. Move a copy.",
    ),
    Misconception(
        "same-array",
        _same_array,
        "Two names, but one array: what is added through one is taken away through the other, and "
        "the difference is 0. Make copies.",
    ),
)


def _size(a: Any, b: Any) -> Any:
    return np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)


def _norms(a: Any, b: Any) -> Any:
    below = max(float(np.linalg.norm(a)), float(np.linalg.norm(b)), 1e-12)
    return np.linalg.norm(a - b) / below


RELATIVE_ERROR = (
    Misconception(
        "mean",
        lambda a, b: np.mean(np.abs(a - b) / _size(a, b)),
        "You averaged the errors, so that one wrong entry hides among many right ones. The largest "
        "one is asked for.",
    ),
    Misconception(
        "absolute",
        lambda a, b: np.max(np.abs(a - b)),
        "This is the largest difference. Whether it is much depends on how large the numbers are: "
        "divide by their size.",
    ),
    Misconception(
        "no-floor",
        lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
        "Ordinary numbers work, but two zeros give 0 / 0. The floor of the task keeps what you "
        "divide by away from 0.",
    ),
    Misconception(
        "floor-added",
        lambda a, b: np.max(np.abs(a - b) / (np.maximum(np.abs(a), np.abs(b)) + 1e-12)),
        "The floor was added to the size of the numbers. It only takes over where it is larger "
        "than both of them.",
    ),
    Misconception(
        "sum-of-sizes",
        lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-12)),
        "You divided by the sum of the two sizes. Some books do; here it is the larger of the two.",
    ),
    Misconception(
        "first-only",
        lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-12)),
        "You divided by the size of the first number only, so the result changes when the two are "
        "exchanged. The larger of the two sizes is meant.",
    ),
    Misconception(
        "norms",
        _norms,
        "You compared lengths of whole vectors, in which a wrong entry that is small is lost. "
        "Compare entry by entry.",
    ),
    Misconception(
        "largest-size",
        lambda a, b: np.max(np.abs(a - b)) / max(np.abs(a).max(), np.abs(b).max(), 1e-12),
        "You divided the largest difference by the largest number. Each difference is divided by "
        "the size of its own two numbers.",
    ),
    Misconception(
        "no-absolute",
        lambda a, b: np.max((a - b) / _size(a, b)),
        "A difference with a minus sign is lost in your maximum. Only how large it is counts.",
    ),
    Misconception(
        "each",
        lambda a, b: np.abs(a - b) / _size(a, b),
        "You returned an error for each entry. One number is asked for, the largest of them.",
    ),
)
