"""``check("softmax", softmax)``: what a student's notebook calls to know how it stands.

The same tasks and the same judging as in grading, on public inputs, in place and at once.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import sys
from collections.abc import Callable
from typing import Any

from dlcourse.grading import tasks
from dlcourse.grading.card import Card
from dlcourse.grading.judging import calls, judge
from dlcourse.grading.spec import Answer, Ask, Case, Task

#: Draws the inputs of every check; grading draws others.
PUBLIC_SEED = "public"


class CheckFailed(Exception):  # noqa: N818 - the name is what a student reads
    """A task is not complete yet; the card that was shown before says what is missing."""

    def _render_traceback_(self) -> list[str]:
        """Show one line in a notebook instead of a traceback through this package."""
        return [f"{type(self).__name__}: {self}"]


def check(name: str, function: Callable[..., Any]) -> None:
    """Judge a function in the notebook, and show what is right and what is not yet.

    Parameters
    ----------
    name : str
        The task, such as ``"softmax"``.
    function : callable
        The student's function itself, not what it returned.

    Raises
    ------
    CheckFailed
        When a point is missing; the card that was shown before says why.
    """
    task = _task(name)
    _require_own_function(task, function)
    ask = _Watched(calls(function))
    result = judge(task, ask, PUBLIC_SEED)
    if ask.unwritten:
        raise CheckFailed(
            f"{name} is not written yet: put your code in the place of "
            "`raise NotImplementedError()` above, run that cell, then this one again"
        )
    _show(Card(result, ask.lines_printed))
    if not result.passed:
        raise CheckFailed(
            f"{name} has {result.score:g} of {result.max_score:g} points so far; "
            "what is missing is shown above"
        )


class _Watched:
    """An `Ask` that keeps prints off the page, and notices a function that is still a stub."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.unwritten = True
        self.lines_printed = 0

    def __call__(self, case: Case) -> Answer:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            answer = self.ask(case)
        self.lines_printed += len(printed.getvalue().splitlines())
        self.unwritten &= answer.error.startswith("NotImplementedError")
        return answer


def _task(name: str) -> Task:
    with contextlib.suppress(KeyError):
        return tasks.find_task(name)
    if not isinstance(name, str):
        raise CheckFailed(
            "the first argument of check is the name of the task in quotes, the second is your "
            'function: check("relu", relu)'
        )
    known = [task.name for unit in tasks.UNITS for task in unit.tasks]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the tasks are {', '.join(known)}"
    raise CheckFailed(f"there is no task {name!r}; {hint}")


def _require_own_function(task: Task, function: Any) -> None:
    if not callable(function):
        raise CheckFailed(
            f"check wants the function itself: write {task.name} without parentheses or quotes "
            f"after it (what came is of type {type(function).__name__})"
        )
    borrowed = _borrowed(function)
    if borrowed:
        raise CheckFailed(
            f"this answer uses {borrowed}. Grading has no dlcourse to import, so it would earn "
            "nothing there: write the steps yourself"
        )


def _borrowed(function: Callable[..., Any]) -> str:
    """Name what the function takes from this package, if anything."""
    module = getattr(function, "__module__", None) or ""
    if module.split(".")[0] == "dlcourse":
        return f"{module}.{getattr(function, '__name__', '')}"
    code = getattr(function, "__code__", None)
    names = code.co_names if code else ()
    namespace = getattr(function, "__globals__", {})
    for value in (namespace[name] for name in names if name in namespace):
        home = getattr(value, "__module__", None) or getattr(value, "__name__", None)
        if isinstance(home, str) and home.split(".")[0] == "dlcourse":
            return home
    return ""


def _show(card: Card) -> None:
    """Display the card in a notebook, print it elsewhere."""
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        from IPython.display import display

        display(card)
    else:
        sys.stdout.write(f"{card}\n")
