"""The 3-2-1 network of the lecture notes: one step by hand, to three decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case
from dlcourse.graphs import forward_321, step_321

#: Weights, example, target and learning rate: units 1 to 3 are inputs, 4 and 5 hidden, 6 output.
PARAMS = {
    "W1": np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]]),
    "b1": np.array([-0.4, 0.2]),
    "W2": np.array([[-0.3], [-0.2]]),
    "b2": np.array([0.1]),
}
X, TARGET, RATE = np.array([1.0, 0.0, 1.0]), 1.0, 0.9

#: Three decimals are asked for; one more unit of the last place is forgiven.
TOLERANCE = 1.5e-3

#: What is entered, by the part of the work that it belongs to.
PARTS: Mapping[str, tuple[str, ...]] = {
    "forward": ("z4", "a4", "z5", "a5", "z6", "a6", "loss"),
    "output": ("w46", "w56", "b6"),
    "hidden": ("w14", "w15", "w24", "w25", "w34", "w35", "b4", "b5"),
}
NAMES = tuple(name for names in PARTS.values() for name in names)


def step_by_hand() -> dict[str, float]:
    """Compute every number of the step.

    Returns
    -------
    dict
        By name, as `NAMES` lists them.

    Examples
    --------
    >>> round(step_by_hand()["a6"], 3)
    0.474
    """
    hidden, out = forward_321(PARAMS, X)
    z = X @ PARAMS["W1"] + PARAMS["b1"]
    z6 = (hidden @ PARAMS["W2"] + PARAMS["b2"])[0]
    numbers = [z[0], hidden[0], z[1], hidden[1], z6, out, 0.5 * (TARGET - out) ** 2]
    return named(numbers, step_321(PARAMS, X, TARGET, RATE))


def named(forward: Sequence[Any], new: Mapping[str, Any]) -> dict[str, float]:
    """Give the numbers of a step their names.

    Parameters
    ----------
    forward : sequence
        The seven numbers of the forward pass.
    new : dict
        Parameters after the step.

    Returns
    -------
    dict
        All eighteen numbers by name.

    Examples
    --------
    >>> named([0.0] * 7, PARAMS)["w35"]
    0.2
    """
    after = [*new["W2"].ravel(), *new["b2"], *new["W1"].ravel(), *new["b1"]]
    return dict(zip(NAMES, map(float, [*forward, *after]), strict=True))


def verify(_case: Case, value: Any) -> str:
    """Judge whether numbers were entered at all.

    Parameters
    ----------
    _case : Case
        A call without arguments.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when numbers came; whether they are right, and none is missing, is judged by part.

    Examples
    --------
    >>> verify(Case(), {"z4": -0.7, "b5": None})
    ''
    >>> verify(Case(), {"z4": "-0.7"})
    'not a number: z4'
    """
    if not isinstance(value, Mapping):
        return f"{describe(value)} came where a dict with a number for each name is wanted"
    entered = [name for name in NAMES if value.get(name) is not None]
    odd = [name for name in entered if _number(value[name]) is None]
    return f"not a number: {', '.join(odd)}" if odd else ""


def judge_part(names: Sequence[str]) -> Callable[[list[Case], list[Any]], str]:
    """Make the judgment of some of the numbers.

    Parameters
    ----------
    names : sequence of str
        Which ones.

    Returns
    -------
    callable
        For `Criterion.together`.

    Examples
    --------
    >>> judge_part(["z4", "a6"])([Case()], [step_by_hand() | {"a6": 0.5}])
    'not to three decimals, or missing: a6'
    """
    truth = step_by_hand()

    def together(_cases: list[Case], values: list[Any]) -> str:
        wrong = [name for name in names if not _close(values[0].get(name), truth[name])]
        return f"not to three decimals, or missing: {', '.join(wrong)}" if wrong else ""

    return together


def fingerprint(known: Mapping[str, Mapping[str, float]]) -> Callable[[Case, Any], str]:
    """Tell usual mistakes apart although their numbers are rounded.

    Parameters
    ----------
    known : dict
        The numbers that each mistake gives.

    Returns
    -------
    callable
        For `Task.fingerprint`: the name of the mistake whose numbers these are, or what is wrong.

    Examples
    --------
    >>> fingerprint({"right": step_by_hand()})(Case(), step_by_hand())
    'right'
    """

    def reduce(case: Case, value: Any) -> str:
        malformed = verify(case, value)
        if malformed:
            return malformed
        for name, numbers in known.items():
            if all(_close(value.get(key), numbers[key]) for key in NAMES):
                return name
        return "other numbers"

    return reduce


def _number(value: Any) -> float | None:
    numbers = as_numbers(value)
    return None if numbers is None or numbers.size != 1 else float(numbers.ravel()[0])


def _close(given: Any, wanted: float) -> bool:
    number = _number(given)
    return number is not None and abs(number - wanted) <= TOLERANCE
