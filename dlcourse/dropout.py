"""Dropout: train on random halves of the network, predict with the whole.

Two conventions that agree on average.  Inverted dropout (torch's) scales what it keeps while
training and does nothing at test time.  Plain dropout, as it was first published, keeps as it is
and scales at test time.
"""

from __future__ import annotations

import numpy as np

from dlcourse import checks
from dlcourse.backend import Array, as_floating, moved, namespace


def dropout_train(x: Array, p_drop: float, rng: np.random.Generator) -> tuple[Array, Array]:
    r"""Drop each unit with probability `p_drop`, scale the kept ones: :math:`x m / (1 - p)`.

    Parameters
    ----------
    x : array, any shape
        Activations.
    p_drop : float
        Probability of dropping a unit, 0 <= p_drop < 1.
    rng : numpy.random.Generator
        Where the mask comes from, whatever library `x` belongs to.

    Returns
    -------
    out : array
        Shape and dtype of `x`; its expectation is `x`.
    mask : bool array, shape of `x`
        True where the unit is kept.

    Raises
    ------
    ValueError
        When `p_drop` is outside [0, 1).

    Notes
    -----
    Equation `eq-inverted-dropout` of chapter 5.  :math:`\operatorname{E}[x m / (1 - p)] = x`, so
    the network is used as it is afterwards; there is no function for test time.

    Examples
    --------
    >>> out, mask = dropout_train([1.0, 2.0, 3.0, 4.0], 0.5, np.random.default_rng(0))
    >>> mask.tolist(), out.tolist()
    ([True, False, False, False], [2.0, 0.0, 0.0, 0.0])
    """
    x = as_floating(x, name="x")
    checks.within("p_drop", p_drop, 0, 1, open_high=True)
    mask = moved(rng.random(tuple(x.shape)) >= p_drop, like=x)
    return dropout_backward(x, mask, p_drop), mask


def dropout_backward(d_out: Array, mask: Array, p_drop: float) -> Array:
    r"""Carry a gradient back through `dropout_train`: the same mask, the same scale.

    Parameters
    ----------
    d_out : array, any shape
        Gradient of the objective with respect to the output.
    mask : array, shape of `d_out`
        What `dropout_train` returned.
    p_drop : float
        Probability that was used, 0 <= p_drop < 1.

    Returns
    -------
    array
        Gradient with respect to the input, shape and dtype of `d_out`.

    Raises
    ------
    ValueError
        When `p_drop` is outside [0, 1).

    Notes
    -----
    Equation `eq-inverted-dropout` of chapter 5: linear in `x`, so forward and backward are the
    same multiplication.

    Examples
    --------
    >>> dropout_backward([1.0, 1.0], np.array([True, False]), 0.75).tolist()
    [4.0, 0.0]
    """
    checks.within("p_drop", p_drop, 0, 1, open_high=True)
    return _kept(as_floating(d_out, name="d_out"), mask) / (1 - p_drop)


def plain_dropout_train(x: Array, p_keep: float, rng: np.random.Generator) -> tuple[Array, Array]:
    r"""Keep each unit with probability `p_keep`, as it is: :math:`x m`.

    Parameters
    ----------
    x : array, any shape
        Activations.
    p_keep : float
        Probability of keeping a unit, in [0, 1].
    rng : numpy.random.Generator
        Where the mask comes from, whatever library `x` belongs to.

    Returns
    -------
    out : array
        Shape and dtype of `x`; its expectation is `p_keep` times `x`.
    mask : bool array, shape of `x`
        True where the unit is kept.

    Raises
    ------
    ValueError
        When `p_keep` is outside [0, 1].

    Notes
    -----
    Equation `eq-plain-dropout` of chapter 5; Srivastava and others (2014) [1]_.

    References
    ----------
    .. [1] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout:
       a simple way to prevent neural networks from overfitting", JMLR 15, 2014.

    Examples
    --------
    >>> out, mask = plain_dropout_train([1.0, 2.0, 3.0, 4.0], 0.5, np.random.default_rng(3))
    >>> mask.tolist(), out.tolist()
    ([True, True, False, False], [1.0, 2.0, 0.0, 0.0])
    """
    x = as_floating(x, name="x")
    checks.within("p_keep", p_keep, 0, 1)
    mask = moved(rng.random(tuple(x.shape)) < p_keep, like=x)
    return _kept(x, mask), mask


def plain_dropout_backward(d_out: Array, mask: Array) -> Array:
    r"""Carry a gradient back through `plain_dropout_train`: :math:`d_{out} m`.

    Parameters
    ----------
    d_out : array, any shape
        Gradient of the objective with respect to the output.
    mask : array, shape of `d_out`
        What `plain_dropout_train` returned.

    Returns
    -------
    array
        Gradient with respect to the input, shape and dtype of `d_out`.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    Equation `eq-plain-dropout` of chapter 5.

    Examples
    --------
    >>> plain_dropout_backward([3.0, 3.0], np.array([True, False])).tolist()
    [3.0, 0.0]
    """
    return _kept(as_floating(d_out, name="d_out"), mask)


def plain_dropout_test(x: Array, p_keep: float) -> Array:
    r"""Use every unit at the strength it had on average: :math:`p_{keep}\, x`.

    Parameters
    ----------
    x : array, any shape
        Activations.
    p_keep : float
        Probability of keeping a unit in training, in [0, 1].

    Returns
    -------
    array
        Shape and dtype of `x`.

    Raises
    ------
    ValueError
        When `p_keep` is outside [0, 1].

    Notes
    -----
    Equation `eq-plain-dropout-test` of chapter 5.

    Examples
    --------
    >>> plain_dropout_test([4.0, 8.0], 0.25).tolist()
    [1.0, 2.0]
    """
    return as_floating(x, name="x") * checks.within("p_keep", p_keep, 0, 1)


def _kept(x: Array, mask: Array) -> Array:
    xp = namespace(x, mask)
    if tuple(mask.shape) != tuple(x.shape):
        raise ValueError(
            f"mask: got the shape {tuple(mask.shape)}, wanted {tuple(x.shape)}, one for each unit"
        )
    return xp.where(xp.astype(mask, xp.bool), x, xp.zeros_like(x))
