"""Activation functions and their derivatives: the bend that makes a network more than a line.

Elementwise functions take arrays of any shape and keep their dtype.  Each stands beside its
derivative: ``sigmoid`` and ``sigmoid_grad``.  `softmax` mixes the entries of a row; it lives in
`rows` and has a backward function instead.
"""

from __future__ import annotations

from dlcourse.backend import Array, as_floating, namespace
from dlcourse.rows import softmax as softmax
from dlcourse.rows import softmax_backward as softmax_backward


def identity(z: Array) -> Array:
    r"""Return the pre-activation unchanged: :math:`g(z) = z`, the linear neuron.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        `z` as a floating array.

    Notes
    -----
    Section "Stacks of linear neurons collapse" of chapter 1.

    Examples
    --------
    >>> identity(2.0).item()
    2.0
    """
    return as_floating(z)


def step(z: Array) -> Array:
    r"""Fire or stay silent: 1 where :math:`z > 0`, else 0.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Zeros and ones, shape and dtype of `z`.

    Notes
    -----
    Section "Gates" of chapter 1.  The unit of Rosenblatt's perceptron [1]_.

    References
    ----------
    .. [1] F. Rosenblatt, "The perceptron", Psychological Review 65(6), 1958.

    Examples
    --------
    >>> step([-1.0, 0.0, 2.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    z = as_floating(z)
    xp = namespace(z)
    return xp.astype(z > 0, z.dtype)


def sigmoid(z: Array) -> Array:
    r"""Squash a number into (0, 1): :math:`\sigma(z) = 1 / (1 + e^{-z})`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Values in [0, 1], shape and dtype of `z`; 0 and 1 are reached only by rounding.

    Notes
    -----
    Equation `eq-sigmoid` of chapter 1.  Written as
    :math:`e^{\min(z, 0)} / (1 + e^{-|z|})`, which is the same number and never overflows:
    both exponents are at most zero.

    Examples
    --------
    >>> sigmoid(0.0).item()
    0.5
    >>> sigmoid([-1e4, 1e4]).tolist()
    [0.0, 1.0]
    """
    z = as_floating(z)
    xp = namespace(z)
    below = xp.where(z < 0, z, xp.zeros_like(z))
    return xp.exp(below) / (1 + xp.exp(-xp.abs(z)))


def sigmoid_grad(z: Array) -> Array:
    r"""Slope of the sigmoid: :math:`\sigma'(z) = \sigma(z)\,(1 - \sigma(z))`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Values in [0, 1/4], shape and dtype of `z`.

    Notes
    -----
    Equation `eq-sigmoid-grad` of chapter 1.  The second factor is taken as
    :math:`\sigma(-z)`: the difference :math:`1 - \sigma(z)` would round to 0 for large `z`.

    Examples
    --------
    >>> sigmoid_grad(0.0).item()
    0.25
    """
    z = as_floating(z)
    return sigmoid(z) * sigmoid(-z)


def tanh(z: Array) -> Array:
    r"""Squash a number into (-1, 1): :math:`\tanh z = (e^z - e^{-z}) / (e^z + e^{-z})`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Values in [-1, 1], shape and dtype of `z`.

    Notes
    -----
    Equation `eq-tanh` of chapter 1; :math:`\tanh z = 2\sigma(2z) - 1`.

    Examples
    --------
    >>> tanh(0.0).item()
    0.0
    """
    z = as_floating(z)
    return namespace(z).tanh(z)


def tanh_grad(z: Array) -> Array:
    r"""Slope of tanh: :math:`\tanh'(z) = 1 - \tanh^2 z = 1 / \cosh^2 z`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Values in [0, 1], shape and dtype of `z`.

    Notes
    -----
    Equation `eq-tanh-grad` of chapter 1.  Computed as
    :math:`4\,\sigma(2z)\,\sigma(-2z)`, which keeps its small values: :math:`1 - \tanh^2 z`
    would round to 0 beyond about :math:`|z| = 19`.

    Examples
    --------
    >>> tanh_grad(0.0).item()
    1.0
    """
    z = as_floating(z)
    return 4 * sigmoid_grad(2 * z)


def relu(z: Array) -> Array:
    r"""Keep what is positive: :math:`\max(0, z)`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Values in [0, inf), shape and dtype of `z`.

    Notes
    -----
    Equation `eq-relu` of chapter 1.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 3.0]
    """
    z = as_floating(z)
    xp = namespace(z)
    return xp.where(z <= 0, xp.zeros_like(z), z)  # "<=": a NaN passes through


def relu_grad(z: Array) -> Array:
    r"""Slope of ReLU: 1 where :math:`z > 0`, else 0.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.

    Returns
    -------
    array
        Zeros and ones, shape and dtype of `z`.

    Notes
    -----
    Equation `eq-relu-grad` of chapter 1.  At the corner there is no slope; 0 is the convention
    of torch and of this book.

    Examples
    --------
    >>> relu_grad([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    return step(z)


def leaky_relu(z: Array, alpha: float = 0.01) -> Array:
    r"""Let a little of the negative side through: :math:`\alpha z` where :math:`z \le 0`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.
    alpha : float, default 0.01
        Slope on the negative side, 0 <= alpha < 1.

    Returns
    -------
    array
        Shape and dtype of `z`.

    Raises
    ------
    ValueError
        When `alpha` is outside [0, 1).

    Notes
    -----
    Equation `eq-leaky-relu` of chapter 1; Maas, Hannun and Ng (2013) [1]_.

    References
    ----------
    .. [1] A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural
       network acoustic models", ICML Workshop on Deep Learning for Audio, 2013.

    Examples
    --------
    >>> leaky_relu([-2.0, 3.0], alpha=0.5).tolist()
    [-1.0, 3.0]
    """
    z = as_floating(z)
    return namespace(z).where(z > 0, z, _checked(alpha) * z)


def leaky_relu_grad(z: Array, alpha: float = 0.01) -> Array:
    r"""Slope of leaky ReLU: 1 where :math:`z > 0`, else :math:`\alpha`.

    Parameters
    ----------
    z : array
        Pre-activation, any shape.
    alpha : float, default 0.01
        Slope on the negative side, 0 <= alpha < 1; also the value at the corner.

    Returns
    -------
    array
        Shape and dtype of `z`.

    Raises
    ------
    ValueError
        When `alpha` is outside [0, 1).

    Notes
    -----
    Equation `eq-leaky-relu-grad` of chapter 1.

    Examples
    --------
    >>> leaky_relu_grad([-2.0, 0.0, 3.0], alpha=0.5).tolist()
    [0.5, 0.5, 1.0]
    """
    z = as_floating(z)
    xp = namespace(z)
    return xp.where(z > 0, xp.ones_like(z), xp.full_like(z, _checked(alpha)))


def _checked(alpha: float) -> float:
    if not 0 <= alpha < 1:
        raise ValueError(f"got alpha = {alpha}, wanted a slope with 0 <= alpha < 1")
    return alpha
