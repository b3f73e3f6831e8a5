"""Rebuild a submission on the released notebook: the student's answers, the course's checks.

The student's code runs in the student's order, as it would in the notebook.  Only the check cells
are the course's: each marks the place where a function is taken for judging.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from dlcourse.grading.engines import FAST, SHELL, choose
from dlcourse.grading.intake import RawCell, Submitted, parse_notebook
from dlcourse.grading.reading import LONGEST, parse
from dlcourse.grading.spec import Unit

#: Modules that no answer needs; an instructor may want to look at who uses them.
ODD_MODULES = frozenset(
    {"ctypes", "socket", "subprocess", "signal", "gc", "multiprocessing", "threading", "pickle"}
    | {"scipy", "torch", "tensorflow", "jax", "sklearn"}
)
ODD_NAMES = frozenset(
    {"input_transformers_cleanup", "ast_transformers", "_exit", "__subclasses__"}
    | {"_getframe", "currentframe", "tb_frame", "f_back", "f_locals", "f_globals"}
)
_MOST_FLAGS = 20
_LONGEST_FLAG = 120
#: How much code of one submission is looked through, in characters.
_MOST_CODE = 10 * LONGEST

#: What a notebook imports from the course: the checks.
_ALLOWED = ("dlcourse.grading", "dlcourse.grading.check", "dlcourse.grading.practice_digits")


@dataclass(frozen=True)
class StagedCell:
    """Code to run; `takes` names the functions to take for judging at this place."""

    id: str
    source: str
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staged:
    """A submission, repaired.

    `cells` is what runs, `answers` the code by task, `texts` the free-text answers,
    `repairs` what was put right, `blank_texts` the grade ids of the free-text cells that are as
    they were given, `engine` what the cells need.
    """

    cells: tuple[StagedCell, ...]
    answers: dict[str, str]
    texts: dict[str, str]
    repairs: tuple[str, ...]
    digest: str
    blank_texts: tuple[str, ...] = ()
    engine: str = FAST


class Release:
    """The notebook that students got, by grade id, by cell id and by content."""

    def __init__(self, data: bytes, unit: Unit) -> None:
        self.unit = unit
        self.cells, _ = parse_notebook(data)
        self.document: dict[str, Any] = json.loads(data)
        self.by_id = {cell.id: cell for cell in self.cells if cell.id and cell.grade_id}
        self.stubs = {cell.grade_id: cell.source.strip() for cell in self.cells if cell.grade_id}

    def recognize(self, cells: tuple[RawCell, ...]) -> list[tuple[str, RawCell]]:
        """Find the grade id of every cell: by grade id, then cell id, then content; else empty."""
        known = [(self._by_mark(cell), cell) for cell in cells]
        found = {grade_id for grade_id, _ in known}
        return [(grade_id or self._by_content(cell, found), cell) for grade_id, cell in known]

    def _by_mark(self, cell: RawCell) -> str:
        if cell.grade_id in self.stubs:
            return cell.grade_id
        return self.by_id[cell.id].grade_id if cell.id in self.by_id else ""

    def _by_content(self, cell: RawCell, found: set[str]) -> str:
        """Recognize a check by its call; an answer, if it is nowhere else, by what it defines."""
        for task in self.unit.tasks:
            if re.match(rf"\s*check\(\s*[\"']{task.name}[\"']", cell.source):
                return f"test-{task.name}"
            answer = f"answer-{task.name}"
            if answer not in found and re.search(rf"(?m)^def {task.name}\(", cell.source):
                return answer
        return ""


def stage(submitted: Submitted, release: Release) -> Staged:
    """Rebuild a submission.

    Parameters
    ----------
    submitted : Submitted
        What the student handed in.
    release : Release
        What the student was given.

    Returns
    -------
    Staged
        Cells to run, answers by task, and repairs.
    """
    known = release.recognize(submitted.cells)
    repairs = [*submitted.remarks, *_repairs(known, release)]
    answers = _join(known, "answer-")
    cells = tuple(_runnable(known, release))
    return Staged(
        cells=cells,
        engine=choose(cell.source for cell in cells),
        answers={task.name: answers.get(task.name, "") for task in release.unit.tasks},
        texts=_join(known, "free-"),
        repairs=tuple(repairs),
        digest=submitted.digest,
        blank_texts=tuple(
            grade_id
            for grade_id, cell in known
            if grade_id.startswith("free-") and cell.source.strip() == release.stubs[grade_id]
        ),
    )


def rebuilt(release_document: dict[str, Any], staged: Staged) -> dict[str, Any]:
    """Put a student's answers into the released notebook.

    Parameters
    ----------
    release_document : dict
        The released notebook, as JSON.
    staged : Staged
        The repaired submission.

    Returns
    -------
    dict
        A notebook in which every graded cell is there exactly once; what is not the student's
        it shares with the release.
    """
    found = {"answer": staged.answers, "free": staged.texts}

    def filled(cell: dict[str, Any]) -> dict[str, Any]:
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        kind, _, name = grade_id.partition("-")
        written = found.get(kind, {})
        return cell | {"source": written[name]} if name in written else cell

    return release_document | {"cells": [filled(cell) for cell in release_document["cells"]]}


def flags(submitted: Submitted, unit: Unit) -> tuple[str, ...]:
    """Say what an instructor may want to look at: odd imports, ways around the course.

    Parameters
    ----------
    submitted : Submitted
        What the student handed in.
    unit : Unit
        Says which libraries would do its tasks.

    Returns
    -------
    tuple of str
        A few phrases; they decide no point.
    """
    forbidden = {name for task in unit.tasks for name in task.forbidden}
    libraries = {name.split(".")[0] for name in forbidden}
    found: dict[str, None] = {}
    left = _MOST_CODE
    for cell in submitted.cells:
        if cell.kind == "code":
            left -= len(cell.source)
            if left < 0 or len(cell.source) > LONGEST:
                found.setdefault("has more code than can be looked through")
                continue
            found |= dict.fromkeys(
                flag[:_LONGEST_FLAG] for flag in _flags_of(cell.source, libraries)
            )
    return tuple(found)[:_MOST_FLAGS]


def _runnable(known: list[tuple[str, RawCell]], release: Release) -> list[StagedCell]:
    """Student code in the student's order, with a marker for each check cell."""
    stubs = {
        grade_id.removeprefix("answer-")
        for grade_id, cell in known
        if grade_id.startswith("answer-") and cell.source.strip() == release.stubs[grade_id]
    }
    in_code = {grade_id for grade_id, cell in known if cell.kind == "code"}
    cells = []
    for position, (grade_id, cell) in enumerate(known):
        kind, _, name = grade_id.partition("-")
        place = grade_id or cell.id or f"cell-{position}"
        if kind == "test":
            # An untouched stub is not what the student wants judged: the function may be written
            # elsewhere.  Without a marker the last definition in the notebook counts.
            if name not in stubs:
                cells.append(StagedCell(place, "", (name,)))
        elif cell.source.strip() and (cell.kind == "code" or _retyped(grade_id, in_code)):
            cells.append(StagedCell(place, cell.source))
    return cells


