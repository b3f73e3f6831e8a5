"""Figures about graphs: local slopes, paths from a weight to the loss, two inputs, shapes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from dlcourse.activations import sigmoid
from dlcourse.figures.drawing import arrow, bare, box, finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.losses import binary_cross_entropy

#: The logistic neuron of the chain: one input of the film-review example of chapter 1.
CHAIN = {"w": 2.5, "x": 3.0, "rest": -6.667, "y": 1.0}

#: Sizes of the two-input network of the notes.
BRANCHES = {"left": (4, 30, 40), "right": (4, 20, 50)}


def chain_numbers() -> dict[str, float]:
    """Compute one logistic neuron and its local slopes.

    Returns
    -------
    dict of float
        ``z, a, loss``, the local slopes ``loss_a, a_z, z_w`` and their product ``loss_w``.
    """
    z = CHAIN["w"] * CHAIN["x"] + CHAIN["rest"]
    a, y = float(sigmoid(z)), CHAIN["y"]
    slopes = {"loss_a": -y / a + (1 - y) / (1 - a), "a_z": a * (1 - a), "z_w": CHAIN["x"]}
    product = slopes["loss_a"] * slopes["a_z"] * slopes["z_w"]
    return {"z": z, "a": a, "loss": float(binary_cross_entropy([a], [y])), **slopes,
            "loss_w": product}  # fmt: skip


def chain(theme: Theme) -> Picture:
    """Draw a neuron as a chain of steps, with values above and local slopes below.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    n = chain_numbers()
    stations = [
        ("$w$", CHAIN["w"]),
        ("$z = wx + r$", n["z"]),
        (r"$a = \sigma(z)$", n["a"]),
        ("$L$", n["loss"]),
    ]
    slopes = [("$dz/dw = x$", n["z_w"]), ("$da/dz$", n["a_z"]), ("$dL/da$", n["loss_a"])]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.2, width=6.3)
        bare(axis)
        axis.set(xlim=(-1.1, 11), ylim=(-1.9, 1.5), aspect="equal")
        for place, (name, value) in enumerate(stations):
            x = 3.3 * place
            box(axis, theme, (x, 0.35), (1.9, 0.8), name, filled=place > 0)
            axis.text(x, 0.98, _signed(f"{value:.3f}"), ha="center", fontsize=9.5)
        for place, (name, value) in enumerate(slopes):
            middle = 3.3 * place + 1.65
            arrow(axis, (middle - 0.68, 0.35), (middle + 0.68, 0.35), color=theme.muted)
            arrow(axis, (middle + 0.68, -0.35), (middle - 0.68, -0.35), color=theme.orange)
            axis.text(middle, -0.85, name, ha="center", color=theme.ink, fontsize=9.5)
            axis.text(middle, -1.35, _signed(f"{value:.3f}"), ha="center", fontsize=9.5)
        alt = f"""A chain of four boxes: the weight {CHAIN["w"]:g}, the sum z = {n["z"]:.3f}, the
            activation a = {n["a"]:.3f}, the loss {n["loss"]:.3f}. Under each gap an arrow goes
            back with a local slope: {n["z_w"]:g} from z to w, {n["a_z"]:.3f} from a to z,
            {n["loss_a"]:.3f} from L to a. Their product is {n["loss_w"]:.3f}."""
        return finish(figure, alt)


def routes(theme: Theme) -> Picture:
    """Draw the paths from one weight to the loss, and how their number grows with depth.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    depth = np.arange(1, 11)
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.0, width=6.4)
        _lattice(left, theme, layers=4)
        right.semilogy(depth, 100.0**depth, "s--", color=theme.orange, label="paths")
        right.semilogy(
            depth, 100.0**2 * depth, "o-", color=theme.blue, label="multiplications of backprop"
        )
        right.set(xlabel="hidden layers after the weight", title="layers of 100 units")
        right.legend(loc="upper left", fontsize=9)
        alt = """Left: a network whose layers have two units each. From the weight at the left,
            four layers further on, 16 paths lead to the loss; one of them is drawn heavy. Right,
            for layers of 100 units on a logarithmic scale: the number of paths grows a
            hundredfold with each layer, to 1e20 for ten layers, while the multiplications of
            backpropagation grow by 10,000 a layer, to 1e5."""
        return finish(figure, alt)


def two_inputs(theme: Theme) -> Picture:
    """Draw the network of the notes that has two inputs and joins them.

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
        figure, (axis,) = panels(1, 1, 2.6, width=6.4)
        bare(axis)
        axis.set(xlim=(-1.1, 13.2), ylim=(-0.8, 4.1), aspect="equal")
        for row, sizes in ((3.2, BRANCHES["left"]), (0.6, BRANCHES["right"])):
            for place, size in enumerate(sizes):
                name = "input" if place == 0 else "dense"
                box(axis, theme, (3 * place, row), (1.8, 1.0), f"{name}\n{size}", place > 0)
                if place:
                    _two_way(axis, theme, (3 * place - 2.0, row), (3 * place - 1.0, row))
            _two_way(axis, theme, (6.98, row), (8.1, 1.9 + 0.25 * np.sign(row - 1.9)))
        joined = BRANCHES["left"][-1] + BRANCHES["right"][-1]
        box(axis, theme, (9.3, 1.9), (2.4, 1.2), f"side by side\n{joined}")
        _two_way(axis, theme, (10.55, 1.9), (11.15, 1.9))
        box(axis, theme, (12.1, 1.9), (1.8, 1.0), "head\n1", filled=True)
        alt = f"""Two branches of boxes. The upper goes from an input of 4 through dense layers of
            30 and 40 units, the lower from another input of 4 through 20 and 50. Both meet in a
            box that puts them side by side, {joined} features, before a head of one unit. Each
            connection has an arrow forward and one back."""
        return finish(figure, alt)


