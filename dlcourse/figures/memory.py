"""Figures about what optimizers remember: fading gradients, Adam's first steps, a tuned field."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlcourse.adaptive import adam_step
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.data import Examples, digits
from dlcourse.descent import ema_momentum_step, momentum_step
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.landscapes import RACERS
from dlcourse.figures.made import random_layers
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import Layer
from dlcourse.stepping import Optimizer
from dlcourse.training import train

#: Learning rates that the field of optimizers is tried with.
GRID = tuple(float(rate) for rate in np.geomspace(1e-4, 3.16, 10))
#: Epochs of each try.
EPOCHS = 3

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
_MARKERS = ("o", "s", "P", "^", "v", "D")


def fading(beta: float = 0.9, steps: int = 40) -> np.ndarray:
    """Weigh past gradients: what each has left in the running mean after some steps.

    Parameters
    ----------
    beta : float, default 0.9
        Share that is kept.
    steps : int, default 40
        Steps since the start.

    Returns
    -------
    array, shape (steps,)
        Weight of the latest gradient, of the one before it, and so on; measured, by sending a
        single gradient of 1 through `ema_momentum_step`.
    """
    left, v = [], np.array(0.0)
    for step in range(steps):
        _, v = ema_momentum_step(np.array(0.0), np.array(float(step == 0)), v, lr=1.0, beta=beta)
        left.append(float(v))
    return np.array(left)


def velocity(steps: int = 40, beta: float = 0.9) -> np.ndarray:
    """Let torch's velocity grow under a gradient of 1 that never changes.

    Parameters
    ----------
    steps : int, default 40
        Number of steps.
    beta : float, default 0.9
        Share that is kept.

    Returns
    -------
    array, shape (steps,)
        Velocity after each step.
    """
    grown, v = [], np.array(0.0)
    for _ in range(steps):
        _, v = momentum_step(np.array(0.0), np.array(1.0), v, lr=1.0, beta=beta)
        grown.append(float(v))
    return np.array(grown)


def momentum(theme: Theme) -> Picture:
    """Draw how past gradients fade in a mean, and how a velocity builds up.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    ages, speeds = fading(), velocity()
    with styled(theme):
        figure, axes = panels(1, 2, 2.9)
        axes[0].bar(np.arange(40), ages, color=theme.blue, width=0.8)
        axes[0].set(title="share of old gradients", xlabel="steps ago", ylabel="weight")
        axes[1].plot(np.arange(1, 41), speeds, color=theme.blue)
        axes[1].axhline(10, color=theme.muted, linestyle="--", linewidth=1)
        axes[1].text(1, 10.2, "$1/(1-\\beta)$ = 10", color=theme.ink)
        axes[1].set(title="velocity, gradient always 1", xlabel="step", ylim=(0, 11.5))
        alt = f"""Left, bars: the latest gradient has weight {ages[0]:.2f} in the mean, the one
            before {ages[1]:.2f}, the one ten steps ago {ages[10]:.3f}. Right, a curve: under a
            constant gradient of 1 the velocity is {speeds[0]:g} after one step,
            {speeds[9]:.1f} after ten, and levels off below 10."""
        return finish(figure, alt)


def adam_lengths(steps: int, beta1: float = 0.9, beta2: float = 0.999) -> np.ndarray:
    """Measure the steps of Adam, in learning rates, while the gradient does not change.

    Parameters
    ----------
    steps : int
        Number of steps.
    beta1, beta2 : float
        Shares that are kept.

    Returns
    -------
    array, shape (2, steps)
        With bias correction, as `adam_step` walks, and without it, as in the lecture notes.
    """
    w, m, v = (np.array(0.0) for _ in range(3))
    lengths = []
    for t in range(1, steps + 1):
        before = w
        w, m, v = adam_step(w, np.array(1.0), m, v, t, 1.0, beta1, beta2, eps=0.0)
        lengths.append((float(before - w), float(m / np.sqrt(v))))
    return np.array(lengths).T


def adam_starts(theme: Theme) -> Picture:
    """Draw the length of Adam's first steps with and without bias correction.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    steps = 3000
    corrected, plain = adam_lengths(steps)
    t = np.arange(1, steps + 1)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.9, width=5.4)
        axis.semilogx(t, plain, "--", color=theme.orange, label="without correction")
        axis.semilogx(t, corrected, color=theme.blue, label="with correction")
        axis.set(xlabel="step", ylabel="length, in learning rates", ylim=(0, 7.4))
        axis.legend()
        alt = f"""Length of a step of Adam under a constant gradient, from step 1 to {steps}. With
            bias correction it is {corrected[0]:g} learning rate at every step. Without, it starts
            at {plain[0]:.2f}, peaks at {plain.max():.2f} at step {plain.argmax() + 1}, and comes
            down to {plain[-1]:.2f}."""
        return finish(figure, alt)


@cache
def tuned_field() -> dict[str, np.ndarray]:
    """Train the same network on the digits with every optimizer and every rate of `GRID`.

    Returns
    -------
    dict
        For each racer the mean loss of every epoch, an array of shape (rates, epochs); infinite
        where the run was lost.
    """
    X, y = digits()
    start = random_layers((64, 32, 10), np.random.default_rng(0))
    losses = {}
    for racer, make in RACERS.items():
        runs = []
        for rate in GRID:
            rng = np.random.default_rng(1)
            with np.errstate(all="ignore"):
                runs.append(_losses(start, (X, y), make(rate), rng))
        losses[racer] = np.array(runs)
    return losses


def field(theme: Theme) -> Picture:
    """Draw how each optimizer's result depends on its learning rate.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    losses, told = tuned_field(), []
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.6)
        for order, (racer, runs) in enumerate(losses.items()):
            last = np.minimum(runs[:, -1], 5.0)
            look = {"marker": _MARKERS[order], "linestyle": _DASHES[order], "markersize": 5}
            axis.loglog(GRID, last, color=theme.cycle[order], label=racer, linewidth=1.5, **look)
            best = int(np.argmin(last))
            told.append(f"{racer} {last[best]:.3f} at rate {GRID[best]:.2g}")
        axis.set(xlabel="learning rate", ylabel=f"loss in epoch {EPOCHS}", ylim=(0.05, 6))
        axis.legend(ncols=3, loc="lower left")
        alt = f"""Loss in epoch {EPOCHS} on the digits against the learning rate, one curve for each
            of six optimizers; each falls to a lowest point and rises again. Lowest points:
            {"; ".join(told)}."""
        return finish(figure, alt)


def _losses(
    start: list[Layer], data: Examples, optimizer: Optimizer, rng: np.random.Generator
) -> np.ndarray:
    run = train(start, data, mlp_loss_and_grads, optimizer, epochs=EPOCHS, size=64, rng=rng)
    losses = np.array(run.values("loss"))
    return np.where(np.isfinite(losses), losses, np.inf)
