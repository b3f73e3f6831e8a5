"""A verdict is reproducible, survives what students do, and takes each task on its own."""

import json

import pytest
from notebooks import RELEASE, SOLVED, answer, code, dump, find, load

from dlcourse.grading.directory import to_json
from dlcourse.grading.intake import take_in
from dlcourse.grading.sandbox import Limits
from dlcourse.grading.tasks import find_unit
from dlcourse.grading.verdict import Job, mark, seed_of

UNIT = find_unit(1)
LIMITS = Limits(cell_seconds=2, call_seconds=1, total_seconds=20, grace_seconds=1)


@pytest.fixture
def marking(box, tmp_path):
    def run(notebook, secret=b"secret", limits=LIMITS):
        (tmp_path / "neuron.ipynb").write_bytes(dump(notebook))
        handed = take_in(tmp_path, "neuron.ipynb")
        seed = seed_of(secret, UNIT.name, "s01", handed)
        job = Job(UNIT.name, "s01", handed, RELEASE.read_bytes(), seed, limits)
        return mark(job, box).verdict

    return run


def scores(verdict):
    return {task["name"]: task["score"] for task in verdict["tasks"]}


def full_but(*spoiled):
    return {task.name: 0.0 if task.name in spoiled else task.points for task in UNIT.tasks}


def spoil(task, source):
    return answer(load(), {task: source})


def test_the_same_submission_gives_the_same_bytes(marking):
    first, second = (to_json(marking(load(SOLVED))) for _ in range(2))
    assert first == second
    record = json.loads(first)
    assert record["score"] == record["max_score"] == UNIT.points
    assert record["sandbox"].startswith("bubblewrap")


def test_the_secret_decides_the_inputs(marking):
    assert marking(load(), b"one")["seed"] != marking(load(), b"two")["seed"]


def test_what_is_written_on_one_task_does_not_touch_the_others(marking):
    verdict = marking(spoil("relu", "import ctypes\ndef relu(z):\n    ctypes.string_at(0)"))
    assert scores(verdict) == full_but("relu")
    (task,) = (task for task in verdict["tasks"] if task["name"] == "relu")
    assert "SIGSEGV" in task["message"]


def test_a_cell_that_ends_the_process_costs_itself_only(marking):
    notebook = load()
    notebook["cells"].insert(2, code("import os\nos._exit(3)"))
    verdict = marking(notebook)
    assert scores(verdict) == full_but()
    assert any("exit status 3" in cell["error"] for cell in verdict["cells"])


def test_cells_that_end_the_process_again_and_again_are_all_left_out(marking):
    notebook = load()
    for _ in range(3):
        notebook["cells"].insert(2, code("import os\nos._exit(3)"))
    assert scores(marking(notebook)) == full_but()


def test_functions_that_never_return_use_up_their_own_time_only(marking):
    verdict = marking(spoil("sigmoid", "def sigmoid(z):\n    while True: pass"))
    assert scores(verdict) == full_but("sigmoid")


def test_time_that_is_used_up_is_said_and_ends(marking):
    stubborn = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    notebook = load()
    for _ in range(6):
        notebook["cells"].insert(2, code(stubborn))
    verdict = marking(notebook, limits=Limits(cell_seconds=1, total_seconds=5, grace_seconds=1))
    assert verdict["status"] == "graded"
    assert verdict["score"] == 0
    assert "used up its time" in verdict["tasks"][0]["message"]


def test_an_error_in_a_cell_is_recorded_with_its_line(marking):
    notebook = load()
    cell = code("x = 1\nundefined_name")
    cell["id"] = "mine"
    notebook["cells"].insert(2, cell)
    verdict = marking(notebook)
    assert scores(verdict) == full_but()
    assert verdict["cells"] == [
        {"cell": "mine", "error": "NameError: name 'undefined_name' is not defined", "line": 2}
    ]


def test_a_function_redefined_after_its_check_is_judged_as_it_was(marking):
    notebook = load()
    notebook["cells"].append(code("def relu(z):\n    return 'playing around'"))
    assert scores(marking(notebook)) == full_but()


@pytest.mark.parametrize("task", [task.name for task in UNIT.tasks])
def test_a_task_can_be_solved_with_all_the_others_blank(marking, task):
    solved = find(load(), f"answer-{task}")[1]["source"]
    notebook = answer(load(RELEASE), {task: solved})
    expected = dict.fromkeys(full_but(), 0.0) | {task: UNIT.task(task).points}
    assert scores(marking(notebook)) == expected
