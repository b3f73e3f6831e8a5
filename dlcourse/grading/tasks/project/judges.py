"""Judges what a trained model says about pictures, and reads the symptoms when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case

#: Below this share of right answers, nothing of a model counts.
LEAST = 0.5
#: What a model should get right of the pictures that it learned from.
LEARNED = 0.92
#: Shares of new pictures that earn marks.
MARKS = (0.90, 0.95, 0.97)


def verify(case: Case, value: Any) -> str:
    """Judge that there is a class for each picture, and that half of them are right.

    Parameters
    ----------
    case : Case
        Its truth holds the classes.
    value : object
        What ``predict`` returned.

    Returns
    -------
    str
        Empty when it is so.

    Examples
    --------
    >>> verify(Case(truth=np.array([1, 2])), [1, 2])
    ''
    >>> verify(Case(truth=np.array([1, 2])), [1.5, 2])
    'the predictions are not whole numbers; wanted are classes from 0 to 9'
    """
    classes = _classes(case, value)
    if isinstance(classes, str):
        return classes
    right = _share(case, classes)
    if right < LEAST:
        return f"only {_percent(right)} of the pictures are recognized, not even half"
    return ""


def at_least(share: float) -> Callable[[list[Case], list[Any]], str]:
    """Make a judge of how many pictures are recognized.

    Parameters
    ----------
    share : float
        Smallest share of right answers.

    Returns
    -------
    callable
        Says nothing when every call has at least that share.

    Examples
    --------
    >>> at_least(0.9)([Case(truth=np.arange(4))], [[0, 1, 2, 2]])
    'fewer than 90 % of the pictures are recognized (75.0 %)'
    """

    def together(cases: list[Case], values: list[Any]) -> str:
        for case, value in zip(cases, values, strict=True):
            classes = _classes(case, value)
            right = 0.0 if isinstance(classes, str) else _share(case, classes)
            if right < share:
                wanted = f"fewer than {share * 100:.0f} % of the pictures are recognized"
                return f"{wanted} ({_percent(right)})"
        return ""

    return together


def repeated(_cases: list[Case], values: list[Any]) -> str:
    """Judge that two equal calls gave the same answers.

    Parameters
    ----------
    _cases : list of Case
        Two equal calls.
    values : list
        What came back.

    Returns
    -------
    str
        Empty when nothing differs.

    Examples
    --------
    >>> repeated([], [[1, 2], [1, 3]])
    'equal generators gave two different models'
    """
    first, second = (np.asarray(value).ravel() for value in values)
    return "" if np.array_equal(first, second) else "equal generators gave two different models"


def symptom(case: Case, value: Any) -> str:
    """Reduce predictions to what is odd about them.

    Parameters
    ----------
    case : Case
        Its truth holds the classes.
    value : object
        What ``predict`` returned.

    Returns
    -------
    str
        A few words; the same for predictions that fail in the same way.

    Examples
    --------
    >>> symptom(Case(truth=np.arange(10)), np.zeros(10, int))
    'one class'
    """
    classes = _classes(case, value)
    if isinstance(classes, str):
        return _other_kind(case, value)
    if classes.min() < 0 or classes.max() > 9:
        return "no such class"
    right = _share(case, classes)
    if right >= LEARNED:
        return "learned"
    said = len(np.unique(classes))
    if said <= 5:
        return "one class" if said == 1 else "few classes"
    return "a class missing" if said < 10 and right >= LEAST else _mixed_up(case, classes, right)


def _mixed_up(case: Case, classes: np.ndarray, right: float) -> str:
    if right >= LEAST:
        return "unfinished"
    shifts = [np.mean((classes - case.truth) % 10 == by) for by in (1, 9)]
    if max(shifts) > LEAST:
        return "one off"
    if _only_renamed(case, classes):
        return "other names"
    if right < 0.02:
        return "opposite"
    return "guessing" if right < 0.2 else "hardly begun"


def _only_renamed(case: Case, classes: np.ndarray) -> bool:
    """Whether each class has an answer of its own, if not the right one."""
    counts = [np.bincount(classes[case.truth == c], minlength=10) for c in range(10)]
    own = {int(count.argmax()) for count in counts}
    return len(own) == 10 and sum(count.max() for count in counts) > 0.8 * len(classes)


def _other_kind(case: Case, value: Any) -> str:
    array = as_numbers(value)
    n = len(case.truth)
    if array is None:
        return describe(value)
    if array.shape == (n, 10):
        return "one-hot" if set(np.unique(array)) <= {0, 1} else "scores"
    if array.shape in [(10,), (64,)]:
        return "a class for each column"
    return "fractions" if array.shape == (n,) else "another shape"


def _classes(case: Case, value: Any) -> np.ndarray | str:
    """Read the classes; a sentence when they are something else."""
    n = len(case.truth)
    array = as_numbers(value)
    if array is None or array.shape not in [(n,), (n, 1)]:
        return f"predict gave {describe(value)}; wanted is an array of {n} classes"
    array = array.reshape(n).astype(float)
    if not (array == np.round(array)).all():
        return "the predictions are not whole numbers; wanted are classes from 0 to 9"
    return array.astype(np.int64)


def _share(case: Case, classes: np.ndarray) -> float:
    return float(np.mean(classes == case.truth))


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
