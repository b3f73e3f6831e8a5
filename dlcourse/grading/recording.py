"""One writer for all that follows from a verdict: its file, gradebook, marked notebook, journal."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from dlcourse.grading.autograded import write_autograded
from dlcourse.grading.directory import Course, to_json, write_atomically
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.handed import handed_by, handed_in_at
from dlcourse.grading.intake import UnreadableError, read_handed
from dlcourse.grading.journal import Journal, What
from dlcourse.grading.spec import Unit
from dlcourse.grading.staging import Release, Staged, rebuilt, stage
from dlcourse.grading.verdict import Marked


class Book:
    """Verdict file, gradebook and journal, written in this order for each submission.

    A kill between any two of them leaves a verdict that the next run finds and enters: the
    verdict is the truth, the other two follow it.
    """

    def __init__(self, course: Course, unit: Unit, gradebook: GradeBook, journal: Journal) -> None:
        self.course, self.unit = course, unit
        self.gradebook, self.journal = gradebook, journal
        self.released = Release(course.release(unit).read_bytes(), unit)

    def enter(self, student: str, marked: Marked, why: str = "") -> None:
        """Record a new verdict.

        Parameters
        ----------
        student : str
            Whose.
        marked : Marked
            The verdict and what it cost.
        why : str
            Reason for the journal; by default what was marked, and by which tasks.
        """
        path = self.course.verdict(self.unit, student)
        known = path.exists()
        before = recorded(path)
        write_atomically(self.course.resources(self.unit, student), to_json(marked.resources))
        write_atomically(path, to_json(marked.verdict))
        changed = before is None or before["submission"] != marked.verdict["submission"]
        self._follow(marked.verdict, "regraded" if known else "graded", why, changed)

    def recover(self, but_not: set[str]) -> list[str]:
        """Enter verdicts that a killed run left without an entry.

        Parameters
        ----------
        but_not : set of str
            Students who get a new verdict anyway.

        Returns
        -------
        list of str
            Whose verdicts were entered.
        """
        kept = [each for each in self.course.verdicts(self.unit) if each["student"] not in but_not]
        behind = {each["student"] for each in self.gradebook.missing(kept)}
        mended = [each for each in kept if each["student"] in behind or self._unfollowed(each)]
        for verdict in mended:
            self._follow(verdict, "recovered")
        return [each["student"] for each in mended]

    def _follow(
        self, verdict: dict[str, Any], what: What, why: str = "", resubmitted: bool = True
    ) -> None:
        """Bring gradebook, marked notebook and journal to a verdict."""
        student = verdict["student"]
        staged = self._staged(student)
        at = handed_in_at(self.course, self.unit, student)
        blank = staged.blank_texts if staged else ()
        change = self.gradebook.write(verdict, at, blank, resubmitted)
        notebook = rebuilt(self.released.document, staged) if staged else None
        write_autograded(self.course, self.unit, verdict, notebook)
        self.journal.append(
            what,
            student=student,
            unit=self.unit.name,
            old=change.old_score,
            new=change.new_score,
            why=why or _why(verdict),
            verdict=self._digest(student),
        )

    def _staged(self, student: str) -> Staged | None:
        handed = handed_by(self.course, self.unit, student)
        with contextlib.suppress(UnreadableError):
            return stage(read_handed(handed), self.released)
        return None

    def _unfollowed(self, verdict: dict[str, Any]) -> bool:
        """Whether the journal, written last, does not know this verdict yet."""
        entry = self.journal.last(verdict["student"], self.unit.name)
        return entry is None or entry.verdict != self._digest(verdict["student"])

    def _digest(self, student: str) -> str:
        return sha256_of(self.course.verdict(self.unit, student))


def recorded(path: Path) -> dict[str, Any] | None:
    """Read a verdict.

    Parameters
    ----------
    path : Path
        Its file.

    Returns
    -------
    dict or None
        None when there is none that can be read.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _why(verdict: dict[str, Any]) -> str:
    if verdict["status"] != "graded":
        return f"{verdict['status']}: {verdict['reason']}"
    return f"submission {verdict['submission'][:12]}, tasks {verdict['tasks_version']}"


def sha256_of(path: Path) -> str:
    """Sum up a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Its SHA-256 as hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()
