"""Figures about losses: squares, bells, surprise in three units, slopes, predicted minus true."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.activations import sigmoid, softmax
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.information import surprise
from dlcourse.logits import softmax_cross_entropy_grad, softplus
from dlcourse.losses import mse, one_hot

#: Final grades of the notes, in percent: what was predicted and what came.
GRADES_PREDICTED = np.array([30.0, 80.0, 85.0])
GRADES = np.array([90.0, 20.0, 95.0])

#: Scores and right class of the softmax example of the notes.
SCORES = np.array([[3.2, 1.3, 0.2, 0.8]])
LABEL = np.array([0])

#: Units of information: name, base, and the (p, what the notes say) that were computed in it.
UNITS = (
    ("bits", 2.0, ((0.775, 0.3677), (0.936, 0.095), (0.99929, 0.00102))),
    ("nats", math.e, ((0.3, 1.203),)),
    ("bans", 10.0, ((0.1, 1.0), (0.2, 0.69), (0.9, 0.045), (0.95, 0.02))),
)


def squares(theme: Theme) -> Picture:
    """Draw the squared errors of three grades, and which constant guess each error wants.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    errors = GRADES_PREDICTED - GRADES
    guess = np.linspace(0, 100, 401)
    away = guess[:, None] - GRADES
    squared, absolute = np.sqrt(np.mean(away**2, axis=1)), np.mean(np.abs(away), axis=1)
    mean, median = float(GRADES.mean()), float(np.median(GRADES))
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.1, width=6.4)
        _square_row(left, theme, errors)
        right.plot(guess, squared, color=theme.blue, label="root of mean squared")
        right.plot(guess, absolute, color=theme.orange, linestyle="--", label="mean absolute")
        right.plot(mean, squared.min(), "o", color=theme.blue)
        right.plot(median, absolute.min(), "s", color=theme.orange)
        right.text(mean - 3, squared.min() - 6.5, "mean", color=theme.ink, ha="right")
        right.text(median + 1, absolute.min() - 6.5, "median", color=theme.ink, ha="center")
        right.set(xlabel="one guess for all three", ylabel="error, percent", ylim=(8, 78))
        right.set_title("what each error wants")
        right.legend(loc="upper right", fontsize=9)
        sides = ", ".join(f"{abs(e):g} by {abs(e):g}" for e in errors)
        alt = f"""Left: the three errors of the grades as squares, {sides}; their mean area is
            {mse(GRADES_PREDICTED, GRADES).item():.1f}, and the third square hardly shows. Right:
            the error of guessing one number for all three grades. The squared error is smallest
            at the mean, {mean:.1f}; the absolute error is smallest at the median, {median:g}."""
        return finish(figure, alt)


def bells(theme: Theme) -> Picture:
    """Draw a line with a bell of noise at some of its points, and one measured point in each.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    places, noise, width = np.array([1.0, 3.0, 5.0, 7.0]), np.array([0.5, -0.9, 0.2, 1.3]), 0.8
    line = 1 + 0.6 * places
    offsets = np.linspace(-2.6, 2.6, 121)
    bell = np.exp(-(offsets**2) / (2 * width**2))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=5.6)
        axis.plot([0, 9], [1.0, 1 + 0.6 * 9], color=theme.ink)
        for x, middle, off in zip(places, line, noise, strict=True):
            axis.fill_betweenx(
                middle + offsets, x, x + 1.1 * bell, color=theme.blue, alpha=0.2, linewidth=0
            )
            axis.plot(x + 1.1 * bell, middle + offsets, color=theme.blue, linewidth=1.4)
            height = 1.1 * np.exp(-(off**2) / (2 * width**2))
            axis.plot([x, x + height], [middle + off] * 2, color=theme.orange, linewidth=1.6)
            axis.plot(x, middle + off, "o", color=theme.orange)
        axis.text(9.1, 6.3, "the model", color=theme.ink, va="center")
        axis.set(xlabel="$x$", ylabel="$y$", xlim=(0, 11), ylim=(-0.6, 8.6))
        axis.set_title("likelihood: the length of each bar", loc="left")
        alt = f"""A rising line, the model's prediction. At four values of x a bell curve stands on
            the line, lying on its side: how likely each y is. A measured point at each bell is
            {abs(noise[0])}, {abs(noise[1])}, {abs(noise[2])} and {abs(noise[3])} away from the
            line. The bar from the point to its bell is the point's likelihood: the farther from
            the line, the shorter."""
        return finish(figure, alt)


def units(theme: Theme) -> Picture:
    """Draw surprise against probability in bits, nats and bans, with the notes' numbers.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    p = np.linspace(0.06, 1, 400)
    looks = [(theme.blue, "-", "o"), (theme.orange, "--", "s"), (theme.green, "-.", "^")]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.6, width=5.8)
        for (name, base, said), (color, dashes, marker) in zip(UNITS, looks, strict=True):
            axis.plot(p, surprise(p, base), color=color, linestyle=dashes, label=name)
            for where, what in said:
                axis.plot(where, what, marker, color=color, markersize=7, clip_on=False)
        axis.set(xlabel="probability that was given to what came", ylabel="surprise")
        axis.set(xlim=(0, 1.02), ylim=(0, 3.6))
        axis.legend(title="unit")
        sentences = "; ".join(
            f"in {name} " + ", ".join(f"{what:g} at {where:g}" for where, what in said)
            for name, _, said in UNITS
        )
        at = [f"{surprise(0.5, base).item():.3f} {name}" for name, base, _ in UNITS]
        alt = f"""Three falling curves of surprise against probability, one for each unit, all 0
            at probability 1. At one half they are at {at[0]}, {at[1]} and {at[2]}. The numbers of
            the notes are marked, and each lies on one of the curves: {sentences}."""
        return finish(figure, alt)


