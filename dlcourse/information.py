"""Surprise, entropy and their relatives: how much a distribution has yet to tell.

All take a base: 2 counts in bits, e in nats, 10 in bans.  Everywhere 0 log 0 = 0, the limit.
"""

from __future__ import annotations

import math

from dlcourse import checks
from dlcourse.backend import Array, as_floating, as_integers, distinct, namespace, quiet_log


def surprise(p: Array, base: float = 2.0) -> Array:
    r"""How much news an event of probability p is: :math:`-\log_b p`.

    Parameters
    ----------
    p : array, any shape
        Probabilities in [0, 1].
    base : float, default 2.0
        Base of the logarithm, greater than 1; 2 for bits.

    Returns
    -------
    array
        At least 0, ``inf`` where `p` is 0; shape and dtype of `p`.

    Raises
    ------
    ValueError
        When a value lies outside [0, 1] or the base is not greater than 1.

    Notes
    -----
    Equation `eq-surprise` of chapter 2; Shannon (1948) [1]_.

    References
    ----------
    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical
       Journal 27, 1948.

    Examples
    --------
    >>> surprise([1.0, 0.5, 0.125]).tolist()
    [0.0, 1.0, 3.0]
    """
    p = as_floating(p, name="p")
    checks.probabilities("p", p)
    return (0 - quiet_log(p)) / logarithm_of_base(base)  # 0 - x: certainty is 0.0, not -0.0


def entropy(p: Array, base: float = 2.0) -> Array:
    r"""Mean surprise of a distribution: :math:`H(p) = -\sum_i p_i \log_b p_i`.

    Parameters
    ----------
    p : array, shape (k,) or (n, k)
        Distributions over the last axis.
    base : float, default 2.0
        Base of the logarithm, greater than 1; 2 for bits.

    Returns
    -------
    array, shape () or (n,)
        Between 0 and :math:`\log_b k`.

    Raises
    ------
    ValueError
        When a row is not a distribution or the base is not greater than 1.

    Notes
    -----
    Equation `eq-entropy` of chapter 2; Shannon (1948) [1]_.

    References
    ----------
    .. [1] C. E. Shannon, "A mathematical theory of communication", Bell System Technical
       Journal 27, 1948.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25]).item()
    1.5
    """
    return cross_entropy_dist(p, p, base)


def cross_entropy_dist(p: Array, q: Array, base: float = 2.0) -> Array:
    r"""Mean surprise of who expects q and lives in p: :math:`H(p, q) = -\sum_i p_i \log_b q_i`.

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
        At least `entropy` of p; ``inf`` where something happens that was held impossible.

    Raises
    ------
    ValueError
        When the shapes differ, a row is not a distribution or the base is not greater than 1.

    Notes
    -----
    Equation `eq-cross-entropy-dist` of chapter 2: :math:`H(p, q) = H(p) + D(p \| q)`.  Beside
    `losses.cross_entropy` the order of the arguments is the other way round, truth first, as
    it is written.

    Examples
    --------
    >>> cross_entropy_dist([0.5, 0.5], [0.25, 0.75]).item() > entropy([0.5, 0.5]).item()
    True
    >>> cross_entropy_dist([1.0, 0.0], [0.25, 0.75]).item()
    2.0
    """
    p, q = _two_distributions(p, q)
    xp = namespace(p)
    log_q = quiet_log(xp.where(p > 0, q, xp.ones_like(q)))
    return (0 - xp.sum(p * log_q, axis=-1)) / logarithm_of_base(base)


def kl_divergence(p: Array, q: Array, base: float = 2.0) -> Array:
    r"""Extra surprise of who expects q: :math:`D(p \| q) = \sum_i p_i \log_b (p_i / q_i)`.

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
        0 for equal distributions, ``inf`` where ``q == 0 < p``; not symmetric.

    Raises
    ------
    ValueError
        When the shapes differ, a row is not a distribution or the base is not greater than 1.

    Notes
    -----
    Equation `eq-kl` of chapter 2; Kullback and Leibler (1951) [1]_.  For nearly equal
    distributions the terms cancel; `accurate.kl_divergence` keeps the digits.

    References
    ----------
    .. [1] S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of
       Mathematical Statistics 22, 1951.

    Examples
    --------
    >>> kl_divergence([1.0, 0.0], [0.25, 0.75]).item()
    2.0
    >>> kl_divergence([0.25, 0.75], [1.0, 0.0]).item()
    inf
    """
    p, q = _two_distributions(p, q)
    xp = namespace(p)
    happens = p > 0
    log_p = quiet_log(xp.where(happens, p, xp.ones_like(p)))
    log_q = quiet_log(xp.where(happens, q, xp.ones_like(q)))
    return xp.sum(p * (log_p - log_q), axis=-1) / logarithm_of_base(base)


