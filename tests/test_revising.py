"""A mark changes when the submission does, or when a person has seen what would change."""

import json
import shutil
import sys

import pytest
from commands import DONE, NO, dlcourse, hand_in_three, refused
from notebooks import make_course

from dlcourse.grading.directory import Course, to_json
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.journal import verify
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Three submissions, graded."""
    course = make_course(tmp_path_factory.mktemp("graded") / "course")
    hand_in_three(course)
    assert dlcourse("grade", "1", "--course", course.root).returncode == DONE
    return course


@pytest.fixture
def course(graded, tmp_path):
    """A copy in which s01 lost 2 points of relu under an older version of the tasks."""
    shutil.copytree(graded.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    verdict = read(course, "s01")
    verdict["tasks_version"] = "older"
    (relu,) = (task for task in verdict["tasks"] if task["name"] == "relu")
    relu["score"] -= 2
    relu["message"] = "relu was read too strictly"
    verdict["score"] -= 2
    course.verdict(UNIT, "s01").write_text(to_json(verdict))
    assert dlcourse("grade", "1", "--course", course.root).returncode == DONE  # enters it
    return course


def read(course, student):
    return json.loads(course.verdict(UNIT, student).read_text())


def entries(course):
    return [json.loads(line) for line in course.journal.read_text().splitlines()]


def state(course):
    """Every byte that a regrade may change, and what the gradebook says."""
    files = [
        course.journal,
        *course.root.glob("verdicts/*/*"),
        *course.root.glob("autograded/**/*"),
    ]
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        return {path: path.read_bytes() for path in files if path.is_file()}, book.marks()


def test_grade_leaves_what_an_older_version_marked_and_says_so(course):
    before = state(course)
    done = dlcourse("grade", "1", "--course", course.root)
    assert "Nothing to do" in done.stdout
    assert "1 submission was marked with other tasks" in done.stdout
    assert "dlcourse regrade 1" in done.stdout
    record = json.loads(dlcourse("grade", "1", "--course", course.root, "--json").stdout)
    assert record["outdated"] == ["s01"]
    assert state(course) == before


def test_regrade_shows_the_difference_and_changes_nothing_without_a_yes(course):
    before = state(course)
    done = dlcourse("regrade", "1", "--course", course.root)
    assert done.returncode == NO
    score, best = read(course, "s01")["score"], UNIT.points
    assert f"{score:g} -> {best:g}" in done.stdout
    assert "relu" in done.stdout
    assert "right (before: relu was read too strictly)" in done.stdout
    assert "1 submission would get other points" in done.stdout
    assert "2 would not change" in done.stdout
    assert "--yes" in done.stderr
    assert state(course) == before


def test_regrade_applies_with_yes_and_the_journal_says_what_and_why(course):
    done = dlcourse("regrade", "1", "--course", course.root, "--yes")
    assert done.returncode == DONE, done.stderr
    assert "1 verdict of unit 1-neuron changed" in done.stdout
    assert read(course, "s01")["score"] == UNIT.points
    last = entries(course)[-1]
    assert (last["what"], last["student"]) == ("regraded", "s01")
    assert (last["old"], last["new"]) == (UNIT.points - 2, UNIT.points)
    assert "relu" in last["why"]
    assert "tasks older -> " in last["why"]
    assert verify(course.journal) == []
    again = dlcourse("regrade", "1", "--course", course.root)
    assert again.returncode == DONE
    assert "0 submissions would get other points" in again.stdout


def test_what_a_person_decided_stays(course):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as book:
        grade = book.find_grade("test-softmax", "neuron", UNIT.name, "s01")
        grade.manual_score = 1.5
        comment = book.find_comment("answer-softmax", "neuron", UNIT.name, "s01")
        comment.manual_comment = "see me"
        book.db.commit()
    assert dlcourse("regrade", "1", "--course", course.root, "--yes").returncode == DONE
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        mark = book.marks()["s01"]["test-softmax"]
    assert (mark.points, mark.by_hand, mark.comment) == (1.5, True, "see me")


def test_regrade_of_named_students_leaves_the_others(course):
    done = json.loads(
        dlcourse("regrade", "1", "--course", course.root, "--student", "s02", "--json").stdout
    )
    assert done == {"applied": False, "points": [], "record": [], "same": ["s02"], "failures": []}
    done = dlcourse("regrade", "1", "--course", course.root, "-s", "s01", "--json", "--yes")
    assert done.returncode == DONE
    record = json.loads(done.stdout)
    assert record["applied"]
    (task,) = record["points"][0]["tasks"]
    assert (task["name"], task["new"] - task["old"]) == ("relu", 2)


def test_without_yes_a_script_gets_the_difference_and_code_1(course):
    done = dlcourse("regrade", "1", "--course", course.root, "--json")
    assert done.returncode == NO
    record = json.loads(done.stdout)
    assert not record["applied"]
    assert [each["student"] for each in record["points"]] == ["s01"]


def test_on_a_terminal_the_answer_decides(course):
    import os
    import pty
    import subprocess

    for answer, code in (("n\n", NO), ("y\n", DONE)):
        ours, theirs = pty.openpty()
        program = [sys.executable, "-m", "dlcourse", "regrade", "1", "--course", str(course.root)]
        process = subprocess.Popen(
            program, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        os.write(ours, answer.encode())
        shown, _ = process.communicate(timeout=120)
        os.close(ours)
        os.close(theirs)
        assert process.returncode == code
        assert "Change 1 verdict?" in shown
    assert read(course, "s01")["score"] == UNIT.points


def test_bad_names_get_one_sentence(course, tmp_path):
    sentence = refused(dlcourse("regrade", "1", "--course", course.root, "--student", "s99"))
    assert "s99: no marked submission of unit 1-neuron" in sentence
    fresh = make_course(tmp_path / "fresh")
    hand_in_three(fresh)
    assert "is graded yet" in refused(dlcourse("regrade", "1", "--course", fresh.root))


def test_a_verdict_is_shown_readably(graded):
    done = dlcourse("verdict", "s02", "1", "--course", graded.root)
    assert done.returncode == DONE, done.stderr
    record = read(graded, "s02")
    assert f"{record['score']:g} of {record['max_score']:g} points" in done.stdout
    for part in ("relu", record["seed"], record["submission"], "memory_bytes", "bubblewrap"):
        assert part in done.stdout
    shown = dlcourse("verdict", "s03", "1-neuron", "--course", graded.root)
    assert "ungradable: the file is not a notebook" in shown.stdout
    shown = dlcourse("verdict", "s02", "1", "--course", graded.root, "--json")
    assert json.loads(shown.stdout) == record


@pytest.mark.parametrize("student", ["s01", "s02", "s03"])
def test_a_replay_gives_the_same_bytes(graded, student):
    path = graded.verdict(UNIT, student)
    done = dlcourse("verdict", "--replay", path, "--course", graded.root)
    assert done.returncode == DONE, done.stdout + done.stderr
    assert "the same bytes" in done.stdout


def test_a_replay_takes_seed_and_limits_from_the_record(graded, tmp_path):
    """Without the course's secret, and with the submission in another student's folder."""
    shutil.copytree(graded.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    (course.state / "secret").unlink()
    (course.root / "submitted" / "s02").rename(course.root / "submitted" / "moved")
    path = course.verdict(UNIT, "s02")
    assert dlcourse("verdict", "--replay", path, "--course", course.root).returncode == DONE
    assert not (course.state / "secret").exists()


def test_a_replay_of_an_altered_record_shows_the_difference(graded, tmp_path):
    record = read(graded, "s02")
    for name, value in (("score", 99.0), ("limits", record["limits"] | {"call_seconds": 1.5})):
        altered = tmp_path / "altered.json"
        altered.write_text(to_json(record | {name: value}))
        done = dlcourse("verdict", "--replay", altered, "--course", graded.root)
        if name == "score":
            assert done.returncode == NO
            assert '- "score": 99.0' in done.stdout
            assert f'+ "score": {record["score"]}' in done.stdout
        else:
            assert done.returncode == DONE, done.stdout


def test_a_replay_needs_the_same_submission_release_and_tasks(graded, tmp_path):
    record = read(graded, "s02")

    def sentence(**changes):
        path = tmp_path / "record.json"
        path.write_text(to_json(record | changes))
        return refused(dlcourse("verdict", "--replay", path, "--course", graded.root))

    assert "was formed by tasks older" in sentence(tasks_version="older")
    assert "is not the notebook that was released" in sentence(release="0" * 64)
    assert "has the submission of" in sentence(submission="0" * 64)
    assert "nothing to replay" in sentence(status="infrastructure_error")
    assert "reads 1" in sentence(schema=0)
    assert "without a sandbox" in sentence(sandbox="none (--unsafe-no-sandbox)")
    assert "limits that this version does not have" in sentence(limits={})
    assert "name a student and a unit" in refused(dlcourse("verdict", "--course", graded.root))
    missing = dlcourse("verdict", "nobody", "1", "--course", graded.root)
    assert "cannot read the verdict" in refused(missing)
