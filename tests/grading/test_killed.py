"""``kill -9`` at any moment, and the next run ends with the same gradebook."""

import os
import random
import signal
import subprocess
import sys

import pytest
from courses import copied, marks, same_verdicts, students_of

from dlcourse.grading.journal import verify
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)


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
        kill_after(course, moments.uniform(0.3, 2.5), alone=bool(turn % 2)) for turn in range(6)
    )
    assert kills >= 3
    run_to_the_end(course)
    expected = [row for row in marks(place) if row[0] in students]
    assert marks(course) == expected
    assert verify(course.journal) == []
    assert same_verdicts(course, place, UNIT, students)
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
            kill_after(course, moments.uniform(0.2, 2.5), alone=bool(turn % 2))
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
