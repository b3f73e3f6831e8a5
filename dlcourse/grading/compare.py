"""Is this value right?  Comparison that judges mathematics and forgives clothes.

Lists may stand for arrays and tuples, a (1,) array for a number, (n, 1) for (n,); NaN never
passes.  What does not pass comes back as a sentence about shape, kind or the first difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.grading.spec import Case

_TOLERANCES = {"float64": (1e-7, 1e-10), "float32": (1e-4, 1e-5), "float16": (1e-2, 1e-2)}
_NUMERIC = "biuf"


@dataclass(frozen=True)
class Finding:
    """What a comparison found: `wrong` is empty when the value is right."""

    wrong: str = ""
    remark: str = ""


def compare(value: Any, expected: Any, precision: str = "float64") -> Finding:
    """Compare what a student's function returned with what is right.

    Parameters
    ----------
    value : object
        What came.
    expected : array, number, or list, tuple or dict of these
        What is wanted; None where anything is right.
    precision : {'float64', 'float32'}
        Floating dtype of the inputs, which sets the tolerance.  A result of coarser dtype is
        held to the tolerance of its own.

    Returns
    -------
    Finding
        Empty `wrong` when the value is right.
    """
    if expected is None:
        return Finding()
    if isinstance(expected, Mapping):
        return _compare_mapping(value, expected, precision)
    if isinstance(expected, tuple | list) and any(_is_part(part) for part in expected):
        return _compare_sequence(value, expected, precision)
    return _compare_arrays(value, np.asarray(expected), precision)


def describe(value: Any) -> str:
    """Say what kind of thing a value is, without showing its numbers.

    Parameters
    ----------
    value : object
        Anything a student's function may return.

    Returns
    -------
    str
        Such as ``an array of shape (3, 4)`` or ``a list of 2``.
    """
    if value is None:
        return "None (is a return statement missing?)"
    if isinstance(value, np.ndarray) and value.dtype.kind not in _NUMERIC:
        return f"an array of {value.dtype} values"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a single number"
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return "a single number"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"


def _is_part(part: Any) -> bool:
    return part is None or isinstance(part, np.ndarray | tuple | list | Mapping)


def _compare_mapping(value: Any, expected: Mapping[str, Any], precision: str) -> Finding:
    if not isinstance(value, Mapping) or set(value) != set(expected):
        keys = ", ".join(repr(key) for key in expected)
        return Finding(f"{describe(value)} came where a dict with the keys {keys} is wanted")
    parts = ((f"[{key!r}]", value[key], expected[key]) for key in expected)
    return _first_wrong(parts, precision)


def _compare_sequence(value: Any, expected: Sequence[Any], precision: str) -> Finding:
    kind = "tuple" if isinstance(expected, tuple) else "list"
    if not isinstance(value, list | tuple | np.ndarray) or np.ndim(_bare(value)) == 0:
        return Finding(f"{describe(value)} came where a {kind} of {len(expected)} is wanted")
    if len(value) != len(expected):
        return Finding(f"{describe(value)} came where a {kind} of {len(expected)} is wanted")
    parts = ((f"part {i}", value[i], expected[i]) for i in range(len(expected)))
    return _first_wrong(parts, precision)


def _bare(value: Any) -> Any:
    """Stand-in with the same number of dimensions: ragged lists have at least one."""
    return value if isinstance(value, np.ndarray) else [0]


def _first_wrong(parts: Any, precision: str) -> Finding:
    remarks = []
    for place, value, expected in parts:
        finding = compare(value, expected, precision)
        if finding.wrong:
            return Finding(f"{place}: {finding.wrong}")
        if finding.remark:
            remarks.append(f"{place}: {finding.remark}")
    return Finding(remark="; ".join(remarks))


def as_numbers(value: Any) -> np.ndarray | None:
    """Read a value as an array of real numbers.

    Parameters
    ----------
    value : object
        Anything a student's function may return.

    Returns
    -------
    array or None
        None when the value is not an array, number or regular nest of numbers.
    """
    if not isinstance(value, np.ndarray | np.number | np.bool_ | bool | int | float | list | tuple):
        return None
    if not _only_numbers(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in _NUMERIC else None


def _only_numbers(value: Any, depth: int = 32) -> bool:
    """Look before NumPy does: one text in a list makes it copy every number at that length."""
    if isinstance(value, list | tuple):
        return depth > 0 and all(_only_numbers(part, depth - 1) for part in value)
    return isinstance(value, np.ndarray | np.number | np.bool_ | bool | int | float)


def _compare_arrays(value: Any, expected: np.ndarray, precision: str) -> Finding:
    array = as_numbers(value)
    if array is None:
        return Finding(f"{describe(value)} came where {_wanted(expected)} is wanted")
    if array.shape == expected.shape:
        return _compare_numbers(array, expected, precision)
    lenient = _same_but_for_a_one(array, expected)
    if lenient is None:
        return Finding(_shape_sentence(array, expected))
    finding = _compare_numbers(lenient, expected, precision)
    remark = f"shape {array.shape} came where {expected.shape} is usual; it counts as right"
    return finding if finding.wrong else Finding(remark=remark)


def _wanted(expected: np.ndarray) -> str:
    return f"an array of shape {expected.shape}" if expected.ndim else "a single number"


def _shape_sentence(array: np.ndarray, expected: np.ndarray) -> str:
    sentence = f"{describe(array)} came where {_wanted(expected)} is wanted"
    if array.ndim == 2 and array.shape == expected.shape[::-1]:
        sentence += " (rows and columns are exchanged)"
    return sentence


def _same_but_for_a_one(array: np.ndarray, expected: np.ndarray) -> np.ndarray | None:
    """Accept (1,) for a number and (n, 1) for (n,)."""
    if expected.ndim <= 1 and array.shape == (*expected.shape, 1):
        return array.reshape(expected.shape)
    return None


def _compare_numbers(array: np.ndarray, expected: np.ndarray, precision: str) -> Finding:
    coarser = _coarser(array.dtype.name, precision)
    rtol, atol = _TOLERANCES[coarser]
    given, wanted = array.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        good = np.isclose(given, wanted, rtol=rtol, atol=atol)
    if good.all():
        return Finding()
    return Finding(_difference_sentence(given, wanted, good))


def _coarser(result: str, precision: str) -> str:
    order = list(_TOLERANCES)
    ranks = [order.index(name) for name in (result, precision) if name in order]
    return order[max(ranks, default=0)]


def _difference_sentence(given: np.ndarray, wanted: np.ndarray, good: np.ndarray) -> str:
    first = tuple(int(i) for i in np.argwhere(~good)[0])
    where = "" if not first else f" at index {first if len(first) > 1 else first[0]}"
    sentence = f"{given[first]:.6g} came where {wanted[first]:.6g} is wanted{where}"
    if given.size > 1:
        sentence += f"; {int((~good).sum())} of {given.size} numbers differ"
        finite = ~good & np.isfinite(given) & np.isfinite(wanted)
        if finite.any():
            largest = np.max(np.abs(given[finite] - wanted[finite]))
            sentence += f", by {largest:.3g} at most"
    return sentence


def precision(case: Case) -> str | None:
    """Name the dtype of the first floating array argument.

    Parameters
    ----------
    case : Case
        A call.

    Returns
    -------
    str or None
        Such as ``float32``; None when no argument is a floating array.
    """
    for array in _arrays(case.args):
        if array.dtype.kind == "f":
            return array.dtype.name
    return None


def wrong_dtype(case: Case, value: Any) -> str:
    """Look for an array whose dtype is not that of the arguments.

    Parameters
    ----------
    case : Case
        A call.
    value : object
        What came back; lists of numbers and single numbers have no dtype to judge.

    Returns
    -------
    str
        Empty when every array has the right dtype.
    """
    given = precision(case)
    wanted = given or "float64"
    why = ", the dtype of what you were given" if given else ""
    for array in _arrays(value):
        if array.ndim and array.dtype != wanted:
            return f"an array of dtype {array.dtype} came where {wanted} is wanted{why}"
    return ""


def same_numbers(left: Any, right: Any, name: str) -> bool:
    """Compare two values to rounding, NaN and infinities included.

    Parameters
    ----------
    left, right : object
        Numbers, arrays or nests of them; anything else is the same when its type is.
    name : str
        Floating dtype of the inputs.

    Returns
    -------
    bool
        Whether shapes and numbers agree.
    """
    a, b = as_numbers(left), as_numbers(right)
    if a is not None and b is not None:
        rtol = 1e-6 if name == "float64" else 1e-3
        close = a.shape == b.shape and np.allclose(a, b, rtol, rtol * 1e-2, equal_nan=True)
        return bool(close)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(same_numbers(one, two, name) for one, two in pairs)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same_numbers(left[key], right[key], name) for key in left
        )
    return a is None and b is None and type(left) is type(right)


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray | np.number):
        yield np.asarray(value)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, dict):
        yield from _arrays(list(value.values()))
