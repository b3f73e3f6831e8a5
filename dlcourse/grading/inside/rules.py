"""The rules of a call, the same in a notebook and in the sandbox.

`dlcourse.grading.calling` calls a student's function in place, `worker` behind the wall.  What
they must do alike is said here, once: a check that passes in the notebook passes in grading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

#: How NumPy's floating-point warnings begin; underflow is not one of them.
FLOATING_POINT_WARNINGS = ("overflow", "divide by zero", "invalid value")

#: Functions of one variable that a task can hand over, by name.
SHAPES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "identity": lambda z: z,
        "tanh": np.tanh,
        "sin": np.sin,
        "arctan": np.arctan,
        "square": np.square,
        "step": lambda z: (np.asarray(z) > 0) * 1.0,
        # one number from an array, to be differentiated
        "sum-of-sines": lambda z: np.sum(np.sin(z)),
        "log-sum-exp": lambda z: np.log(np.sum(np.exp(z))),
    }
)


def shaped(kind: str, coefficients: tuple[float, float, float]) -> Callable[[Any], Any]:
    """Make the function ``a * kind(b * z) + c``.

    Parameters
    ----------
    kind : str
        A key of `SHAPES`.
    coefficients : tuple of float
        a, b and c.

    Returns
    -------
    callable
        Takes a number or an array.
    """
    shape, (a, b, c) = SHAPES[kind], coefficients

    def value(z: Any) -> Any:
        return a * shape(b * np.asarray(z)) + c

    return value


def settled(value: Any) -> Any:
    """Let a generator or another iterator run to its end inside the call.

    Parameters
    ----------
    value : object
        What a function returned.

    Returns
    -------
    object
        A list in the place of an iterator, else `value` itself.
    """
    return list(value) if isinstance(value, Iterator | range) else value


def visible(value: Any, hides: tuple[int, ...]) -> Any:
    """Put None in the place of parts that nobody looks at.

    Parameters
    ----------
    value : object
        What a function returned.
    hides : tuple of int
        From a `Case`.

    Returns
    -------
    object
        A tuple of the same length when `value` is a list or tuple, else `value` itself.
    """
    if not hides or not isinstance(value, list | tuple):
        return value
    return tuple(None if i in hides else part for i, part in enumerate(value))


def is_numeric(category: type[Warning], text: str) -> bool:
    """Tell NumPy's floating-point warnings from all others.

    Parameters
    ----------
    category : type
        Of the warning.
    text : str
        What it says.

    Returns
    -------
    bool
        Whether the warning counts.
    """
    return issubclass(category, RuntimeWarning) and text.startswith(FLOATING_POINT_WARNINGS)


def at_fault(said: str, unmade: list[str]) -> str:
    """Blame a missing argument for an error, unless the function is not even written.

    Parameters
    ----------
    said : str
        The error.
    unmade : list of str
        What is said of arguments that other functions of the student's did not make.

    Returns
    -------
    str
        What to say.
    """
    return unmade[0] if unmade and not said.startswith("NotImplementedError") else said
