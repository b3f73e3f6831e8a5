"""Notebooks for tests: the released ones, the solved ones, and ways to fill and spoil them."""

import ast
import json
import shutil
from pathlib import Path

from dlcourse.grading.directory import Course
from dlcourse.grading.tasks import find_unit

ROOT = Path(__file__).parents[2]


def path_of(unit, folder):
    """The notebook of a unit: in ``exercises`` as it is released, in ``solutions`` solved."""
    return ROOT / folder / unit.name / f"{unit.slug}.ipynb"


RELEASE, SOLVED = (path_of(find_unit(1), folder) for folder in ("exercises", "solutions"))


def load(path=SOLVED):
    """A notebook as JSON, fresh at every call."""
    return json.loads(path.read_text("utf-8"))


def dump(notebook):
    """The bytes that a student hands in."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def find(notebook, name):
    """A graded cell of a notebook, and its place."""
    for place, cell in enumerate(notebook["cells"]):
        if grade_id(cell) == name:
            return place, cell
    raise LookupError(name)


def answer(notebook, answers):
    """Write answers into a notebook; the others stay as they are."""
    for name, source in answers.items():
        find(notebook, f"answer-{name}")[1]["source"] = source
    return notebook


def functions(source):
    """The functions that a source defines at its top, each as it is written there."""
    return {
        node.name: ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }


def code(source):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def make_course(root):
    """A course directory with unit 1 released and nothing handed in."""
    for path in (RELEASE, SOLVED):
        copied = root / path.relative_to(ROOT)
        copied.parent.mkdir(parents=True)
        shutil.copy(path, copied)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return Course(root)
