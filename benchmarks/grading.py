"""How fast is a class graded?  The same submissions, graded in several ways, side by side.

Ways: the cells alone (the floor: execute the students' code in warm processes, judge nothing),
stock ``nbgrader autograde`` and ``generate_feedback`` (a Jupyter kernel a submission), and
``dlcourse grade`` and ``feedback`` with one and with two workers.  Verdicts, gradebook and feedback
pages are written by both graders, start-up is counted, BLAS has one thread everywhere.  All ways
run in turn, `--rounds` times; the tables have medians and ratios.  There are two classes: the
submissions as they are, and with about `--compute` seconds of honest work in each.  On tasks that
nbgrader marks as whole or nothing, the scores of both must agree.

    python benchmarks/grading.py --submissions 60 --rounds 3
    python benchmarks/grading.py --scale 10 100 1000    # does cost or memory grow with the class?
"""

from __future__ import annotations

import argparse
import functools
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
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dlcourse.grading.directory import Course
from dlcourse.grading.sample import Sample, sample_class
from dlcourse.grading.tasks import find_unit

ROOT = Path(__file__).parents[1]
UNIT = find_unit(1)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
STOCK = "nbgrader autograde, generate_feedback"
OURS = "dlcourse grade, feedback"
SCORES = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade_cells.max_score
from grade
join base_cell on base_cell.id = grade.cell_id
join grade_cells on grade_cells.id = base_cell.id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
where base_cell.name like 'test-%'
"""
#: What a submission computes in the second class, over and over.
STEP = "a = np.tanh(a @ a / 20)"
WORK = """a = np.random.default_rng(0).standard_normal((400, 400))
for _ in range({steps}):
    {step}
"""
CELLS_ALONE = """
import json, sys, contextlib, io
import numpy as np
for path in sys.argv[1:]:
    space = {'np': np}
    for cell in json.load(open(path))['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'code' and 'check(' not in source:
            with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                exec(source, space)
"""


@dataclass(frozen=True)
class Spent:
    """What a program used: wall seconds, and bytes of its largest process."""

    seconds: float
    peak_bytes: int


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--submissions", type=int, default=60)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--compute", type=float, default=1.0, metavar="SECONDS")
    options.add_argument("--scale", type=int, nargs="+", metavar="SUBMISSIONS")
    chosen = options.parse_args()
    if chosen.scale:
        print_scale(chosen.scale)
        return
    for compute in (0.0, chosen.compute):
        compare(chosen.submissions, chosen.rounds, compute)


def compare(submissions: int, rounds: int, compute: float) -> None:
    """Grade one class in every way."""
    ways: dict[str, Callable[[Course], object]] = {
        "the cells alone, 1 process": functools.partial(run_cells_alone, processes=1),
        "the cells alone, 2 processes": functools.partial(run_cells_alone, processes=2),
        STOCK: run_stock_nbgrader,
        f"{OURS}, 1 worker": functools.partial(run_dlcourse, workers=1),
        f"{OURS}, 2 workers": functools.partial(run_dlcourse, workers=2),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    extra = work(compute)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(rounds):
            for name, way in ways.items():
                course = make_course(Path(scratch) / f"{number}-{name}", submissions, extra)
                started = time.perf_counter()
                way(course)
                seconds[name].append(time.perf_counter() - started)
        agree = compare_scores(Path(scratch), rounds - 1)
    print_table(seconds, submissions, compute, agree)


def work(seconds: float) -> str:
    """Write a cell that computes for about so long on this machine; empty for nothing."""
    if not seconds:
        return ""
    code = (
        "import time\nimport numpy as np\n"
        + WORK.format(steps=5, step=STEP)
        + "started = time.perf_counter()\n"
        + WORK.format(steps=50, step=STEP)
        + "print((time.perf_counter() - started) / 50)"
    )
    took = run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    return WORK.format(steps=max(1, round(seconds / float(took))), step=STEP)


def run(command: list[str], **options: object) -> subprocess.CompletedProcess:
    """Run a program with one thread for BLAS."""
    environment = os.environ | ONE_THREAD
    return subprocess.run(command, env=environment, check=True, **options)


def make_course(root: Path, submissions: int, extra: str = "") -> Course:
    """Hand in the honest part of the sample class, over and over, with a cell more."""
    for folder in ("exercises", "solutions"):
        shutil.copytree(ROOT / folder / UNIT.name, root / folder / UNIT.name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course = Course(root)
    solved = course.solution(UNIT).with_suffix(".ipynb").read_text()
    samples = sample_class(UNIT, json.loads(course.release(UNIT).read_text()))
    honest = [each for each in samples if each.kind in ("right", "wrong") and is_plain(each)]
    made = [json.loads(sample.make(json.loads(solved))) for sample in honest]
    for notebook in made if extra else ():
        cell = {"cell_type": "code", "source": extra, "metadata": {}, "id": "work"}
        notebook["cells"].append(cell | {"outputs": [], "execution_count": None})
    for number in range(submissions):
        folder = course.submission(UNIT, f"s{number:05}")
        folder.mkdir(parents=True)
        (folder / f"{UNIT.slug}.ipynb").write_text(json.dumps(made[number % len(made)]))
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
    config.write_text("".join(line for line in lines if line.startswith(("c = ", "c.CourseD"))))
    # nbgrader calls alembic by its name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for words in (["generate_assignment", "--force"], ["autograde"], ["generate_feedback"]):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *words, UNIT.name],
            env=os.environ | ONE_THREAD | {"PATH": path},
            cwd=course.root,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def run_dlcourse(course: Course, workers: int) -> Spent:
    """Grade with the course's commands, and say what grading used."""
    place = ["--course", str(course.root)]
    spent = spend([*dlcourse("grade"), "--workers", str(workers), *place])
    run([*dlcourse("feedback"), *place], stdout=subprocess.DEVNULL)
    return spent


def dlcourse(command: str) -> list[str]:
    """Write a command for the unit."""
    return [sys.executable, "-m", "dlcourse", command, str(UNIT.number)]


def spend(command: list[str]) -> Spent:
    """Run a program in a process of its own, so that what it used can be told."""
    started = time.perf_counter()
    code = f"import subprocess, sys\nsys.exit(subprocess.run({command!r}).returncode)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | ONE_THREAD, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(time.perf_counter() - started, used.ru_maxrss * 1024)


def run_cells_alone(course: Course, processes: int) -> None:
    """Execute the answer cells in warm processes: no grader can be faster."""
    found = sorted(map(str, (course.root / "submitted").glob(f"*/{UNIT.name}/*.ipynb")))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CELLS_ALONE, *found[number::processes]],
            env=os.environ | ONE_THREAD,
        )
        for number in range(processes)
    ]
    if any(process.wait() for process in running):
        raise RuntimeError("the cells do not run")


