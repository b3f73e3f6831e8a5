"""The gradebook says what the verdicts say, and nbgrader's own reading side agrees."""

import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from records import UNIT, WRONG_AXIS, classroom, release_document, verdict, write_release

nbgrader = pytest.importorskip("nbgrader")
pytest.importorskip("nbgrader.plugins")

from dlcourse.grading.gradebook import GradeBook, GradebookError, Mark  # noqa: E402


@pytest.fixture(scope="session")
def empty_course(tmp_path_factory):
    """A course whose gradebook is set up: making the tables anew takes seconds."""
    root = tmp_path_factory.mktemp("course")
    release = write_release(root)
    GradeBook(f"sqlite:///{root}/gradebook.db", UNIT, release).close()
    return root


@pytest.fixture
def course(empty_course, tmp_path):
    shutil.copytree(empty_course, tmp_path / "course")
    return tmp_path / "course"


def url(course):
    return f"sqlite:///{course}/gradebook.db"


def open_book(course, db_url=None):
    release = course / "exercises" / UNIT.name / f"{UNIT.slug}.ipynb"
    return GradeBook(db_url or url(course), UNIT, release)


def by_hand(course, student, cell, *, score=None, extra=None, comment=None):
    """Do what formgrader does when a person marks."""
    with nbgrader.api.Gradebook(url(course)) as book:
        grade = book.find_grade(cell, "neuron", UNIT.name, student)
        grade.manual_score, grade.extra_credit = score, extra
        grade.needs_manual_grade = False
        if comment:
            answer = cell.replace("test-", "answer-")
            found = book.find_comment(answer, "neuron", UNIT.name, student)
            found.manual_comment = comment
        book.db.commit()


def test_scores_are_what_nbgrader_reads(course):
    verdicts = [
        verdict("ada"),
        verdict("bob", ("softmax.values", "collapse.extremes")),
        verdict("eve", ("softmax.values", "softmax.extremes")),
    ]
    with open_book(course) as book:
        changes = [book.write(each, datetime(2026, 3, 1, 12, 0)) for each in verdicts]
    assert [change.old_score for change in changes] == [None, None, None]
    assert [change.new_score for change in changes] == [12.5, 9.0, 8.5]
    with nbgrader.api.Gradebook(url(course)) as theirs:
        nbgrader.plugins.CsvExportPlugin(to=str(course / "grades.csv")).export(theirs)
    with open(course / "grades.csv") as file:
        exported = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in exported.items()} == {
        "ada": 12.5,
        "bob": 9.0,
        "eve": 8.5,
    }
    assert {row["max_score"] for row in exported.values()} == {"15.5"}
    assert exported["ada"]["timestamp"] == "2026-03-01 12:00:00"


def test_the_notebook_is_entered_as_generate_assignment_does(course, tmp_path):
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    other = tmp_path / "theirs"
    shutil.copytree(course, other)
    places = {"source_directory": "solutions", "release_directory": "exercises"}
    directory = CourseDirectory(
        root=str(other), assignment_id=UNIT.name, db_url=url(other), **places
    )
    GenerateAssignment(coursedir=directory, force=True).start()
    GradeBook(url(course), UNIT, other / "exercises" / UNIT.name / "neuron.ipynb").close()

    def cells(root):
        with nbgrader.api.Gradebook(url(root)) as book:
            notebook = book.find_notebook("neuron", UNIT.name)
            every = [*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells]
            rows = [{**cell.to_dict(), "kind": type(cell).__name__, "id": None} for cell in every]
            rows.sort(key=lambda row: (row["kind"], row["name"]))
            return rows, json.loads(notebook.kernelspec)

    assert cells(course) == cells(other)


def test_free_text_waits_for_a_person_and_checks_do_not(course):
    with open_book(course) as book:
        book.write(verdict("ada"))
        book.write(verdict("bob"), blank={"free-bayes"})
    with nbgrader.api.Gradebook(url(course)) as theirs:
        for student, waits, auto in (("ada", True, None), ("bob", False, 0.0)):
            essay = theirs.find_grade("free-bayes", "neuron", UNIT.name, student)
            assert (essay.needs_manual_grade, essay.auto_score) == (waits, auto)
            assert not theirs.find_grade(
                "test-softmax", "neuron", UNIT.name, student
            ).needs_manual_grade


def test_what_a_person_decided_is_never_touched(course):
    with open_book(course) as book:
        book.write(verdict("ada"))
    by_hand(course, "ada", "test-softmax", score=1.0, extra=0.5, comment="see me")
    by_hand(course, "ada", "free-bayes", score=2.0, comment="good")
    with open_book(course) as book:
        book.write(verdict("ada"))
        marks = book.marks()["ada"]
        assert marks["test-softmax"] == Mark(1.5, 4.0, by_hand=True, comment="see me")
        assert marks["free-bayes"] == Mark(2.0, 3.0, by_hand=True, comment="good")
        book.write(verdict("ada", ("softmax.values",)))
        again = book.marks()["ada"]
        row = book.scores()[0]
    assert again["test-softmax"] == Mark(1.5, 4.0, by_hand=True, waits=True, comment="see me")
    assert not again["free-bayes"].waits
    assert (row.auto, row.manual, row.total) == (10.5, 3.0, 4 + 1.5 + 4.5 + 2)


