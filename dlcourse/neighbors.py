"""Models that remember instead of learning: nearest neighbors and nearest mean."""

from __future__ import annotations

from dlcourse.backend import Array, as_floating, as_integers, distinct, namespace

_BLOCK = 1 << 22  # numbers in one table of differences: 32 MB in float64


def knn_predict(X: Array, y: Array, X_query: Array, k: int) -> Array:
    r"""Predict a number as the mean over the k nearest examples.

    Parameters
    ----------
    X : array, shape (n, d)
        Remembered examples.
    y : array, shape (n,)
        Their numbers.
    X_query : array, shape (m, d)
        Points to predict at.
    k : int
        Number of neighbors, 1 <= k <= n.

    Returns
    -------
    array, shape (m,)
        Predictions, in the dtype of `X`.

    Raises
    ------
    ValueError
        When the shapes do not fit or `k` is out of its range.

    Notes
    -----
    Equation `eq-knn` of chapter 6; Cover and Hart (1967) [1]_.  Distances are Euclidean; of
    equally near examples the earlier one counts.

    References
    ----------
    .. [1] T. M. Cover and P. E. Hart, "Nearest neighbor pattern classification", IEEE
       Transactions on Information Theory 13(1), 1967.

    Examples
    --------
    >>> knn_predict([[0.0], [1.0], [5.0]], [10.0, 20.0, 60.0], [[0.4]], k=2).tolist()
    [15.0]
    """
    X = as_floating(X, name="X")
    values = as_floating(y, like=X, name="y")
    xp = namespace(X)
    nearest = _nearest(X, values, X_query, k)
    values = xp.astype(values, X.dtype, copy=False)
    picked = xp.reshape(xp.take(values, xp.reshape(nearest, (-1,))), nearest.shape)
    return xp.mean(picked, axis=-1)


def knn_classify(X: Array, labels: Array, X_query: Array, k: int) -> Array:
    r"""Predict a class by a vote of the k nearest examples.

    Parameters
    ----------
    X : array, shape (n, d)
        Remembered examples.
    labels : int array, shape (n,)
        Their classes, any integers.
    X_query : array, shape (m, d)
        Points to predict at.
    k : int
        Number of neighbors, 1 <= k <= n.

    Returns
    -------
    int array, shape (m,)
        Class with the most votes; of equals the smallest.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When the shapes do not fit or `k` is out of its range.

    Notes
    -----
    Section "Neighbors" of chapter 6; ties in distance as in `knn_predict`.

    Examples
    --------
    >>> knn_classify([[0.0], [1.0], [2.0], [9.0]], [7, 3, 3, 7], [[0.1]], k=3).tolist()
    [3]
    """
    X = as_floating(X, name="X")
    given = as_integers(labels, like=X, name="labels")
    xp = namespace(X)
    nearest = _nearest(X, given, X_query, k)
    votes = xp.reshape(xp.take(given, xp.reshape(nearest, (-1,))), nearest.shape)
    classes = distinct(given)
    counts = xp.sum(xp.astype(votes[:, :, None] == classes, xp.int64), axis=1)
    return xp.take(classes, xp.argmax(counts, axis=-1))


def nearest_mean_predict(X: Array, labels: Array, X_query: Array) -> Array:
    r"""Predict the class whose mean is nearest.

    Parameters
    ----------
    X : array, shape (n, d)
        Examples.
    labels : int array, shape (n,)
        Their classes, any integers.
    X_query : array, shape (m, d)
        Points to predict at.

    Returns
    -------
    int array, shape (m,)
        Class with the nearest mean; of equals the largest, so that -1 against +1 is +1.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When the shapes do not fit.

    Notes
    -----
    Section "Leave one out" of chapter 6.

    Examples
    --------
    >>> nearest_mean_predict([[0.0], [2.0], [9.0]], [-1, -1, 1], [[4.0], [5.0], [6.0]]).tolist()
    [-1, 1, 1]
    """
    X = as_floating(X, name="X")
    given = as_integers(labels, like=X, name="labels")
    query = _query(X, given, X_query)
    xp = namespace(X)
    classes = xp.flip(distinct(given))
    means = xp.stack([xp.mean(X[given == label], axis=0) for label in classes])
    gaps = xp.sum((query[:, None, :] - means[None, :, :]) ** 2, axis=-1)
    return xp.take(classes, xp.argmin(gaps, axis=-1))


def leave_one_out_nearest_mean(x: Array, y: Array) -> Array:
    r"""Leave out each number in turn, and see if the nearer of the two means claims it rightly.

    Parameters
    ----------
    x : array, shape (n,)
        One number for each example.
    y : array, shape (n,)
        Its class, -1 or +1; at least two of each.

    Returns
    -------
    bool array, shape (n,)
        Whether the left-out example was given its own class; a tie goes to +1.

    Raises
    ------
    ValueError
        When the shapes differ, a label is not -1 or +1, or a class has fewer than two.

    Notes
    -----
    Section "Leave one out" of chapter 6, with its table by hand.

    Examples
    --------
    >>> leave_one_out_nearest_mean([1.0, 2.0, 8.0, 9.0], [1, 1, -1, -1]).tolist()
    [True, True, True, True]
    >>> leave_one_out_nearest_mean([1.0, 7.0, 8.0, 9.0], [1, 1, -1, -1]).tolist()
    [True, False, True, True]
    """
    x = as_floating(x, name="x")
    y = as_floating(y, like=x, name="y")
    xp = namespace(x, y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"got x {tuple(x.shape)} and y {tuple(y.shape)}, wanted both (n,)")
    member = {sign: xp.astype(y == sign, x.dtype) for sign in (-1, 1)}
    sizes = {sign: xp.sum(one) for sign, one in member.items()}
    if float(sizes[-1] + sizes[1]) != x.shape[0] or min(map(float, sizes.values())) < 2:
        raise ValueError("wanted labels -1 and +1 in y, at least two of each")
    # The mean of a class without the example itself, for all examples at once.
    gap = {
        sign: xp.abs(x - (xp.sum(one * x) - one * x) / (sizes[sign] - one))
        for sign, one in member.items()
    }
    return (gap[1] <= gap[-1]) == (y == 1)


def _query(X: Array, y: Array, X_query: Array) -> Array:
    """Check that rows, targets and query points fit together; return the query points."""
    query = as_floating(X_query, like=X, name="X_query")
    if X.ndim != 2 or 0 in X.shape or y.shape != X.shape[:1] or query.shape[1:] != X.shape[1:]:
        raise ValueError(
            f"got X {tuple(X.shape)}, targets {tuple(y.shape)} and X_query {tuple(query.shape)}; "
            "wanted (n, d), (n,) and (m, d)"
        )
    return query


def _nearest(X: Array, y: Array, X_query: Array, k: int) -> Array:
    """Row numbers of the k nearest examples of each query point, the nearest first."""
    query = _query(X, y, X_query)
    if not 1 <= k <= X.shape[0]:
        raise ValueError(f"got k = {k} neighbors of {X.shape[0]} examples, wanted 1 <= k <= n")
    xp = namespace(X)
    m, rows = query.shape[0], max(1, _BLOCK // (X.shape[0] * X.shape[1]))
    blocks = []
    for start in range(0, max(m, 1), rows):
        part = query[start : min(start + rows, m), :]
        # Differences, not |a|^2 - 2ab + |b|^2: rounding there would break exact ties.
        gaps = xp.sum((part[:, None, :] - X[None, :, :]) ** 2, axis=-1)
        blocks.append(xp.argsort(gaps, axis=-1, stable=True)[:, :k])
    return xp.concat(blocks)
