"""Judges gradients of random networks by how they shrink or grow from layer to layer.

The weights are random, so no two runs agree.  But the mean logarithm of the ratio of neighboring
interior norms is nearly the same for all of them.  Over `RUNS` networks its mean is normal to good
approximation; its standard deviation is `SPREAD` at most, and other losses or several inputs at
once move it by `DRIFT` at most.  A right answer is turned away when the mean is off by more than
`TOLERANCE`.  What `DRIFT` leaves of that is six standard deviations, so it happens less than once
in a hundred million gradings; a test computes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case, Criterion, Random

DEPTH, WIDTH, RUNS = 12, 100, 6
TOLERANCE, DRIFT = 0.25, 0.05
#: Largest standard deviation of the mean over the runs, of all kinds of networks.
SPREAD = 0.033
_FAR = 3.5 * TOLERANCE
_EDGE = 2


@dataclass(frozen=True)
class Network:
    """A kind of network, and the mean logarithm of its ratios (a layer to the one before it)."""

    activation: str
    scale: float
    rate: float


#: The centers lie between those of five kinds of losses, measured on 2000 networks each; a test
#: measures them again on fewer.
NETWORKS = {
    "sigmoid": Network("sigmoid", 0.1, 1.449),
    "strong-sigmoid": Network("sigmoid", 0.4, 0.475),
    "tanh": Network("tanh", 0.4, -0.41),
    "relu": Network("relu", 0.08, -0.04),
}


def growth(norms: np.ndarray) -> float:
    """Measure how much larger the norm becomes from an interior layer to the next.

    Parameters
    ----------
    norms : array, shape (depth,)
        First layer first.

    Returns
    -------
    float
        Mean logarithm of the ratios, two layers at each end left out.

    Examples
    --------
    >>> round(growth(np.exp(np.arange(6.0))), 3)
    1.0
    """
    inner = np.log(norms[_EDGE : len(norms) - _EDGE])
    return float((inner[-1] - inner[0]) / (len(inner) - 1))


def verify(case: Case, value: Any) -> str:
    """Judge the shape of the norms; their ratios are judged over several networks.

    Parameters
    ----------
    case : Case
        Its first argument is the depth.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when there is a positive number for each layer.

    Examples
    --------
    >>> verify(Case((3, 10)), np.ones(2))
    'an array of shape (2,) came where an array of shape (3,) is wanted: one norm for each layer'
    """
    depth = case.args[0]
    numbers = as_numbers(value)
    if numbers is None or numbers.shape not in ((depth,), (depth, 1)):
        return (
            f"{describe(value)} came where an array of shape ({depth},) is wanted: one norm for "
            "each layer"
        )
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        return "a norm is not a positive number"
    return ""


def fingerprint(case: Case, value: Any) -> str:
    """Reduce the norms to what is wrong with their shape; the rest is seen together.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        What `verify` says.

    Examples
    --------
    >>> fingerprint(Case((2, 10)), [1.0, 2.0])
    ''
    """
    return verify(case, value)


def _judge(network: Network) -> Callable[[list[Case], list[Any]], str]:
    def together(_cases: list[Case], values: list[Any]) -> str:
        runs = [growth(np.asarray(value, dtype=float).ravel()) for value in values]
        off = float(np.mean(runs)) - network.rate
        if abs(off) <= TOLERANCE:
            return ""
        much = "far too" if abs(off) > _FAR else "too"
        side = "small" if off > 0 else "large"
        return f"the norms of the first layers are {much} {side}, compared with those of the last"

    return together


def _runs(network: Network) -> Callable[[np.random.Generator], list[Case]]:
    return lambda rng: [
        Case((DEPTH, WIDTH, network.activation, network.scale, Random(int(seed))))
        for seed in rng.integers(1 << 32, size=RUNS)
    ]


def _generators(rng: np.random.Generator) -> list[Case]:
    first, second = (int(seed) for seed in rng.integers(1 << 32, size=2))
    return [Case((7, 20, "tanh", 0.3, Random(seed))) for seed in (first, first, second)]


def _same_generator(_cases: list[Case], values: list[Any]) -> str:
    one, again, other = (np.asarray(value, dtype=float).ravel() for value in values)
    if not np.array_equal(one, again):
        return "equal generators gave different numbers: something else is random as well"
    return "other generators gave the same numbers" if np.array_equal(one, other) else ""


def _criterion(name: str, points: float, asks: str) -> Criterion:
    network = NETWORKS[name]
    return Criterion(name, points, asks, _runs(network), together=_judge(network))


GRADIENT_NORMS = (
    _criterion("sigmoid", 1.0, "sigmoid layers with small weights"),
    _criterion("strong-sigmoid", 1.0, "sigmoid layers with large weights"),
    _criterion("tanh", 1.0, "tanh layers"),
    _criterion("relu", 1.0, "ReLU layers"),
    Criterion(
        "generator",
        0.5,
        "all that is random comes from rng",
        _generators,
        together=_same_generator,
    ),
)
