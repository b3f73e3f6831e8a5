"""Marks for the learning management system: CSV that is quoted, guarded, and shown before written.

What the importers want is read off their sources:

- Canvas, ``lib/gradebook_importer.rb`` of github.com/instructure/canvas-lms: the header begins
  with ``Student``, ``ID``, ``SIS User ID``, ``SIS Login ID``, ``Section``; then one column an
  assignment, matched by ``Name (id)`` or by its exact name, else it is offered as new.  A row
  whose first cell has ``Points Possible`` gives what it is worth.  Students are found by ``ID``,
  then ``SIS User ID``, ``SIS Login ID``, name.  An empty cell clears a mark that is there.
- Moodle, ``grade/import/csv/classes/load_data.php`` of github.com/moodle/moodle and
  docs.moodle.org/en/Grade_import: the person importing maps one column to a user field (user
  name, ID number or email address, in its exact case) and one to a grade item.  An unknown user
  stops the whole import; an empty cell or ``-`` clears a mark that is there.

So a student who has no mark is left out of both files, and `Export.warnings` says who and why.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dlcourse.grading.directory import Course, write_atomically
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.gradebook_views import ScoreRow
from dlcourse.grading.plain import number, plain
from dlcourse.grading.spec import Unit

Format = Literal["csv", "canvas", "moodle"]
Cell = str | float | None

#: What spreadsheets take for the beginning of a formula, full-width signs included.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")


@dataclass(frozen=True)
class Export:
    """What was or would be written, where, and what the instructor should know before."""

    path: Path
    text: str
    rows: list[list[str]]
    warnings: list[str]
    written: bool


def export(
    course: Course,
    unit: Unit,
    form: Format,
    rows: Sequence[ScoreRow],
    *,
    dry_run: bool = False,
    bom: bool | None = None,
    column: str = "",
) -> Export:
    """Write the marks of a unit for another program.

    Parameters
    ----------
    course : Course
        The course.
    unit : Unit
        The unit.
    form : {'csv', 'canvas', 'moodle'}
        For whom: ``csv`` has all that is known and opens in a spreadsheet.
    rows : sequence of ScoreRow
        From `GradeBook.scores`.
    dry_run : bool
        Only say what would be written.
    bom : bool, optional
        Whether a byte order mark goes first.  Excel needs it to see UTF-8, so that ``csv`` has
        one; Canvas and Moodle files have none.
    column : str
        Name of the assignment in Canvas or Moodle, such as ``Neuron (4711)``; the unit's name
        when empty.

    Returns
    -------
    Export
        The text, the rows and the warnings.

    Raises
    ------
    DlcourseError
        When the format is not known, or the file cannot be written.
    """
    layout = _LAYOUTS.get(form)
    if layout is None:
        known = ", ".join(_LAYOUTS)
        raise DlcourseError(f"there is no format {form!r}; the formats are {known}")
    verdicts = {verdict["student"]: verdict for verdict in course.verdicts(unit)}
    warnings = [*_not_final(rows, verdicts)]
    table, more = layout(unit, rows, verdicts, column or unit.name)
    cells = [[_cell(value) for value in row] for row in table]
    text = ("\ufeff" if (form == "csv" if bom is None else bom) else "") + _csv(cells)
    path = course.export(unit, form)
    if not dry_run:
        write_atomically(path, text)
    return Export(path, text, cells, [*warnings, *more], written=not dry_run)


def _csv(cells: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(cells)
    return out.getvalue()


def _cell(value: Cell) -> str:
    """Write one cell; a number of ours stays a number, text never becomes a formula."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return number(value)
    text = plain(value, limit=500).replace("\n", " ")
    return f"'{text}" if _FORMULA.match(value) or _FORMULA.match(text) else text


