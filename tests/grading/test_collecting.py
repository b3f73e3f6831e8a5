"""Submissions come in from folders and archives; links, bombs and odd paths go nowhere."""

import stat
import zipfile

import pytest

from dlcourse.grading.collecting import collect, student_id
from dlcourse.grading.directory import Course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course").mkdir()
    return Course(tmp_path / "course")


def handed_in(course):
    found = course.root.glob("submitted/*/1-neuron/neuron.ipynb")
    return {path.parts[-3]: path.read_text() for path in found}


def archive(path, entries):
    with zipfile.ZipFile(path, "w") as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("doejane_4711_99_neuron.ipynb", "doejane_4711"),
        ("doejane_LATE_4711_99_My Notebook-1.ipynb", "doejane_4711"),
        ("Jane Doe_4711_assignsubmission_file_/neuron.ipynb", "jane-doe_4711"),
        ("Jané Doe_4711_assignsubmission_file/neuron.ipynb", "jané-doe_4711"),
        ("s01/1-neuron/neuron.ipynb", "s01"),
        ("submissions/s01/neuron.ipynb", "s01"),
        ("../../etc/passwd.ipynb", "etc"),
        ("<script>.ipynb", "script"),
        ("....ipynb", "unnamed"),
    ],
)
def test_student_names_are_read_and_made_safe(name, student):
    assert student_id(name, UNIT) == student


def test_a_folder_of_files_and_a_folder_of_folders(course, tmp_path):
    source = tmp_path / "downloads"
    (source / "s02").mkdir(parents=True)
    (source / "s01.ipynb").write_text("one")
    (source / "s02" / "final version.ipynb").write_text("two")
    (source / "s02" / "notes.txt").write_text("no notebook")
    collected = collect(course, UNIT, source)
    assert collected.students == ["s01", "s02"]
    assert handed_in(course) == {"s01": "one", "s02": "two"}


def test_collecting_twice_changes_nothing(course, tmp_path):
    source = archive(tmp_path / "all.zip", {"s01/neuron.ipynb": "one"})
    collect(course, UNIT, source)
    again = collect(course, UNIT, source)
    assert (again.students, again.unchanged) == ([], ["s01"])


def test_nothing_leaves_the_course_directory(course, tmp_path):
    names = ["../../../escaped.ipynb", "/absolute.ipynb", "a/../../../b.ipynb"]
    collect(course, UNIT, archive(tmp_path / "slip.zip", dict.fromkeys(names, "x")))
    outside = [path for path in tmp_path.rglob("*.ipynb") if course.root not in path.parents]
    assert outside == []


def test_links_are_left_out_and_said_so(course, tmp_path):
    source = tmp_path / "downloads"
    source.mkdir()
    (source / "honest.ipynb").write_text("x")
    (source / "sly.ipynb").symlink_to("/etc/passwd")
    collected = collect(course, UNIT, source)
    assert collected.left_out == [("sly.ipynb", "it is a link, not a file")]
    with zipfile.ZipFile(tmp_path / "links.zip", "w") as file:
        entry = zipfile.ZipInfo("sly.ipynb")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(entry, "/etc/passwd")
        file.writestr("other.ipynb", "y")
    collected = collect(course, UNIT, tmp_path / "links.zip")
    assert collected.left_out == [("sly.ipynb", "it is a link, not a file")]
    assert set(handed_in(course)) == {"honest", "other"}


def test_a_second_file_of_the_same_student_is_reported(course, tmp_path):
    source = archive(tmp_path / "all.zip", {"s01/a.ipynb": "one", "s01/b.ipynb": "two"})
    collected = collect(course, UNIT, source)
    assert collected.left_out == [("s01/b.ipynb", "s01 has handed in another file already")]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "there is no"),
        (lambda path: path.write_text("no archive"), "neither a folder nor a zip"),
        (lambda path: path.mkdir(), "there is no notebook in"),
        (lambda path: archive(path, {"readme.txt": ""}), "there is no notebook in"),
    ],
)
def test_bad_sources_are_named(course, tmp_path, make, says):
    make(tmp_path / "source")
    with pytest.raises(DlcourseError, match=says):
        collect(course, UNIT, tmp_path / "source")
