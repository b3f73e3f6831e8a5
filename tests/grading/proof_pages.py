"""Two generated pages of the book: what is proved of the tasks, and what a student may read."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from tables import Row, rows, told
from test_tasks import ROOT

from dlcourse.grading import messages
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks import UNITS

_PROOFS = """\
# The tasks, proved

This page is for instructors. Before a task reaches a student, the tests of the course prove it:

- the reference gets full marks, a blank answer none;
- right answers in other styles, such as loops, lists, `einsum` or float32, get full marks;
- each known misconception loses points, and the diagnosis names it as itself and as no other;
- every weaker check is noticed. A *weaker check* is the task without one of its criteria, without
  one kind of case, with values alone where more is looked at, without extreme inputs, without
  single precision, or with ten times the tolerance. For each of them some wrong answer gets away
  that should not: a misconception, or a *mutant*, the reference with one fault.

The page is made by `make proofs` from the tasks themselves; a test fails when it is out of date.
[](messages.md) shows the sentences.
"""

_MESSAGES = """\
# What students are told

This page is for instructors. It collects every sentence that the checks in a notebook and the
grader can say to a student. It is made by `make proofs` from the code that says them; a test fails
when it is out of date, and others hold every sentence to the same rules: it says what happened,
does not blame, and does not give the answer. Beside it the student always reads which section of
the book to open.

Three dots stand for what differs from case to case.
"""


def proofs_page() -> str:
    """Write ``book/proofs.md``."""
    header = [name for name, _ in unit_cells(UNITS[0])]
    every = [[value for _, value in unit_cells(unit)] for unit in UNITS]
    parts = [_PROOFS, "## All units", _table(header, every)]
    for unit in UNITS:
        parts += [f"## Unit {unit.number}: {unit.title}", *_of_unit(unit)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def unit_cells(unit: Unit) -> list[tuple[str, str]]:
    """One row of the table of all units: heading and value."""
    found = rows(unit)
    criteria = sum(len(row.task.criteria) for row in found)
    known = sum(len(row.task.misconceptions) for row in found)
    weaker = sum(len(row.noticed) for row in found)
    return [
        ("Unit", unit.name),
        ("Tasks", str(len(found))),
        ("Criteria", str(criteria)),
        (
            "Fair answers, full marks",
            _share(sum(r.fair for r in found), sum(r.styles for r in found)),
        ),
        ("Misconceptions", str(known)),
        ("below full marks", _share(sum(row.below for row in found), known)),
        ("named", _share(sum(row.named for row in found), known)),
        ("Weaker checks noticed", _share(weaker - sum(len(r.unnoticed) for r in found), weaker)),
        ("Minutes", str(sum(minutes for _, minutes in told(unit).values()))),
    ]


def _of_unit(unit: Unit) -> Iterable[str]:
    header = ["Task", "Difficulty", "Minutes", "Points"]
    header += ["Criteria", "Misconceptions", "Mutants", "Weaker checks"]
    yield _table(header, [_task_cells(row) for row in rows(unit)])
    yield "How often each misconception (rows) was given each name (columns), on three draws:"
    for row in rows(unit):
        yield f"````{{dropdown}} {row.task.name}\n```text\n{confusion(row)}\n```\n````"


def _task_cells(row: Row) -> list[str]:
    task = row.task
    numbers = [len(task.criteria), len(task.misconceptions), row.mutants, len(row.noticed)]
    return [
        f"`{task.name}`",
        row.difficulty,
        str(row.minutes),
        f"{task.points:g}",
        *map(str, numbers),
    ]


def confusion(row: Row) -> str:
    """The confusion table of a task, as text."""
    names = [known.name for known in row.task.misconceptions]
    width = max(map(len, names))
    lines = [
        f"{name:{width}} " + "".join(f"{row.confusion[name][given]:3d}" for given in names)
        for name in names
    ]
    return "\n".join(lines)


def messages_page() -> str:
    """Write ``book/messages.md``."""
    said = messages.said()
    parts = [_MESSAGES]
    for group in messages.GROUPS:
        parts.append(f"## {group}")
        for place, found in itertools.groupby(messages.messages(group), lambda one: one.place):
            items = [_item(one, messages.example(one, said)) for one in found]
            parts.append(f"Said by `{place}`:\n\n" + "\n".join(items))
    for unit in UNITS:
        parts.append(f"## Unit {unit.number}: {unit.title}")
        parts += [part for task in unit.tasks for part in _of_task(task)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _of_task(task: Task) -> Iterable[str]:
    yield f"### {task.name}"
    yield f"Read: {_link(task.section)}."
    header = ["Asked", "Points"]
    yield _table(header, [[_plain(one.asks), f"{one.points:g}"] for one in task.criteria])
    header = ["Misconception", "What the student reads"]
    yield _table(header, [[k.name, _plain(k.says)] for k in task.misconceptions])


def _link(section: str) -> str:
    """Link to the section where the book has it; name it in any case."""
    page, _, anchor = section.partition("#")
    source = ROOT / "book" / page.replace(".html", ".md")
    there = source.is_file() and f"({anchor})=" in source.read_text("utf-8")
    return f"{{ref}}`{section} <{anchor}>`" if there else f"`{section}`"


def _item(message: messages.Message, example: str) -> str:
    more = f"\\\n  *for example:* {_plain(example)}" if example else ""
    return f"- {_plain(message.text)}{more}"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return re.sub(r"([\\`*_{}\[\]<>$|#~])", r"\\\1", text.strip())


def _table(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PAGES = {"proofs.md": proofs_page, "messages.md": messages_page}
