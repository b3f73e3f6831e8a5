"""The command as an instructor types it: what it prints, what it returns, what it refuses."""

import csv
import json
import shutil
import sys

import pytest
from commands import DONE, NO, dlcourse, hand_in_three, refused, with_wrong_relu
from notebooks import RELEASE, ROOT, SOLVED, dump, make_course

COMMANDS = (
    "release",
    "collect",
    "grade",
    "regrade",
    "verdict",
    "feedback",
    "report",
    "export",
    "check",
    "doctor",
    "demo",
)


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course")


@pytest.fixture
def handed_in(course):
    hand_in_three(course)
    return course


def test_every_command_has_help_with_an_example():
    listed = dlcourse("--help").stdout
    for command in COMMANDS:
        assert command in listed
        shown = dlcourse(command, "--help")
        assert shown.returncode == DONE
        assert f"Example: dlcourse {command}" in shown.stdout


def test_the_whole_way_of_an_instructor(handed_in, tmp_path):
    root = handed_in.root
    first = dlcourse("grade", "1", "--course", root)
    assert first.returncode == DONE, first.stderr
    assert "3 submissions of unit 1-neuron graded" in first.stdout
    again = dlcourse("grade", "1", "--course", root)
    assert "Nothing to do: all 3 submissions" in again.stdout

    assert "3 feedback pages written" in dlcourse("feedback", "1", "--course", root).stdout
    assert (
        "0 feedback pages written, 3 in all" in dlcourse("feedback", "1", "--course", root).stdout
    )
    page = (root / "feedback" / "s02" / "1-neuron" / "neuron.html").read_text()
    assert "relu" in page
    assert dlcourse("report", "1", "--course", root).returncode == DONE
    assert (root / "reports" / "1-neuron.html").stat().st_size > 5_000

    shown = dlcourse("export", "1", "--course", root, "--dry-run")
    assert shown.returncode == DONE
    assert not (root / "exports").exists()
    assert dlcourse("export", "1", "--course", root).returncode == DONE
    with open(root / "exports" / "1-neuron-csv.csv", newline="", encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 4


def test_json_is_for_scripts(handed_in):
    done = dlcourse("grade", "1", "--course", handed_in.root, "--json")
    record = json.loads(done.stdout)
    by_student = {each["student"]: each for each in record["graded"]}
    assert by_student["s01"]["score"] == by_student["s01"]["max_score"]
    assert 0 < by_student["s02"]["score"] < by_student["s02"]["max_score"]
    assert by_student["s03"]["status"] == "ungradable"
    again = json.loads(dlcourse("grade", "1", "--course", handed_in.root, "--json").stdout)
    assert again["graded"] == []
    assert again["unchanged"] == ["s01", "s02", "s03"]


def test_a_changed_submission_is_graded_again_and_the_others_are_not(handed_in):
    dlcourse("grade", "1", "--course", handed_in.root)
    shutil.copy(SOLVED, handed_in.root / "submitted" / "s03" / "1-neuron" / "neuron.ipynb")
    record = json.loads(dlcourse("grade", "1", "--course", handed_in.root, "--json").stdout)
    assert [each["student"] for each in record["graded"]] == ["s03"]
    assert record["unchanged"] == ["s01", "s02"]


def test_collect_then_grade(course, tmp_path):
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    shutil.copy(SOLVED, downloads / "doejane_4711_99_neuron.ipynb")
    done = dlcourse("collect", "1", downloads, "--course", course.root)
    assert "1 submission of unit 1-neuron brought in" in done.stdout
    assert "doejane_4711" in dlcourse("grade", "neuron", "--course", course.root).stdout


def test_a_student_checks_a_notebook(tmp_path):
    shutil.copy(SOLVED, tmp_path / "neuron.ipynb")
    whole = dlcourse("check", tmp_path / "neuron.ipynb")
    assert whole.returncode == DONE, whole.stdout + whole.stderr
    (tmp_path / "my-neuron.ipynb").write_bytes(dump(with_wrong_relu()))
    part = dlcourse("check", tmp_path / "my-neuron.ipynb")
    assert part.returncode == NO
    assert "relu" in part.stdout
    assert dlcourse("check", RELEASE).returncode == NO


def test_doctor_says_what_works():
    done = dlcourse("doctor")
    assert done.returncode == DONE, done.stdout
    assert "bubblewrap" in done.stdout
    findings = json.loads(dlcourse("doctor", "--json").stdout)
    assert all(finding["works"] for finding in findings if finding["needed"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade", "9"], "there is no unit '9'; the units are 1 (neuron)"),
        (["grade", "1", "--course", "nowhere"], "there is no folder"),
        (["grade", "1", "--course", "/"], "is not a course directory"),
        (["release", "1"], "from which unit 1-neuron is built"),
        (["collect", "1", "nowhere.zip"], "there is no nowhere.zip"),
        (["collect", "1", str(ROOT / "README.md")], "neither a folder nor a zip file"),
        (["check", "nowhere.ipynb"], "there is no notebook"),
        (["check", str(ROOT / "README.md")], "is not a notebook"),
        (["report", "neuron"], "nothing of unit 1-neuron is graded yet"),
        (["export", "1"], "nothing of unit 1-neuron is graded yet"),
        (["feedback", "1"], "nothing of unit 1-neuron is graded yet"),
        (["grade", "1"], "nobody has handed in unit 1-neuron"),
    ],
)
def test_bad_input_gets_one_sentence(course, words, says):
    if "--course" not in words and words[0] != "check":
        words = [*words, "--course", str(course.root)]
    assert says in refused(dlcourse(*words))


def test_without_bubblewrap_grading_says_what_to_install(handed_in, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    done = dlcourse("grade", "1", "--course", handed_in.root, env={"PATH": str(programs)})
    assert "apt install bubblewrap" in refused(done)
    assert not (handed_in.root / "gradebook.db").exists()
    assert not list(handed_in.root.glob("verdicts/*/*.json"))


def test_an_unwritable_gradebook_is_named_and_nothing_is_lost(handed_in):
    book = handed_in.root / "gradebook.db"
    book.mkdir()
    assert "gradebook" in refused(dlcourse("grade", "1", "--course", handed_in.root))
    book.rmdir()
    book.write_bytes(b"this is not a database, it is a letter to my aunt" * 100)
    before = book.read_bytes()
    assert "gradebook" in refused(dlcourse("grade", "1", "--course", handed_in.root))
    assert book.read_bytes() == before


def test_the_unsafe_way_must_be_typed_and_is_recorded(handed_in):
    done = dlcourse("grade", "1", "--course", handed_in.root, "--unsafe-no-sandbox")
    assert done.returncode == DONE, done.stderr
    verdict = json.loads((handed_in.root / "verdicts" / "1-neuron" / "s01.json").read_text())
    assert "unsafe" in verdict["sandbox"]
    assert verdict["score"] == verdict["max_score"]


def test_release_builds_the_notebook_for_students(course):
    source = course.root / "solutions" / "1-neuron" / "neuron.md"
    shutil.copy(ROOT / "solutions" / "1-neuron" / "neuron.md", source)
    before = course.root.joinpath("exercises", "1-neuron", "neuron.ipynb").read_bytes()
    done = dlcourse("release", "1", "--course", course.root)
    assert done.returncode == DONE, done.stderr
    assert "exercises/1-neuron/neuron.ipynb" in done.stdout
    assert course.root.joinpath("exercises", "1-neuron", "neuron.ipynb").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--scheduler", "localhost"), "'localhost' is not the address of a scheduler"),
        (("--scheduler", "tcp://127.0.0.1:1", "--workers", "2"), "leave one of the two out"),
        (("--db-url", "secret words"), "is not the address of a database"),
    ],
)
def test_a_cluster_or_database_that_cannot_be_is_refused(handed_in, words, says):
    sentence = refused(dlcourse("grade", "1", "--course", handed_in.root, *words))
    assert says in sentence
    assert "secret words" not in sentence
    assert not (handed_in.root / "verdicts").exists()
