"""The marked notebook that formgrader shows: the student's answers, the course's checks, marks.

nbgrader prints outputs and markdown as raw HTML on the instructor's screen.  So outputs here are
plain text of our own, and markdown of the student's has its tags opened up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlcourse.grading.directory import Course, write_atomically
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.intake import UnreadableError, read_submission
from dlcourse.grading.plain import number, plain
from dlcourse.grading.spec import Unit
from dlcourse.grading.staging import Release, rebuilt, stage

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LONG = 100_000


def write_autograded(
    course: Course,
    unit: Unit,
    verdict: Mapping[str, Any],
    notebook: Mapping[str, Any] | None = None,
) -> Path:
    """Write the marked notebook of one submission.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    verdict : dict
        The verdict.
    notebook : dict, optional
        The repaired submission as JSON (`staging.rebuilt`); staged again when not given.  A
        submission that cannot be read is shown as the released notebook with the reason.

    Returns
    -------
    Path
        Where it lies.
    """
    if notebook is None:
        notebook = _staged(course, unit, verdict["student"])
    path = course.autograded(unit, verdict["student"])
    write_atomically(path, json.dumps(marked(notebook, verdict)) + "\n")
    return path


def marked(notebook: Mapping[str, Any], verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Put the marks of a verdict into a repaired notebook.

    Parameters
    ----------
    notebook : dict
        A notebook in which every graded cell is there once.
    verdict : dict
        The verdict.

    Returns
    -------
    dict
        One whose check cells have the marks as text outputs and no other cell has any.
    """
    findings = _findings(verdict, notebook)
    return {**notebook, "cells": [_marked_cell(cell, findings) for cell in notebook["cells"]]}


def _marked_cell(cell: Mapping[str, Any], findings: Mapping[str, str]) -> dict[str, Any]:
    about = _grading(cell)
    cell = {key: part for key, part in cell.items() if key != "attachments"}
    if cell["cell_type"] == "code":
        text = findings.get(about.get("grade_id", ""), "")
        cell |= {"outputs": [_stream(text)] if text else [], "execution_count": None}
    if about.get("solution"):
        cell["source"] = _answer(cell)
    return cell


def _staged(course: Course, unit: Unit, student: str) -> dict[str, Any]:
    path = course.release(unit)
    try:
        data = path.read_bytes()
        document: dict[str, Any] = json.loads(data)
        submitted = read_submission(course.submission(unit, student), path.name)
    except UnreadableError:
        return document
    except (OSError, ValueError) as error:
        raise DlcourseError(
            f"cannot read the released notebook {path} ({error}); make it with `dlcourse release`"
        ) from error
    return rebuilt(document, stage(submitted, Release(data, unit)))


def _answer(cell: Mapping[str, Any]) -> str:
    """Clean a student's source; in markdown no tag stays live (``< b>`` is not one)."""
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    source = plain(source, _LONG)
    return source if cell["cell_type"] == "code" else _TAG.sub("< ", source)


def _stream(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": plain(text, _LONG)}


def _findings(verdict: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, str]:
    """Say what stands below each cell, by grade id."""
    if verdict["status"] != "graded":
        text = f"Not marked: {verdict['reason']}\nThe points in the gradebook stay as they are.\n"
        checks = (_grading(cell) for cell in document["cells"])
        return {check["grade_id"]: text for check in checks if check.get("grade")}
    findings = {task["grade_id"]: _task_text(task) for task in verdict["tasks"]}
    for cell in verdict["cells"]:
        where = f"line {cell['line']}: " if cell.get("line") else ""
        findings.setdefault(cell["cell"], f"This cell stopped: {where}{cell['error']}\n")
    return findings


def _grading(cell: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell.get("metadata", {}).get("nbgrader") or {}
    return found


def _task_text(task: Mapping[str, Any]) -> str:
    lines = [f"{task['name']}: {number(task['score'])} of {number(task['max_score'])} points"]
    if task["message"]:
        lines += ["", plain(task["message"])]
    lines.append("")
    for criterion in task["criteria"]:
        tick = "ok" if criterion["passed"] else "NO"
        points = f"{number(criterion['score'])}/{number(criterion['max_score'])}"
        lines.append(f"{tick}  {points:>7}  {criterion['asks']}")
        lines += [
            f"{'':14}{plain(text)}" for text in (criterion["came"], criterion["remark"]) if text
        ]
    return "\n".join(lines) + "\n"
