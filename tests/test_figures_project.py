"""What chapter 7 draws and measures: the recipe, the planted faults and the counts of work."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.figures import made, planted, project, roofline, runs
from dlcourse.gradcheck import numerical_gradient

pytest.importorskip("sklearn")


def test_every_digit_is_judged_once_and_nearly_all_are_right():
    said, per_fold = project.all_judged()
    _, y = project.digits()
    assert len(per_fold) == 5
    assert np.mean(said == y) >= 0.97
    assert np.isclose(np.mean(said == y), per_fold.mean(), atol=0.002)  # folds of nearly one size


def test_the_recipe_passes_the_examination_of_the_notebook():
    assert project.examination(seed=1) >= 0.97


def test_a_softmax_of_a_softmax_has_the_gradient_that_is_claimed():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 4)), rng.integers(3, size=6)
    params = made.random_layers((4, 5, 3), rng)

    def loss(W):
        return planted.twice([(W, params[0][1]), params[1]], X, y)[0]

    _, grads = planted.twice(params, X, y)
    np.testing.assert_allclose(grads[0][0], numerical_gradient(loss, params[0][0]), atol=1e-7)


def test_the_floor_of_a_softmax_of_a_softmax_is_reached_by_certainty():
    params = [(np.zeros((2, 4)), np.zeros(4)), (np.zeros((4, 10)), 1e3 * np.eye(10)[7])]
    loss, _ = planted.twice(params, np.ones((3, 2)), np.full(3, 7))
    assert np.isclose(loss, planted.FLOOR)


def test_the_slope_tells_a_wrong_gradient_from_a_right_one():
    slopes = {bug: planted.symptoms(bug).slope for bug in (planted.HEALTHY, *planted.BUGS)}
    wrong = {bug: slope for bug, slope in slopes.items() if abs(slope - 1) > 1e-3}
    assert set(wrong) == {"sign of the step", "sum, not mean"}
    assert np.isclose(wrong["sum, not mean"], planted.BATCH)


def test_the_measurements_tell_most_faults_apart():
    seen = {
        (
            round(np.log10(s.first)),
            round(s.slope),
            s.by_heart < 0.05,
            s.losses[-1] < 0.5,
            round(s.losses.max()) > 3,
            s.right > 0.5,
            s.right > 0.9,
        )
        for s in map(planted.symptoms, (planted.HEALTHY, *planted.BUGS))
    }
    assert len(seen) >= 8  # ten runs, and two that end flat may look alike


def test_a_unit_is_dead_when_no_example_wakes_it():
    X = np.array([[1.0, 0.0], [0.0, 1.0]])
    W = np.array([[1.0, -1.0, -1.0, 0.0], [1.0, -1.0, 1.0, 0.0]])
    assert runs.dead_share([(W, np.zeros(4))], X) == 0.5


def test_a_product_is_counted_as_loops_would_do_it():
    n, d, h = 2, 3, 4
    operations = sum(2 for _ in range(n) for _ in range(h) for _ in range(d))
    work = roofline.product("", n, d, h)
    assert work.flops == operations
    assert work.moved == 4 * (np.ones((n, d)).size + np.ones((d, h)).size + np.ones((n, h)).size)
    assert work.intensity < min(n, d, h) / 2


def test_a_step_counts_two_products_for_the_first_layer_and_three_for_each_other():
    works = roofline.step((5, 4, 3), 2)
    assert sum("gradient" in work.name or "forward" in work.name for work in works) == 5
    assert works[-1].moved == 28 * (6 * 4 + 5 * 3)


def test_a_machine_is_limited_by_memory_below_its_ridge_and_by_arithmetic_above():
    machine = roofline.Machine(peak=100.0, bandwidth=10.0)
    assert machine.ridge == 10
    assert (machine.rate(5), machine.rate(10), machine.rate(50)) == (50, 100, 100)


def test_the_header_in_the_figure_is_that_of_idx():
    text = " ".join(part for part, _ in roofline._HEADER[:-1])
    shape = np.array([60000, 28, 28], ">i4").tobytes()
    assert bytes.fromhex(text.replace(" ", "")) == b"\x00\x00\x08\x03" + shape
