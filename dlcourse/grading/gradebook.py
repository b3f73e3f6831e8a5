"""The only writer of nbgrader's database, so that formgrader and `nbgrader export` keep working.

A verdict is written in one transaction.  What a person decided is never touched: manual scores,
extra credit and manual comments stay as they are.  Importing nbgrader takes about a second, so
that it is imported when a gradebook is opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dlcourse.grading.gradebook_errors import GradebookError, explained
from dlcourse.grading.gradebook_late import Late, Penalty, late_rows, settle
from dlcourse.grading.gradebook_setup import Cells, open_book, set_up
from dlcourse.grading.gradebook_views import (
    GradeRow,
    Mark,
    ScoreRow,
    grade_rows,
    marks_by_student,
    score_rows,
)
from dlcourse.grading.gradebook_write import (
    ask_for_a_look,
    checked_scores,
    find_place,
    sentences,
    write_comments,
    write_grades,
)
from dlcourse.grading.released import read_released
from dlcourse.grading.spec import Unit

__all__ = ["Change", "GradeBook", "GradebookError", "Late", "Mark", "ScoreRow"]


@dataclass(frozen=True)
class Change:
    """What writing a verdict did: automatic points by task, None where there are none."""

    student: str
    old: Mapping[str, float | None]
    new: Mapping[str, float | None]

    @property
    def old_score(self) -> float | None:
        """Automatic points before, None when there were none."""
        return _total(self.old)

    @property
    def new_score(self) -> float | None:
        """Automatic points now, None when there are none."""
        return _total(self.new)

    @property
    def changed(self) -> bool:
        """Whether any task has other points than before."""
        return dict(self.old) != dict(self.new)


class GradeBook:
    """One unit's part of nbgrader's database; use it in a `with` statement, from one thread.

    Parameters
    ----------
    db_url : str
        Address of the database, such as ``sqlite:////course/gradebook.db``.
    unit : Unit
        The unit.
    release_notebook : Path
        The notebook that students get; its graded cells are entered on first use.
    course_id : str
        nbgrader's name of the course.

    Raises
    ------
    GradebookError
        When the database cannot be opened or does not fit the notebook.
    """

    def __init__(
        self, db_url: str, unit: Unit, release_notebook: Path, course_id: str = "default_course"
    ) -> None:
        self.unit = unit
        self._db_url = db_url
        released = read_released(release_notebook)
        with explained(db_url):
            self._book = open_book(db_url, course_id)
            try:
                self._cells: Cells = set_up(self._book, unit, released)
            except BaseException:
                self._book.close()
                raise

    def __enter__(self) -> GradeBook:
        return self

    def __exit__(self, *about: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._book.close()

    def write(
        self,
        verdict: Mapping[str, Any],
        submitted_at: datetime | None = None,
        blank: Collection[str] = (),
        resubmitted: bool = False,
    ) -> Change:
        """Enter a verdict, in one transaction.

        A verdict that is not ``graded`` leaves every score as it is: the student then shows in
        formgrader as someone to look at, never as a silent zero.  A check whose points change
        under a manual score is marked for another look, as nbgrader does.

        Parameters
        ----------
        verdict : dict
            The verdict.
        submitted_at : datetime, optional
            When the work was handed in; naive times are UTC.
        blank : collection of str
            Grade ids of free-text questions left as they were given: 0 points, nothing to read.
        resubmitted : bool
            Whether this is other work than before, so that a person looks at manual marks again;
            another time of submission says the same.

        Returns
        -------
        Change
            Points by task before and after.
        """
        from nbgrader.api import SubmittedNotebook
        from nbgrader.utils import parse_utc

        student = verdict["student"]
        scores = checked_scores(self._cells, verdict)
        with self._transaction() as session:
            at = parse_utc(submitted_at)
            place, later = find_place(session, self._cells, student, at)
            before = grade_rows(session, self._cells, SubmittedNotebook.id == place)[student]
            if verdict["status"] == "graded":
                scores |= {name: 0.0 if name in blank else None for name in self._cells.written}
                write_grades(session, before, scores, resubmitted or later)
                write_comments(session, self._cells, place, sentences(self.unit, verdict))
            elif verdict["status"] == "ungradable":
                ask_for_a_look(session, before)
        return self._change(student, before, scores)

    def in_sync(self, verdict: Mapping[str, Any]) -> bool:
        """Say whether the gradebook already holds a verdict.

        Parameters
        ----------
        verdict : dict
            The verdict.

        Returns
        -------
        bool
            False when it should be written.
        """
        from nbgrader.api import SubmittedAssignment

        student = verdict["student"]
        with self._transaction() as session:
            rows = grade_rows(session, self._cells, SubmittedAssignment.student_id == student)
        return _holds(rows.get(student), verdict)

    def missing(self, verdicts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Find the verdicts that the gradebook does not hold, with one query for all.

        Parameters
        ----------
        verdicts : iterable of dict
            Verdicts of this unit.

        Returns
        -------
        list of dict
            Those to write.
        """
        with self._transaction() as session:
            rows = grade_rows(session, self._cells)
        return [
            verdict for verdict in verdicts if not _holds(rows.get(verdict["student"]), verdict)
        ]

    def scores(self) -> list[ScoreRow]:
        """List every student of the course with the points for this unit.

        Returns
        -------
        list of ScoreRow
            In order of student.
        """
        with self._transaction() as session:
            return score_rows(session, self._cells)

    def marks(self, student: str = "") -> dict[str, dict[str, Mark]]:
        """List every mark and comment, manual ones included.

        Parameters
        ----------
        student : str
            Only this student's; everybody's when empty.

        Returns
        -------
        dict
            Marks by student, then by grade id.
        """
        with self._transaction() as session:
            return marks_by_student(session, self._cells, student)

    def settle_late(self, penalty: Penalty, student: str = "") -> None:
        """Enter what late submissions lose, from due date, times and points as they are now.

        Parameters
        ----------
        penalty : callable
            The course's policy (`late.policy_of`); asked only about those who are late.
        student : str
            Only this one; everybody when empty.
        """
        with self._transaction() as session:
            settle(session, self._cells, penalty, student)

    def late(self, student: str = "") -> dict[str, Late]:
        """List who was late, by how much, and what is taken off.

        Parameters
        ----------
        student : str
            Only this one; everybody when empty.

        Returns
        -------
        dict
            By student; those in time are not there.
        """
        with self._transaction() as session:
            return late_rows(session, self._cells, student)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Any]:
        with explained(self._db_url):
            session = self._book.db
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def _change(
        self, student: str, before: Mapping[str, GradeRow], scores: Mapping[str, float | None]
    ) -> Change:
        old = {name.removeprefix("test-"): before[name].auto for name in self._cells.checks}
        now = {name: scores.get(name, before[name].auto) for name in self._cells.checks}
        new = {name.removeprefix("test-"): points for name, points in now.items()}
        return Change(student, old, new)


def _total(points: Mapping[str, float | None]) -> float | None:
    there = [value for value in points.values() if value is not None]
    return sum(there) if there else None


def _holds(rows: Mapping[str, GradeRow] | None, verdict: Mapping[str, Any]) -> bool:
    """Whether a student's rows say what the verdict says."""
    if rows is None:
        return False
    open_rows = [row for row in rows.values() if row.manual is None]
    if verdict["status"] == "ungradable":
        return all(row.needs_manual for row in open_rows)
    if verdict["status"] == "infrastructure_error":
        return True
    scores = {task["grade_id"]: float(task["score"]) for task in verdict["tasks"]}
    return all(
        name in rows
        and rows[name].auto == score
        and (rows[name].manual is not None or not rows[name].needs_manual)
        for name, score in scores.items()
    )
