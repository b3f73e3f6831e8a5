"""Wrong answers for the way back through batch normalization, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _backward(change: Callable[..., Any]) -> Callable[..., Any]:
    """Make a backward pass whose gradient for the inputs comes from `change`."""

    def backward(d_out: Any, cache: Any) -> Any:
        x_hat, gamma, inverse = cache
        d_x = change(d_out * gamma, x_hat, inverse)
        return d_x, (d_out * x_hat).sum(axis=0), d_out.sum(axis=0)

    return backward


def _right(d: Any, x_hat: Any, inverse: Any) -> Any:
    return (d - d.mean(axis=0) - x_hat * (d * x_hat).mean(axis=0)) * inverse


def _parameters(d_gamma: Callable[..., Any], d_beta: Callable[..., Any]) -> Callable[..., Any]:
    """Make a backward pass whose gradients for scale and shift come from two functions."""

    def backward(d_out: Any, cache: Any) -> Any:
        x_hat, gamma, inverse = cache
        return _right(d_out * gamma, x_hat, inverse), d_gamma(d_out, x_hat), d_beta(d_out, x_hat)

    return backward


def _no_gamma(d_out: Any, cache: Any) -> Any:
    x_hat, gamma, inverse = cache
    return _backward(_right)(d_out, (x_hat, np.ones_like(gamma), inverse))


def _exchanged(d_out: Any, cache: Any) -> Any:
    d_x, d_gamma, d_beta = _backward(_right)(d_out, cache)
    return d_x, d_beta, d_gamma


def _backward_in_place(d_out: Any, cache: Any) -> Any:
    found = _backward(_right)(d_out, cache)
    d_out *= cache[1]
    return found


BACKWARD = (
    Misconception(
        "constant-statistics",
        _backward(lambda d, x_hat, inverse: d * inverse),
        "You treated mean and variance as constants. Every row moves both of them, so two more "
        "paths lead back to the inputs.",
    ),
    Misconception(
        "no-mean-path",
        _backward(lambda d, x_hat, inverse: (d - x_hat * (d * x_hat).mean(axis=0)) * inverse),
        "The path through the mean is missing: when all rows are shifted alike, the output stays "
        "the same, so your gradient must sum to zero over the rows.",
    ),
    Misconception(
        "no-variance-path",
        _backward(lambda d, x_hat, inverse: (d - d.mean(axis=0)) * inverse),
        "The path through the variance is missing: when a feature is stretched, the output hardly "
        "changes, and your gradient does not know that.",
    ),
    Misconception(
        "sums-for-means",
        _backward(
            lambda d, x_hat, inverse: (
                (d - d.sum(axis=0) - x_hat * (d * x_hat).sum(axis=0)) * inverse
            )
        ),
        "The two corrections are n times too large. Each row has a share of one n-th in the mean "
        "and in the variance.",
    ),
    Misconception(
        "no-deviation",
        _backward(lambda d, x_hat, inverse: _right(d, x_hat, np.ones_like(inverse))),
        "The normalization divided by the standard deviation, and its gradient has to as well: "
        "the last factor of d_x is missing.",
    ),
    Misconception(
        "plus",
        _backward(
            lambda d, x_hat, inverse: (
                (d - d.mean(axis=0) + x_hat * (d * x_hat).mean(axis=0)) * inverse
            )
        ),
        "A sign is wrong on the path through the variance: a larger deviation makes the output "
        "smaller.",
    ),
    Misconception(
        "over-features",
        _backward(
            lambda d, x_hat, inverse: (
                (
                    d
                    - d.mean(axis=1, keepdims=True)
                    - x_hat * (d * x_hat).mean(axis=1, keepdims=True)
                )
                * inverse
            )
        ),
        "Your means run over the features of each example. Mean and variance of the forward pass "
        "ran over the examples, and so do these.",
    ),
    Misconception(
        "no-gamma",
        _no_gamma,
        "gamma is missing in d_x: the normalized inputs were multiplied by it on the way forward.",
    ),
    Misconception(
        "no-normalized-input",
        _parameters(lambda d, x_hat: d.sum(axis=0), lambda d, x_hat: d.sum(axis=0)),
        "d_gamma is the same as d_beta in your answer. gamma was multiplied with the normalized "
        "inputs, so these take part in its gradient.",
    ),
    Misconception(
        "averaged",
        _parameters(lambda d, x_hat: (d * x_hat).mean(axis=0), lambda d, x_hat: d.mean(axis=0)),
        "You averaged the gradients of scale and shift over the rows. They are shared by all "
        "rows, and what comes from each row is summed.",
    ),
    Misconception(
        "not-summed",
        _parameters(lambda d, x_hat: d * x_hat, lambda d, x_hat: d + 0 * x_hat),
        "Your gradients of scale and shift have a row for each example. gamma and beta are shared "
        "by all rows, so their gradients are summed over them.",
    ),
    Misconception(
        "exchanged",
        _exchanged,
        "d_gamma and d_beta come in the opposite order: first the gradient for the inputs, then "
        "for the scale, then for the shift.",
    ),
    Misconception(
        "in-place",
        _backward_in_place,
        "Your gradients are right, but the array d_out of the caller was overwritten, which other "
        "layers may still need. Make a new one.",
    ),
)
