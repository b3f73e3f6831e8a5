"""``kill -9`` at any moment, and the next run ends with the same gradebook."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from dlcourse.grading.directory import Course
from dlcourse.grading.journal import verify
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)

#: What the gradebook says, without the random ids and the times of nbgrader.
MARKS = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.manual_score,
       grade.needs_manual_grade, grade.extra_credit
from grade
join base_cell on base_cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
order by 1, 2
"""


def marks(course):
    with sqlite3.connect(course.root / "gradebook.db") as book:
        return book.execute(MARKS).fetchall()


def command(course):
    program = [sys.executable, "-m", "dlcourse", "grade", "1"]
    return [*program, "--course", str(course.root), "--workers", "2"]


def kill_after(course, seconds, alone=False):
    """Run the grader and kill it, alone or with its workers; false when it was done before."""
    process = subprocess.Popen(
        command(course),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def copied(course, target, students):
    """A fresh course with the same secret and some of the submissions."""
    for folder in ("exercises", "solutions"):
        shutil.copytree(course.root / folder, target / folder)
    shutil.copy(course.root / "nbgrader_config.py", target)
    for student in students:
        shutil.copytree(course.root / "submitted" / student, target / "submitted" / student)
    fresh = Course(target)
    fresh.state.mkdir()
    shutil.copy(course.state / "secret", fresh.state)
    return fresh


def students_of(samples):
    slow = {"loops-in-a-cell", "loops-in-a-function"}
    return [sample.student for sample in samples if sample.student not in slow]


def run_to_the_end(course):
    done = subprocess.run(command(course), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_killed_in_the_middle_and_run_again_the_gradebook_is_the_same(sample_class, tmp_path):
    place, samples, verdicts = sample_class
    students = students_of(samples)
    course = copied(place, tmp_path / "course", students)
    moments = random.Random(1)
    kills = sum(
        kill_after(course, moments.uniform(0.5, 3.5), alone=bool(turn % 2)) for turn in range(6)
    )
    assert kills >= 3
    run_to_the_end(course)
    expected = [row for row in marks(place) if row[0] in students]
    assert marks(course) == expected
    assert verify(course.journal) == []
    for student in students:
        assert (
            course.verdict(UNIT, student).read_bytes() == place.verdict(UNIT, student).read_bytes()
        )
    assert "Nothing to do" in run_to_the_end(course)
    assert len(verdicts) == len(samples)


@pytest.mark.slow
def test_killed_at_a_hundred_moments(sample_class, tmp_path):
    place, samples, _ = sample_class
    students = students_of(samples)
    moments = random.Random(2)
    for round_number in range(10):
        course = copied(place, tmp_path / f"course-{round_number}", students)
        for turn in range(10):
            kill_after(course, moments.uniform(0.2, 4.0), alone=bool(turn % 2))
        run_to_the_end(course)
        assert marks(course) == [row for row in marks(place) if row[0] in students]
        assert verify(course.journal) == []


def test_lost_parts_of_the_record_come_back(sample_class, tmp_path):
    """A verdict without its gradebook rows, and one without its journal line, are entered."""
    place, _, _ = sample_class
    course = copied(place, tmp_path / "course", ["right-as-taught", "blank"])
    run_to_the_end(course)
    expected = marks(course)
    (course.root / "gradebook.db").unlink()
    assert "recovered" in run_to_the_end(course)
    assert marks(course) == expected
    lines = course.journal.read_bytes().splitlines(keepends=True)
    course.journal.write_bytes(b"".join(lines[:1]) + lines[1][:20])
    run_to_the_end(course)
    assert marks(course) == expected
    assert verify(course.journal) == []
