"""Figures about one neuron: its parts, its S-shaped answer, its line, its gates."""

from __future__ import annotations

from itertools import product

import numpy as np
from matplotlib.axes import Axes

from dlcourse.activations import sigmoid, step
from dlcourse.classical import linear_fit, logistic_fit
from dlcourse.figures.drawing import (
    MARKERS,
    arrow,
    bare,
    box,
    colors,
    finish,
    line_through,
    panels,
    plane,
    points,
)
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.neuron import gate_weights, neuron, xor_network

#: Inputs, weights and bias of the worked example of chapter 1.
EXAMPLE_X = np.array([0.9, 0.2, 0.3])
EXAMPLE_W = np.array([2.0, 3.0, -1.0])
EXAMPLE_B = 0.5

_CORNERS = np.array(list(product([0.0, 1.0], repeat=2)))
_TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "xor": [0, 1, 1, 0]}


def diagram(theme: Theme) -> Picture:
    """Draw the worked example as a neuron: inputs, weights, sum, bend, output.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    z = float(EXAMPLE_X @ EXAMPLE_W + EXAMPLE_B)
    a = float(neuron(EXAMPLE_X, EXAMPLE_W, EXAMPLE_B, sigmoid))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.5, width=5.3)
        bare(axis)
        axis.set(xlim=(-0.2, 9.4), ylim=(-0.25, 3.95), aspect="equal")
        for row, (x, w) in enumerate(zip(EXAMPLE_X, EXAMPLE_W, strict=True)):
            height = 3.2 - row
            box(axis, theme, (0.6, height), (1.5, 0.66), f"$x_{row + 1}$ = {x:g}")
            _weighted(axis, theme, (1.4, height), (3.42, 1.95 + 0.22 * (1 - row)), _times(w))
        box(axis, theme, (0.6, 0.2), (1.5, 0.66), "1")
        _weighted(axis, theme, (1.4, 0.2), (3.5, 1.5), _times(EXAMPLE_B))
        box(axis, theme, (4.25, 1.9), (1.6, 1.1), f"sum\n$z$ = {z:.2g}", filled=True)
        arrow(axis, (5.1, 1.9), (5.85, 1.9), color=theme.muted)
        box(axis, theme, (6.7, 1.9), (1.6, 1.1), "", filled=True)
        _small_sigmoid(axis, theme, (6.7, 1.9), z)
        arrow(axis, (7.55, 1.9), (8.0, 1.9), color=theme.muted)
        axis.text(8.1, 1.9, f"$a$ = {a:.2f}", va="center", color=theme.ink)
        for center, label in [(0.6, "inputs"), (2.45, "weights"), (4.25, "add"), (6.7, "bend")]:
            axis.text(center, 3.85, label, ha="center", color=theme.muted)
        axis.text(0.6, -0.5, "bias: a weight on 1", ha="center", color=theme.muted, fontsize=8.5)
        terms = ", ".join(f"{x:g} times {w:g}" for x, w in zip(EXAMPLE_X, EXAMPLE_W, strict=True))
        alt = f"""A neuron drawn as a flow from left to right. Three inputs are weighted
            ({terms}), a constant 1 is weighted by the bias {EXAMPLE_B:g}, all are added to z =
            {z:.2g}, and a sigmoid bends the sum into the output a = {a:.2f}."""
        return finish(figure, alt)


def line_to_logistic(theme: Theme) -> Picture:
    """Fit 0/1 answers with a straight line, then with a sigmoid neuron.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    hours = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 12.0])
    passed = np.array([0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1])
    grid = np.linspace(0, 13, 200)
    w, b = linear_fit(hours[:, None], passed)
    v, c = logistic_fit(hours[:, None], passed)
    line, curve = grid * w + b, sigmoid(grid * v + c)
    with styled(theme):
        figure, axes = panels(1, 2, 2.9, sharey=True)
        for axis, answer, name in [(axes[0], line, "line"), (axes[1], curve, "sigmoid")]:
            axis.axhspan(1, 1.6, color=theme.orange, alpha=0.12, linewidth=0)
            axis.axhspan(-0.5, 0, color=theme.orange, alpha=0.12, linewidth=0)
            axis.plot(grid, answer, color=theme.ink, label=name)
            points(axis, theme, np.stack([hours, passed], axis=1), passed, size=30)
            axis.set(xlabel="hours of study (made data)", ylim=(-0.3, 1.5), yticks=[0, 0.5, 1])
        axes[0].set(title="least squares: a line", ylabel="answer")
        axes[1].set(title="logistic regression: a sigmoid")
        axes[0].text(0.2, 1.2, "above 1:\nno probability", color=theme.ink)
        alt = f"""Two panels with the same twelve made points, answers 0 or 1 against hours. Left:
            the least-squares line runs from {line[0]:.2f} at 0 hours to {line[-1]:.2f} at 13
            hours, far above 1. Right: the fitted sigmoid rises from {curve[0]:.2f} to
            {curve[-1]:.2f} and stays between 0 and 1."""
        return finish(figure, alt)


