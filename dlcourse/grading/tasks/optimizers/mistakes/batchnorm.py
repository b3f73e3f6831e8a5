"""Wrong answers for batch normalization, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _by_deviation(x: Any, mean: Any, var: Any, eps: float) -> Any:
    return (x - mean) / np.sqrt(var + eps)


def _forward(
    axis: int | None = 0,
    extra: tuple[int, int] = (0, 0),
    scaled: Callable[..., Any] = _by_deviation,
    moved: Callable[[Any, Any, float], Any] = lambda old, new, kept: kept * old + (1 - kept) * new,
    uses: str = "as it should",
    updates_always: bool = False,
    shifted: Callable[..., Any] = lambda x_hat, gamma, beta: gamma * x_hat + beta,
    result: Callable[..., Any] = lambda out, mean, var: (out, None, mean, var),
) -> Callable[..., Any]:
    """Make a forward pass in which one thing is not as it should be."""

    def forward(
        x: Any,
        gamma: Any,
        beta: Any,
        running_mean: Any,
        running_var: Any,
        momentum: float = 0.9,
        eps: float = 1e-5,
        train: bool = True,
    ) -> Any:
        n = len(x)
        keep = axis is not None and axis != 0
        mean, plain = x.mean(axis=axis, keepdims=keep), x.var(axis=axis, keepdims=keep)
        with np.errstate(divide="ignore", invalid="ignore"):
            var, kept_var = (plain * (n / (n - one) if n > one else np.inf) for one in extra)
        own = train if uses == "as it should" else uses == "batch"
        used = (mean, var) if own else (running_mean, running_var)
        out = shifted(scaled(x, *used, eps), gamma, beta)
        if train or updates_always:
            running_mean = moved(running_mean, mean, momentum)
            running_var = moved(running_var, kept_var, momentum)
        return result(out, running_mean, running_var)

    return forward


def _in_place(
    x: Any,
    gamma: Any,
    beta: Any,
    running_mean: Any,
    running_var: Any,
    momentum: float = 0.9,
    eps: float = 1e-5,
    train: bool = True,
) -> Any:
    new = _forward()(x, gamma, beta, running_mean, running_var, momentum, eps, train)
    running_mean[...], running_var[...] = new[2:]
    return new[0], None, running_mean, running_var


FORWARD = (
    Misconception(
        "over-features",
        _forward(axis=1),
        "You averaged over the features of each example, which is layer normalization. Batch "
        "normalization takes each feature over the examples.",
    ),
    Misconception(
        "over-everything",
        _forward(axis=None),
        "You took one mean of the whole matrix. Every feature has a mean and a variance of its "
        "own.",
    ),
    Misconception(
        "n-minus-one",
        _forward(extra=(1, 1)),
        "Your variance divides by n - 1. Here it divides by n, for the output as well as for the "
        "running statistics.",
    ),
    Misconception(
        "running-n-minus-one",
        _forward(extra=(0, 1)),
        "The output is right, but your running variance divides by n - 1, as PyTorch's does. Here "
        "both divide by n.",
    ),
    Misconception(
        "swapped-momentum",
        _forward(moved=lambda old, new, kept: (1 - kept) * old + kept * new),
        "The two shares of the running statistics are exchanged. Here momentum belongs to the old "
        "ones, which should change slowly; in PyTorch it is the other way round.",
    ),
    Misconception(
        "running-in-training",
        _forward(uses="running"),
        "You normalized a training batch with the running statistics. In training the batch's own "
        "are used; the running ones are collected for later.",
    ),
    Misconception(
        "batch-at-inference",
        _forward(uses="batch"),
        "With train=False you still used the statistics of the batch. At that time there may be a "
        "single example: the running ones take their place.",
    ),
    Misconception(
        "updates-at-inference",
        _forward(updates_always=True),
        "With train=False your running statistics still change. What the network meets after "
        "training must not change it: return them as given.",
    ),
    Misconception(
        "never-updates",
        _forward(moved=lambda old, new, kept: old),
        "The running statistics come back unchanged. In training, each batch moves them a little.",
    ),
    Misconception(
        "batch-becomes-running",
        _forward(moved=lambda old, new, kept: new + 0 * old),
        "You returned the statistics of this batch as the running ones. They are running means: "
        "most of the old ones stays.",
    ),
    Misconception(
        "no-root",
        _forward(scaled=lambda x, mean, var, eps: (x - mean) / (var + eps)),
        "You divided by the variance. The output gets variance 1 when you divide by its root, the "
        "standard deviation.",
    ),
    Misconception(
        "outside-root",
        _forward(scaled=lambda x, mean, var, eps: (x - mean) / (np.sqrt(var) + eps)),
        "You added eps to the root. In batch normalization it is added to the variance, under the "
        "root.",
    ),
    Misconception(
        "no-eps",
        _forward(scaled=lambda x, mean, var, eps: (x - mean) / np.sqrt(var)),
        "eps is missing, so a feature that is the same in all examples divides 0 by 0.",
    ),
    Misconception(
        "not-centered",
        _forward(scaled=lambda x, mean, var, eps: x / np.sqrt(var + eps)),
        "The mean was never subtracted: your features have variance 1, but not mean 0.",
    ),
    Misconception(
        "no-scale-and-shift",
        _forward(shifted=lambda x_hat, gamma, beta: x_hat),
        "You returned the normalized inputs. The learned scale gamma and shift beta come last.",
    ),
    Misconception(
        "gamma-beta-exchanged",
        _forward(shifted=lambda x_hat, gamma, beta: beta * x_hat + gamma),
        "gamma and beta are exchanged: gamma scales, beta shifts.",
    ),
    Misconception(
        "no-cache",
        _forward(result=lambda out, mean, var: (out, mean, var)),
        "Three things came back. Four are asked for: the cache, with what the backward function "
        "will need, comes second.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "Your numbers are right, but the running statistics of the caller were overwritten. Return "
        "new arrays.",
    ),
)


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
