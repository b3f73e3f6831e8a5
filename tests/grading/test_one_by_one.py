"""Every task by itself, in the sandbox: solved with the others blank; or imported, worth nothing.

One small class a unit is graded once: a student for each task who solved that task alone, and one
who took every answer from the course's own package.
"""

import pytest
from notebooks import ROOT, dump, grade_id, load

from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.directory import Course
from dlcourse.grading.sample import course_copy
from dlcourse.grading.tasks import UNITS


def notebook(unit, folder):
    return load(ROOT / folder / unit.name / f"{unit.slug}.ipynb")


def filled(unit, answers):
    """The released notebook with some of the answers written."""
    released = notebook(unit, "exercises")
    for cell in released["cells"]:
        name = grade_id(cell).removeprefix("answer-")
        if name in answers:
            cell["source"] = answers[name]
    return dump(released)


def solutions(unit):
    cells = notebook(unit, "solutions")["cells"]
    named = {grade_id(cell): "".join(cell["source"]) for cell in cells}
    return {task.name: named[f"answer-{task.name}"] for task in unit.tasks}


def imports(unit):
    return {
        task.name: f"from dlcourse.grading import tasks\n"
        f"from {task.reference.__module__} import {task.reference.__name__} as {task.name}"
        for task in unit.tasks
    }


@pytest.fixture(scope="module", params=UNITS, ids=lambda unit: unit.name)
def verdicts(request, tmp_path_factory):
    """The unit, and its verdicts by what was handed in."""
    unit = request.param
    course = course_copy(Course(ROOT), tmp_path_factory.mktemp("alone") / "course", (unit,))
    work = {name: filled(unit, {name: source}) for name, source in solutions(unit).items()}
    work["imports-the-answers"] = filled(unit, imports(unit))
    for student, data in work.items():
        folder = course.submission(unit, student)
        folder.mkdir(parents=True)
        (folder / f"{unit.slug}.ipynb").write_bytes(data)
    done = grade(course, unit, Settings(workers=2), lambda verdict, left: None)
    return unit, {verdict["student"]: verdict for verdict in done.verdicts}


def test_a_task_that_is_solved_alone_gets_its_own_points(verdicts):
    unit, by_student = verdicts
    for solved in unit.tasks:
        verdict = by_student[solved.name]
        earned = {task["name"]: task["score"] for task in verdict["tasks"]}
        wanted = {task.name: task.points if task is solved else 0 for task in unit.tasks}
        assert earned == wanted
        assert verdict["score"] == solved.points
        assert verdict["cells"] == [], "no cell of the released notebook stops"


def test_tasks_that_are_left_blank_say_so(verdicts):
    unit, by_student = verdicts
    first, *others = unit.tasks
    said = {task["name"]: task["message"] for task in by_student[first.name]["tasks"]}
    assert said[first.name] == ""
    assert {said[task.name] for task in others} == {"this task is not written yet"}


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
