"""Grade a class: what is new is marked, what is marked is recorded, what is recorded stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dlcourse.grading.autograded import write_autograded
from dlcourse.grading.cluster import Cluster
from dlcourse.grading.directory import Course, to_json, write_atomically
from dlcourse.grading.engine import Engine
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.intake import Handed, UnreadableError, read_handed, take_in
from dlcourse.grading.journal import Journal, What
from dlcourse.grading.lock import only_one
from dlcourse.grading.sandbox import Limits, require
from dlcourse.grading.spec import Unit
from dlcourse.grading.staging import Release, Staged, rebuilt, stage
from dlcourse.grading.verdict import Job, Marked, seed_of, tasks_version

#: Called after each submission with its verdict and the number still to do.
Progress = Callable[[dict[str, Any], int], None]


@dataclass
class Graded:
    """What a run did: verdicts formed, students left as they were, records mended."""

    verdicts: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Verdicts that the grader itself failed to form."""
        return [each for each in self.verdicts if each["status"] == "infrastructure_error"]


@dataclass(frozen=True)
class Settings:
    """How to grade: worker processes, limits of a submission, whether to mark everything again.

    With the address of a Dask `scheduler` its workers grade, and `workers` does not count.
    """

    workers: int = 1
    scheduler: str = ""
    limits: Limits = field(default_factory=Limits)
    again: bool = False
    unsafe: bool = False


def waiting(course: Course, unit: Unit, settings: Settings) -> list[str]:
    """List the students whose submission has no verdict that still holds.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What to grade.
    settings : Settings
        How to grade.

    Returns
    -------
    list of str
        Students in order of name.

    Raises
    ------
    DlcourseError
        When the unit is not released here, or nobody has handed it in.
    """
    release = course.release(unit)
    if not release.is_file():
        raise DlcourseError(
            f"unit {unit.name} is not released here: there is no {release}; "
            f"run `dlcourse release {unit.number}` first"
        )
    students = course.students(unit)
    if not students:
        raise DlcourseError(
            f"nobody has handed in unit {unit.name}: there is no "
            f"{course.root / 'submitted' / 'STUDENT' / unit.name}; "
            f"bring submissions in with `dlcourse collect {unit.number} FOLDER`"
        )
    if settings.again:
        return students
    return [student for student in students if not _holds(course, unit, student, settings)]


def grade(course: Course, unit: Unit, settings: Settings, progress: Progress) -> Graded:
    """Grade what is new or changed, and make the gradebook agree with the verdicts.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What to grade.
    settings : Settings
        How to grade.
    progress : callable
        Told after each submission.

    Returns
    -------
    Graded
        What was done.

    Raises
    ------
    DlcourseError
        When the course, its gradebook or the sandbox cannot be used.  Verdicts that are written
        by then stay, and the next run goes on from there.
    """
    with only_one(course.lock):
        return _grade(course, unit, settings, progress)


def _grade(course: Course, unit: Unit, settings: Settings, progress: Progress) -> Graded:
    students = waiting(course, unit, settings)
    if students and not settings.unsafe and not settings.scheduler:
        require()
    done = Graded(unchanged=sorted(set(course.students(unit)) - set(students)))
    journal = Journal(course.journal)
    with GradeBook(course.db_url, unit, course.release(unit)) as gradebook:
        book = _Book(course, unit, gradebook, journal)
        done.recovered = book.recover(set(students))
        release = course.release(unit).read_bytes()
        jobs = (_job(course, unit, student, release, settings) for student in students)
        for job, marked in _engine(settings).run(jobs):
            book.enter(job, marked)
            done.verdicts.append(marked.verdict)
            progress(marked.verdict, len(students) - len(done.verdicts))
    return done


def _engine(settings: Settings) -> Engine | Cluster:
    if settings.scheduler:
        return Cluster(settings.scheduler, settings.unsafe)
    return Engine(settings.workers, settings.unsafe)


