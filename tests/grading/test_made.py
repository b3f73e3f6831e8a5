"""Arguments that the student's own functions make, parts that nobody looks at, joint judgments."""

import numpy as np
import pytest

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.spec import Case, Criterion, Made, Misconception, Random, Task

X = np.array([1.0, 2.0])
CACHE = Made("forward", (X,), 1, (X,))

FORWARD = """
    class Cache:
        def __init__(self, x):
            self.x = x
        def __getitem__(self, _):
            return 10 * self.x
    def forward(x):
        return x, Cache(x)
"""
BACKWARD = """
    def backward(d_out, cache):
        return d_out * cache[0]
"""


def test_the_students_own_function_makes_the_argument(asking):
    answer = asking(FORWARD + BACKWARD, "backward")(Case((X, CACHE)))
    assert answer.error == ""
    assert answer.value.tolist() == [10.0, 40.0]
    assert answer.arguments[0].tolist() == X.tolist()


@pytest.mark.parametrize(
    "forward",
    [
        "",
        "def forward(x):\n        raise NotImplementedError",
        "def forward(x):\n        raise SystemExit",
        "def forward(x):\n        return (x,)",
        "forward = 3",
    ],
)
def test_without_that_function_something_else_is_handed_over(asking, forward):
    answer = asking(f"    {forward}{BACKWARD}", "backward")(Case((X, CACHE)))
    assert (answer.error, answer.value.tolist()) == ("", [1.0, 4.0])


def test_what_is_hidden_may_be_anything(asking):
    value = asking(FORWARD, "forward")(Case((X,), hides=(1,))).value
    assert isinstance(value, tuple)
    assert (value[0].tolist(), value[1]) == ([1.0, 2.0], None)


def test_iterators_of_every_kind_run_to_their_end(asking):
    source = """
    import itertools
    class Dealer:
        def __init__(self):
            self.left = 3
        def __iter__(self):
            return self
        def __next__(self):
            self.left -= 1
            if self.left < 0:
                raise StopIteration
            return self.left
    def f(kind):
        return [Dealer(), iter([2, 1, 0]), itertools.islice(itertools.count(), 3)][kind]
    """
    ask = asking(source, "f")
    assert [ask(Case((kind,))).value for kind in range(3)] == [[2, 1, 0], [2, 1, 0], [0, 1, 2]]


def falling(_cases, values):
    return "" if values[0] > values[1] else "the second number is not below the first"


def two(rng):
    seed = int(rng.integers(1 << 32))
    return [Case((Random(seed),)), Case((Random(seed),))]


COUNTS = iter(range(1000))
TASK = Task(
    "fall",
    lambda rng: 0,
    (Criterion("fall", 1.0, "falling numbers", two, together=falling),),
    (
        Misconception("rise", lambda rng: next(COUNTS), "Yours rise."),
        Misconception("other", lambda rng: 5 - next(COUNTS), "Yours fall, which is right."),
    ),
    "page.html#sec",
    verify=lambda case, value: "",
    fingerprint=lambda case, value: "number",
)


def test_values_are_judged_together():
    down = iter(range(10, 0, -1))
    assert judge(TASK, calls(lambda rng: next(down)), "s").passed
    wrong = judge(TASK, calls(lambda rng: 1), "s")
    assert wrong.criteria[0].came == "the second number is not below the first"
    # the fingerprints agree with both; the joint judgment tells them apart
    assert wrong.misconception == "rise"
