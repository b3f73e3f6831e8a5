"""Figures about layers: shapes, lines that stay lines, the fold of the plane, regions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from dlcourse.activations import relu
from dlcourse.classical import logistic_fit
from dlcourse.figures.drawing import bare, finish, line_through, panels, plane, points
from dlcourse.figures.made import (
    accuracy,
    descend,
    horseshoe,
    horseshoe_network,
    random_layers,
)
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import Layer, mlp_forward

#: Widths of the notes' example network: 3 features, two hidden layers of 4, 3 classes.
EXAMPLE_SIZES = (3, 4, 4, 3)


def shapes(theme: Theme) -> Picture:
    """Draw a 3-4-4-3 network with the shape of every matrix.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    names = ["inputs $X$", "hidden $A_1$", "hidden $A_2$", "logits $Z_3$"]
    count = sum((a + 1) * b for a, b in pairwise(EXAMPLE_SIZES))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.4)
        bare(axis)
        axis.set(xlim=(-0.7, 9.7), ylim=(-2.6, 2.5))
        for layer, size in enumerate(EXAMPLE_SIZES):
            heights = _heights(size)
            if layer:
                _edges(axis, theme, 3 * layer, _heights(EXAMPLE_SIZES[layer - 1]), heights)
                shape = f"$W_{layer}$: {EXAMPLE_SIZES[layer - 1]} × {size}\n$b_{layer}$: {size}"
                axis.text(3 * layer - 1.5, -2.2, shape, ha="center", va="center", color=theme.ink)
            color = theme.muted if layer == 0 else theme.blue
            axis.scatter([3 * layer] * size, heights, s=230, color=theme.paper, zorder=3)
            axis.scatter([3 * layer] * size, heights, s=230, color=color + "40", zorder=3)
            axis.scatter(
                [3 * layer] * size, heights, s=230, facecolor="none", edgecolor=color, zorder=4
            )
            axis.text(3 * layer, 2.2, names[layer], ha="center", color=theme.ink)
            axis.text(3 * layer, -2.2, f"n × {size}", ha="center", va="center", color=theme.muted)
        alt = f"""A fully connected network of {EXAMPLE_SIZES[0]} inputs, two hidden layers of
            {EXAMPLE_SIZES[1]} neurons and {EXAMPLE_SIZES[3]} outputs. Under the arrows stand the
            shapes of the weights, 3 by 4, 4 by 4 and 4 by 3, and of the biases, 4, 4 and 3:
            {count} parameters in all. Under the layers stand the shapes of what they output, n
            rows by the width of the layer."""
        return finish(figure, alt)


def bends(theme: Theme) -> Picture:
    """Compare the best straight cut with what one hidden ReLU layer draws.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = horseshoe()
    w, b = logistic_fit(X, y)
    params = horseshoe_network(8, 3)
    straight, bent = float(np.mean((X @ w + b > 0) == y)), accuracy(params, X, y)
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.2, sharey=True)
        x1, x2, margin = _margin(params, 2.4)
        line_through(left, w, float(b), color=theme.ink)
        right.contour(x1, x2, margin, levels=[0], colors=theme.ink, linewidths=2)
        titles = [f"linear layers: {straight:.0%} right", f"one ReLU layer: {bent:.0%} right"]
        for axis, title in zip((left, right), titles, strict=True):
            points(axis, theme, X, y)
            plane(axis, 2.4)
            axis.set(title=title, xlabel="$x_1$")
        left.set(ylabel="$x_2$")
        alt = f"""The same points twice: disks in the middle, squares in a horseshoe around them.
            Left: the best straight line of a linear network sorts {straight:.0%} of them right.
            Right: the bent boundary of a network with eight ReLU units runs between disks and
            squares and sorts {bent:.0%} right."""
        return finish(figure, alt)


def fold(theme: Theme) -> Picture:
    """Follow the plane through a trained hidden layer of two ReLU units, step by step.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = horseshoe()
    params = horseshoe_network()
    (W, b), (V, c) = params
    first, second = np.linalg.svd(W)[1]
    with styled(theme):
        figure, axes = panels(2, 3, 4.7)
        _moved(axes[0], theme, lambda x: x, 2.6, "1  the inputs")
        _moved(axes[1], theme, lambda x: x @ W, 6.0, "2  turn and stretch: $XW$")
        _moved(axes[2], theme, lambda x: x @ W + b, 6.0, "3  shift: $XW + b$")
        _moved(axes[3], theme, lambda x: relu(x @ W + b), 6.0, "4  bend: ReLU")
        _moved(axes[4], theme, lambda x: relu(x @ W + b), 6.0, "5  one line cuts it")
        line_through(axes[4], V[:, 1] - V[:, 0], c[1] - c[0], color=theme.ink)
        for axis in axes[3:5]:
            axis.set(xlim=(-1.2, 5.4), ylim=(-1.2, 5.4))
        _moved(axes[5], theme, lambda x: x, 2.6, "6  seen from the inputs")
        axes[5].contour(*_margin(params, 2.6), levels=[0], colors=theme.ink, linewidths=2)
        alt = f"""Six panels follow a square grid with a blob of disks inside a horseshoe of
            squares through a layer of two ReLU units. The weights turn the grid and stretch it
            {first:.1f}-fold one way and {second:.1f}-fold the other; the bias shifts it; ReLU
            folds everything outside the upper right quadrant onto its edges, so that the disks
            gather near the corner and the squares lie further out. There one straight line
            separates the classes. Back in the plane of the inputs that line is a bent boundary
            around the blob; {accuracy(params, X, y):.0%} of the points are on the right side."""
        return finish(figure, alt)


