"""The graded units: one module a chapter, each with a ``UNIT``; loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dlcourse.grading.spec import Task, Unit

#: Every unit, in the order of the chapters.  To name this loads them all.
UNITS: tuple[Unit, ...]

_MODULES = (
    "neuron",
    "losses",
    "backprop",
    "optimizers",
    "regularization",
    "bias_variance",
    "project",
)


def __getattr__(name: str) -> Any:
    if name == "UNITS":
        return tuple(map(_load, _MODULES))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _load(module: str) -> Unit:
    unit: Unit = import_module(f"{__name__}.{module}").UNIT
    return unit


def find_unit(name: str | int) -> Unit:
    """Find a unit by number, name or both.

    Parameters
    ----------
    name : str or int
        Such as ``1``, ``"neuron"`` or ``"1-neuron"``.

    Returns
    -------
    Unit
        The unit.

    Raises
    ------
    KeyError
        When there is no such unit; the message lists those that there are.

    Examples
    --------
    >>> find_unit(1).name
    '1-neuron'
    """
    wanted = str(name).strip().strip("/")
    slugs = [module.replace("_", "-") for module in _MODULES]
    for number, (module, slug) in enumerate(zip(_MODULES, slugs, strict=True), 1):
        if wanted in (str(number), slug, f"{number}-{slug}"):
            return _load(module)
    known = ", ".join(f"{number} ({slug})" for number, slug in enumerate(slugs, 1))
    raise KeyError(f"there is no unit {wanted!r}; the units are {known}")


def find_task(name: str) -> Task:
    """Find a task of any unit by the name of its function.

    Parameters
    ----------
    name : str
        Such as ``"softmax"``.

    Returns
    -------
    Task
        The task.

    Raises
    ------
    KeyError
        When there is no such task; the message lists those that there are.

    Examples
    --------
    >>> find_task("softmax").points > 0
    True
    """
    names: list[str] = []
    for module in _MODULES:
        for task in _load(module).tasks:
            if task.name == name:
                return task
            names.append(task.name)
    known = ", ".join(names)
    raise KeyError(f"there is no task {name!r}; the tasks are {known}")
