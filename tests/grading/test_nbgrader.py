"""nbgrader's own commands and buttons give the marks and pages of the course's own commands."""

import http.cookiejar
import json
import shutil
import urllib.request

import pytest
from commands import DONE, dlcourse, hand_in_three, nbgrader
from notebooks import SOLVED, load, make_course
from servers import fetch, jupyter_server

from dlcourse.grading.directory import Course
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.journal import verify
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)
STUDENTS = ("s01", "s02", "s03", "s04", "s05")


def hand_in(course):
    """Three submissions as elsewhere, one misnamed, and one that stops nbgrader as it is."""
    hand_in_three(course)
    for student in ("s04", "s05"):
        (course.root / "submitted" / student / UNIT.name).mkdir(parents=True)
    folder = course.root / "submitted" / "s04" / UNIT.name
    shutil.copy(SOLVED, folder / "my homework.ipynb")
    (course.root / "private").write_text("what only the instructor may read")
    (folder / "stolen.txt").symlink_to(course.root / "private")
    notebook = load()
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
    path = course.root / "submitted" / "s05" / UNIT.name / "neuron.ipynb"
    path.write_text(json.dumps(notebook))
    stamp = course.root / "submitted" / "s01" / UNIT.name / "timestamp.txt"
    stamp.write_text("2026-03-02 12:01:00 UTC")


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The class, graded and with feedback by the course's own commands."""
    course = make_course(tmp_path_factory.mktemp("ours") / "course")
    hand_in(course)
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("c.LatePolicy.per_day = 10\n")
    set_due(course)
    for command in ("grade", "feedback"):
        done = dlcourse(command, "1", "--course", course.root)
        assert done.returncode == DONE, done.stderr
    return course


def set_due(course):
    """A day and a minute before s01 handed in; nobody else's time is known."""
    words = ("db", "assignment", "add", UNIT.name, "--duedate", "2026-03-01 12:00 UTC")
    done = nbgrader(*words, cwd=course.root)
    assert done.returncode == 0, done.stderr


def copied(ours, root):
    """The same class with the same secret, not graded."""
    for name in ("exercises", "solutions", "submitted"):
        shutil.copytree(ours.root / name, root / name, symlinks=True)
    for name in ("nbgrader_config.py", "private"):
        shutil.copy(ours.root / name, root)
    course = Course(root)
    course.state.mkdir()
    shutil.copy(ours.state / "secret", course.state)
    set_due(course)
    return course


@pytest.fixture(scope="module")
def theirs(ours, tmp_path_factory):
    """The same class by nbgrader's commands, and what the first of them printed."""
    root = tmp_path_factory.mktemp("theirs") / "course"
    root.mkdir()
    course = copied(ours, root)
    graded = nbgrader("autograde", UNIT.name, cwd=course.root)
    assert graded.returncode == 0, graded.stderr
    made = nbgrader("generate_feedback", UNIT.name, cwd=course.root)
    assert made.returncode == 0, made.stderr
    return course, graded.stderr


def book_of(course):
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        return book.marks(), [
            (row.student, row.total, row.penalty, row.needs_manual) for row in book.scores()
        ]


def test_autograde_writes_the_same_verdicts_and_notebooks(ours, theirs):
    course, said = theirs
    for student in STUDENTS:
        for place in (Course.verdict, Course.autograded):
            mine, his = (place(each, UNIT, student) for each in (ours, course))
            assert his.read_bytes() == mine.read_bytes(), (student, place)
        assert student in said
    assert f"s01: {UNIT.points:g} of {UNIT.points:g} points" in said


def test_autograde_fills_the_same_gradebook_and_journal(ours, theirs):
    course, _ = theirs
    assert book_of(course) == book_of(ours)
    assert verify(course.journal) == []
    assert entered(course) == entered(ours)


def entered(course):
    """What the journal says, but for s04: nbgrader enters 0 for a misnamed file before marking."""
    lines = map(json.loads, course.journal.read_text().splitlines())
    return {
        (line["student"], line["what"], line["student"] == "s04" or line["old"], line["new"])
        for line in lines
    }


