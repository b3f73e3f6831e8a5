"""The commands that look at verdicts again: ``dlcourse regrade`` and ``dlcourse verdict``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from dlcourse.grading.directory import named_unit, open_course
from dlcourse.grading.errors import DlcourseError
from dlcourse.options import (
    NO,
    CourseOption,
    DbOption,
    JsonOption,
    UnitArgument,
    UnsafeOption,
    WorkersOption,
    cores,
    progress_bar,
)
from dlcourse.printing import console, count, print_json, print_record, table_of


def regrade(
    unit: UnitArgument,
    course: CourseOption = Path(),
    db_url: DbOption = "",
    students: Annotated[
        list[str] | None,
        typer.Option("--student", "-s", metavar="STUDENT", help="Only this one; repeatable."),
    ] = None,
    workers: WorkersOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Apply the changes without asking.")
    ] = False,
    as_json: JsonOption = False,
    unsafe: UnsafeOption = False,
) -> None:
    """Mark again what is marked: shows who would change and why, applies it when you say so.

    Marks and comments that a person gave stay.  Exit code 1: nothing was changed because you
    declined (or did not give --yes in a script), or a submission could not be graded.
    """
    from dlcourse.grading.classroom import Settings
    from dlcourse.grading.regrade import apply, attempt, marked_students

    place, chosen = open_course(course, db_url), named_unit(unit)
    named = marked_students(place, chosen, students or [])
    settings = Settings(workers=workers or cores(), unsafe=unsafe)
    with progress_bar(len(named), quiet=as_json) as advance:
        trial = attempt(place, chosen, named, settings, advance)
    if not as_json:
        _print_trial(trial)
    agreed = bool(trial.to_apply) and (yes or (not as_json and _agreed(trial)))
    if agreed:
        apply(place, chosen, trial)
    if as_json:
        print_json(_summary(trial, agreed))
    elif agreed:
        done = count(len(trial.to_apply), "verdict")
        console().print(f"{done} of unit {chosen.name} changed; the journal says why.")
    if trial.failures or (trial.to_apply and not agreed):
        raise typer.Exit(NO)


def verdict(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="Whose verdict to show.")] = "",
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="Of which unit.")] = "",
    replayed: Annotated[
        Path | None,
        typer.Option("--replay", metavar="FILE", help="Form this verdict again and compare."),
    ] = None,
    course: CourseOption = Path(),
    as_json: JsonOption = False,
    unsafe: UnsafeOption = False,
) -> None:
    """Show the record of a verdict, or form it again from its record with --replay FILE.

    Exit codes of a replay: 0 the same bytes, 1 something differs (the difference is printed),
    2 the submission, the release or the tasks are not those of the record.
    """
    from dlcourse.grading.replay import read_record, replay

    place = open_course(course)
    if replayed is None:
        if not (student and unit):
            raise DlcourseError("name a student and a unit, or a file with --replay FILE")
        record = read_record(place.verdict(named_unit(unit), student))
        print_json(record) if as_json else print_record(record)
        return
    difference = replay(place, replayed, unsafe)
    if as_json:
        print_json({"file": str(replayed), "same": not difference, "difference": difference})
    elif difference:
        sys.stdout.write("\n".join(difference) + "\n")
    else:
        console().print(f"{replayed}: the replay gives the same bytes.", soft_wrap=True)
    if difference:
        raise typer.Exit(NO)


def _print_trial(trial: Any) -> None:
    out = console()
    if trial.points:
        table = table_of("student", "task", "points", "why")
        for revision in trial.points:
            for row in _rows(revision):
                table.add_row(*map(escape, row))
        out.print(table)
    for revision in trial.failures:
        out.print(f"[yellow]not marked[/] {escape(revision.student)}: {escape(_reason(revision))}")
    points, record = len(trial.points), len(trial.record)
    out.print(
        f"{count(points, 'submission')} would get other points, {record} the same points with a "
        f"new record, {len(trial.same)} would not change."
    )


def _rows(revision: Any) -> list[tuple[str, str, str, str]]:
    """Write a line for the sum, then one for each task."""
    old, new = (_total(verdict) for verdict in (revision.old, revision.new))
    why = str(revision.new["reason"] or revision.old["reason"])
    rows = [(revision.student, "all", f"{old} -> {new}", why)]
    for task in revision.tasks:
        change = " -> ".join("none" if each is None else f"{each:g}" for each in task[1:3])
        rows.append(("", task.name, change, task.why))
    return rows


def _total(verdict: dict[str, Any]) -> str:
    return f"{verdict['score']:g}" if verdict["status"] == "graded" else "none"


def _reason(revision: Any) -> str:
    return str(revision.new["reason"])


def _agreed(trial: Any) -> bool:
    """Ask on a terminal; elsewhere nobody can answer, so the answer is no."""
    if not sys.stdin.isatty():
        console(stderr=True).print("Nothing is changed; give --yes to apply this.")
        return False
    agreed = typer.confirm(f"Change {count(len(trial.to_apply), 'verdict')}?")
    if not agreed:
        console().print("Nothing is changed.")
    return agreed


def _summary(trial: Any, applied: bool) -> dict[str, Any]:
    return {
        "applied": applied,
        "points": [
            {
                "student": revision.student,
                "status": revision.new["status"],
                "reason": revision.new["reason"],
                "old": revision.old["score"],
                "new": revision.new["score"],
                "tasks": [task._asdict() for task in revision.tasks],
            }
            for revision in trial.points
        ],
        "record": [revision.student for revision in trial.record],
        "same": trial.same,
        "failures": [
            {"student": revision.student, "reason": _reason(revision)}
            for revision in trial.failures
        ],
    }
