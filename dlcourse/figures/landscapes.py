"""Four small landscapes to run down: the same in the figures and in the reader's own race."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from dlcourse import optimizers
from dlcourse.stepping import Optimizer

#: What a landscape gives at a point: its height and its slope.
Heights = Callable[[np.ndarray], tuple[Any, np.ndarray]]


class Landscape(NamedTuple):
    """A function of the plane, and where the race starts.

    Attributes
    ----------
    title : str
        What to call it.
    heights : callable
        ``heights(w) -> (value, gradient)`` for a point of shape (2,).
    start : tuple of float
        Where every racer begins.
    window : tuple of float
        Part to show: left, right, bottom, top.
    goals : tuple of tuple
        Its lowest points.
    rates : dict
        A learning rate for each racer.
    """

    title: str
    heights: Heights
    start: tuple[float, float]
    window: tuple[float, float, float, float]
    goals: tuple[tuple[float, float], ...]
    rates: dict[str, float]


def bowl(w: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure a long bowl, twenty times as steep one way as the other.

    Parameters
    ----------
    w : array, shape (2,)
        Point.

    Returns
    -------
    value : float
        Height.
    gradient : array, shape (2,)
        Slope.
    """
    x, y = w
    return (x**2 + 20 * y**2) / 2, np.array([x, 20 * y])


def valley(w: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure a curved valley: a tenth of Rosenbrock's function, with 10 in the place of 100.

    Parameters
    ----------
    w : array, shape (2,)
        Point.

    Returns
    -------
    value : float
        Height.
    gradient : array, shape (2,)
        Slope.
    """
    x, y = w
    gap = y - x**2
    slope = np.array([-0.2 * (1 - x) - 4 * x * gap, 2 * gap])
    return 0.1 * (1 - x) ** 2 + gap**2, slope


def saddle(w: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure a saddle at the origin between two hollows.

    Parameters
    ----------
    w : array, shape (2,)
        Point.

    Returns
    -------
    value : float
        Height.
    gradient : array, shape (2,)
        Slope.
    """
    x, y = w
    return x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25, np.array([x, y**3 - y])


def bumps(w: np.ndarray) -> tuple[float, np.ndarray]:
    """Measure a wide bowl with ripples: many hollows, one of them the deepest.

    Parameters
    ----------
    w : array, shape (2,)
        Point.

    Returns
    -------
    value : float
        Height.
    gradient : array, shape (2,)
        Slope.
    """
    x, y = w
    value = 0.15 * (x**2 + y**2) + 0.2 * (2 - np.cos(4 * x) - np.cos(4 * y))
    return value, np.array([0.3 * x + 0.8 * np.sin(4 * x), 0.3 * y + 0.8 * np.sin(4 * y)])


#: Every racer and how it is made from a learning rate; other settings are the library's.
RACERS: dict[str, Callable[[float], Optimizer]] = {
    "SGD": optimizers.sgd,
    "momentum": optimizers.momentum,
    "Nesterov": optimizers.nesterov,
    "AdaGrad": optimizers.adagrad,
    "RMSProp": optimizers.rmsprop,
    "Adam": optimizers.adam,
}

_RATES = {"AdaGrad": 0.5, "RMSProp": 0.03, "Adam": 0.15}
LANDSCAPES: dict[str, Landscape] = {
    "bowl": Landscape(
        "Long bowl",
        bowl,
        (-2.6, 1.1),
        (-3, 1.4, -1.5, 1.5),
        ((0.0, 0.0),),
        {"SGD": 0.09, "momentum": 0.02, "Nesterov": 0.02, **_RATES},
    ),
    "valley": Landscape(
        "Curved valley",
        valley,
        (-1.5, 1.0),
        (-2, 1.6, -0.8, 2.6),
        ((1.0, 1.0),),
        {"SGD": 0.08, "momentum": 0.03, "Nesterov": 0.03, **_RATES},
    ),
    "saddle": Landscape(
        "Saddle",
        saddle,
        (-1.7, 0.01),
        (-2, 1.1, -1.5, 1.5),
        ((0.0, 1.0), (0.0, -1.0)),
        {"SGD": 0.1, "momentum": 0.05, "Nesterov": 0.05, **_RATES},
    ),
    "bumps": Landscape(
        "Ripples",
        bumps,
        (-2.6, 2.1),
        (-3, 1.4, -1.4, 2.8),
        ((0.0, 0.0),),
        {"SGD": 0.1, "momentum": 0.04, "Nesterov": 0.04, **_RATES},
    ),
}


def run(landscape: Landscape, racer: str, steps: int, factor: float = 1.0) -> np.ndarray:
    """Let one racer run.

    Parameters
    ----------
    landscape : Landscape
        Where.
    racer : str
        A name of `RACERS`.
    steps : int
        How many steps.
    factor : float, default 1.0
        What to multiply the racer's learning rate by.

    Returns
    -------
    array, shape (steps + 1, 2)
        The start, and where it stood after every step.
    """
    init, update = RACERS[racer](factor * landscape.rates[racer])
    params = [np.array(landscape.start)]
    state = init(params)
    path = [params[0]]
    for _ in range(steps):
        params, state = update([landscape.heights(params[0])[1]], state, params)
        path.append(params[0])
    return np.array(path)
