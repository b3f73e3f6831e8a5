"""Figures of training runs: a good one, four bad ones, and units that die."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.activations import relu
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.data import Examples, digits
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.made import random_layers
from dlcourse.figures.project import recipe
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import mlp_forward
from dlcourse.logits import sparse_cross_entropy
from dlcourse.optimizers import adam, sgd
from dlcourse.training import train

#: Loss of a network that gives each of ten classes the same probability.
GUESSING = float(np.log(10))
#: Learning rates of plain gradient descent that are shown, by what they are.
RATES = {"too small": 0.001, "good": 0.2, "too large": 2.0}
#: Rates of Adam for the figure of dead units.
ADAM_RATES = (0.003, 0.03, 0.1, 0.3)


@cache
def parts(n: int = 1000) -> tuple[Examples, Examples]:
    """Take some digits to learn from and 400 others to watch.

    Parameters
    ----------
    n : int, default 1000
        How many to learn from.

    Returns
    -------
    training, validation : tuple of (X, y)
        The two parts.
    """
    X, y = digits()
    order = np.random.default_rng(0).permutation(len(X))
    few, watched = order[:n], order[-400:]
    return (X[few], y[few]), (X[watched], y[watched])


def dead_share(params: Any, X: np.ndarray) -> float:
    """Share of the units of the first layer that are zero for every example.

    Parameters
    ----------
    params : list of (W, b)
        A ReLU classifier.
    X : array, shape (n, d)
        Examples.

    Returns
    -------
    float
        Between 0 and 1.
    """
    W, b = params[0]
    return float(np.mean((X @ W + b).max(axis=0) <= 0))


@cache
def watched(
    optimizer: str, rate: float, n: int = 1000, epochs: int = 20, depth: int = 1
) -> dict[str, np.ndarray]:
    """Train 64 units a layer on some digits, and note what each epoch does.

    Parameters
    ----------
    optimizer : {'sgd', 'adam'}
        The rule.
    rate : float
        Its learning rate.
    n : int, default 1000
        Digits to learn from.
    epochs : int, default 20
        Passes over them.
    depth : int, default 1
        Hidden layers.

    Returns
    -------
    dict
        ``train``, ``validation`` (losses) and ``dead`` (share of units), each (epochs + 1,);
        the first entry is before any step.
    """
    (X, y), (X_val, y_val) = parts(n)

    def evaluate(params: Any) -> dict[str, float]:
        return {
            "train": float(sparse_cross_entropy(mlp_forward(X, params, relu)[-1], y)),
            "validation": float(sparse_cross_entropy(mlp_forward(X_val, params, relu)[-1], y_val)),
            "dead": dead_share(params, X),
        }

    rng = np.random.default_rng(1)
    params = random_layers((64, *[64] * depth, 10), rng)
    rule = {"sgd": sgd, "adam": adam}[optimizer](rate)
    run = train(
        params, (X, y), mlp_loss_and_grads, rule,
        epochs=epochs, size=32, rng=rng, evaluate=evaluate,
    )  # fmt: skip
    first = evaluate(params)
    return {name: np.array([first[name], *run.values(name)]) for name in first}


def learned(theme: Theme) -> Picture:
    """Draw the losses and the accuracy of the run of the chapter.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Two panels.
    """
    run = recipe().run
    epochs = np.arange(1, run.epoch + 1)
    with styled(theme):
        figure, axes = panels(1, 2, height=2.6)
        axes[0].plot(epochs, run.values("loss"), color=theme.blue, label="training, on the way")
        axes[0].plot(epochs, run.values("val_loss"), "--", color=theme.orange, label="validation")
        axes[0].set(yscale="log", xlabel="epoch", ylabel="loss")
        axes[0].legend()
        share = 100 * np.array(run.values("val_accuracy"))
        axes[1].plot(epochs, share, "--", color=theme.orange)
        axes[1].axhline(97, color=theme.muted, linewidth=1)
        axes[1].set(xlabel="epoch", ylabel="% right, validation", ylim=(85, 100))
        return finish(
            figure,
            f"""Left: on a logarithmic scale the training loss falls to
            {run.values("loss")[-1]:.3f}, the validation loss levels off near
            {run.values("val_loss")[-1]:.2f}. Right: the share of validation digits that are
            right rises quickly and ends at {share[-1]:.1f} percent.""",
        )


def shapes(theme: Theme) -> Picture:
    """Draw four runs as they look: too small a rate, a good one, too large, overfitting.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Four panels with the same axes.
    """
    runs = {f"{name}: rate {rate:g}": watched("sgd", rate) for name, rate in RATES.items()}
    runs["overfitting: 60 digits"] = watched("adam", 0.01, n=60, epochs=20)
    with styled(theme):
        figure, axes = panels(2, 2, height=4.2, sharex=True, sharey=True)
        for axis, (title, seen) in zip(axes, runs.items(), strict=True):
            axis.plot(seen["train"], color=theme.blue, label="training")
            axis.plot(seen["validation"], "--", color=theme.orange, label="validation")
            _guessing(axis, theme)
            axis.set_title(title)
        axes[0].set(ylim=(0, 3.2))
        axes[1].legend()
        for axis in axes[2:]:
            axis.set_xlabel("epoch")
        for axis in axes[::2]:
            axis.set_ylabel("loss")
        return finish(
            figure,
            """Losses over twenty epochs. Rate 0.001: both sink by a hair, in straight lines. Rate
            0.2: both fall steeply, then level off together. Rate 2: both jump about the loss of
            guessing. Sixty digits: training falls to zero, validation levels off at 0.4.""",
        )


def dying(theme: Theme) -> Picture:
    """Draw the loss and the share of dead units for growing rates of Adam.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        Two panels.
    """
    runs = {rate: watched("adam", rate, epochs=12, depth=2) for rate in ADAM_RATES}
    with styled(theme):
        figure, axes = panels(1, 2, height=2.8)
        for (rate, seen), style in zip(runs.items(), ("-", "--", "-.", ":"), strict=True):
            axes[0].plot(seen["train"], style, label=f"{rate:g}")
            axes[1].plot(100 * seen["dead"], style)
        _guessing(axes[0], theme)
        axes[0].set(xlabel="epoch", ylabel="training loss", ylim=(0, 3))
        axes[1].set(xlabel="epoch", ylabel="% dead units, first layer", ylim=(-3, 103))
        axes[0].legend(title="rate", fontsize=9)
        last = ", ".join(f"{100 * seen['dead'][-1]:.0f}" for seen in runs.values())
        return finish(
            figure,
            f"""Adam with four rates. The largest stays at the loss of guessing. The share of dead
            units of the first layer jumps in the first epoch and hardly moves after; at the end it
            is {last} percent, from the smallest rate to the largest.""",
        )


def _guessing(axis: Axes, theme: Theme) -> None:
    axis.axhline(GUESSING, color=theme.muted, linewidth=1)