def test_new_work_under_a_manual_mark_asks_for_another_look(course):
    with open_book(course) as book:
        book.write(verdict("ada"), datetime(2026, 3, 1))
    by_hand(course, "ada", "free-bayes", score=2.0)
    with open_book(course) as book:
        book.write(verdict("ada"), datetime(2026, 3, 1))
        assert not book.marks()["ada"]["free-bayes"].waits
        book.write(verdict("ada"), datetime(2026, 3, 2))
        assert book.marks()["ada"]["free-bayes"] == Mark(2.0, 3.0, by_hand=True, waits=True)


@pytest.mark.parametrize("status", ["ungradable", "infrastructure_error"])
def test_no_verdict_is_no_silent_zero(course, status):
    with open_book(course) as book:
        change = book.write(verdict("ada", status=status))
        row = book.scores()[0]
        assert not change.changed
        assert change.new_score is None
        assert (row.total, row.needs_manual, row.handed_in) == (None, True, True)
        assert book.in_sync(verdict("ada", status=status))
        assert not book.in_sync(verdict("ada"))


def test_an_unreadable_second_submission_leaves_the_first_marks_and_asks_for_a_look(course):
    with open_book(course) as book:
        book.write(verdict("ada"), blank={"free-bayes"})
        assert not book.scores()[0].needs_manual
        broken = verdict("ada", status="ungradable")
        assert not book.in_sync(broken)
        change = book.write(broken)
        row = book.scores()[0]
        assert (change.new_score, row.total, row.needs_manual) == (12.5, 12.5, True)
        assert book.in_sync(broken)
        book.write(verdict("ada"), blank={"free-bayes"})
        assert not book.scores()[0].needs_manual


def test_a_grader_failure_changes_nothing(course):
    with open_book(course) as book:
        book.write(verdict("ada"))
        before = book.marks()
        book.write(verdict("ada", status="infrastructure_error", reason="died"))
        assert book.marks() == before


def test_the_teachers_sentence_stands_beside_the_answer_and_nothing_of_the_students(course):
    evil = verdict("ada", ("softmax.values", "sigmoid.values"), came="<script>alert(1)</script>")
    evil["tasks"][1]["message"] = "<script>alert(2)</script>"
    with open_book(course) as book:
        book.write(evil)
        with nbgrader.api.Gradebook(url(course)) as theirs:
            comments = theirs.find_submission_notebook("neuron", UNIT.name, "ada").comments
            said = {comment.name: comment.auto_comment for comment in comments}
        assert said["answer-softmax"] == WRONG_AXIS.says
        assert not any("<" in (text or "") for text in said.values())
        book.write(verdict("ada"))
    with nbgrader.api.Gradebook(url(course)) as theirs:
        found = theirs.find_comment("answer-softmax", "neuron", UNIT.name, "ada")
        assert found.auto_comment is None


def test_missing_finds_what_a_killed_run_left_and_writing_it_mends_everything(course):
    verdicts = classroom(12)
    with open_book(course) as book:
        for each in verdicts[:7]:
            book.write(each)
    with open_book(course) as book:
        assert [each["student"] for each in book.missing(verdicts)] == [
            f"s{i:04d}" for i in range(7, 12)
        ]
        for each in book.missing(verdicts):
            book.write(each)
        assert book.missing(verdicts) == []
        changed = verdict("s0003", ("sigmoid.values",) * (verdicts[3]["tasks"][0]["score"] == 4))
        changed["tasks"][0]["score"] = 0.5
        assert book.missing([changed]) == [changed]


def test_a_kill_inside_a_write_leaves_nothing_of_it(course):
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from records import UNIT, verdict\n"
        "from dlcourse.grading import gradebook\n"
        "book = gradebook.GradeBook(sys.argv[2], UNIT, Path(sys.argv[3]))\n"
        "book.write(verdict('ada'))\n"
        "def die(*_): os.kill(os.getpid(), 9)\n"
        "gradebook.write_comments = die\n"
        "book.write(verdict('ada', ('softmax.values',)))\n"
    )
    release = course / "exercises" / UNIT.name / "neuron.ipynb"
    here = str(Path(__file__).parent)
    killed = subprocess.run([sys.executable, "-c", script, here, url(course), release], check=False)
    assert killed.returncode == -9
    with open_book(course) as book:
        assert book.in_sync(verdict("ada"))
        assert not book.in_sync(verdict("ada", ("softmax.values",)))


def test_a_locked_gradebook_says_so_and_keeps_what_was_there(course):
    with open_book(course) as book:
        book.write(verdict("ada"))
    other = sqlite3.connect(course / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookError, match="another program is writing to it; wait"):
        open_book(course, url(course) + "?timeout=0.1")
    other.rollback()
    with open_book(course) as book:
        assert book.in_sync(verdict("ada"))


