"""A sample class for unit 1: right, wrong, blank, broken and dishonest submissions.

Each tells what it is in its name, and what it ought to get.  `dlcourse demo` grades it, and the
tests hold the grader to it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.grading import sample_code as code
from dlcourse.grading.directory import CONFIG, Course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.spec import Unit

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A submission of the sample class.

    `kind` is right, wrong, blank, broken, cheating or corrupted; `spoiled` names the tasks that
    ought to lose points; `make` turns the solved notebook into the bytes handed in.
    """

    student: str
    kind: str
    tells: str
    spoiled: tuple[str, ...]
    make: Callable[[Notebook], bytes]


def sample_class(unit: Unit, released: Notebook) -> list[Sample]:
    """List the sample class.

    Parameters
    ----------
    unit : Unit
        Unit 1.
    released : dict
        The notebook without answers, as JSON.

    Returns
    -------
    list of Sample
        Twenty-four submissions.
    """
    every = tuple(task.name for task in unit.tasks)
    return [
        *_right(),
        *_wrong(),
        *_unfinished(every, released),
        *_cheating(every),
        *_corrupted(every),
    ]


def write_class(course: Course, unit: Unit) -> list[Sample]:
    """Hand in the sample class.

    Parameters
    ----------
    course : Course
        A course directory with the unit's notebooks.
    unit : Unit
        Unit 1.

    Returns
    -------
    list of Sample
        What was handed in.

    Raises
    ------
    DlcourseError
        When the notebooks of the unit are not there.
    """
    solution = course.solution(unit).with_suffix(".ipynb")
    try:
        solved = json.loads(solution.read_text("utf-8"))
        released = json.loads(course.release(unit).read_text("utf-8"))
    except OSError as error:
        raise DlcourseError(
            f"cannot read {error.filename}; run `dlcourse release {unit.number}` first"
        ) from error
    samples = sample_class(unit, released)
    for sample in samples:
        folder = course.submission(unit, sample.student)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{unit.slug}.ipynb").write_bytes(sample.make(copy.deepcopy(solved)))
    return samples


def _right() -> list[Sample]:
    def sample(student: str, tells: str, make: Callable[[Notebook], bytes]) -> Sample:
        return Sample(student, "right", tells, (), make)

    return [
        sample("right-as-taught", "the reference solution", _dump),
        sample("right-in-loops", "plain Python loops", lambda nb: _dump(_answer(nb, code.LOOPS))),
        sample(
            "right-as-lists", "lists and whole numbers", lambda nb: _dump(_answer(nb, code.LISTS))
        ),
        sample("right-and-noisy", "prints and warns", lambda nb: _dump(_insert(nb, 2, code.NOISE))),
        sample("right-but-shuffled-cells", "cells duplicated and deleted", _disordered),
        sample("right-with-odd-bytes", "BOM, CRLF, no grading data", _odd_bytes),
        sample("right-after-an-error", "an early cell fails", _after_error),
    ]


def _wrong() -> list[Sample]:
    def sample(student: str, tells: str, task: str, source: str) -> Sample:
        def make(notebook: Notebook) -> bytes:
            return _dump(_answer(notebook, {task: source}))

        return Sample(student, "wrong", tells, (task,), make)

    return [sample(*row) for row in code.WRONG]


