"""Everything between a submission and a mark."""

from dlcourse.grading.check import check
from dlcourse.grading.tasks.project.pictures import practice_digits

__all__ = ["check", "practice_digits"]
