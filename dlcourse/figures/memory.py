"""Figures about what optimizers remember: Adam's first steps, a tuned field."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlcourse.adaptive import adam_step
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.data import Examples, digits
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
