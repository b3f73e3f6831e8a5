"""What a late submission loses: exact at every boundary, and the same as nbgrader takes off."""

import csv
import shutil
from datetime import datetime, timedelta

import pytest
from records import UNIT, submit, verdict, write_release
from traitlets import TraitError

from dlcourse.grading.autograded import write_autograded
from dlcourse.grading.directory import Course, to_json, write_atomically
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.export import export
from dlcourse.grading.feedback import write_all
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.gradebook_late import Late, seconds_late
from dlcourse.grading.handed import handed_in_at
from dlcourse.grading.late import LatePolicy, policy_of

HOUR, DAY = 3600, 86_400
DUE = datetime(2026, 3, 1, 12)
POLICY = """
c.AssignLatePenalties.plugin_class = "dlcourse.grading.late.LatePolicy"
c.LatePolicy.per_day = 10
c.LatePolicy.grace_hours = 1
c.LatePolicy.most = 25
c.LatePolicy.extension_hours = {"1-neuron": {"ext": 48}}
"""


@pytest.mark.parametrize(
    ("seconds", "points"),
    [
        (1, None),
        (HOUR, None),
        (HOUR + 1, 2.0),
        (DAY, 2.0),
        (DAY + 1, 4.0),
        (2 * DAY, 4.0),
        (2 * DAY + 1, 5.0),
        (30 * DAY, 5.0),
    ],
)
def test_percent_for_each_day_begun_after_the_grace_up_to_the_most(seconds, points):
    policy = LatePolicy(per_day=10, grace_hours=1, most=25)
    assert policy.late_submission_penalty("s01", 20.0, seconds) == points


def test_points_and_never_more_than_there_are():
    policy = LatePolicy(per_day=3, measure="points")
    assert policy.late_submission_penalty("s01", 20.0, 1) == 3
    assert policy.late_submission_penalty("s01", 20.0, 5 * DAY) == 15
    assert policy.late_submission_penalty("s01", 20.0, 7 * DAY) == 20
    assert LatePolicy(per_day=200).late_submission_penalty("s01", 20.0, 1) == 20


def test_without_settings_nothing_is_taken_off():
    assert LatePolicy().late_submission_penalty("s01", 20.0, 9 * DAY) == 0


@pytest.mark.parametrize("wrong", [{"per_day": -1}, {"measure": "stars"}, {"grace_hours": -1}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(TraitError):
        LatePolicy(**wrong)


def test_lateness_is_known_only_from_two_known_times():
    assert seconds_late(DUE, DUE) == 0
    assert seconds_late(DUE + timedelta(seconds=1), DUE) == 1
    assert seconds_late(DUE - timedelta(days=9), DUE) == 0
    assert seconds_late(None, DUE) == seconds_late(DUE, None) == 0
    assert seconds_late(DUE + timedelta(hours=3), DUE, timedelta(hours=2)) == HOUR


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 minute"),
        (HOUR, "1 hour"),
        (DAY + HOUR * 3 + 5, "1 day and 3 hours"),
        (121, "3 minutes"),
    ],
)
def test_lateness_in_words(seconds, text):
    assert Late(seconds, 0.0).text == text


#: Seconds after the due date, or None when the time is not known.
CLASS = {"intime": 0, "grace": HOUR, "late": HOUR + 1, "ext": 2 * DAY + HOUR, "old": 9 * DAY}
UNKNOWN = "unknown"


@pytest.fixture
def course(tmp_path):
    """A class with a due date, marked: everybody has 7.5 points."""
    from nbgrader.api import Gradebook

    write_release(tmp_path)
    course = Course(tmp_path)
    with open(tmp_path / "nbgrader_config.py", "a") as config:
        config.write(POLICY)
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        with Gradebook(course.db_url) as theirs:
            theirs.update_or_create_assignment(UNIT.name, duedate=DUE.isoformat())
        for student in (*CLASS, UNKNOWN):
            path = submit(tmp_path, student)
            if student in CLASS:
                at = DUE + timedelta(seconds=CLASS[student])
                (path.parent / "timestamp.txt").write_text(f"{at.isoformat(' ')} UTC")
            record = verdict(student, ("softmax.values", "collapse.values"))
            write_atomically(course.verdict(UNIT, student), to_json(record))
            write_autograded(course, UNIT, record)
            book.write(record, handed_in_at(course, UNIT, student))
        book.settle_late(policy_of(course, UNIT))
    return course


