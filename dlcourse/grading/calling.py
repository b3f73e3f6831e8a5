"""Calls a student's function in this process, and keeps what happened instead of raising it."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import numpy as np

from dlcourse.grading.inside.cells import unwritten
from dlcourse.grading.inside.rules import at_fault, is_numeric, settled, visible
from dlcourse.grading.spec import Answer, Ask, Case, Made, Random, Then


def calls(function: Callable[..., Any]) -> Ask:
    """Make an `Ask` that calls a function in this process.

    Parameters
    ----------
    function : callable
        The function under test.

    Returns
    -------
    callable
        Turns a `Case` into an `Answer`; errors and NumPy's warnings are kept, not raised.
    """

    def ask(case: Case) -> Answer:
        unmade: list[str] = []
        args = tuple(_supplied(arg, function, unmade) for arg in case.args)
        kwargs = fresh(dict(case.kwargs))
        with (
            warnings.catch_warnings(record=True) as caught,
            np.errstate(all="warn", under="ignore"),
        ):
            warnings.simplefilter("always")
            try:
                value = settled(function(*args, **kwargs))
                if case.then is not None:
                    value = settled(_handed_on(value, case.then, function))
                value = visible(value, case.hides)
            except (Exception, SystemExit) as error:
                said = unwritten(error, function) or _short(error)
                said = at_fault(said + _place(error, function), unmade)
                return Answer(error=said, arguments=args)
        return Answer(value, warnings=tuple(_numeric_warnings(caught)), arguments=args)

    return ask


def fresh(value: Any, widen: bool = False) -> Any:
    """Copy arguments so that no call sees what another one did to them.

    Parameters
    ----------
    value : object
        Arguments of a `Case`, nested.
    widen : bool
        Whether floating arrays and numbers become float64.

    Returns
    -------
    object
        The same with new arrays, and generators in the place of `Random`; `Made` becomes what
        it is without the student's own function.
    """
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if widen and value.dtype.kind == "f" else value.copy()
    if isinstance(value, np.floating) and widen:
        return np.float64(value)
    if isinstance(value, list | tuple):
        return type(value)(fresh(part, widen) for part in value)
    if isinstance(value, dict):
        return {key: fresh(part, widen) for key, part in value.items()}
    if isinstance(value, Made):
        return fresh(value.otherwise, widen)
    return value.generator() if isinstance(value, Random) else value


def same(left: Any, right: Any) -> bool:
    """Compare nested values exactly: arrays by dtype, shape and numbers.

    Parameters
    ----------
    left, right : object
        Arguments after and before a call, or fingerprints.  Where `right` is a function, a
        `Random` or a `Made`, anything is the same.

    Returns
    -------
    bool
        Whether nothing differs.
    """
    if isinstance(right, Random | Made):
        return True
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        both = isinstance(left, np.ndarray) and isinstance(right, np.ndarray)
        return both and left.dtype == right.dtype and np.array_equal(left, right, equal_nan=True)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(same(a, b) for a, b in pairs)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if callable(right):
        return True
    if isinstance(left, list | tuple | dict) or isinstance(right, list | tuple | dict):
        return False  # NumPy numbers would compare themselves with every part
    return bool(left == right) or (left != left and right != right)


def _supplied(arg: Any, function: Callable[..., Any], unmade: list[str]) -> Any:
    """Copy an argument; one that the student's own function makes is made, if it can be."""
    if not isinstance(arg, Made):
        return fresh(arg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = _beside(function, arg.function)(*fresh(arg.args))
        return made if arg.part is None else made[arg.part]
    except (Exception, SystemExit) as error:
        if arg.part is None:
            unmade.append(f"{arg.function} does not work yet: {_short(error)}")
        return fresh(arg)


def _handed_on(value: Any, then: Then, function: Callable[..., Any]) -> Any:
    try:
        return _beside(function, then.function)(value, *fresh(then.args))
    except NotImplementedError:
        raise RuntimeError(f"{then.function} is not written yet") from None


def _beside(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Find another function where the one under test was written."""
    found = getattr(inspect.unwrap(function), "__globals__", {}).get(name)
    if found is None:
        raise NameError(f"{name} is not defined")
    return found


def _numeric_warnings(caught: list[warnings.WarningMessage]) -> Iterator[str]:
    for warning in caught:
        text = str(warning.message)
        if is_numeric(warning.category, text):
            yield text


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__


def _place(error: BaseException, function: Callable[..., Any]) -> str:
    """Say on which line of the function the error arose, counted from its ``def``."""
    code = getattr(function, "__code__", None)
    lines = [
        step.tb_lineno - code.co_firstlineno + 1
        for step in _steps(error.__traceback__)
        if code is not None and step.tb_frame.f_code is code
    ]
    return f" (line {lines[-1]} of your function)" if lines else ""


def _steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next