def _retyped(grade_id: str, in_code: set[str]) -> bool:
    """Whether a text cell is an answer that was turned into text and has no copy in code."""
    return grade_id.startswith("answer-") and grade_id not in in_code


def _join(known: list[tuple[str, RawCell]], prefix: str) -> dict[str, str]:
    """Collect sources by task; the copies of a duplicated or split cell follow each other."""
    joined: dict[str, list[str]] = {}
    for grade_id, cell in known:
        if grade_id.startswith(prefix):
            parts = joined.setdefault(grade_id.removeprefix(prefix), [])
            if cell.source not in parts:
                parts.append(cell.source)
    return {name: "\n\n".join(parts) for name, parts in joined.items()}


def _repairs(known: list[tuple[str, RawCell]], release: Release) -> list[str]:
    repairs = []
    for wanted in release.cells:
        if wanted.grade_id:
            found = [cell for grade_id, cell in known if grade_id == wanted.grade_id]
            repairs += _repairs_of(wanted, found)
    return repairs


def _repairs_of(wanted: RawCell, found: list[RawCell]) -> list[str]:
    kind, _, name = wanted.grade_id.partition("-")
    role = {"answer": "answer", "test": "check", "free": "text"}.get(kind, kind)
    what = f"the {role} cell of {name}"
    if not found:
        if kind == "test":
            return [f"{what} was missing; the task is judged by the last {name} in the notebook"]
        return [f"{what} was missing"]
    repairs = []
    if len(found) > 1:
        repairs.append(f"{what} was there {len(found)} times; all copies were read, in order")
    if any(cell.kind != wanted.kind for cell in found):
        repairs.append(f"{what} had been turned into another kind of cell; it was read as before")
    if any(cell.grade_id != wanted.grade_id for cell in found):
        repairs.append(f"{what} had lost its grading data; it was recognized by its content")
    if kind == "test" and any(cell.source.strip() != wanted.source.strip() for cell in found):
        repairs.append(f"{what} had been edited; the released one was used")
    return repairs


def _flags_of(source: str, libraries: set[str]) -> list[str]:
    flags = []
    if SHELL.search(source):
        flags.append("has shell commands, which are not run while grading")
    return flags + _flags_of_code(source, libraries)


def _flags_of_code(source: str, libraries: set[str]) -> list[str]:
    tree = parse(source)
    if tree is None:
        return []
    flags = []
    for node in ast.walk(tree):
        for module in _imports(node):
            top = module.split(".")[0]
            if top == "dlcourse" and module not in _ALLOWED:
                flags.append(f"imports the course's own answers ({module})")
            elif top in libraries:
                flags.append(f"imports {module}, which does the tasks of this unit")
            elif top in ODD_MODULES:
                flags.append(f"imports {module}")
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name in ODD_NAMES:
            flags.append(f"uses {name}")
    return flags


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "dlcourse.grading":
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []
