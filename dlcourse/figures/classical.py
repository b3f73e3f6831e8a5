"""Figures about naive Bayes beside logistic regression."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from dlcourse.activations import sigmoid
from dlcourse.classical import logistic_fit
from dlcourse.figures.drawing import MARKERS, colors, finish, panels, plane, points
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.naive_bayes import (
    NaiveBayes,
    naive_bayes_as_neuron,
    naive_bayes_fit,
    naive_bayes_sample,
    naive_bayes_scores,
)

#: Training-set sizes of the comparison.
SIZES = (20, 40, 80, 160, 320, 640, 1280)

_FEATURES = 10


def two_classes(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Make two round-ish clouds in the plane, half the points each.

    Parameters
    ----------
    n : int
        Points a class.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    X : array, shape (2 n, 2)
        Points.
    y : int array, shape (2 n,)
        Classes.
    """
    left = np.array([-1.1, -0.4]) + np.array([0.9, 0.7]) * rng.standard_normal((n, 2))
    right = np.array([1.0, 0.7]) + np.array([0.6, 1.0]) * rng.standard_normal((n, 2))
    return np.concatenate([left, right]), np.repeat([0, 1], n)


def two_views(theme: Theme) -> Picture:
    """Draw what each classifier knows: two bell curves, or one line.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = two_classes(60, np.random.default_rng(3))
    model, (w, b) = naive_bayes_fit(X, y, k=2), logistic_fit(X, y)
    dreamed = np.repeat([0, 1], 12)
    made = naive_bayes_sample(model, dreamed, np.random.default_rng(8))
    x1, x2, rows = _grid(3.0)
    scores = naive_bayes_scores(model, rows)
    odds = (scores[:, 1] - scores[:, 0]).reshape(x1.shape)
    p = sigmoid(rows @ w + b).reshape(x1.shape)
    right = [float(np.mean((odds_of(model, X) > 0) == y)), float(np.mean((X @ w + b > 0) == y))]
    with styled(theme):
        figure, (first, second) = panels(1, 2, 3.4, sharey=True)
        _bells(first, theme, model)
        for label, marker in enumerate(("x", "+")):
            first.scatter(
                made[dreamed == label, 0],
                made[dreamed == label, 1],
                marker=marker,
                s=34,
                color=theme.ink,
                zorder=4,
            )
        first.contour(x1, x2, odds, levels=[0], colors=theme.ink, linewidths=2)
        lines = second.contour(
            x1, x2, p, levels=[0.1, 0.5, 0.9], colors=theme.ink, linewidths=[1, 2, 1]
        )
        second.clabel(lines, fmt="%.1f", fontsize=9, manual=[(1.1, -2.7), (1.0, -1.5), (1.0, -0.5)])
        for axis, title in ((first, "naive Bayes: a portrait each"), (second, "logistic: a line")):
            points(axis, theme, X, y, size=13)
            plane(axis, 3.0)
            axis.set(title=title, xlabel="$x_1$")
        first.set(ylabel="$x_2$")
        alt = f"""The same two clouds of points twice. Left, naive Bayes: each class has its own
            bell curve, drawn as ellipses along the axes, and 24 new points drawn from the two
            bells; where the bells weigh the same a slightly curved boundary runs. Right, logistic
            regression: no portrait, only a straight boundary with the lines of probability 0.1
            and 0.9 beside it. They sort {right[0]:.0%} and {right[1]:.0%} of the points right."""
        return finish(figure, alt)


def sample_sizes(theme: Theme) -> Picture:
    """Draw test error against training-set size, with the naive assumption true and false.

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
        figure, axes = panels(1, 2, 3.1, sharey=True)
        sentences = []
        titles = ["features independent", "features repeat each other"]
        for axis, copies, title in zip(axes, (False, True), titles, strict=True):
            bayes, logistic = (100 * curve for curve in measured_errors(copies))
            axis.semilogx(SIZES, bayes, "o-", color=theme.blue, label="naive Bayes")
            axis.semilogx(SIZES, logistic, "s--", color=theme.orange, label="logistic regression")
            axis.set(title=title, xlabel="training examples", xticks=SIZES[::2])
            axis.set_xticklabels([str(n) for n in SIZES[::2]])
            axis.minorticks_off()
            sentences.append(
                f"{title}, naive Bayes goes from {bayes[0]:.1f} to {bayes[-1]:.1f} percent "
                f"and logistic regression from {logistic[0]:.1f} to {logistic[-1]:.1f}"
            )
        axes[0].set(ylabel="test error, %")
        axes[0].legend()
        alt = f"""Two panels of test error against {SIZES[0]} to {SIZES[-1]} training examples.
            Left, {sentences[0]}: naive Bayes is ahead when examples are few, then they meet. Right,
            {sentences[1]}: they start level and part."""
        return finish(figure, alt)


def odds_of(model: NaiveBayes, X: np.ndarray) -> np.ndarray:
    """Return the log-odds of class 1 against class 0.

    Parameters
    ----------
    model : NaiveBayes
        Two classes.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    array, shape (n,)
        Positive where class 1 is more probable.
    """
    scores = naive_bayes_scores(model, X)
    return scores[:, 1] - scores[:, 0]


@cache
def measured_errors(copies: bool, repeats: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Measure both classifiers on made data of growing size.

    Parameters
    ----------
    copies : bool
        False: ten independent features.  True: five of them are noisy copies of one other,
        which breaks the naive assumption.
    repeats : int, default 60
        Training sets for each size.

    Returns
    -------
    bayes : array, shape (len(SIZES),)
        Mean test error of naive Bayes with shared variances, so that both draw straight lines.
    logistic : array, shape (len(SIZES),)
        Mean test error of logistic regression.
    """
    X_test, y_test = _draw(5000, copies, np.random.default_rng(12345))
    errors = np.zeros((len(SIZES), repeats, 2))
    for row, n in enumerate(SIZES):
        for seed in range(repeats):
            X, y = _draw(n, copies, np.random.default_rng(seed))
            w, b = logistic_fit(X, y, ridge=1e-3, steps=12)
            v, c = naive_bayes_as_neuron(naive_bayes_fit(X, y, k=2))
            guesses = (X_test @ v + c > 0, X_test @ w + b > 0)
            errors[row, seed] = [np.mean(guess != y_test) for guess in guesses]
    bayes, logistic = errors.mean(axis=1).T
    return bayes, logistic


def _draw(n: int, copies: bool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two classes whose means differ by 0.7 in every feature; labels alternate."""
    y = np.arange(n) % 2
    X = rng.standard_normal((n, _FEATURES)) + 0.7 * y[:, None]
    if copies:
        X[:, 5:] = X[:, [0]] + 0.3 * rng.standard_normal((n, 5))
    return X, y


def _grid(reach: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ticks = np.linspace(-reach, reach, 121)
    x1, x2 = np.meshgrid(ticks, ticks)
    return x1, x2, np.stack([x1.ravel(), x2.ravel()], axis=1)


def _bells(axis: Axes, theme: Theme, model: NaiveBayes) -> None:
    """Ellipses at one and two standard deviations; class 1 dashed."""
    for label, (color, style) in enumerate(zip(colors(theme), ("-", "--"), strict=True)):
        spread = np.sqrt(model.variance[label])
        for radius in (1, 2):
            size = 2 * radius * spread
            axis.add_patch(
                Ellipse(
                    tuple(model.mean[label]),
                    *size,
                    fill=False,
                    color=color,
                    linestyle=style,
                    lw=1.6,
                )
            )
        axis.plot(*model.mean[label], MARKERS[label], color=theme.ink, markersize=7, zorder=5)
