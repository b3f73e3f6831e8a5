"""What tests of the grader share: course directories, sandboxes, and a class graded once."""

import textwrap
from contextlib import ExitStack

import pytest
from notebooks import make_course

from dlcourse.grading.calling import calls
from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.sample import write_class
from dlcourse.grading.sandbox import Cell, Sandbox
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
    grade(place, unit, Settings(workers=2), lambda verdict, left: None)
    return place, samples, {verdict["student"]: verdict for verdict in place.verdicts(unit)}


@pytest.fixture(scope="module")
def box():
    """A sandbox."""
    with Sandbox() as made:
        yield made


@pytest.fixture(params=["in place", "in the sandbox"])
def asking(request, box):
    """Ask a function of some source, here and across the wall."""
    # A sandbox has one session at a time.
    with ExitStack() as opened:

        def make(source, name):
            source = textwrap.dedent(source)
            if request.param == "in place":
                namespace = {}
                exec(source, namespace)
                return calls(namespace[name])
            opened.close()
            session = opened.enter_context(box.session())
            [outcome] = session.run_cells([Cell("c", source)])
            assert outcome.error is None
            return lambda case: session.call(name, case)

        yield make