def slopes(theme: Theme) -> Picture:
    """Draw squared error and log loss of a sigmoid neuron, and their slopes, against its score.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    z = np.linspace(-8, 8, 401)
    a = sigmoid(z)
    square, square_slope = (a - 1) ** 2, 2 * (a - 1) * a * (1 - a)
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.0, width=6.4)
        for axis, log_loss, squared in [
            (left, softplus(-z), square),
            (right, a - 1, square_slope),
        ]:
            axis.plot(z, log_loss, color=theme.blue, label="log loss")
            axis.plot(z, squared, color=theme.orange, linestyle="--", label="squared error")
            axis.set(xlabel="score $z$")
        left.set(title="loss, when the answer is yes", ylim=(-0.2, 8.2))
        right.set(title="its slope")
        left.legend()
        worst = [float(a[0] - 1), float(square_slope[0])]
        alt = f"""A sigmoid neuron's loss against its score z, when the right answer is yes. Left:
            log loss falls along a straight line and flattens only where the neuron is right;
            squared error is flat at 1 on the left. Right, the slopes: at z = {z[0]:g}, where the
            neuron is most wrong, log loss has the slope {worst[0]:.3f} and squared error only
            {worst[1]:.4f}."""
        return finish(figure, alt)


def score_gradient(theme: Theme) -> Picture:
    """Draw predicted, true, and predicted minus true for the softmax example of the notes.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    p, t = softmax(SCORES)[0], one_hot(LABEL, 4)[0]
    gradient = softmax_cross_entropy_grad(SCORES, LABEL)[0]
    with styled(theme):
        figure, axes = panels(1, 3, 2.7, sharey=True)
        rows = [("predicted, $p$", p), ("true, $t$", t), ("gradient, $p - t$", gradient)]
        for axis, (title, values) in zip(axes, rows, strict=True):
            color = [theme.blue if value >= 0 else theme.orange for value in values]
            bars = axis.bar(range(1, 5), values, color=color, width=0.66)
            labels = [f"{value:.3f}".replace("-", "−") for value in values]
            axis.bar_label(bars, labels, color=theme.ink, fontsize=8.5, padding=2)
            axis.axhline(0, color=theme.muted, linewidth=0.8)
            axis.set(title=title, xticks=range(1, 5), xlabel="class", ylim=(-0.4, 1.18))
            axis.set_xlim(0.3, 4.7)
            axis.grid(visible=False, axis="x")
            axis.set_axisbelow(True)
        texts = [", ".join(f"{value:.3f}" for value in row) for row in (p, gradient)]
        alt = f"""Three bar charts of four classes. Predicted: {texts[0]}. True: 1 for class 1, 0
            for the others. The gradient for the scores is the first minus the second: {texts[1]}.
            It is negative for the right class only, and its bars add up to 0."""
        return finish(figure, alt)


def _square_row(axis: Axes, theme: Theme, errors: np.ndarray) -> None:
    """Draw one square for each error, on one ground line."""
    left = 0.0
    for index, error in enumerate(np.abs(errors)):
        axis.add_patch(
            Rectangle((left, 0), error, error, facecolor=theme.blue + "40", edgecolor=theme.blue)
        )
        above = error + 4 if error < 30 else error / 2 - 4
        axis.text(left + error / 2, above, f"{error**2:g}", ha="center", color=theme.ink)
        axis.text(left + error / 2, -14, f"student {index + 1}", ha="center", fontsize=8)
        left += error + 22
    axis.set(xlim=(-4, left - 8), ylim=(-24, 96), aspect="equal", title="error², as an area")
    axis.set_axis_off()
