"""From a folder or a zip of the learning management system to ``submitted/``.

Nothing is unpacked: each notebook is read as bytes and written under a name of our own, so links,
devices and paths with ``..`` in an archive go nowhere.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dlcourse.grading.directory import Course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.intake import MAX_BYTES
from dlcourse.grading.spec import Unit

MAX_FILES = 20_000

#: Canvas: ``lastfirst_LATE_12345_67890_name.ipynb``; the first number is the student's id.
_CANVAS = re.compile(r"^(?P<name>[^_/]+)_(?:LATE_)?(?P<id>\d+)_\d+_.*\.ipynb$", re.IGNORECASE)
#: Moodle: ``Full Name_12345_assignsubmission_file_/name.ipynb``.
_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?$")


@dataclass
class Collected:
    """What was taken in, by student, and what was left out, with the reason."""

    students: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def collect(course: Course, unit: Unit, source: Path) -> Collected:
    """Take in the notebooks of a folder or a zip file.

    Parameters
    ----------
    course : Course
        Where they go.
    unit : Unit
        What was handed in.
    source : Path
        A folder with one file or one folder a student, or a zip of such, as Canvas and Moodle
        make them.

    Returns
    -------
    Collected
        Students taken in and files left out.

    Raises
    ------
    DlcourseError
        When there is no such folder or archive, or nothing in it is a notebook.
    """
    collected = Collected()
    for name, data in _notebooks(source, collected):
        student = student_id(name, unit)
        folder = course.submission(unit, student)
        if student in collected.students:
            collected.left_out.append((name, f"{student} has handed in another file already"))
        elif _is_there(folder / f"{unit.slug}.ipynb", data):
            collected.unchanged.append(student)
        else:
            _store(folder, f"{unit.slug}.ipynb", data)
            collected.students.append(student)
    if not collected.students and not collected.unchanged:
        raise DlcourseError(
            f"there is no notebook in {source}; wanted STUDENT.ipynb or STUDENT/NAME.ipynb in a "
            "folder or a zip file"
        )
    return collected


def student_id(name: str, unit: Unit) -> str:
    """Read the student from the path of a file, as Canvas, Moodle or a plain folder names it.

    Parameters
    ----------
    name : str
        Path inside the folder or archive, with ``/``.
    unit : Unit
        Folders with its name, as nbgrader makes them, are not students.

    Returns
    -------
    str
        A name that is safe as a folder's.

    Examples
    --------
    >>> from dlcourse.grading.tasks import find_unit
    >>> student_id("doejane_LATE_4711_99_neuron.ipynb", find_unit(1))
    'doejane_4711'
    >>> student_id("Jane Doe_4711_assignsubmission_file_/neuron.ipynb", find_unit(1))
    'jane-doe_4711'
    >>> student_id("s01/1-neuron/neuron.ipynb", find_unit(1))
    's01'
    """
    path = PurePosixPath(name)
    canvas = _CANVAS.match(path.name)
    folders = [part for part in path.parent.parts if part not in (unit.name, unit.slug)]
    folder = folders[-1] if folders else ""
    moodle = _MOODLE.match(folder)
    found = moodle or (canvas if not folder or canvas else None)
    if found:
        return _safe(f"{found['name']}_{found['id']}")
    return _safe(folder or path.stem)


def _safe(name: str) -> str:
    name = re.sub(r"[\s/\\]+", "-", name.strip())
    name = "".join(letter for letter in name if letter.isalnum() or letter in "-_.@")
    return name.strip(".-").lower()[:100] or "unnamed"


def _notebooks(source: Path, collected: Collected) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        yield from _in_folder(source, collected)
    elif source.is_file() and zipfile.is_zipfile(source):
        yield from _in_archive(source, collected)
    elif source.exists():
        raise DlcourseError(f"{source} is neither a folder nor a zip file; name one of these")
    else:
        raise DlcourseError(f"there is no {source}; name the folder or zip file to collect from")


def _in_folder(source: Path, collected: Collected) -> Iterator[tuple[str, bytes]]:
    for root, folders, files in os.walk(source):
        folders.sort()
        for file in sorted(files):
            path = Path(root, file)
            name = path.relative_to(source).as_posix()
            if path.suffix.lower() != ".ipynb":
                continue
            about = path.lstat()
            reason = _refusal(stat.S_ISREG(about.st_mode), about.st_size)
            if reason:
                collected.left_out.append((name, reason))
            else:
                yield name, path.read_bytes()


def _in_archive(source: Path, collected: Collected) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_FILES:
                raise DlcourseError(f"{source} has {len(entries)} files; {MAX_FILES} are the limit")
            for entry in sorted(entries, key=lambda entry: entry.filename):
                if not entry.filename.lower().endswith(".ipynb"):
                    continue
                kind = entry.external_attr >> 16
                reason = _refusal(not kind or not stat.S_ISLNK(kind), entry.file_size)
                if reason:
                    collected.left_out.append((entry.filename, reason))
                else:
                    with archive.open(entry) as file:
                        yield entry.filename, file.read(MAX_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DlcourseError(
            f"{source} cannot be read as a zip file ({error}); download it again"
        ) from error


def _refusal(regular: bool, size: int) -> str:
    if not regular:
        return "it is a link, not a file"
    return f"it has more than {MAX_BYTES >> 20} MiB" if size > MAX_BYTES else ""


def _is_there(path: Path, data: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == data


def _store(folder: Path, name: str, data: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / f".{name}.part"
        scratch.write_bytes(data)
        scratch.replace(folder / name)
    except OSError as error:
        raise DlcourseError(
            f"cannot write {folder}: {error.strerror or error}; check the permissions and the disk"
        ) from error
