"""Figures that open the book: a rule for digits, what one neuron finds, the letters."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.activations import sigmoid
from dlcourse.classical import logistic_fit
from dlcourse.data import digits
from dlcourse.figures.drawing import bare, digit, finish, panels
from dlcourse.figures.style import Picture, Theme, styled

#: Where the rule looks, as (first row, last row, first column, last column); counted from 0.
PLACES = ((2, 2, 1, 3), (4, 5, 1, 3))

#: How bright the brightest pixel of a place must be to count as ink.
INK = 0.5

#: Random halves on which the neuron is trained and tested.
SPLITS = 20


@cache
def threes_and_eights() -> tuple[np.ndarray, np.ndarray]:
    """Pick the threes and eights from the handwritten digits.

    Returns
    -------
    X : array, shape (n, 64)
        Brightness of each pixel, in [0, 1].
    y : int array, shape (n,)
        0 for a three, 1 for an eight.
    """
    X, y = digits()
    chosen = (y == 3) | (y == 8)
    return X[chosen], (y[chosen] == 8).astype(np.int64)


def looks_like_eight(X: np.ndarray) -> np.ndarray:
    """Apply the rule: an eight has ink on its left above and below, where a three is open.

    Parameters
    ----------
    X : array, shape (n, 64)
        Digits.

    Returns
    -------
    bool array, shape (n,)
        Whether the rule says eight.
    """
    images = X.reshape(-1, 8, 8)
    brightest = [
        images[:, top : bottom + 1, left : right + 1].max(axis=(1, 2))
        for top, bottom, left, right in PLACES
    ]
    return np.minimum(*brightest) > INK


@cache
def neuron_for_eights(seed: int = 0) -> tuple[np.ndarray, float, float]:
    """Train one neuron on a random half of the threes and eights, and test it on the other.

    Parameters
    ----------
    seed : int, default 0
        Seed of the split.

    Returns
    -------
    w : array, shape (64,)
        Weights.
    b : float
        Bias.
    right : float
        Share of the unseen half that it names rightly.
    """
    X, y = threes_and_eights()
    order = np.random.default_rng(seed).permutation(len(y))
    seen, unseen = np.split(order, [len(y) // 2])
    w, b = logistic_fit(X[seen], y[seen], ridge=0.01)
    right = np.mean((sigmoid(X[unseen] @ w + b) > 0.5) == y[unseen])
    return w, float(b), float(right)


@cache
def shares_right() -> tuple[float, float]:
    """Measure the rule and the neuron.

    Returns
    -------
    rule, neuron : float
        Share right: the rule on all threes and eights, the neuron on unseen halves, on average.
    """
    X, y = threes_and_eights()
    rule = float(np.mean(looks_like_eight(X) == y))
    return rule, float(np.mean([neuron_for_eights(seed)[2] for seed in range(SPLITS)]))


def rule(theme: Theme) -> Picture:
    """Show where the rule looks, and digits that it gets wrong.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = threes_and_eights()
    wrong = np.flatnonzero(looks_like_eight(X) != y)
    sound = [int(np.flatnonzero((y == label) & (looks_like_eight(X) == y))[0]) for label in (0, 1)]
    picked = [*sound, *wrong[y[wrong] == 0][:2], *wrong[y[wrong] == 1][:2]]
    names = np.where(y == 1, "8", "3")
    with styled(theme):
        figure, axes = panels(1, 6, 1.75, width=6.4)
        for place, (axis, row) in enumerate(zip(axes, picked, strict=True)):
            digit(axis, theme, X[row])
            verdict = "right" if place < 2 else "wrong"
            axis.set_title(f"a {names[row]}: {verdict}", fontsize=9.5)
            for top, bottom, left, right in PLACES:
                _frame(axis, (left, top), (right - left + 1, bottom - top + 1), theme.orange)
        alt = f"""Six handwritten digits of eight by eight gray pixels. On each, two frames mark
            where the rule looks for ink: at the left, above the middle and below it. The first
            two, a three and an eight, it names rightly. Two threes have ink in both frames and
            two eights have none in one of them: these are among the {len(wrong)} of {len(y)}
            that it gets wrong."""
        return finish(figure, alt)


