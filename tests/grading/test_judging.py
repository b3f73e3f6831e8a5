"""From answers to points: what is seen, what is forgiven, what is named."""

import warnings

import numpy as np
import pytest

from dlcourse.grading.calling import calls, fresh, same
from dlcourse.grading.judging import judge
from dlcourse.grading.spec import Answer, Case, Criterion, Function, Misconception, Random, Task


def cases(rng):
    return [Case((rng.uniform(1, 2, 3),)), Case((rng.uniform(1, 2, (2, 2)),))]


def single(rng):
    return [Case((rng.uniform(1, 2, 3).astype(np.float32),))]


CRITERIA = (
    Criterion("values", 2.0, "numbers", cases),
    Criterion("quiet", 1.0, "no warning", lambda rng: [Case((np.array([900.0, 0.0]),))], "quiet"),
    Criterion("dtype", 0.5, "dtype", single, "dtype"),
    Criterion("arguments", 0.5, "arguments", cases, "arguments"),
)
TASK = Task(
    "double",
    lambda z: z * 2,
    CRITERIA,
    (
        Misconception("triple", lambda z: z * 3, "That is three times."),
        Misconception("half", lambda z: z / 2, "That is half."),
        Misconception("loud", lambda z: z * 2 + 0 * np.exp(-np.exp(z)), "It warns."),
    ),
    "page.html#sec",
)


def lost(function, task=TASK, seed="s"):
    result = judge(task, calls(function), seed)
    return [one.name for one in result.criteria if not one.passed]


def test_a_right_answer():
    result = judge(TASK, calls(lambda z: z + z), "s")
    assert result.passed
    assert (result.score, result.max_score, result.section) == (4.0, 4.0, "page.html#sec")


def test_each_aspect_costs_its_own_criterion():
    def loud(z):
        np.exp(z)
        return 2 * z

    def in_place(z):
        z *= 2
        return z

    assert lost(loud) == ["quiet"]
    assert lost(lambda z: np.asarray(2 * z, dtype=np.float64)) == ["dtype"]
    assert lost(in_place) == ["arguments"]


def test_every_aspect_wants_the_right_value_too():
    assert lost(lambda z: z) == ["values", "quiet", "dtype", "arguments"]


def test_underflow_and_warnings_of_the_students_own_cost_nothing():
    def noisy(z):
        np.exp(-1e4 * np.ones(2))
        warnings.warn("a warning of my own", RuntimeWarning, stacklevel=1)
        warnings.warn("overflow is a word, not a float", UserWarning, stacklevel=1)
        return 2 * z

    assert lost(noisy) == []


def test_a_warning_is_seen_at_every_call_not_only_at_the_first():
    def loud(z):
        np.exp(z)
        return 2 * z

    assert lost(loud) == lost(loud) == ["quiet"]


@pytest.mark.parametrize("raised", [ValueError("no"), SystemExit(0), RecursionError()])
def test_an_error_is_a_finding(raised):
    def fails(z):
        raise raised

    result = judge(TASK, calls(fails), "s")
    assert result.score == 0
    assert result.criteria[0].came.startswith(type(raised).__name__)
    assert "line 2 of your function" in result.criteria[0].came


def test_ctrl_c_is_the_students():
    def interrupted(z):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(TASK, calls(interrupted), "s")


def test_after_a_call_that_did_not_come_back_the_rest_is_not_tried():
    asked = []

    def ask(case):
        asked.append(case)
        return Answer(error="gone", fatal=True)

    result = judge(TASK, ask, "s")
    assert len(asked) == 1
    assert result.score == 0
    assert "not tried" in result.criteria[-1].came


def test_no_call_sees_what_another_did_to_its_arguments():
    seen = []

    def greedy(z):
        seen.append(z.sum())
        z[...] = 0
        return z

    judge(TASK, calls(greedy), "s")
    judge(TASK, calls(greedy), "s")
    assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]
    assert 0 not in seen


def test_generators_run_inside_the_call():
    task = Task("pair", lambda z: (z, z + 1), CRITERIA[:1], (), "")
    assert lost(lambda z: (part for part in (z, z + 1)), task) == []
    assert lost(lambda z: map(np.array, [z, z + 1]), task) == []


def test_single_precision_is_compared_with_the_truth_in_double():
    third = Task("third", lambda z: z / np.float64(3), (Criterion("v", 1.0, "", single),), (), "")
    assert lost(lambda z: z / np.float32(3), third) == []


def test_remarks_reach_the_result():
    result = judge(TASK, calls(lambda z: (2 * z)[..., None] if z.ndim == 1 else 2 * z), "s")
    assert result.passed
    assert "usual" in result.criteria[0].remark


def test_names():
    assert judge(TASK, calls(lambda z: z + z + z), "s").misconception == "triple"
    assert judge(TASK, calls(lambda z: z * 2 + 0 * np.exp(-np.exp(z))), "s").misconception == "loud"
    other = judge(TASK, calls(lambda z: z * 5), "s")
    assert other.misconception is None
    assert other.message == other.criteria[0].came


def test_a_known_mistake_is_named_although_the_dtype_is_wrong_too():
    assert judge(TASK, calls(lambda z: z.astype(np.float64) * 3), "s").misconception == "triple"


def test_a_wrong_dtype_alone_is_given_no_name():
    result = judge(TASK, calls(lambda z: z.astype(np.float64) * 2), "s")
    assert result.misconception is None
    assert "dtype float64" in result.message


def test_tasks_with_many_right_answers_are_verified():
    def verify(case, value):
        return "" if value == -case.args[0] or value == case.args[0] else "wrong sign or size"

    criterion = Criterion("any", 1.0, "plus or minus", lambda rng: [Case((3,)), Case((5,))])
    task = Task(
        "either",
        lambda n: n,
        (criterion,),
        (Misconception("one", lambda n: n + 1, "One too many."),),
        "",
        verify=verify,
        fingerprint=lambda case, value: value - case.args[0],
    )
    assert lost(lambda n: -n, task) == []
    assert judge(task, calls(lambda n: n + 1), "s").misconception == "one"


def test_the_seed_decides_the_inputs():
    def first(seed):
        return judge(TASK, calls(lambda z: None), seed).criteria[0].example.args[0]

    assert np.array_equal(first("a"), first("a"))
    assert not np.array_equal(first("a"), first("b"))


def test_fresh_copies_and_makes_generators():
    array = np.zeros(2, np.float32)
    copied, wide, rng = fresh((array, [array], Random(1)), widen=True)
    assert copied.dtype == wide[0].dtype == np.float64
    assert copied is not array
    assert rng.integers(100) == np.random.default_rng(1).integers(100)


def test_same_is_exact():
    assert same((np.array([np.nan]), [1, {"a": 2}]), (np.array([np.nan]), [1, {"a": 2}]))
    assert not same(np.zeros(2), np.zeros(2, np.float32))
    assert not same(np.zeros(2), [0.0, 0.0])
    assert not same({"a": 1}, {"b": 1})
    assert same(lambda: 1, Function("tanh"))


def test_functions_cross_as_data():
    function = Function("tanh", (2.0, 0.5, 1.0))
    assert function(0.0) == 1.0
    assert function(np.zeros(2, np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match="wanted one of identity"):
        Function("cube")
