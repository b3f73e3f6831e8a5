"""Formgrader shows the marked notebook, with marks and without anything live from the student."""

import json
import re
import shutil

import pytest
from records import HOSTILE, UNIT, release_document, submit, verdict, write_release
from servers import fetch, jupyter_server

from dlcourse.grading.autograded import marked, write_autograded
from dlcourse.grading.directory import Course
from dlcourse.grading.gradebook import GradeBook

SOFTMAX = "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(axis=0)"
LOST = ("softmax.values", "sigmoid.values")


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course where ada handed in something hostile and bob something that is no notebook."""
    root = tmp_path_factory.mktemp("course")
    write_release(root)
    course = Course(root)
    evil = "".join(HOSTILE).replace("\ud800", "")
    submit(root, "ada", {"softmax": f"{SOFTMAX}  # {evil}"}, {"bayes": f"It *assumes* a<b. {evil}"})
    submit(root, "bob").write_text("not a notebook")
    verdicts = [
        verdict("ada", LOST, came=evil),
        verdict("bob", status="ungradable", reason=f"the file is not a notebook {evil}"),
    ]
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        for each in verdicts:
            book.write(each)
            write_autograded(course, UNIT, each)
    return course


def cells(course, student):
    document = json.loads(course.autograded(UNIT, student).read_text())
    found = {}
    for cell in document["cells"]:
        found[cell["metadata"].get("nbgrader", {}).get("grade_id", "")] = cell
    return found


def output(cell):
    (only,) = cell["outputs"]
    assert only["output_type"] == "stream"
    return only["text"]


def test_the_notebook_is_valid_and_has_each_graded_cell_once(course):
    nbformat = pytest.importorskip("nbformat")
    for student in ("ada", "bob"):
        notebook = nbformat.read(course.autograded(UNIT, student), as_version=4)
        nbformat.validate(notebook)
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        assert len(names) == len(set(names)) == 1 + 2 * len(UNIT.tasks) + 1


def test_checks_say_the_score_and_what_was_found(course):
    text = output(cells(course, "ada")["test-softmax"])
    assert text.startswith("softmax: 2 of 4 points\n\nYour columns sum to one")
    assert "NO      0/2  ordinary numbers\n" in text
    assert "ok      2/2  very large and very small numbers" in text


def test_cells_that_stopped_say_so():
    record = verdict("ada", cells=[{"cell": "answer-softmax", "error": "NameError: e", "line": 2}])
    done = {
        c["metadata"].get("nbgrader", {}).get("grade_id"): c
        for c in marked(release_document(), record)["cells"]
    }
    assert output(done["answer-softmax"]) == "This cell stopped: line 2: NameError: e\n"


def test_unreadable_work_shows_the_released_notebook_and_the_reason(course):
    found = cells(course, "bob")
    assert "Not marked: the file is not a notebook" in output(found["test-softmax"])
    assert "YOUR CODE HERE" in found["answer-softmax"]["source"]


def test_answers_are_there_and_markdown_has_no_live_tags(course):
    found = cells(course, "ada")
    assert found["answer-softmax"]["source"].startswith(SOFTMAX)
    essay = found["free-bayes"]["source"]
    assert essay.startswith("It *assumes* a< b. < script>")
    assert not re.search(r"<[A-Za-z/!?]", essay)
    assert "\u202e" not in essay


@pytest.fixture(scope="session")
def feedback(course, tmp_path_factory):
    """What `nbgrader generate_feedback` makes of it, by student."""
    pytest.importorskip("nbgrader")
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    root = tmp_path_factory.mktemp("feedback") / "course"
    shutil.copytree(course.root, root)
    db_url = f"sqlite:///{root}/gradebook.db"
    directory = CourseDirectory(root=str(root), assignment_id=UNIT.name, db_url=db_url)
    GenerateFeedback(coursedir=directory, force=True).start()
    return {each: (Course(root).feedback(UNIT, each)).read_text() for each in ("ada", "bob")}


def test_nbgrader_makes_feedback_of_it(feedback):
    assert "neuron (Score: 8.5 / 15.5)" in feedback["ada"]
    assert "softmax: 2 of 4 points" in feedback["ada"]
    assert "neuron (Score: 0.0 / 15.5)" in feedback["bob"]


def test_nothing_of_the_students_is_live_on_nbgraders_page(feedback):
    for text in feedback.values():
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


@pytest.fixture(scope="session")
def formgrader(course):
    """A Jupyter server with nbgrader's extension in the course directory."""
    with jupyter_server(course.root) as address:
        yield address


def test_formgrader_shows_every_page(course, formgrader):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as book:
        ids = {s.student.id: s.id for s in book.notebook_submissions("neuron", UNIT.name)}
    pages = [
        "manage_assignments",
        f"manage_submissions/{UNIT.name}",
        f"gradebook/{UNIT.name}/neuron",
        "manage_students",
        *(f"submissions/{ids[student]}/" for student in ("ada", "bob")),
    ]
    texts = {}
    for name in pages:
        status, texts[name] = fetch(f"{formgrader}/formgrader/{name}")
        assert status == 200, name
    shown = texts[f"submissions/{ids['ada']}/"]
    assert "softmax: 2 of 4 points" in shown
    assert "<script>alert" not in shown
    _, listed = fetch(f"{formgrader}/formgrader/api/submitted_notebooks/{UNIT.name}/neuron")
    rows = {row["student"]: row for row in json.loads(listed)}
    assert rows["ada"]["score"] == 8.5
    assert rows["bob"]["needs_manual_grade"]
    _, grades = fetch(f"{formgrader}/formgrader/api/grades?submission_id={ids['ada']}")
    assert {grade["name"] for grade in json.loads(grades)} >= {"test-softmax", "free-bayes"}