def _not_final(rows: Sequence[ScoreRow], verdicts: Mapping[str, Any]) -> list[str]:
    """Say whose marks may still change, and who has none."""
    marked = [row for row in rows if _has_mark(row, verdicts)]
    waiting = [row.student for row in marked if row.needs_manual]
    none = [row.student for row in rows if row.handed_in and not _has_mark(row, verdicts)]
    missing = [row.student for row in rows if not row.handed_in]
    warnings = []
    if waiting:
        warnings.append(f"not final, a person has yet to mark or look: {_names(waiting)}")
    if none:
        warnings.append(f"handed in but not marked, no mark is exported: {_names(none)}")
    if missing:
        warnings.append(f"nothing handed in, no mark is exported: {_names(missing)}")
    return warnings


def _names(students: Sequence[str]) -> str:
    shown = ", ".join(plain(student, 80) for student in students[:10])
    return shown if len(students) <= 10 else f"{shown} and {len(students) - 10} more"


def _has_mark(row: ScoreRow, verdicts: Mapping[str, Any]) -> bool:
    """Whether a total stands for work that was marked: by the grader, or by a person."""
    status = verdicts.get(row.student, {}).get("status", "graded")
    return row.total is not None and (status == "graded" or row.manual is not None)


def _score(row: ScoreRow, verdicts: Mapping[str, Any]) -> float | None:
    return row.total if _has_mark(row, verdicts) else None


Layout = Callable[
    [Unit, Sequence[ScoreRow], Mapping[str, Any], str], tuple[list[list[Cell]], list[str]]
]


def _plain_layout(
    unit: Unit, rows: Sequence[ScoreRow], verdicts: Mapping[str, Any], column: str
) -> tuple[list[list[Cell]], list[str]]:
    del column
    header = "student last_name first_name email lms_user_id unit auto manual score max_score"
    table: list[list[Cell]] = [[*header.split(), "late_penalty", "state", "reason"]]
    for row in rows:
        verdict = verdicts.get(row.student, {})
        about = [row.student, row.last_name, row.first_name, row.email, row.lms_user_id, unit.name]
        points = [row.auto, row.manual, _score(row, verdicts), row.max_score, row.penalty or None]
        table.append([*about, *points, _state(row, verdict), verdict.get("reason", "")])
    return table, []


def _state(row: ScoreRow, verdict: Mapping[str, Any]) -> str:
    if not row.handed_in:
        return "nothing handed in"
    state = verdict.get("status", "graded").replace("_", " ")
    return f"{state}, not final" if row.needs_manual else str(state)


def _canvas_layout(
    unit: Unit, rows: Sequence[ScoreRow], verdicts: Mapping[str, Any], column: str
) -> tuple[list[list[Cell]], list[str]]:
    del unit
    marked = [row for row in rows if _has_mark(row, verdicts)]
    best = marked[0].max_score if marked else None
    table: list[list[Cell]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column],
        ["    Points Possible", None, None, None, None, best],
    ]
    for row in marked:
        canvas = row.lms_user_id if row.lms_user_id.isdecimal() else None
        sis = None if canvas else row.lms_user_id
        name = ", ".join(part for part in (row.last_name, row.first_name) if part) or row.student
        table.append([name, canvas, sis, row.student, None, row.total])
    unknown = [row.student for row in marked if not row.lms_user_id]
    return table, _identified_by(unknown, "LMS user id", "SIS Login ID")


def _moodle_layout(
    unit: Unit, rows: Sequence[ScoreRow], verdicts: Mapping[str, Any], column: str
) -> tuple[list[list[Cell]], list[str]]:
    del unit
    marked = [row for row in rows if _has_mark(row, verdicts)]
    table: list[list[Cell]] = [
        ["Username", "First name", "Last name", "ID number", "Email address", column]
    ]
    for row in marked:
        about = [row.student, row.first_name, row.last_name, row.lms_user_id, row.email]
        table.append([*about, row.total])
    unknown = [row.student for row in marked if not row.email]
    return table, _identified_by(unknown, "email address", "Username")


def _identified_by(students: Sequence[str], lacking: str, column: str) -> list[str]:
    if not students:
        return []
    return [
        f"the gradebook has no {lacking} of {_names(students)}; they can be found by {column} only "
        "(their nbgrader name), or add it with `nbgrader db student import`"
    ]


_LAYOUTS: dict[str, Layout] = {
    "csv": _plain_layout,
    "canvas": _canvas_layout,
    "moodle": _moodle_layout,
}
