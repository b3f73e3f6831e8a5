"""Sums as if in twice the precision: the rounding error of every addition is kept."""

from __future__ import annotations

from dlcourse.backend import Array, namespace


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


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    r"""Add two numbers, and say exactly what the rounding lost: :math:`a + b = s + e`.

    Parameters
    ----------
    a, b : array, shapes that broadcast
        Finite floating numbers.

    Returns
    -------
    total : array
        The rounded sum.
    lost : array
        What is missing to the exact sum: a floating number itself.

    Notes
    -----
    Section "Lost digits" of chapter 2; Knuth's TwoSum [1]_.

    References
    ----------
    .. [1] D. E. Knuth, "The Art of Computer Programming", volume 2, section 4.2.2.

    Examples
    --------
    >>> import numpy as np
    >>> total, lost = two_sum(np.array(1e16), np.array(1.0))
    >>> total.item(), lost.item()
    (1e+16, 1.0)
    """
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
        total, error = two_sum(parts[0], parts[1])
        lost = error + (losses[0] + losses[1])
        if parts[2].shape[-1]:  # an odd one out waits for the next round
            total = xp.concat([total, parts[2]], axis=-1)
            lost = xp.concat([lost, losses[2]], axis=-1)
    return total[..., 0], lost[..., 0]


def _halves_and_rest(x: Array, half: int) -> tuple[Array, Array, Array]:
    return x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
