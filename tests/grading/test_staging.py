"""A submission is rebuilt on the release: copies, losses and edits are put right and told."""

import copy

import pytest
from notebooks import RELEASE, code, dump, find, grade_id, load

from dlcourse.grading.intake import Submitted, parse_notebook
from dlcourse.grading.staging import Release, flags, rebuilt, stage
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)


@pytest.fixture(scope="module")
def release():
    return Release(RELEASE.read_bytes(), UNIT)


def submitted(notebook):
    cells, remarks = parse_notebook(dump(notebook))
    return Submitted(tuple(cells), "digest", tuple(remarks))


def staged(notebook, release):
    return stage(submitted(notebook), release)


def taken(staged):
    return [name for cell in staged.cells for name in cell.takes]


def test_an_untouched_copy_of_the_solution_needs_no_repair(release):
    result = staged(load(), release)
    assert result.repairs == ()
    assert flags(submitted(load()), UNIT) == ()
    assert taken(result) == [task.name for task in UNIT.tasks]
    assert all(result.answers.values())


def test_check_cells_do_not_run_and_answers_do(release):
    result = staged(load(), release)
    assert not any("check(" in cell.source for cell in result.cells)
    assert any("def softmax" in cell.source for cell in result.cells)


def test_a_duplicated_cell_is_read_twice_in_order(release):
    notebook = load()
    place, cell = find(notebook, "answer-relu")
    second = copy.deepcopy(cell)
    second["source"] = "def relu(z):\n    return 2"
    notebook["cells"].insert(place + 1, second)
    result = staged(notebook, release)
    sources = [each.source for each in result.cells if each.id == "answer-relu"]
    assert sources[-1] == second["source"]
    assert len(sources) == 2
    assert any("answer cell of relu was there 2 times" in repair for repair in result.repairs)


def test_a_deleted_check_cell_takes_the_last_definition(release):
    notebook = load()
    del notebook["cells"][find(notebook, "test-relu")[0]]
    result = staged(notebook, release)
    assert "relu" not in taken(result)
    assert any("judged by the last relu" in repair for repair in result.repairs)


def test_an_edited_check_cell_is_replaced(release):
    notebook = load()
    find(notebook, "test-relu")[1]["source"] = "check = lambda *args: None"
    result = staged(notebook, release)
    assert not any("lambda *args" in cell.source for cell in result.cells)
    assert "relu" in taken(result)
    assert any("check cell of relu had been edited" in repair for repair in result.repairs)


def test_cells_without_grading_data_are_recognized_by_id_or_content(release):
    for keep_id in (True, False):
        notebook = load()
        for cell in notebook["cells"]:
            cell["metadata"] = {}
            if not keep_id:
                cell.pop("id", None)
        result = staged(notebook, release)
        assert taken(result) == [task.name for task in UNIT.tasks]
        assert all(result.answers.values())
        assert not any("missing" in repair for repair in result.repairs if "answer" in repair)


def test_an_answer_turned_into_text_still_runs(release):
    notebook = load()
    _, cell = find(notebook, "answer-softmax")
    cell["cell_type"] = "markdown"
    result = staged(notebook, release)
    assert any("def softmax" in each.source for each in result.cells)
    assert any("another kind of cell" in repair for repair in result.repairs)


def test_a_text_copy_beside_the_code_does_not_run(release):
    notebook = load()
    place, cell = find(notebook, "answer-softmax")
    notebook["cells"].insert(place, copy.deepcopy(cell) | {"cell_type": "markdown"})
    result = staged(notebook, release)
    assert sum("def softmax" in each.source for each in result.cells) == 1


def test_an_answer_written_after_its_check_counts_when_the_stub_is_untouched(release):
    notebook = load()
    place, answer = find(notebook, "answer-relu")
    written = answer["source"]
    answer["source"] = find(load(RELEASE), "answer-relu")[1]["source"]
    notebook["cells"].insert(place + 3, code(written))
    assert "relu" not in taken(staged(notebook, release))


@pytest.mark.parametrize(
    ("source", "flag"),
    [
        ("from dlcourse.activations import relu", "imports the course's own answers"),
        ("import dlcourse", "imports the course's own answers"),
        ("from scipy.special import softmax", "imports scipy.special, which does the tasks"),
        ("import ctypes", "imports ctypes"),
        ("get_ipython().input_transformers_cleanup.append(print)", "uses input_transformers"),
        ("%matplotlib inline\nimport socket", "imports socket"),
    ],
)
def test_what_an_instructor_may_want_to_see_is_flagged(source, flag):
    notebook = load()
    notebook["cells"].append(code(source))
    assert any(found.startswith(flag) for found in flags(submitted(notebook), UNIT))


def test_harmless_imports_are_not_flagged():
    notebook = load()
    notebook["cells"].append(
        code("import math, os\nimport numpy as np\nfrom dlcourse.grading import check")
    )
    assert flags(submitted(notebook), UNIT) == ()


def test_broken_code_does_not_stop_the_reading():
    notebook = load()
    notebook["cells"].append(code("def broken(:\n  import ctypes"))
    assert flags(submitted(notebook), UNIT) == ()


def test_the_rebuilt_notebook_has_every_graded_cell_once_with_the_answers(release):
    notebook = load()
    place, cell = find(notebook, "answer-relu")
    cell["source"] = "def relu(z):\n    return 'mine'"
    notebook["cells"].insert(place, copy.deepcopy(cell))
    del notebook["cells"][find(notebook, "test-softmax")[0]]
    result = rebuilt(release.document, staged(notebook, release))
    found = [grade_id(each) for each in result["cells"] if grade_id(each)]
    wanted = [grade_id(each) for each in release.document["cells"] if grade_id(each)]
    assert found == wanted
    assert find(result, "answer-relu")[1]["source"] == "def relu(z):\n    return 'mine'"


def test_free_text_left_as_given_is_known(release):
    blank = staged(load(RELEASE), release)
    assert blank.blank_texts
    notebook = load(RELEASE)
    find(notebook, blank.blank_texts[0])[1]["source"] = "My own words."
    assert blank.blank_texts[0] not in staged(notebook, release).blank_texts
