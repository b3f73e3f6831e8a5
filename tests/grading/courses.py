"""Courses to grade again: copies with the same secret, and what their gradebooks say."""

import shutil

from sqlalchemy import create_engine, text

from dlcourse.grading.directory import Course

#: What the gradebook says, without the random ids and the times of nbgrader.
MARKS = """
select submitted_assignment.student_id, base_cell.name, grade.auto_score, grade.manual_score,
       grade.needs_manual_grade, grade.extra_credit
from grade
join base_cell on base_cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
"""


def marks(course):
    """Every mark in the gradebook, in order."""
    engine = create_engine(course.db_url)
    with engine.connect() as book:
        rows = [tuple(row) for row in book.execute(text(MARKS))]
    engine.dispose()
    return sorted(rows, key=lambda row: row[:2])


def copied(course, target, students):
    """A fresh course with the same secret and some of the submissions."""
    for folder in ("exercises", "solutions"):
        shutil.copytree(course.root / folder, target / folder)
    shutil.copy(course.root / "nbgrader_config.py", target)
    for student in students:
        shutil.copytree(course.root / "submitted" / student, target / "submitted" / student)
    fresh = Course(target)
    fresh.state.mkdir()
    shutil.copy(course.state / "secret", fresh.state)
    return fresh


def students_of(samples):
    """The sample class without those that take long."""
    slow = {"loops-in-a-cell", "loops-in-a-function"}
    return [sample.student for sample in samples if sample.student not in slow]


def same_verdicts(course, other, unit, students):
    """Whether every verdict has the same bytes in both courses."""
    return all(
        course.verdict(unit, student).read_bytes() == other.verdict(unit, student).read_bytes()
        for student in students
    )
