"""One figure for four dials: neighbors, depth, price, width."""

from __future__ import annotations

import numpy as np

from dlcourse.figures.drawing import finish, panels, points
from dlcourse.figures.fits import stacked
from dlcourse.figures.margins import kernel, support_weights
from dlcourse.figures.spread import DEPTHS, PRICES, WIDTHS, border, class_sets, spreads
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.figures.waves import NEIGHBORS, Measure

#: What each dial is called, and its settings.
DIALS = {
    "neighbors": ("neighbors $k$", NEIGHBORS),
    "tree": ("depth of the tree", DEPTHS),
    "svm": ("price $C$ of a violation", PRICES),
    "network": ("hidden units", WIDTHS),
}


def four_dials(theme: Theme) -> Picture:
    """Measure bias and variance along the dials of four kinds of model.

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
        figure, axes = panels(2, 2, 5.4, width=7.0)
        told = []
        for axis, (family, (title, settings)) in zip(axes, DIALS.items(), strict=True):
            found = spreads(family, settings)
            stacked(axis, theme, found, [f"{setting:g}" for setting in settings])
            axis.set(title=title)
            told.append(_told(family, settings, found))
        axes[0].set_ylabel("expected error")
        axes[2].set_ylabel("expected error")
        axes[0].legend(loc="upper left", fontsize=8.5)
        alt = f"""Four panels of stacked bars, noise, bias² and variance, with the measured error as
            a dot on each. {" ".join(told)}"""
        return finish(figure, alt)


def margins(theme: Theme) -> Picture:
    """Draw one data set and its support vector machine at a low and at a high price.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = (part[:1] for part in class_sets(60))
    side = np.linspace(-1, 1, 81)
    x1, x2 = np.meshgrid(side, side)
    plane = np.stack([x1.ravel(), x2.ravel()], axis=1)
    with styled(theme):
        figure, axes = panels(1, 2, 3.4, width=6.4)
        wrong = []
        for axis, price in zip(axes, (PRICES[0], PRICES[-1]), strict=True):
            weights = support_weights(kernel(X, X), 2.0 * y - 1, price)
            answers = (weights[:, None, :] @ kernel(X, plane[None]))[0, 0]
            own = (weights[:, None, :] @ kernel(X, X))[0, 0]
            wrong.append(int(np.sum((own > 0) != (y[0] == 1))))
            axis.contourf(
                x1, x2, answers.reshape(x1.shape) > 0, levels=[0.5, 1], colors=[theme.orange + "30"]
            )
            axis.contour(
                x1,
                x2,
                border(plane).reshape(x1.shape),
                levels=[0.5],
                colors=theme.muted,
                linestyles="--",
            )
            points(axis, theme, X[0], y[0], size=14)
            axis.set(title=f"C = {price:g}", aspect="equal", xlabel="$x_1$")
        axes[0].set_ylabel("$x_2$")
        alt = f"""The same {y.size} labeled points twice, with the true border dashed, a wave. At
            C = {PRICES[0]:g} the machine draws one smooth border and leaves {wrong[0]} points on
            the wrong side. At C = {PRICES[-1]:g} its border winds around single points, islands
            included, and leaves {wrong[1]}."""
        return finish(figure, alt)


def _told(family: str, settings: tuple[float, ...], found: list[Measure]) -> str:
    best = int(np.argmin([m.error for m in found]))
    first, last = found[0], found[-1]
    name = "SVM" if family == "svm" else family.capitalize()
    return f"""{name}, {settings[0]:g} to {settings[-1]:g}: bias² goes from
        {first.bias2:.3f} to {last.bias2:.3f}, variance from {first.variance:.3f} to
        {last.variance:.3f}, and the error is least at {settings[best]:g}."""
