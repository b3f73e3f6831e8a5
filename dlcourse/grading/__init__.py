"""Everything between a submission and a mark."""

from dlcourse.grading.check import check

__all__ = ["check"]
