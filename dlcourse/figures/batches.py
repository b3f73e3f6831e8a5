"""Figures about mini-batches: the paths they take, and how noisy their gradients are."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlcourse.descent import sgd_step
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.training import minibatches

#: Examples of the made regression, and batch sizes of the figures.
EXAMPLES = 256
SIZES = (EXAMPLES, 16, 1)
NOISE_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

_RATES = {EXAMPLES: 0.5, 16: 0.3, 1: 0.03}
_EPOCHS = {EXAMPLES: 16, 16: 1, 1: 1}


@cache
def line_data() -> tuple[np.ndarray, np.ndarray]:
    """Make points about a plane: two features of different scale, one noisy target.

    Returns
    -------
    X : array, shape (256, 2)
        Features.
    y : array, shape (256,)
        Targets.
    """
    rng = np.random.default_rng(4)
    X = rng.standard_normal((EXAMPLES, 2)) * np.array([0.7, 1.3])
    return X, X @ np.array([1.0, 1.0]) + 0.7 * rng.standard_normal(EXAMPLES)


def slope(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Gradient of half the mean squared error of a linear model without bias.

    Parameters
    ----------
    w : array, shape (2,)
        Weights.
    X : array, shape (n, 2)
        Examples.
    y : array, shape (n,)
        Targets.

    Returns
    -------
    array, shape (2,)
        Mean over the examples.
    """
    return X.T @ (X @ w - y) / len(y)


@cache
def walk(size: int) -> np.ndarray:
    """Descend with batches of one size.

    Parameters
    ----------
    size : int
        Rows in a batch, one of `SIZES`.

    Returns
    -------
    array, shape (steps + 1, 2)
        The start, and the weights after every step.
    """
    X, y = line_data()
    rng = np.random.default_rng(1)
    path = [np.array([-1.2, -0.6])]
    for _ in range(_EPOCHS[size]):
        for X_batch, y_batch in minibatches(X, y, size, rng):
            path.append(sgd_step(path[-1], slope(path[-1], X_batch, y_batch), _RATES[size]))
    return np.array(path)


@cache
def measured_noise(draws: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Measure how far a batch's gradient lies from that of all examples.

    Parameters
    ----------
    draws : int, default 400
        Batches drawn for each size.

    Returns
    -------
    without, replaced : array, shape (9,)
        Root mean square distance for each of `NOISE_SIZES`, when rows are drawn without and
        with replacement.
    """
    X, y = line_data()
    w, rng = np.array([-1.2, -0.6]), np.random.default_rng(0)
    each = X * (X @ w - y)[:, None]
    whole = each.mean(axis=0)
    rows = []
    for size in NOISE_SIZES:
        picks = [rng.permuted(np.tile(np.arange(EXAMPLES), (draws, 1)), axis=1)[:, :size]]
        picks.append(rng.integers(EXAMPLES, size=(draws, size)))
        gaps = [((each[pick].mean(axis=1) - whole) ** 2).sum(axis=1) for pick in picks]
        rows.append([np.sqrt(gap.mean()) for gap in gaps])
    without, replaced = np.array(rows).T
    return without, replaced


def spread_of_one() -> float:
    """Root mean square distance of one example's gradient from the mean: sigma.

    Returns
    -------
    float
        Computed from all examples, not measured on draws.
    """
    X, y = line_data()
    each = X * (X @ np.array([-1.2, -0.6]) - y)[:, None]
    return float(np.sqrt(((each - each.mean(axis=0)) ** 2).sum(axis=1).mean()))


def paths(theme: Theme) -> Picture:
    """Draw the ways of full-batch, mini-batch and single-example descent.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = line_data()
    goal = np.linalg.lstsq(X, y, rcond=None)[0]
    a, b = np.meshgrid(np.linspace(-1.5, 2.1, 80), np.linspace(-1, 1.9, 80))
    loss = ((np.stack([a, b], axis=-1) @ X.T - y) ** 2).mean(axis=-1) / 2
    names = ("all 256 at once", "16 at a time", "1 at a time")
    with styled(theme):
        figure, axes = panels(1, 3, 2.7)
        for axis, size, name in zip(axes, SIZES, names, strict=True):
            axis.contour(a, b, loss, levels=12, colors=theme.grid, linewidths=0.9)
            axis.plot(*walk(size).T, ".-", color=theme.blue, linewidth=1, markersize=4)
            axis.plot(*goal, "*", color=theme.ink, markersize=10, zorder=4)
            steps = len(walk(size)) - 1
            axis.set(title=name, xticks=[], yticks=[], xlabel=f"{steps} steps")
            axis.grid(visible=False)
        gaps = [np.hypot(*(walk(size)[-1] - goal)) for size in SIZES]
        alt = f"""Three maps of the loss of a model with two weights. All examples at once:
            {len(walk(SIZES[0])) - 1} steps on a smooth curve that end {gaps[0]:.2f} from the
            lowest point, after {_EPOCHS[EXAMPLES]} epochs. Batches of 16:
            {len(walk(16)) - 1} steps, slightly shaky, one epoch, {gaps[1]:.2f} away. One example
            at a time: {len(walk(1)) - 1} steps, one epoch, a tangle around the lowest point,
            {gaps[2]:.2f} away at the end."""
        return finish(figure, alt)


def noise(theme: Theme) -> Picture:
    """Draw the noise of a gradient against the size of the batch.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    sizes = np.array(NOISE_SIZES)
    without, replaced = measured_noise()
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=5.4)
        axis.loglog(
            sizes, spread_of_one() / np.sqrt(sizes), color=theme.muted, label="$\\sigma/\\sqrt{B}$"
        )
        axis.loglog(sizes, replaced, "s", color=theme.orange, label="with replacement")
        axis.loglog(sizes[:-1], without[:-1], "o", color=theme.blue, label="without")
        axis.set(xlabel="batch size $B$", ylabel="distance from the full gradient")
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.set_yticks([0.3, 1, 3], ["0.3", "1", "3"])
        axis.minorticks_off()
        axis.legend()
        alt = f"""Noise against batch size, both scales logarithmic. The line sigma over root B
            falls from {spread_of_one():.2f} at batch size 1. Measured noise with replacement
            follows it down to {replaced[-1]:.2f} at 256. Without replacement it falls below the
            line near the end, to {without[-2]:.2f} at 128, and to 0 at 256, where the batch is
            the whole set."""
        return finish(figure, alt)
