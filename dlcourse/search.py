"""Search for hyper-parameters: on a grid, at random, in spaces with branches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from dlcourse.spaces import Draw, GridDraw, RandomDraw, Space


class Trial(NamedTuple):
    """One point of a space, and how good it was.

    Attributes
    ----------
    settings : dict
        Every setting by its name.
    described : object
        What the space returned.
    score : float
        What the objective returned; smaller is better.

    Notes
    -----
    Section "Searching" of chapter 4.

    Examples
    --------
    >>> Trial({"width": 3}, [3, 3], 0.5).score
    0.5
    """

    settings: dict[str, Any]
    described: Any
    score: float


def network_space(draw: Draw) -> dict[str, Any]:
    """Ask for a classifier of handwritten digits, layer by layer: the search space of the notes.

    784 inputs; a hidden layer of 200 to 400 units and one of 100 to 200; 2 to 4 more of 50 to
    100 units, each with a penalty and, or not, batch normalization; 10 outputs.  Every hidden
    layer chooses tanh or ReLU.

    Parameters
    ----------
    draw : Draw
        Who answers.

    Returns
    -------
    dict
        ``inputs``, ``hidden`` (a list with ``units``, ``activation``, ``penalty``,
        ``batch_norm`` of each layer) and ``outputs``.

    Notes
    -----
    Section "Searching" of chapter 4.  The number of layers is a setting, so the others depend on
    it: the space has branches.  Penalties, 0.1 to 0.5, are drawn on a log scale.

    Examples
    --------
    >>> from dlcourse.spaces import GridDraw
    >>> network = network_space(GridDraw([], levels=2))
    >>> [layer["units"] for layer in network["hidden"]]
    [200, 100, 50, 50]
    """
    hidden = [_layer(draw, "first", 200, 400), _layer(draw, "second", 100, 200)]
    for position in range(draw.integer("blocks", 2, 4)):
        name = f"block{position + 1}"
        layer = _layer(draw, name, 50, 100)
        layer["penalty"] = draw.log_uniform(f"{name}.penalty", 0.1, 0.5)
        layer["batch_norm"] = draw.choice(f"{name}.batch_norm", [True, False])
        hidden.append(layer)
    return {"inputs": 784, "hidden": hidden, "outputs": 10}


def random_search(
    space: Space, objective: Callable[[Any], float], trials: int, rng: np.random.Generator
) -> list[Trial]:
    """Try random points of a space.

    Parameters
    ----------
    space : callable
        ``space(draw) -> described``.
    objective : callable
        ``objective(described) -> score``, smaller is better.
    trials : int
        How many points.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of Trial
        In the order tried.

    Notes
    -----
    Section "Searching" of chapter 4; Bergstra and Bengio (2012) [1]_: with few settings that
    matter, random points try more values of each than a grid of the same size.

    References
    ----------
    .. [1] J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", Journal
       of Machine Learning Research 13, 2012.

    Examples
    --------
    >>> space = lambda draw: draw.integer("width", 3, 3)
    >>> random_search(space, lambda width: width**2, 1, np.random.default_rng(0))
    [Trial(settings={'width': 3}, described=3, score=9.0)]
    """
    found = []
    for _ in range(trials):
        draw = RandomDraw(rng)
        described = space(draw)
        found.append(Trial(draw.settings, described, float(objective(described))))
    return found


def grid_search(space: Space, objective: Callable[[Any], float], levels: int) -> list[Trial]:
    """Try every point of a grid over a space, branches included.

    Parameters
    ----------
    space : callable
        ``space(draw) -> described``.
    objective : callable
        ``objective(described) -> score``, smaller is better.
    levels : int
        Values for each number, evenly spaced (on a log scale where it is drawn so), ends
        included; at least 2.  Whole numbers have no more values than they have; options are all
        tried.

    Returns
    -------
    list of Trial
        The setting asked last varies fastest.

    Raises
    ------
    ValueError
        When `levels` is below 2.

    Notes
    -----
    Section "Searching" of chapter 4.  The number of points is a product: it explodes.

    Examples
    --------
    >>> space = lambda draw: (draw.choice("bend", ["tanh", "relu"]), draw.integer("width", 1, 2))
    >>> [trial.described for trial in grid_search(space, lambda described: 0, levels=2)]
    [('tanh', 1), ('tanh', 2), ('relu', 1), ('relu', 2)]
    """
    if levels < 2:
        raise ValueError(f"got levels = {levels}, wanted at least 2: both ends of each range")
    return [
        Trial(settings, described, float(objective(described)))
        for settings, described in _grid(space, levels)
    ]


def best_trial(trials: Sequence[Trial]) -> Trial:
    """Find the trial with the smallest score; one that is not a number is the worst.

    Parameters
    ----------
    trials : list of Trial
        What a search returned, at least one.

    Returns
    -------
    Trial
        The first of the best.

    Raises
    ------
    ValueError
        When there is no trial.

    Notes
    -----
    Section "Searching" of chapter 4.

    Examples
    --------
    >>> best_trial([Trial({}, "a", 2.0), Trial({}, "b", float("nan")), Trial({}, "c", 1.0)])
    Trial(settings={}, described='c', score=1.0)
    """
    if len(trials) == 0:
        raise ValueError("got no trials, wanted at least one to choose from")
    return min(trials, key=lambda trial: (math.isnan(trial.score), trial.score))


def _grid(space: Space, levels: int) -> Iterator[tuple[dict[str, Any], Any]]:
    """Walk through a tree of answers, as an odometer does: the last wheel turns first."""
    positions: list[int] | None = []
    while positions is not None:
        draw = GridDraw(positions, levels)
        described = space(draw)
        yield draw.settings, described
        positions = _next(draw.path)


def _next(path: list[tuple[int, int]]) -> list[int] | None:
    while path and path[-1][0] + 1 == path[-1][1]:
        path = path[:-1]
    if not path:
        return None
    return [position for position, _ in path[:-1]] + [path[-1][0] + 1]


def _layer(draw: Draw, name: str, low: int, high: int) -> dict[str, Any]:
    units = draw.integer(f"{name}.units", low, high)
    activation = draw.choice(f"{name}.activation", ["tanh", "relu"])
    return {"units": units, "activation": activation, "penalty": 0.0, "batch_norm": False}
