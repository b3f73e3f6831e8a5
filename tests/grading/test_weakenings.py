"""Mutation of the checks: whatever is left out of a task, a proof of the task notices."""

from dataclasses import replace

import numpy as np
import pytest
from kills import SEEDS, noticed_by, tolerance, witnesses
from proof_pages import PAGES, proofs_page
from proofs import proofs, tables_of
from tables import rows
from test_tasks import ROOT, judged
from weakenings import Weakening, kind_of, weakenings

from dlcourse.grading import compare
from dlcourse.grading.spec import Case, Function, Random
from dlcourse.grading.tasks import UNITS, find_task, find_unit

EVERY = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
TASKS = pytest.mark.parametrize(
    ("unit", "task"),
    [pytest.param(unit, task, id=task.name) for unit in UNITS for task in unit.tasks],
)
UNIT, RELU = find_unit(1), find_task("relu")


@TASKS
def test_mutants_lose_the_criterion_that_they_are_for(unit, task):
    mutants = [proof for proof in proofs(unit, task) if proof.by == "mutant"]
    missed = [proof.name for proof in mutants for seed in SEEDS if not proof.sees(task, seed)]
    assert missed == []


@EVERY
def test_every_weaker_check_is_noticed(unit):
    unnoticed = [weaker for row in rows(unit) for weaker in row.unnoticed]
    assert unnoticed == [], "add a misconception, a row in tests/mutants, or drop the case"


@EVERY
def test_every_mutant_is_for_a_criterion(unit):
    tables = tables_of(unit)
    names = {one.name for task in unit.tasks for one in task.criteria}
    names |= {f"{task.name}.{one.name}" for task in unit.tasks for one in task.criteria}
    assert set(tables["ONLY"]) | set(tables.get("ALSO", {})) <= names


@pytest.mark.slow
@TASKS
@pytest.mark.parametrize("seed", SEEDS)
def test_every_weaker_check_is_noticed_on_every_draw(unit, task, seed, capsys):
    """The whole kill table: with the cases of each draw, on that draw alone."""
    by_draw = {}
    for weaker in weakenings(task, seed) if proofs(unit, task) else ():
        by_draw[weaker.what] = [proof.name for proof in witnesses(unit, task, weaker, seed)]
    with capsys.disabled():
        for what, names in by_draw.items():
            print(f"\n{task.name:20} {what:60} {len(names):3d} {', '.join(names[:3])}", end="")  # noqa: T201
    assert [what for what, names in by_draw.items() if not names] == []


# ---- the machinery itself


def test_a_criterion_that_sees_nothing_of_its_own_is_found():
    twin = replace(RELU.criteria[0], name="twin")
    doubled = replace(RELU, criteria=(*RELU.criteria, twin))
    found = [weak.what for weak in weakenings(doubled) if noticed_by(UNIT, doubled, weak) is None]
    assert "without twin" in found


def test_weakenings_are_of_every_kind():
    found = [weaker.what for weaker in weakenings(find_task("softmax"))]
    assert {
        "without levels",
        "extremes: values only",
        "many-examples: without (float64 2d thin)",
        "no extreme inputs anywhere",
        "no single precision anywhere",
        "ten times the tolerance",
    } <= set(found)
    assert len(set(found)) == len(found)


def test_a_weaker_task_asks_for_less():
    for weaker in weakenings(RELU):
        assert weaker.looseness > 1 or weaker.task != RELU
        assert judged(weaker.task, RELU.reference).passed


def test_the_tolerance_comes_back():
    before = dict(compare._TOLERANCES)
    with tolerance(10.0):
        assert compare.compare(1 + 5e-7, np.float64(1.0)).wrong == ""
    assert before == compare._TOLERANCES
    assert noticed_by(UNIT, RELU, Weakening("as it is", RELU)) is None


def test_kinds_tell_calls_apart():
    z = np.ones((3, 1), np.float32)
    assert kind_of(Case((z,), {"alpha": 0.0})) == "(float32 2d thin, alpha=float zero)"
    assert kind_of(Case((np.float64(1e4), Random(1)))) == "(float64 number extreme, rng)"
    assert kind_of(Case(([(np.eye(2), 1)],))) == "(one of [two of [float64 2d square zero; int]])"
    assert kind_of(Case(({"W": np.zeros(0)}, "and"))) == "({W: float64 1d empty}, 'and')"
    assert kind_of(Case((Function("sin"), (True, None)))) == "(function, two of [True; None])"


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_pages_are_up_to_date(name):
    committed = (ROOT / "book" / name).read_text("utf-8")
    assert committed == PAGES[name](), "run: make proofs"


def test_the_table_has_a_row_for_every_unit():
    page = proofs_page()
    assert all(f"| {unit.name} |" in page for unit in UNITS)
