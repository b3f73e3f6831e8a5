"""Small helpers that the figures share: panels, points of two classes, arrows and boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcourse.figures.style import Picture, Theme

#: Class 0 is a blue disk and class 1 an orange square, in every figure of the book.
MARKERS = ("o", "s")


def panels(
    rows: int, columns: int, height: float, width: float = 5.9, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Open a figure with a grid of panels.

    Parameters
    ----------
    rows, columns : int
        Shape of the grid.
    height, width : float
        Size in inches.
    **options : Any
        Passed on to ``Figure.subplots``.

    Returns
    -------
    figure : Figure
        The figure.
    axes : list of Axes
        Its panels, row by row.
    """
    figure = Figure(figsize=(width, height))
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(axes.ravel())


def finish(figure: Figure, alt: str) -> Picture:
    """Lay the figure out while its style is in force, and pair it with its alternative text.

    Parameters
    ----------
    figure : Figure
        The drawn figure.
    alt : str
        The sentences that replace it.

    Returns
    -------
    Picture
        Both together.
    """
    figure.draw_without_rendering()  # ticks are made lazily and would miss the theme's colors
    return Picture(figure, " ".join(alt.split()))


def colors(theme: Theme) -> tuple[str, str]:
    """Return the colors of class 0 and class 1.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    tuple of str
        Blue and orange of the theme.
    """
    return theme.blue, theme.orange


def tint(theme: Theme, color: str, share: float) -> str:
    """Mix a color with the paper.

    An SVG drops the opacity of a hatched face, so what is hatched needs a color that is pale by
    itself: on a transparent one the hatch would not be seen.

    Parameters
    ----------
    theme : Theme
        Colors of the page.
    color : str
        Color to mix in.
    share : float
        How much of it, from 0 (paper) to 1.

    Returns
    -------
    str
        An opaque color, as ``#rrggbb``.
    """
    mixed = share * np.array(to_rgb(color)) + (1 - share) * np.array(to_rgb(theme.paper))
    return to_hex(tuple(mixed))


def points(axis: Axes, theme: Theme, X: np.ndarray, y: np.ndarray, size: float = 16) -> None:
    """Scatter two classes, told apart by shape as well as by color.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    theme : Theme
        Colors of the page.
    X : array, shape (n, 2)
        Positions.
    y : array, shape (n,)
        Classes, 0 or 1.
    size : float, default 16
        Area of a marker.
    """
    for label, (marker, color) in enumerate(zip(MARKERS, colors(theme), strict=True)):
        chosen = X[y == label]
        axis.scatter(
            chosen[:, 0], chosen[:, 1], s=size, marker=marker, color=color, linewidths=0, zorder=3
        )


def plane(axis: Axes, reach: float, center: tuple[float, float] = (0.0, 0.0)) -> None:
    """Show a square window of the plane with equal scales.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    reach : float
        Half the side of the window.
    center : tuple of float
        Its middle.
    """
    axis.set(
        xlim=(center[0] - reach, center[0] + reach),
        ylim=(center[1] - reach, center[1] + reach),
        aspect="equal",
    )


def bare(axis: Axes) -> None:
    """Take ticks, grid and frame away: the panel holds a drawing, not a plot.

    Parameters
    ----------
    axis : Axes
        The panel.
    """
    axis.set_axis_off()


def digit(axis: Axes, theme: Theme, image: np.ndarray) -> None:
    """Draw a handwritten digit, ink in the color of ink.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    theme : Theme
        Colors of the page.
    image : array, shape (64,)
        Brightness of each pixel, in [0, 1].
    """
    bare(axis)
    low_to_high = "Greys" if theme.name == "light" else "Greys_r"
    axis.imshow(image.reshape(8, 8), cmap=low_to_high, interpolation="nearest", vmin=0, vmax=1)


def line_through(axis: Axes, w: np.ndarray, b: float, **style: Any) -> None:
    """Draw the line where ``w @ x + b == 0``.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    w : array, shape (2,)
        Weights.
    b : float
        Bias.
    **style : Any
        Passed on to ``Axes.axline``.
    """
    foot = -b * w / (w @ w)
    axis.axline(tuple(foot), tuple(foot + np.array([-w[1], w[0]])), **style)


def arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], **style: Any) -> None:
    """Draw an arrow in data coordinates.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    start, end : tuple of float
        Where it begins and where it points.
    **style : Any
        Passed on to ``FancyArrowPatch``.
    """
    look: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 12, "linewidth": 1.4}
    axis.add_patch(FancyArrowPatch(start, end, **(look | style)))


def box(
    axis: Axes,
    theme: Theme,
    center: tuple[float, float],
    size: tuple[float, float],
    text: str,
    filled: bool = False,
) -> None:
    """Draw a rounded box with centered text; a filled one is set apart by a heavy border too.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    theme : Theme
        Colors of the page.
    center, size : tuple of float
        Position and extent in data coordinates.
    text : str
        What it says.
    filled : bool, default False
        Whether to set it apart.
    """
    corner = (center[0] - size[0] / 2, center[1] - size[1] / 2)
    axis.add_patch(
        FancyBboxPatch(
            corner,
            *size,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=theme.blue + "26" if filled else "none",
            edgecolor=theme.blue if filled else theme.muted,
            linewidth=2.2 if filled else 1.1,
        )
    )
    axis.text(*center, text, ha="center", va="center", color=theme.ink)