def information_gain(labels: Array, split: Array) -> Array:
    r"""Count the bits about the label that the answer to a question gives.

    .. math:: H(y) - \sum_{s \in \{yes, no\}} \frac{n_s}{n} H(y \mid s).

    Parameters
    ----------
    labels : int array, shape (n,)
        Classes, any non-negative numbers.
    split : bool array, shape (n,)
        The answer for each example.

    Returns
    -------
    array, shape ()
        Between 0 and 1 bit, float64; 0 when one side is empty.

    Raises
    ------
    TypeError
        When the labels are not integers or the answers are not true and false.
    ValueError
        When the shapes differ, there is no example, or a label is negative.

    Notes
    -----
    Equation `eq-information-gain` of chapter 2: what a decision tree maximizes, Quinlan
    (1986) [1]_.

    References
    ----------
    .. [1] J. R. Quinlan, "Induction of decision trees", Machine Learning 1, 1986.

    Examples
    --------
    >>> information_gain([0, 0, 1, 1], [True, True, False, False]).item()
    1.0
    """
    labels, split = _asked(labels, split)
    xp = namespace(labels)
    classes = distinct(labels)
    own = xp.astype(labels[:, None] == classes[None, :], xp.float64)
    side = xp.astype(xp.stack([split, ~split]), xp.float64)
    counts = xp.matmul(side, own)  # (2, k): how often each class is on each side
    sizes = xp.sum(counts, axis=-1)
    total = xp.sum(counts, axis=0) / labels.shape[0]
    inside = counts / xp.where(sizes > 0, sizes, xp.ones_like(sizes))[:, None]
    left = xp.sum(sizes * _entropy_bits(inside)) / labels.shape[0]
    gain = _entropy_bits(total) - left
    return xp.where(gain > 0, gain, xp.zeros_like(gain))  # rounding may give -1e-16


def _entropy_bits(p: Array) -> Array:
    """Entropy that takes an empty side (zeros only) for nothing left to tell."""
    xp = namespace(p)
    return 0 - xp.sum(p * xp.log2(xp.where(p > 0, p, xp.ones_like(p))), axis=-1)


def _asked(labels: Array, split: Array) -> tuple[Array, Array]:
    labels = as_integers(labels, name="labels")
    xp = namespace(labels)
    split = xp.asarray(split, device=labels.device)
    if not xp.isdtype(split.dtype, "bool"):
        raise TypeError(f"split: got values of dtype {split.dtype}, wanted True and False")
    if labels.ndim != 1 or labels.shape != split.shape or labels.shape[0] == 0:
        raise ValueError(
            f"got labels of shape {tuple(labels.shape)} and split of shape {tuple(split.shape)}; "
            "wanted both (n,) with n at least 1"
        )
    if bool(xp.any(labels < 0)):
        raise ValueError(f"labels: got {int(xp.min(labels))}, wanted classes of at least 0")
    return labels, split


def _two_distributions(p: Array, q: Array) -> tuple[Array, Array]:
    p, q = checks.matching(("p", "q"), p, q)
    checks.distributions("p", p)
    checks.distributions("q", q)
    return p, q


def logarithm_of_base(base: float) -> float:
    r"""Convert: how many nats one unit of information is, :math:`\ln b`.

    Parameters
    ----------
    base : float
        Base of the logarithm: 2 for bits, e for nats, 10 for bans.

    Returns
    -------
    float
        What nats are divided by.

    Raises
    ------
    ValueError
        When the base is not greater than 1.

    Notes
    -----
    Section "Bits, nats, bans" of chapter 2.

    Examples
    --------
    >>> round(logarithm_of_base(2.0), 4)
    0.6931
    """
    if not 1 < base < math.inf:
        raise ValueError(f"base: got {base}, wanted a number greater than 1 (2 for bits)")
    return math.log(base)
