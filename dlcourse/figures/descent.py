"""Figures about plain gradient descent: one weight, the learning rate, a cliff."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from dlcourse.activations import sigmoid
from dlcourse.clipping import clip_by_norm
from dlcourse.descent import sgd_step
from dlcourse.figures.drawing import arrow, finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.schedules import stable_lr_limit

#: Slopes of the bowl along its two axes, for the figures about the learning rate.
CURVATURES = np.array([1.0, 10.0])
#: Learning rates of the four panels.
RATES = (0.02, 0.09, 0.19, 0.205)
#: Where the weight of the lecture notes starts, and the share of it that a step takes away.
NOTES_START, NOTES_SHARE = 0.9, 0.25

_START = np.array([-2.6, 1.0])


def descend_bowl(rate: float, steps: int) -> np.ndarray:
    """Walk down the bowl with the curvatures of this module.

    Parameters
    ----------
    rate : float
        Learning rate.
    steps : int
        Number of steps.

    Returns
    -------
    array, shape (steps + 1, 2)
        The start, and the place after every step.
    """
    path = [_START]
    for _ in range(steps):
        path.append(sgd_step(path[-1], CURVATURES * path[-1], rate))
    return np.array(path)


def notes_walk(steps: int) -> np.ndarray:
    """Walk as the lecture notes do: every step takes a quarter of the weight away.

    Parameters
    ----------
    steps : int
        Number of steps.

    Returns
    -------
    array, shape (steps + 1,)
        The weight at the start and after every step.
    """
    return NOTES_START * (1 - NOTES_SHARE) ** np.arange(steps + 1)


def one_weight(theme: Theme) -> Picture:
    """Draw the walk of the lecture notes down a parabola.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    weights, w = notes_walk(7), np.linspace(-0.3, 1.05, 200)
    cost = 1.25 * weights**2
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=5.4)
        axis.plot(w, 1.25 * w**2, color=theme.muted)
        for here, there in zip(range(7), range(1, 8), strict=True):
            ends = (weights[here], cost[here]), (weights[there], cost[there])
            arrow(axis, *ends, color=theme.blue, shrinkA=0, shrinkB=2, mutation_scale=9)
        axis.plot(weights, cost, "o", color=theme.blue, markersize=5)
        for k in range(4):
            axis.annotate(
                f"{weights[k]:.2f}", (weights[k], cost[k]), xytext=(8, -10),
                textcoords="offset points", color=theme.ink,
            )  # fmt: skip
        axis.set(xlabel="weight $w$", ylabel="cost $J(w)$", ylim=(-0.06, 1.25))
        listed = ", ".join(f"{value:.3f}" for value in weights)
        alt = f"""A parabola with its lowest point at weight 0 and eight points that walk down its
            right side, at {listed}. The arrows between them grow shorter and shorter."""
        return finish(figure, alt)


def rates(theme: Theme) -> Picture:
    """Draw four learning rates on one bowl: too small, smooth, zigzag, diverging.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    names = ("too small", "smooth", "zigzag", "too large")
    paths = [descend_bowl(rate, 20) for rate in RATES]
    with styled(theme):
        figure, axes = panels(2, 2, 4.2)
        for axis, name, rate, path in zip(axes, names, RATES, paths, strict=True):
            _bowl(axis, theme)
            axis.plot(*path.T, "o-", color=theme.blue, markersize=3.5, linewidth=1.3, zorder=3)
            axis.set(title=f"{name}: $\\eta$ = {rate:g}")
        ends = "; ".join(
            f"{rate:g} ends {np.hypot(*path[-1]):.2f} away from it"
            for rate, path in zip(RATES, paths, strict=True)
        )
        alt = f"""Four maps of the same long bowl, each with 20 steps of gradient descent from
            {np.hypot(*_START):.2f} away from the lowest point. Learning rate {ends}. The first
            path creeps, the second turns once and then follows the floor, the third jumps from
            wall to wall and still comes nearest, the fourth jumps farther and farther out."""
        return finish(figure, alt)


def threshold(theme: Theme) -> Picture:
    """Draw by what a step multiplies the error, for both axes of the bowl.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    rate = np.linspace(0, 0.23, 400)
    factors = np.abs(1 - np.outer(CURVATURES, rate))
    limit = float(stable_lr_limit(np.diag(CURVATURES)))
    best = 2 / float(CURVATURES.sum())
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.6)
        axis.plot(rate, factors[0], color=theme.blue, label="flat direction, $\\lambda$ = 1")
        axis.plot(rate, factors[1], "--", color=theme.orange, label="steep, $\\lambda$ = 10")
        axis.axhline(1, color=theme.muted, linewidth=1)
        axis.axvspan(limit, 0.23, color=theme.red, alpha=0.15, linewidth=0)
        axis.axvline(best, color=theme.green, linestyle=":")
        axis.text(limit + 0.003, 0.35, "diverges", color=theme.ink, rotation=90)
        axis.text(best - 0.004, 0.1, "best", color=theme.ink, rotation=90, ha="right")
        axis.set(
            xlabel="learning rate $\\eta$", ylabel="$|1-\\eta\\lambda|$",
            xlim=(0, 0.23), ylim=(0, 1.35),
        )  # fmt: skip
        axis.legend(loc="upper left", ncols=2)
        alt = f"""Factor on the error against the learning rate. Flat direction: a line that falls
            slowly from 1. Steep direction: a V that falls from 1 to 0 at rate
            {1 / CURVATURES[1]:g} and is back at 1 at rate {limit:g}; beyond it the descent
            diverges. The larger of the two is smallest at rate {best:.3f}, where both are
            {1 - best:.3f}."""
        return finish(figure, alt)