def _holds(course: Course, unit: Unit, student: str, settings: Settings) -> bool:
    """Whether the recorded verdict is of this submission, this release and these tasks."""
    verdict = _read(course.verdict(unit, student))
    if verdict is None or verdict["status"] == "infrastructure_error":
        return False
    return (
        verdict["tasks_version"] == tasks_version()
        and verdict["release"] == _sha256(course.release(unit))
        and verdict["limits"] == json.loads(to_json(settings.limits.__dict__))
        and verdict["submission"] == _handed(course, unit, student).digest
    )


def _job(course: Course, unit: Unit, student: str, release: bytes, settings: Settings) -> Job:
    handed = _handed(course, unit, student)
    seed = seed_of(course.secret(), unit.name, student, handed)
    return Job(unit.name, student, handed, release, seed, settings.limits)


def _handed(course: Course, unit: Unit, student: str) -> Handed:
    return take_in(course.submission(unit, student), f"{unit.slug}.ipynb")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _Book:
    """Verdict file, gradebook and journal, written in this order for each submission.

    A kill between any two of them leaves a verdict that the next run finds and enters: the
    verdict is the truth, the other two follow it.
    """

    def __init__(self, course: Course, unit: Unit, gradebook: GradeBook, journal: Journal) -> None:
        self.course, self.unit = course, unit
        self.gradebook, self.journal = gradebook, journal
        self.released = Release(course.release(unit).read_bytes(), unit)

    def enter(self, job: Job, marked: Marked) -> None:
        """Record a new verdict."""
        student = job.student
        known = self.course.verdict(self.unit, student).exists()
        write_atomically(self.course.resources(self.unit, student), to_json(marked.resources))
        write_atomically(self.course.verdict(self.unit, student), to_json(marked.verdict))
        self._follow(marked.verdict, job.handed, "regraded" if known else "graded")

    def recover(self, but_not: set[str]) -> list[str]:
        """Enter verdicts that a killed run left without an entry."""
        kept = [each for each in self.course.verdicts(self.unit) if each["student"] not in but_not]
        behind = {each["student"] for each in self.gradebook.missing(kept)}
        mended = [each for each in kept if each["student"] in behind or self._unfollowed(each)]
        for verdict in mended:
            handed = _handed(self.course, self.unit, verdict["student"])
            self._follow(verdict, handed, "recovered")
        return [each["student"] for each in mended]

    def _follow(self, verdict: dict[str, Any], handed: Handed, what: What) -> None:
        """Bring gradebook, marked notebook and journal to a verdict."""
        student = verdict["student"]
        staged = self._staged(handed)
        at = _handed_in_at(self.course, self.unit, student)
        change = self.gradebook.write(verdict, at, blank=staged.blank_texts if staged else ())
        notebook = rebuilt(self.released.document, staged) if staged else None
        write_autograded(self.course, self.unit, verdict, notebook)
        self.journal.append(
            what,
            student=student,
            unit=self.unit.name,
            old=change.old_score,
            new=change.new_score,
            why=_why(verdict),
            verdict=self._digest(student),
        )

    def _staged(self, handed: Handed) -> Staged | None:
        with contextlib.suppress(UnreadableError):
            return stage(read_handed(handed), self.released)
        return None

    def _unfollowed(self, verdict: dict[str, Any]) -> bool:
        """Whether the journal, written last, does not know this verdict yet."""
        entry = self.journal.last(verdict["student"], self.unit.name)
        return entry is None or entry.verdict != self._digest(verdict["student"])

    def _digest(self, student: str) -> str:
        return _sha256(self.course.verdict(self.unit, student))


def _handed_in_at(course: Course, unit: Unit, student: str) -> datetime:
    """When the folder last changed, in UTC."""
    seconds = course.submission(unit, student).stat().st_mtime
    return datetime.fromtimestamp(seconds, UTC)


def _why(verdict: dict[str, Any]) -> str:
    if verdict["status"] != "graded":
        return f"{verdict['status']}: {verdict['reason']}"
    return f"submission {verdict['submission'][:12]}, tasks {verdict['tasks_version']}"
