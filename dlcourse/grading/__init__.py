"""Everything between a submission and a mark."""

from typing import Any

from dlcourse.grading.check import check

__all__ = ["check", "practice_digits"]


def __getattr__(name: str) -> Any:
    # Only the last unit needs the pictures, and every command comes past here.
    if name == "practice_digits":
        from dlcourse.grading.tasks.project.pictures import practice_digits

        return practice_digits
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
