"""``kill -9`` of a worker, or of the writer in the middle of writing, and the rerun mends it."""

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from test_killed import UNIT, command, copied, marks, run_to_the_end

from dlcourse.grading import classroom
from dlcourse.grading.journal import verify
from dlcourse.grading.recording import Book
from dlcourse.grading.verdict import Marked

STUDENTS = [
    "right-as-taught",
    "right-in-loops",
    "wrong-sigmoid-sign",
    "wrong-softmax-axis",
    "blank",
    "crashes",
    "cheat-forges-messages",
    "corrupted-upload",
]


class Recorded:
    """Stands for the engine: gives the verdicts that an undisturbed run formed."""

    def __init__(self, place):
        self.place = place

    def __call__(self, workers, unsafe):
        return self

    @contextlib.contextmanager
    def started(self, jobs):
        yield map(self.recorded, jobs)

    def recorded(self, job):
        verdict = json.loads(self.place.verdict(UNIT, job.student).read_text("utf-8"))
        used = json.loads(self.place.resources(UNIT, job.student).read_text("utf-8"))
        return job, Marked(verdict, used, {})


def write(place, course, moments=None):
    """Record the class in a process of its own, killed while it writes; whether it was."""
    pid = os.fork()
    if pid:
        status = os.waitpid(pid, 0)[1]
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    code = 1
    try:
        if moments is not None:
            die_after(moments.randrange(3), moments.uniform(0, 0.02))
        classroom.Engine = Recorded(place)
        classroom.grade(course, UNIT, classroom.Settings(), lambda verdict, left: None)
        code = 0
    finally:
        os._exit(code)


def die_after(entries, seconds):
    """Kill this process some time after it began to record a verdict."""
    left, enter = itertools.count(entries, -1), Book.enter

    def entering(self, student, marked, why=""):
        if next(left) == 0:
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        enter(self, student, marked, why)

    Book.enter = entering


def workers_of(pid):
    """Processes that mark, by their parent and their command."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in stat.with_name("cmdline").read_bytes():
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def kill_workers(course, moments, count):
    """Run the grader to its end, and kill one of its workers now and then; how many were."""
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command(course), stdout=silent, stderr=silent)
    killed = 0
    while process.poll() is None:
        time.sleep(moments.uniform(0.05, 0.8))
        workers = workers_of(process.pid)
        if workers and killed < count:
            try:
                os.kill(moments.choice(workers), signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                continue
    return killed


def is_like(course, place):
    """The gradebook, the verdicts and the journal of a run that nothing disturbed."""
    assert marks(course) == [row for row in marks(place) if row[0] in STUDENTS]
    assert verify(course.journal) == []
    for student in STUDENTS:
        verdict = course.verdict(UNIT, student).read_bytes()
        assert verdict == place.verdict(UNIT, student).read_bytes()


def fresh(place, folder):
    course = copied(place, folder, STUDENTS)
    # Half a name is not a verdict: what a killed run was writing must not be read.
    (course.root / "verdicts" / UNIT.name).mkdir(parents=True)
    (course.root / "verdicts" / UNIT.name / ".right-as-taught.json.x").write_text("{")
    return course


def test_killed_workers_cost_nothing(sample_class, tmp_path):
    place, _, _ = sample_class
    course = fresh(place, tmp_path / "course")
    assert kill_workers(course, random.Random(3), 3) >= 1
    run_to_the_end(course)
    is_like(course, place)


def test_a_writer_killed_while_it_writes_loses_nothing(sample_class, tmp_path):
    place, _, _ = sample_class
    course = fresh(place, tmp_path / "course")
    moments = random.Random(5)
    assert sum(write(place, course, moments) for _ in range(6)) >= 1
    run_to_the_end(course)
    is_like(course, place)


@pytest.mark.slow
def test_a_hundred_workers_killed(sample_class, tmp_path):
    place, _, _ = sample_class
    moments = random.Random(4)
    killed = turn = 0
    while killed < 100:
        course = fresh(place, tmp_path / f"course-{turn}")
        turn += 1
        killed += kill_workers(course, moments, 6)
        run_to_the_end(course)
        is_like(course, place)
    print(f"{killed} workers killed in {turn} runs")  # noqa: T201


@pytest.mark.slow
def test_a_writer_killed_at_a_hundred_moments(sample_class, tmp_path):
    place, _, _ = sample_class
    moments = random.Random(6)
    killed = turn = 0
    while killed < 100:
        course = fresh(place, tmp_path / f"course-{turn}")
        for _ in range(6):
            turn += 1
            killed += write(place, course, moments)
        write(place, course)
        is_like(course, place)
    print(f"{killed} writers killed in {turn} runs")  # noqa: T201
