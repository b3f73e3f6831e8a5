"""How tasks with random answers are judged: by statistics that a right answer all but never fails.

Every check here fails a right answer with a probability of at most `RATE`, by a bound that holds
for the very numbers of draws that are used, not only in the limit.  A task makes a few such checks
a grading; ``tests/grading/test_chance.py`` counts them and holds each task to one in a million.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.grading.compare import same_numbers
from dlcourse.grading.spec import Case, Criterion, Random

#: How often one check may fail a right answer.
RATE = 1e-8

_UNEQUAL = (
    "the same call was made twice with generators in the same state, and two different results "
    "came: draw from rng, and from nothing else"
)
_EQUAL = "generators in different states gave the same result: draw from rng"


def seeded(rng: np.random.Generator) -> Random:
    """Draw a generator for a student's function.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where its seed comes from.

    Returns
    -------
    Random
        Stands for the generator.
    """
    return Random(int(rng.integers(1 << 62)))


def repeatable(points: float, args: Callable[[np.random.Generator], tuple[Any, ...]]) -> Criterion:
    """Make the criterion that equal generator states give equal results, and others do not.

    That two different generators give the same result by chance has a probability below 1e-12
    for all that is drawn here.

    Parameters
    ----------
    points : float
        What it is worth.
    args : callable
        Draws the arguments that come before ``rng``.

    Returns
    -------
    Criterion
        Two calls with one state, one with another.
    """

    def cases(rng: np.random.Generator) -> list[Case]:
        given, one, other = args(rng), seeded(rng), seeded(rng)
        return [Case((*given, state)) for state in (one, one, other)]

    asks = "equal generator states give equal results, other states other results"
    return Criterion("repeat", points, asks, cases, together=_repeats)


def _repeats(_cases: list[Case], values: list[Any]) -> str:
    first, again, other = values
    if not same_numbers(first, again, "float64"):
        return _UNEQUAL
    return _EQUAL if same_numbers(first, other, "float64") else ""


def distance(values: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """Measure the largest distance between the shares of a sample and a distribution.

    Parameters
    ----------
    values : array
        The sample.
    cdf : callable
        Distribution function, elementwise.

    Returns
    -------
    float
        Kolmogorov's statistic.

    Examples
    --------
    >>> distance(np.array([0.5]), lambda x: x)
    0.5
    """
    x = np.sort(values, axis=None)
    wanted, steps = cdf(x), np.arange(x.size + 1) / x.size
    return float(max(np.max(steps[1:] - wanted), np.max(wanted - steps[:-1])))


def distance_limit(count: int, rate: float = RATE) -> float:
    r"""Give the distance that a right sample exceeds with a probability of at most `rate`.

    The inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant:
    :math:`P(D > t) \le 2 e^{-2 n t^2}` for every n.

    Parameters
    ----------
    count : int
        Size of the sample.
    rate : float
        The probability.

    Returns
    -------
    float
        The limit.

    Examples
    --------
    >>> round(distance_limit(20_000), 4)
    0.0219
    """
    return math.sqrt(math.log(2 / rate) / (2 * count))


@functools.lru_cache(maxsize=64)
def binomial_limits(count: int, share: float, rate: float = RATE) -> tuple[int, int]:
    """Give the range that a binomial number leaves with a probability of at most `rate`.

    Parameters
    ----------
    count : int
        Number of independent trials.
    share : float
        Probability of each, above 0 and below 1.
    rate : float
        The probability, half for each side.

    Returns
    -------
    tuple of int
        The lowest and the highest number that are still allowed.

    Examples
    --------
    >>> binomial_limits(10, 0.5, 0.1)  # 0 and 1 together have a probability of 0.011
    (2, 8)
    """
    mass = np.exp(_log_binomial(count, share))
    below, above = np.cumsum(mass), np.cumsum(mass[::-1])
    low = int(np.searchsorted(below, rate / 2, side="right"))
    return low, count - int(np.searchsorted(above, rate / 2, side="right"))


def equal_limits(count: int, kinds: int, rate: float = RATE) -> tuple[int, int]:
    """Give the range that one of several equally likely kinds leaves at most at a given rate.

    Parameters
    ----------
    count : int
        Number of independent draws.
    kinds : int
        How many kinds there are; each draw is one of them.
    rate : float
        The probability that the number of any kind is outside, for all kinds together.

    Returns
    -------
    tuple of int
        The lowest and the highest number that are still allowed.

    Examples
    --------
    >>> equal_limits(10, 2, 0.2) == binomial_limits(10, 0.5, 0.1)
    True
    """
    return binomial_limits(count, 1 / kinds, rate / kinds)


def binomial_mass(count: int, share: float) -> float:
    """Compute how often a binomial number is exactly its expectation, rounded.

    Parameters
    ----------
    count : int
        Number of independent trials.
    share : float
        Probability of each, above 0 and below 1.

    Returns
    -------
    float
        The probability.

    Examples
    --------
    >>> round(binomial_mass(4, 0.5), 3)  # 6 of 16
    0.375
    """
    return float(np.exp(_log_binomial(count, share)[round(count * share)]))


def _log_binomial(count: int, share: float) -> np.ndarray:
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    k = np.arange(count + 1)
    ways = factorials[count] - factorials - factorials[::-1]
    return ways + k * math.log(share) + (count - k) * math.log1p(-share)


@functools.lru_cache(maxsize=64)
def neighbors_limit(sizes: tuple[int, ...], rate: float = RATE) -> int:
    r"""Give the most rows that may lie in one batch with the row that followed them.

    For rows dealt at random into batches of given sizes, let N count the rows i whose successor
    i + 1 is in the same batch.  :math:`P(N \ge k) \le \operatorname{E} \binom{N}{k}`, and the
    expectation is a sum over the ways to glue k pairs of neighbors together.

    Parameters
    ----------
    sizes : tuple of int
        Rows in each batch.
    rate : float
        The probability with which a right deal has more.

    Returns
    -------
    int
        The largest number that is still allowed.

    Examples
    --------
    >>> neighbors_limit((2, 2), 0.5)  # both pairs together: one deal in three
    1
    """
    expected = glued(sizes)
    return min(k for k in range(1, len(expected)) if expected[k] <= rate) - 1


def glued(sizes: Sequence[int]) -> list[float]:
    r"""Compute :math:`\operatorname{E} \binom{N}{k}` for N as in `neighbors_limit`.

    Parameters
    ----------
    sizes : sequence of int
        Rows in each batch.

    Returns
    -------
    list of float
        For k from 0 to the number of rows; 0 where the rows do not suffice.

    Examples
    --------
    >>> [round(share, 3) for share in glued((2, 2))]  # N is 0, 1, 2 in 2, 2, 2 of 6 deals
    [1.0, 1.0, 0.333, 0.0, 0.0]
    """
    total, pieces = sum(sizes), np.array([1.0])
    for size in sizes:
        # the rows of a batch as r glued pieces: C(size - 1, r - 1) ways, r! of them alike
        ways = [0.0] + [math.comb(size - 1, r - 1) / math.factorial(r) for r in range(1, size + 1)]
        pieces = np.convolve(pieces, ways)
    deals = math.factorial(total) / math.prod(math.factorial(size) for size in sizes)
    counts = [float(pieces[r]) * math.factorial(r) / deals for r in range(total + 1)]
    return counts[::-1]
