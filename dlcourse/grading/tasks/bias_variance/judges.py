"""Judges the tasks of unit 6 whose answers are not plain floating arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, compare, describe
from dlcourse.grading.spec import Case

#: Rows and folds of the call that sees whether rows are dealt at random.
MANY_ROWS = (120, 4)

Verify = Callable[[Case, Any], str]
Fingerprint = Callable[[Case, Any], Any]


def against(reference: Callable[..., Any]) -> Verify:
    """Make a judge for answers that are truth values or whole numbers.

    Parameters
    ----------
    reference : callable
        The right function.

    Returns
    -------
    callable
        Compares as `compare` does.

    Examples
    --------
    >>> against(lambda x: [x > 0])(Case((2.0,)), [True])
    ''
    """
    return lambda case, value: compare(value, _plain(reference(*case.args))).wrong


def numbers(_case: Case, value: Any) -> Any:
    """Reduce a value to its numbers, rounded.

    Parameters
    ----------
    _case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    list, number or str
        The numbers, or what kind of thing there is instead.

    Examples
    --------
    >>> numbers(Case(), np.array([True, False])), numbers(Case(), None)
    ([1.0, 0.0], 'None (is a return statement missing?)')
    """
    array = as_numbers(value)
    return describe(value) if array is None else np.round(array.astype(float), 6).tolist()


def _plain(value: Any) -> Any:
    return np.asarray(value, dtype=float)


def verify_folds(case: Case, value: Any) -> str:
    """Judge a partition into folds by what it does.

    Parameters
    ----------
    case : Case
        Number of rows, number of folds, generator.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when every row is tested once and taught by the others.

    Examples
    --------
    >>> verify_folds(Case((2, 2, None)), [([1], [0]), ([0], [1])])
    ''
    >>> verify_folds(Case((2, 2, None)), [([0, 1], [0]), ([0], [1])])
    'in fold 0, rows are in train and in test'
    """
    n, k = case.args[:2]
    folds = _pairs(value)
    if folds is None:
        return f"{describe(value)} came where a list of pairs of row numbers is wanted"
    if len(folds) != k:
        return f"{len(folds)} pairs came where {k} are wanted"
    for i, (train, test) in enumerate(folds):
        if set(train) & set(test):
            return f"in fold {i}, rows are in train and in test"
        if sorted([*train, *test]) != list(range(n)):
            return f"in fold {i}, train and test together are not every row once"
    tested = sorted(row for _, test in folds for row in test)
    if tested != list(range(n)):
        return "the tests of all folds together are not every row once"
    sizes = [len(test) for _, test in folds]
    if max(sizes) - min(sizes) > 1:
        return f"the tests have {sizes} rows; sizes may differ by 1 at most"
    return _pattern(folds, n) if (n, k) == MANY_ROWS else ""


def _pattern(folds: list[tuple[list[int], list[int]]], n: int) -> str:
    """Look for blocks and stripes.

    Of a random deal of 120 rows into 4 folds, no neighbors in the same fold, or more than half of
    them, has a probability below 1e-9; the proof is in ``tests/grading/test_bias_variance.py``.
    """
    together = neighbors_together(folds, n)
    if together > n // 2:
        return "most neighboring rows are in the same test: the rows are dealt in blocks"
    return "no neighboring rows are in the same test: the rows are dealt in turn" * (together == 0)


def neighbors_together(folds: list[tuple[list[int], list[int]]], n: int) -> int:
    """Count the rows whose next one is in the same test.

    Parameters
    ----------
    folds : list of (train, test)
        A partition.
    n : int
        Number of rows.

    Returns
    -------
    int
        From 0 to n - 1.

    Examples
    --------
    >>> neighbors_together([([2, 3], [0, 1]), ([0, 1], [2, 3])], 4)
    2
    """
    fold_of = {row: i for i, (_, test) in enumerate(folds) for row in test}
    return sum(fold_of[row] == fold_of[row + 1] for row in range(n - 1))


def same_seed_same_folds(_cases: list[Case], values: list[Any]) -> str:
    """Judge that the folds follow the generator: two equal ones, then another.

    Two random deals of 40 rows into 4 folds agree with a probability of 10!**4 / 40!, which is
    below 1e-20.

    Parameters
    ----------
    _cases : list of Case
        The calls.
    values : list
        What came back, each a right partition.

    Returns
    -------
    str
        Empty when equal generators give equal folds and another gives others.
    """
    first, again, other = ([set(test) for _, test in _pairs(value) or []] for value in values)
    if first != again:
        return "equal generators gave different folds"
    return "another generator gave the same folds" * (first == other)


def folds_fingerprint(case: Case, value: Any) -> str:
    """Reduce a partition to what is wrong with it, and its sizes.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        A sentence and the sizes of the pairs.
    """
    folds = _pairs(value) or []
    sizes = [(len(train), len(test)) for train, test in folds]
    return f"{verify_folds(case, value)} {sizes}"


def _pairs(value: Any) -> list[tuple[list[int], list[int]]] | None:
    """Read pairs of row numbers; None when it is something else."""
    if not isinstance(value, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in value
    ):
        return None
    pairs = [(_rows(train), _rows(test)) for train, test in value]
    if any(train is None or test is None for train, test in pairs):
        return None
    return [(train or [], test or []) for train, test in pairs]


def _rows(value: Any) -> list[int] | None:
    array = as_numbers(value)
    if array is None or array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
        return None
    flat = array.reshape(-1) if array.ndim else None
    if flat is None or (flat != np.round(flat)).any():
        return None
    return [int(row) for row in flat]
