"""Optimizers as pairs of pure functions: ``init(params)`` and ``update(grads, state, params)``.

The memory of an optimizer is a value that goes in and comes out, so a run can be stopped, saved
and continued, and two runs never share anything.  The equations are in `descent` and `adaptive`.
"""

from __future__ import annotations

from dlcourse.adaptive import adagrad_step, adam_step, adamw_step, rmsprop_step
from dlcourse.descent import (
    ema_momentum_step,
    fraction,
    momentum_step,
    nesterov_step,
    sgd_step,
)
from dlcourse.stepping import LearningRate, Optimizer, make_optimizer


def sgd(learning_rate: LearningRate) -> Optimizer:
    """Stochastic gradient descent: the gradient decides alone.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-sgd` of chapter 4; each array takes a `sgd_step`.

    Examples
    --------
    >>> init, update = sgd(learning_rate=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> params[0].item(), state.steps
    (-1.0, 1)
    """
    return make_optimizer(lambda w, g, lr: (sgd_step(w, g, lr),), 0, learning_rate)


def momentum(learning_rate: LearningRate, beta: float = 0.9) -> Optimizer:
    """Gradient descent with a velocity, as in torch.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.
    beta : float, default 0.9
        Share of the velocity that is kept, 0 <= beta < 1.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-momentum` of chapter 4; each array takes a `momentum_step`.

    Examples
    --------
    >>> init, update = momentum(learning_rate=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> params[0].item(), state.memories[0][0].item()
    (-1.0, 4.0)
    """
    return make_optimizer(momentum_step, 1, learning_rate, beta=fraction("beta", beta))


def ema_momentum(learning_rate: LearningRate, beta: float = 0.9) -> Optimizer:
    r"""Gradient descent along a running mean of the gradients, as in many lecture notes.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.
    beta : float, default 0.9
        Share of the mean that is kept, 0 <= beta < 1.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-ema-momentum` of chapter 4; each array takes an `ema_momentum_step`.  It walks
    the path of `momentum` with a learning rate :math:`1 - \beta` times as large.

    Examples
    --------
    >>> init, update = ema_momentum(learning_rate=0.5, beta=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> params[0].item(), state.memories[0][0].item()
    (0.0, 2.0)
    """
    return make_optimizer(ema_momentum_step, 1, learning_rate, beta=fraction("beta", beta))


def nesterov(learning_rate: LearningRate, beta: float = 0.9) -> Optimizer:
    """Gradient descent with a velocity that looks one step ahead.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.
    beta : float, default 0.9
        Share of the velocity that is kept, 0 <= beta < 1.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-nesterov` of chapter 4; each array takes a `nesterov_step`.

    Examples
    --------
    >>> init, update = nesterov(learning_rate=0.5, beta=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> params[0].item()  # 1 - 0.5 (4 + 0.5 * 4)
    -2.0
    """
    return make_optimizer(nesterov_step, 1, learning_rate, beta=fraction("beta", beta))


def adagrad(learning_rate: LearningRate, eps: float = 1e-10) -> Optimizer:
    """AdaGrad: a learning rate for every weight, falling with all gradients seen.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.
    eps : float, default 1e-10
        Keeps the division finite.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-adagrad` of chapter 4; each array takes an `adagrad_step`.

    Examples
    --------
    >>> init, update = adagrad(learning_rate=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> round(params[0].item(), 6)  # the first step has the length of the learning rate
    0.5
    """
    return make_optimizer(adagrad_step, 1, learning_rate, eps=eps)


def rmsprop(learning_rate: LearningRate, rho: float = 0.99, eps: float = 1e-8) -> Optimizer:
    """RMSProp: a learning rate for every weight, by its recent gradients.

    Parameters
    ----------
    learning_rate : float or callable
        A number above 0, or a schedule.
    rho : float, default 0.99
        Share of the record that is kept, 0 <= rho < 1.
    eps : float, default 1e-8
        Keeps the division finite.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-rmsprop` of chapter 4; each array takes a `rmsprop_step`.

    Examples
    --------
    >>> init, update = rmsprop(learning_rate=0.5, rho=0.75)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> round(params[0].item(), 6)  # the root of 0.25 * 16 is 2
    0.0
    """
    return make_optimizer(rmsprop_step, 1, learning_rate, rho=fraction("rho", rho), eps=eps)


def adam(
    learning_rate: LearningRate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    """Adam: momentum and RMSProp together, with bias correction.

    Parameters
    ----------
    learning_rate : float or callable, default 1e-3
        A number above 0, or a schedule.
    beta1 : float, default 0.9
        Share of the mean that is kept, 0 <= beta1 < 1.
    beta2 : float, default 0.999
        Share of the mean square that is kept, 0 <= beta2 < 1.
    eps : float, default 1e-8
        Keeps the division finite.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-adam` of chapter 4; each array takes an `adam_step`.

    Examples
    --------
    >>> init, update = adam(learning_rate=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> round(params[0].item(), 6)
    0.5
    """
    shares = {"beta1": fraction("beta1", beta1), "beta2": fraction("beta2", beta2)}
    return make_optimizer(adam_step, 2, learning_rate, counted=True, **shares, eps=eps)


def adamw(
    learning_rate: LearningRate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Optimizer:
    """AdamW: Adam with decoupled weight decay.

    Parameters
    ----------
    learning_rate : float or callable, default 1e-3
        A number above 0, or a schedule.
    beta1 : float, default 0.9
        Share of the mean that is kept, 0 <= beta1 < 1.
    beta2 : float, default 0.999
        Share of the mean square that is kept, 0 <= beta2 < 1.
    eps : float, default 1e-8
        Keeps the division finite.
    weight_decay : float, default 0.01
        Strength of the pull toward zero; it falls on every array, biases included.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Notes
    -----
    Equation `eq-adamw` of chapter 4; each array takes an `adamw_step`.

    Examples
    --------
    >>> init, update = adamw(learning_rate=0.5, weight_decay=0.5)
    >>> params, state = update([4.0], init([1.0]), [1.0])
    >>> round(params[0].item(), 6)
    0.25
    """
    shares = {"beta1": fraction("beta1", beta1), "beta2": fraction("beta2", beta2)}
    settings = {**shares, "eps": eps, "weight_decay": weight_decay}
    return make_optimizer(adamw_step, 2, learning_rate, counted=True, **settings)
