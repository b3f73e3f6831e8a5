"""What a late submission costs: a policy for nbgrader's own interface.

Only a submission whose time is known can be late: nbgrader's collecting writes it to
``timestamp.txt``.  The time of a file or folder would be that of a download.
"""

from __future__ import annotations

import functools
import math
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Dict, Enum, Float
from traitlets.config import PyFileConfigLoader

from dlcourse.grading.directory import CONFIG, Course
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.gradebook_late import Penalty
from dlcourse.grading.spec import Unit

_DAY = 86_400
_HOUR = 3_600


class LatePolicy(LateSubmissionPlugin):
    """Takes points off for each day that has begun since the due date.

    Set it in ``nbgrader_config.py``::

        c.AssignLatePenalties.plugin_class = "dlcourse.grading.late.LatePolicy"
        c.LatePolicy.per_day = 10
        c.LatePolicy.extension_hours = {"1-neuron": {"s01": 48}}

    The due date is the assignment's in the gradebook, with the extension that nbgrader keeps for
    a student if there is one.
    """

    per_day = Float(0.0, min=0.0, help="Taken off for each day that has begun.").tag(config=True)
    measure = Enum(
        ("percent", "points"), "percent", help="Percent of the points obtained, or points."
    ).tag(config=True)
    grace_hours = Float(
        0.0, min=0.0, help="Up to so late nothing is taken off; later, all days count."
    ).tag(config=True)
    most = Float(
        None, min=0.0, allow_none=True, help="The most that is taken off, in the same measure."
    ).tag(config=True)
    extension_hours = Dict(
        help="Hours by unit and student, by which the due date is later for them."
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Say what a submission loses.

        Parameters
        ----------
        student_id : str
            Whose.
        score : float
            Points obtained.
        total_seconds_late : float
            Seconds past the due date.

        Returns
        -------
        float or None
            Points to take off; None when it is not late, or within the grace.
        """
        seconds = total_seconds_late - _HOUR * self._extension(student_id)
        if seconds <= _HOUR * self.grace_hours:
            return None
        off = self.per_day * math.ceil(seconds / _DAY)
        if self.most is not None:
            off = min(off, self.most)
        points = score * off / 100 if self.measure == "percent" else off
        return min(points, score)

    def _extension(self, student: str) -> float:
        unit = getattr(self.parent, "assignment_id", "")
        return float(self.extension_hours.get(unit, {}).get(student, 0.0))


def policy_of(course: Course, unit: Unit) -> Penalty:
    """Read the course's late policy, whichever plugin of nbgrader's interface it is.

    Parameters
    ----------
    course : Course
        Its ``nbgrader_config.py`` says which; nbgrader's own default takes nothing off.
    unit : Unit
        What was handed in late.

    Returns
    -------
    callable
        Read from the file when it is called first.
    """

    @functools.cache
    def plugin() -> Any:
        # Loads nbconvert, and few are late.
        from nbgrader.preprocessors import AssignLatePenalties

        try:
            config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
            assigning = AssignLatePenalties(config=config)
            assigning.assignment_id = unit.name
            assigning.init_plugin()
        except Exception as error:  # whatever a file of Python may raise
            raise DlcourseError(
                f"cannot read the late policy in {course.root / CONFIG} "
                f"({type(error).__name__}: {error}); correct that line, then run the command again"
            ) from error
        return assigning.plugin_inst

    def penalty(student: str, score: float, seconds: float) -> float | None:
        points: float | None = plugin().late_submission_penalty(student, score, seconds)
        return points

    return penalty
