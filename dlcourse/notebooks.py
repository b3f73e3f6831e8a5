"""One source of a unit, two notebooks: the one with answers, and the students'.

The students' is made by nbgrader's own preprocessors.  An author marks nothing but free-text
cells; what else a cell is shows in what it contains:

- ``def softmax(`` and ``### BEGIN SOLUTION`` make the answer cell of the task ``softmax``;
- ``check("softmax", softmax)`` makes its check cell, worth what the task is worth;
- a Markdown cell with the metadata ``{"free": "name", "points": 5}`` is a model answer with its
  marking rubric, replaced by a place to write in;
- ``{points:softmax}`` and ``{points:all}`` in Markdown become numbers.
"""

from __future__ import annotations

import ast
import copy
import re
from typing import Any

from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.spec import Unit

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_CHECK = re.compile(r'^check\("(\w+)", (\w+)\)$')
_POINTS = re.compile(r"\{points:(\w+)\}")


class CourseError(DlcourseError):
    """A source does not make a proper notebook; the message says where and what to do."""


def solution_notebook(unit: Unit, text: str) -> Any:
    """Turn a source into the notebook with answers.

    Parameters
    ----------
    unit : Unit
        Says which tasks there must be and what they are worth.
    text : str
        The source, MyST Markdown.

    Returns
    -------
    NotebookNode
        With nbgrader's metadata, fixed cell ids and no outputs.

    Raises
    ------
    CourseError
        When a task has no answer cell or no check cell, or a cell belongs to no task.
    """
    import jupytext

    notebook = jupytext.reads(text, fmt="md:myst")
    free = {
        cell.metadata["free"]: float(cell.metadata["points"])
        for cell in notebook.cells
        if "free" in cell.metadata
    }
    points = {task.name: task.points for task in unit.tasks} | free
    for cell in notebook.cells:
        _mark(cell, points)
        if cell.cell_type == "markdown":
            cell.source = _with_points(cell.source, points)
    _require_complete(unit, notebook)
    _number(notebook)
    notebook.metadata = {"kernelspec": dict(_KERNEL), "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def release_notebook(solved: Any) -> Any:
    """Take the answers out, as ``nbgrader generate_assignment`` does.

    Parameters
    ----------
    solved : NotebookNode
        From `solution_notebook`.

    Returns
    -------
    NotebookNode
        What students get.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    notebook: Any = copy.deepcopy(solved)
    resources: dict[str, Any] = {}
    for preprocessor in GenerateAssignment.preprocessors.default_args[0]:
        if preprocessor is not SaveCells:  # it writes to the gradebook
            notebook, resources = preprocessor().preprocess(notebook, resources)
    return notebook


def require_no_leak(unit: Unit, solved: Any, released: Any) -> None:
    """Refuse a students' notebook that shows a line of the answers.

    Parameters
    ----------
    unit : Unit
        Named in the error.
    solved, released : NotebookNode
        The notebook with answers, and the students'.

    Raises
    ------
    CourseError
        When an answer would be released.
    """
    text = "\n".join(cell.source for cell in released.cells)
    for secret in (_BEGIN, _END, *_secret_lines(solved)):
        if secret in text:
            raise CourseError(f"unit {unit.name}: the students' notebook would show {secret!r}")


def _mark(cell: Any, points: dict[str, float]) -> None:
    """Give a cell nbgrader's metadata if it is one of those that count."""
    name = _free_name(cell) or _answer_name(cell) or _check_name(cell)
    if name is None:
        cell.metadata = {}
        return
    if name not in points:
        raise CourseError(f"the unit has no task {name!r}, but a cell answers or checks it")
    answers, marked = _BEGIN in cell.source, cell.cell_type == "markdown" or _check_name(cell)
    kind = "free" if cell.cell_type == "markdown" else "test" if marked else "answer"
    cell.metadata = {
        "nbgrader": {
            "grade": bool(marked),
            "grade_id": f"{kind}-{name}",
            "locked": kind == "test",
            "schema_version": 3,
            "solution": kind == "free" or answers,
            "task": False,
        }
    }
    if marked:
        cell.metadata["nbgrader"]["points"] = points[name]
    if kind == "test":
        cell.metadata["tags"] = ["raises-exception"]  # so that Run All goes on


def _free_name(cell: Any) -> str | None:
    return cell.metadata.get("free") if cell.cell_type == "markdown" else None


def _answer_name(cell: Any) -> str | None:
    """Find the function that an answer cell defines last."""
    if cell.cell_type != "code" or _BEGIN not in cell.source:
        return None
    body = ast.parse(cell.source).body
    names = [part.name for part in body if isinstance(part, ast.FunctionDef)]
    if not names:
        raise CourseError(f"this cell has a solution but no function:\n{cell.source}")
    return names[-1]


def _check_name(cell: Any) -> str | None:
    found = _CHECK.match(cell.source.strip()) if cell.cell_type == "code" else None
    if found and found.group(1) != found.group(2):
        raise CourseError(f"{cell.source.strip()}: the two names differ")
    return found.group(1) if found else None


def _with_points(text: str, points: dict[str, float]) -> str:
    def number(found: re.Match[str]) -> str:
        name = found.group(1)
        if name != "all" and name not in points:
            raise CourseError(f"{found.group()}: the unit has no task of that name")
        return f"{sum(points.values()) if name == 'all' else points[name]:g}"

    return _POINTS.sub(number, text)


def _require_complete(unit: Unit, notebook: Any) -> None:
    have = [cell.metadata["nbgrader"]["grade_id"] for cell in notebook.cells if cell.metadata]
    want = [f"{kind}-{task.name}" for task in unit.tasks for kind in ("answer", "test")]
    want += [f"free-{name}" for name in unit.free_text]
    wrong = {
        "is missing": [name for name in want if name not in have],
        "belongs to no task": [name for name in have if name not in want],
        "is there twice": [name for name in set(have) if have.count(name) > 1],
    }
    for what, names in wrong.items():
        if names:
            raise CourseError(f"unit {unit.name}: the cell {', '.join(sorted(names))} {what}")


def _number(notebook: Any) -> None:
    """Give every cell a fixed id: its grade id, or its place after the last cell that has one."""
    last, count = "start", 0
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        last, count = (grade_id, 0) if grade_id else (last, count + 1)
        cell.id = grade_id or f"after-{last}-{count}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _secret_lines(solved: Any) -> list[str]:
    """Lines of the answers that are long enough to mean something."""
    lines = []
    for cell in solved.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            kept = cell.source if cell.cell_type == "markdown" else _between(cell.source)
            lines += [line.strip() for line in kept.splitlines() if len(line.strip()) > 12]
    return lines


def _between(source: str) -> str:
    return source.split(_BEGIN, 1)[1].split(_END, 1)[0]
