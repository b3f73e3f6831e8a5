"""Every task by itself, in the sandbox: solved with the others blank; or imported, worth nothing.

One small class a unit is graded once: a student for each task who solved that task alone, and one
who took every answer from the course's own package.
"""

import pytest
from notebooks import answer, dump, find, load, path_of

from dlcourse.grading.intake import take_in
from dlcourse.grading.tasks import UNITS
from dlcourse.grading.verdict import Job, mark

#: What the notebook says is judged as one: a model is trained by one function, used by the other.
TOGETHER = ({"train", "predict"},)


def with_it(name):
    """The tasks that are solved when this one is."""
    return next((names for names in TOGETHER if name in names), {name})


def filled(unit, answers):
    """The released notebook with some of the answers written."""
    return dump(answer(load(path_of(unit, "exercises")), answers))


def solutions(unit):
    solved = load(path_of(unit, "solutions"))
    return {task.name: find(solved, f"answer-{task.name}")[1]["source"] for task in unit.tasks}


def imports(unit):
    return {
        task.name: f"from dlcourse.grading import tasks\n"
        f"from {task.reference.__module__} import {task.reference.__name__} as {task.name}"
        for task in unit.tasks
    }


@pytest.fixture(scope="module", params=UNITS, ids=lambda unit: unit.name)
def verdicts(request, box, tmp_path_factory):
    """The unit, and its verdicts by what was handed in."""
    unit = request.param
    release = path_of(unit, "exercises")
    solved = solutions(unit)
    work = {name: filled(unit, {each: solved[each] for each in with_it(name)}) for name in solved}
    work["imports-the-answers"] = filled(unit, imports(unit))
    marked = {}
    for student, data in work.items():
        folder = tmp_path_factory.mktemp(student)
        (folder / release.name).write_bytes(data)
        handed = take_in(folder, release.name)
        job = Job(unit.name, student, handed, release.read_bytes(), "a seed of the tests")
        marked[student] = mark(job, box).verdict
    return unit, marked


def test_a_task_that_is_solved_alone_gets_its_own_points(verdicts):
    unit, by_student = verdicts
    for solved in unit.tasks:
        verdict = by_student[solved.name]
        earned = {task["name"]: task["score"] for task in verdict["tasks"]}
        done = with_it(solved.name)
        wanted = {task.name: task.points if task.name in done else 0 for task in unit.tasks}
        assert earned == wanted
        assert verdict["score"] == sum(wanted.values())
        assert verdict["cells"] == [], "no cell of the released notebook stops"


def test_tasks_that_are_left_blank_say_so(verdicts):
    unit, by_student = verdicts
    done = with_it(unit.tasks[0].name)
    said = {task["name"]: task["message"] for task in by_student[unit.tasks[0].name]["tasks"]}
    assert {said.pop(name) for name in done} == {""}
    assert set(said.values()) == {"this task is not written yet"}


def test_importing_the_answers_earns_nothing_and_is_flagged(verdicts):
    unit, by_student = verdicts
    verdict = by_student["imports-the-answers"]
    assert verdict["status"] == "graded"
    assert verdict["score"] == 0
    assert all("own answers are not available" in cell["error"] for cell in verdict["cells"])
    assert len(verdict["cells"]) == len(unit.tasks)
    flags = "\n".join(verdict["flags"])
    for module in {task.reference.__module__ for task in unit.tasks} | {"dlcourse.grading.tasks"}:
        assert f"imports the course's own answers ({module})" in flags