def decision_boundary(theme: Theme) -> Picture:
    """Draw the line where a neuron hesitates, and how sure it is elsewhere.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    w, b = np.array([2.0, 1.0]), -1.0
    foot, unit = -b * w / (w @ w), w / np.linalg.norm(w)
    grid = np.linspace(-3, 3, 61)
    x1, x2 = np.meshgrid(grid, grid)
    p = sigmoid(w[0] * x1 + w[1] * x2 + b)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 4.0, width=4.6)
        fills = [theme.blue + "40", theme.blue + "18", theme.orange + "18", theme.orange + "40"]
        axis.contourf(x1, x2, p, levels=[0, 0.1, 0.5, 0.9, 1], colors=fills)
        lines = axis.contour(
            x1, x2, p, levels=[0.1, 0.5, 0.9], colors=theme.ink, linewidths=[1, 2.4, 1]
        )
        places = [(-0.9, 1.7), (-0.55, 2.1), (0.6, 1.9)]
        axis.clabel(lines, fmt="a = %.1f", manual=places, fontsize=9, colors=theme.ink)
        arrow(axis, tuple(foot), tuple(foot + 1.6 * unit), color=theme.red, linewidth=2.2)
        axis.text(1.95, 0.82, "$w$", color=theme.red, fontsize=13)
        axis.text(-2.8, -2.7, "answer 0", color=theme.ink)
        axis.text(1.55, 2.0, "answer 1", color=theme.ink)
        plane(axis, 3)
        axis.set(xlabel="$x_1$", ylabel="$x_2$")
        far = np.log(9) / np.linalg.norm(w)
        alt = f"""The plane of two inputs. A straight line, where the sigmoid neuron with w = (2,
            1) and b = -1 answers 0.5, cuts it in two. The arrow w stands at a right angle to the
            line and points to the side of answer 1. Parallel lines {far:.2f} away on either side
            mark the answers 0.1 and 0.9."""
        return finish(figure, alt)


def gates(theme: Theme) -> Picture:
    """Draw AND, OR and NAND with the line of a step neuron each, and XOR with none.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    with styled(theme):
        figure, axes = panels(2, 2, 5.2, width=5.2)
        for axis, (name, truth) in zip(axes, _TRUTH.items(), strict=True):
            _corners(axis, theme, _CORNERS, np.array(truth))
            axis.set(title=name.upper(), xlabel="$x_1$", ylabel="$x_2$")
            if name != "xor":
                w, b = gate_weights(name)
                line_through(axis, w, b, color=theme.ink)
                _shade(axis, theme, w, b)
        axes[3].text(0.5, 0.5, "no line\nwill do", ha="center", va="center", color=theme.ink)
        alt = """Four squares of input corners. AND: a line cuts off the corner (1, 1), the only
            1. OR: a line cuts off (0, 0), the only 0. NAND: the line of AND with its sides
            swapped. XOR: ones at (0, 1) and (1, 0), zeros at (0, 0) and (1, 1), crosswise; no
            line is drawn because none separates them."""
        return finish(figure, alt)


