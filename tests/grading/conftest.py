"""What tests of the grader share: course directories, and one class that is graded once."""

import pytest
from notebooks import make_course

from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.sample import write_class
from dlcourse.grading.tasks import find_unit


@pytest.fixture
def course(tmp_path):
    """A course directory with unit 1 released and nothing handed in."""
    return make_course(tmp_path / "course")


@pytest.fixture(scope="session")
def sample_class(tmp_path_factory):
    """The sample class of the demo, graded once: course, samples, verdicts by student."""
    place = make_course(tmp_path_factory.mktemp("class") / "course")
    unit = find_unit(1)
    samples = write_class(place, unit)
    graded = grade(place, unit, Settings(workers=2), lambda verdict, left: None)
    return place, samples, {verdict["student"]: verdict for verdict in graded.verdicts}
