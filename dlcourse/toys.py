"""Small made data sets, each with a point: what a line cannot do, and what noise does.

Classes take turns: row i has class ``i % k``, so any first rows are balanced.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def blobs(
    n: int, rng: np.random.Generator, centers: Sequence[Sequence[float]], spread: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw clouds of points around centers: a class each.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    centers : array, shape (k, d)
        Middle of each cloud.
    spread : float, default 1.0
        Standard deviation in each direction, at least 0.

    Returns
    -------
    X : array, shape (n, d)
        Points.
    y : int array, shape (n,)
        Classes, in ``0 .. k-1``.

    Raises
    ------
    ValueError
        When `n` or `spread` is out of its range, or `centers` is not (k, d).

    Notes
    -----
    Section "Two ways to draw a line" of chapter 1.

    Examples
    --------
    >>> X, y = blobs(3, np.random.default_rng(0), centers=[[0.0, 0.0], [5.0, 5.0]], spread=0.0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [5.0, 5.0], [0.0, 0.0]], [0, 1, 0])
    """
    _check(n, spread)
    middle = np.asarray(centers, float)
    if middle.ndim != 2 or 0 in middle.shape:
        raise ValueError(f"got centers of shape {middle.shape}, wanted (k, d)")
    y = np.arange(n) % len(middle)
    return middle[y] + spread * rng.standard_normal((n, middle.shape[1])), y


def moons(n: int, rng: np.random.Generator, noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Draw two half circles, each reaching into the other: no line separates them.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    noise : float, default 0.1
        Standard deviation of what is added to each coordinate, at least 0.

    Returns
    -------
    X : array, shape (n, 2)
        Points.
    y : int array, shape (n,)
        0 for the upper moon, 1 for the lower.

    Raises
    ------
    ValueError
        When `n` or `noise` is out of its range.

    Notes
    -----
    Section "What a hidden layer does to space" of chapter 1; the shape is scikit-learn's.

    Examples
    --------
    >>> X, y = moons(4, np.random.default_rng(0), noise=0.0)
    >>> y.tolist(), bool(np.allclose(np.hypot(*X[0]), 1))
    ([0, 1, 0, 1], True)
    """
    _check(n, noise)
    y = np.arange(n) % 2
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(y[:, None] == 0, upper, lower) + noise * rng.standard_normal((n, 2)), y


def spirals(
    n: int, rng: np.random.Generator, classes: int = 2, turns: float = 1.0, noise: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """Draw arms that wind around each other, a class each: a small network must bend a lot.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    classes : int, default 2
        Number of arms, at least 1.
    turns : float, default 1.0
        How often an arm goes around.
    noise : float, default 0.02
        Standard deviation of what is added to each coordinate, at least 0.

    Returns
    -------
    X : array, shape (n, 2)
        Points; without noise within the unit circle.
    y : int array, shape (n,)
        Classes, in ``0 .. classes-1``.

    Raises
    ------
    ValueError
        When `n`, `noise` or `classes` is out of its range.

    Notes
    -----
    Section "What a hidden layer does to space" of chapter 1; Lang and Witbrock (1988) [1]_.

    References
    ----------
    .. [1] K. J. Lang and M. J. Witbrock, "Learning to tell two spirals apart", Connectionist
       Models Summer School, 1988.

    Examples
    --------
    >>> X, y = spirals(6, np.random.default_rng(0), classes=3, noise=0.0)
    >>> y.tolist(), bool((np.hypot(*X.T) <= 1).all())
    ([0, 1, 2, 0, 1, 2], True)
    """
    _check(n, noise)
    if classes < 1:
        raise ValueError(f"got classes = {classes}, wanted at least 1 arm")
    y = np.arange(n) % classes
    radius = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * (turns * radius + y / classes)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X + noise * rng.standard_normal((n, 2)), y


def noisy_xor(
    n: int, rng: np.random.Generator, noise: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Blur the four corners of XOR.

    Parameters
    ----------
    n : int
        Number of points, at least 1; the corners take turns.
    rng : numpy.random.Generator
        Source of randomness.
    noise : float, default 0.1
        Standard deviation of what is added to each coordinate, at least 0.

    Returns
    -------
    X : array, shape (n, 2)
        Points near (0, 0), (0, 1), (1, 1) and (1, 0).
    y : int array, shape (n,)
        1 near (0, 1) and (1, 0), else 0.

    Raises
    ------
    ValueError
        When `n` or `noise` is out of its range.

    Notes
    -----
    Section "XOR needs a hidden layer" of chapter 1.

    Examples
    --------
    >>> X, y = noisy_xor(4, np.random.default_rng(0), noise=0.0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]], [0, 1, 0, 1])
    """
    _check(n, noise)
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    corner = np.arange(n) % 4
    return corners[corner] + noise * rng.standard_normal((n, 2)), corner % 2


def noisy_curve(
    n: int, rng: np.random.Generator, noise: float = 0.3
) -> tuple[np.ndarray, np.ndarray]:
    r"""Draw points about one and a half waves: :math:`y = \sin(1.5 \pi x) + \text{noise}`.

    Parameters
    ----------
    n : int
        Number of points, at least 1.
    rng : numpy.random.Generator
        Source of randomness.
    noise : float, default 0.3
        Standard deviation of what is added to `y`, at least 0.

    Returns
    -------
    x : array, shape (n,)
        Uniform on [-1, 1].
    y : array, shape (n,)
        Observations.

    Raises
    ------
    ValueError
        When `n` or `noise` is out of its range.

    Notes
    -----
    Section "Too simple, too flexible" of chapter 6; without noise it is the truth.

    Examples
    --------
    >>> x, y = noisy_curve(3, np.random.default_rng(0), noise=0.0)
    >>> bool(np.allclose(y, np.sin(1.5 * np.pi * x)))
    True
    """
    _check(n, noise)
    x = rng.uniform(-1, 1, n)
    return x, np.sin(1.5 * np.pi * x) + noise * rng.standard_normal(n)


def _check(n: int, noise: float) -> None:
    if n < 1 or not noise >= 0:
        raise ValueError(f"got n = {n} and a spread of {noise}, wanted n >= 1 and spread >= 0")
