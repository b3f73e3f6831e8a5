"""The step by hand: rounding is forgiven, mistakes are not, and each part earns by itself."""

import pytest

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.tasks import find_task
from dlcourse.grading.tasks.backprop.byhand import NAMES, PARTS, step_by_hand

TASK = find_task("step_by_hand")


def judged(numbers):
    return judge(TASK, calls(lambda: numbers), "a")


@pytest.mark.parametrize("off", [-0.001, 0.0, 0.001])
def test_one_unit_of_the_third_decimal_is_forgiven(off):
    assert judged({name: round(number, 3) + off for name, number in step_by_hand().items()}).passed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("off", [-0.002, 0.002])
def test_two_units_cost_the_part_and_no_other(name, off):
    numbers = step_by_hand()
    numbers[name] += off
    result = judged(numbers)
    [part] = [part for part, names in PARTS.items() if name in names]
    assert [one.name for one in result.criteria if not one.passed] == [part]
    assert result.message == f"not to three decimals, or missing: {name}"


def test_numbers_of_the_notes_count():
    # z6 is -0.1045; the notes have -0.1043, from outputs that were rounded before
    notes = {"a4": 0.332, "a5": 0.525, "z6": -0.1043, "a6": 0.4734, "w46": -0.261, "b6": 0.218}
    assert judged(step_by_hand() | notes).passed


def test_a_part_earns_while_the_others_are_still_open():
    numbers = {name: step_by_hand()[name] for name in PARTS["forward"]} | {"w46": None}
    result = judged(numbers)
    assert {one.name: one.passed for one in result.criteria} == {
        "forward": True,
        "output": False,
        "hidden": False,
    }


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([1.0], "a list of 1 came where a dict with a number for each name is wanted"),
        (None, "None (is a return statement missing?) came where a dict"),
        (step_by_hand() | {"b5": "0.194"}, "not a number: b5"),
        ({"z4": -0.7}, "not to three decimals, or missing: a4, z5"),
    ],
)
def test_what_is_not_entered_is_said(value, says):
    result = judged(value)
    assert result.score == 0
    assert says in result.message
