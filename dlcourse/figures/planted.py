"""Nine faults planted in one small training run, and the measurements that tell them apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from dlcourse.activations import relu, softmax
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.made import random_layers
from dlcourse.figures.project import predict
from dlcourse.figures.runs import GUESSING, parts
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import Layer, dense, dense_backward, mlp_forward
from dlcourse.logits import softmax_cross_entropy_grad, sparse_cross_entropy
from dlcourse.stacks import stack_backward, stack_forward

SIZES, RATE, BATCH, EPOCHS = (64, 32, 10), 0.3, 25, 12
#: The faults, in the order of the checklist.
BUGS = (
    "weights start at zero",
    "weights start too large",
    "pixels left at 0 to 255",
    "labels shuffled apart",
    "sign of the step",
    "sum, not mean",
    "softmax twice",
    "sorted by class",
    "test pixels scaled otherwise",
)
HEALTHY = "nothing wrong"
#: Least loss of a softmax of a softmax with ten classes: scores 1, 0, ..., 0.
FLOOR = math.log(math.e + 9) - 1

Objective = Callable[[Any, Any, Any], tuple[Any, list[Layer]]]


class Symptoms(NamedTuple):
    """What can be measured of a run.

    Attributes
    ----------
    first : float
        Loss before any step.
    slope : float
        Fall of the loss along the way that the step takes, divided by what the gradient of
        the mean loss would give; 1 when the gradient is right.
    by_heart : float
        Loss on 20 examples after 300 steps on these alone.
    losses : array, shape (EPOCHS + 1,)
        Training loss before any step and after each epoch.
    right : float
        Share of held-out digits that are right at the end.
    """

    first: float
    slope: float
    by_heart: float
    losses: np.ndarray
    right: float


def twice(params: Any, X: Any, y: Any) -> tuple[Any, list[Layer]]:
    """Loss and gradient of a network whose probabilities are taken for logits.

    Parameters
    ----------
    params : list of (W, b)
        Layers.
    X, y : array
        Examples and classes.

    Returns
    -------
    loss : array, shape ()
        The wrong loss.
    grads : list of (d_W, d_b)
        Its right gradient, as an automatic differentiation would give it.
    """
    hidden, caches = stack_forward(X, params[:-1], relu)
    logits, head = dense(hidden, *params[-1])
    p = softmax(logits)
    d_p = softmax_cross_entropy_grad(p, y)
    d_logits = p * (d_p - np.sum(d_p * p, axis=1, keepdims=True))
    d_hidden, d_W, d_b = dense_backward(d_logits, head)
    _, grads = stack_backward(d_hidden, caches, lambda z: (z > 0) * 1.0)
    return sparse_cross_entropy(p, y), [*grads, (d_W, d_b)]


def _scaled(factor: Callable[[int], float]) -> Objective:
    def function(params: Any, X: Any, y: Any) -> tuple[Any, list[Layer]]:
        loss, grads = mlp_loss_and_grads(params, X, y)
        by = factor(len(X))
        return loss, [(by * d_W, by * d_b) for d_W, d_b in grads]

    return function


_OBJECTIVES: dict[str, Objective] = {
    "sign of the step": _scaled(lambda _: -1.0),
    "sum, not mean": _scaled(float),
    "softmax twice": twice,
}
#: What the starting weights are multiplied by.
_STARTS = {"weights start at zero": 0.0, "weights start too large": 30.0}


@cache
def symptoms(bug: str) -> Symptoms:
    """Run with one fault, and measure.

    Parameters
    ----------
    bug : str
        One of `BUGS`, or `HEALTHY`.

    Returns
    -------
    Symptoms
        What is seen.
    """
    rng = np.random.default_rng(0)
    (X, y), (X_val, y_val) = parts(500)
    X, y, X_val = _spoiled(bug, X, y, X_val, rng)
    objective = _OBJECTIVES.get(bug, mlp_loss_and_grads)
    start = [(_STARTS.get(bug, 1.0) * W, b) for W, b in random_layers(SIZES, rng)]
    # A fault may blow the numbers up; that is what is to be seen here.
    with np.errstate(all="ignore"):
        params, losses = start, [_loss(objective, start, X, y)]
        for _ in range(EPOCHS):
            order = np.arange(len(X)) if bug == "sorted by class" else rng.permutation(len(X))
            for rows in order.reshape(-1, BATCH):
                params = _step(objective, params, X[rows], y[rows])
            losses.append(_loss(objective, params, X, y))
        few = rng.permutation(len(X))[:20]
        heart = start
        for _ in range(300):
            heart = _step(objective, heart, X[few], y[few])
        return Symptoms(
            first=losses[0],
            slope=_slope(objective, X[:BATCH], y[:BATCH]),
            by_heart=_loss(objective, heart, X[few], y[few]),
            losses=np.array(losses),
            right=float(np.mean(predict(params, X_val) == y_val)),
        )


def _spoiled(
    bug: str, X: np.ndarray, y: np.ndarray, X_val: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if bug == "pixels left at 0 to 255":
        return 255 * X, y, 255 * X_val
    if bug == "test pixels scaled otherwise":
        return X, y, X_val / 16
    if bug == "labels shuffled apart":
        return X, rng.permutation(y), X_val
    if bug == "sorted by class":
        order = np.argsort(y, kind="stable")
        return X[order], y[order], X_val
    return X, y, X_val


def _step(objective: Objective, params: list[Layer], X: Any, y: Any) -> list[Layer]:
    _, grads = objective(params, X, y)
    return [
        (W - RATE * d_W, b - RATE * d_b)
        for (W, b), (d_W, d_b) in zip(params, grads, strict=True)
    ]  # fmt: skip


def _loss(objective: Objective, params: list[Layer], X: Any, y: Any) -> float:
    if objective is twice:
        return float(twice(params, X, y)[0])
    return float(sparse_cross_entropy(mlp_forward(X, params, relu)[-1], y))


def _slope(objective: Objective, X: Any, y: Any, eps: float = 1e-5) -> float:
    """Compare the gradient with a difference of losses along it, at ordinary weights."""
    params = random_layers(SIZES, np.random.default_rng(1))
    _, grads = objective(params, X, y)
    norm2 = sum(float(np.sum(d * d)) for layer in grads for d in layer)
    eps /= np.sqrt(norm2)
    ends = [
        [(W + way * d_W, b + way * d_b) for (W, b), (d_W, d_b) in zip(params, grads, strict=True)]
        for way in (eps, -eps)
    ]
    measured = (_loss(objective, ends[0], X, y) - _loss(objective, ends[1], X, y)) / (2 * eps)
    return norm2 / measured


def faults(theme: Theme) -> Picture:
    """Draw the training loss of each faulty run beside that of the healthy one.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Nine panels.
    """
    healthy = symptoms(HEALTHY).losses
    with styled(theme):
        figure, axes = panels(3, 3, height=5.2, sharex=True, sharey=True)
        for axis, bug in zip(axes, BUGS, strict=True):
            axis.plot(healthy, color=theme.muted, linewidth=1.2)
            axis.axhline(GUESSING, color=theme.muted, linewidth=0.8, linestyle=":")
            axis.plot(np.clip(np.nan_to_num(symptoms(bug).losses, nan=1e3), 0, 6), color=theme.red)
            axis.set_title(bug, fontsize=9)
        axes[0].set(ylim=(0, 5.5), xticks=(0, 6, 12))
        axes[7].set_xlabel("epoch")
        axes[3].set_ylabel("training loss")
        return finish(
            figure,
            """Nine small panels with a thin gray curve, the healthy run, that falls to
            nearly zero. Zero weights and labels shuffled apart stay near 2.3; large weights,
            unscaled pixels, the wrong sign and the sum start or end off the chart or high;
            softmax twice stops above 1.46; sorted data fall and stay uneven; pixels scaled
            otherwise in the test look healthy.""",
        )
