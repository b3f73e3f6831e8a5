"""How good a model is, and what its error is made of: bias, variance, noise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from dlcourse import checks
from dlcourse.backend import Array, as_floating, as_integers, namespace
from dlcourse.splits import Split

#: ``fit(X, y) -> model`` and ``score(model, X, y) -> number``.
Fit = Callable[[Array, Array], Any]
Score = Callable[[Any, Array, Array], float]


def accuracy(y_true: Array, y_pred: Array) -> Array:
    """Share of the examples whose class was found.

    Parameters
    ----------
    y_true : int array, shape (n,)
        The right classes.
    y_pred : int array, shape (n,)
        The predicted classes.

    Returns
    -------
    array, shape ()
        Between 0 and 1, float64.

    Raises
    ------
    ValueError
        When the shapes differ or there is no example.

    Notes
    -----
    Section "How good is it?" of chapter 6.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 1, 1, 2]).item()
    0.75
    """
    truth = as_integers(y_true, name="y_true")
    guess = as_integers(y_pred, like=truth, name="y_pred")
    if truth.ndim != 1 or truth.shape != guess.shape or truth.shape[0] == 0:
        raise ValueError(
            f"got y_true {tuple(truth.shape)} and y_pred {tuple(guess.shape)}, "
            "wanted both (n,) with n >= 1"
        )
    xp = namespace(truth)
    return xp.mean(xp.astype(truth == guess, xp.float64))


def confusion_matrix(y_true: Array, y_pred: Array, k: int) -> Array:
    """Count which class was taken for which: rows true, columns predicted.

    Parameters
    ----------
    y_true : int array, shape (n,)
        The right classes, in ``0 .. k-1``.
    y_pred : int array, shape (n,)
        The predicted classes, in ``0 .. k-1``.
    k : int
        Number of classes.

    Returns
    -------
    int array, shape (k, k)
        Entry (i, j) counts examples of class i that were called j; all sum to n.

    Raises
    ------
    ValueError
        When the lengths differ or a label is not one of the classes.

    Notes
    -----
    Equation `eq-confusion` of chapter 7, section "What it mixes up".

    Examples
    --------
    >>> confusion_matrix([0, 0, 1], [0, 1, 1], k=2).tolist()
    [[1, 1], [0, 1]]
    """
    truth = checks.labels("y_true", y_true, k)
    guess = checks.labels("y_pred", y_pred, k, n=truth.shape[0], like=truth)
    xp = namespace(truth)
    classes = xp.arange(k, device=truth.device)[None, :]
    rows, columns = (xp.astype(label[:, None] == classes, xp.float64) for label in (truth, guess))
    # Counts by a product of floating one-hots: exact, and integer products fail on a GPU.
    return xp.astype(xp.matmul(rows.T, columns), xp.int64)


def bias_variance(predictions: Array, truth: Array) -> tuple[Array, Array]:
    r"""Split the error of many trained models into what they share and how they differ.

    .. math:: \text{bias}^2 = \operatorname{mean}_i (\bar f_i - f_i)^2, \qquad
       \text{variance} = \operatorname{mean}_i \operatorname{mean}_r (f_{ri} - \bar f_i)^2.

    Parameters
    ----------
    predictions : array, shape (runs, n)
        Row r: what the model trained on data set r predicts at the n points.
    truth : array, shape (n,)
        The right values, without noise.

    Returns
    -------
    bias2 : array, shape ()
        Squared bias, averaged over the points.
    variance : array, shape ()
        Population variance (divided by the number of runs), averaged over the points.

    Raises
    ------
    ValueError
        When the shapes do not fit.

    Notes
    -----
    Equation `eq-bias-variance` of chapter 6; Geman, Bienenstock and Doursat (1992) [1]_.  Their
    sum, and the variance of the noise, is `expected_error` up to sampling.

    References
    ----------
    .. [1] S. Geman, E. Bienenstock and R. Doursat, "Neural networks and the bias/variance
       dilemma", Neural Computation 4(1), 1992.

    Examples
    --------
    >>> bias2, variance = bias_variance([[1.0], [5.0]], [2.0])  # mean 3, each 2 away
    >>> bias2.item(), variance.item()
    (1.0, 4.0)
    """
    f = as_floating(predictions, name="predictions")
    target = as_floating(truth, like=f, name="truth")
    if f.ndim != 2 or 0 in f.shape or target.shape != f.shape[1:]:
        raise ValueError(
            f"got predictions {tuple(f.shape)} and truth {tuple(target.shape)}, "
            "wanted (runs, n) and (n,), at least one run and one point"
        )
    xp = namespace(f, target)
    average = xp.mean(f, axis=0)
    return xp.mean((average - target) ** 2), xp.mean((f - average) ** 2)


def expected_error(predictions: Array, noisy_y: Array) -> Array:
    r"""Average the squared error over data sets and noise: what a single model can expect.

    Parameters
    ----------
    predictions : array, shape (runs, n)
        Row r: what the model trained on data set r predicts at the n points.
    noisy_y : array, shape (runs, n)
        New noisy observations at the same points.

    Returns
    -------
    array, shape ()
        Mean squared difference.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    Equation `eq-expected-error` of chapter 6: bias squared plus variance plus noise.

    Examples
    --------
    >>> expected_error([[1.0], [5.0]], [[2.0], [2.0]]).item()
    5.0
    """
    f, y = checks.matching(("predictions", "noisy_y"), predictions, noisy_y)
    return namespace(f).mean((f - y) ** 2)


def cross_validate(
    fit: Fit, score: Score, data: tuple[np.ndarray, np.ndarray], splits: Iterable[Split]
) -> np.ndarray:
    """Train and judge a model anew on each split.

    Parameters
    ----------
    fit : callable
        ``fit(X, y) -> model``.
    score : callable
        ``score(model, X, y) -> number``.
    data : tuple (X, y)
        All examples, one a row, and their targets.
    splits : iterable of (train, test)
        As from `kfold_indices` or `leave_one_out`.

    Returns
    -------
    array
        One score for each split.

    Notes
    -----
    Section "k folds" of chapter 6.

    Examples
    --------
    >>> from dlcourse.splits import leave_one_out
    >>> mean = lambda X, y: y.mean()
    >>> distance = lambda model, X, y: abs(y - model).item()
    >>> data = np.zeros((3, 1)), np.array([0.0, 2.0, 4.0])
    >>> cross_validate(mean, distance, data, leave_one_out(3)).tolist()
    [3.0, 0.0, 3.0]
    """
    X, y = data
    return np.array(
        [score(fit(X[train], y[train]), X[test], y[test]) for train, test in splits], float
    )


def learning_curve(
    fit: Fit,
    score: Score,
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    sizes: Sequence[int],
) -> tuple[np.ndarray, np.ndarray]:
    """Train on more and more examples, and judge on those and on others.

    Parameters
    ----------
    fit : callable
        ``fit(X, y) -> model``.
    score : callable
        ``score(model, X, y) -> number``.
    train : tuple (X, y)
        Examples to learn from, in random order.
    validation : tuple (X, y)
        Examples to be judged by.
    sizes : list of int
        How many of the first training rows to use.

    Returns
    -------
    train_scores : array, shape of `sizes`
        Scores on the rows that were learned from.
    validation_scores : array, shape of `sizes`
        Scores on the rows that were not.

    Raises
    ------
    ValueError
        When a size is not between 1 and the number of training rows.

    Notes
    -----
    Section "Learning curves" of chapter 6: a gap that more data would close is variance, a
    plateau that both curves share is bias and noise.

    Examples
    --------
    >>> mean = lambda X, y: y.mean()
    >>> distance = lambda model, X, y: abs(y - model).mean()
    >>> train, validation = (np.zeros((2, 1)), np.array([0.0, 4.0])), (np.zeros((1, 1)), 2.0)
    >>> [scores.tolist() for scores in learning_curve(mean, distance, train, validation, [1, 2])]
    [[0.0, 2.0], [2.0, 0.0]]
    """
    X, y = train
    if any(not 1 <= size <= len(X) for size in sizes):
        raise ValueError(f"got sizes {list(sizes)}, wanted each between 1 and {len(X)} rows")
    rows = []
    for size in sizes:
        model = fit(X[:size], y[:size])
        rows.append((score(model, X[:size], y[:size]), score(model, *validation)))
    scores = np.array(rows, float).reshape(-1, 2)
    return scores[:, 0], scores[:, 1]
