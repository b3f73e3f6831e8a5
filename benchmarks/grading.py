"""How fast is a class graded?  The same submissions through five ways, side by side.

Ways: the cells alone (the floor: execute the students' code in one warm process, judge nothing),
``nbgrader autograde`` as it comes (a Jupyter kernel a submission) and with the course's extensions
(``nbgrader_config.py``), ``dlcourse grade`` with one and with two worker processes.  All ways run
in turn, `--rounds` times; the table has medians and ratios.
On tasks that nbgrader marks as whole or nothing, the scores of both must agree.

    python benchmarks/grading.py --submissions 60 --rounds 3
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dlcourse.grading.directory import Course
from dlcourse.grading.sample import Sample, sample_class
from dlcourse.grading.tasks import find_unit

ROOT = Path(__file__).parents[1]
UNIT = find_unit(1)
SCORES = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade_cells.max_score
from grade
join base_cell on base_cell.id = grade.cell_id
join grade_cells on grade_cells.id = base_cell.id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
where base_cell.name like 'test-%'
"""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--submissions", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    ways: dict[str, Callable[[Course], None]] = {
        "the cells alone": run_cells_alone,
        "nbgrader autograde": run_stock_nbgrader,
        "nbgrader autograde, extended": run_nbgrader,
        "dlcourse grade, 1 worker": lambda course: run_dlcourse(course, 1),
        "dlcourse grade, 2 workers": lambda course: run_dlcourse(course, 2),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(chosen.rounds):
            for name, way in ways.items():
                course = make_course(Path(scratch) / f"{number}-{name}", chosen.submissions)
                started = time.perf_counter()
                way(course)
                seconds[name].append(time.perf_counter() - started)
        agree = compare_scores(Path(scratch), chosen.rounds - 1)
    print_table(seconds, chosen.submissions, agree)


def make_course(root: Path, submissions: int) -> Course:
    """Hand in the honest part of the sample class, over and over."""
    for folder in ("exercises", "solutions"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root)
    solved = course.solution(UNIT).with_suffix(".ipynb").read_text()
    samples = sample_class(UNIT, json.loads(course.release(UNIT).read_text()))
    honest = [each for each in samples if each.kind in ("right", "wrong") and is_plain(each)]
    for number in range(submissions):
        sample = honest[number % len(honest)]
        folder = course.submission(UNIT, f"s{number:04}")
        folder.mkdir(parents=True)
        (folder / f"{UNIT.slug}.ipynb").write_bytes(sample.make(json.loads(solved)))
    return course


def is_plain(sample: Sample) -> bool:
    """Leave out what stops or misleads nbgrader itself: lost and doubled grading data, stderr."""
    return sample.student not in {
        "right-but-shuffled-cells",
        "right-with-odd-bytes",
        "right-and-noisy",
    }


def run_stock_nbgrader(course: Course) -> None:
    """Grade with nbgrader as it comes: the course's extensions are left out."""
    config = course.root / "nbgrader_config.py"
    lines = config.read_text().splitlines(keepends=True)
    kept = ("c = ", "c.CourseDirectory.")
    config.write_text("".join(line for line in lines if line.startswith(kept)))
    run_nbgrader(course)


def run_nbgrader(course: Course) -> None:
    """Grade with nbgrader's own command."""
    quiet = {"cwd": course.root, "check": True, "stdout": subprocess.DEVNULL}
    program = [sys.executable, "-m", "nbgrader"]
    # nbgrader calls alembic by its name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = os.environ | threads | {"PATH": path}
    for words in (["generate_assignment", "--force"], ["autograde"]):
        subprocess.run(
            [*program, *words, UNIT.name], env=environment, stderr=subprocess.DEVNULL, **quiet
        )


def run_dlcourse(course: Course, workers: int) -> None:
    """Grade with the course's command."""
    words = ["grade", str(UNIT.number), "--workers", str(workers), "--course", str(course.root)]
    program = [sys.executable, "-m", "dlcourse", *words]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run_cells_alone(course: Course) -> None:
    """Execute the answer cells in one warm process: no grader can be faster."""
    script = (
        "import json, sys, glob, contextlib, io\n"
        "import numpy as np\n"
        "for path in glob.glob(sys.argv[1]):\n"
        "    space = {'np': np}\n"
        "    for cell in json.load(open(path))['cells']:\n"
        "        source = ''.join(cell['source'])\n"
        "        if cell['cell_type'] == 'code' and 'check(' not in source:\n"
        "            out = contextlib.redirect_stdout(io.StringIO())\n"
        "            with contextlib.suppress(Exception), out:\n"
        "                exec(source, space)\n"
    )
    pattern = str(course.root / "submitted" / "*" / UNIT.name / "*.ipynb")
    subprocess.run([sys.executable, "-c", script, pattern], check=True)


def compare_scores(scratch: Path, number: int) -> tuple[int, int]:
    """Count the cells on which nbgrader and dlcourse agree: full points, or less."""
    books = [
        {
            (student, cell): score == most
            for student, cell, score, most in sqlite3.connect(
                scratch / f"{number}-{way}" / "gradebook.db"
            ).execute(SCORES)
        }
        for way in ("nbgrader autograde", "dlcourse grade, 1 worker")
    ]
    same = sum(books[0].get(key) == value for key, value in books[1].items())
    return same, len(books[1])


def print_table(seconds: dict[str, list[float]], submissions: int, agree: tuple[int, int]) -> None:
    """Print medians, and ratios to nbgrader's median."""
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    stock = medians["nbgrader autograde"]
    table = Table("way", "seconds, median", "min to max", "ms a submission", "times as fast")
    for name, times in seconds.items():
        table.add_row(
            name,
            f"{medians[name]:.2f}",
            f"{min(times):.2f} to {max(times):.2f}",
            f"{1000 * medians[name] / submissions:.0f}",
            f"{stock / medians[name]:.1f}",
        )
    console = Console()
    cores = len(os.sched_getaffinity(0))
    console.print(f"{submissions} submissions, start-up counted, {cores} cores")
    console.print(table)
    console.print(f"Full points or less: the same for {agree[0]} of {agree[1]} cells.")


if __name__ == "__main__":
    main()
