"""The hostile class: every case as a submission, and what each of them must come to.

A case is a text file in ``submissions/`` (student code: never imported, for some of it would harm
the machine that runs it) or a function in ``builders.py`` (odd files).
"""

import ast
import copy
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from notebooks import answer, code, dump, functions, load

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.tasks import find_unit

HERE = Path(__file__).parent
UNIT = find_unit(1)
NAMES = tuple(task.name for task in UNIT.tasks)
FAMILIES = {
    "verdict": "Forging the verdict",
    "theft": "Stealing the answers",
    "gaming": "Points without understanding",
    "resources": "Using up the machine",
    "odd": "Honest but odd",
}


@dataclass(frozen=True)
class Case:
    """A submission; `expects` is nothing, everything, all but TASK, or ungradable."""

    family: str
    slug: str
    tries: str
    must: str
    expects: str
    write: Callable[[Path, dict], None]

    @property
    def student(self):
        return f"{self.family}-{self.slug}"

    @property
    def points(self):
        """What it must earn; None when it cannot be read."""
        if self.expects.startswith("all but "):
            return UNIT.points - UNIT.task(self.expects.removeprefix("all but ")).points
        return {"nothing": 0.0, "everything": UNIT.points, "ungradable": None}[self.expects]


def read_header(docstring):
    """What a case tries, and the fields ``must``, ``place`` and ``expects``."""
    tries, _, rest = docstring.strip().partition("\n\n")
    fields = dict(re.findall(r"(?m)^\s*(must|place|expects): (.+)$", rest))
    return " ".join(tries.split()), fields


def from_text(path):
    text = path.read_text("utf-8")
    _, docstring, source = text.split('"""', 2)
    tries, fields = read_header(docstring)
    source = source.strip()
    if "{answers}" in source:
        source = source.replace("{answers}", repr(public_answers()))

    def write(folder, solved):
        notebook = placed(solved, fields["place"], source)
        (folder / "neuron.ipynb").write_bytes(dump(notebook))

    return Case(path.parent.name, path.stem, tries, fields["must"], fields["expects"], write)


def placed(notebook, place, source):
    """Put a student's code where its file says."""
    if place.startswith("answer "):
        answer(notebook, {place.removeprefix("answer "): source})
    elif place == "answers":
        written = functions(source)
        answer(notebook, {name: written[name] for name in NAMES if name in written})
        extra = [node for node in ast.parse(source).body if getattr(node, "name", "") not in NAMES]
        insert(notebook, "\n\n".join(ast.unparse(node) for node in extra))
    elif place == "before the answers":
        insert(notebook, source)
    else:
        assert place == "instead", place
        answer(notebook, dict.fromkeys(NAMES, "pass"))
        insert(notebook, f"NAMES = {NAMES!r}\n\n{source}")
    return notebook


def insert(notebook, source):
    """Insert a cell after the imports."""
    first = next(i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    notebook["cells"].insert(first + 1, code(source))


def public_answers():
    """The reference's answers to the inputs of `check`, by a digest of the arrays."""
    known = {}
    for task in UNIT.tasks:
        table = known.setdefault(task.name, {})
        ask = calls(task.reference)

        def noting(case, table=table, ask=ask):
            given = ask(case)
            arrays = [part for part in case.args if isinstance(part, np.ndarray)]
            if arrays and isinstance(given.value, np.ndarray):
                key = hashlib.sha256(b"".join(part.tobytes() for part in arrays)).hexdigest()[:12]
                table[key] = given.value.tolist()
            return given

        judge(task, noting, "public")
    return {name: table for name, table in known.items() if table}


def cases():
    """Every case, family by family."""
    import builders

    texts = [from_text(path) for path in sorted((HERE / "submissions").glob("*/*.txt"))]
    made = []
    for name, build in vars(builders).items():
        family, _, slug = name.partition("_")
        if family in FAMILIES and callable(build):
            tries, fields = read_header(build.__doc__)
            slug = slug.replace("_", "-")
            made.append(Case(family, slug, tries, fields["must"], fields["expects"], build))
    order = list(FAMILIES)
    return sorted(texts + made, key=lambda case: (order.index(case.family), case.slug))


def hand_in(course, chosen):
    """Write submissions."""
    solved = load()
    for case in chosen:
        folder = course.submission(UNIT, case.student)
        folder.mkdir(parents=True, exist_ok=True)
        case.write(folder, copy.deepcopy(solved))


def came(case, verdict):
    """What a case came to, for the table."""
    if verdict["status"] != "graded":
        return "not readable, told why"
    lost = [task["name"] for task in verdict["tasks"] if task["score"] < task["max_score"]]
    missing = f" (without {lost[0]})" if len(lost) == 1 else ""
    return f"{verdict['score']:g} of {verdict['max_score']:g}{missing}"


def table(chosen, verdicts):
    """The cases and what they came to, as the book shows them."""
    lines = ["<!-- Written by: python -m pytest tests/attacks --write-table -->"]
    for family, title in FAMILIES.items():
        lines += ["", f"### {title}", "", "| What it tries | What must happen | Points |"]
        lines.append("|---|---|---|")
        for case in chosen:
            if case.family == family:
                cells = (case.tries, case.must, came(case, verdicts[case.student]))
                lines.append("| " + " | ".join(map(escaped, cells)) + " |")
    return "\n".join(lines) + "\n"


def escaped(text):
    """Text for a cell of a Markdown table."""
    return re.sub(r"([\\|*_`<>{}$#])", r"\\\1", text)


def read_json(path):
    return json.loads(path.read_text("utf-8"))
