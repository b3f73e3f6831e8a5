"""Grade a class: what is new is marked, what is marked is recorded, what is recorded stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from dlcourse.grading.cluster import Cluster
from dlcourse.grading.directory import Course, to_json
from dlcourse.grading.engine import Engine
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.handed import handed_by, handed_in
from dlcourse.grading.journal import Journal
from dlcourse.grading.lock import only_one
from dlcourse.grading.recording import Book, recorded, sha256_of
from dlcourse.grading.sandbox import Limits, require
from dlcourse.grading.spec import Unit
from dlcourse.grading.verdict import Job, seed_of, tasks_version

#: Called after each submission with its verdict and the number still to do.
Progress = Callable[[dict[str, Any], int], None]

#: How a verdict stands to the submission: there is none of it, one that other tasks or limits
#: or another release led to, or one that holds.
State = Literal["waiting", "outdated", "holds"]


@dataclass
class Graded:
    """What a run did: verdicts formed, students left as they were, records mended.

    `verdicts` are in brief (`in_brief`): thousands of whole ones would fill the memory.
    `outdated` are those of `unchanged` whose verdict an older version formed.
    """

    verdicts: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[dict[str, Any]]:
        """Verdicts that the grader itself failed to form."""
        return [each for each in self.verdicts if each["status"] == "infrastructure_error"]


@dataclass(frozen=True)
class Settings:
    """How to grade: worker processes, limits of a submission, with or without a sandbox.

    With the address of a Dask `scheduler` its workers grade, and `workers` does not count.
    """

    workers: int = 1
    scheduler: str = ""
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False


def waiting(course: Course, unit: Unit) -> list[str]:
    """List the students whose submission has no verdict yet.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What to grade.

    Returns
    -------
    list of str
        Students in order of name.

    Raises
    ------
    DlcourseError
        When the unit is not released here, or nobody has handed it in.
    """
    students = handed_in(course, unit)
    return [student for student in students if _state(course, unit, student, Limits()) == "waiting"]


def grade(course: Course, unit: Unit, settings: Settings, progress: Progress) -> Graded:
    """Grade what is new or changed, and make the gradebook agree with the verdicts.

    A verdict that an older version formed stays: a mark changes with the submission, or when a
    person says so (`regrade`).

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
    states = {each: _state(course, unit, each, settings.limits) for each in handed_in(course, unit)}
    students = [student for student, state in states.items() if state == "waiting"]
    if students:
        require_engine(settings)
    done = Graded(
        unchanged=[student for student, state in states.items() if state != "waiting"],
        outdated=[student for student, state in states.items() if state == "outdated"],
    )
    engine, journal = engine_for(settings), Journal(course.journal)
    # The workers begin while the gradebook opens.
    with (
        engine.started(jobs_of(course, unit, students, settings)) as results,
        GradeBook(course.db_url, unit, course.release(unit)) as gradebook,
    ):
        book = Book(course, unit, gradebook, journal)
        done.recovered = book.recover(set(students))
        for job, marked in results:
            book.enter(job.student, marked)
            done.verdicts.append(in_brief(marked.verdict))
            progress(marked.verdict, len(students) - len(done.verdicts))
        settle_late(course, unit, gradebook)
    return done


def in_brief(verdict: dict[str, Any]) -> dict[str, Any]:
    """Keep of a verdict what is told when the run ends.

    Parameters
    ----------
    verdict : dict
        The verdict.

    Returns
    -------
    dict
        Who got what, and of the tasks those that lost points.
    """
    lost = [task for task in verdict["tasks"] if task["score"] < task["max_score"]]
    kept = ("name", "score", "max_score", "misconception", "message")
    told = ("student", "status", "reason", "score", "max_score", "flags")
    tasks = [{key: task[key] for key in kept} for task in lost]
    return {key: verdict[key] for key in told} | {"tasks": tasks}


def require_engine(settings: Settings) -> None:
    """Refuse at once where students' code plainly cannot run as the settings ask.

    Parameters
    ----------
    settings : Settings
        How to grade.

    Raises
    ------
    DlcourseError
        When this machine is to grade and has no sandbox.
    """
    if not settings.scheduler:
        require(settings.unsafe)


def engine_for(settings: Settings) -> Engine | Cluster:
    """Choose what marks: processes of this machine, or a Dask cluster.

    Parameters
    ----------
    settings : Settings
        How to grade.

    Returns
    -------
    Engine or Cluster
        Its `run` takes jobs and gives verdicts.
    """
    if settings.scheduler:
        return Cluster(settings.scheduler, settings.unsafe)
    return Engine(settings.workers, settings.unsafe)


def grade_one(course: Course, unit: Unit, student: str, engine: Engine) -> dict[str, Any]:
    """Grade one submission, new or not, as nbgrader's own commands ask for it.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What to grade.
    student : str
        Whose.
    engine : Engine
        Marks it; one that keeps its processes serves a batch best.

    Returns
    -------
    dict
        The verdict; it is recorded.

    Raises
    ------
    DlcourseError
        When the course, its gradebook or the sandbox cannot be used.
    """
    require(engine.unsafe)
    ((_, marked),) = engine.run(jobs_of(course, unit, [student], Settings()))
    with only_one(course.lock), GradeBook(course.db_url, unit, course.release(unit)) as gradebook:
        Book(course, unit, gradebook, Journal(course.journal)).enter(student, marked)
        settle_late(course, unit, gradebook, student)
    return marked.verdict


def settle_late(course: Course, unit: Unit, gradebook: GradeBook, student: str = "") -> None:
    """Bring what late submissions lose up to date: due dates, extensions and marks may change.

    Parameters
    ----------
    course : Course
        Its settings hold the policy.
    unit : Unit
        The unit.
    gradebook : GradeBook
        Holds due date, times and points.
    student : str
        Only this one; everybody when empty.

    Raises
    ------
    DlcourseError
        When somebody is late and the policy cannot be read.
    """
    from dlcourse.grading.late import policy_of

    gradebook.settle_late(policy_of(course, unit), student)


def jobs_of(
    course: Course, unit: Unit, students: Iterable[str], settings: Settings
) -> Iterator[Job]:
    """Say what there is to mark, one by one: the class never is in memory as a whole.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What was handed in.
    students : iterable of str
        Whose work to mark.
    settings : Settings
        How to grade.

    Yields
    ------
    Job
        For the engine, in the order of the students.
    """
    release, secret = course.release(unit).read_bytes(), course.secret()
    for student in students:
        handed = handed_by(course, unit, student)
        seed = seed_of(secret, unit.name, student, handed)
        yield Job(unit.name, student, handed, release, seed, settings.limits)


def _state(course: Course, unit: Unit, student: str, limits: Limits) -> State:
    verdict = recorded(course.verdict(unit, student))
    if verdict is None or verdict["status"] == "infrastructure_error":
        return "waiting"
    if verdict["submission"] != handed_by(course, unit, student).digest:
        return "waiting"
    holds = (
        verdict["tasks_version"] == tasks_version()
        and verdict["release"] == sha256_of(course.release(unit))
        and verdict["limits"] == json.loads(to_json(limits.__dict__))
    )
    return "holds" if holds else "outdated"
