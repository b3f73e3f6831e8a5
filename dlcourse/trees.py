"""Decision trees: ask the question that tells most about the class, then ask again.

A question is ``X[:, feature] <= threshold``; its worth is the information gain, in bits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from dlcourse import checks
from dlcourse.backend import Array, as_floating, as_integers, distinct, namespace
from dlcourse.information import entropy

_TIE = 1e-9  # bits: gains nearer than this differ by rounding only


class Node(NamedTuple):
    """A place in a tree: what is known there, and the question if one is asked.

    Attributes
    ----------
    shares : array, shape (k,)
        Share of each class among the training rows that came here.
    feature : int
        Column of the question; -1 in a leaf.
    threshold : float
        Rows with ``X[:, feature] <= threshold`` go to `below`.
    below : Node, optional
        Where the answer yes leads.
    above : Node, optional
        Where the answer no leads.

    Notes
    -----
    Section "Trees" of chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> Node(np.array([0.25, 0.75])).feature  # a leaf
    -1
    """

    shares: Array
    feature: int = -1
    threshold: float = math.nan
    below: Node | None = None
    above: Node | None = None


class DecisionTree(NamedTuple):
    """A tree of questions over the classes that it was trained on.

    Attributes
    ----------
    classes : int array, shape (k,)
        The labels, in rising order.
    root : Node
        The first question.

    Notes
    -----
    Section "Trees" of chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> leaves = Node(np.array([1.0, 0.0])), Node(np.array([0.0, 1.0]))
    >>> tree = DecisionTree(np.array([5, 7]), Node(np.array([0.5, 0.5]), 0, 4.0, *leaves))
    >>> tree_predict(tree, [[3.0], [9.0]]).tolist()
    [5, 7]
    """

    classes: Array
    root: Node


def decision_stump(X: Array, y: Array) -> tuple[int, float, float]:
    r"""Find the one question that tells most about the class.

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row; at least one column varies.
    y : int array, shape (n,)
        Classes, any integers.

    Returns
    -------
    feature : int
        Column of the question ``X[:, feature] <= threshold``.
    threshold : float
        Midway between two neighboring values of the column.
    gain : float
        Information gain in bits.  Of equals (to 1e-9) the lowest feature is taken, then the
        lowest threshold.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When the shapes do not fit or no column varies.

    Notes
    -----
    Section "The best question" of chapter 6; the gain is that of `information_gain`, Quinlan
    (1986) [1]_.

    References
    ----------
    .. [1] J. R. Quinlan, "Induction of decision trees", Machine Learning 1, 1986.

    Examples
    --------
    >>> decision_stump([[7.0, 1.0], [7.0, 2.0], [7.0, 4.0], [7.0, 5.0]], [0, 0, 1, 1])
    (1, 3.0, 1.0)
    """
    X, y = _examples(X, y)
    found = _best_question(X, _one_hot(y, distinct(y)))
    if found is None:
        raise ValueError(
            f"got X {tuple(X.shape)} without two different rows, wanted one column "
            "that varies: there is no question to ask"
        )
    return found


def tree_fit(X: Array, y: Array, depth: int) -> DecisionTree:
    """Ask the best question, and again on both sides, until the class is known.

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Classes, any integers.
    depth : int
        Most questions on the way to a leaf, at least 0.

    Returns
    -------
    DecisionTree
        The fitted tree.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When the shapes do not fit or `depth` is below 0.

    Notes
    -----
    Section "Trees" of chapter 6.  A question without any gain is asked too while classes are
    mixed: in XOR the first tells nothing and the second everything.

    Examples
    --------
    >>> tree = tree_fit([[1.0], [2.0], [8.0], [9.0]], [5, 5, 7, 7], depth=1)
    >>> tree.root.threshold, tree_predict(tree, [[0.0], [6.0]]).tolist()
    (5.0, [5, 7])
    """
    X, y = _examples(X, y)
    if depth < 0:
        raise ValueError(f"got depth = {depth}, wanted at least 0 questions")
    classes = distinct(y)
    return DecisionTree(classes, _grow(X, _one_hot(y, classes), depth))


def tree_probabilities(tree: DecisionTree, X: Array) -> Array:
    """Follow the questions, and report the shares of the classes where they end.

    Parameters
    ----------
    tree : DecisionTree
        From `tree_fit`.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    array, shape (n, k)
        Shares of ``tree.classes``; rows sum to 1.

    Notes
    -----
    Section "Trees" of chapter 6.

    Examples
    --------
    >>> tree = tree_fit([[1.0], [2.0], [8.0], [9.0]], [0, 1, 1, 1], depth=0)
    >>> tree_probabilities(tree, [[5.0]]).tolist()
    [[0.25, 0.75]]
    """
    return _followed(tree.root, as_floating(X, like=tree.root.shares, name="X"))


def tree_predict(tree: DecisionTree, X: Array) -> Array:
    """Predict the commonest class where the questions end.

    Parameters
    ----------
    tree : DecisionTree
        From `tree_fit`.
    X : array, shape (n, d)
        One example a row.

    Returns
    -------
    int array, shape (n,)
        Classes; of equally common ones the smallest.

    Notes
    -----
    Section "Trees" of chapter 6.

    Examples
    --------
    >>> tree = tree_fit([[1.0], [2.0], [8.0], [9.0]], [0, 1, 1, 1], depth=0)
    >>> tree_predict(tree, [[5.0]]).tolist()
    [1]
    """
    shares = tree_probabilities(tree, X)
    xp = namespace(shares)
    return xp.take(tree.classes, xp.argmax(shares, axis=-1))


def _examples(X: Array, y: Array) -> tuple[Array, Array]:
    X = as_floating(X, name="X")
    y = as_integers(y, like=X, name="y")
    if X.ndim != 2 or 0 in X.shape or y.shape != X.shape[:1]:
        raise ValueError(
            f"got X {tuple(X.shape)} and y {tuple(y.shape)}; wanted (n, d) and (n,), not empty"
        )
    checks.no_nan("X", X)
    return X, y


def _one_hot(y: Array, classes: Array) -> Array:
    xp = namespace(y)
    return xp.astype(y[:, None] == classes[None, :], xp.float64)


def _grow(X: Array, own: Array, depth: int) -> Node:
    """Grow a tree; `own` marks the class of each row, shape (n, k)."""
    xp = namespace(X)
    shares = xp.mean(own, axis=0)
    pure = bool(xp.max(shares) == 1)
    found = None if pure or depth == 0 else _best_question(X, own)
    if found is None:
        return Node(shares)
    feature, threshold, _ = found
    yes = X[:, feature] <= threshold
    below, above = (_grow(X[side], own[side], depth - 1) for side in (yes, ~yes))
    return Node(shares, feature, threshold, below, above)


def _best_question(X: Array, own: Array) -> tuple[int, float, float] | None:
    """Feature, threshold and gain of the best question; None where no column varies."""
    xp = namespace(X)
    tables = [_gains(X[:, feature], own) for feature in range(X.shape[1])]
    best = max((float(xp.max(gains)) for _, gains in tables if gains.shape[0]), default=-math.inf)
    for feature, (cuts, gains) in enumerate(tables):
        near = xp.astype(gains >= best - _TIE, xp.int64)
        if gains.shape[0] and bool(xp.any(near == 1)):
            first = int(xp.argmax(near))
            return feature, float(cuts[first]), float(gains[first])
    return None


def _gains(x: Array, own: Array) -> tuple[Array, Array]:
    """Thresholds of one column in rising order, and the information gain of each, in bits."""
    xp = namespace(x)
    n = x.shape[0]
    order = xp.argsort(x, stable=True)
    x, own = xp.take(x, order), xp.take(own, order, axis=0)
    differ = x[1:] > x[:-1]
    low, high = x[:-1][differ], x[1:][differ]
    below = xp.cumulative_sum(own, axis=0)[:-1, :][differ]
    total = xp.sum(own, axis=0)
    above = total - below
    n_below, n_above = xp.sum(below, axis=1), xp.sum(above, axis=1)
    if low.shape[0] == 0:
        return low, n_below
    left = n_below * entropy(below / n_below[:, None]) + n_above * entropy(above / n_above[:, None])
    cuts = low + (high - low) / 2
    # Between two neighboring floats the middle rounds to one of them: take the lower.
    return xp.where(cuts < high, cuts, low), entropy(total / n) - left / n


def _followed(node: Node, X: Array) -> Array:
    xp = namespace(X)
    if node.below is None or node.above is None:
        ones = xp.ones((X.shape[0], 1), dtype=node.shares.dtype, device=X.device)
        return ones * node.shares
    yes = X[:, node.feature] <= node.threshold
    return xp.where(yes[:, None], _followed(node.below, X), _followed(node.above, X))
