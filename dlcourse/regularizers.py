"""Penalties on large weights, their gradients, and weight decay.

All sum over every entry of an array of any shape; `lam` is the strength.  The gradient of a
penalty is added to the gradient of the loss.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, as_floating, namespace


def l1_penalty(w: Array, lam: float) -> Array:
    r"""Price every unit of weight alike: :math:`\lambda \sum |w|`, the lasso's.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam : float
        Strength, at least 0.

    Returns
    -------
    array, shape ()
        At least 0.

    Raises
    ------
    ValueError
        When the strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-l1` of chapter 5; Tibshirani (1996) [1]_.

    References
    ----------
    .. [1] R. Tibshirani, "Regression shrinkage and selection via the lasso", JRSS B 58, 1996.

    Examples
    --------
    >>> l1_penalty([1.0, -2.0], 0.5).item()
    1.5
    """
    w = _weights(w)
    xp = namespace(w)
    return _strength("lam", lam) * xp.sum(xp.abs(w))


def l1_subgradient(w: Array, lam: float) -> Array:
    r"""Constant pull towards 0: :math:`\lambda \operatorname{sign} w`.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam : float
        Strength, at least 0.

    Returns
    -------
    array
        Shape and dtype of `w`; 0 where the weight is 0.

    Raises
    ------
    ValueError
        When the strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-l1-subgradient` of chapter 5.  At 0 the penalty has a corner; every slope in
    :math:`[-\lambda, \lambda]` fits under it, and 0 is the convention here and in torch.

    Examples
    --------
    >>> l1_subgradient([1.0, 0.0, -2.0], 0.5).tolist()
    [0.5, 0.0, -0.5]
    """
    w = _weights(w)
    return _strength("lam", lam) * namespace(w).sign(w)


def l2_penalty(w: Array, lam: float) -> Array:
    r"""Price large weights more: :math:`\lambda \sum w^2`, the ridge's.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam : float
        Strength, at least 0.

    Returns
    -------
    array, shape ()
        At least 0.

    Raises
    ------
    ValueError
        When the strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-l2` of chapter 5; Hoerl and Kennard (1970) [1]_.  Without the factor 1/2 that
    some books put in front.

    References
    ----------
    .. [1] A. E. Hoerl and R. W. Kennard, "Ridge regression", Technometrics 12, 1970.

    Examples
    --------
    >>> l2_penalty([1.0, -2.0], 0.5).item()
    2.5
    """
    w = _weights(w)
    return _strength("lam", lam) * namespace(w).sum(w**2)


def l2_grad(w: Array, lam: float) -> Array:
    r"""Pull towards 0 in proportion: :math:`2 \lambda w`.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam : float
        Strength, at least 0.

    Returns
    -------
    array
        Shape and dtype of `w`.

    Raises
    ------
    ValueError
        When the strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-l2-grad` of chapter 5.

    Examples
    --------
    >>> l2_grad([1.0, -2.0], 0.5).tolist()
    [1.0, -2.0]
    """
    return 2 * _strength("lam", lam) * _weights(w)


def elastic_net_penalty(w: Array, lam1: float, lam2: float) -> Array:
    r"""Both prices at once: :math:`\lambda_1 \sum |w| + \lambda_2 \sum w^2`.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam1, lam2 : float
        Strengths of the L1 and the L2 part, at least 0.

    Returns
    -------
    array, shape ()
        At least 0.

    Raises
    ------
    ValueError
        When a strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-elastic-net` of chapter 5; Zou and Hastie (2005) [1]_.

    References
    ----------
    .. [1] H. Zou and T. Hastie, "Regularization and variable selection via the elastic net",
       JRSS B 67, 2005.

    Examples
    --------
    >>> elastic_net_penalty([1.0, -2.0], 0.5, 0.5).item()
    4.0
    """
    _strength("lam1", lam1), _strength("lam2", lam2)
    return l1_penalty(w, lam1) + l2_penalty(w, lam2)


def elastic_net_subgradient(w: Array, lam1: float, lam2: float) -> Array:
    r"""Both pulls at once: :math:`\lambda_1 \operatorname{sign} w + 2 \lambda_2 w`.

    Parameters
    ----------
    w : array, any shape
        Weights.
    lam1, lam2 : float
        Strengths of the L1 and the L2 part, at least 0.

    Returns
    -------
    array
        Shape and dtype of `w`; 0 where the weight is 0.

    Raises
    ------
    ValueError
        When a strength is negative or `w` holds a NaN.

    Notes
    -----
    Equation `eq-elastic-net` of chapter 5, term by term.

    Examples
    --------
    >>> elastic_net_subgradient([1.0, -2.0], 0.5, 0.5).tolist()
    [1.5, -2.5]
    """
    _strength("lam1", lam1), _strength("lam2", lam2)
    return l1_subgradient(w, lam1) + l2_grad(w, lam2)


def weight_decay_step(w: Array, g: Array, lr: float, decay: float) -> Array:
    r"""Step downhill and let the weights shrink, apart: :math:`w - \eta (g + \delta w)`.

    Parameters
    ----------
    w : array, any shape
        Weights.
    g : array, shape of `w`
        Gradient of the loss, or the direction that an optimizer made of it.
    lr : float
        Learning rate, at least 0.
    decay : float
        How fast the weights shrink, at least 0.

    Returns
    -------
    array
        New weights, shape and dtype of `w`.

    Raises
    ------
    ValueError
        When the shapes differ, or `lr` or `decay` is negative.

    Notes
    -----
    Equation `eq-weight-decay` of chapter 5; Loshchilov and Hutter (2019) [1]_.  For plain
    gradient descent the same as an L2 penalty of :math:`\lambda = \delta / 2`; under Adam not,
    because there the penalty's gradient would be divided by the running size.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR, 2019.

    Examples
    --------
    >>> weight_decay_step([1.0, 2.0], [0.0, 2.0], lr=0.5, decay=0.5).tolist()
    [0.75, 0.5]
    """
    w, g = checks.matching(("w", "g"), w, g)
    return w - _strength("lr", lr) * (g + _strength("decay", decay) * w)


def _weights(w: Array) -> Array:
    w = as_floating(w, name="w")
    checks.no_nan("w", w)
    return w


def _strength(name: str, value: float) -> float:
    return checks.within(name, value, 0, math.inf, open_high=True)
