"""Draws the inputs of unit 2: distributions that are exact in both precisions, labels, scores."""

from __future__ import annotations

import numpy as np

from dlcourse.grading.tasks.neuron.inputs import LARGEST, spread

#: Probabilities are whole multiples of one part in this many: exact in float32, sums too.
_PARTS = 256


def distribution(rng: np.random.Generator, k: int, zeros: int = 0) -> np.ndarray:
    """Draw a probability distribution.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    k : int
        Number of classes.
    zeros : int
        How many of them have the probability 0.

    Returns
    -------
    array, shape (k,)
        Sums to exactly 1, in float32 as well.

    Examples
    --------
    >>> p = distribution(np.random.default_rng(0), 5, zeros=2)
    >>> p.sum().item(), int((p == 0).sum())
    (1.0, 2)
    """
    cuts = np.sort(rng.choice(np.arange(1, _PARTS), k - zeros - 1, replace=False))
    parts = np.diff(np.concatenate([[0], cuts, [_PARTS]])) / _PARTS
    return rng.permutation(np.concatenate([parts, np.zeros(zeros)]))


def distributions(rng: np.random.Generator, n: int, k: int, zeros: int = 0) -> np.ndarray:
    """Draw a row of probabilities for each example.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n, k : int
        Number of examples and of classes.
    zeros : int
        How many classes of each row have the probability 0.

    Returns
    -------
    array, shape (n, k)
        Every row sums to exactly 1.

    Examples
    --------
    >>> distributions(np.random.default_rng(0), 2, 3).sum(axis=1).tolist()
    [1.0, 1.0]
    """
    return np.stack([distribution(rng, k, zeros) for _ in range(n)])


def labels(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Draw class labels; the first and the last class both occur.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n, k : int
        Number of labels, at least 2, and of classes.

    Returns
    -------
    int array, shape (n,)
        In ``0 .. k-1``.

    Examples
    --------
    >>> sorted(set(labels(np.random.default_rng(0), 2, 9).tolist()))
    [0, 8]
    """
    return rng.permutation(np.concatenate([[0, k - 1], rng.integers(k, size=n - 2)]))


def one_hot_rows(chosen: np.ndarray, k: int) -> np.ndarray:
    """Write labels as rows with a single 1.

    Parameters
    ----------
    chosen : int array, shape (n,)
        Class of each example.
    k : int
        Number of classes.

    Returns
    -------
    array, shape (n, k)
        Zeros and ones.

    Examples
    --------
    >>> one_hot_rows(np.array([1]), 2).tolist()
    [[0.0, 1.0]]
    """
    return np.eye(k)[chosen]


def yes_or_no(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw targets 0 and 1, about as many of each.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    *shape : int
        Shape of the result.

    Returns
    -------
    array
        Floating zeros and ones.

    Examples
    --------
    >>> yes_or_no(np.random.default_rng(0), 2, 2).sum().item()
    2.0
    """
    size = int(np.prod(shape))
    return rng.permutation(np.resize([1.0, 0.0], size)).reshape(shape)


def towers(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Draw rows of scores in which one class is far ahead of all the others.

    The others stay below half of the largest, so that in float32 every stable formula has the
    digits that are asked for.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    n, k : int
        Number of examples and of classes.

    Returns
    -------
    array, shape (n, k)
        Scores of both signs, up to the largest allowed.

    Examples
    --------
    >>> towers(np.random.default_rng(0), 2, 3).max(axis=1).tolist()
    [10000.0, 10000.0]
    """
    rows = spread(rng, (n, k), 1.0, 1.0) * 10.0 ** rng.uniform(0, np.log10(LARGEST / 2), (n, k))
    for row in rows:
        high, low = rng.choice(k, 2, replace=False)
        row[high], row[low] = LARGEST, -LARGEST
    return rows
