"""Which examples to learn from and which to be judged by: hold-out, k folds, leave one out.

Splits are pairs of index arrays ``(train, test)``: ``X[train]`` and ``X[test]``.
"""

from __future__ import annotations

import numpy as np

from dlcourse.backend import Array, moved, namespace

#: Row numbers to learn from, row numbers to be judged by.
Split = tuple[np.ndarray, np.ndarray]


def train_validation_test_split(
    X: Array,
    y: Array,
    rng: np.random.Generator,
    validation: float = 0.2,
    test: float = 0.2,
) -> tuple[tuple[Array, Array], tuple[Array, Array], tuple[Array, Array]]:
    """Deal the examples into a part to learn from, a part to choose by, a part to report.

    Parameters
    ----------
    X : array, shape (n, ...)
        One example a row.
    y : array, shape (n, ...)
        One target a row.
    rng : numpy.random.Generator
        Source of randomness.
    validation : float, default 0.2
        Share of the rows for choosing between models, rounded to whole rows.
    test : float, default 0.2
        Share of the rows for the final report, rounded to whole rows.

    Returns
    -------
    train : tuple (X, y)
        What is left of the rows, shuffled; every row is in exactly one part.
    validation : tuple (X, y)
        The rows to choose by.
    test : tuple (X, y)
        The rows to report.

    Raises
    ------
    ValueError
        When `X` and `y` have different numbers of rows, or no row is left to learn from.

    Notes
    -----
    Section "Hold some back" of chapter 6.

    Examples
    --------
    >>> X, y = np.arange(10.0)[:, None], np.arange(10)
    >>> parts = train_validation_test_split(X, y, np.random.default_rng(0))
    >>> [len(rows) for rows, _ in parts]
    [6, 2, 2]
    """
    xp = namespace(X, y)
    X, y = xp.asarray(X), xp.asarray(y)
    n, targets = X.shape[0], y.shape[0]
    counts = [round(share * n) for share in (validation, test)]
    if targets != n or min(validation, test) < 0 or sum(counts) >= n:
        raise ValueError(
            f"got {n} rows of X, {targets} of y, validation = {validation} and test = {test}; "
            "wanted as many of each, and shares that leave rows to learn from"
        )
    order = rng.permutation(n)
    last, middle = order[: counts[1]], order[counts[1] : sum(counts)]
    first, second, third = (
        (_rows(X, part), _rows(y, part)) for part in (order[sum(counts) :], middle, last)
    )
    return first, second, third


def kfold_indices(n: int, k: int, rng: np.random.Generator) -> list[Split]:
    """Deal n rows into k folds; each is the test once, while the others teach.

    Parameters
    ----------
    n : int
        Number of rows.
    k : int
        Number of folds, 2 <= k <= n.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of (train, test)
        k pairs of index arrays; the tests are a partition, their sizes differ by at most 1.

    Raises
    ------
    ValueError
        When `k` is out of its range.

    Notes
    -----
    Section "k folds" of chapter 6; Stone (1974) [1]_.

    References
    ----------
    .. [1] M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal
       of the Royal Statistical Society B 36(2), 1974.

    Examples
    --------
    >>> folds = kfold_indices(5, 2, np.random.default_rng(0))
    >>> [(len(train), len(test)) for train, test in folds]
    [(2, 3), (3, 2)]
    """
    if not 2 <= k <= n:
        raise ValueError(f"got k = {k} folds of n = {n} rows, wanted 2 <= k <= n")
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), part) for i, part in enumerate(parts)]


def leave_one_out(n: int) -> list[Split]:
    """Let each row be the test once, while all others teach: n folds of one.

    Parameters
    ----------
    n : int
        Number of rows, at least 2.

    Returns
    -------
    list of (train, test)
        n pairs of index arrays, in the order of the rows.

    Raises
    ------
    ValueError
        When there are fewer than 2 rows.

    Notes
    -----
    Section "Leave one out" of chapter 6.  No randomness: there is only one such split.

    Examples
    --------
    >>> [(train.tolist(), test.tolist()) for train, test in leave_one_out(3)]
    [([1, 2], [0]), ([0, 2], [1]), ([0, 1], [2])]
    """
    if n < 2:
        raise ValueError(f"got n = {n} rows, wanted at least 2: one to leave out, one to stay")
    rows = np.arange(n)
    return [(np.delete(rows, i), rows[i : i + 1]) for i in range(n)]


def _rows(array: Array, index: np.ndarray) -> Array:
    return namespace(array).take(array, moved(index, like=array), axis=0)