def penalties(course):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as book:
        found = book.notebook_submissions("neuron", UNIT.name)
        return {each.student.id: each.late_submission_penalty for each in found}


def test_the_gradebook_holds_what_the_policy_takes_off(course):
    nothing = dict.fromkeys(("intime", "grace", "ext", UNKNOWN))
    wanted = {**nothing, "late": 0.75, "old": 7.5 / 4}
    assert penalties(course) == pytest.approx(wanted)
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        rows = {row.student: row for row in book.scores()}
    assert rows["late"].total == pytest.approx(7.5 - 0.75)
    assert rows["late"].auto == 7.5
    assert rows["grace"].total == 7.5


def test_nbgrader_takes_off_the_same(course):
    from nbformat.v4 import new_notebook
    from nbgrader.preprocessors import AssignLatePenalties
    from traitlets.config import PyFileConfigLoader

    before = penalties(course)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    for student in before:
        about = {"notebook": "neuron", "assignment": UNIT.name, "student": student}
        resources = {"nbgrader": {**about, "db_url": course.db_url}}
        AssignLatePenalties(config=config).preprocess(new_notebook(), resources)
    assert penalties(course) == before


def test_an_extension_kept_by_nbgrader_and_a_later_due_date_count(course):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as book:
        book.grant_extension(UNIT.name, "old", days=8)
    settle(course)
    assert penalties(course)["old"] == pytest.approx(0.75)
    with Gradebook(course.db_url) as book:
        book.update_or_create_assignment(UNIT.name, duedate=(DUE + timedelta(days=9)).isoformat())
    settle(course)
    assert set(penalties(course).values()) == {None}


def test_the_penalty_follows_a_mark_given_by_hand(course):
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as book:
        book.find_grade("test-collapse", "neuron", UNIT.name, "late").manual_score = 4.5
        book.db.commit()
    settle(course)
    assert penalties(course)["late"] == pytest.approx(1.05)


def settle(course):
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        book.settle_late(policy_of(course, UNIT))


def test_page_and_export_say_it(course):
    with GradeBook(course.db_url, UNIT, course.release(UNIT)) as book:
        write_all(course, UNIT, book.marks(), late=book.late())
        done = export(course, UNIT, "csv", book.scores())
    pages = {student: course.feedback(UNIT, student).read_text() for student in (*CLASS, UNKNOWN)}
    assert "You handed in 1 hour and 1 minute after the due date" in pages["late"]
    assert "0.75 points are taken off" in pages["late"]
    assert "<strong>6.75</strong> of" in pages["late"]
    assert "Nothing is taken off" in pages["grace"]
    assert "due date" not in pages["intime"] + pages[UNKNOWN]
    rows = {row["student"]: row for row in csv.DictReader(done.text.lstrip("\ufeff").splitlines())}
    assert (rows["late"]["late_penalty"], rows["late"]["score"]) == ("0.75", "6.75")
    assert (rows["intime"]["late_penalty"], rows["intime"]["score"]) == ("", "7.5")


def test_a_policy_that_cannot_be_read_is_named(course):
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("c.LatePolicy.per_day = -5\n")
    with pytest.raises(
        DlcourseError, match=r"cannot read the late policy in .*nbgrader_config\.py"
    ):
        settle(course)


def test_times_that_nbgrader_did_not_write_do_not_count(course, tmp_path):
    folder = course.submission(UNIT, "late")
    stamp = folder / "timestamp.txt"
    assert handed_in_at(course, UNIT, "late") == DUE + timedelta(seconds=HOUR + 1)
    stamp.write_text("2026-03-01 14:00:00 +0100")
    assert handed_in_at(course, UNIT, "late") is not None
    for text in ("", "yesterday, perhaps", "9" * 900, "x" * 5_000):
        stamp.write_text(text)
        assert handed_in_at(course, UNIT, "late") is None
    stamp.unlink()
    shutil.copy(folder / "neuron.ipynb", tmp_path / "else")
    (tmp_path / "else").write_text("2020-01-01 00:00:00 UTC")
    stamp.symlink_to(tmp_path / "else")
    assert handed_in_at(course, UNIT, "late") is None
