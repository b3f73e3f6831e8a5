"""The page an instructor reads after grading: marks, questions, misconceptions, whom to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dlcourse.grading import analysis
from dlcourse.grading.directory import Course, write_atomically
from dlcourse.grading.feedback import answers_in
from dlcourse.grading.gradebook_views import ScoreRow
from dlcourse.grading.pages import page
from dlcourse.grading.plain import number
from dlcourse.grading.similar import near_identical
from dlcourse.grading.spec import Unit

_WIDTH, _HEIGHT, _FLOOR, _GAP = 440, 190, 166, 4

_STATES = {
    "graded": "marked",
    "ungradable": "could not be read",
    "infrastructure_error": "grader failed",
}


def render(
    unit: Unit,
    verdicts: Sequence[Mapping[str, Any]],
    *,
    rows: Sequence[ScoreRow] = (),
    answers: Mapping[str, Mapping[str, str]] | None = None,
    stubs: Mapping[str, str] | None = None,
    resources: Mapping[str, Mapping[str, float]] | None = None,
    made: str = "",
) -> str:
    """Make the report of a class.

    Parameters
    ----------
    unit : Unit
        The unit.
    verdicts : sequence of dict
        Its verdicts.
    rows : sequence of ScoreRow
        Names and totals from the gradebook (`GradeBook.scores`).
    answers : dict, optional
        Sources by student, then by task, for the search for near-identical ones.
    stubs : dict, optional
        What students were given, by task.
    resources : dict, optional
        Seconds and memory by student.
    made : str
        When the report was made, as it should be shown.

    Returns
    -------
    str
        One HTML file that needs no other and asks nothing of the network.
    """
    summary = analysis.summarize(verdicts)
    scores = [verdict["score"] for verdict in analysis.graded(verdicts)]
    return page(
        "report.html",
        script="sort.js",
        unit=unit,
        made=made,
        summary=summary,
        waiting=sum(row.needs_manual for row in rows),
        chart=_chart(analysis.histogram(scores, summary.best), summary.best),
        look=analysis.to_look_at(verdicts),
        misunderstood=analysis.misunderstood(verdicts),
        questions=analysis.questions(verdicts),
        compared=answers is not None,
        alike=near_identical(answers or {}, stubs),
        students=_students(verdicts, rows, resources or {}),
    )


def write_report(
    course: Course,
    unit: Unit,
    *,
    rows: Sequence[ScoreRow] = (),
    answers: Mapping[str, Mapping[str, str]] | None = None,
    made: str = "",
) -> Path:
    """Write the report of a unit from what lies in the course directory.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    rows : sequence of ScoreRow
        Names and totals from the gradebook (`GradeBook.scores`).
    answers : dict, optional
        Sources by student, then by task; read from the marked notebooks when not given.
    made : str
        When the report was made, as it should be shown.

    Returns
    -------
    Path
        Where it lies.
    """
    verdicts = list(course.verdicts(unit))
    students = [verdict["student"] for verdict in verdicts]
    if answers is None:
        answers = {name: _by_task(course.autograded(unit, name)) for name in students}
    text = render(
        unit,
        verdicts,
        rows=rows,
        answers=answers,
        stubs=_by_task(course.release(unit)),
        resources={name: _resources(course.resources(unit, name)) for name in students},
        made=made,
    )
    write_atomically(course.report(unit), text)
    return course.report(unit)


def _by_task(notebook: Path) -> dict[str, str]:
    return {
        name.removeprefix("answer-"): source
        for name, source in answers_in(notebook).items()
        if name.startswith("answer-")
    }


def _resources(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _chart(counts: Sequence[int], best: float) -> dict[str, Any]:
    """Lay out the bars of the histogram, and say them in words."""
    step, tallest = _WIDTH / len(counts), max([*counts, 1])
    bars = []
    for index, count in enumerate(counts):
        height = round((_FLOOR - 20) * count / tallest, 1)
        bars.append(
            {
                "count": count,
                "low": best * index / len(counts),
                "high": best * (index + 1) / len(counts),
                "x": round(index * step + _GAP / 2, 1),
                "y": round(_FLOOR - height, 1),
                "width": round(step - _GAP, 1),
                "height": height,
                "middle": round((index + 0.5) * step, 1),
            }
        )
    told = [f"{bar['count']} from {number(bar['low'])} to {number(bar['high'])}" for bar in bars]
    words = f"Bar chart of students by points: {'; '.join(told)}."
    return {"width": _WIDTH, "height": _HEIGHT, "floor": _FLOOR, "bars": bars, "words": words}


def _students(
    verdicts: Iterable[Mapping[str, Any]],
    rows: Iterable[ScoreRow],
    resources: Mapping[str, Mapping[str, float]],
) -> list[dict[str, Any]]:
    known = {row.student: row for row in rows}
    listed = []
    for verdict in verdicts:
        name = verdict["student"]
        row, used = known.get(name), resources.get(name, {})
        peak = used.get("peak_bytes")
        listed.append(
            {
                "id": name,
                "name": f"{row.first_name} {row.last_name}".strip() if row else "",
                "auto": verdict["score"] if verdict["status"] == "graded" else None,
                "total": row.total if row else None,
                "state": _state(verdict, row),
                "seconds": used.get("wall_s"),
                "mebibytes": None if peak is None else peak / 2**20,
            }
        )
    return listed


def _state(verdict: Mapping[str, Any], row: ScoreRow | None) -> str:
    state = _STATES[verdict["status"]]
    return f"{state}, waits for a person" if row and row.needs_manual else state
