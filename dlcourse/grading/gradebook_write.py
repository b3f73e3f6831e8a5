"""Enter one verdict into an open session of nbgrader's database; whoever calls commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dlcourse.grading.gradebook_errors import GradebookError
from dlcourse.grading.gradebook_setup import Cells
from dlcourse.grading.gradebook_views import GradeRow
from dlcourse.grading.spec import Unit


def checked_scores(cells: Cells, verdict: Mapping[str, Any]) -> dict[str, float | None]:
    """Take the points out of a verdict, refusing what cannot be a mark.

    Parameters
    ----------
    cells : Cells
        The unit's ids.
    verdict : dict
        The verdict.

    Returns
    -------
    dict
        Points by grade id; empty when the verdict is not ``graded``.

    Raises
    ------
    GradebookError
        For a cell that was not released, or points that are not between 0 and its worth.
    """
    if verdict["status"] != "graded":
        return {}
    scores: dict[str, float | None] = {}
    for task in verdict["tasks"]:
        name, score = task["grade_id"], float(task["score"])
        most = cells.checks.get(name)
        if most is None:
            raise GradebookError(
                f"the verdict of {verdict['student']} marks the cell {name}, which the released "
                "notebook lacks; run `dlcourse release` and grade again"
            )
        if not 0 <= score <= most:  # also false for NaN
            raise GradebookError(
                f"the verdict of {verdict['student']} gives {score} of {most} points for {name}; "
                "delete that verdict and grade again"
            )
        scores[name] = score
    return scores


def find_place(session: Any, cells: Cells, student: str, at: datetime | None) -> tuple[str, bool]:
    """Find or make a student, the submission and its empty grades.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.
    student : str
        Whose.
    at : datetime or None
        When it was handed in: UTC, without a zone, as nbgrader keeps it.

    Returns
    -------
    place : str
        Id of the submitted notebook.
    resubmitted : bool
        Whether an earlier time of submission was replaced.
    """
    from nbgrader import api
    from sqlalchemy import select

    if session.get(api.Student, student) is None:
        session.add(api.Student(id=student))
    handed_in = session.scalar(
        select(api.SubmittedAssignment).where(
            api.SubmittedAssignment.assignment_id == cells.assignment,
            api.SubmittedAssignment.student_id == student,
        )
    )
    if handed_in is None:
        handed_in = api.SubmittedAssignment(
            id=api.new_uuid(), assignment_id=cells.assignment, student_id=student
        )
        session.add(handed_in)
    resubmitted = at is not None and handed_in.timestamp not in (None, at)
    handed_in.timestamp = at or handed_in.timestamp
    session.flush()
    return _notebook(session, cells, handed_in.id), resubmitted


def _notebook(session: Any, cells: Cells, handed_in: str) -> str:
    """Find or make the submitted notebook, with a row for each graded and each answer cell."""
    from nbgrader import api
    from sqlalchemy import insert, select

    table = api.SubmittedNotebook
    ours = (table.assignment_id == handed_in, table.notebook_id == cells.notebook)
    place = session.scalar(select(table.id).where(*ours))
    if place is None:
        place = api.new_uuid()
        values = {"id": place, "assignment_id": handed_in, "notebook_id": cells.notebook}
        session.execute(insert(table), [values])
    for table, wanted in ((api.Grade, cells.grades), (api.Comment, cells.comments)):
        there = set(session.scalars(select(table.cell_id).where(table.notebook_id == place)))
        rows = [{"cell_id": id_, "notebook_id": place} for id_ in wanted if id_ not in there]
        if rows:
            session.execute(insert(table), rows)
    return str(place)


def write_grades(
    session: Any,
    before: Mapping[str, GradeRow],
    scores: Mapping[str, float | None],
    resubmitted: bool,
) -> None:
    """Set automatic points; a person looks at what has none and at what changed under a mark.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    before : dict
        Grades by grade id.
    scores : dict
        Automatic points by grade id; None for what a person marks.
    resubmitted : bool
        Whether this is other work than the manual marks were given for.
    """
    updates = []
    for name, auto in scores.items():
        row = before[name]
        look = auto is None
        if row.manual is not None:
            look = row.needs_manual or resubmitted or auto != row.auto
        if (auto, look) != (row.auto, row.needs_manual):
            updates.append({"id": row.id, "auto_score": auto, "needs_manual_grade": look})
    _update_grades(session, updates)


def ask_for_a_look(session: Any, before: Mapping[str, GradeRow]) -> None:
    """Mark every grade without a manual score for a person; the points stay.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    before : dict
        Grades by grade id.
    """
    rows = [row for row in before.values() if row.manual is None and not row.needs_manual]
    _update_grades(session, [{"id": row.id, "needs_manual_grade": True} for row in rows])


def _update_grades(session: Any, updates: list[dict[str, Any]]) -> None:
    from nbgrader import api
    from sqlalchemy import update

    if updates:
        session.execute(update(api.Grade), updates)


def write_comments(session: Any, cells: Cells, place: str, says: Mapping[str, str]) -> None:
    """Put the teacher's sentence beside the answer, as nbgrader's automatic comment.

    nbgrader prints comments as raw HTML, so that only sentences of the course may stand there.

    Parameters
    ----------
    session : sqlalchemy.orm.Session
        The database.
    cells : Cells
        The unit's ids.
    place : str
        Id of the submitted notebook.
    says : dict
        Sentences by grade id of the answer.
    """
    from nbgrader import api
    from sqlalchemy import select, update

    columns = select(api.Comment.id, api.Comment.cell_id, api.Comment.auto_comment)
    rows = session.execute(columns.where(api.Comment.notebook_id == place)).all()
    wanted = [(id_, says.get(cells.comments[cell]), old) for id_, cell, old in rows]
    changes = [{"id": id_, "auto_comment": new} for id_, new, old in wanted if new != old]
    if changes:
        session.execute(update(api.Comment), changes)


def sentences(unit: Unit, verdict: Mapping[str, Any]) -> dict[str, str]:
    """Look up what a teacher says about the misconceptions that a verdict names.

    Parameters
    ----------
    unit : Unit
        Holds the sentences; those in the verdict are not used.
    verdict : dict
        The verdict.

    Returns
    -------
    dict
        Sentences by grade id of the answer.
    """
    named = {task["name"]: task.get("misconception") for task in verdict["tasks"]}
    return {
        f"answer-{task.name}": misconception.says
        for task in unit.tasks
        for misconception in task.misconceptions
        if misconception.name == named.get(task.name)
    }
