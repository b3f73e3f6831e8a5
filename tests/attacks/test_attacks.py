"""One class of attackers, odd ones and neighbors: nobody gains, nobody loses, nobody is touched.

The class is graded by the real grader in the real sandbox, and the neighbors once more alone.
"""

import csv
import json
import re
import shutil
import time

import pytest
from attack_class import FAMILIES, HERE, UNIT, cases, hand_in, read_json, table
from builders import NEIGHBORS, put
from notebooks import make_course

from dlcourse.grading import feedback
from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.export import export
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.journal import verify
from dlcourse.grading.report import write_report
from dlcourse.grading.sandbox import Limits

CASES = cases()
HONEST = [case for case in CASES if case.family == "odd"]
SETTINGS = Settings(
    workers=2,
    limits=Limits(cell_seconds=2, call_seconds=1, total_seconds=15, grace_seconds=1),
)
#: A verdict says little; one of megabytes would fill the gradebook and every page.
MOST_BYTES = 64 << 10
TABLE = HERE.parents[1] / "book" / "_includes" / "attacks.md"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The whole class, graded once."""
    root = tmp_path_factory.mktemp("hostile")
    course = make_course(root / "course")
    for student, make in NEIGHBORS.items():
        folder = course.submission(UNIT, student)
        folder.mkdir(parents=True)
        put(folder, make())
    hand_in(course, CASES)
    started = time.monotonic()
    grade(course, UNIT, SETTINGS, lambda verdict, left: None)
    print(f"{len(CASES)} cases in {time.monotonic() - started:.0f} s")  # noqa: T201
    assert [path.name for path in root.iterdir()] == ["course"]
    return course


@pytest.fixture(scope="session")
def quiet(hostile, tmp_path_factory):
    """The same class without the attackers, with the same secret."""
    course = make_course(tmp_path_factory.mktemp("quiet") / "course")
    course.state.mkdir()
    (course.state / "secret").write_text(hostile.secret().hex() + "\n")
    for student in (*NEIGHBORS, *(case.student for case in HONEST)):
        # With its times: they stand for the content of what cannot be read.
        source = hostile.root / "submitted" / student
        shutil.copytree(source, course.root / "submitted" / student)
    grade(course, UNIT, SETTINGS, lambda verdict, left: None)
    return course


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.student)
def test_every_case_comes_to_what_it_must(hostile, case):
    data = hostile.verdict(UNIT, case.student).read_bytes()
    verdict = json.loads(data)
    assert len(data) < MOST_BYTES
    if case.points is None:
        assert (verdict["status"], verdict["score"]) == ("ungradable", 0)
        assert re.search("hand (it )?in", verdict["reason"])
        return
    assert verdict["status"] == "graded", verdict["reason"]
    wrong = {task["name"]: task["message"] for task in verdict["tasks"] if task["message"]}
    assert verdict["score"] == case.points, wrong
    assert all(
        criterion["score"] in (0, criterion["max_score"])
        for task in verdict["tasks"]
        for criterion in task["criteria"]
    )


@pytest.mark.parametrize("student", [*NEIGHBORS, *(case.student for case in HONEST)])
def test_neighbors_get_the_same_to_the_byte(hostile, quiet, student):
    with_attackers = hostile.verdict(UNIT, student).read_bytes()
    assert with_attackers == quiet.verdict(UNIT, student).read_bytes()


def test_every_family_has_its_cases():
    assert {case.family for case in CASES} == set(FAMILIES)
    assert all(case.tries.endswith(".") and case.must.endswith(".") for case in CASES)


@pytest.mark.parametrize(
    ("student", "flag"),
    [
        ("theft-imports-the-reference", "the course's own answers"),
        ("gaming-forbidden-libraries", "imports scipy.special, which does the tasks"),
        ("gaming-forbidden-libraries", "imports torch"),
        ("theft-reads-other-processes", "imports ctypes"),
        ("resources-blank-lines", "more code than can be looked through"),
    ],
)
def test_the_instructor_is_told(hostile, student, flag):
    flags = read_json(hostile.verdict(UNIT, student))["flags"]
    assert any(flag in each for each in flags), flags


def test_gradebook_and_journal_hold_what_the_verdicts_say(hostile):
    assert verify(hostile.journal) == []
    with GradeBook(hostile.db_url, UNIT, hostile.release(UNIT)) as book:
        scores = {row.student: row.auto or 0.0 for row in book.scores()}
    wanted = {verdict["student"]: verdict["score"] for verdict in hostile.verdicts(UNIT)}
    assert scores == wanted


def test_pages_and_files_show_nothing_that_acts(hostile):
    with GradeBook(hostile.db_url, UNIT, hostile.release(UNIT)) as book:
        rows = book.scores()
    feedback.write_all(hostile, UNIT)
    pages = [hostile.feedback(UNIT, case.student) for case in CASES]
    report = write_report(hostile, UNIT, rows=rows)
    for page in (*pages, report):
        text = page.read_text("utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    shown = export(hostile, UNIT, "csv", rows, dry_run=True).text.removeprefix("\ufeff")
    cells = [cell for row in csv.reader(shown.splitlines()) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    words = report.read_text("utf-8")
    assert "gaming-copy-of-a-neighbor" in words.partition("alike")[2]


def test_the_table_in_the_book_is_of_this_run(hostile, request):
    verdicts = {verdict["student"]: verdict for verdict in hostile.verdicts(UNIT)}
    made = table(CASES, verdicts)
    if request.config.getoption("--write-table", default=False):
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(made, "utf-8")
    assert TABLE.read_text("utf-8") == made, (
        "the table is not of this run; write it with python -m pytest tests/attacks --write-table"
    )
