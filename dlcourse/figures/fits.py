"""Figures about curves that are too stiff or too loose: fits, errors, and how far they scatter."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.spread import spreads
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.figures.waves import (
    CURVE_NOISE,
    DEGREES,
    Measure,
    curve_grid,
    curve_predictions,
    curve_spread,
    wave,
)
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.toys import noisy_curve

#: A stiff curve, one that suits the wave, and a loose one.
STIFF, RIGHT, LOOSE = 1, 5, 12


def three_fits(theme: Theme) -> Picture:
    """Fit one data set with three polynomials.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    x, y = noisy_curve(30, np.random.default_rng(4))  # the data set that opens the chapter
    grid = np.linspace(-1, 1, 400)
    with styled(theme):
        figure, axes = panels(1, 3, 2.6, width=7.0, sharey=True)
        errors = []
        for axis, degree in zip(axes, (STIFF, RIGHT, LOOSE), strict=True):
            curve = polynomial_fit(x, y, degree)
            axis.plot(grid, wave(grid), color=theme.muted, linestyle="--", linewidth=1.4)
            axis.plot(grid, polynomial_predict(curve, grid), color=theme.blue)
            axis.scatter(x, y, s=14, color=theme.ink, linewidths=0, zorder=3)
            errors.append(float(np.mean((polynomial_predict(curve, x) - y) ** 2)))
            axis.set(title=f"degree {degree}", ylim=(-2.1, 2.1), xlabel="$x$")
            axis.text(0.03, 0.03, f"error on these {errors[-1]:.2f}", transform=axis.transAxes)
        axes[0].set_ylabel("$y$")
        alt = f"""The same {len(x)} points, fitted three times, beside the wave that they scatter
            about, dashed. Degree {STIFF}: a straight line that misses both bends, error on the
            points {errors[0]:.2f}. Degree {RIGHT}: a curve close to the wave, error
            {errors[1]:.2f}. Degree {LOOSE}: a curve that follows the points closely, error
            {errors[2]:.2f}, and leaves the picture to the left of the first of them, at
            {x.min():.2f}."""
        return finish(figure, alt)


def errors_by_degree(theme: Theme) -> Picture:
    """Draw training and test error against the degree.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    found = spreads("polynomial", DEGREES)
    best = min(DEGREES, key=lambda degree: found[degree].error)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.6)
        axis.plot(DEGREES, [m.error for m in found], "o-", color=theme.orange, label="new data")
        axis.plot(
            DEGREES, [m.train for m in found], "s--", color=theme.blue, label="the data fitted to"
        )
        axis.axhline(CURVE_NOISE**2, color=theme.muted, linewidth=1.2, linestyle=":")
        axis.text(0, CURVE_NOISE**2 * 1.06, "variance of the noise", color=theme.muted, fontsize=9)
        axis.set(yscale="log", xlabel="degree", ylabel="mean squared error", xticks=DEGREES)
        axis.legend(loc="upper center")
        alt = f"""Mean squared error against the degree, 0 to {DEGREES[-1]}, on a logarithmic scale.
            On the training data it only falls, from {found[0].train:.2f} to
            {found[-1].train:.3f}, below the variance of the noise, {CURVE_NOISE**2:.2f}. On new
            data it falls from {found[0].error:.2f} to {found[best].error:.2f} at degree {best}
            and rises to {found[-1].error:.2f}."""
        return finish(figure, alt)


def many_fits(theme: Theme) -> Picture:
    """Draw the curves that many data sets give, and their mean.

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
        figure, axes = panels(1, 3, 2.8, width=7.0, sharey=True)
        told = []
        for axis, degree in zip(axes, (1, 5, 7), strict=True):
            _bundle(axis, theme, curve_predictions("polynomial", degree))
            m = curve_spread("polynomial", degree)
            axis.set(title=f"degree {degree}", ylim=(-2.1, 2.1), xlabel="$x$")
            axis.text(
                0.03,
                0.03,
                f"bias² {m.bias2:.3f}\nvariance {m.variance:.3f}",
                transform=axis.transAxes,
            )
            told.append(f"degree {degree}: bias² {m.bias2:.3f}, variance {m.variance:.3f}")
        axes[0].set_ylabel("prediction")
        alt = f"""Three panels with forty thin fitted curves each, one a data set, their mean over
            all 400 data sets as a heavy line and the true wave dashed. {"; ".join(told)}. The
            lines of degree 1 agree with each other and are wrong together; the curves of degree
            7 are right on average and scatter, most of all at the ends."""
        return finish(figure, alt)


def parts_by_degree(theme: Theme) -> Picture:
    """Stack bias, variance and noise by degree, with the measured error on top.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    shown = DEGREES[:8]
    found = spreads("polynomial", shown)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=5.8)
        stacked(axis, theme, found, [str(degree) for degree in shown])
        axis.set(xlabel="degree", ylabel="expected squared error", ylim=(0, 0.75))
        axis.legend(loc="upper right", ncols=2)
        worst = max(abs(m.off) for m in found)
        alt = f"""Bars for degrees 0 to {shown[-1]}, each stacked from noise ({CURVE_NOISE**2:.2f}
            everywhere), bias² (from {found[0].bias2:.2f} down to {found[-1].bias2:.4f}) and
            variance (from {found[0].variance:.2f} up to {found[-1].variance:.2f}). A dot marks the
            error measured on new data; every dot sits on top of its bar, at most {worst:.1f}
            standard errors away."""
        return finish(figure, alt)


def stacked(axis: Axes, theme: Theme, found: list[Measure], names: list[str]) -> None:
    """Stack the parts of the error as bars, one a setting, and mark the measured error.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    theme : Theme
        Colors of the page.
    found : list of Measure
        What was measured.
    names : list of str
        Labels of the bars.
    """
    places = np.arange(len(found))
    bottom = np.zeros(len(found))
    parts = [("noise", theme.grid, ""), ("bias2", theme.blue, "//"), ("variance", theme.orange, "")]
    for part, color, hatch in parts:
        height = np.array([getattr(m, part) for m in found])
        label = part.replace("bias2", "bias²")
        bars = axis.bar(places, height, bottom=bottom, width=0.72, label=label, color=color)
        for bar in bars:
            bar.set(hatch=hatch, edgecolor=theme.paper, linewidth=0)
        bottom += height
    axis.plot(places, [m.error for m in found], "o", color=theme.ink, label="error, measured")
    axis.set_xticks(places, names)
    axis.grid(visible=False, axis="x")
    axis.set_axisbelow(True)


def _bundle(axis: Axes, theme: Theme, predictions: np.ndarray) -> None:
    grid = curve_grid()
    axis.plot(grid, predictions[:40].T, color=theme.sky, linewidth=0.6, alpha=0.5)
    axis.plot(grid, wave(grid), color=theme.ink, linestyle="--", linewidth=1.4)
    axis.plot(grid, predictions.mean(axis=0), color=theme.blue, linewidth=2.4)
