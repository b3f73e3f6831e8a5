"""What nbgrader's own commands use in place of a kernel, named in ``nbgrader_config.py``.

nbgrader hands each notebook to an exporter and writes what comes back.  The exporters here never
parse, run or print what a student handed in: they mark it as ``dlcourse grade`` does, through the
same writer, and give nbgrader the files that are written then.  So `nbgrader autograde`,
`nbgrader generate_feedback` and formgrader's buttons lead to the same marks and pages.
"""

from __future__ import annotations

import atexit
import functools
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from traitlets import Unicode, default

from dlcourse.grading.classroom import grade_one, settle_late
from dlcourse.grading.directory import Course, named_unit
from dlcourse.grading.engine import Engine
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.feedback import SITE, page_of
from dlcourse.grading.gradebook import GradeBook
from dlcourse.grading.handed import TIMESTAMP
from dlcourse.grading.recording import recorded
from dlcourse.grading.spec import Unit


def prepare(assignment: str, student: str, notebooks: list[str]) -> None:
    """Make a unit known to the gradebook, and name the notebook that is marked.

    nbgrader calls this before each submission.  It would skip a notebook with another name than
    the released one, and give 0 points for it; the grader reads it all the same.

    Parameters
    ----------
    assignment : str
        Name of the unit.
    student : str
        Whose work, or a pattern for all.
    notebooks : list of str
        Paths of the notebooks of one submission; replaced by the path of the one to mark.
    """
    del student
    unit = named_unit(assignment)
    folder = Path(notebooks[0]).parent
    course = Course(folder.parents[2])
    with GradeBook(course.db_url, unit, course.release(unit)):
        notebooks[:] = [str(folder / f"{unit.slug}.ipynb")]


class _Ours(Exporter):
    """An exporter that writes text of the grader instead of converting the notebook."""

    parent: Any

    def from_filename(  # type: ignore[override]
        self, filename: str, resources: dict[str, Any] | None = None, **_: Any
    ) -> tuple[str, dict[str, Any]]:
        """Give nbgrader what to write.

        Parameters
        ----------
        filename : str
            The notebook; it is not opened here.
        resources : dict
            From nbgrader: the student and the assignment.

        Returns
        -------
        text : str
            What to write.
        resources : dict
            The same, with the extension of the file to write.
        """
        about = (resources or {})["nbgrader"]
        course = Course(Path(self.parent.coursedir.root))
        text = self.text(course, named_unit(about["assignment"]), about["student"], filename)
        return text, {**(resources or {}), "output_extension": self.file_extension}

    def text(self, course: Course, unit: Unit, student: str, filename: str) -> str:
        """Make the text; each exporter has its own way."""
        raise NotImplementedError


class MarkedNotebook(_Ours):
    """Marks a submission in the sandbox, and shows the marked notebook to formgrader."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".ipynb"

    def text(self, course: Course, unit: Unit, student: str, filename: str) -> str:
        """Mark the submission when nbgrader comes with it, and give the marked notebook.

        Parameters
        ----------
        course : Course
            The course.
        unit : Unit
            The unit.
        student : str
            Whose work.
        filename : str
            What was handed in; when nbgrader comes again, the marked notebook.

        Returns
        -------
        str
            The marked notebook, as it is written already.

        Raises
        ------
        DlcourseError
            When the grader failed; the score in the gradebook stays.
        """
        marked = course.autograded(unit, student)
        if os.path.abspath(filename) != os.path.abspath(marked):
            verdict = grade_one(course, unit, student, _engine())
            if verdict["status"] == "infrastructure_error":
                raise DlcourseError(f"{student} is not marked: {verdict['reason']}")
            self.log.info("%s", _said(verdict))
            _clear(marked.parent, course.submission(unit, student), keep=(marked.name,))
        return marked.read_text("utf-8")


class FeedbackPage(_Ours):
    """Writes the page that ``dlcourse feedback`` writes."""

    site = Unicode(SITE, help="Address of the book, relative to a page or absolute.").tag(
        config=True
    )

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def text(self, course: Course, unit: Unit, student: str, filename: str) -> str:
        """Make a student's page from the verdict and the marks in the gradebook.

        Parameters
        ----------
        course : Course
            The course.
        unit : Unit
            The unit.
        student : str
            Whose page.
        filename : str
            The marked notebook.

        Returns
        -------
        str
            HTML.

        Raises
        ------
        DlcourseError
            When there is no verdict.
        """
        verdict = recorded(course.verdict(unit, student))
        if verdict is None:
            raise DlcourseError(
                f"{student} has no verdict on unit {unit.name}, so {filename} is not of this "
                f"grader; run `dlcourse grade {unit.number}` first"
            )
        with GradeBook(course.db_url, unit, course.release(unit)) as book:
            settle_late(course, unit, book, student)
            marks, late = book.marks(student).get(student), book.late(student).get(student)
        page = course.feedback(unit, student)
        _clear(page.parent, course.submission(unit, student), keep=(page.name,))
        return page_of(course, unit, verdict, marks, self.site, late)


@functools.cache
def _engine() -> Engine:
    """Keep a worker and its warm sandbox for the whole batch, and for formgrader's next click."""
    engine = Engine(1, keep=True)
    atexit.register(engine.close)
    return engine


def _clear(folder: Path, submission: Path, keep: Collection[str]) -> None:
    """Remove what nbgrader copied beside the notebook, and with it what a link pointed to.

    nbgrader copies every file of a submission to ``autograded/`` and on to ``feedback/``, which
    goes back to the student, and it follows links: one to the gradebook would hand it out.
    """
    stamp = submission / TIMESTAMP  # nbgrader compares it to see which of two is newer
    kept = {*keep, *([TIMESTAMP] if stamp.is_file() and not stamp.is_symlink() else [])}
    for root, _, files in os.walk(folder):
        for name in files:
            if Path(root) != folder or name not in kept:
                Path(root, name).unlink()


def _said(verdict: dict[str, Any]) -> str:
    if verdict["status"] != "graded":
        return f"{verdict['student']} is not marked: {verdict['reason']}"
    return f"{verdict['student']}: {verdict['score']:g} of {verdict['max_score']:g} points"
