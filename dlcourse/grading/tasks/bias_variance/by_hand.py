"""The tables of the notes that unit 6 asks for by hand, and how what is entered is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case

#: The six examples of the notes, and the class of each.
NOTES = {1: 1, 2: -1, 4: 1, 5: 1, 6: -1, 7: -1}

#: What is tested in each fold of the notes.
NOTES_FOLDS = {1: (6, 7), 2: (4, 5), 3: (1, 2)}

#: Two digits after the point are enough, rounded or cut off.
_BY_HAND = 0.0101


def leave_one_out_row(left_out: int) -> tuple[float, float, int]:
    """Work out a row of the notes' leave-one-out table.

    Parameters
    ----------
    left_out : int
        One of 1, 2, 4, 5, 6 and 7.

    Returns
    -------
    tuple
        Mean of the remaining +, mean of the remaining -, and the class of the nearer one.

    Examples
    --------
    >>> leave_one_out_row(1)
    (4.5, 5.0, 1)
    """
    plus, minus = _means((left_out,))
    return plus, minus, _nearer(left_out, plus, minus)


def fold_row(fold: int) -> tuple[float, float, tuple[int, ...]]:
    """Work out a fold of the notes' 3-fold table.

    Parameters
    ----------
    fold : int
        1, 2 or 3.

    Returns
    -------
    tuple
        Mean of the remaining +, mean of the remaining -, and the class given to each test row.

    Examples
    --------
    >>> fold_row(2)
    (1.0, 5.0, (-1, -1))
    """
    tested = NOTES_FOLDS[fold]
    plus, minus = _means(tested)
    return plus, minus, tuple(_nearer(x, plus, minus) for x in tested)


def _means(tested: tuple[int, ...]) -> tuple[float, float]:
    kept = {x: sign for x, sign in NOTES.items() if x not in tested}
    plus, minus = ([x for x, sign in kept.items() if sign == wanted] for wanted in (1, -1))
    return sum(plus) / len(plus), sum(minus) / len(minus)


def _nearer(x: int, plus: float, minus: float) -> int:
    return 1 if abs(x - plus) <= abs(x - minus) else -1


def verify_by_hand(right: Callable[[int], tuple[Any, ...]]) -> Callable[[Case, Any], str]:
    """Make a judge for a row that was worked out by hand, to two digits after the point.

    Parameters
    ----------
    right : callable
        `leave_one_out_row` or `fold_row`.

    Returns
    -------
    callable
        Compares means within 0.01 and classes exactly.

    Examples
    --------
    >>> verify_by_hand(fold_row)(Case((1,)), (3.33, 2, (1, 1)))
    ''
    """

    def verify(case: Case, value: Any) -> str:
        wanted = right(*case.args)
        guesses = np.shape(wanted[2])
        kind = "(mean of +, mean of -, guess)" if not guesses else "(mean of +, mean of -, guesses)"
        parts = _three(value)
        if parts is None or parts[2].shape != guesses:
            return f"{describe(value)} came where {kind} is wanted"
        for name, came, mean in zip(("+", "-"), parts[:2], wanted[:2], strict=True):
            if not abs(float(came) - mean) <= _BY_HAND:
                return f"the mean of the {name} that remain is not right to two digits"
        return "" if (parts[2] == wanted[2]).all() else "the means are right, a guess is not"

    return verify


def by_hand_fingerprint(_case: Case, value: Any) -> Any:
    """Reduce a row to one digit after the point, so that rounding does not matter.

    Parameters
    ----------
    _case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    list or str
        Three parts, or what kind of thing there is instead.

    Examples
    --------
    >>> by_hand_fingerprint(Case(), (3.33, 5, 1))
    [3.3, 5.0, 1.0]
    """
    parts = _three(value)
    return describe(value) if parts is None else [np.round(part, 1).tolist() for part in parts]


def _three(value: Any) -> list[np.ndarray] | None:
    """Read two numbers and one or more classes; None when it is something else."""
    if not isinstance(value, list | tuple | np.ndarray) or np.ndim(_outer(value)) == 0:
        return None
    parts = [as_numbers(part) for part in value]
    if len(parts) != 3 or any(part is None for part in parts):
        return None
    arrays = [np.asarray(part, dtype=float) for part in parts]
    return arrays if all(part.size == 1 for part in arrays[:2]) else None


def _outer(value: Any) -> Any:
    return value if isinstance(value, np.ndarray) else [0]
