"""Who got what, when and why: lines that are only added, each with a digest of the one before.

A changed, removed or inserted line breaks the chain (`verify` says where).  Lines cut off at the
end leave a shorter, unbroken chain: keep a copy of the last digest elsewhere to notice that.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from typing import Any, Literal

from dlcourse.grading.errors import DlcourseError

fcntl: Any = None
with contextlib.suppress(ImportError):  # not on Windows, where one writer at a time is up to you
    import fcntl

What = Literal["graded", "regraded", "recovered"]
_START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the journal.

    `old` and `new` are points, None where there were none; `verdict` is the SHA-256 of the
    verdict file; `previous` the SHA-256 of the line before.
    """

    sequence: int
    time: str
    who: str
    what: str
    student: str
    unit: str
    old: float | None
    new: float | None
    why: str
    verdict: str
    previous: str


class Journal:
    """The journal of a course.

    Opening it mends what a killed process left: a half-written last line is moved to
    ``journal.rejected`` beside it, and `repairs` says so.

    Parameters
    ----------
    path : Path
        The file, such as ``.dlcourse/journal.jsonl``; made when the first line is added.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.repairs: list[str] = []
        self._last: dict[tuple[str, str], Entry] = {}
        self._count, self._digest, self._offset = 0, _START, 0
        if path.exists():
            with self._locked() as file:
                self._catch_up(file)

    def append(
        self,
        what: What,
        *,
        student: str,
        unit: str,
        old: float | None,
        new: float | None,
        why: str,
        verdict: str,
    ) -> Entry:
        """Add a line; it is on the disk when this returns.

        Parameters
        ----------
        what : {'graded', 'regraded', 'recovered'}
            What happened; ``recovered`` for a mark found in the gradebook but not here.
        student, unit : str
            Whose mark, in which unit.
        old, new : float or None
            Points before and after.
        why : str
            Such as ``first grading`` or ``task softmax changed``.
        verdict : str
            SHA-256 of the verdict file.

        Returns
        -------
        Entry
            The line.
        """
        with self._locked() as file:
            self._catch_up(file)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            entry = Entry(
                self._count, now, _who(), what, student, unit, old, new, why, verdict, self._digest
            )
            line = json.dumps(asdict(entry), allow_nan=False).encode() + b"\n"
            file.write(line)
            _to_disk(file)
            self._learn(line)
        return entry

    def last(self, student: str, unit: str) -> Entry | None:
        """Find the newest line about a student's unit.

        Parameters
        ----------
        student, unit : str
            Whose, and which.

        Returns
        -------
        Entry or None
            None when there is none.
        """
        return self._last.get((student, unit))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[BufferedRandom]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "a+b") as file:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX)
                yield file
        except OSError as error:
            raise DlcourseError(
                f"cannot write the journal {self.path}: {error.strerror or error}; "
                "check the permissions of the folder and the space on the disk"
            ) from error

    def _catch_up(self, file: BufferedRandom) -> None:
        """Read what was added since, by this process or another."""
        file.seek(self._offset)
        *lines, rest = file.read().split(b"\n")
        for line in lines:
            self._learn(line + b"\n")
        if rest:
            self._mend(file, rest)

    def _mend(self, file: BufferedRandom, rest: bytes) -> None:
        entry = _parse(rest)
        if entry is not None and entry.previous == self._digest:
            file.write(b"\n")  # only the end of the line is missing
            self._learn(rest + b"\n")
        else:
            self._reject(rest)
            file.truncate(self._offset)
        _to_disk(file)

    def _reject(self, rest: bytes) -> None:
        place = self.path.with_suffix(".rejected")
        message = (
            f"the last line of {self.path} was only half written (the program was stopped); "
            f"it was moved to {place.name}, and grading again writes it anew"
        )
        record = {"message": message, "line": rest.decode("utf-8", "backslashreplace")}
        with open(place, "ab") as rejected:
            rejected.write(json.dumps(record).encode() + b"\n")
            _to_disk(rejected)
        self.repairs.append(message)

    def _learn(self, line: bytes) -> None:
        entry = _parse(line)
        if entry is not None:
            self._last[entry.student, entry.unit] = entry
        self._count += 1
        self._digest = _digest(line)
        self._offset += len(line)


def verify(path: Path) -> list[str]:
    """Check that no line was changed, removed or put in between.

    Parameters
    ----------
    path : Path
        The journal.

    Returns
    -------
    list of str
        What is wrong, by line; empty when the chain holds.
    """
    if not path.exists():
        return []
    problems, previous = [], _START
    *lines, rest = path.read_bytes().split(b"\n")
    for count, line in enumerate(lines):
        entry = _parse(line)
        if entry is None:
            problems.append(f"line {count + 1} is not an entry of the journal")
        elif entry.previous != previous:
            problems.append(f"line {count + 1} does not follow the line before it")
        elif entry.sequence != count:
            problems.append(f"line {count + 1} has number {entry.sequence}, wanted {count}")
        previous = _digest(line)
    if rest:
        problems.append(f"line {len(lines) + 1} is only half written")
    return problems


def _parse(line: bytes) -> Entry | None:
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _digest(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return f"user {os.getuid()}"
