"""What was handed in: by whom, which bytes, and when."""

from __future__ import annotations

import contextlib
from datetime import datetime

from dlcourse.grading.directory import Course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.intake import Handed, take_in
from dlcourse.grading.spec import Unit

#: Where nbgrader's collecting writes when a submission was handed in.
TIMESTAMP = "timestamp.txt"


def handed_in(course: Course, unit: Unit) -> list[str]:
    """List the students whose work there is to mark.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What was handed in.

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
    return students


def handed_by(course: Course, unit: Unit, student: str) -> Handed:
    """Take in what a student handed in, readable or not.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        What was handed in.
    student : str
        Whose work it is.

    Returns
    -------
    Handed
        The bytes, or why there are none.
    """
    return take_in(course.submission(unit, student), f"{unit.slug}.ipynb")


def handed_in_at(course: Course, unit: Unit, student: str) -> datetime | None:
    """Say when a submission was handed in, as nbgrader's collecting wrote it down.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    student : str
        Whose submission.

    Returns
    -------
    datetime or None
        UTC, without a zone.  None when ``timestamp.txt`` does not say: the time of a folder
        would be that of a download, and an honest student would be late.
    """
    from nbgrader.utils import parse_utc

    path = course.submission(unit, student) / TIMESTAMP
    with contextlib.suppress(OSError, ValueError, OverflowError):
        if not path.is_symlink() and 0 < path.stat().st_size < 1_000:
            at: datetime = parse_utc(path.read_text("utf-8").strip())
            return at
    return None
