"""The builder of the graded notebooks, and the notebooks themselves."""

import itertools
import re
import shutil

import nbformat
import pytest
from commands import nbgrader
from notebooks import ROOT, path_of

from dlcourse.course import CourseError, build, drift, main, release_notebook, solution_notebook
from dlcourse.grading.tasks import UNITS

EVERY = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
UNIT = UNITS[0]
#: What nbgrader does with one notebook it does with all: they are built alike, and all are run.
ONE_AND_SLOWLY_THE_REST = pytest.mark.parametrize(
    "unit",
    [pytest.param(unit, marks=[] if unit is UNIT else pytest.mark.slow) for unit in UNITS],
    ids=lambda unit: unit.name,
)
SOURCE = (ROOT / "solutions" / UNIT.name / f"{UNIT.slug}.md").read_text()


def notebook(unit, folder):
    return nbformat.read(path_of(unit, folder), as_version=nbformat.NO_CONVERT)


def graded(cells):
    return {c.metadata.nbgrader.grade_id: c for c in cells if "nbgrader" in c.metadata}


def copied(tmp_path):
    """A course directory with sources and settings only."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for unit in UNITS:
        target = tmp_path / "solutions" / unit.name
        target.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / unit.name / f"{unit.slug}.md", target)
    return tmp_path


# ---- the notebooks that are committed


def test_the_committed_notebooks_are_what_the_sources_give():
    assert drift(ROOT) == []


def test_building_twice_gives_the_same_bytes(tmp_path):
    first = {path: path.read_bytes() for path in build(root=copied(tmp_path))}
    assert {path: path.read_bytes() for path in build("1", tmp_path)} == {
        path: text for path, text in first.items() if UNIT.name in path.parts
    }


@EVERY
@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_notebooks_are_valid_and_carry_no_outputs(unit, folder):
    found = notebook(unit, folder)
    nbformat.validate(found)
    assert (found.nbformat, found.nbformat_minor) == (4, 5)
    assert set(found.metadata) == {"kernelspec", "language_info"}
    assert len({cell.id for cell in found.cells}) == len(found.cells)
    for cell in found.cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@EVERY
def test_every_task_has_its_cells_and_its_points(unit):
    cells = graded(notebook(unit, "exercises").cells)
    names = [task.name for task in unit.tasks]
    wanted = {"answer": names, "test": names, "free": list(unit.free_text)}
    for kind, expected in wanted.items():
        assert [name for name in cells if name.startswith(kind)] == [
            f"{kind}-{name}" for name in expected
        ]
    order = list(cells)
    assert all(order.index(f"answer-{name}") < order.index(f"test-{name}") for name in names)
    assert len(order) == sum(len(expected) for expected in wanted.values())
    for task in unit.tasks:
        test = cells[f"test-{task.name}"]
        assert test.source == f'check("{task.name}", {task.name})'
        assert test.metadata.nbgrader.points == task.points
        assert test.metadata.nbgrader.locked
        assert not test.metadata.editable
        assert "raises-exception" in test.metadata.tags


@EVERY
def test_the_students_notebook_holds_no_answer(unit):
    text = "\n".join(cell.source for cell in notebook(unit, "exercises").cells)
    for secret in ("SOLUTION", "rubric", "model answer", "HIDDEN"):
        assert secret not in text
    answers = [
        c for c in graded(notebook(unit, "exercises").cells).values() if c.cell_type == "code"
    ]
    stubs = [cell for cell in answers if cell.metadata.nbgrader.solution]
    assert all("raise NotImplementedError()" in cell.source for cell in stubs)
    assert all('"""' in cell.source for cell in stubs), "a stub says what is asked"