def xor_hidden(theme: Theme) -> Picture:
    """Draw XOR before and after its hidden layer.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    (W1, b1), (W2, b2) = xor_network()
    truth = np.array(_TRUTH["xor"])
    hidden = step(_CORNERS @ W1 + b1)
    with styled(theme):
        figure, (before, after) = panels(1, 2, 3.2)
        _corners(before, theme, _CORNERS, truth)
        for unit, (name, dashes) in enumerate([("OR", "-"), ("AND", "--")]):
            line_through(before, W1[:, unit], b1[unit], color=theme.ink, linestyle=dashes)
            before.text(*[(0.36, -0.32), (0.98, 0.72)][unit], name, color=theme.ink)
        _corners(after, theme, hidden, truth)
        line_through(after, W2[:, 0], b2[0], color=theme.ink)
        _shade(after, theme, W2[:, 0], b2[0])
        after.text(0.72, -0.3, "two corners\nmet here", color=theme.ink, fontsize=9)
        before.set(title="the inputs, two lines", xlabel="$x_1$", ylabel="$x_2$")
        after.set(title="the hidden plane, one line", xlabel="OR says", ylabel="AND says")
        moved = "; ".join(
            f"({x[0]:g}, {x[1]:g}) to ({h[0]:g}, {h[1]:g})"
            for x, h in zip(_CORNERS, hidden, strict=True)
        )
        alt = f"""Left: the four corners of XOR with the lines of an OR and an AND neuron. Right:
            the same corners placed by what the two neurons say: {moved}. The two ones have met in
            one point, and a single line now separates it from the two zeros."""
        return finish(figure, alt)


def _weighted(
    axis: Axes, theme: Theme, start: tuple[float, float], end: tuple[float, float], text: str
) -> None:
    arrow(axis, start, end, color=theme.muted)
    run, rise = end[0] - start[0], end[1] - start[1]
    above = 0.14 + 0.3 * max(0.0, rise / run)  # the line must not rise through the text
    place = (start[0] + 0.3 * run, start[1] + 0.3 * rise + above)
    axis.text(*place, text, ha="center", color=theme.ink)


def _times(weight: float) -> str:
    return f"× {weight:g}".replace("-", "−")


def _small_sigmoid(axis: Axes, theme: Theme, center: tuple[float, float], z: float) -> None:
    """Draw a sigmoid inside a box, with a dot at (z, sigmoid(z))."""
    t = np.linspace(-6, 6, 60)
    axis.plot(center[0] + t * 0.11, center[1] + 0.8 * (sigmoid(t) - 0.5), color=theme.blue)
    axis.plot(center[0] + z * 0.11, center[1] + 0.8 * (sigmoid(z) - 0.5), "o", color=theme.orange)


def _corners(axis: Axes, theme: Theme, X: np.ndarray, truth: np.ndarray) -> None:
    """Mark each corner with its class: shape, color and digit."""
    for x, label in zip(X, truth, strict=True):
        color = colors(theme)[label]
        axis.scatter(x[0], x[1], s=190, marker=MARKERS[label], color=color, zorder=3)
        axis.text(
            x[0],
            x[1],
            str(label),
            ha="center",
            va="center",
            color=theme.paper,
            zorder=4,
            weight=700,
        )
    plane(axis, 0.95, (0.5, 0.5))
    axis.set(xticks=[0, 1], yticks=[0, 1])


def _shade(axis: Axes, theme: Theme, w: np.ndarray, b: float) -> None:
    """Tint the side on which a step neuron fires."""
    x1, x2 = np.meshgrid(np.linspace(-0.6, 1.6, 221), np.linspace(-0.6, 1.6, 221))
    fires = w[0] * x1 + w[1] * x2 + b
    axis.contourf(x1, x2, fires, levels=[0, fires.max() + 1], colors=[theme.orange + "26"])
