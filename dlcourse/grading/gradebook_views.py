"""What the gradebook says: grades, marks and totals, read with few queries for a whole class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dlcourse.grading.gradebook_setup import Cells


@dataclass(frozen=True)
class GradeRow:
    """One grade: of the grader, of a person, and whether a person should look."""

    id: str
    auto: float | None
    manual: float | None
    extra: float | None
    needs_manual: bool

    @property
    def points(self) -> float | None:
        """What counts, as nbgrader has it: a person's mark before the grader's."""
        counted = self.auto if self.manual is None else self.manual
        return None if counted is None else counted + (self.extra or 0.0)


@dataclass(frozen=True)
class Mark:
    """What a student is told about one graded cell; `points` is None when it is not marked yet."""

    points: float | None
    max_points: float
    by_hand: bool = False
    waits: bool = False
    comment: str = ""


@dataclass(frozen=True)
class ScoreRow:
    """A student's points for the unit.

    `auto` and `manual` are sums of what the grader and what a person gave; `total` is nbgrader's
    score, where a person's mark replaces the grader's, less the `penalty` for lateness.  All are
    None when nothing was handed in or nothing is marked.
    """

    student: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str
    auto: float | None
    manual: float | None
    total: float | None
    max_score: float
    needs_manual: bool
    handed_in: bool
    submitted_at: datetime | None = None
    penalty: float = 0.0


def grade_rows(session: Any, cells: Cells, *only: Any) -> dict[str, dict[str, GradeRow]]:
    """Read grades, by student and grade id.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.
    *only : sqlalchemy expression
        Conditions on the submissions; all of the unit's when there are none.

    Returns
    -------
    dict
        Grades by student, then by grade id.
    """
    from nbgrader import api
    from sqlalchemy import select

    grade, notebook, handed_in = api.Grade, api.SubmittedNotebook, api.SubmittedAssignment
    query = (
        select(
            handed_in.student_id,
            grade.cell_id,
            grade.id,
            grade.auto_score,
            grade.manual_score,
            grade.extra_credit,
            grade.needs_manual_grade,
        )
        .join(notebook, notebook.id == grade.notebook_id)
        .join(handed_in, handed_in.id == notebook.assignment_id)
        .where(notebook.notebook_id == cells.notebook, *only)
    )
    rows: dict[str, dict[str, GradeRow]] = {}
    for student, cell, *values in session.execute(query):
        rows.setdefault(student, {})[cells.grades[cell]] = GradeRow(*values)
    return rows


def marks_by_student(session: Any, cells: Cells, only: str = "") -> dict[str, dict[str, Mark]]:
    """Read what each student is told: points and comments by grade id.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.
    only : str
        Only this student's; everybody's when empty.

    Returns
    -------
    dict
        Marks by student, then by grade id.  A person's comment on the answer to a task is with
        the task's check.
    """
    from nbgrader import api

    whose = (api.SubmittedAssignment.student_id == only,) if only else ()
    comments = _manual_comments(session, cells, *whose)
    worth = {**cells.checks, **cells.written}
    return {
        student: {
            name: Mark(
                points=row.points,
                max_points=worth[name],
                by_hand=row.manual is not None,
                waits=row.needs_manual,
                comment=comments.get((student, name.replace("test-", "answer-", 1)), ""),
            )
            for name, row in grades.items()
        }
        for student, grades in grade_rows(session, cells, *whose).items()
    }


def _manual_comments(session: Any, cells: Cells, *only: Any) -> dict[tuple[str, str], str]:
    from nbgrader import api
    from sqlalchemy import select

    comment, notebook, handed_in = api.Comment, api.SubmittedNotebook, api.SubmittedAssignment
    query = (
        select(handed_in.student_id, comment.cell_id, comment.manual_comment)
        .join(notebook, notebook.id == comment.notebook_id)
        .join(handed_in, handed_in.id == notebook.assignment_id)
        .where(notebook.notebook_id == cells.notebook, comment.manual_comment.is_not(None), *only)
    )
    return {
        (student, cells.comments[cell]): text
        for student, cell, text in session.execute(query)
        if text
    }


def score_rows(session: Any, cells: Cells) -> list[ScoreRow]:
    """Read every student's points for the unit.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.

    Returns
    -------
    list of ScoreRow
        In order of student, those without a submission included.
    """
    from nbgrader import api
    from sqlalchemy import select

    grades = grade_rows(session, cells)
    handed_in, notebook = api.SubmittedAssignment, api.SubmittedNotebook
    query = (
        select(handed_in.student_id, handed_in.timestamp, notebook.late_submission_penalty)
        .join(notebook, notebook.assignment_id == handed_in.id)
        .where(notebook.notebook_id == cells.notebook)
    )
    late = {student: (when, penalty) for student, when, penalty in session.execute(query)}
    person = api.Student
    people = session.execute(
        select(
            person.id, person.first_name, person.last_name, person.email, person.lms_user_id
        ).order_by(person.id)
    )
    best = sum(cells.checks.values()) + sum(cells.written.values())
    return [_score_row(about, grades.get(about[0]), late.get(about[0]), best) for about in people]


def _score_row(
    about: Sequence[str | None],
    grades: Mapping[str, GradeRow] | None,
    late: tuple[datetime | None, float | None] | None,
    best: float,
) -> ScoreRow:
    rows = list((grades or {}).values())
    when, penalty = late or (None, None)
    total = _sum(row.points for row in rows)
    student, first_name, last_name, email, lms_user_id = (text or "" for text in about)
    return ScoreRow(
        student=student,
        first_name=first_name,
        last_name=last_name,
        email=email,
        lms_user_id=lms_user_id,
        auto=_sum(row.auto for row in rows),
        manual=_sum(row.manual for row in rows),
        total=None if total is None else max(0.0, total - (penalty or 0.0)),
        max_score=best,
        needs_manual=any(row.needs_manual for row in rows),
        handed_in=late is not None,
        submitted_at=when,
        penalty=penalty or 0.0,
    )


def _sum(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) if there else None
