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
