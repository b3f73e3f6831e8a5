"""Two graders of one course: the second is told who the first is; a dead one holds nothing."""

import os
import signal
import subprocess
import sys

import pytest

from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.lock import only_one
from dlcourse.grading.sample import write_class
from dlcourse.grading.tasks import find_unit

HOLD = """
import sys, time
from pathlib import Path
from dlcourse.grading.lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    path = tmp_path / ".dlcourse" / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield path, process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_is_told_who_the_first_is(holder):
    path, process = holder
    with (
        pytest.raises(DlcourseError, match=rf"graded already, by process {process.pid} of .* on "),
        only_one(path),
    ):
        pass


def test_a_killed_process_holds_nothing(holder):
    path, process = holder
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with only_one(path):
        assert f'"process": {os.getpid()}' in path.read_text()
    with only_one(path):
        pass


def test_a_holder_that_has_not_said_its_name_is_no_riddle(holder):
    path, _ = holder
    path.write_text("")
    with pytest.raises(DlcourseError, match="by a process that has just begun"), only_one(path):
        pass


def test_a_class_is_graded_by_one_grader_only(course):
    unit = find_unit(1)
    write_class(course, unit)
    with only_one(course.lock), pytest.raises(DlcourseError, match="graded already"):
        grade(course, unit, Settings(), lambda verdict, left: None)
    assert not course.verdict(unit, "blank").exists()


def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DlcourseError, match=r"cannot write .*lock: .*check the permissions"),
        only_one(tmp_path / "file" / "lock"),
    ):
        pass
