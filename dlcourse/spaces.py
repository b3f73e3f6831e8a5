"""Spaces of hyper-parameters, with branches, and who answers their questions.

A space is a function that asks for settings one by one and returns what they describe.  What it
asks next may depend on what it was told: the number of layers decides how many widths there are.
"""

# ruff: noqa: ARG002 (the answers share one signature; only Optuna needs the name)

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class Draw:
    """Answers the questions of a space, and notes them down.

    Attributes
    ----------
    settings : dict
        Every setting by its name, in the order asked.

    Notes
    -----
    Section "Searching" of chapter 4.  Ask one of the three below; each answers in its own way.

    Examples
    --------
    >>> draw = GridDraw([1], levels=2)
    >>> draw.choice("bend", ["tanh", "relu"]), draw.settings
    ('relu', {'bend': 'relu'})
    """

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}

    def choice(self, name: str, options: Sequence[Any]) -> Any:
        """Ask for one of some options."""
        if len(options) == 0:
            raise ValueError(f"{name}: got no options, wanted at least one to choose from")
        return self._note(name, self._choose(name, list(options)))

    def integer(self, name: str, low: int, high: int) -> int:
        """Ask for a whole number from `low` to `high`, both included."""
        if not low <= high:
            raise ValueError(f"{name}: got {low} to {high}, wanted low <= high")
        return self._note(name, self._whole(name, low, high))

    def uniform(self, name: str, low: float, high: float) -> float:
        """Ask for a number between `low` and `high`, all equally likely."""
        if not -math.inf < low <= high < math.inf:
            raise ValueError(f"{name}: got {low} to {high}, wanted finite low <= high")
        return self._note(name, self._number(name, low, high, log=False))

    def log_uniform(self, name: str, low: float, high: float) -> float:
        """Ask for a number between `low` and `high`, all orders of magnitude equally likely."""
        _check_positive(name, low, high)
        return self._note(name, self._number(name, low, high, log=True))

    def _note(self, name: str, value: Any) -> Any:
        if name in self.settings:
            raise ValueError(f"{name}: asked twice, wanted one name for each setting")
        self.settings[name] = value
        return value

    def _choose(self, name: str, options: list[Any]) -> Any:
        raise NotImplementedError

    def _whole(self, name: str, low: int, high: int) -> int:
        raise NotImplementedError

    def _number(self, name: str, low: float, high: float, log: bool) -> float:
        raise NotImplementedError


class RandomDraw(Draw):
    """Answers at random.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.

    Notes
    -----
    Section "Searching" of chapter 4.

    Examples
    --------
    >>> draw = RandomDraw(np.random.default_rng(0))
    >>> 0.001 <= draw.log_uniform("rate", 0.001, 0.1) <= 0.1
    True
    """

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.rng = rng

    def _choose(self, name: str, options: list[Any]) -> Any:
        return options[self.rng.integers(len(options))]

    def _whole(self, name: str, low: int, high: int) -> int:
        return int(self.rng.integers(low, high, endpoint=True))

    def _number(self, name: str, low: float, high: float, log: bool) -> float:
        if log:
            return float(log_uniform(low, high, 1, self.rng)[0])
        return float(self.rng.uniform(low, high))


class GridDraw(Draw):
    """Answers with the values at given positions, then with the first value of each setting.

    Parameters
    ----------
    positions : list of int
        Which value of the first setting asked, of the second, and so on.
    levels : int
        Values for each number, ends included.

    Attributes
    ----------
    path : list of tuple
        Position and number of values of every setting, in the order asked.

    Notes
    -----
    Section "Searching" of chapter 4.

    Examples
    --------
    >>> draw = GridDraw([2], levels=3)
    >>> draw.uniform("rate", 0.0, 1.0), draw.path
    (1.0, [(2, 3)])
    """

    def __init__(self, positions: Sequence[int], levels: int) -> None:
        super().__init__()
        self.given = list(positions)
        self.levels = levels
        self.path: list[tuple[int, int]] = []

    def _choose(self, name: str, options: list[Any]) -> Any:
        asked = len(self.path)
        position = self.given[asked] if asked < len(self.given) else 0
        self.path.append((position, len(options)))
        return options[position]

    def _whole(self, name: str, low: int, high: int) -> int:
        values = np.linspace(low, high, min(self.levels, high - low + 1))
        return self._choose(name, [round(value) for value in values.tolist()])

    def _number(self, name: str, low: float, high: float, log: bool) -> float:
        if low == high:
            return self._choose(name, [low])
        spaced = np.geomspace if log else np.linspace
        return self._choose(name, spaced(low, high, self.levels).tolist())


class OptunaDraw(Draw):
    """Passes the questions on to a trial of Optuna, so that its samplers can answer.

    Use it in an objective: ``lambda trial: loss_of(space(OptunaDraw(trial)))``.

    Parameters
    ----------
    trial : optuna.trial.Trial
        What Optuna gives to an objective.

    Notes
    -----
    Section "Searching" of chapter 4; Akiba and others (2019) [1]_.

    References
    ----------
    .. [1] T. Akiba, S. Sano, T. Yanase, T. Ohta and M. Koyama, "Optuna: A next-generation
       hyperparameter optimization framework", KDD, 2019.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> trial = SimpleNamespace(suggest_int=lambda name, low, high: high)  # as Optuna's trials do
    >>> OptunaDraw(trial).integer("width", 1, 8)
    8
    """

    def __init__(self, trial: Any) -> None:
        super().__init__()
        self.trial = trial

    def _choose(self, name: str, options: list[Any]) -> Any:
        return self.trial.suggest_categorical(name, options)

    def _whole(self, name: str, low: int, high: int) -> int:
        return self.trial.suggest_int(name, low, high)

    def _number(self, name: str, low: float, high: float, log: bool) -> float:
        return self.trial.suggest_float(name, low, high, log=log)


#: Asks for settings and returns what they describe.
Space = Callable[[Draw], Any]


def log_uniform(low: float, high: float, size: int, rng: np.random.Generator) -> np.ndarray:
    r"""Draw numbers whose logarithm is uniform: :math:`\log x \sim U(\log a, \log b)`.

    Parameters
    ----------
    low : float
        Smallest number :math:`a`, above 0.
    high : float
        Largest number :math:`b`, at least `low`.
    size : int
        How many.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array, shape (size,)
        Numbers in [low, high].

    Raises
    ------
    ValueError
        When the bounds are not 0 < low <= high.

    Notes
    -----
    Equation `eq-log-uniform` of chapter 4; Bergstra and Bengio (2012) [1]_.  Between 0.0001 and
    1 a uniform draw is above 0.1 nine times in ten; this one is so once in four.

    References
    ----------
    .. [1] J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", Journal
       of Machine Learning Research 13, 2012.

    Examples
    --------
    >>> log_uniform(3.0, 3.0, 2, np.random.default_rng(0)).tolist()
    [3.0, 3.0]
    """
    _check_positive("log_uniform", low, high)
    exponents = rng.uniform(math.log(low), math.log(high), size)
    return np.clip(np.exp(exponents), low, high)  # exp(log(x)) may miss x by a rounding


def _check_positive(name: str, low: float, high: float) -> None:
    if not 0 < low <= high < math.inf:
        raise ValueError(f"{name}: got {low} to {high}, wanted finite 0 < low <= high")
