"""Losses straight from the scores, and the logarithms that keep them finite.

A probability that has rounded to 0 or 1 has lost its logarithm.  These functions never form it:
they work on the scores (logits), where nothing overflows and nothing is lost.  `logsumexp` and
`log_softmax`, with their gradients, are handed on from `rows`.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.activations import sigmoid
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.labels import is_label
from dlcourse.rows import log_softmax as log_softmax
from dlcourse.rows import log_softmax_backward as log_softmax_backward
from dlcourse.rows import logsumexp as logsumexp
from dlcourse.rows import logsumexp_grad as logsumexp_grad
from dlcourse.rows import softmax


def softplus(z: Array) -> Array:
    r"""Smooth ReLU: :math:`\ln(1 + e^z)`; the loss of a score whose label says the opposite.

    Parameters
    ----------
    z : array, any shape
        Scores.

    Returns
    -------
    array
        Values in [0, inf), shape and dtype of `z`.

    Notes
    -----
    Equation `eq-softplus` of chapter 2.  Computed as the smooth maximum of 0 and `z`; torch
    returns `z` itself above 20, which in float64 is wrong in the ninth digit.

    Examples
    --------
    >>> round(softplus(0.0).item(), 4)  # log 2
    0.6931
    >>> softplus([-1e4, 1e4]).tolist()
    [0.0, 10000.0]
    """
    z = as_floating(z, name="z")
    xp = namespace(z)
    numbers = xp.where(xp.isnan(z), xp.zeros_like(z), z)  # NumPy's logaddexp warns of a NaN
    return xp.where(xp.isnan(z), z, xp.logaddexp(numbers, xp.zeros_like(z)))


def softplus_grad(z: Array) -> Array:
    r"""Slope of softplus: the sigmoid, :math:`1 / (1 + e^{-z})`.

    Parameters
    ----------
    z : array, any shape
        Scores.

    Returns
    -------
    array
        Values in [0, 1], shape and dtype of `z`.

    Notes
    -----
    Equation `eq-softplus-grad` of chapter 2.

    Examples
    --------
    >>> softplus_grad(0.0).item()
    0.5
    """
    return sigmoid(z)


def bce_from_logits(z: Array, y: Array) -> Array:
    r"""Log loss of scores: mean of :math:`y \ln(1 + e^{-z}) + (1 - y) \ln(1 + e^z)`.

    Parameters
    ----------
    z : array, any shape
        Scores: the positive class has the probability :math:`\sigma(z)`.
    y : array, shape of `z`
        Targets in [0, 1], usually 0 or 1.

    Returns
    -------
    array, shape ()
        Mean loss in nats, finite for every finite score.

    Raises
    ------
    ValueError
        When the shapes differ, `z` holds a NaN or `y` lies outside [0, 1].

    Notes
    -----
    Equation `eq-bce-logits` of chapter 2; torch's ``binary_cross_entropy_with_logits``.  Both
    terms are non-negative, so no digits cancel.

    Examples
    --------
    >>> bce_from_logits([-1e4, 1e4], [0.0, 1.0]).item()
    0.0
    >>> bce_from_logits([-1e4], [1.0]).item()
    10000.0
    """
    z, y = _scored(z, y)
    return namespace(z).mean(y * softplus(-z) + (1 - y) * softplus(z))


def bce_from_logits_grad(z: Array, y: Array) -> Array:
    r"""Gradient of `bce_from_logits`: :math:`(\sigma(z_i) - y_i) / N`.

    Parameters
    ----------
    z : array, any shape
        Scores.
    y : array, shape of `z`
        Targets in [0, 1], usually 0 or 1.

    Returns
    -------
    array
        Shape and dtype of `z`.

    Raises
    ------
    ValueError
        When the shapes differ, `z` holds a NaN or `y` lies outside [0, 1].

    Notes
    -----
    Equation `eq-bce-logits-grad` of chapter 2.  Written as
    :math:`(1 - y)\,\sigma(z) - y\,\sigma(-z)`: for labels 0 and 1 nothing is subtracted, and a
    confident, correct score keeps its small gradient.

    Examples
    --------
    >>> bce_from_logits_grad([0.0, 0.0], [1.0, 0.0]).tolist()
    [-0.25, 0.25]
    """
    z, y = _scored(z, y)
    return ((1 - y) * sigmoid(z) - y * sigmoid(-z)) / math.prod(z.shape)


def sparse_cross_entropy(logits: Array, labels: Array) -> Array:
    r"""Mean surprise at the right classes: :math:`-\frac1n \sum_i \ln p_{i, y_i}`.

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
    Equation `eq-sparse-cross-entropy` of chapter 2; torch calls it ``cross_entropy``.
    `accurate.sparse_cross_entropy` keeps the digits of a confident, correct prediction.

    Examples
    --------
    >>> round(sparse_cross_entropy([[0.0, 0.0]], [1]).item(), 4)  # log 2
    0.6931
    """
    logits, own = labeled(logits, labels)
    xp = namespace(logits)
    log_p = log_softmax(logits)
    return 0 - xp.sum(xp.where(own, log_p, xp.zeros_like(log_p))) / logits.shape[0]


def softmax_cross_entropy_grad(logits: Array, labels: Array) -> Array:
    r"""Gradient of `sparse_cross_entropy`: :math:`(p_{ij} - [y_i = j]) / n`.

    Parameters
    ----------
    logits : array, shape (n, k)
        Scores, one row for each example.
    labels : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.

    Returns
    -------
    array, shape (n, k)
        Every row sums to 0; dtype of `logits`.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When a label is not one of the classes, or a row has no softmax.

    Notes
    -----
    Equation `eq-softmax-cross-entropy-grad` of chapter 2: what was predicted minus what came.

    Examples
    --------
    >>> softmax_cross_entropy_grad([[0.0, 0.0]], [1]).tolist()
    [[0.5, -0.5]]
    """
    logits, own = labeled(logits, labels)
    xp = namespace(logits)
    return (softmax(logits) - xp.astype(own, logits.dtype)) / logits.shape[0]


def labeled(logits: Array, labels: Array) -> tuple[Array, Array]:
    """Check scores and their labels, and mark the score of each right class.

    Parameters
    ----------
    logits : array, shape (n, k)
        Scores, one row for each example.
    labels : int array, shape (n,)
        Class of each example.

    Returns
    -------
    logits : array, shape (n, k)
        Floating scores.
    own : bool array, shape (n, k)
        True at the right class of each row.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When a label is not one of the classes, or a row has no softmax.

    Notes
    -----
    The conventions of chapter 2.

    Examples
    --------
    >>> labeled([[5.0, 6.0]], [1])[1].tolist()
    [[False, True]]
    """
    logits = checks.scores("logits", logits)
    if logits.ndim != 2:
        raise ValueError(f"logits: got the shape {tuple(logits.shape)}, wanted rows: (n, k)")
    n, k = logits.shape
    return logits, is_label(checks.labels("labels", labels, k, n, like=logits), k)


def _scored(z: Array, y: Array) -> tuple[Array, Array]:
    z, y = checks.matching(("z", "y"), z, y)
    checks.probabilities("y", y)
    return z, y
