"""Where everything of a course lies, and how files are written so that nothing is half there."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.spec import Unit
from dlcourse.grading.tasks import find_unit

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """A directory with an ``nbgrader_config.py``, and the places in it.

    `database` is the address of the gradebook when it is not the one in the configuration.
    """

    root: Path
    database: str = ""

    @property
    def state(self) -> Path:
        """Secret, journal and lock."""
        return self.root / ".dlcourse"

    @property
    def journal(self) -> Path:
        """Who got what, when and why."""
        return self.state / "journal.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the one process that grades."""
        return self.state / "lock"

    @property
    def db_url(self) -> str:
        """Address of nbgrader's database: the one that nbgrader itself reads, unless given."""
        url = self.database or _configured(self.root / CONFIG)
        if not url:
            return f"sqlite:///{self.root / 'gradebook.db'}"
        path = url.removeprefix("sqlite:///")
        if path == url or path.startswith((":memory:", "file:")):
            return url
        # nbgrader runs in the course's folder; this program may run anywhere.
        return f"sqlite:///{self.root / path}"

    def release(self, unit: Unit) -> Path:
        """Find the notebook that students get."""
        return self.root / "exercises" / unit.name / f"{unit.slug}.ipynb"

    def solution(self, unit: Unit) -> Path:
        """Find the source of a unit's notebook."""
        return self.root / "solutions" / unit.name / f"{unit.slug}.md"

    def submission(self, unit: Unit, student: str) -> Path:
        """Find the directory that a student handed in."""
        return self.root / "submitted" / student / unit.name

    def verdict(self, unit: Unit, student: str) -> Path:
        """Find the record of a student's marks."""
        return self.root / "verdicts" / unit.name / f"{student}.json"

    def resources(self, unit: Unit, student: str) -> Path:
        """Find the record of the time and memory that a submission took."""
        return self.root / "verdicts" / unit.name / f"{student}.resources.json"

    def autograded(self, unit: Unit, student: str) -> Path:
        """Find the marked notebook that formgrader shows."""
        return self.root / "autograded" / student / unit.name / f"{unit.slug}.ipynb"

    def feedback(self, unit: Unit, student: str) -> Path:
        """Find the page that a student reads."""
        return self.root / "feedback" / student / unit.name / f"{unit.slug}.html"

    def report(self, unit: Unit) -> Path:
        """Find the page that the instructor reads."""
        return self.root / "reports" / f"{unit.name}.html"

    def export(self, unit: Unit, form: str) -> Path:
        """Find the file that goes to the learning management system."""
        return self.root / "exports" / f"{unit.name}-{form}.csv"

    def students(self, unit: Unit) -> list[str]:
        """List the students who handed a unit in, in order of name."""
        submitted = self.root / "submitted"
        if not submitted.is_dir():
            return []
        found = (
            entry.name for entry in os.scandir(submitted) if entry.is_dir(follow_symlinks=False)
        )
        return sorted(name for name in found if (submitted / name / unit.name).is_dir())

    def verdicts(self, unit: Unit) -> Iterator[dict[str, Any]]:
        """Read every verdict of a unit, in order of student."""
        folder = self.root / "verdicts" / unit.name
        for path in sorted(folder.glob("*.json")):
            if not path.name.endswith(".resources.json"):
                yield json.loads(path.read_text("utf-8"))

    def secret(self) -> bytes:
        """Give the course's secret, from which hidden inputs are drawn; made on first use."""
        path = self.state / "secret"
        if not path.exists():
            write_atomically(path, secrets.token_hex(32) + "\n", mode=0o600)
        return bytes.fromhex(path.read_text("ascii").strip())


def _configured(path: Path) -> str:
    """Read ``c.CourseDirectory.db_url`` as nbgrader does; empty when it is not set."""
    if not path.is_file():
        return ""
    from traitlets.config import PyFileConfigLoader

    try:
        config = PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except Exception as error:  # the file is a program: it may fail in any way
        raise DlcourseError(
            f"{path} fails with {type(error).__name__}; put it right: `nbgrader --help-all` in "
            f"{path.parent} shows where"
        ) from None
    found = config.get("CourseDirectory", {}).get("db_url", "")
    return found if isinstance(found, str) else ""


def open_course(path: Path, database: str = "") -> Course:
    """Open a course directory.

    Parameters
    ----------
    path : Path
        A directory with an ``nbgrader_config.py``, or one below it.
    database : str, optional
        Address of the gradebook, when it is not the one in the configuration.

    Returns
    -------
    Course
        The course.

    Raises
    ------
    DlcourseError
        When there is no such directory.
    """
    if not path.is_dir():
        raise DlcourseError(f"there is no folder {path}; name a course directory with --course DIR")
    here = path.resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return Course(folder, database)
    raise DlcourseError(
        f"{path} is not a course directory: neither it nor a folder above it has {CONFIG}; "
        "go to the course's folder or name it with --course DIR"
    )


def named_unit(name: str) -> Unit:
    """Find a unit that a person named.

    Parameters
    ----------
    name : str
        Such as ``1``, ``neuron`` or ``1-neuron``.

    Returns
    -------
    Unit
        The unit.

    Raises
    ------
    DlcourseError
        When there is no such unit.
    """
    try:
        return find_unit(name)
    except KeyError as error:
        raise DlcourseError(error.args[0]) from None


def write_atomically(path: Path, text: str, mode: int | None = None) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut.

    Parameters
    ----------
    path : Path
        Where to write; folders are made.
    text : str
        What to write, as UTF-8.
    mode : int, optional
        Permissions of the file.

    Raises
    ------
    DlcourseError
        When the file cannot be written.
    """
    scratch = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, 0o644 if mode is None else mode)
        os.replace(scratch, path)
    except OSError as error:
        Path(scratch).unlink(missing_ok=True) if scratch else None
        raise DlcourseError(
            f"cannot write {path}: {error.strerror or error}; "
            "check the permissions of the folder and the space on the disk"
        ) from error


def to_json(record: Any) -> str:
    """Write a record so that equal records give equal bytes.

    Parameters
    ----------
    record : object
        Dicts, lists, text and numbers.

    Returns
    -------
    str
        Indented JSON with sorted keys and a final newline.
    """
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