def test_a_lock_taken_while_open_is_said_too_and_the_book_goes_on_after_it(course):
    with open_book(course, url(course) + "?timeout=0.1") as book:
        other = sqlite3.connect(course / "gradebook.db")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match="nothing is lost"):
            book.write(verdict("ada"))
        other.rollback()
        book.write(verdict("ada"))
        assert book.in_sync(verdict("ada"))


def test_a_read_only_gradebook_says_so(course):
    readonly = f"sqlite:///file:{course}/gradebook.db?mode=ro&uri=true"
    expected = pytest.raises(GradebookError, match="may only be read; make the file")
    with open_book(course, readonly) as book, expected:
        book.write(verdict("ada"))


def test_a_damaged_gradebook_says_so_and_is_left_as_it_is(course):
    path = course / "gradebook.db"
    path.write_bytes(b"These are not the marks you are looking for." * 100)
    before = path.read_bytes()
    with pytest.raises(GradebookError, match="not a database; move it away"):
        open_book(course)
    assert path.read_bytes() == before


def test_a_gradebook_in_a_folder_that_is_not_there_says_so(course):
    with pytest.raises(GradebookError, match="cannot be opened; check that its folder exists"):
        open_book(course, f"sqlite:///{course}/nowhere/gradebook.db")


def test_not_an_address_and_no_driver_are_said_without_the_password(course):
    with pytest.raises(GradebookError, match="not the address of a database"):
        open_book(course, "gradebook.db")
    with pytest.raises(GradebookError) as caught:
        open_book(course, "postgresql+psycopg2://ada:secret@localhost:1/course")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.0, 4.5])
def test_what_cannot_be_a_mark_is_refused(course, score):
    wrong = verdict("ada")
    wrong["tasks"][1]["score"] = score
    with open_book(course) as book:
        with pytest.raises(GradebookError, match=r"of 4\.0 points for test-softmax"):
            book.write(wrong)
        assert book.scores() == []


def test_a_cell_that_was_not_released_is_refused(course):
    wrong = verdict("ada")
    wrong["tasks"][1]["grade_id"] = "test-tanh"
    expected = pytest.raises(GradebookError, match="test-tanh, which the released notebook lacks")
    with open_book(course) as book, expected:
        book.write(wrong)


def rerelease(course, change):
    document = release_document()
    change(document["cells"])
    for folder in ("exercises", "solutions"):
        (course / folder / UNIT.name / "neuron.ipynb").write_text(json.dumps(document))


def test_a_new_cell_reaches_students_who_are_already_there(course):
    with open_book(course) as book:
        book.write(verdict("ada"))

    def add(cells):
        new = {**cells[2], "metadata": {"nbgrader": {**cells[2]["metadata"]["nbgrader"]}}}
        new["metadata"]["nbgrader"]["grade_id"] = "test-more"
        cells.append(new)

    rerelease(course, add)
    with open_book(course) as book:
        book.write(verdict("ada"))
        assert "test-more" in book.marks()["ada"]


def test_a_cell_with_marks_cannot_vanish(course):
    with open_book(course) as book:
        book.write(verdict("ada"))
    rerelease(course, lambda cells: cells.pop(2))
    with pytest.raises(GradebookError, match="lacks \\(test-sigmoid\\)"):
        open_book(course)


def test_a_new_gradebook_is_as_nbgrader_makes_it(course, tmp_path, monkeypatch):
    # nbgrader calls alembic by its name
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    nbgrader.api.Gradebook(f"sqlite:///{tmp_path}/theirs.db").close()

    def made(path):
        with sqlite3.connect(path) as database:
            tables = set(database.execute("SELECT name, sql FROM sqlite_master"))
            return tables, database.execute("SELECT * FROM alembic_version").fetchall()

    def plain(tables):
        return {(name, " ".join(sql.split()) if sql else None) for name, sql in tables}

    ours, theirs = made(course / "gradebook.db"), made(tmp_path / "theirs.db")
    assert plain(ours[0]) == plain(theirs[0])
    assert ours[1] == theirs[1]


@pytest.mark.parametrize("killed", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_a_gradebook_without_alembics_version_gets_one(course, killed):
    with sqlite3.connect(course / "gradebook.db") as database:
        version = database.execute("SELECT version_num FROM alembic_version").fetchall()
        database.execute(killed)
    open_book(course).close()
    with sqlite3.connect(course / "gradebook.db") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == version


def test_the_cost_of_a_submission_stays_flat(course):
    times = []
    with open_book(course) as book:
        for each in classroom(150):
            start = time.perf_counter()
            book.write(each)
            times.append(time.perf_counter() - start)
        start = time.perf_counter()
        assert book.missing(classroom(150)) == []
        asked = time.perf_counter() - start
    # Generous, for machines that are busy; 6 ms and flat on an idle one.
    assert statistics.median(times) < 0.05
    assert statistics.median(times[-40:]) < 3 * statistics.median(times[:40])
    assert asked < 1
