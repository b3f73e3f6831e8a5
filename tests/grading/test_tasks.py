"""Proofs of the graded tasks: right answers get full marks, wrong ones less, and are named.

The same proofs hold for every unit; what a unit adds is its answers in ``tests/fairness/<slug>``
and, in ``tests/mutants/<slug>.py``, the table `ONLY` of wrong answers that a single criterion sees.
"""

import contextlib
import copy
import doctest
import io
import runpy
import sys
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from notebooks import ROOT, path_of

from dlcourse.grading import compare
from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.tasks import UNITS

TASKS = [pytest.param(task, id=task.name) for unit in UNITS for task in unit.tasks]
COMPARED = [
    pytest.param(task, id=task.name) for unit in UNITS for task in unit.tasks if task.verify is None
]
SEEDS = ("a", "b", "c", "d", "e")


def judged(task, function, seed="a"):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return judge(task, calls(function), seed)


def lost(result):
    return [one.name for one in result.criteria if not one.passed]


# ---- right answers


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("task", TASKS)
def test_the_reference_gets_full_marks(task, seed):
    assert lost(judged(task, task.reference, seed)) == []


def fair_answers():
    for unit in UNITS:
        for path in sorted((ROOT / "tests" / "fairness" / unit.slug).glob("*.py")):
            for task in unit.tasks:
                yield pytest.param(path, task, id=f"{path.stem}-{task.name}")


@pytest.mark.parametrize(("path", "task"), list(fair_answers()))
def test_fair_answers_get_full_marks(path, task):
    function = runpy.run_path(str(path))[task.name]
    for seed in SEEDS:
        result = judged(task, function, seed)
        assert result.passed, [one.came for one in result.criteria if not one.passed]
        assert result.score == task.points


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_there_are_at_least_four_fair_answers(unit):
    assert len(list((ROOT / "tests" / "fairness" / unit.slug).glob("*.py"))) >= 4


def solved(unit):
    """What the cells of the solution notebook define, the checks left out."""
    path = path_of(unit, "solutions")
    cells = nbformat.read(path, as_version=4).cells
    namespace = {}
    for cell in cells:
        if cell.cell_type == "code" and not cell.source.startswith("check("):
            exec(compile(cell.source, str(path), "exec"), namespace)
    return namespace


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_solution_notebook_gets_full_marks_and_its_examples_are_true(unit):
    namespace = solved(unit)
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for task in unit.tasks:
        for seed in SEEDS:
            assert lost(judged(task, namespace[task.name], seed)) == []
        examples = finder.find(namespace[task.name], task.name, module=False, globs=namespace)
        assert sum(len(example.examples) for example in examples) > 0
        for example in examples:
            runner.run(example)
    assert runner.summarize(verbose=False).failed == 0


# ---- wrong answers


def blank(*args, **kwargs):
    raise NotImplementedError


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(blank, id="blank"),
        pytest.param(lambda *args, **kwargs: None, id="none"),
        pytest.param(lambda *args, **kwargs: args[0] if args else (), id="argument"),
        pytest.param(lambda *args, **kwargs: np.nan, id="nan"),
        pytest.param(lambda *args, **kwargs: 0.5, id="half"),
        pytest.param(lambda *args, **kwargs: np.zeros_like(args[0]) if args else 0, id="zeros"),
        pytest.param(lambda *args, **kwargs: "1.0", id="text"),
    ],
)
def test_no_answer_earns_nothing(task, answer):
    for seed in SEEDS[:3]:
        result = judged(task, answer, seed)
        assert result.score == 0, [one.name for one in result.criteria if one.passed]
        assert result.message


def misconceptions():
    for unit in UNITS:
        for task in unit.tasks:
            for known in task.misconceptions:
                yield pytest.param(task, known, id=f"{task.name}-{known.name}")


@pytest.mark.parametrize(("task", "known"), list(misconceptions()))
def test_a_misconception_loses_points_and_is_named(task, known):
    for seed in SEEDS[:3]:
        result = judged(task, known.wrong, seed)
        assert result.score < task.points
        assert (result.misconception, result.message) == (known.name, known.says)
        # asked in the opposite order, the same name comes: no other one explains the answers
        reverse = replace(task, misconceptions=task.misconceptions[::-1])
        assert judged(reverse, known.wrong, seed).misconception == known.name