def test_both_take_the_same_off_a_late_submission(ours, theirs):
    for course in (ours, theirs[0]):
        _, rows = book_of(course)
        penalties = {student: penalty for student, _, penalty, _ in rows}
        assert penalties == dict.fromkeys(STUDENTS, 0.0) | {"s01": 0.2 * UNIT.points}
        page = course.feedback(UNIT, "s01").read_text()
        assert "You handed in 1 day and 1 minute after the due date" in page


def test_the_command_finds_nothing_left_to_do(theirs):
    done = dlcourse("grade", "1", "--course", theirs[0].root)
    assert "Nothing to do: all 5 submissions" in done.stdout, done.stdout


def test_generate_feedback_writes_the_same_pages(ours, theirs):
    for student in STUDENTS:
        mine, his = (each.feedback(UNIT, student) for each in (ours, theirs[0]))
        assert his.read_bytes() == mine.read_bytes()


def test_a_link_in_a_submission_leads_nowhere(theirs):
    course, _ = theirs
    for folder in ("autograded", "feedback"):
        found = [path for path in (course.root / folder).rglob("*") if path.is_file()]
        names = sorted(path.name for path in found if path.stem != "neuron")
        assert names == ["timestamp.txt"]
        assert not any(b"only the instructor" in path.read_bytes() for path in found)


def test_one_student_is_marked_again_by_name_and_by_force(theirs, tmp_path):
    shutil.copytree(theirs[0].root, tmp_path / "course", symlinks=True)
    course = Course(tmp_path / "course")
    skipped = nbgrader("autograde", UNIT.name, "--student", "s02", cwd=course.root)
    assert "Skipping existing assignment" in skipped.stderr
    before = course.journal.read_text()
    done = nbgrader("autograde", UNIT.name, "--student", "s02", "--force", cwd=course.root)
    assert done.returncode == 0, done.stderr
    assert "s01" not in done.stderr.replace("sandbox", "")
    (entry,) = course.journal.read_text().removeprefix(before).splitlines()
    assert json.loads(entry)["what"] == "regraded"
    assert book_of(course) == book_of(theirs[0])


def test_another_assignment_is_refused_not_run_without_a_sandbox(theirs, tmp_path):
    shutil.copytree(theirs[0].root, tmp_path / "course", symlinks=True)
    course = Course(tmp_path / "course")
    shutil.copytree(
        course.root / "submitted" / "s01" / UNIT.name, course.root / "submitted" / "s01" / "other"
    )
    assert nbgrader("db", "assignment", "add", "other", cwd=course.root).returncode == 0
    done = nbgrader("autograde", "other", cwd=course.root)
    assert done.returncode != 0
    assert not (course.root / "autograded" / "s01" / "other").exists()


@pytest.fixture
def formgrader(ours, tmp_path):
    """A Jupyter server with nbgrader's extension in a course where nothing is graded."""
    root = tmp_path / "course"
    root.mkdir()
    course = copied(ours, root)
    with jupyter_server(course.root) as address:
        yield course, address


@pytest.fixture
def press(formgrader):
    """Press a button of formgrader, as its page does with the token that the server gave it."""
    _, address = formgrader
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.open(f"{address}/formgrader/manage_assignments", timeout=60).close()
    (token,) = (cookie.value for cookie in jar if cookie.name == "_xsrf")

    def send(path):
        url = f"{address}/formgrader/api/{path}"
        headers = {"X-XSRFToken": token, "Referer": f"{address}/formgrader/manage_assignments"}
        request = urllib.request.Request(url, method="POST", data=b"", headers=headers)
        with browser.open(request, timeout=120) as answer:
            return json.loads(answer.read())

    return send


def test_formgraders_buttons_mark_and_write_feedback(ours, formgrader, press):
    course, address = formgrader
    for student in STUDENTS:
        done = press(f"submission/{UNIT.name}/{student}/autograde")
        assert done["success"], done
    assert book_of(course) == book_of(ours)
    done = press(f"assignment/{UNIT.name}/generate_feedback")
    assert done["success"], done
    for student in STUDENTS:
        for place in (Course.verdict, Course.autograded, Course.feedback):
            mine, his = (place(each, UNIT, student) for each in (ours, course))
            assert his.read_bytes() == mine.read_bytes(), (student, place)
    _, listed = fetch(f"{address}/formgrader/api/submitted_notebooks/{UNIT.name}/neuron")
    scores = {row["student"]: row["score"] for row in json.loads(listed)}
    assert scores["s01"] == UNIT.points
