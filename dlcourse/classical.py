"""The two regressions that a neuron grows from: a line through numbers, a sigmoid through labels.

A linear neuron fitted by least squares, and logistic regression, which *is* one sigmoid neuron.
"""

from __future__ import annotations

from dlcourse.activations import sigmoid
from dlcourse.backend import Array, as_floating, namespace


def linear_fit(X: Array, y: Array) -> tuple[Array, Array]:
    r"""Fit a linear neuron by least squares: the smallest :math:`\sum_i (x_i \cdot w + b - y_i)^2`.

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row.
    y : array, shape (n,)
        The number to predict for each example.

    Returns
    -------
    w : array, shape (d,)
        Weights.
    b : array, shape ()
        Bias.

    Raises
    ------
    ValueError
        When `X` and `y` have different numbers of rows.

    Notes
    -----
    Section "From a line to a neuron" of chapter 1.  With fewer rows than parameters many
    :math:`(w, b)` fit equally well; this returns the one of smallest length.

    Examples
    --------
    >>> w, b = linear_fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> round(w.item(), 6), round(b.item(), 6)
    (2.0, 1.0)
    """
    X, y = examples(X, y)
    xp = namespace(X)
    coefficients = xp.matmul(xp.linalg.pinv(_with_ones(X)), y)
    return coefficients[:-1], coefficients[-1]


def logistic_fit(X: Array, y: Array, ridge: float = 1e-3, steps: int = 30) -> tuple[Array, Array]:
    r"""Fit one sigmoid neuron to 0/1 labels by Newton's method.

    It makes the labels as probable as it can: the mean binary cross-entropy plus
    :math:`\tfrac{1}{2}\,\text{ridge}\,\lVert w \rVert^2` (the bias is not penalized).

    Parameters
    ----------
    X : array, shape (n, d)
        One example a row.
    y : array, shape (n,)
        Labels, 0 or 1.
    ridge : float, default 1e-3
        Weight penalty.  Above 0 it keeps the weights finite where a line separates the classes
        perfectly.
    steps : int, default 30
        Newton steps.

    Returns
    -------
    w : array, shape (d,)
        Weights.
    b : array, shape ()
        Bias.

    Raises
    ------
    ValueError
        When `X` and `y` have different numbers of rows, or a label is not 0 or 1.

    Notes
    -----
    Section "Two ways to draw a line" of chapter 1; Cox (1958) [1]_.  Chapters 2 to 4 derive the
    loss and simpler ways to descend it.

    References
    ----------
    .. [1] D. R. Cox, "The regression analysis of binary sequences", Journal of the Royal
       Statistical Society B 20(2), 1958.

    Examples
    --------
    >>> w, b = logistic_fit([[-1.0], [1.0], [-1.0], [1.0]], [0, 0, 1, 1])
    >>> w.tolist(), b.item()  # the feature says nothing about the label
    ([0.0], 0.0)
    """
    X, y = examples(X, y)
    xp = namespace(X)
    if not bool(xp.all((y == 0) | (y == 1))):
        raise ValueError("got labels other than 0 and 1, wanted two classes; recode y first")
    rows = _with_ones(X)
    penalty = ridge * xp.concat([xp.ones_like(X[0, :]), xp.zeros_like(y[:1])])
    theta = xp.zeros_like(rows[0, :])
    for _ in range(steps):
        theta = theta - _newton_step(rows, y, theta, penalty)
    return theta[:-1], theta[-1]


def examples(X: Array, y: Array) -> tuple[Array, Array]:
    """Read rows and their targets as floating arrays of one dtype.

    Parameters
    ----------
    X : array or list, shape (n, d)
        One example a row.
    y : array or list, shape (n,)
        One target for each row.

    Returns
    -------
    X : array, shape (n, d)
        As given, floating.
    y : array, shape (n,)
        As given, in the dtype of `X`.

    Raises
    ------
    ValueError
        When there is no row, or `X` and `y` have different numbers of rows.

    Notes
    -----
    Section "From a line to a neuron" of chapter 1: one example a row.

    Examples
    --------
    >>> X, y = examples([[1, 2]], [1])
    >>> X.tolist(), y.tolist()
    ([[1.0, 2.0]], [1.0])
    """
    X = as_floating(X)
    y = as_floating(y, like=X)
    if X.ndim != 2 or y.shape != X.shape[:1] or X.shape[0] == 0:
        raise ValueError(
            f"got X {tuple(X.shape)} and y {tuple(y.shape)}; wanted X (n, d) and y (n,), n >= 1"
        )
    return X, y


def _newton_step(rows: Array, y: Array, theta: Array, penalty: Array) -> Array:
    """Inverse Hessian times gradient of the penalized mean cross-entropy."""
    xp = namespace(rows)
    z = xp.matmul(rows, theta)
    gradient = xp.matmul(rows.T, sigmoid(z) - y) / y.shape[0] + penalty * theta
    slope = sigmoid(z) * sigmoid(-z)
    hessian = xp.matmul(rows.T * slope, rows) / y.shape[0]
    diagonal = penalty[:, None] * xp.eye(penalty.shape[0], dtype=rows.dtype)
    return xp.linalg.solve(hessian + diagonal, gradient[:, None])[:, 0]


def _with_ones(X: Array) -> Array:
    xp = namespace(X)
    return xp.concat([X, xp.ones_like(X[:, :1])], axis=1)
