"""What the commands share: exit codes, options, and the bar that shows how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from dlcourse.printing import console

#: Exit codes: done; the answer is no; the command could not be carried out.
DONE, NO, FAILED = 0, 1, 2

UnitArgument = Annotated[
    str, typer.Argument(metavar="UNIT", help="Number or name of the unit: 1, neuron or 1-neuron.")
]
CourseOption = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The course directory.")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", min=1, max=256, help="Processes that grade at once: one a core."
    ),
]
DbOption = Annotated[
    str,
    typer.Option(
        "--db-url",
        metavar="URL",
        envvar="DLCOURSE_DB_URL",
        help="The gradebook's database, when it is not the one in nbgrader_config.py.",
    ),
]
SiteOption = Annotated[
    str, typer.Option("--site", metavar="URL", help="Address of the book, for links to sections.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
UnsafeOption = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-sandbox",
        help="Run students' code without a sandbox, with all your rights.  Recorded.",
    ),
]


def cores() -> int:
    """Count the cores that this process may use."""
    from dlcourse.grading.doctor import usable_cores

    return usable_cores()


@contextmanager
def progress_bar(todo: int, quiet: bool) -> Iterator[Any]:
    """Show a bar on a terminal, and nothing otherwise.

    Parameters
    ----------
    todo : int
        Number of submissions.
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable
        To be told each verdict and how many are left.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    out = console(stderr=True)
    if quiet or not out.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=out) as bar:
        task = bar.add_task("", total=todo)
        yield lambda verdict, left: bar.update(
            task, advance=1, description=escape(verdict["student"]) if left else ""
        )
