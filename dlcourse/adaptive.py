"""One step with a learning rate of its own for every weight: AdaGrad, RMSProp, Adam, AdamW.

All divide by the root of a record of squared gradients; they differ in what the record forgets.
``eps`` stands outside the root, as in torch.  Memories start at zero.
"""

from __future__ import annotations

import math

from dlcourse.backend import Array, namespace
from dlcourse.descent import fraction, like_weights


def adagrad_step(
    w: Array, g: Array, s: Array, lr: float, eps: float = 1e-10
) -> tuple[Array, Array]:
    r"""Slow down where gradients were large: the record :math:`s \leftarrow s + g^2` only grows.

    .. math:: w \leftarrow w - \eta\, g / (\sqrt{s} + \epsilon).

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    s : array, shape of `w`
        Sum of the squared gradients so far; zeros at the start.
    lr : float
        Learning rate :math:`\eta`.
    eps : float, default 1e-10
        Keeps the division finite where no gradient was seen.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    s : array
        New record.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    Equation `eq-adagrad` of chapter 4; Duchi, Hazan and Singer (2011) [1]_.

    References
    ----------
    .. [1] J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning
       and stochastic optimization", Journal of Machine Learning Research 12, 2011.

    Examples
    --------
    >>> w, s = adagrad_step(1.0, 4.0, 9.0, lr=0.5, eps=0.0)  # the record becomes 9 + 16
    >>> w.item(), s.item()
    (0.6, 25.0)
    """
    w, g, s = like_weights(w, g=g, s=s)
    s = s + g**2
    return w - lr * g / (namespace(s).sqrt(s) + eps), s


def rmsprop_step(
    w: Array, g: Array, s: Array, lr: float, rho: float = 0.99, eps: float = 1e-8
) -> tuple[Array, Array]:
    r"""Divide by a recent root mean square: :math:`s \leftarrow \rho s + (1 - \rho) g^2`.

    .. math:: w \leftarrow w - \eta\, g / (\sqrt{s} + \epsilon).

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    s : array, shape of `w`
        Running mean of the squared gradients; zeros at the start.
    lr : float
        Learning rate :math:`\eta`.
    rho : float, default 0.99
        Share of the record that is kept, 0 <= rho < 1.
    eps : float, default 1e-8
        Keeps the division finite where no gradient was seen.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    s : array
        New record.

    Raises
    ------
    ValueError
        When the shapes differ or `rho` is outside [0, 1).

    Notes
    -----
    Equation `eq-rmsprop` of chapter 4; Tieleman and Hinton (2012) [1]_.

    References
    ----------
    .. [1] T. Tieleman and G. Hinton, "Lecture 6.5: rmsprop", Coursera: Neural Networks for
       Machine Learning, 2012.

    Examples
    --------
    >>> w, s = rmsprop_step(1.0, 4.0, 2.0, lr=0.75, rho=0.5, eps=0.0)  # record 1 + 8
    >>> w.item(), s.item()
    (0.0, 9.0)
    """
    w, g, s = like_weights(w, g=g, s=s)
    s = fraction("rho", rho) * s + (1 - rho) * g**2
    return w - lr * g / (namespace(s).sqrt(s) + eps), s


def adam_step(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    r"""Momentum over RMSProp, both corrected for their start at zero.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
       v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \qquad
       w \leftarrow w - \eta\,
       \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}.

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights.
    m : array, shape of `w`
        Running mean of the gradients; zeros at the start.
    v : array, shape of `w`
        Running mean of the squared gradients; zeros at the start.
    t : int
        Number of this step, counted from 1.
    lr : float, default 1e-3
        Learning rate :math:`\eta`.
    beta1 : float, default 0.9
        Share of `m` that is kept, 0 <= beta1 < 1.
    beta2 : float, default 0.999
        Share of `v` that is kept, 0 <= beta2 < 1.
    eps : float, default 1e-8
        Keeps the division finite where no gradient was seen.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    m : array
        New mean.
    v : array
        New mean square.

    Raises
    ------
    ValueError
        When the shapes differ, a share is outside [0, 1) or `t` is below 1.

    Notes
    -----
    Equation `eq-adam` of chapter 4; Kingma and Ba (2015) [1]_.  The first step of every weight
    has length :math:`\eta`, however small its gradient: the correction makes it
    :math:`g / |g|`.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR, 2015.

    Examples
    --------
    >>> w, m, v = adam_step(1.0, 4.0, 0.0, 0.0, t=1, lr=0.5, beta1=0.5, beta2=0.5, eps=0.0)
    >>> w.item(), m.item(), v.item()
    (0.5, 2.0, 8.0)
    """
    w, g, m, v = like_weights(w, g=g, m=m, v=v)
    if t < 1:
        raise ValueError(f"got t = {t}, wanted the number of the step, counted from 1")
    m = fraction("beta1", beta1) * m + (1 - beta1) * g
    v = fraction("beta2", beta2) * v + (1 - beta2) * g**2
    root = namespace(v).sqrt(v) / math.sqrt(1 - beta2**t)
    return w - (lr / (1 - beta1**t)) * m / (root + eps), m, v


def adamw_step(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    t: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> tuple[Array, Array, Array]:
    r"""Adam, and beside it a pull of the old weights toward zero.

    .. math:: w \leftarrow w - \eta \left(
       \frac{\hat m}{\sqrt{\hat v} + \epsilon} + \lambda w \right).

    Parameters
    ----------
    w : array
        Weights, any shape.
    g : array, shape of `w`
        Gradient of the loss with respect to the weights, without any penalty.
    m : array, shape of `w`
        Running mean of the gradients; zeros at the start.
    v : array, shape of `w`
        Running mean of the squared gradients; zeros at the start.
    t : int
        Number of this step, counted from 1.
    lr : float, default 1e-3
        Learning rate :math:`\eta`.
    beta1 : float, default 0.9
        Share of `m` that is kept, 0 <= beta1 < 1.
    beta2 : float, default 0.999
        Share of `v` that is kept, 0 <= beta2 < 1.
    eps : float, default 1e-8
        Keeps the division finite where no gradient was seen.
    weight_decay : float, default 0.01
        Strength :math:`\lambda` of the pull.

    Returns
    -------
    w : array
        New weights, shape and dtype of the old.
    m : array
        New mean.
    v : array
        New mean square.

    Raises
    ------
    ValueError
        When the shapes differ, a share is outside [0, 1) or `t` is below 1.

    Notes
    -----
    Equation `eq-adamw` of chapter 4; Loshchilov and Hutter (2019) [1]_.  The decay is not
    divided by the root, so it is the same for all weights; an L2 penalty under Adam is not.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR, 2019.

    Examples
    --------
    >>> w, _, _ = adamw_step(1.0, 4.0, 0.0, 0.0, t=1, lr=0.5, eps=0.0, weight_decay=0.5)
    >>> round(w.item(), 9)  # 1 - 0.5 (1 + 0.5)
    0.25
    """
    moved, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return moved - lr * weight_decay * like_weights(w)[0], m, v
