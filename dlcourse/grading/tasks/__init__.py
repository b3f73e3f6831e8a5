"""The graded units: one module a chapter, each with a ``UNIT``."""

from __future__ import annotations

from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks import (
    backprop,
    bias_variance,
    losses,
    neuron,
    optimizers,
    project,
    regularization,
)

#: Every unit, in the order of the chapters.
UNITS: tuple[Unit, ...] = (
    neuron.UNIT,
    losses.UNIT,
    backprop.UNIT,
    optimizers.UNIT,
    regularization.UNIT,
    bias_variance.UNIT,
    project.UNIT,
)


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
    for unit in UNITS:
        if wanted in (str(unit.number), unit.slug, unit.name):
            return unit
    known = ", ".join(f"{unit.number} ({unit.slug})" for unit in UNITS)
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
    for unit in UNITS:
        for task in unit.tasks:
            if task.name == name:
                return task
    known = ", ".join(task.name for unit in UNITS for task in unit.tasks)
    raise KeyError(f"there is no task {name!r}; the tasks are {known}")
