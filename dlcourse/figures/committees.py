"""Bagging and boosting in one picture, on the wave that the other figures use."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes

from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.figures.waves import CURVE_NOISE, Measure, curve_grid, curve_sets, measure, wave
from dlcourse.neighbors import knn_predict

#: Members of a bag, and rounds of boosting that are shown.
MEMBERS = 50
ROUNDS = (1, 10, 100)
#: Share of each stump's answer that is added.
RATE = 0.3

Stump = tuple[float, float, float]


def bagged(
    x: np.ndarray, y: np.ndarray, at: np.ndarray, members: int, rng: np.random.Generator
) -> np.ndarray:
    """Average the nearest neighbor over bootstrap samples.

    Parameters
    ----------
    x, y : array, shape (n,)
        One data set.
    at : array, shape (m,)
        Where to predict.
    members : int
        Number of bootstrap samples: n rows each, drawn with replacement.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array, shape (m,)
        Mean prediction.
    """
    rows = rng.integers(len(x), size=(members, len(x)))
    return np.mean([knn_predict(x[r, None], y[r], at[:, None], 1) for r in rows], axis=0)


def boosted(x: np.ndarray, y: np.ndarray, rounds: int) -> list[Stump]:
    """Fit stumps one after the other, each to what the ones before it left over.

    Parameters
    ----------
    x, y : array, shape (n,)
        One data set.
    rounds : int
        Number of stumps.

    Returns
    -------
    list of (cut, below, above)
        A stump answers `below` where ``x <= cut`` and `above` elsewhere.
    """
    order = np.argsort(x)
    x, rest = x[order], y[order].copy()
    stumps = []
    for _ in range(rounds):
        cut, below, above = best_stump(x, rest)
        stumps.append((cut, RATE * below, RATE * above))
        rest -= np.where(x <= cut, RATE * below, RATE * above)
    return stumps


def best_stump(x: np.ndarray, y: np.ndarray) -> Stump:
    """Cut a curve in two, and answer the mean on each side: the cut of least squares.

    Parameters
    ----------
    x : array, shape (n,)
        Places, in rising order.
    y : array, shape (n,)
        Numbers.

    Returns
    -------
    cut : float
        Where.
    below : float
        Mean up to there.
    above : float
        Mean beyond.
    """
    counts = np.arange(1, len(y))
    sums = np.cumsum(y)
    below, above = sums[:-1] / counts, (sums[-1] - sums[:-1]) / (len(y) - counts)
    # Least squares is the largest sum of n m^2 over the two sides.
    best = int(np.argmax(counts * below**2 + (len(y) - counts) * above**2))
    return float((x[best] + x[best + 1]) / 2), float(below[best]), float(above[best])


def stumps_predict(stumps: list[Stump], at: np.ndarray) -> np.ndarray:
    """Add up what the stumps answer.

    Parameters
    ----------
    stumps : list of (cut, below, above)
        From `boosted`.
    at : array, shape (m,)
        Where to predict.

    Returns
    -------
    array, shape (m,)
        Predictions.
    """
    return np.sum([np.where(at <= cut, below, above) for cut, below, above in stumps], axis=0)


@cache
def committee_predictions(kind: str, size: int, runs: int = 60) -> np.ndarray:
    """Train a committee on each of many data sets.

    Parameters
    ----------
    kind : {'bag', 'boost'}
        Nearest neighbors over bootstrap samples, or stumps one after the other.
    size : int
        Members; a bag of one is a single neighbor on all the data.
    runs : int, default 60
        Data sets.

    Returns
    -------
    array, shape (runs, 101)
        Predictions on the grid.
    """
    rng, grid = np.random.default_rng(7), curve_grid()
    sets = curve_sets()[:runs]
    if kind == "boost":
        return np.array([stumps_predict(boosted(x, y, size), grid) for x, y in sets])
    if size == 1:
        return np.array([knn_predict(x[:, None], y, grid[:, None], 1) for x, y in sets])
    return np.array([bagged(x, y, grid, size, rng) for x, y in sets])


@cache
def committee_spread(kind: str, size: int) -> Measure:
    """Measure a committee on the wave.

    Parameters
    ----------
    kind : {'bag', 'boost'}
        Kind of committee.
    size : int
        Members.

    Returns
    -------
    Measure
        Parts and error.
    """
    predictions = committee_predictions(kind, size)
    truth = wave(curve_grid())
    noisy = truth + CURVE_NOISE * np.random.default_rng(8).standard_normal(predictions.shape)
    return measure(predictions, truth, noisy, np.full(truth.shape, CURVE_NOISE**2))


def committees(theme: Theme) -> Picture:
    """Draw what bagging does to a nervous model, and boosting to a blunt one.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    shown = [
        ("bag", 1, "1 nearest neighbor"),
        ("bag", MEMBERS, f"bag of {MEMBERS}"),
        ("boost", 1, "1 stump"),
        ("boost", ROUNDS[-1], f"{ROUNDS[-1]} stumps, boosted"),
    ]
    with styled(theme):
        figure, axes = panels(2, 2, 4.8, width=6.6, sharex=True, sharey=True)
        told = []
        for axis, (kind, size, title) in zip(axes, shown, strict=True):
            m = committee_spread(kind, size)
            _panel(axis, theme, committee_predictions(kind, size))
            axis.set_title(title)
            axis.text(
                0.03,
                0.03,
                f"bias² {m.bias2:.3f}   variance {m.variance:.3f}",
                transform=axis.transAxes,
                fontsize=9,
            )
            told.append(f"{title}: bias² {m.bias2:.3f}, variance {m.variance:.3f}")
        alt = f"""Four panels with predictions of fifteen data sets as thin lines, their mean heavy
            and the true wave dashed. {"; ".join(told)}. Top, from left to right: jagged lines
            become smoother and lie closer together. Bottom: lines with a single step become
            staircases that follow the wave."""
        return finish(figure, alt)


def _panel(axis: Axes, theme: Theme, predictions: np.ndarray) -> None:
    grid = curve_grid()
    axis.plot(grid, predictions[:15].T, color=theme.sky, linewidth=0.7, alpha=0.6)
    axis.plot(grid, wave(grid), color=theme.ink, linestyle="--", linewidth=1.4)
    axis.plot(grid, predictions.mean(axis=0), color=theme.blue, linewidth=2.4)
    axis.set(ylim=(-2.1, 2.1))