def compare_scores(scratch: Path, number: int) -> tuple[int, int]:
    """Count the cells on which nbgrader and dlcourse agree: full points, or less."""
    books = [
        {
            (student, cell): score == most
            for student, cell, score, most in sqlite3.connect(
                scratch / f"{number}-{way}" / "gradebook.db"
            ).execute(SCORES)
        }
        for way in (STOCK, f"{OURS}, 2 workers")
    ]
    same = sum(books[0].get(key) == value for key, value in books[1].items())
    return same, len(books[1])


def print_table(
    seconds: dict[str, list[float]], submissions: int, compute: float, agree: tuple[int, int]
) -> None:
    """Print medians, and ratios to nbgrader's median and to the cells alone."""
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    stock, one, two = medians[STOCK], *list(medians.values())[:2]
    table = Table(
        "way", "seconds, median", "min to max", "ms each", "times as fast", "of the cells"
    )
    for name, times in seconds.items():
        table.add_row(
            name,
            f"{medians[name]:.2f}",
            f"{min(times):.2f} to {max(times):.2f}",
            f"{1000 * medians[name] / submissions:.0f}",
            f"{stock / medians[name]:.1f}",
            f"{medians[name] / (two if name.endswith(('2 workers', '2 processes')) else one):.2f}",
        )
    console = Console(width=120)
    cores = len(os.sched_getaffinity(0))
    cells = f"with about {compute:g} s of computing in each" if compute else "as they are"
    console.print(f"{submissions} submissions {cells}; start-up counted; {cores} cores")
    console.print(table)
    console.print(f"Full points or less: the same for {agree[0]} of {agree[1]} cells.\n")


def print_scale(sizes: list[int]) -> None:
    """Grade classes of several sizes, and print what a submission and the whole cost."""
    table = Table("submissions", "seconds", "ms each", "largest process, MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            spent = run_dlcourse(make_course(Path(scratch) / "course", size), workers=2)
        table.add_row(
            str(size),
            f"{spent.seconds:.1f}",
            f"{1000 * spent.seconds / size:.0f}",
            f"{spent.peak_bytes / 1e6:.0f}",
        )
    console = Console(width=120)
    console.print("dlcourse grade, 2 workers, start-up counted")
    console.print(table)


if __name__ == "__main__":
    main()
