"""Least squares with a penalty, and curves by it: the simplest models that can overfit."""

from __future__ import annotations

import math

from dlcourse.backend import Array, as_floating, namespace


def ridge_fit(X: Array, y: Array, lam: float = 0.0) -> tuple[Array, Array]:
    r"""Fit a linear neuron to numbers, and keep its weights small.

    Minimizes :math:`\sum_i (x_i \cdot w + b - y_i)^2 + \lambda \lVert w \rVert^2`: sums, not
    means; the bias is not penalized.

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row.
    y : array, shape (n,)
        The number to predict for each example.
    lam : float, default 0.0
        Strength :math:`\lambda` of the penalty, at least 0.

    Returns
    -------
    w : array, shape (d,)
        Weights.
    b : array, shape ()
        Bias.

    Raises
    ------
    ValueError
        When the shapes do not fit or `lam` is below 0.

    Notes
    -----
    Equation `eq-ridge` of chapter 5; Hoerl and Kennard (1970) [1]_.  Solved as least squares
    with the rows :math:`\sqrt{\lambda}\, e_j` added, which squares no condition number.

    References
    ----------
    .. [1] A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal
       problems", Technometrics 12(1), 1970.

    Examples
    --------
    >>> w, b = ridge_fit([[-1.0], [1.0]], [1.0, 5.0], lam=2.0)  # unpenalized: w = 2, b = 3
    >>> round(w.item(), 9), round(b.item(), 9)
    (1.0, 3.0)
    """
    X = as_floating(X, name="X")
    y = as_floating(y, like=X, name="y")
    if X.ndim != 2 or y.shape != X.shape[:1] or X.shape[0] == 0:
        raise ValueError(
            f"got X {tuple(X.shape)} and y {tuple(y.shape)}; wanted X (n, d) and y (n,), n >= 1"
        )
    coefficients = _penalized(_beside_ones(X), y, lam)
    return coefficients[1:], coefficients[0]


def polynomial_fit(x: Array, y: Array, degree: int, lam: float = 0.0) -> Array:
    r"""Fit a curve :math:`c_0 + c_1 x + \dots + c_p x^p` by penalized least squares.

    Minimizes :math:`\sum_i (\hat y_i - y_i)^2 + \lambda \sum_{j \ge 1} c_j^2`: sums, not means;
    the constant is not penalized.

    Parameters
    ----------
    x : array, shape (n,)
        Where; best on [-1, 1], where high powers stay apart.
    y : array, shape (n,)
        The number to predict at each point.
    degree : int
        Highest power :math:`p`, at least 0.
    lam : float, default 0.0
        Strength :math:`\lambda` of the penalty, at least 0.

    Returns
    -------
    array, shape (degree + 1,)
        Coefficients, the constant first.

    Raises
    ------
    ValueError
        When the shapes differ, or `degree` or `lam` is below 0.

    Notes
    -----
    Equation `eq-polynomial` of chapter 6.  With fewer points than coefficients and no penalty,
    many curves pass through all points; this is the one with the shortest coefficients.

    Examples
    --------
    >>> [round(c, 6) for c in polynomial_fit([-1.0, 0.0, 1.0], [2.0, 1.0, 6.0], 2).tolist()]
    [1.0, 2.0, 3.0]
    """
    x = as_floating(x, name="x")
    y = as_floating(y, like=x, name="y")
    if x.ndim != 1 or x.shape != y.shape or x.shape[0] == 0 or degree < 0:
        raise ValueError(
            f"got x {tuple(x.shape)}, y {tuple(y.shape)} and degree = {degree}; "
            "wanted x and y (n,) with n >= 1, and degree >= 0"
        )
    xp = namespace(x)
    powers = xp.stack([x**power for power in range(degree + 1)], axis=1)
    return _penalized(powers, y, lam)


def polynomial_predict(coefficients: Array, x: Array) -> Array:
    r"""Evaluate a curve: :math:`\hat y = c_0 + c_1 x + \dots + c_p x^p`.

    Parameters
    ----------
    coefficients : array, shape (p + 1,)
        The constant first.
    x : array
        Where, any shape.

    Returns
    -------
    array
        Values, shape of `x`.

    Raises
    ------
    ValueError
        When `coefficients` is not a list of at least one number.

    Notes
    -----
    Equation `eq-polynomial` of chapter 6, by Horner's rule: one product and one sum a power.

    Examples
    --------
    >>> polynomial_predict([1.0, 0.0, 2.0], [0.0, 3.0]).tolist()
    [1.0, 19.0]
    """
    c = as_floating(coefficients, name="coefficients")
    x = as_floating(x, like=c, name="x")
    if c.ndim != 1 or c.shape[0] == 0:
        raise ValueError(f"got coefficients {tuple(c.shape)}, wanted (p + 1,), constant first")
    value = namespace(x).zeros_like(x)
    for power in reversed(range(c.shape[0])):
        value = value * x + c[power]
    return value


def _beside_ones(X: Array) -> Array:
    xp = namespace(X)
    return xp.concat([xp.ones((X.shape[0], 1), dtype=X.dtype, device=X.device), X], axis=1)


def _penalized(rows: Array, y: Array, lam: float) -> Array:
    """Shortest least-squares solution; every column but the first is penalized."""
    if not lam >= 0:
        raise ValueError(f"got lam = {lam}, wanted a strength of at least 0")
    xp = namespace(rows)
    if lam > 0:
        added = math.sqrt(lam) * xp.eye(rows.shape[1], dtype=rows.dtype, device=rows.device)[1:, :]
        rows = xp.concat([rows, added])
        y = xp.concat([y, xp.zeros_like(added[:, 0])])
    return xp.matmul(xp.linalg.pinv(rows), y)
