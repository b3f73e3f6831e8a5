"""Notebooks for tests: the released one, the solved one, and ways to spoil them."""

import json
import shutil
from pathlib import Path

from dlcourse.grading.directory import Course

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "exercises" / "1-neuron" / "neuron.ipynb"
SOLVED = ROOT / "solutions" / "1-neuron" / "neuron.ipynb"


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
