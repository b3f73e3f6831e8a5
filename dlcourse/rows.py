"""Functions of a row of scores as a whole: softmax, its logarithm and the smooth maximum.

Every entry of the output depends on every score of the row, so a derivative is a matrix; each
function comes with its backward or its gradient instead.  `activations` and `logits` hand them
on under the names that the chapters use.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, as_floating, namespace


def softmax(z: Array) -> Array:
    r"""Turn each row of scores into probabilities: :math:`p_i = e^{z_i} / \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores (logits); the last axis runs over the classes.

    Returns
    -------
    array
        Shape and dtype of `z`; entries in [0, 1], every row sums to 1.

    Raises
    ------
    ValueError
        When `z` is a single number or has no classes.

    Notes
    -----
    Equation `eq-softmax` of chapter 1.  Subtracting the row's largest score changes nothing in
    exact arithmetic and keeps :math:`e^{z}` from overflowing.

    Examples
    --------
    >>> softmax([0.0, 0.0]).tolist()
    [0.5, 0.5]
    """
    z = as_floating(z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(
            f"got an array of shape {tuple(z.shape)}, wanted rows of at least one class: "
            "shape (k,) or (n, k)"
        )
    xp = namespace(z)
    powers = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
    return powers / xp.sum(powers, axis=-1, keepdims=True)


def softmax_backward(d_p: Array, p: Array) -> Array:
    r"""Carry a gradient back through `softmax`.

    .. math:: d_z = p \odot (d_p - \langle d_p, p \rangle).

    Parameters
    ----------
    d_p : array, shape (k,) or (n, k)
        Gradient of the objective with respect to the probabilities.
    p : array, shape of `d_p`
        What `softmax` returned.

    Returns
    -------
    array
        Gradient with respect to the scores, shape and dtype of `p`.

    Notes
    -----
    Equation `eq-softmax-jacobian` of chapter 1:
    :math:`\partial p_i / \partial z_j = p_i ([i = j] - p_j)`.

    Examples
    --------
    >>> import numpy as np
    >>> softmax_backward(np.array([1.0, 0.0]), np.array([0.5, 0.5])).tolist()
    [0.25, -0.25]
    """
    xp = namespace(d_p, p)
    return p * (d_p - xp.sum(d_p * p, axis=-1, keepdims=True))


def logsumexp(z: Array) -> Array:
    r"""Smooth maximum of each row: :math:`\ln \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores; the last axis runs over the classes.

    Returns
    -------
    array, shape () or (n,)
        Between the largest score of the row and that plus :math:`\ln k`; dtype of `z`.

    Raises
    ------
    ValueError
        When `z` has no classes or holds a NaN.

    Notes
    -----
    Equation `eq-logsumexp` of chapter 2.  The largest score is taken out of the sum, so that no
    power exceeds 1.  A row of -inf gives -inf, a row with +inf gives +inf.

    Examples
    --------
    >>> round(logsumexp([0.0, 0.0]).item(), 4)  # log 2
    0.6931
    >>> logsumexp([1e4, 0.0]).item()
    10000.0
    """
    z = as_floating(z, name="z")
    checks.rows("z", z)
    checks.no_nan("z", z)
    xp = namespace(z)
    largest = xp.max(z, axis=-1, keepdims=True)
    shift = xp.where(xp.isfinite(largest), largest, xp.zeros_like(largest))
    total = xp.sum(xp.exp(xp.where(z < math.inf, z, shift) - shift), axis=-1)
    finite = shift[..., 0] + xp.log(xp.where(total > 0, total, xp.ones_like(total)))
    return xp.where(xp.isfinite(largest[..., 0]), finite, largest[..., 0])


def logsumexp_grad(z: Array) -> Array:
    r"""Gradient of `logsumexp`: :math:`\partial / \partial z_j = e^{z_j} / \sum_i e^{z_i}`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores.

    Returns
    -------
    array
        The softmax of each row: shape and dtype of `z`.

    Raises
    ------
    ValueError
        When a row of `z` has no softmax: NaN, +inf, or -inf only.

    Notes
    -----
    Equation `eq-logsumexp-grad` of chapter 2: the smooth maximum's slope is the smooth arg max.

    Examples
    --------
    >>> logsumexp_grad([3.0, 3.0]).tolist()
    [0.5, 0.5]
    """
    return softmax(checks.scores("z", z))


def log_softmax(z: Array) -> Array:
    r"""Logarithm of softmax without its underflow: :math:`z_i - \ln \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array, shape (k,) or (n, k)
        Scores; the last axis runs over the classes.  -inf masks a class.

    Returns
    -------
    array
        Log-probabilities in nats, at most 0; shape and dtype of `z`.

    Raises
    ------
    ValueError
        When a row of `z` has no softmax: NaN, +inf, or -inf only.

    Notes
    -----
    Equation `eq-log-softmax` of chapter 2.  Near 0 (a confident row) the digits of the small
    difference are lost here; `accurate.log_softmax` keeps them.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0]).tolist()
    [0.0, -1000.0]
    """
    z = checks.scores("z", z)
    xp = namespace(z)
    shifted = z - xp.max(z, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def log_softmax_backward(d_out: Array, log_p: Array) -> Array:
    r"""Carry a gradient back through `log_softmax`.

    .. math:: d_z = d_{out} - p \sum_j d_{out, j}, \qquad p = e^{\ln p}.

    Parameters
    ----------
    d_out : array, shape (k,) or (n, k)
        Gradient of the objective with respect to the log-probabilities.
    log_p : array, shape of `d_out`
        What `log_softmax` returned.

    Returns
    -------
    array
        Gradient with respect to the scores, shape and dtype of `log_p`.

    Notes
    -----
    Equation `eq-log-softmax-backward` of chapter 2.

    Examples
    --------
    >>> import numpy as np
    >>> log_softmax_backward(np.array([1.0, 0.0]), np.log([0.5, 0.5])).tolist()
    [0.5, -0.5]
    """
    xp = namespace(d_out, log_p)
    return d_out - xp.exp(log_p) * xp.sum(d_out, axis=-1, keepdims=True)