def _unfinished(every: tuple[str, ...], released: Notebook) -> list[Sample]:
    half = every[len(every) // 2 :]
    stubs = {name: source for name, source in _answers(released).items() if name in half}
    return [
        Sample("blank", "blank", "the released notebook", every, lambda _: _dump(released)),
        Sample(
            "half-done",
            "blank",
            "the second half is not written",
            half,
            lambda nb: _dump(_answer(nb, stubs)),
        ),
        Sample(
            "crashes",
            "broken",
            "relu_grad ends the process",
            ("relu_grad",),
            lambda nb: _dump(_answer(nb, {"relu_grad": code.CRASH})),
        ),
        Sample(
            "loops-in-a-function",
            "broken",
            "leaky_relu never returns",
            ("leaky_relu",),
            lambda nb: _dump(_answer(nb, {"leaky_relu": code.LOOP})),
        ),
        Sample(
            "loops-in-a-cell",
            "broken",
            "a cell never ends and catches every interrupt",
            (),
            lambda nb: _dump(_insert(nb, 2, code.STUBBORN_LOOP)),
        ),
    ]


def _cheating(every: tuple[str, ...]) -> list[Sample]:
    def sample(student: str, tells: str, text: str) -> Sample:
        source = text.format(names=" ".join(every))
        return Sample(student, "cheating", tells, every, lambda nb: _dump(_replaced(nb, source)))

    return [
        sample("cheat-imports-the-answer", "imports the reference", code.IMPORTER),
        sample("cheat-equals-everything", "objects equal to everything", code.EVERYTHING_EQUAL),
        sample("cheat-patches-numpy", "patches asserts and NumPy", code.PATCHES),
        sample("cheat-searches-the-disk", "looks for solutions and marks", code.THIEF),
    ]


def _corrupted(every: tuple[str, ...]) -> list[Sample]:
    forger = code.FORGER.format(names=" ".join(every))
    return [
        Sample(
            "cheat-forges-messages",
            "cheating",
            "writes its own verdict",
            every,
            lambda nb: _dump(_replaced(nb, forger)),
        ),
        Sample(
            "corrupted-upload",
            "corrupted",
            "the file is cut off",
            every,
            lambda nb: _dump(nb)[:4000],
        ),
    ]


def _dump(notebook: Notebook) -> bytes:
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))


def _answers(notebook: Notebook) -> dict[str, str]:
    found = {}
    for cell in notebook["cells"]:
        kind, _, name = _grade_id(cell).partition("-")
        if kind == "answer":
            found[name] = _text(cell)
    return found


def _text(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _answer(notebook: Notebook, answers: dict[str, str]) -> Notebook:
    for cell in notebook["cells"]:
        kind, _, name = _grade_id(cell).partition("-")
        if kind == "answer" and name in answers:
            cell["source"] = answers[name].strip("\n")
    return notebook


def _code_cell(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.strip("\n"),
    }


def _insert(notebook: Notebook, position: int, source: str) -> Notebook:
    """Insert a cell after the imports."""
    first = next(i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    notebook["cells"].insert(first + position - 1, _code_cell(source))
    return notebook


def _after_error(notebook: Notebook) -> bytes:
    return _dump(_insert(notebook, 2, code.EARLY_ERROR))


def _replaced(notebook: Notebook, source: str) -> Notebook:
    """Drop every answer and put one cell of code in their place, before the first check."""
    blank = dict.fromkeys(_answers(notebook), "pass")
    return _insert(_answer(notebook, blank), 2, source)


def _disordered(notebook: Notebook) -> bytes:
    cells = notebook["cells"]
    checks = [i for i, cell in enumerate(cells) if _grade_id(cell).startswith("test-")]
    del cells[checks[3]]
    cells.insert(checks[0], copy.deepcopy(cells[checks[0]]))
    answer = next(i for i, cell in enumerate(cells) if _grade_id(cell) == "answer-softmax")
    cells[answer]["cell_type"] = "markdown"
    for key in ("outputs", "execution_count"):
        cells[answer].pop(key, None)
    return _dump(notebook)


def _odd_bytes(notebook: Notebook) -> bytes:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    text = json.dumps(notebook, indent=1).replace("\n", "\r\n")
    return b"\xef\xbb\xbf" + text.encode()


def course_copy(source: Course, target: Path, units: tuple[Unit, ...]) -> Course:
    """Copy what a course needs to grade into a new directory, with a gradebook of its own.

    Parameters
    ----------
    source : Course
        Where the notebooks are.
    target : Path
        The new course directory.
    units : tuple of Unit
        What to copy.

    Returns
    -------
    Course
        The new course.
    """
    target.mkdir(parents=True, exist_ok=True)
    own = 'c.CourseDirectory.db_url = "sqlite:///gradebook.db"  # of the copy alone\n'
    config = (source.root / CONFIG).read_text("utf-8")
    (target / CONFIG).write_text(f"{config}\n{own}", "utf-8")
    for unit in units:
        solution = source.solution(unit).with_suffix(".ipynb")
        for path in (source.release(unit), solution):
            copied = target / path.relative_to(source.root)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(path.read_bytes())
    return Course(target.resolve())