@pytest.mark.parametrize("task", TASKS)
def test_the_confusion_table_is_the_identity(task):
    names = [known.name for known in task.misconceptions]
    table = np.zeros((len(names), len(names)), dtype=int)
    for row, known in enumerate(task.misconceptions):
        for seed in SEEDS[:3]:
            table[row, names.index(judged(task, known.wrong, seed).misconception)] += 1
    head = f"\n{task.name}: mistakes (rows) and the names given to them (columns)"
    sys.stdout.write(f"{head}\n{table}\n")
    assert np.array_equal(table, 3 * np.eye(len(names), dtype=int))


@pytest.mark.parametrize("task", TASKS)
def test_misconceptions_are_many_and_read_well(task):
    assert len(task.misconceptions) >= 6
    assert len({known.name for known in task.misconceptions}) == len(task.misconceptions)
    for known in task.misconceptions:
        assert known.says.endswith((".", "?")), known.name
        assert 40 < len(known.says) < 280, (known.name, len(known.says))
        assert "np." not in known.says, f"{known.name}: a hint, not the answer"


@pytest.mark.parametrize("task", TASKS)
def test_right_answers_are_never_given_a_name(task):
    result = judged(task, task.reference)
    assert (result.misconception, result.message) == (None, "")


def test_a_known_mistake_is_named_beside_another_one():
    task = next(param.values[0] for param in TASKS if param.id == "softmax")

    def two_mistakes(z):  # no shift, and the wrong axis
        return np.exp(z) / np.exp(z).sum(axis=0)

    assert judged(task, two_mistakes).misconception == "wrong-axis"


# ---- the checks themselves: each criterion sees something that no other sees


def mapped(function, value):
    """Apply a function to each leaf of nested lists, tuples and dicts."""
    if isinstance(value, list | tuple):
        return type(value)(mapped(function, part) for part in value)
    if isinstance(value, dict):
        return {key: mapped(function, part) for key, part in value.items()}
    return function(value)


def leaves(value):
    """The leaves of nested lists, tuples and dicts, in order."""
    found = []
    mapped(found.append, value)
    return found


def spoiled(task, where):
    """The reference, but wrong for the calls that `where` picks, or as it says."""

    def function(*args, **kwargs):
        value = task.reference(*args, **kwargs)
        spoil = where(*args, **kwargs)
        if callable(spoil):
            return spoil(value)
        return None if spoil else value

    return function


def narrow(task):
    """The reference, but always in float64; in float32 where float64 is always wanted."""

    def function(*args, **kwargs):
        dtype = np.float64 if compare.precision(compare.Case(args)) else np.float32
        value = task.reference(*args, **kwargs)
        return mapped(lambda leaf: np.asarray(leaf, dtype=dtype), value)

    return function


def overwriting(task):
    """The reference, but the first array that is given is used as scratch paper."""

    def function(*args, **kwargs):
        value = task.reference(*args, **kwargs)
        arrays = [leaf for leaf in leaves(args) if isinstance(leaf, np.ndarray)]
        if arrays and arrays[0].ndim:
            value = mapped(copy.copy, value)
            arrays[0][...] = 0
        return value

    return function


def only_one_sees():
    """For each criterion of each task, the calls that it alone makes."""
    for unit in UNITS:
        rows = runpy.run_path(str(ROOT / "tests" / "mutants" / f"{unit.slug}.py"))["ONLY"]
        for task in unit.tasks:
            for criterion in task.criteria:
                name = f"{task.name}.{criterion.name}"
                if name in rows or criterion.name in rows:
                    yield name, rows.get(name) or rows[criterion.name]


ONLY = dict(only_one_sees())


def mutant(task, criterion):
    if criterion.aspect == "dtype":
        return narrow(task)
    if criterion.aspect == "arguments":
        return overwriting(task)
    return spoiled(task, ONLY[f"{task.name}.{criterion.name}"])