@EVERY
def test_every_task_is_introduced(unit):
    """What it is worth, how hard, how long, where to read, and three hints that fold open."""
    cells = notebook(unit, "exercises").cells
    assert not any("{points:" in cell.source for cell in cells)
    for before, cell in itertools.pairwise(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name.startswith("answer-"):
            points = unit.task(name.removeprefix("answer-")).points
            assert re.search(
                rf"\*\*Task `{name[7:]}`\*\* · (easy|medium|hard) · \d+ minutes", before.source
            )
            assert f"· {points:g} points ·" in before.source
            folded = re.findall(r"<details><summary>(.*?)</summary>", before.source)
            assert folded[-3:] == ["Hint", "Bigger hint", "Outline"]
            assert before.source.count("</details>") == len(folded)
        if name.startswith("free-"):
            assert f"**Question `{name[5:]}`**" in before.source
            assert f"{cell.metadata.nbgrader.points:g} points, marked by hand" in before.source


@EVERY
def test_the_sections_that_are_named_are_in_the_book(unit):
    text = "\n".join(cell.source for cell in notebook(unit, "exercises").cells)
    named = re.findall(rf"chapter {unit.number}, \*(.*?)\*", text)
    assert len(named) == len(unit.tasks) + len(unit.free_text)
    anchors = [task.section.removeprefix(f"{unit.slug}.html#") for task in unit.tasks]
    assert all(re.fullmatch(r"sec-[a-z0-9-]+", anchor) for anchor in anchors)
    path = ROOT / "book" / f"{unit.slug}.md"
    if not path.exists():
        pytest.skip(f"chapter {unit.number} is not written yet")
    page = path.read_text()
    assert set(named) <= set(re.findall(r"^#+ (.*)$", page, re.MULTILINE))
    assert [anchor for anchor in anchors if f"({anchor})=" not in page] == []


@EVERY
def test_the_minutes_add_up_to_what_the_introduction_says(unit):
    cells = notebook(unit, "exercises").cells
    minutes = sum(int(n) for cell in cells for n in re.findall(r"· (\d+) minutes ·", cell.source))
    hours = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
    said = re.search(r"(?:about|nearly) (\w+) hours", cells[0].source).group(1)
    assert abs(minutes / 60 - hours[said]) < 1


@EVERY
def test_each_task_can_be_solved_with_the_others_blank(unit):
    """No answer uses a function of another cell."""
    names = {task.name for task in unit.tasks}
    for grade_id, cell in graded(notebook(unit, "solutions").cells).items():
        if grade_id.startswith("answer-"):
            used = set(re.findall(r"\b(\w+)\(", cell.source.split("BEGIN SOLUTION")[1]))
            assert not used & (names - {grade_id[7:]}), grade_id


# ---- the builder


def variant(old, new):
    assert old in SOURCE
    return SOURCE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (variant('check("softmax", softmax)', "pass"), "test-softmax is missing"),
        (variant("def softmax(z)", "def softmx(z)"), "no task 'softmx'"),
        (variant('check("softmax", softmax)', 'check("softmax", relu)'), "the two names differ"),
        (variant("{points:softmax}", "{points:sotfmax}"), "{points:sotfmax}: the unit has no task"),
        (variant('"free": "choose_the_output"', '"free": "other"'), "no task"),
        (variant('check("softmax", softmax)', 'check("relu", relu)'), "is missing"),
        (
            SOURCE + '\n```{code-cell} ipython3\ncheck("relu", relu)\n```\n',
            "test-relu is there twice",
        ),
        (
            SOURCE
            + "\n```{code-cell} ipython3\n### BEGIN SOLUTION\nq = 1\n### END SOLUTION\n```\n",
            "no function",
        ),
    ],
)
def test_a_source_that_does_not_fit_the_unit_is_refused(text, says):
    with pytest.raises(CourseError, match=re.escape(says)):
        solution_notebook(UNIT, text)


def test_a_solution_that_would_be_released_is_refused(tmp_path):
    root = copied(tmp_path)
    path = root / "solutions" / UNIT.name / f"{UNIT.slug}.md"
    path.write_text(variant("**Letters.**", "`return numerator / (1 + np.exp(-np.abs(z)))`"))
    with pytest.raises(CourseError, match="students' notebook would show"):
        build(UNIT, root)


def test_drift_names_what_is_out_of_date(tmp_path, monkeypatch, capsys):
    root = copied(tmp_path)
    build(root=root)
    assert drift(root) == []
    stale = root / "exercises" / UNIT.name / f"{UNIT.slug}.ipynb"
    stale.write_text(stale.read_text().replace("RELU", "ReLU").replace("Softmax", "softmax"))
    assert drift(root) == [stale.relative_to(root)]
    monkeypatch.chdir(root)
    assert main(["check"]) == 1
    assert "is out of date; run: python -m dlcourse.course build" in capsys.readouterr().err
    assert main(["build"]) == 0
    assert main(["check"]) == 0
    assert main([]) == 2


# ---- nbgrader by itself


@ONE_AND_SLOWLY_THE_REST
def test_nbgrader_releases_the_same_bytes(unit, tmp_path):
    root = copied(tmp_path)
    build(root=root)
    release = root / "exercises" / unit.name
    ours = (release / f"{unit.slug}.ipynb").read_bytes()
    done = nbgrader("generate_assignment", unit.name, "--force", cwd=root)
    assert done.returncode == 0, done.stderr
    assert (release / f"{unit.slug}.ipynb").read_bytes() == ours
    assert [path.name for path in release.iterdir()] == [f"{unit.slug}.ipynb"], "answers leak"


@EVERY
def test_the_notebooks_run(unit):
    """With answers every check passes; without, each says kindly that it is not written yet."""
    from nbclient import NotebookClient

    for folder, passed in (("solutions", True), ("exercises", False)):
        found = notebook(unit, folder)
        NotebookClient(found, timeout=120, kernel_name="python3").execute()
        for grade_id, cell in graded(found.cells).items():
            kinds = [output.output_type for output in cell.get("outputs", [])]
            if not grade_id.startswith("test-"):
                assert kinds == []
            elif passed:
                assert kinds == ["display_data"]
                assert "Everything passed" in cell.outputs[0].data["text/plain"]
                assert "<caption" in cell.outputs[0].data["text/html"]
            else:
                assert kinds == ["error"]
                (line,) = cell.outputs[0].traceback
                assert "is not written yet" in line


@ONE_AND_SLOWLY_THE_REST
def test_nbgrader_validates_the_notebooks(unit, tmp_path):
    for folder, says in (
        ("solutions", "Success!"),
        ("exercises", f"VALIDATION FAILED ON {len(unit.tasks) + len(unit.free_text)} "),
    ):
        path = tmp_path / folder / f"{unit.slug}.ipynb"
        path.parent.mkdir()
        shutil.copy(ROOT / folder / unit.name / path.name, path)
        done = nbgrader("validate", path.name, cwd=path.parent)
        assert says in done.stdout.replace("\n", " "), done.stdout + done.stderr


def test_releasing_leaves_the_solved_notebook_alone():
    solved = solution_notebook(UNIT, SOURCE)
    before = nbformat.writes(solved)
    release_notebook(solved)
    assert nbformat.writes(solved) == before
