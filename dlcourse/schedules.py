"""How large a step may be, and how it shrinks: the bound on a quadratic, and schedules.

A schedule is a function of the number of steps taken so far, 0 before the first; optimizers take
it in place of a learning rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from dlcourse.backend import Array, as_floating, namespace

#: Learning rate as a function of the number of steps taken.
Schedule = Callable[[int], float]


def stable_lr_limit(hessian: Array) -> Array:
    r"""Find the learning rate at which gradient descent on a quadratic stops converging.

    On :math:`\tfrac{1}{2} w^\top H w` the error along an eigenvector shrinks by
    :math:`1 - \eta \lambda` a step, so every :math:`\eta < 2 / \lambda_{\max}` converges.

    Parameters
    ----------
    hessian : array, shape (d, d)
        Symmetric positive definite matrix :math:`H`.

    Returns
    -------
    array, shape ()
        :math:`2 / \lambda_{\max}`.

    Raises
    ------
    ValueError
        When the matrix is not square, symmetric and positive definite.

    Notes
    -----
    Equation `eq-stable-learning-rate` of chapter 4.

    Examples
    --------
    >>> stable_lr_limit([[4.0, 0.0], [0.0, 1.0]]).item()
    0.5
    """
    H = as_floating(hessian)
    xp = namespace(H)
    if H.ndim != 2 or H.shape[0] != H.shape[1] or H.shape[0] == 0:
        raise ValueError(f"got hessian of shape {tuple(H.shape)}, wanted a square matrix (d, d)")
    slack = 1e3 * xp.finfo(H.dtype).eps * xp.max(xp.abs(H))
    if not bool(xp.all(xp.abs(H - H.T) <= slack)):
        raise ValueError("got a hessian that is not symmetric, wanted H[i, j] == H[j, i]")
    eigenvalues = xp.linalg.eigvalsh(H)
    if not bool(xp.min(eigenvalues) > 0):
        raise ValueError(
            f"got a hessian with eigenvalue {float(xp.min(eigenvalues)):.3g}, "
            "wanted all above 0: only a bowl has a largest stable step"
        )
    return 2 / xp.max(eigenvalues)


def constant(learning_rate: float) -> Schedule:
    r"""Keep the learning rate: :math:`\eta_t = \eta_0`.

    Parameters
    ----------
    learning_rate : float
        A number above 0.

    Returns
    -------
    callable
        ``schedule(steps) -> float``.

    Raises
    ------
    ValueError
        When `learning_rate` is not above 0.

    Notes
    -----
    Section "Schedules" of chapter 4.

    Examples
    --------
    >>> constant(0.1)(1000)
    0.1
    """
    rate = _above_zero("learning_rate", learning_rate)
    return lambda steps: rate + 0 * steps


def step_decay(learning_rate: float, every: int, factor: float = 0.1) -> Schedule:
    r"""Drop at fixed times: :math:`\eta_t = \eta_0\, f^{\lfloor t / k \rfloor}`.

    Parameters
    ----------
    learning_rate : float
        Learning rate of the first steps, above 0.
    every : int
        Steps :math:`k` between two drops, at least 1.
    factor : float, default 0.1
        What a drop multiplies by, 0 < factor <= 1.

    Returns
    -------
    callable
        ``schedule(steps) -> float``.

    Raises
    ------
    ValueError
        When an argument is out of its range.

    Notes
    -----
    Equation `eq-step-decay` of chapter 4.

    Examples
    --------
    >>> [step_decay(8.0, every=2, factor=0.5)(steps) for steps in range(5)]
    [8.0, 8.0, 4.0, 4.0, 2.0]
    """
    rate, period = _above_zero("learning_rate", learning_rate), _count("every", every)
    shrink = _factor(factor)
    return lambda steps: rate * shrink ** (steps // period)


def exponential_decay(learning_rate: float, factor: float) -> Schedule:
    r"""Shrink a little at every step: :math:`\eta_t = \eta_0\, f^t`.

    Parameters
    ----------
    learning_rate : float
        Learning rate of the first step, above 0.
    factor : float
        What every step multiplies by, 0 < factor <= 1.

    Returns
    -------
    callable
        ``schedule(steps) -> float``.

    Raises
    ------
    ValueError
        When an argument is out of its range.

    Notes
    -----
    Equation `eq-exponential-decay` of chapter 4.

    Examples
    --------
    >>> [exponential_decay(8.0, factor=0.5)(steps) for steps in range(3)]
    [8.0, 4.0, 2.0]
    """
    rate, shrink = _above_zero("learning_rate", learning_rate), _factor(factor)
    return lambda steps: rate * shrink**steps


def inverse_time(learning_rate: float, decay: float) -> Schedule:
    r"""Shrink like one over time: :math:`\eta_t = \eta_0 / (1 + d\,t)`.

    Parameters
    ----------
    learning_rate : float
        Learning rate of the first step, above 0.
    decay : float
        How fast, above 0: after ``1 / decay`` steps the rate is halved.

    Returns
    -------
    callable
        ``schedule(steps) -> float``.

    Raises
    ------
    ValueError
        When an argument is out of its range.

    Notes
    -----
    Equation `eq-inverse-time` of chapter 4.  The rates add up to infinity and their squares do
    not: the conditions of Robbins and Monro (1951) [1]_.

    References
    ----------
    .. [1] H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical
       Statistics 22(3), 1951.

    Examples
    --------
    >>> [inverse_time(6.0, decay=1.0)(steps) for steps in range(3)]
    [6.0, 3.0, 2.0]
    """
    rate, speed = _above_zero("learning_rate", learning_rate), _above_zero("decay", decay)
    return lambda steps: rate / (1 + speed * steps)


def cosine_decay(learning_rate: float, total: int, warmup: int = 0, final: float = 0.0) -> Schedule:
    r"""Warm up in a line, then fall along half a cosine.

    .. math:: \eta_t = \eta_0\,\frac{t + 1}{w} \;(t < w), \qquad
       \eta_t = \eta_T + \tfrac{1}{2} (\eta_0 - \eta_T)
       \left(1 + \cos \frac{\pi (t - w)}{T - w}\right) \;(w \le t \le T).

    Parameters
    ----------
    learning_rate : float
        The largest learning rate :math:`\eta_0`, above 0.
    total : int
        Steps :math:`T` after which the rate stays at `final`.
    warmup : int, default 0
        Steps :math:`w` of the line upward, 0 <= warmup < total.
    final : float, default 0.0
        The last rate :math:`\eta_T`, 0 <= final <= learning_rate.

    Returns
    -------
    callable
        ``schedule(steps) -> float``.

    Raises
    ------
    ValueError
        When an argument is out of its range.

    Notes
    -----
    Equation `eq-cosine` of chapter 4; Loshchilov and Hutter (2017) [1]_, warm-up as in Goyal
    and others (2017) [2]_.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts",
       ICLR, 2017.
    .. [2] P. Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour",
       arXiv:1706.02677, 2017.

    Examples
    --------
    >>> [round(cosine_decay(8.0, total=4, warmup=2)(steps), 9) for steps in range(6)]
    [4.0, 8.0, 8.0, 4.0, 0.0, 0.0]
    """
    rate, last = _above_zero("learning_rate", learning_rate), _count("total", total)
    if not 0 <= warmup < last or not 0 <= final <= rate:
        raise ValueError(
            f"got warmup = {warmup} and final = {final}, "
            f"wanted 0 <= warmup < {last} and 0 <= final <= {rate}"
        )

    def schedule(steps: int) -> float:
        if steps < warmup:
            return rate * (steps + 1) / warmup
        share = (min(steps, last) - warmup) / (last - warmup)
        return final + 0.5 * (rate - final) * (1 + math.cos(math.pi * share))

    return schedule


def _above_zero(name: str, value: float) -> float:
    if not 0 < value < math.inf:
        raise ValueError(f"got {name} = {value}, wanted a finite number above 0")
    return float(value)


def _count(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"got {name} = {value}, wanted at least 1 step")
    return value


def _factor(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(f"got factor = {value}, wanted 0 < factor <= 1")
    return float(value)
