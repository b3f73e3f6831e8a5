"""Every unit through the sandbox: what students hand in, and the verdicts that come back.

``test_tasks`` proves the tasks in one process; here arguments and results cross the wall.
"""

import runpy

import pytest
from notebooks import ROOT, answer, dump, functions, load, path_of

from dlcourse.grading.engine import Engine
from dlcourse.grading.intake import Handed
from dlcourse.grading.judging import UNWRITTEN
from dlcourse.grading.tasks import UNITS
from dlcourse.grading.verdict import Job

EVERY = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def mistaken(unit):
    """``tests/mistaken/<slug>.py``: a usual mistake in each task."""
    return ROOT / "tests" / "mistaken" / f"{unit.slug}.py"


@pytest.fixture(scope="module")
def verdicts():
    """Three submissions of every unit, marked by one engine."""
    jobs = []
    for unit in UNITS:
        release = path_of(unit, "exercises")
        wrong = functions(mistaken(unit).read_text("utf-8"))
        answers = {task.name: wrong[task.name] for task in unit.tasks}
        submissions = {
            "solved": path_of(unit, "solutions").read_bytes(),
            "released": release.read_bytes(),
            "mistaken": dump(answer(load(release), answers)),
        }
        for student, data in submissions.items():
            handed = Handed("", data)
            jobs.append(Job(unit.name, student, handed, release.read_bytes(), f"{student} seed"))
    return {(job.unit, job.student): one.verdict for job, one in Engine(workers=1).run(jobs)}


@EVERY
def test_the_solution_notebook_has_full_marks(unit, verdicts):
    verdict = verdicts[unit.name, "solved"]
    assert {task["name"]: task["message"] for task in verdict["tasks"] if task["message"]} == {}
    assert verdict["score"] == verdict["max_score"] == unit.points
    assert (verdict["status"], verdict["flags"], verdict["cells"]) == ("graded", [], [])


@EVERY
def test_the_released_notebook_has_none(unit, verdicts):
    verdict = verdicts[unit.name, "released"]
    assert verdict["score"] == 0
    assert {task["message"] for task in verdict["tasks"]} == {UNWRITTEN}


@EVERY
def test_a_usual_mistake_is_named_in_every_task(unit, verdicts):
    names = runpy.run_path(str(mistaken(unit)))["NAMES"]
    tasks = verdicts[unit.name, "mistaken"]["tasks"]
    assert {task["name"]: task["misconception"] for task in tasks} == names
    for task in tasks:
        says = {known.name: known.says for known in unit.task(task["name"]).misconceptions}
        assert task["message"] == says[names[task["name"]]]
        assert task["score"] < task["max_score"]