def criteria():
    for unit in UNITS:
        table = runpy.run_path(str(ROOT / "tests" / "mutants" / f"{unit.slug}.py"))
        for task in unit.tasks:
            for criterion in (
                task.criteria if task.name not in table.get("PROVED_ELSEWHERE", ()) else ()
            ):
                yield pytest.param(task, criterion, id=f"{task.name}-{criterion.name}")


@pytest.mark.parametrize(("task", "criterion"), list(criteria()))
def test_without_a_criterion_a_wrong_answer_would_get_full_marks(task, criterion):
    wrong = mutant(task, criterion)
    for seed in SEEDS[:3]:
        assert lost(judged(task, wrong, seed)) == [criterion.name]
    rest = tuple(one for one in task.criteria if one is not criterion)
    weakened = replace(task, criteria=rest)
    assert judged(weakened, wrong).passed


def scaled(value, factor):
    if not isinstance(value, np.ndarray | np.generic | int | float):
        return value
    array = np.asarray(value)
    return (array * factor).astype(array.dtype if array.dtype.kind == "f" else None)


def off_by(task, relative):
    """The reference, but every number a little too large."""

    def function(*args, **kwargs):
        single = compare.precision(compare.Case(args)) == "float32"
        factor = np.float64(1 + relative * (1000 if single else 1))
        return mapped(lambda leaf: scaled(leaf, factor), task.reference(*args, **kwargs))

    return function


@pytest.mark.parametrize("task", COMPARED)
def test_the_tolerance_is_the_one_that_the_contract_gives(task, monkeypatch):
    # 1e-7 in float64 and 1e-4 in float32: half of it passes, five times of it does not
    assert lost(judged(task, off_by(task, 0.5e-7))) == []
    coarse = off_by(task, 5e-7)
    assert judged(task, coarse).score < task.points
    loose = {name: (10 * rtol, 10 * atol) for name, (rtol, atol) in compare._TOLERANCES.items()}
    monkeypatch.setattr(compare, "_TOLERANCES", loose)
    assert judged(task, coarse).passed, "a tolerance ten times looser would be noticed"


@pytest.mark.parametrize("task", COMPARED)
def test_single_precision_is_held_to_its_own_tolerance(task):
    def coarse_in_single(*args, **kwargs):
        single = compare.precision(compare.Case(args)) == "float32"
        return off_by(task, 5e-7 if single else 0.0)(*args, **kwargs)

    rng = np.random.default_rng(0)
    narrow = [
        criterion.name
        for criterion in task.criteria
        if any(compare.precision(case) == "float32" for case in criterion.cases(rng))
    ]
    floating = any(compare.precision(case) for case in task.criteria[0].cases(rng))
    assert narrow or not floating
    seen = lost(judged(task, coarse_in_single))
    assert set(seen) <= set(narrow)
    assert seen or not narrow


# ---- the tasks as data


@pytest.mark.parametrize("task", TASKS)
def test_the_same_seed_gives_the_same_result(task):
    wrong = task.misconceptions[0].wrong
    assert repr(judged(task, wrong, "x")) == repr(judged(task, wrong, "x"))


@pytest.mark.parametrize("task", COMPARED)
def test_another_seed_gives_other_inputs(task):
    draws = {repr(judged(task, blank, seed).criteria[0].example) for seed in SEEDS}
    assert len(draws) == len(SEEDS)


@pytest.mark.parametrize("task", TASKS)
def test_points_are_halves_and_small_things_are_small(task):
    assert len({one.name for one in task.criteria}) == len(task.criteria)
    for criterion in task.criteria:
        assert criterion.points > 0
        assert criterion.points % 0.5 == 0
        if criterion.aspect in ("dtype", "arguments"):
            assert criterion.points <= 0.2 * task.points
    assert sum(one.aspect == "dtype" for one in task.criteria) <= 1


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_asks_for_what_the_course_promises(unit):
    contract = runpy.run_path(str(ROOT / "tests" / "mutants" / f"{unit.slug}.py"))
    assert [task.name for task in unit.tasks] == contract["TASKS"]
    assert set(contract["FREE_TEXT"]) <= set(unit.free_text)
    assert len(unit.free_text) == 2
    assert unit.points == contract["POINTS"]
