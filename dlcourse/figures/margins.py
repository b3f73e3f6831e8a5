"""A support vector machine, small enough to read, for many data sets at once."""

from __future__ import annotations

import numpy as np

#: Reach of a training point: how fast its influence fades with distance.
REACH = 0.35


def kernel(X: np.ndarray, Z: np.ndarray) -> np.ndarray:
    r"""Compute how alike points are: :math:`e^{-\lVert x - z \rVert^2 / 2 r^2}`.

    Parameters
    ----------
    X : array, shape (..., n, d)
        Points.
    Z : array, shape (..., m, d)
        Other points.

    Returns
    -------
    array, shape (..., n, m)
        Likeness, between 0 and 1.
    """
    gaps = np.sum((X[..., :, None, :] - Z[..., None, :, :]) ** 2, axis=-1)
    return np.exp(-gaps / (2 * REACH**2))


def support_weights(K: np.ndarray, signs: np.ndarray, price: float, sweeps: int = 60) -> np.ndarray:
    r"""Find the weights :math:`0 \le \alpha_i \le C` of the training points, one after the other.

    Each step solves the dual problem of the support vector machine exactly for one
    :math:`\alpha_i`, and clips it to its box.

    Parameters
    ----------
    K : array, shape (runs, n, n)
        Likeness of the training points of each data set.
    signs : array, shape (runs, n)
        Classes, -1 or +1.
    price : float
        What a violation of the margin costs, C.
    sweeps : int, default 60
        Times to go through all points.

    Returns
    -------
    array, shape (runs, n)
        Signed weights :math:`\alpha_i s_i`; most are 0.
    """
    alpha = np.zeros(signs.shape)
    answers = np.zeros(signs.shape)
    for i in np.tile(np.arange(signs.shape[1]), sweeps):
        sign = signs[:, i]
        wanted = alpha[:, i] + (1 - sign * answers[:, i]) / K[:, i, i]
        change = np.clip(wanted, 0, price) - alpha[:, i]
        alpha[:, i] += change
        answers += (change * sign)[:, None] * K[:, i]
    return alpha * signs


def support_votes(X: np.ndarray, y: np.ndarray, points: np.ndarray, price: float) -> np.ndarray:
    """Train a support vector machine on each data set, and let each vote on new points.

    Parameters
    ----------
    X : array, shape (runs, n, d)
        Data sets.
    y : int array, shape (runs, n)
        Classes, 0 or 1.
    points : array, shape (m, d)
        Where to vote.
    price : float
        What a violation of the margin costs, C.

    Returns
    -------
    array, shape (runs, m)
        Votes, 0.0 or 1.0.
    """
    weights = support_weights(kernel(X, X), 2.0 * y - 1, price)
    alike = kernel(X, np.broadcast_to(points, (len(X), *points.shape)))
    return (np.einsum("rn,rnm->rm", weights, alike) > 0).astype(float)
