"""The page a student reads: what was asked, what came, what it was worth, where to read on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dlcourse.grading.directory import Course, write_atomically
from dlcourse.grading.gradebook_late import Late
from dlcourse.grading.gradebook_views import Mark
from dlcourse.grading.pages import page
from dlcourse.grading.spec import Unit

#: From ``feedback/STUDENT/UNIT/`` to the site that `jupyter-book build` makes in the course folder.
SITE = "../../../_build/html/"


def render(
    verdict: Mapping[str, Any],
    unit: Unit,
    student_cells: Mapping[str, str] | None = None,
    marks: Mapping[str, Mark] | None = None,
    site: str = SITE,
    late: Late | None = None,
) -> str:
    """Make the page of one submission.

    Parameters
    ----------
    verdict : dict
        The verdict.
    unit : Unit
        The unit.
    student_cells : dict, optional
        The student's sources by grade id, such as ``answer-softmax`` and ``free-bayes``.
    marks : dict, optional
        Marks by grade id from the gradebook (`GradeBook.marks`), which hold what a person decided;
        without them the verdict's points stand and written answers are not shown.
    site : str
        Address of the book, relative to the page or absolute.
    late : Late, optional
        How late it was and what that costs (`GradeBook.late`).

    Returns
    -------
    str
        One HTML file that needs no other, runs no script and asks nothing of the network.
    """
    cells, marks = student_cells or {}, marks or {}
    tasks = [_task(task, cells, marks, site) for task in verdict["tasks"]]
    written = [_written(name, cells, mark) for name, mark in marks.items() if name[:5] == "free-"]
    counted = [*tasks, *(answer for answer in written if not answer["waits"])]
    points, best = sum(each["points"] for each in counted), sum(each["best"] for each in counted)
    points = max(0.0, points - (late.penalty if late else 0.0))
    return page(
        "feedback.html",
        unit=unit,
        student=verdict["student"],
        status=verdict["status"],
        reason=verdict["reason"].rstrip("."),
        points=points,
        best=best,
        share=round(100 * min(1.0, points / best), 1) if best else 0,
        late=late,
        waiting=sum(answer["best"] for answer in written if answer["waits"]),
        tasks=tasks,
        written=written,
        repairs=verdict["repairs"],
        stopped=[{**cell, "place": _place(cell["cell"])} for cell in verdict["cells"]],
        submission=verdict["submission"][:12],
    )


def write_all(
    course: Course,
    unit: Unit,
    marks: Mapping[str, Mapping[str, Mark]] | None = None,
    site: str = SITE,
    late: Mapping[str, Late] | None = None,
) -> list[Path]:
    """Write the page of every verdict; leave alone those that would not change.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    marks : dict, optional
        Marks by student and grade id (`GradeBook.marks`).
    site : str
        Address of the book.
    late : dict, optional
        Lateness by student (`GradeBook.late`).

    Returns
    -------
    list of Path
        The pages that were written.
    """
    written = []
    for verdict in course.verdicts(unit):
        student = verdict["student"]
        path = course.feedback(unit, student)
        about = (marks or {}).get(student), site, (late or {}).get(student)
        text = page_of(course, unit, verdict, *about)
        if not (path.is_file() and path.read_text("utf-8") == text):
            write_atomically(path, text)
            written.append(path)
    return written


def page_of(
    course: Course,
    unit: Unit,
    verdict: Mapping[str, Any],
    marks: Mapping[str, Mark] | None = None,
    site: str = SITE,
    late: Late | None = None,
) -> str:
    """Make the page of one submission, with the answers of its marked notebook.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    verdict : dict
        The verdict.
    marks : dict, optional
        Marks by grade id (`GradeBook.marks`).
    site : str
        Address of the book.
    late : Late, optional
        How late it was and what that costs.

    Returns
    -------
    str
        HTML, as `render` makes it.
    """
    cells = answers_in(course.autograded(unit, verdict["student"]))
    return render(verdict, unit, cells, marks, site, late)


def answers_in(notebook: Path) -> dict[str, str]:
    """Read the student's sources out of a marked notebook.

    Parameters
    ----------
    notebook : Path
        Written by `autograded.write_autograded`.

    Returns
    -------
    dict
        Sources by grade id; empty when there is no such notebook.
    """
    if not notebook.is_file():
        return {}
    return dict(_answers(json.loads(notebook.read_text("utf-8"))))


def _answers(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for cell in document["cells"]:
        about = cell.get("metadata", {}).get("nbgrader", {})
        if about.get("solution"):
            source = cell["source"]
            yield about["grade_id"], source if isinstance(source, str) else "".join(source)


def _task(
    task: Mapping[str, Any], cells: Mapping[str, str], marks: Mapping[str, Mark], site: str
) -> dict[str, Any]:
    mark = marks.get(task["grade_id"])
    points = task["score"] if mark is None or mark.points is None else mark.points
    return {
        "name": task["name"],
        "points": points,
        "best": task["max_score"],
        "auto": task["score"],
        "full": points >= task["max_score"],
        "by_hand": mark is not None and mark.by_hand,
        "comment": mark.comment if mark else "",
        "message": task["message"],
        "criteria": task["criteria"],
        "section": task["section"],
        "link": f"{site.rstrip('/')}/{task['section']}",
        "source": cells.get(f"answer-{task['name']}", ""),
    }


def _written(name: str, cells: Mapping[str, str], mark: Mark) -> dict[str, Any]:
    return {
        "name": name.removeprefix("free-"),
        "title": name.removeprefix("free-").replace("_", " "),
        "points": mark.points or 0.0,
        "best": mark.max_points,
        "waits": mark.points is None or mark.waits,
        "comment": mark.comment,
        "source": cells.get(name, ""),
    }


def _place(cell: str) -> str:
    """Name a cell as a student knows it."""
    kind, _, name = cell.partition("-")
    return {"answer": f"your answer to {name}", "test": f"the check of {name}"}.get(kind, cell)
