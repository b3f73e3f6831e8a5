"""The functions of the book to the last digits, and what that takes.

The plain forms lose digits in three places, and each has its cure:

- ``z - max(z)`` rounds, and the exponential turns that absolute error into a relative one: at
  scores of a few hundred, 50 units in the last place (ulp).  The rounding error of a difference
  is itself a floating number (Knuth's TwoSum), so it can be put back.
- ``log(1 + small)`` forgets the small part.  `log1p` of the sum of *the other* powers keeps it:
  a confident, correct prediction has a tiny loss, not none.
- ``p - 1`` at the right class, and ``sum p log(p / q)`` for nearly equal distributions, are
  differences of nearly equal numbers.  Both can be written as sums of terms of one sign.

`kl_divergence` and `variance` are handed on from `cancellation`, `compensated_sum` from
`compensated`.  The price is time: two to five times the plain forms for ten classes, up to ten
for a thousand.
tests/test_accuracy.py holds the bounds against mpmath.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, namespace
from dlcourse.cancellation import kl_divergence as kl_divergence
from dlcourse.cancellation import variance as variance
from dlcourse.compensated import compensated_sum as compensated_sum
from dlcourse.compensated import two_sum
from dlcourse.logits import labeled


def softmax(z: Array) -> Array:
    r"""Softmax within 4 ulp: :math:`p_i = e^{z_i} / \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores; the last axis runs over the classes.  -inf masks a class.

    Returns
    -------
    array
        Shape and dtype of `z`.

    Raises
    ------
    ValueError
        When a row of `z` has no softmax: NaN, +inf, or -inf only.

    Notes
    -----
    Equation `eq-softmax` of chapter 1, with the compensated shift of chapter 2.

    Examples
    --------
    >>> softmax([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """
    powers, _, _ = _powers(checks.scores("z", z))
    return powers / compensated_sum(powers)[..., None]


def logsumexp(z: Array) -> Array:
    r"""Smooth maximum within 1 ulp: :math:`m + \ln(1 + \sum_{j \ne \arg\max} e^{z_j - m})`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores; the last axis runs over the classes.  -inf masks a class.

    Returns
    -------
    array, shape () or (n,)
        Dtype of `z`.

    Raises
    ------
    ValueError
        When a row holds NaN, +inf, or -inf only.

    Notes
    -----
    Equation `eq-logsumexp` of chapter 2.  Where the powers sum to nearly 1 the two terms cancel:
    the error is then 1 ulp of the largest score, not of the small result.

    Examples
    --------
    >>> logsumexp([0.0, -50.0]).item() > 0  # the plain form says 0.0
    True
    """
    z = checks.scores("z", z)
    powers, _, _ = _powers(z)
    return namespace(z).max(z, axis=-1) + _log_others(powers, z)


def log_softmax(z: Array) -> Array:
    r"""Take log-probabilities within 4 ulp: distance to the largest score, minus a `log1p`.

    .. math:: \ln p_i = (z_i - m) - \ln(1 + \sum_{j \ne \arg\max} e^{z_j - m}).

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores; the last axis runs over the classes.  -inf masks a class.

    Returns
    -------
    array
        Shape and dtype of `z`, in nats; -inf where `z` is.

    Raises
    ------
    ValueError
        When a row of `z` has no softmax: NaN, +inf, or -inf only.

    Notes
    -----
    Equation `eq-log-softmax` of chapter 2.  Both terms pull the same way, so nothing cancels.

    Examples
    --------
    >>> log_softmax([0.0, -50.0]).tolist()[0] < 0  # the plain form says 0.0
    True
    """
    z = checks.scores("z", z)
    xp = namespace(z)
    powers, shifted, lost = _powers(z)
    log_p = shifted + (lost - _log_others(powers, z)[..., None])
    return xp.where(z > -math.inf, log_p, z)


def sparse_cross_entropy(logits: Array, labels: Array) -> Array:
    r"""Mean surprise at the right classes, within 4 ulp.

    Parameters
    ----------
    logits : array, shape (n, k)
        Scores, one row for each example.  -inf masks a class.
    labels : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.

    Returns
    -------
    array, shape ()
        Mean loss in nats; ``inf`` when the right class is masked.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When a label is not one of the classes, or a row has no softmax.

    Notes
    -----
    Equation `eq-sparse-cross-entropy` of chapter 2.  torch returns 0 once the right score leads
    by about 37 (17 in float32); the loss is :math:`e^{-37}`, and it still falls.

    Examples
    --------
    >>> sparse_cross_entropy([[50.0, 0.0]], [0]).item() == math.exp(-50)
    True
    """
    logits, own = labeled(logits, labels)
    xp = namespace(logits)
    log_p = log_softmax(logits)
    surprises = 0 - xp.sum(xp.where(own, log_p, xp.zeros_like(log_p)), axis=-1)
    if bool(xp.any(xp.isinf(surprises))):
        return xp.max(surprises)
    return compensated_sum(surprises) / logits.shape[0]


def softmax_cross_entropy_grad(logits: Array, labels: Array) -> Array:
    r"""Gradient of the mean surprise, within 4 ulp: the right class gets minus all the others.

    Parameters
    ----------
    logits : array, shape (n, k)
        Scores, one row for each example.
    labels : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.

    Returns
    -------
    array, shape (n, k)
        Dtype of `logits`.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When a label is not one of the classes, or a row has no softmax.

    Notes
    -----
    Equation `eq-softmax-cross-entropy-grad` of chapter 2: a row sums to 0, so
    :math:`p_y - 1 = -\sum_{j \ne y} p_j`, and the sum has terms of one sign.

    Examples
    --------
    >>> softmax_cross_entropy_grad([[50.0, 0.0]], [0]).tolist()[0][0] == -math.exp(-50)
    True
    """
    logits, own = labeled(logits, labels)
    xp = namespace(logits)
    p = softmax(logits)
    others = xp.where(own, xp.zeros_like(p), p)
    return xp.where(own, -compensated_sum(others)[..., None], others) / logits.shape[0]


def _powers(z: Array) -> tuple[Array, Array, Array]:
    """Powers of z - max(z), and that difference as two numbers: rounded, and what was lost."""
    xp = namespace(z)
    largest = xp.max(z, axis=-1, keepdims=True)
    possible = z > -math.inf
    shifted, lost = two_sum(xp.where(possible, z, largest), -largest)
    powers = xp.exp(shifted)
    return xp.where(possible, powers + powers * lost, xp.zeros_like(z)), shifted, lost


def _log_others(powers: Array, z: Array) -> Array:
    """``log(sum(powers))`` from all powers but the largest, which is exactly 1."""
    xp = namespace(powers)
    classes = xp.arange(z.shape[-1], device=z.device)
    first = classes == xp.argmax(z, axis=-1, keepdims=True)
    return xp.log1p(compensated_sum(xp.where(first, xp.zeros_like(powers), powers)))
