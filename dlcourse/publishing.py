"""The commands that hand the marks on: ``dlcourse feedback``, ``report`` and ``export``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from dlcourse.grading.directory import Course, named_unit, open_course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.spec import Unit
from dlcourse.options import CourseOption, DbOption, JsonOption, SiteOption, UnitArgument
from dlcourse.printing import console, count, print_json


class Form(StrEnum):
    """A learning management system's import format, or plain CSV."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"


def feedback(
    unit: UnitArgument,
    course: CourseOption = Path(),
    site: SiteOption = "",
    db_url: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a page for each student that says what was right, what was not, and why."""
    from dlcourse.grading.feedback import SITE, write_all

    place, chosen = open_course(course, db_url), named_unit(unit)
    _require_verdicts(place, chosen)
    with gradebook(place, chosen) as book:
        written = write_all(place, chosen, book.marks(), site or SITE, book.late())
    pages = sorted((place.root / "feedback").glob(f"*/{chosen.name}/*.html"))
    if as_json:
        print_json({"written": [str(path) for path in written], "pages": len(pages)})
        return
    console().print(
        f"{count(len(written), 'feedback page')} written, {len(pages)} in all, in "
        f"{place.root / 'feedback'}",
        soft_wrap=True,
    )


def report(
    unit: UnitArgument,
    course: CourseOption = Path(),
    db_url: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the class report: marks, hard criteria, common mistakes, submissions to look at."""
    place, chosen = open_course(course, db_url), named_unit(unit)
    _require_verdicts(place, chosen)
    path = class_report(place, chosen)
    if as_json:
        print_json({"report": str(path)})
        return
    console().print(f"The report is in {path}", soft_wrap=True)


def export(
    unit: UnitArgument,
    course: CourseOption = Path(),
    form: Annotated[Form, typer.Option("--format", "-f", help="Who reads the file.")] = Form.CSV,
    column: Annotated[
        str, typer.Option(help="Name of the assignment in Canvas or Moodle: Neuron (4711).")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
    ] = False,
    db_url: DbOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the marks as CSV for Canvas, Moodle or a spreadsheet."""
    place, chosen = open_course(course, db_url), named_unit(unit)
    _require_verdicts(place, chosen)
    done = marks_file(place, chosen, form, column, dry_run)
    if as_json:
        print_json({"file": str(done.path), "written": done.written, "warnings": done.warnings})
        return
    for warning in done.warnings:
        console(stderr=True).print(f"[yellow]note:[/] {escape(warning)}", soft_wrap=True)
    if dry_run:
        sys.stdout.write(done.text.lstrip("\ufeff"))
        console(stderr=True).print(f"Nothing is written; it would be {done.path}", soft_wrap=True)
    else:
        console().print(f"The marks are in {done.path}", soft_wrap=True)


@contextmanager
def gradebook(course: Course, unit: Unit) -> Iterator[Any]:
    """Open the gradebook to read marks as they are today, late penalties included."""
    from dlcourse.grading.classroom import settle_late
    from dlcourse.grading.gradebook import GradeBook

    with GradeBook(course.db_url, unit, course.release(unit)) as book:
        settle_late(course, unit, book)
        yield book


def class_report(course: Course, unit: Unit) -> Path:
    """Write the class report, and say where it is."""
    from dlcourse.grading.report import write_report

    with gradebook(course, unit) as book:
        made = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
        return write_report(course, unit, rows=book.scores(), made=made)


def marks_file(
    course: Course, unit: Unit, form: Form, column: str = "", dry_run: bool = False
) -> Any:
    """Write the marks in a form, or only say what would be written."""
    from dlcourse.grading.export import export as export_marks

    with gradebook(course, unit) as book:
        return export_marks(course, unit, form.value, book.scores(), dry_run=dry_run, column=column)


def _require_verdicts(course: Course, unit: Unit) -> None:
    if next(course.verdicts(unit), None) is None:
        raise DlcourseError(
            f"nothing of unit {unit.name} is graded yet; run `dlcourse grade {unit.number}` first"
        )