def cliff_walk(max_norm: float | None, steps: int = 12) -> np.ndarray:
    """Walk toward a cliff in the loss, with or without clipping.

    Parameters
    ----------
    max_norm : float or None
        Longest gradient that passes; None for no limit.
    steps : int, default 12
        Number of steps.

    Returns
    -------
    array, shape (steps + 1,)
        The weight at the start and after every step.
    """
    path = [1.6]
    for _ in range(steps):
        grads = [np.array(cliff_loss(path[-1])[1])]
        if max_norm is not None:
            grads = clip_by_norm(grads, max_norm)
        path.append(float(sgd_step(path[-1], grads[0], 0.5)))
    return np.array(path)


def cliff_loss(w: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measure a gentle slope that ends at a wall, as the loss of a recurrent network does.

    Parameters
    ----------
    w : float or array
        Weight.

    Returns
    -------
    loss : array
        Height.
    slope : array
        Derivative.
    """
    wall = sigmoid(-60 * np.asarray(w))
    return 0.4 * (w + 0.3) ** 2 + 4 * wall, 0.8 * (w + 0.3) - 240 * wall * (1 - wall)


def cliff(theme: Theme) -> Picture:
    """Draw what a cliff does to a step, and what clipping does about it.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    w = np.linspace(-0.4, 2.2, 600)
    walks = [cliff_walk(None), cliff_walk(1.0)]
    with styled(theme):
        figure, axes = panels(1, 2, 3.0, sharey=True)
        for axis, walk, name in zip(axes, walks, ("not clipped", "clipped to 1"), strict=True):
            axis.plot(w, cliff_loss(w)[0], color=theme.muted)
            out = np.flatnonzero(np.abs(walk) > 3)
            seen = walk[: out[0] + 1] if out.size else walk
            axis.plot(seen, cliff_loss(seen)[0], "o-", color=theme.blue, markersize=4, linewidth=1)
            axis.set(title=name, xlabel="weight $w$", xlim=(-0.45, 2.2), ylim=(-0.2, 5.6))
        axes[0].set(ylabel="loss")
        thrown = walks[0][np.argmax(np.abs(walks[0]))]
        axes[0].text(0.55, 4.7, f"thrown to $w$ = {thrown:.0f}", color=theme.ink)
        alt = f"""Two panels with the same loss: a shallow slope that falls to the left and ends at
            a wall. Without clipping a step onto the wall is thrown to weight
            {thrown:.0f}. With clipping the walk meets the wall,
            steps back a little, again and again, and ends at weight {walks[1][-1]:.2f}."""
        return finish(figure, alt)


def _bowl(axis: Axes, theme: Theme) -> None:
    x, y = np.meshgrid(np.linspace(-3, 3, 90), np.linspace(-1.5, 1.5, 90))
    height = (CURVATURES[0] * x**2 + CURVATURES[1] * y**2) / 2
    axis.contour(x, y, height, levels=np.linspace(0.2, 14, 12), colors=theme.grid, linewidths=0.9)
    axis.plot(0, 0, "*", color=theme.ink, markersize=9)
    axis.set(xlim=(-3, 3), ylim=(-1.5, 1.5), xticks=[], yticks=[])
    axis.grid(visible=False)
