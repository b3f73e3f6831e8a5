"""Draws the inputs of unit 6, so that wrong and right differ."""

from __future__ import annotations

import numpy as np

from dlcourse.neighbors import leave_one_out_nearest_mean

#: Nearer than this, two distances or two gains could change places by rounding.
_CLEAR = 1e-3


def models(rng: np.random.Generator, runs: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw what several models predict, and the truth that they miss.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    runs, n : int
        Number of models and of points.

    Returns
    -------
    tuple of array
        Predictions (runs, n) and truth (n,): every point has a bias and a variance of its own.

    Examples
    --------
    >>> [part.shape for part in models(np.random.default_rng(0), 3, 2)]
    [(3, 2), (2,)]
    """
    truth = rng.normal(0.0, 2.0, n)
    bias = rng.choice([-1.0, 1.0], n) * rng.uniform(0.3, 1.5, n)
    spread = rng.uniform(0.4, 1.6, n)
    return truth + bias + spread * rng.normal(0.0, 1.0, (runs, n)), truth


def neighborhood(
    rng: np.random.Generator, n: int, d: int, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Draw examples and points whose k nearest neighbors are beyond doubt.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n, d, k : int
        Number of examples, of features and of neighbors.

    Returns
    -------
    tuple
        The arguments of ``knn_predict``, with five query points.

    Examples
    --------
    >>> X, y, query, k = neighborhood(np.random.default_rng(0), 8, 2, 3)
    >>> X.shape, y.shape, query.shape, k
    ((8, 2), (8,), (5, 2), 3)
    """
    while True:
        X, query = rng.normal(0.0, 1.5, (n, d)), rng.normal(0.0, 1.0, (5, d))
        gaps = np.sort(((query[:, None] - X[None]) ** 2).sum(axis=2), axis=1)
        if k == n or (gaps[:, k] - gaps[:, k - 1] > _CLEAR).all():
            return X, rng.uniform(1.0, 9.0, n), query, k


def two_groups(rng: np.random.Generator, plus: int, minus: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw two groups of numbers in which leaving one out makes a difference.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    plus, minus : int
        Size of each group, at least 2.

    Returns
    -------
    tuple of array
        Numbers (n,) and labels -1 and +1 (n,), in random order.  Some answers are right and
        some wrong, and at least one would change if nothing were left out.

    Examples
    --------
    >>> x, y = two_groups(np.random.default_rng(0), 3, 2)
    >>> x.shape, int(y.sum())
    ((5,), 1)
    """
    while True:
        y = rng.permutation(np.repeat([1, -1], [plus, minus]))
        x = rng.choice([-0.6, 0.6]) * y + rng.normal(0.0, 1.0, plus + minus)
        correct = leave_one_out_nearest_mean(x, y)
        distances = np.stack([np.abs(x - x[y == sign].mean()) for sign in (1, -1)])
        kept = (distances[0] <= distances[1]) == (y == 1)
        if correct.any() and not correct.all() and (kept != correct).any() and _no_tie(x, y):
            return x, y


def _no_tie(x: np.ndarray, y: np.ndarray) -> bool:
    for i in range(len(x)):
        rest, signs = np.delete(x, i), np.delete(y, i)
        plus, minus = (abs(x[i] - rest[signs == sign].mean()) for sign in (1, -1))
        if abs(plus - minus) < _CLEAR:
            return False
    return True


def wave(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy points along a curve, well spread over [-1, 1] and far above zero.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n : int
        Number of points.

    Returns
    -------
    tuple of array
        Where (n,), in random order, and what was seen there (n,).

    Examples
    --------
    >>> x, y = wave(np.random.default_rng(0), 5)
    >>> bool((abs(x) <= 1).all()), bool((y > 0).all())
    (True, True)
    """
    x = np.linspace(-1.0, 1.0, n) * (1 - 1 / n) + rng.uniform(-0.4, 0.4, n) / n
    x = rng.permutation(x)
    height, slope, turn = rng.uniform(3.0, 5.0), rng.uniform(0.4, 0.9), rng.uniform(2.0, 4.0)
    return x, height + slope * x + 0.7 * np.sin(turn * x) + rng.normal(0.0, 0.2, n)


def questions(
    rng: np.random.Generator, n: int, d: int, classes: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Draw examples with one best question, by a clear margin and not in the first column.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n, d : int
        Number of examples and of features.
    classes : tuple of int
        The labels.

    Returns
    -------
    tuple of array
        Examples (n, d) on a coarse grid, so that values repeat, and labels (n,).

    Examples
    --------
    >>> X, y = questions(np.random.default_rng(0), 8, 2, (3, 7))
    >>> X.shape, sorted(set(y.tolist()))
    ((8, 2), [3, 7])
    """
    while True:
        X = rng.integers(1, 13, (n, d)) / 4
        noise = rng.integers(0, len(classes), n)
        clean = np.searchsorted(np.quantile(X[:, -1], [0.45, 0.75][: len(classes) - 1]), X[:, -1])
        y = np.array(classes)[np.where(rng.random(n) < 0.25, noise, clean)]
        if len(set(y.tolist())) == len(classes) and _one_best(X, y, d):
            return X, y


def _one_best(X: np.ndarray, y: np.ndarray, d: int) -> bool:
    own = (y[:, None] == np.unique(y)).astype(float)
    gains = [(_gain(own, X[:, j] <= cut), j) for j in range(d) for cut in np.unique(X[:, j])[:-1]]
    (second, _), (best, feature) = sorted(gains)[-2:]
    return feature == d - 1 and best - second > _CLEAR


def _gain(own: np.ndarray, yes: np.ndarray) -> float:
    """Information gain of a question; plain NumPy, as most draws are thrown away."""
    return _bits(own) - sum(side.mean() * _bits(own[side]) for side in (yes, ~yes))


def _bits(own: np.ndarray) -> float:
    shares = own.mean(axis=0)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())
