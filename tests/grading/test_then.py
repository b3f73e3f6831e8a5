"""Values that another function of the student's takes on, shared answers, and long calls."""

import numpy as np
import pytest

from dlcourse.grading.calling import calls, same
from dlcourse.grading.judging import judge
from dlcourse.grading.run import Run
from dlcourse.grading.sandbox import Limits
from dlcourse.grading.spec import Case, Criterion, Made, Misconception, Task, Then, Unit
from dlcourse.grading.staging import Staged, StagedCell

X = np.array([1.0, 2.0])
LEARN = Case((X,), then=Then("use", (np.array([3.0]),)))
USE = Case((Made("learn", (X,), None, None), np.array([3.0])))

MODEL = """
    class Model:
        def __init__(self, total):
            self.total = total
    def learn(x):
        return Model(x.sum())
    def use(model, x):
        return x * model.total
"""


@pytest.mark.parametrize(("name", "case"), [("learn", LEARN), ("use", USE)])
def test_a_model_of_any_kind_stays_where_it_is(asking, name, case):
    answer = asking(MODEL, name)(case)
    assert (answer.error, answer.value.tolist()) == ("", [9.0])


def test_without_the_other_function_the_error_says_so(asking):
    answer = asking(MODEL.replace("def use", "def used"), "learn")(LEARN)
    assert "use is not defined" in answer.error


def test_the_first_function_fails_before_the_second_is_asked(asking):
    source = "def learn(x):\n    raise NotImplementedError"
    assert asking(source, "learn")(LEARN).error.startswith("NotImplementedError")


def test_what_could_not_be_made_is_to_blame(asking):
    broken = MODEL.replace("return Model(x.sum())", "return 1 / 0")
    answer = asking(broken, "use")(USE)
    assert answer.error == "learn does not work yet: ZeroDivisionError: division by zero"
    missing = MODEL.replace("def learn", "def learned")
    assert "learn is not defined" in asking(missing, "use")(USE).error


UNWRITTEN_USE = "def use(model, x):\n    raise NotImplementedError"


def test_a_function_that_is_not_written_is_said_to_be_that_one(asking):
    blank = "def learn(x):\n    raise NotImplementedError\n" + UNWRITTEN_USE
    for name, case in [("learn", LEARN), ("use", USE)]:
        assert asking(blank, name)(case).error.startswith("NotImplementedError")
    half = "def learn(x):\n    return x\n" + UNWRITTEN_USE
    assert asking(half, "learn")(LEARN).error.endswith("use is not written yet")


def test_an_array_that_the_students_function_made_is_no_changed_argument(asking):
    source = "def learn(x):\n    return 3 * x\ndef use(w, x):\n    return w * x"
    answer = asking(source, "use")(USE)
    assert same(answer.arguments, USE.args)


def at_least(count):
    return lambda cases, values: "" if values[0] >= count else f"fewer than {count}"


def drawn(rng):
    return [Case((int(rng.integers(1 << 30)),))]


SHARED = Task(
    "count",
    lambda seed: 3,
    tuple(
        Criterion(f"at-least-{i}", 1.0, "numbers", drawn, together=at_least(i), draws="one")
        for i in (1, 2, 3)
    ),
    (Misconception("two", lambda seed: 2, "That is two."),),
    "page.html#sec",
    verify=lambda case, value: "",
    fingerprint=lambda case, value: value,
)


def test_criteria_that_share_their_draws_share_the_answer():
    asked = []

    def count(seed):
        asked.append(seed)
        return 2

    result = judge(SHARED, calls(count), "s")
    assert len(asked) == 1
    assert [one.passed for one in result.criteria] == [True, True, False]
    assert result.misconception == "two"


SLOW = "import time\ndef slow():\n    time.sleep(0.4)\n    return 1"


def slow_task(seconds):
    only = Criterion("value", 1.0, "one", lambda rng: [Case()])
    return Task("slow", lambda: 1, (only,), (), "page.html#sec", seconds=seconds)


@pytest.mark.parametrize(("seconds", "score"), [(0.0, 0.0), (5.0, 1.0)])
def test_a_task_may_take_longer_than_the_usual_call(box, seconds, score):
    cells = (StagedCell("a", SLOW), StagedCell("t", "", ("slow",)))
    staged = Staged(cells, {"slow": SLOW}, {}, (), (), "digest")
    unit = Unit(9, "slow", "Slow", (slow_task(seconds),))
    run = Run(staged, box, Limits(call_seconds=0.2))
    [result] = run.judge_all(unit, "seed")
    assert result.score == score


def test_what_a_unit_may_take_grows_with_its_long_tasks():
    assert slow_task(5.0).extra_seconds == 5.0
    assert SHARED.extra_seconds == 0.0
