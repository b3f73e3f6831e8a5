"""Losses of predictions: how wrong a number or a probability is, and which way is downhill.

Each loss is the mean over the examples, in nats where it is a logarithm, and stands beside its
gradient.  Losses that start from the scores instead of probabilities are in `logits`; `one_hot`
is handed on from `labels`.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, namespace, quiet_log
from dlcourse.labels import is_label as is_label
from dlcourse.labels import one_hot as one_hot


def mse(y_pred: Array, y: Array) -> Array:
    r"""Mean squared error: :math:`\frac1N \sum_i (\hat y_i - y_i)^2`.

    Parameters
    ----------
    y_pred : array, any shape
        Predictions.
    y : array, shape of `y_pred`
        What was measured.

    Returns
    -------
    array, shape ()
        The mean over every element, in the squared unit of `y`.

    Raises
    ------
    ValueError
        When the shapes differ: (n,) against (n, 1) would silently compare every pair.

    Notes
    -----
    Equation `eq-mse` of chapter 2.  The same as ``torch.nn.functional.mse_loss``.

    Examples
    --------
    >>> mse([1.0, 5.0], [1.0, 3.0]).item()
    2.0
    """
    y_pred, y = checks.matching(("y_pred", "y"), y_pred, y)
    return namespace(y_pred).mean((y_pred - y) ** 2)


def mse_grad(y_pred: Array, y: Array) -> Array:
    r"""Gradient of `mse` with respect to the predictions: :math:`2 (\hat y_i - y_i) / N`.

    Parameters
    ----------
    y_pred : array, any shape
        Predictions.
    y : array, shape of `y_pred`
        What was measured.

    Returns
    -------
    array
        Shape and dtype of `y_pred`.

    Raises
    ------
    ValueError
        When the shapes differ.

    Notes
    -----
    Equation `eq-mse-grad` of chapter 2.

    Examples
    --------
    >>> mse_grad([1.0, 5.0], [1.0, 3.0]).tolist()
    [0.0, 2.0]
    """
    y_pred, y = checks.matching(("y_pred", "y"), y_pred, y)
    return 2 * (y_pred - y) / math.prod(y_pred.shape)


def binary_cross_entropy(p: Array, y: Array) -> Array:
    r"""Log loss: :math:`-\frac1N \sum_i [y_i \ln p_i + (1 - y_i) \ln(1 - p_i)]`.

    Parameters
    ----------
    p : array, any shape
        Predicted probability of the positive class, in [0, 1].
    y : array, shape of `p`
        Targets in [0, 1], usually 0 or 1.

    Returns
    -------
    array, shape ()
        Mean loss in nats; ``inf`` when a prediction of exactly 0 or 1 is wrong.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside [0, 1].

    Notes
    -----
    Equation `eq-bce` of chapter 2, with :math:`0 \ln 0 = 0`.  torch cuts the logarithm off at
    -100; here it is what it is.  :math:`\ln(1 - p)` is ``log1p(-p)``, which keeps a small `p`.

    Examples
    --------
    >>> round(binary_cross_entropy([0.5, 1.0], [1.0, 1.0]).item(), 4)  # (log 2 + 0) / 2
    0.3466
    """
    p, y = _predicted(p, y)
    xp = namespace(p)
    zero = xp.zeros_like(p)
    # The inner `where` keeps log(0) from being computed where its weight is 0.
    positive = y * quiet_log(xp.where(y > 0, p, xp.ones_like(p)))
    negative = (1 - y) * _log1p_of_minus(xp.where(y < 1, p, zero))
    return 0 - xp.mean(positive + negative)  # 0 - x: no loss is 0.0, not -0.0


def binary_cross_entropy_grad(p: Array, y: Array) -> Array:
    r"""Gradient of `binary_cross_entropy`: :math:`(-y_i / p_i + (1 - y_i) / (1 - p_i)) / N`.

    Parameters
    ----------
    p : array, any shape
        Predicted probability of the positive class, in [0, 1].
    y : array, shape of `p`
        Targets in [0, 1], usually 0 or 1.

    Returns
    -------
    array
        Shape and dtype of `p`; infinite where the loss is.

    Raises
    ------
    ValueError
        When the shapes differ or a value lies outside [0, 1].

    Notes
    -----
    Equation `eq-bce-grad` of chapter 2.

    Examples
    --------
    >>> binary_cross_entropy_grad([0.5, 0.0], [1.0, 0.0]).tolist()
    [-1.0, 0.5]
    """
    p, y = _predicted(p, y)
    xp = namespace(p)
    positive = _ratio(y, xp.where(y > 0, p, xp.ones_like(p)))
    negative = _ratio(1 - y, xp.where(y < 1, 1 - p, xp.ones_like(p)))
    return (negative - positive) / math.prod(p.shape)


def cross_entropy(p: Array, t: Array) -> Array:
    r"""Cross-entropy of targets and predictions: :math:`-\frac1n \sum_i \sum_j t_{ij} \ln p_{ij}`.

    Parameters
    ----------
    p : array, shape (n, k) or (k,)
        Predicted distribution of each example.
    t : array, shape of `p`
        Target distribution of each example; one-hot rows for plain labels.

    Returns
    -------
    array, shape ()
        Mean over the examples, in nats; ``inf`` when a class that is possible got 0.

    Raises
    ------
    ValueError
        When the shapes differ or a row is not a distribution.

    Notes
    -----
    Equation `eq-cross-entropy` of chapter 2, with :math:`0 \ln 0 = 0`.  torch's function of
    this name takes scores; that one is `logits.sparse_cross_entropy`.

    Examples
    --------
    >>> round(cross_entropy([[0.5, 0.5]], [[1.0, 0.0]]).item(), 4)  # log 2
    0.6931
    """
    p, t = _two_distributions(p, t)
    xp = namespace(p)
    log_p = quiet_log(xp.where(t > 0, p, xp.ones_like(p)))
    return 0 - xp.sum(t * log_p) / _examples(p)  # 0 - x: no loss is 0.0, not -0.0


def cross_entropy_grad(p: Array, t: Array) -> Array:
    r"""Gradient of `cross_entropy` with respect to the predictions: :math:`-t_{ij} / (n p_{ij})`.

    Parameters
    ----------
    p : array, shape (n, k) or (k,)
        Predicted distribution of each example.
    t : array, shape of `p`
        Target distribution of each example.

    Returns
    -------
    array
        Shape and dtype of `p`; 0 where the target is 0, ``-inf`` where the loss is infinite.

    Raises
    ------
    ValueError
        When the shapes differ or a row is not a distribution.

    Notes
    -----
    Equation `eq-cross-entropy-grad` of chapter 2.  Each entry is taken as free: the gradient
    does not know that a row must keep its sum.

    Examples
    --------
    >>> cross_entropy_grad([[0.5, 0.5]], [[1.0, 0.0]]).tolist()
    [[-2.0, 0.0]]
    """
    p, t = _two_distributions(p, t)
    xp = namespace(p)
    slope = _ratio(t, xp.where(t > 0, p, xp.ones_like(p))) / _examples(p)
    return xp.where(t > 0, -slope, xp.zeros_like(p))


def _predicted(p: Array, y: Array) -> tuple[Array, Array]:
    p, y = checks.matching(("p", "y"), p, y)
    checks.probabilities("p", p)
    checks.probabilities("y", y)
    return p, y


def _two_distributions(p: Array, t: Array) -> tuple[Array, Array]:
    p, t = checks.matching(("p", "t"), p, t)
    checks.distributions("p", p)
    checks.distributions("t", t)
    return p, t


def _examples(rows: Array) -> int:
    return rows.shape[0] if rows.ndim == 2 else 1


def _log1p_of_minus(p: Array) -> Array:
    """``log(1 - p)``, -inf at 1 without a warning."""
    xp = namespace(p)
    safe = xp.log1p(-xp.where(p < 1, p, xp.zeros_like(p)))
    return xp.where(p < 1, safe, xp.full_like(p, -math.inf))


def _ratio(above: Array, below: Array) -> Array:
    """Quotient of non-negative arrays that is inf over 0 without a warning."""
    xp = namespace(above)
    safe = above / xp.where(below > 0, below, xp.ones_like(below))
    return xp.where(below > 0, safe, xp.full_like(above, math.inf))