def regions(theme: Theme) -> Picture:
    """Draw the creases of two ReLU networks: inside every cell the network is linear.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = horseshoe()
    shallow, deep = horseshoe_network(6, 4), deep_network()
    counts = [count_regions(params, 2.4) for params in (shallow, deep)]
    with styled(theme):
        figure, axes = panels(1, 2, 3.4, sharey=True)
        names = ["one hidden layer of 6", "two hidden layers of 3"]
        for axis, params, count, name in zip(axes, (shallow, deep), counts, names, strict=True):
            x1, x2, margin = _margin(params, 2.4)
            axis.contourf(
                x1, x2, margin, levels=[0, margin.max() + 1], colors=[theme.orange + "22"]
            )
            _creases(axis, theme, params)
            axis.contour(x1, x2, margin, levels=[0], colors=theme.ink, linewidths=2.4)
            points(axis, theme, X, y, size=7)
            plane(axis, 2.4)
            axis.grid(visible=False)
            axis.set(title=f"{name}: {count} cells", xlabel="$x_1$")
        axes[0].set(ylabel="$x_2$")
        alt = f"""Two maps of the plane of inputs with the horseshoe data. Left: six straight
            creases of a layer of six ReLU units cut the window into {counts[0]} cells. Right:
            three straight creases of a first layer and three creases of a second layer, which
            bend where they cross the first, cut it into {counts[1]} cells. A heavy line, the
            boundary between the answers, is straight inside each cell and bends only at creases."""
        return finish(figure, alt)


@cache
def deep_network() -> list[Layer]:
    """Train two hidden layers of three ReLU units on the horseshoe.

    Returns
    -------
    list of (W, b)
        Three layers.
    """
    start = random_layers((2, 3, 3, 2), np.random.default_rng(5))
    return descend(start, *horseshoe(), steps=600)


def count_regions(params: list[Layer], reach: float, resolution: int = 601) -> int:
    """Count the on/off patterns of the ReLU units that a fine grid meets.

    Parameters
    ----------
    params : list of (W, b)
        A ReLU network with two inputs.
    reach : float
        Half the side of the window.
    resolution : int, default 601
        Grid points a side; cells smaller than a step can be missed.

    Returns
    -------
    int
        Number of patterns seen.
    """
    hidden = mlp_forward(_grid(reach, resolution)[2], params, relu)[:-1]
    patterns = np.concatenate([out > 0 for out in hidden], axis=1)
    return len(np.unique(np.packbits(patterns, axis=1), axis=0))


def _grid(reach: float, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ticks = np.linspace(-reach, reach, resolution)
    x1, x2 = np.meshgrid(ticks, ticks)
    return x1, x2, np.stack([x1.ravel(), x2.ravel()], axis=1)


def _margin(params: list[Layer], reach: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logit of class 1 minus logit of class 0, on a grid."""
    x1, x2, rows = _grid(reach, 161)
    logits = mlp_forward(rows, params, relu)[-1]
    return x1, x2, (logits[:, 1] - logits[:, 0]).reshape(x1.shape)


def _creases(axis: Axes, theme: Theme, params: list[Layer]) -> None:
    """Draw where each unit switches: first layer solid, second dashed."""
    x1, x2, rows = _grid(2.4, 161)
    signal = rows
    for (W, b), style in zip(params[:-1], ("-", "--"), strict=False):
        z = signal @ W + b
        for unit in range(z.shape[1]):
            level = z[:, unit].reshape(x1.shape)
            axis.contour(
                x1, x2, level, levels=[0], colors=theme.green, linewidths=1.1, linestyles=style
            )
        signal = relu(z)


def _moved(
    axis: Axes, theme: Theme, move: Callable[[np.ndarray], np.ndarray], reach: float, title: str
) -> None:
    """Draw grid lines and points of the horseshoe where `move` takes them."""
    X, y = horseshoe()
    along = np.linspace(-2.2, 2.2, 45)
    for place in np.linspace(-2.2, 2.2, 12):
        for line in ((along, 0 * along + place), (0 * along + place, along)):
            axis.plot(*move(np.stack(line, axis=1)).T, color=theme.muted, linewidth=0.5, zorder=1)
    points(axis, theme, move(X), y, size=9)
    plane(axis, reach)
    axis.grid(visible=False)
    axis.axhline(0, color=theme.ink, linewidth=0.8, zorder=1)
    axis.axvline(0, color=theme.ink, linewidth=0.8, zorder=1)
    axis.set(title=title, xticks=[0], yticks=[0])
    axis.title.set_fontsize(9.5)


def _heights(size: int) -> np.ndarray:
    return 0.95 * (np.arange(size) - (size - 1) / 2)


def _edges(axis: Axes, theme: Theme, right: float, before: np.ndarray, after: np.ndarray) -> None:
    for start in before:
        for end in after:
            axis.plot([right - 3, right], [start, end], color=theme.muted, linewidth=0.6, zorder=1)
