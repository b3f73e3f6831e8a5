"""A small unit with its released notebook, and verdicts about it, for tests of what comes after."""

import json
import random
from pathlib import Path

from dlcourse.grading.spec import Criterion, Misconception, Task, Unit

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '=HYPERLINK("http://example.org","click")',
    "\u202egnp.exe\u2066 and \x1b[31mred\x1b[0m and \x00\x07 and \ud800 and \ufeff",
    "{{ 7 * 7 }} {% raw %} ${x} </style></title></pre>",
    "-1+1|cmd",
    "@SUM(A1)",
)


def _criteria(*points):
    names = ("values", "extremes", "dtype")
    asks = ("ordinary numbers", "very large and very small numbers", "float32 stays float32")
    return tuple(
        Criterion(name, worth, ask, lambda rng: [])
        for name, worth, ask in zip(names, points, asks, strict=False)
    )


def _task(name, points, misconceptions=()):
    return Task(name, lambda *args: None, _criteria(*points), misconceptions, f"neuron.html#{name}")


WRONG_AXIS = Misconception(
    "wrong-axis",
    lambda z: z,
    "Your columns sum to one, not your rows: the sum runs over the wrong axis.",
)

UNIT = Unit(
    number=1,
    slug="neuron",
    title="The artificial neuron",
    tasks=(
        _task("sigmoid", (2, 1, 1)),
        _task("softmax", (2, 2), (WRONG_AXIS,)),
        _task("collapse", (3, 1.5)),
    ),
    free_text=("bayes",),
)


def _code(source, **grading):
    return {
        "cell_type": "code",
        "id": grading.get("grade_id", "intro"),
        "metadata": {"nbgrader": {"schema_version": 3, "task": False, **grading}}
        if grading
        else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def release_document(unit=UNIT):
    """The notebook that students get, as JSON."""
    cells = [_code("import numpy as np\nfrom dlcourse.grading import check")]
    for task in unit.tasks:
        stub = f"def {task.name}(z):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
        about = {"grade_id": f"answer-{task.name}", "solution": True}
        cells.append(_code(stub, **about, grade=False, locked=False))
        about = {"grade_id": f"test-{task.name}", "points": task.points, "grade": True}
        cells.append(
            _code(f'check("{task.name}", {task.name})', **about, solution=False, locked=True)
        )
    for name in unit.free_text:
        about = {"grade_id": f"free-{name}", "points": 3, "grade": True, "solution": True}
        cell = _code("YOUR ANSWER HERE", **about, locked=False)
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def write_release(root, unit=UNIT):
    """Put the released notebook, and a solution of the same text, into a course directory."""
    for folder in ("exercises", "solutions"):
        path = Path(root) / folder / unit.name / f"{unit.slug}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(release_document(unit)))
    config = "c = get_config()\nc.CourseDirectory.source_directory = 'solutions'\n"
    config += "c.CourseDirectory.release_directory = 'exercises'\n"
    (Path(root) / "nbgrader_config.py").write_text(config)
    return Path(root) / "exercises" / unit.name / f"{unit.slug}.ipynb"


def submit(root, student, answers=None, texts=None, unit=UNIT):
    """Hand in the released notebook with these answers."""
    document = release_document(unit)
    wanted = {f"answer-{name}": text for name, text in (answers or {}).items()}
    wanted |= {f"free-{name}": text for name, text in (texts or {}).items()}
    for cell in document["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = wanted.get(name, cell["source"])
    path = Path(root) / "submitted" / student / unit.name / f"{unit.slug}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def verdict(
    student="s01", lost=(), status="graded", unit=UNIT, came="0.2 came, 0.3 is wanted", **more
):
    """A verdict; `lost` names criteria that were not met, such as ``softmax.values``."""
    tasks = [_task_record(task, lost, came) for task in unit.tasks] if status == "graded" else []
    return {
        "schema": 1,
        "unit": unit.name,
        "notebook": unit.slug,
        "student": student,
        "status": status,
        "reason": "" if status == "graded" else "the file is empty; save it and hand it in again",
        "submission": "5" * 64,
        "release": "7" * 64,
        "tasks_version": "1",
        "seed": "ab",
        "sandbox": "bubblewrap namespaces",
        "engine": "fast" if status == "graded" else "",
        "limits": {},
        "versions": {"dlcourse": "0.1.0", "python": "3.11", "numpy": "2.4"},
        "score": sum(task["score"] for task in tasks),
        "max_score": unit.points,
        "repairs": [],
        "flags": [],
        "cells": [],
        "tasks": tasks,
        **more,
    }


def _task_record(task, lost, came):
    criteria = []
    for criterion in task.criteria:
        passed = f"{task.name}.{criterion.name}" not in lost
        criteria.append(
            {
                "name": criterion.name,
                "score": criterion.points if passed else 0.0,
                "max_score": criterion.points,
                "passed": passed,
                "asks": criterion.asks,
                "came": "" if passed else came,
                "remark": "",
            }
        )
    named = task.name == "softmax" and f"{task.name}.values" in lost
    failed = [criterion["came"] for criterion in criteria if criterion["came"]]
    return {
        "name": task.name,
        "grade_id": f"test-{task.name}",
        "score": sum(criterion["score"] for criterion in criteria),
        "max_score": task.points,
        "section": task.section,
        "misconception": "wrong-axis" if named else None,
        "message": WRONG_AXIS.says if named else (failed[0] if failed else ""),
        "criteria": criteria,
    }


def classroom(number, seed=0):
    """Verdicts of a class in which good students lose little."""
    rng = random.Random(seed)
    names = [f"{task.name}.{c.name}" for task in UNIT.tasks for c in task.criteria]
    verdicts = []
    for index in range(number):
        skill = rng.random()
        lost = [name for name in names if rng.random() > 0.35 + 0.65 * skill]
        verdicts.append(verdict(f"s{index:04d}", lost))
    return verdicts