def weights(theme: Theme) -> Picture:
    """Show the weights that one neuron learned, pixel by pixel.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    w = neuron_for_eights()[0].reshape(8, 8)
    largest = np.abs(w).max()
    row, column = np.unravel_index(np.argmax(w), w.shape)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=3.6)
        bare(axis)
        axis.set(xlim=(-0.6, 10.6), ylim=(7.6, -0.6), aspect="equal")
        for (i, j), value in np.ndenumerate(w):
            side = 0.94 * np.sqrt(abs(value) / largest)
            color = theme.orange if value > 0 else theme.blue
            axis.add_patch(
                Rectangle(
                    (j - side / 2, i - side / 2), side, side, facecolor=color,
                    hatch="" if value > 0 else "////", edgecolor=theme.paper, linewidth=0,
                )
            )  # fmt: skip
        _frame(axis, (0, 0), (8, 8), theme.muted)
        for top, bottom, left, right in PLACES:
            _frame(axis, (left, top), (right - left + 1, bottom - top + 1), theme.ink)
        for height, name, color, hatch in [
            (2.8, "ink here\nsays 8", theme.orange, ""),
            (4.8, "ink here\nsays 3", theme.blue, "////"),
        ]:
            axis.add_patch(
                Rectangle(
                    (8.1, height - 0.3), 0.6, 0.6, facecolor=color, hatch=hatch,
                    edgecolor=theme.paper, linewidth=0,
                )
            )  # fmt: skip
            axis.text(8.95, height, name, va="center", fontsize=9)
        alt = f"""The 64 weights of one neuron as squares on the eight by eight grid of pixels,
            larger for larger weights; plain orange speaks for an eight, hatched blue for a three.
            The largest orange square is in row {row + 1}, column {column + 1}, inside one of the
            two frames at the left where the rule of the last figure looks; the other frame holds
            large orange squares too. Nobody told the neuron to look there."""
        return finish(figure, alt)


def letters(theme: Theme) -> Picture:
    """Draw one layer as blocks with the book's letters and shapes.

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
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.6, width=6.3)
        bare(axis)
        axis.set(xlim=(-1.1, 13.7), ylim=(-1.55, 5.15), aspect="equal")
        _block(axis, theme, (0, 0), (n, d), "$X$", "$n \\times d$", row=1)
        _block(axis, theme, (4.4, 1), (d, h), "$W$", "$d \\times h$", column=1)
        _block(axis, theme, (7.6, 2), (1, h), "$b$", "$h$", column=1)
        _block(axis, theme, (11.0, 0), (n, h), "$Z$", "$n \\times h$", row=1, column=1)
        for x, sign in ((3.7, "·"), (7.0, "+"), (10.3, "=")):
            axis.text(x, 2.5, sign, ha="center", va="center", fontsize=15)
        axis.text(-0.25, 3.5, "$x$", ha="right", va="center", fontsize=11)
        axis.text(13.2, 3.5, "$z$", ha="left", va="center", fontsize=11)
        alt = f"""Four blocks of cells: X with {n} rows and {d} columns, times W with {d} rows and
            {h} columns, plus b with {h} numbers, equals Z with {n} rows and {h} columns. One row
            of X, the example x, one column of W with its bias, the weights of one neuron, and the
            cell of Z where this row and this column meet are filled."""
        return finish(figure, alt)


def _frame(axis: Axes, corner: tuple[int, int], size: tuple[int, int], color: str) -> None:
    """Outline whole pixels, from the one in `corner` on."""
    place = (corner[0] - 0.5, corner[1] - 0.5)
    axis.add_patch(Rectangle(place, *size, facecolor="none", edgecolor=color, linewidth=1.6))


def _block(
    axis: Axes,
    theme: Theme,
    corner: tuple[float, float],
    shape: tuple[int, int],
    name: str,
    size: str,
    row: int | None = None,
    column: int | None = None,
) -> None:
    """Draw a matrix as cells; fill one row, one column, or the cell where both meet."""
    rows, columns = shape
    for i in range(rows):
        for j in range(columns):
            chosen = (row is None or i == row) and (column is None or j == column)
            axis.add_patch(
                Rectangle(
                    (corner[0] + j, corner[1] + rows - 1 - i), 1, 1,
                    facecolor=theme.blue + "55" if chosen else "none",
                    edgecolor=theme.blue if chosen else theme.muted,
                    linewidth=1.6 if chosen else 0.8, zorder=3 if chosen else 2,
                )
            )  # fmt: skip
    middle = corner[0] + columns / 2
    axis.text(middle, corner[1] - 0.4, name, ha="center", va="center", fontsize=12)
    axis.text(middle, corner[1] - 1.1, size, ha="center", va="center", color=theme.muted)
