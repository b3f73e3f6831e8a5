"""Exported marks: what Canvas and Moodle read, quoted, guarded, and no mark that was not given."""

import csv
import io

import pytest
from records import UNIT, verdict

from dlcourse.grading.directory import Course, to_json, write_atomically
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.export import export
from dlcourse.grading.gradebook_views import ScoreRow


def row(student, total=9.5, **more):
    about = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": f"{student}@example.org",
        "lms_user_id": "4711",
        "auto": total,
        "manual": None,
        "max_score": 15.5,
        "needs_manual": False,
        "handed_in": True,
    }
    return ScoreRow(student=student, total=total, **{**about, **more})


@pytest.fixture
def course(tmp_path):
    course = Course(tmp_path)
    for each in (verdict("ada"), verdict("bob", status="ungradable")):
        write_atomically(course.verdict(UNIT, each["student"]), to_json(each))
    return course


def read(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_canvas_gets_its_header_its_points_row_and_the_students_it_can_find(course):
    rows = [row("ada"), row("cyd", lms_user_id="SIS-7"), row("dan", lms_user_id="")]
    done = export(course, UNIT, "canvas", rows, column="Neuron (99)")
    header, points, *students = read(done.path.read_text("utf-8"))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Neuron (99)"]
    assert points == ["    Points Possible", "", "", "", "", "15.5"]
    assert students == [
        ["Lovelace, Ada", "4711", "", "ada", "", "9.5"],
        ["Lovelace, Ada", "", "SIS-7", "cyd", "", "9.5"],
        ["Lovelace, Ada", "", "", "dan", "", "9.5"],
    ]
    assert any("no LMS user id of dan" in warning for warning in done.warnings)


def test_moodle_gets_the_fields_it_can_map(course):
    header, ada = read(export(course, UNIT, "moodle", [row("ada")]).text)
    wanted = ["Username", "First name", "Last name", "ID number", "Email address", "1-neuron"]
    assert header == wanted
    assert ada == ["ada", "Ada", "Lovelace", "4711", "ada@example.org", "9.5"]


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_who_has_no_mark_is_left_out_and_named(course, form):
    rows = [
        row("ada"),
        row("bob", total=None, needs_manual=True),
        row("cyd", total=None, handed_in=False),
    ]
    done = export(course, UNIT, form, rows)
    assert "bob" not in done.text
    assert "cyd" not in done.text
    assert any("not marked, no mark is exported: bob" in warning for warning in done.warnings)
    assert any("nothing handed in, no mark is exported: cyd" in each for each in done.warnings)


def test_points_of_an_earlier_submission_are_not_exported_for_one_that_cannot_be_read(course):
    assert "bob" not in export(course, UNIT, "canvas", [row("bob", total=7.0)]).text
    assert "bob" in export(course, UNIT, "canvas", [row("bob", total=7.0, manual=7.0)]).text


def test_marks_that_may_change_are_named(course):
    done = export(course, UNIT, "csv", [row("ada", needs_manual=True)])
    assert any("not final" in warning and "ada" in warning for warning in done.warnings)
    assert "graded, not final" in done.text


def test_csv_has_everybody_and_says_why_there_is_no_mark(course):
    rows = [row("ada"), row("bob", total=None, auto=None), row("cyd", None, handed_in=False)]
    header, *students = read(export(course, UNIT, "csv", rows).text)
    found = [dict(zip(header, student, strict=True)) for student in students]
    assert [each["score"] for each in found] == ["9.5", "", ""]
    assert [each["state"] for each in found] == ["graded", "ungradable", "nothing handed in"]
    assert "the file is empty" in found[1]["reason"]


@pytest.mark.parametrize(
    "name",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1+cmd|x",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "\u202e=1",
        "\x1b[31m=1",
    ],
)
def test_no_text_becomes_a_formula(course, name):
    for form in ("csv", "canvas", "moodle"):
        done = export(
            course, UNIT, form, [row("ada", last_name=name, lms_user_id=name, email=name)]
        )
        for line in read(done.text):
            for cell in line:
                assert cell.lstrip()[:1] not in {"=", "+", "-", "@", "＝"}, (form, cell)
                assert cell[:1] not in {"\t", "\r"}


def test_numbers_of_ours_stay_numbers(course):
    assert read(export(course, UNIT, "moodle", [row("ada", total=-0.25)]).text)[1][-1] == "-0.25"
    assert read(export(course, UNIT, "moodle", [row("ada", total=1 / 3)]).text)[1][-1] == "0.33"


def test_commas_quotes_and_newlines_stay_in_their_cell(course):
    odd = 'Doe, "Jr."\nthe 2nd'
    done = export(course, UNIT, "moodle", [row("ada", last_name=odd)])
    assert read(done.text)[1][2] == 'Doe, "Jr." the 2nd'
    assert done.rows[1][2] == 'Doe, "Jr." the 2nd'


def test_byte_order_mark_as_each_wants_it(course):
    def begins(form, **more):
        return export(course, UNIT, form, [row("ada")], **more).path.read_bytes()[:3]

    assert begins("csv") == b"\xef\xbb\xbf"
    assert begins("canvas") == b"Stu"
    assert begins("csv", bom=False) == b"stu"
    assert begins("moodle", bom=True) == b"\xef\xbb\xbf"


def test_a_dry_run_shows_and_writes_nothing(course):
    done = export(course, UNIT, "canvas", [row("ada")], dry_run=True)
    assert not done.written
    assert not done.path.exists()
    assert "Lovelace" in done.text
    written = export(course, UNIT, "canvas", [row("ada")]).path.read_bytes()
    assert written.decode() == done.text


def test_an_unknown_format_is_said_with_those_there_are(course):
    with pytest.raises(DlcourseError, match="'excel'; the formats are csv, canvas, moodle"):
        export(course, UNIT, "excel", [])
