"""Mark again what is marked already: first what would change and why, then the change itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dlcourse.grading.classroom import (
    Progress,
    Settings,
    engine_for,
    jobs_of,
    require_engine,
    settle_late,
)
from dlcourse.grading.directory import Course, to_json
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.handed import handed_in
from dlcourse.grading.journal import Journal
from dlcourse.grading.lock import only_one
from dlcourse.grading.plain import number
from dlcourse.grading.recording import Book, recorded
from dlcourse.grading.spec import Unit
from dlcourse.grading.verdict import Marked


class TaskChange(NamedTuple):
    """A task with other points than before; None where there was or is no verdict on it."""

    name: str
    old: float | None
    new: float | None
    why: str


@dataclass(frozen=True)
class Revision:
    """What marking one submission again came to."""

    student: str
    old: dict[str, Any]
    marked: Marked

    @property
    def new(self) -> dict[str, Any]:
        """The new verdict."""
        return self.marked.verdict

    @property
    def tasks(self) -> list[TaskChange]:
        """Tasks whose points change, in the order of the unit."""
        before = {task["name"]: task for task in self.old["tasks"]}
        after = {task["name"]: task for task in self.new["tasks"]}
        changes = []
        for name in dict.fromkeys([*after, *before]):
            old, new = (side[name]["score"] if name in side else None for side in (before, after))
            if old != new:
                why = _why(before.get(name), after.get(name)) or self.new["reason"]
                changes.append(TaskChange(name, old, new, why))
        return changes


@dataclass
class Trial:
    """What marking again would change.  Nothing is written yet.

    `points` has those who get other points or another status, `record` those whose verdict
    differs in other ways, `same` those with the same verdict to the last byte, and `failures`
    those whom the grader failed to mark: they keep what they have.
    """

    points: list[Revision] = field(default_factory=list)
    record: list[Revision] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    failures: list[Revision] = field(default_factory=list)

    @property
    def to_apply(self) -> list[Revision]:
        """Whatever differs, in order of student."""
        return sorted([*self.points, *self.record], key=lambda each: each.student)


def marked_students(course: Course, unit: Unit, named: Sequence[str] = ()) -> list[str]:
    """List whose work to mark again.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    named : sequence of str
        Only these; all who have a verdict when empty.

    Returns
    -------
    list of str
        Students in order of name.

    Raises
    ------
    DlcourseError
        When a named student, or anybody at all, has nothing that is marked.
    """
    there = [each for each in handed_in(course, unit) if recorded(course.verdict(unit, each))]
    unknown = sorted(set(named) - set(there))
    if unknown:
        raise DlcourseError(
            f"{', '.join(unknown)}: no marked submission of unit {unit.name}; check the name in "
            f"{course.root / 'submitted'}, or run `dlcourse grade {unit.number}` first"
        )
    if not there:
        raise DlcourseError(
            f"nothing of unit {unit.name} is graded yet; run `dlcourse grade {unit.number}` first"
        )
    return sorted(set(named)) or there


def attempt(
    course: Course, unit: Unit, students: Sequence[str], settings: Settings, progress: Progress
) -> Trial:
    """Mark again, and compare; neither verdicts nor gradebook nor journal are touched.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    students : sequence of str
        Whose work, from `marked_students`.
    settings : Settings
        How to grade.
    progress : callable
        Told after each submission.

    Returns
    -------
    Trial
        Who would get what.

    Raises
    ------
    DlcourseError
        When there is no sandbox.
    """
    require_engine(settings)
    trial = Trial()
    jobs = jobs_of(course, unit, students, settings)
    for done, (job, marked) in enumerate(engine_for(settings).run(jobs), start=1):
        old = recorded(course.verdict(unit, job.student)) or {}
        _sort(trial, Revision(job.student, old, marked))
        progress(marked.verdict, len(students) - done)
    for part in (trial.points, trial.record, trial.failures):
        part.sort(key=lambda each: each.student)
    trial.same.sort()
    return trial


def apply(course: Course, unit: Unit, trial: Trial) -> None:
    """Enter the new verdicts; what a person decided in the gradebook stays.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    trial : Trial
        From `attempt`.

    Raises
    ------
    DlcourseError
        When a record cannot be written; what is written by then stays, and running again goes
        on from there.
    """
    database = GradeBook(course.db_url, unit, course.release(unit))
    with only_one(course.lock), database as gradebook:
        book = Book(course, unit, gradebook, Journal(course.journal))
        for revision in trial.to_apply:
            book.enter(revision.student, revision.marked, _reason(revision))
        settle_late(course, unit, gradebook)


def _sort(trial: Trial, revision: Revision) -> None:
    if revision.new["status"] == "infrastructure_error":
        trial.failures.append(revision)
    elif to_json(revision.old) == to_json(revision.new):
        trial.same.append(revision.student)
    elif revision.tasks or revision.old["status"] != revision.new["status"]:
        trial.points.append(revision)
    else:
        trial.record.append(revision)


def _why(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    """Say what a task was found to be, before and now, where that differs."""
    before, after = (_finding(task) for task in (old, new))
    return after if not before or before == after else f"{after} (before: {before})"


def _finding(task: dict[str, Any] | None) -> str:
    if task is None:
        return ""
    if task["misconception"]:
        return f"[{task['misconception']}] {task['message']}"
    return task["message"] or ("right" if task["score"] == task["max_score"] else "partly right")


def _reason(revision: Revision) -> str:
    """Give the journal's reason: what changed, and the versions it changed between."""
    points = [f"{each.name} {_points(each.old)} -> {_points(each.new)}" for each in revision.tasks]
    versions = [side["tasks_version"] for side in (revision.old, revision.new)]
    tasks = " -> ".join(dict.fromkeys(versions))
    return f"{', '.join(points) or 'same points'}; tasks {tasks}"


def _points(points: float | None) -> str:
    return "none" if points is None else number(points)