def shapes_back(theme: Theme) -> Picture:
    """Draw the two matrix products of a layer's backward pass as rectangles.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    n, d, h = 5, 3, 2
    rows = [
        ("weights", [("$X^T$", d, n), ("$d_Z$", n, h), ("$d_W$", d, h)]),
        ("inputs", [("$d_Z$", n, h), ("$W^T$", h, d), ("$d_X$", n, d)]),
    ]
    with styled(theme):
        figure, axes = panels(1, 2, 2.4, width=6.4)
        for axis, (title, matrices) in zip(axes, rows, strict=True):
            bare(axis)
            axis.set(xlim=(-0.5, 13), ylim=(-1.6, 5.6), aspect="equal", title=f"for the {title}")
            left = 0.0
            for place, (name, high, wide) in enumerate(matrices):
                _matrix(axis, theme, (left, 2.5 - high / 2), (wide, high), name, place == 2)
                left += wide
                if place < 2:
                    axis.text(left + 0.6, 2.5, "·="[place], ha="center", va="center", fontsize=14)
                left += 1.2
        alt = f"""Rectangles for a layer with {n} examples, {d} inputs and {h} units. Left: X
            transposed, {d} by {n}, times d_Z, {n} by {h}, gives d_W, {d} by {h}, the shape of W.
            Right: d_Z, {n} by {h}, times W transposed, {h} by {d}, gives d_X, {n} by {d}, the
            shape of X."""
        return finish(figure, alt)


def _signed(text: str) -> str:
    return text.replace("-", "−")


def _two_way(
    axis: Axes, theme: Theme, start: tuple[float, float], end: tuple[float, float]
) -> None:
    lift = np.array([0, 0.14])
    up, down = np.array(start), np.array(end)
    arrow(axis, tuple(up + lift), tuple(down + lift), color=theme.muted)
    arrow(axis, tuple(down - lift), tuple(up - lift), color=theme.orange)


def _matrix(
    axis: Axes,
    theme: Theme,
    corner: tuple[float, float],
    size: tuple[float, float],
    name: str,
    result: bool,
) -> None:
    color = theme.orange if result else theme.blue
    axis.add_patch(Rectangle(corner, *size, facecolor=color + "33", edgecolor=color, linewidth=1.8))
    middle = corner[0] + size[0] / 2
    axis.text(middle, corner[1] + size[1] / 2, name, ha="center", va="center", fontsize=11)
    axis.text(middle, corner[1] - 0.65, f"{size[1]}×{size[0]}", ha="center", fontsize=8.5)


def _lattice(axis: Axes, theme: Theme, layers: int) -> None:
    """Draw layers of two units between a weight and the loss, one path heavy."""
    bare(axis)
    axis.set(xlim=(-0.9, 2 * layers + 2.6), ylim=(-1.9, 2.0), aspect="equal")
    columns = [[(0.0, 0.0)]]
    columns += [[(2.0 * k, 0.8), (2.0 * k, -0.8)] for k in range(1, layers + 1)]
    columns += [[(2.0 * layers + 2, 0.0)]]
    heavy = [0, 0, 1, 1, 0, 0]
    for step in range(layers + 1):
        for i, start in enumerate(columns[step]):
            for j, end in enumerate(columns[step + 1]):
                chosen = (i, j) == (heavy[step], heavy[step + 1])
                axis.plot(
                    *zip(start, end, strict=True), zorder=2 if chosen else 1,
                    color=theme.orange if chosen else theme.muted,
                    linewidth=3 if chosen else 1,
                )  # fmt: skip
    for column in columns:
        for place in column:
            axis.add_patch(
                Circle(place, 0.3, facecolor=theme.paper, edgecolor=theme.blue, zorder=3)
            )
    axis.text(0, 0.5, "$z_1$", ha="center")
    axis.text(2 * layers + 2, 0.5, "$L$", ha="center")
    axis.set_title(f"{2**layers} paths")
