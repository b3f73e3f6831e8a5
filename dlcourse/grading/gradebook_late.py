"""Lateness in the gradebook: how late each submission is, and the points that it loses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dlcourse.grading.gradebook_setup import Cells
from dlcourse.grading.gradebook_views import grade_rows

#: Gives the penalty of a student with so many points and so many seconds past the due date.
Penalty = Callable[[str, float, float], float | None]


@dataclass(frozen=True)
class Late:
    """How late a submission is, and the points that it loses for that."""

    seconds: float
    penalty: float

    @property
    def text(self) -> str:
        """How long after the due date, in words, rounded up to a minute."""
        minutes = math.ceil(self.seconds / 60)
        days, minutes = divmod(minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
        words = [f"{number} {noun}{'s' * (number > 1)}" for number, noun in parts if number]
        return " and ".join(words[:2])


def seconds_late(
    handed_in: datetime | None, due: datetime | None, extension: timedelta | None = None
) -> float:
    """Count the seconds past the due date as nbgrader does.

    Parameters
    ----------
    handed_in, due : datetime or None
        UTC without a zone; None where it is not known.
    extension : timedelta or None
        Time given to one student.

    Returns
    -------
    float
        0 when in time or when one of the times is not known.
    """
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def late_rows(session: Any, cells: Cells, only: str = "") -> dict[str, Late]:
    """Read who was late and what is taken off.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.
    only : str
        Only this student; everybody when empty.

    Returns
    -------
    dict
        By student; those in time are not there.
    """
    rows = _times(session, cells, only)
    return {
        student: Late(seconds, penalty or 0.0) for student, _, seconds, penalty in rows if seconds
    }


def settle(session: Any, cells: Cells, penalty: Penalty, only: str = "") -> None:
    """Enter the penalties that follow from times, due date and points as they are now.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database; whoever calls commits.
    cells : Cells
        The unit's ids.
    penalty : callable
        Asked only about those who are late.
    only : str
        Only this student; everybody when empty.
    """
    from nbgrader import api
    from sqlalchemy import update

    rows = _times(session, cells, only)
    late = {student for student, _, seconds, _ in rows if seconds}
    grades = (
        grade_rows(session, cells, api.SubmittedAssignment.student_id.in_(late)) if late else {}
    )
    changes = []
    for student, place, seconds, before in rows:
        now = None
        if seconds:
            score = sum(row.points or 0.0 for row in grades.get(student, {}).values())
            now = penalty(student, score, seconds)
        now = None if now is None else max(0.0, min(now, score))
        if now != before:
            changes.append({"id": place, "late_submission_penalty": now})
    if changes:
        session.execute(update(api.SubmittedNotebook), changes)


def _times(session: Any, cells: Cells, only: str) -> list[tuple[str, str, float, float | None]]:
    """Read student, id of the notebook, seconds late and penalty of each submission."""
    from nbgrader import api
    from sqlalchemy import select

    handed_in, notebook = api.SubmittedAssignment, api.SubmittedNotebook
    query = (
        select(
            handed_in.student_id,
            notebook.id,
            handed_in.timestamp,
            api.Assignment.duedate,
            handed_in.extension,
            notebook.late_submission_penalty,
        )
        .join(notebook, notebook.assignment_id == handed_in.id)
        .join(api.Assignment, api.Assignment.id == handed_in.assignment_id)
        .where(notebook.notebook_id == cells.notebook)
    )
    if only:
        query = query.where(handed_in.student_id == only)
    return [
        (student, place, seconds_late(*times), penalty)
        for student, place, *times, penalty in session.execute(query)
    ]
