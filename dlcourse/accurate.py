"""The functions of the book to the last digits, and what that takes.

The plain forms lose digits in three places, and each has its cure:

- ``z - max(z)`` rounds, and the exponential turns that absolute error into a relative one: at
  scores of a few hundred, 50 units in the last place (ulp).  The rounding error of a difference
  is itself a floating number (Knuth's TwoSum), so it can be put back.
- ``log(1 + small)`` forgets the small part.  `log1p` of the sum of *the other* powers keeps it:
  a confident, correct prediction has a tiny loss, not none.
- ``p - 1`` at the right class, and ``sum p log(p / q)`` for nearly equal distributions, are
  differences of nearly equal numbers.  Both can be written as sums of terms of one sign.

The price is time: two to five times the plain forms for ten classes, up to ten for a thousand.
tests/test_accuracy.py holds the bounds against mpmath.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.information import logarithm_of_base
from dlcourse.logits import labeled

#: Terms of atanh's series: enough for |s| <= 1/3 in float64.
_TERMS = 18
#: Below this a quotient of probabilities may overflow; the scale is a power of 2, so exact.
_SCALE = 2.0**60


def compensated_sum(x: Array) -> Array:
    r"""Sum over the last axis as if in twice the precision, then round.

    Parameters
    ----------
    x : array, shape (..., k)
        Terms, k at least 1.

    Returns
    -------
    array, shape (...)
        Sums, dtype of `x`.

    Notes
    -----
    Section "Lost digits" of chapter 2.  Halves are added to halves, and the rounding error of
    every addition is kept and added at the end [1]_.  Finite terms only.

    References
    ----------
    .. [1] T. Ogita, S. M. Rump and S. Oishi, "Accurate sum and dot product", SIAM Journal on
       Scientific Computing 26, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1e16, 1.0, -1e16, 1.0])
    >>> compensated_sum(x).item(), sum(x.tolist())
    (2.0, 1.0)
    """
    total, lost = _two_part_sum(x)
    return total + lost


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


def kl_divergence(p: Array, q: Array, base: float = 2.0) -> Array:
    r"""Kullback-Leibler divergence within 8 ulp, however near the distributions.

    Each term is split into one that is never negative and one that is an exact difference:

    .. math:: p \ln \frac pq = \Bigl[p \ln \frac pq - p + q\Bigr] + (p - q),

    and the bracket, with :math:`s = (q - p) / (q + p)`, is
    :math:`(q - p) s - 2 p s^3 (\tfrac13 + \tfrac{s^2}5 + \tfrac{s^4}7 + \dots)`.

    Parameters
    ----------
    p : array, shape (k,) or (n, k)
        What happens: distributions over the last axis.
    q : array, shape of `p`
        What was expected.
    base : float, default 2.0
        Base of the logarithm, greater than 1; 2 for bits.

    Returns
    -------
    array, shape () or (n,)
        Dtype of `p`; ``inf`` where ``q == 0 < p``.

    Raises
    ------
    ValueError
        When the shapes differ, a row is not a distribution or the base is not greater than 1.

    Notes
    -----
    Equation `eq-kl` of chapter 2.  The second parts sum to 0 for rows that sum to exactly 1;
    rows of floating numbers seldom do, and what is left (about 1e-16, of either sign) belongs
    to the sum as it is defined.

    Examples
    --------
    >>> d = 2.0**-30  # the divergence is 2 d^2; the plain form says 0.0
    >>> kl_divergence([0.5, 0.5], [0.5 + d, 0.5 - d], base=math.e).item() == 2 * d * d
    True
    """
    p, q = checks.matching(("p", "q"), p, q)
    checks.distributions("p", p)
    checks.distributions("q", q)
    xp = namespace(p)
    q = xp.where(p > 0, q, xp.zeros_like(q))  # 0 log 0 = 0: these classes add nothing
    difference, lost = _two_sum(p, -q)
    parts = xp.concat([_never_negative(p, q), difference, lost], axis=-1)
    total = compensated_sum(parts) / logarithm_of_base(base)
    impossible = xp.any((p > 0) & (q == 0), axis=-1)
    return xp.where(impossible, xp.full_like(total, math.inf), total)


def variance(x: Array, axis: int = 0) -> Array:
    r"""Average the squared distances from the mean within 2 ulp, however large the mean.

    Parameters
    ----------
    x : array, shape (n, d) or (n,)
        Values.
    axis : int, default 0
        Axis to average over.

    Returns
    -------
    array
        :math:`\frac1n \sum (x_i - \mu)^2`, dtype of `x`.

    Raises
    ------
    ValueError
        When `x` holds a NaN.

    Notes
    -----
    Section "Lost digits" of chapter 2.  The mean is rounded, so the differences have a small
    mean of their own; its square is taken off again (the corrected two-pass algorithm [1]_).

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample
       variance", The American Statistician 37, 1983.

    Examples
    --------
    >>> variance([1e8 + 1, 1e8 + 3]).item()
    1.0
    """
    x = as_floating(x, name="x")
    checks.no_nan("x", x)
    xp = namespace(x)
    x = xp.moveaxis(x, axis, -1)
    n = x.shape[-1]
    mean = compensated_sum(x) / n
    difference, lost = _two_sum(x, -mean[..., None])
    square = difference * difference + 2 * difference * lost
    return compensated_sum(square) / n - (compensated_sum(difference) / n) ** 2


def _powers(z: Array) -> tuple[Array, Array, Array]:
    """Powers of z - max(z), and that difference as two numbers: rounded, and what was lost."""
    xp = namespace(z)
    largest = xp.max(z, axis=-1, keepdims=True)
    possible = z > -math.inf
    shifted, lost = _two_sum(xp.where(possible, z, largest), -largest)
    powers = xp.exp(shifted)
    return xp.where(possible, powers + powers * lost, xp.zeros_like(z)), shifted, lost


def _log_others(powers: Array, z: Array) -> Array:
    """``log(sum(powers))`` from all powers but the largest, which is exactly 1."""
    xp = namespace(powers)
    classes = xp.arange(z.shape[-1], device=z.device)
    first = classes == xp.argmax(z, axis=-1, keepdims=True)
    return xp.log1p(compensated_sum(xp.where(first, xp.zeros_like(powers), powers)))


def _never_negative(p: Array, q: Array) -> Array:
    """``p log(p / q) - p + q`` without cancellation; 0 where p or q is 0."""
    xp = namespace(p)
    one = xp.ones_like(p)
    both = (p > 0) & (q > 0)
    d, p_safe, q_safe = q - p, xp.where(both, p, one), xp.where(both, q, one)
    s = xp.where(both, d / (q_safe + p_safe), xp.zeros_like(p))
    square, series = s * s, xp.zeros_like(p)
    for k in reversed(range(_TERMS)):
        series = series * square + 1 / (2 * k + 3)
    near = d * s - 2 * p * s * square * series
    scale = xp.where(q_safe < 1 / _SCALE, _SCALE * one, one)
    far = p * (xp.log(p_safe / (q_safe * scale)) + xp.log(scale)) + d
    return xp.where(both, xp.where(xp.abs(s) <= 1 / 3, near, far), xp.zeros_like(p))


def _two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """Sum of two numbers, rounded, and exactly what the rounding lost (Knuth)."""
    total = a + b
    b_seen = total - a
    return total, (a - (total - b_seen)) + (b - b_seen)


def _two_part_sum(x: Array) -> tuple[Array, Array]:
    """Add halves to halves until one number is left, and collect what every addition lost."""
    xp = namespace(x)
    total, lost = x, xp.zeros_like(x)
    while total.shape[-1] > 1:
        half = total.shape[-1] // 2
        parts, losses = (_halves_and_rest(values, half) for values in (total, lost))
        total, error = _two_sum(parts[0], parts[1])
        lost = error + (losses[0] + losses[1])
        if parts[2].shape[-1]:  # an odd one out waits for the next round
            total = xp.concat([total, parts[2]], axis=-1)
            lost = xp.concat([lost, losses[2]], axis=-1)
    return total[..., 0], lost[..., 0]


def _halves_and_rest(x: Array, half: int) -> tuple[Array, Array, Array]:
    return x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
