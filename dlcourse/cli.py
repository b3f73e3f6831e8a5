"""The command ``dlcourse``: release, collect, grade, and hand the marks on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape
from rich.table import Table

from dlcourse import publishing, revising
from dlcourse.grading.directory import Course, named_unit, open_course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.spec import Unit
from dlcourse.options import (
    DONE,
    FAILED,
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
from dlcourse.printing import (
    console,
    count,
    print_graded,
    print_json,
    print_outdated,
    print_samples,
    print_verdict,
    summary,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Release, collect and grade the notebooks of the course; hand the marks on.

    A course directory is a folder with an nbgrader_config.py.  Commands look for it here and in
    the folders above; --course names another.

    Exit codes: 0 done, 1 the answer is no (a check failed, a submission could not be graded),
    2 the command could not be carried out.
    """,
)


def main() -> NoReturn:
    """Run the command line; bad input ends in one sentence, not in a traceback."""
    try:
        app()
    except DlcourseError as error:
        console(stderr=True).print(f"[bold red]dlcourse:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        console(stderr=True).print(
            "\nStopped.  What was graded is recorded; run the command again to go on."
        )
        sys.exit(130)
    sys.exit(DONE)


@app.command(epilog="Example: dlcourse release 1")
def release(unit: UnitArgument, course: CourseOption = Path(), as_json: JsonOption = False) -> None:
    """Build a unit's notebook for students from its source."""
    from dlcourse import course as builder

    place, chosen = open_course(course), named_unit(unit)
    paths = builder.build(chosen, place.root)
    if as_json:
        print_json({"unit": chosen.name, "files": [str(path) for path in paths]})
        return
    out = console()
    out.print(f"Unit {chosen.name} is built:")
    for path in paths:
        out.print(f"  {_relative(path, place)}")
    out.print("Give students the notebook in exercises/.")


