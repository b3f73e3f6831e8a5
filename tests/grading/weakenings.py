"""Weaker checks: what a task would be if one of the things that it looks at were left out.

Every weakening of a task must be noticed by one of its proofs.  One that is not shows a criterion,
or a kind of case, that no wrong answer needs: a misconception or a mutant is missing, or the case
is superfluous.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlcourse.grading.judging import _draw
from dlcourse.grading.spec import Case, Criterion, Function, Made, Random, Task

#: Numbers beyond this are extreme: careless formulas overflow or lose their digits.
LARGE = 50.0


@dataclass(frozen=True)
class Weakening:
    """A weaker task, in words and as data.

    `criterion` names the one that was weakened, if it is one; `looseness` multiplies tolerances.
    """

    what: str
    task: Task
    criterion: str = ""
    looseness: float = 1.0


def weakenings(task: Task, seed: str = "a") -> Iterator[Weakening]:
    """Every weakening of a task that the machinery knows.

    Each criterion is dropped; each that looks at more than values looks at values alone; each
    kind of case is dropped from each criterion that has several; extreme inputs and single
    precision are dropped everywhere; the tolerance is ten times what it is.
    """
    for criterion in task.criteria:
        yield Weakening(f"without {criterion.name}", _without(task, criterion), criterion.name)
        for what, weaker in _weaker(task, criterion, seed):
            yield Weakening(what, _with(task, criterion, weaker), criterion.name)
    for what, traits in (("extreme inputs", "extreme"), ("single precision", "float32")):
        if any(traits in kind_of(c) for one in task.criteria for c in _draw(task, one, seed)):
            yield Weakening(f"no {what} anywhere", _everywhere_without(task, traits))
    if task.verify is None:
        yield Weakening("ten times the tolerance", task, looseness=10.0)


def _weaker(task: Task, criterion: Criterion, seed: str) -> Iterator[tuple[str, Criterion]]:
    name = criterion.name
    if criterion.aspect != "values":
        yield f"{name}: values only", replace(criterion, aspect="values")
    if criterion.together is not None:
        yield f"{name}: each value by itself", replace(criterion, together=None)
    if criterion.together is not None or criterion.draws:
        return  # the cases belong together, or to other criteria as well
    kinds = dict.fromkeys(map(kind_of, _draw(task, criterion, seed)))
    for kind in kinds if len(kinds) > 1 else ():
        fewer = _skipping(criterion, lambda case, kind=kind: kind_of(case) == kind)
        yield f"{name}: without {kind}", fewer


def _without(task: Task, criterion: Criterion) -> Task:
    return replace(task, criteria=tuple(one for one in task.criteria if one is not criterion))


def _with(task: Task, old: Criterion, new: Criterion) -> Task:
    return replace(task, criteria=tuple(new if one is old else one for one in task.criteria))


def _everywhere_without(task: Task, trait: str) -> Task:
    criteria = (_skipping(one, lambda case: trait in kind_of(case)) for one in task.criteria)
    return replace(task, criteria=tuple(criteria))


def _skipping(criterion: Criterion, skipped: Any) -> Criterion:
    """The same criterion without some of its cases; what is left is drawn as before."""

    def cases(rng: np.random.Generator) -> list[Case]:
        return [case for case in criterion.cases(rng) if not skipped(case)]

    together = criterion.together

    def still_together(cases: list[Case], values: list[Any]) -> str:
        return together(cases, values) if together and cases else ""

    return replace(criterion, cases=cases, together=still_together if together else None)


# ---- kinds of cases


def kind_of(case: Case) -> str:
    """Say what kind of call this is: number types, axes, extremes, corners, names of arguments."""
    named = [f"{name}={_kind(value)}" for name, value in sorted(case.kwargs.items())]
    return f"({', '.join([*map(_kind, case.args), *named])})"


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray | np.number):
        return " ".join(_traits(value))
    if isinstance(value, bool | str) or value is None:
        return repr(value)
    if isinstance(value, int | float):
        return " ".join([type(value).__name__, *_sizes(np.asarray(value))])
    if isinstance(value, list | tuple):
        return _kind_of_parts(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_kind(part)}" for key, part in value.items()) + "}"
    names = {Function: "function", Random: "rng", Made: "made"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "function")


def _traits(value: Any) -> Iterator[str]:
    array = np.asarray(value)
    yield array.dtype.name
    yield f"{array.ndim}d" if isinstance(value, np.ndarray) else "number"
    if array.ndim > 1 and 1 in array.shape:
        yield "thin"
    elif array.ndim == 2 and array.shape[0] == array.shape[1]:
        yield "square"
    yield from _sizes(array)


def _sizes(array: np.ndarray) -> Iterator[str]:
    if array.size == 0:
        yield "empty"
    elif array.dtype.kind in "iuf":
        if np.abs(array).max() > LARGE:
            yield "extreme"
        if array.dtype.kind == "f" and (array == 0).any():
            yield "zero"


def _kind_of_parts(parts: Any) -> str:
    """Short lists and pairs part by part; longer ones by how many and by what they have in them."""
    count = {0: "none", 1: "one", 2: "two"}.get(len(parts), "several")
    return f"{count} of [{'; '.join(dict.fromkeys(map(_kind, parts)))}]"
