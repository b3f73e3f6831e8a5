"""What the command prints: tables for people, JSON for scripts."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dlcourse.grading.directory import Course
from dlcourse.grading.judging import UNWRITTEN
from dlcourse.grading.spec import Unit


def console(stderr: bool = False) -> Console:
    """Make a console that writes text as it is, without colored numbers."""
    return Console(stderr=stderr, highlight=False)


def print_json(record: Any) -> None:
    """Print a record for a script."""
    sys.stdout.write(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def count(number: int, noun: str) -> str:
    """Write a number with its noun, in the plural where it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(done: Any) -> dict[str, Any]:
    """Reduce what a run of the grader did to what a script wants to know."""
    keys = ("student", "status", "reason", "score", "max_score", "flags")
    return {
        "graded": [{key: verdict[key] for key in keys} for verdict in done.verdicts],
        "unchanged": done.unchanged,
        "recovered": done.recovered,
        "outdated": done.outdated,
    }


def print_graded(done: Any, unit: Unit) -> None:
    """Print who got what and why, and what comes next."""
    out = console()
    if done.verdicts:
        table = table_of("student", "points", "why")
        for verdict in sorted(done.verdicts, key=lambda verdict: verdict["student"]):
            table.add_row(escape(verdict["student"]), _points(verdict), escape(_why(verdict)))
        out.print(table)
    out.print(
        f"{count(len(done.verdicts), 'submission')} of unit {unit.name} graded, "
        f"{len(done.unchanged)} unchanged"
        + (f", {len(done.recovered)} recovered from an earlier run" if done.recovered else "")
        + "."
    )
    print_outdated(done, unit)
    out.print(f"Next: dlcourse feedback {unit.number}, dlcourse report {unit.number}")


def print_outdated(done: Any, unit: Unit) -> None:
    """Say how many verdicts an older version formed, and how to look at what would change."""
    if done.outdated:
        were, stay = ("was", "stays") if len(done.outdated) == 1 else ("were", "stay")
        console().print(
            f"[yellow]note:[/] {count(len(done.outdated), 'submission')} {were} marked with other "
            f"tasks, limits or another release and {stay} so; `dlcourse regrade {unit.number}` "
            "shows what would change.",
            soft_wrap=True,
        )


def _points(verdict: dict[str, Any]) -> str:
    if verdict["status"] != "graded":
        return "[yellow]none[/]"
    return f"{verdict['score']:g} of {verdict['max_score']:g}"


def _why(verdict: dict[str, Any], most: int = 3) -> str:
    """Say in a line why a submission lost points."""
    if verdict["status"] != "graded":
        return str(verdict["reason"])
    lost = [task for task in verdict["tasks"] if task["score"] < task["max_score"]]
    if lost and not verdict["score"]:
        return f"no task is right: {(verdict['flags'] or [lost[0]['message']])[0]}"
    unwritten = [task for task in lost if task["message"] == UNWRITTEN]
    reasons = [f"{task['name']}: {_in_brief(task)}" for task in lost if task not in unwritten]
    if unwritten:
        reasons.append(f"{count(len(unwritten), 'task')} not written yet")
    more = [f"and {len(reasons) - most} more"] if len(reasons) > most else []
    return "; ".join([*reasons[:most], *more])


def _in_brief(task: dict[str, Any], most: int = 120) -> str:
    """Give the first sentence of what was found, after the name of the mistake if it has one."""
    sentence = task["message"].split(". ")[0].rstrip(".")
    sentence = sentence if len(sentence) <= most else f"{sentence[: most - 1].rstrip()}…"
    return f"[{task['misconception']}] {sentence}" if task["misconception"] else sentence


def print_verdict(verdict: dict[str, Any]) -> None:
    """Print how a student stands, task by task."""
    out = console()
    if verdict["status"] != "graded":
        out.print(f"[red]This notebook cannot be checked:[/] {escape(verdict['reason'])}")
        return
    _print_tasks(out, verdict)
    for remark in verdict["repairs"]:
        out.print(f"[yellow]note:[/] {escape(remark)}")
    out.print(
        f"{verdict['score']:g} of {verdict['max_score']:g} points on public inputs; grading draws "
        "others."
    )


def print_record(verdict: dict[str, Any]) -> None:
    """Print a verdict as an instructor reads it: the marks, then what they were formed from."""
    out = console()
    out.print(f"Unit {verdict['unit']}, {escape(verdict['student'])}: ", end="")
    if verdict["status"] == "graded":
        out.print(f"{verdict['score']:g} of {verdict['max_score']:g} points")
        _print_tasks(out, verdict)
    else:
        status = verdict["status"].replace("_", " ")
        out.print(f"[yellow]{status}[/]: {escape(verdict['reason'])}", soft_wrap=True)
    for cell in verdict["cells"]:
        line = f", line {cell['line']}" if cell["line"] else ""
        out.print(f"cell {escape(cell['cell'])}{line} stopped: {escape(cell['error'])}")
    for repair in verdict["repairs"]:
        out.print(f"repaired: {escape(repair)}")
    for flag in verdict["flags"]:
        out.print(f"[yellow]to look at:[/] {escape(flag)}")
    versions = ", ".join(f"{name} {each}" for name, each in sorted(verdict["versions"].items()))
    about = {
        "submission": verdict["submission"],
        "release": verdict["release"],
        "tasks": verdict["tasks_version"],
        "seed": verdict["seed"] or "none",
        "sandbox": verdict["sandbox"],
        "limits": ", ".join(f"{name} {each:g}" for name, each in verdict["limits"].items()),
        "versions": versions,
    }
    for what, value in about.items():
        out.print(f"{what:<11}{escape(value)}", soft_wrap=True)


def _print_tasks(out: Console, verdict: dict[str, Any]) -> None:
    table = table_of("", "task", "points", "what was found")
    for task in verdict["tasks"]:
        whole = task["score"] == task["max_score"]
        mark = "[green]ok[/]" if whole else "[red]no[/]"
        points = f"{task['score']:g} of {task['max_score']:g}"
        name = f"[{task['misconception']}] " if task["misconception"] else ""
        table.add_row(mark, task["name"], points, escape(name + task["message"]))
    out.print(table)


def print_samples(course: Course, unit: Unit, samples: list[Any]) -> None:
    """Print the sample class: what each submission is, what it got and why."""
    verdicts = {verdict["student"]: verdict for verdict in course.verdicts(unit)}
    table = table_of("student", "points", "why")
    for sample in samples:
        verdict = verdicts[sample.student]
        why = escape(_why(verdict, most=2)) or f"[dim]{escape(sample.tells)}[/]"
        table.add_row(escape(sample.student), _points(verdict), why)
    console().print(table)


def table_of(*headers: str) -> Table:
    """Make a table whose last column takes what the others leave, and wraps."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for header in headers:
        table.add_column(header, no_wrap=header != headers[-1])
    return table
