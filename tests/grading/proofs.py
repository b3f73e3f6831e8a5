"""The proofs of a task: wrong answers, each with what the task must find in it.

A proof holds when the task, as it is or weakened, still finds that.  Misconceptions must lose
points and be named as themselves and as no other; mutants are the reference with one fault, and
must lose the criteria that look for it.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import test_tasks
from test_tasks import ROOT, judged, lost, narrow, off_by, overwriting

from dlcourse.grading import compare
from dlcourse.grading.spec import Case, Criterion, Misconception, Task, TaskResult, Unit

Function = Callable[..., Any]


@dataclass(frozen=True)
class Proof:
    """A wrong answer, and whether a task, perhaps a weaker one, sees in it what it must.

    `criterion` is the one that it was written for, if it was; `loses` those that it loses.
    """

    name: str
    by: str
    sees: Callable[[Task, str], bool]
    loses: tuple[str, ...]
    criterion: str = ""


@cache
def proofs(unit: Unit, task: Task) -> tuple[Proof, ...]:
    """Every proof of a task that a wrong answer gives, unless it has tests of its own for that."""
    if task.name in tables_of(unit).get("PROVED_ELSEWHERE", ()):
        return ()
    every = [*(_of_misconception(task, known) for known in task.misconceptions)]
    every += _standard(task)
    every += _of_the_unit(unit, task)
    return tuple(every)


def _of_misconception(task: Task, known: Misconception) -> Proof:
    def sees(task: Task, seed: str) -> bool:
        reverse = replace(task, misconceptions=task.misconceptions[::-1])
        results = [judged(each, known.wrong, seed) for each in (task, reverse)]
        return all(one.misconception == known.name and one.score < one.max_score for one in results)

    return Proof(known.name, "misconception", sees, tuple(lost(judged(task, known.wrong))))


def _of_mutant(
    task: Task, name: str, wrong: Function, loses: Callable[[TaskResult], bool], criterion: str = ""
) -> Proof:
    def result(task: Task, seed: str) -> TaskResult:
        unnamed = replace(task, misconceptions=())  # a mutant need not be named
        return judged(unnamed, wrong, seed)

    def sees(task: Task, seed: str) -> bool:
        return loses(result(task, seed))

    return Proof(name, "mutant", sees, tuple(lost(result(task, "a"))), criterion)


def _standard(task: Task) -> Iterator[Proof]:
    """Faults that every task must find, whatever it asks for."""
    for aspect, faults in _FAULTS.items():
        criteria = [one for one in task.criteria if one.aspect == aspect]
        names = [one.name for one in criteria]
        for what, fault in faults.items() if names else ():
            yield _of_mutant(task, what, fault(task), lambda r, names=names: lost(r) == names)
        for kind in dict.fromkeys(map(_LIMITS[aspect], _calls(criteria))):
            yield _limited(task, aspect, kind, names)
    if task.verify is None:
        coarse = off_by(task, 5e-7)
        yield _of_mutant(task, "wrong in the seventh digit", coarse, lambda r: bool(lost(r)))
        if any(map(_is_single, _calls(task.criteria))):
            single = limited(task, _in_single, lambda task: off_by(task, 5e-7))
            yield _of_mutant(task, "wrong in single precision", single, lambda r: bool(lost(r)))


def _limited(task: Task, aspect: str, kind: Any, names: list[str]) -> Proof:
    """A fault in some calls only: for arrays of so many axes, for one precision, or both."""

    def where(*args: Any, **kwargs: Any) -> bool:
        return bool(_LIMITS[aspect](Case(args, kwargs)) == kind)

    def loses(result: TaskResult) -> bool:
        return len(lost(result)) > 0 and set(lost(result)) <= set(names)

    wrong = limited(task, where, _LIMITED[aspect])
    return _of_mutant(task, f"{aspect} for {kind}", wrong, loses)


def _calls(criteria: Iterable[Criterion]) -> list[Case]:
    return [case for one in criteria for case in one.cases(np.random.default_rng(0))]


def _axes(case: Case) -> int | None:
    """How many axes the first array has that is given."""
    return next((np.ndim(array) for array in compare._arrays(case.args)), None)


def _of_the_unit(unit: Unit, task: Task) -> Iterator[Proof]:
    also = tables_of(unit).get("ALSO", {})
    for criterion in task.criteria:
        name = criterion.name
        if f"{task.name}.{name}" in test_tasks.ONLY:
            alone = lambda r, name=name: lost(r) == [name]  # noqa: E731
            wrong = test_tasks.mutant(task, criterion)
            yield _of_mutant(task, f"{name} alone", wrong, alone, name)
        for what, where in also.get(f"{task.name}.{name}", also.get(name, {})).items():
            among = lambda r, name=name: name in lost(r)  # noqa: E731
            wrong = _with_a_fault(task, criterion, where)
            yield _of_mutant(task, f"{name}: {what}", wrong, among, name)


def tables_of(unit: Unit) -> dict[str, Any]:
    """What ``tests/mutants`` has on a unit."""
    return runpy.run_path(str(ROOT / "tests" / "mutants" / f"{unit.slug}.py"))


def _with_a_fault(task: Task, criterion: Criterion, where: Function) -> Function:
    """The reference, with a fault of the kind that the criterion looks at."""
    if criterion.aspect in ("dtype", "arguments"):
        return limited(task, where, _LIMITED[criterion.aspect])
    return test_tasks.spoiled(task, where)


def limited(task: Task, where: Function, fault: Callable[[Task], Function]) -> Function:
    """The reference, but with a fault in the calls that `where` picks."""
    wrong = fault(task)

    def function(*args: Any, **kwargs: Any) -> Any:
        chosen = wrong if where(*args, **kwargs) else task.reference
        return chosen(*args, **kwargs)

    return function


def other_precision(task: Task) -> Function:
    """The reference, in float64 where float32 is wanted and the other way round."""
    wide, short = narrow(task), shortened(task)

    def function(*args: Any, **kwargs: Any) -> Any:
        return (wide if _in_single(*args, **kwargs) else short)(*args, **kwargs)

    return function


def shortened(task: Task) -> Function:
    """The reference, but with float32 where it has another floating dtype."""

    def cast(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(cast(part) for part in value)
        if isinstance(value, dict):
            return {name: cast(part) for name, part in value.items()}
        array = np.asarray(value)
        return array.astype(np.float32) if array.dtype.kind == "f" else value

    return lambda *args, **kwargs: cast(task.reference(*args, **kwargs))


def warning(task: Task) -> Function:
    """The reference, but NumPy has something to say on the way."""

    def function(*args: Any, **kwargs: Any) -> Any:
        np.exp(np.float64(1000.0))
        return task.reference(*args, **kwargs)

    return function


def _is_single(case: Case) -> bool:
    return compare.precision(case) == "float32"


def _in_single(*args: Any, **kwargs: Any) -> bool:
    return _is_single(Case(args, kwargs))


#: What goes wrong, by what a criterion looks at beside the value.
_FAULTS: dict[str, dict[str, Callable[[Task], Function]]] = {
    "dtype": {"always in float64": narrow, "always in float32": shortened},
    "arguments": {"overwrites its arguments": overwriting},
    "quiet": {"makes NumPy warn": warning},
}

#: What goes wrong in some calls only.
_LIMITED: dict[str, Callable[[Task], Function]] = {
    "dtype": other_precision,
    "arguments": overwriting,
    "quiet": warning,
}

#: What such a fault is limited to.
_LIMITS: dict[str, Callable[[Case], Any]] = {
    "dtype": lambda case: (compare.precision(case), _axes(case)),
    "arguments": _axes,
    "quiet": lambda case: (compare.precision(case), _axes(case)),
}