@app.command(epilog="Example: dlcourse collect 1 ~/Downloads/submissions.zip")
def collect(
    unit: UnitArgument,
    source: Annotated[
        Path, typer.Argument(metavar="DIR|ZIP", help="Folder or zip file, as your LMS makes it.")
    ],
    course: CourseOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Bring submissions in from a folder or from a zip of Canvas or Moodle."""
    from dlcourse.grading.collecting import collect as collect_from

    place, chosen = open_course(course), named_unit(unit)
    collected = collect_from(place, chosen, source)
    if as_json:
        print_json(collected.__dict__)
        return
    out = console()
    out.print(
        f"{count(len(collected.students), 'submission')} of unit {chosen.name} brought in, "
        f"{len(collected.unchanged)} were there already."
    )
    for name, reason in collected.left_out:
        out.print(f"[yellow]left out[/] {escape(name)}: {escape(reason)}")
    out.print(f"Next: dlcourse grade {chosen.number}")


@app.command(epilog="Example: dlcourse grade 1 --workers 2")
def grade(
    unit: UnitArgument,
    course: CourseOption = Path(),
    workers: WorkersOption = None,
    scheduler: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster: tcp://10.0.0.5:8786."),
    ] = "",
    db_url: DbOption = "",
    as_json: JsonOption = False,
    unsafe: UnsafeOption = False,
) -> None:
    """Grade what is new or changed, in a sandbox; run it again to go on after a stop."""
    from dlcourse.grading.classroom import Settings, waiting

    place, chosen = open_course(course, db_url), named_unit(unit)
    if workers and scheduler:
        raise DlcourseError(
            "--workers counts processes of this machine, and with --scheduler none of them "
            "grades; leave one of the two out"
        )
    settings = Settings(workers or cores(), scheduler=scheduler, unsafe=unsafe)
    todo = waiting(place, chosen)
    done = _grade(place, chosen, settings, len(todo), quiet=as_json)
    if as_json:
        print_json(summary(done))
    elif not done.verdicts and not done.recovered:
        console().print(
            f"Nothing to do: all {count(len(done.unchanged), 'submission')} of unit "
            f"{chosen.name} are graded and unchanged."
        )
        print_outdated(done, chosen)
    else:
        print_graded(done, chosen)
    if done.failures:
        raise typer.Exit(NO)


app.command(epilog="Example: dlcourse regrade 1 --student s07")(revising.regrade)
app.command(epilog="Example: dlcourse verdict s07 1")(revising.verdict)
app.command(epilog="Example: dlcourse feedback 1 --site https://course.example.org/")(
    publishing.feedback
)
app.command(epilog="Example: dlcourse report 1")(publishing.report)
app.command(epilog="Example: dlcourse export 1 --format canvas --dry-run")(publishing.export)


@app.command(epilog="Example: dlcourse check neuron.ipynb")
def check(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook.")],
    unit: Annotated[
        str, typer.Option("--unit", help="Number or name of the unit, when the name does not say.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Check your own notebook before you hand it in: the grader's engine, public inputs."""
    from dlcourse.grading.selfcheck import check_notebook

    verdict = check_notebook(notebook, unit)
    if as_json:
        print_json(verdict)
    else:
        print_verdict(verdict)
    if verdict["score"] < verdict["max_score"]:
        raise typer.Exit(NO)


@app.command(epilog="Example: dlcourse doctor")
def doctor(as_json: JsonOption = False) -> None:
    """Say what works on this machine, and how to put right what does not."""
    from dlcourse.grading.doctor import examine

    findings = examine()
    if as_json:
        print_json([finding.__dict__ for finding in findings])
    else:
        table = Table("", "what", "found", "what to do", box=None, header_style="bold")
        for finding in findings:
            mark = "[green]ok[/]" if finding.works else "[red]no[/]"
            table.add_row(mark, *map(escape, (finding.what, finding.found, finding.fix)))
        console().print(table)
    if not all(finding.works for finding in findings if finding.needed):
        raise typer.Exit(NO)


@app.command(epilog="Example: dlcourse demo _demo")
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to make the sample course.")
    ] = Path("_demo"),
    course: CourseOption = Path(),
    workers: WorkersOption = None,
) -> None:
    """Make a sample class of 24, grade it, and show who got what and why."""
    from dlcourse.grading.classroom import Settings, waiting
    from dlcourse.grading.feedback import SITE, write_all
    from dlcourse.grading.sample import course_copy, write_class

    source, unit = open_course(course), named_unit("1")
    place = course_copy(source, folder, (unit,))
    samples = write_class(place, unit)
    settings = Settings(workers=workers or cores())
    out = console()
    out.print(f"A sample class of {len(samples)} has handed in unit {unit.name}.")
    _grade(place, unit, settings, len(waiting(place, unit)))
    book_page = source.root / "_build" / "html" / "index.html"
    with publishing.gradebook(place, unit) as book:
        site = f"{book_page.parent.as_uri()}/" if book_page.exists() else SITE
        write_all(place, unit, book.marks(), site)
    made = {
        "The book": book_page if book_page.exists() else "not built: make site",
        "Class report": publishing.class_report(place, unit),
        "Feedback": place.root / "feedback",
        "Marks": publishing.marks_file(place, unit, publishing.Form.CSV).path,
        "Gradebook": place.root / "gradebook.db",
    }
    print_samples(place, unit, samples)
    for what, where in made.items():
        out.print(f"{what:<14}{where}", soft_wrap=True)


def _relative(path: Path, course: Course) -> Path:
    return path.relative_to(course.root) if path.is_relative_to(course.root) else path


def _grade(course: Course, unit: Unit, settings: Any, todo: int, quiet: bool = False) -> Any:
    """Grade, with a progress bar on a terminal and in silence otherwise."""
    from dlcourse.grading.classroom import grade as grade_unit

    with progress_bar(todo, quiet or not todo) as advance:
        return grade_unit(course, unit, settings, advance)
