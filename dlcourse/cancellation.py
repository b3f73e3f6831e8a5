"""A divergence and a variance that keep their digits where nearly equal numbers are subtracted.

`accurate` hands them on and says what they are for.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.compensated import compensated_sum, two_sum
from dlcourse.information import logarithm_of_base

#: Terms of atanh's series: enough for |s| <= 1/3 in float64.
_TERMS = 18
#: Below this a quotient of probabilities may overflow; the scale is a power of 2, so exact.
_SCALE = 2.0**60


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
    difference, lost = two_sum(p, -q)
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
    difference, lost = two_sum(x, -mean[..., None])
    square = difference * difference + 2 * difference * lost
    return compensated_sum(square) / n - (compensated_sum(difference) / n) ** 2


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
