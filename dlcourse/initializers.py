r"""Weights to start from: random enough to differ, scaled so that signals keep their size.

One layer sums `fan_in` products: with independent weights of mean 0,

.. math:: \operatorname{Var} z = n_{in} \operatorname{Var} w \operatorname{E} x^2,

and backward the gradient sums over `fan_out`.  Each rule picks Var w so that what matters to it
stays 1.  All return NumPy arrays (fan_in, fan_out), drawn from `rng` alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def xavier_uniform(
    fan_in: int, fan_out: int, rng: np.random.Generator, dtype: Any = np.float64
) -> np.ndarray:
    r"""Draw Glorot's weights: uniform on :math:`\pm \sqrt{6 / (n_{in} + n_{out})}`.

    Parameters
    ----------
    fan_in, fan_out : int
        Rows and columns: inputs and neurons of the layer.
    rng : numpy.random.Generator
        Where the draws come from.
    dtype : dtype, default float64
        Floating type of the result.

    Returns
    -------
    array, shape (fan_in, fan_out)
        Weights with the variance :math:`2 / (n_{in} + n_{out})`.

    Raises
    ------
    ValueError
        When a fan is not at least 1.

    Notes
    -----
    Equation `eq-xavier` of chapter 4; Glorot and Bengio (2010) [1]_.  Forward the variance
    stays 1 with :math:`\operatorname{Var} w = 1 / n_{in}`, backward with :math:`1 / n_{out}`;
    :math:`2 / (n_{in} + n_{out})` stands between the two.  A uniform number on :math:`\pm a` has
    the variance :math:`a^2 / 3`, hence the 6.  Meant for tanh, whose slope at 0 is 1.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
       neural networks", AISTATS, 2010.

    Examples
    --------
    >>> W = xavier_uniform(4, 2, np.random.default_rng(0))
    >>> W.shape, bool(np.all(np.abs(W) <= 1.0))  # sqrt(6 / 6)
    ((4, 2), True)
    """
    _check(fan_in, fan_out)
    bound = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out)).astype(dtype)


def xavier_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator, dtype: Any = np.float64
) -> np.ndarray:
    r"""Draw Glorot's weights from a normal: variance :math:`2 / (n_{in} + n_{out})`.

    Parameters
    ----------
    fan_in, fan_out : int
        Rows and columns: inputs and neurons of the layer.
    rng : numpy.random.Generator
        Where the draws come from.
    dtype : dtype, default float64
        Floating type of the result.

    Returns
    -------
    array, shape (fan_in, fan_out)
        Weights, not truncated.

    Raises
    ------
    ValueError
        When a fan is not at least 1.

    Notes
    -----
    Equation `eq-xavier` of chapter 4; Glorot and Bengio (2010) [1]_.  The variance is that of
    `xavier_uniform`, for the same reason.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
       neural networks", AISTATS, 2010.

    Examples
    --------
    >>> xavier_normal(4, 2, np.random.default_rng(0)).shape
    (4, 2)
    """
    return _normal(2 / max(fan_in + fan_out, 1), fan_in, fan_out, rng, dtype)


def lecun_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator, dtype: Any = np.float64
) -> np.ndarray:
    r"""Draw LeCun's weights from a normal: variance :math:`1 / n_{in}`.

    Parameters
    ----------
    fan_in, fan_out : int
        Rows and columns: inputs and neurons of the layer.
    rng : numpy.random.Generator
        Where the draws come from.
    dtype : dtype, default float64
        Floating type of the result.

    Returns
    -------
    array, shape (fan_in, fan_out)
        Weights, not truncated.

    Raises
    ------
    ValueError
        When a fan is not at least 1.

    Notes
    -----
    Equation `eq-lecun` of chapter 4; LeCun, Bottou, Orr and Müller (1998) [1]_.  With inputs of
    mean square 1, :math:`\operatorname{Var} z = n_{in} \operatorname{Var} w = 1`.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in Neural
       Networks: Tricks of the Trade, Springer, 1998.

    Examples
    --------
    >>> lecun_normal(4, 2, np.random.default_rng(0)).shape
    (4, 2)
    """
    return _normal(1 / max(fan_in, 1), fan_in, fan_out, rng, dtype)


def he_normal(
    fan_in: int, fan_out: int, rng: np.random.Generator, dtype: Any = np.float64
) -> np.ndarray:
    r"""Draw He's weights from a normal: variance :math:`2 / n_{in}`.

    Parameters
    ----------
    fan_in, fan_out : int
        Rows and columns: inputs and neurons of the layer.
    rng : numpy.random.Generator
        Where the draws come from.
    dtype : dtype, default float64
        Floating type of the result.

    Returns
    -------
    array, shape (fan_in, fan_out)
        Weights, not truncated.

    Raises
    ------
    ValueError
        When a fan is not at least 1.

    Notes
    -----
    Equation `eq-he` of chapter 4; He, Zhang, Ren and Sun (2015) [1]_.  ReLU drops the negative
    half of a symmetric pre-activation: :math:`\operatorname{E} x^2 = \tfrac12 \operatorname{Var}
    z`.  The 2 pays that half back, layer after layer.

    References
    ----------
    .. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV, 2015.

    Examples
    --------
    >>> he_normal(4, 2, np.random.default_rng(0)).shape
    (4, 2)
    """
    return _normal(2 / max(fan_in, 1), fan_in, fan_out, rng, dtype)


def _normal(
    variance: float, fan_in: int, fan_out: int, rng: np.random.Generator, dtype: Any
) -> np.ndarray:
    _check(fan_in, fan_out)
    return (math.sqrt(variance) * rng.standard_normal((fan_in, fan_out))).astype(dtype)


def _check(fan_in: int, fan_out: int) -> None:
    for name, fan in (("fan_in", fan_in), ("fan_out", fan_out)):
        if fan < 1:
            raise ValueError(f"{name}: got {fan}, wanted at least 1")
