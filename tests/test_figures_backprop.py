"""What the pictures of chapter 3 claim is what the library computes."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.backprop import logistic_grad
from dlcourse.figures import gradients, graph321, paths
from dlcourse.figures.style import LIGHT
from dlcourse.graphs import step_321


def test_one_pass_moves_the_weights_as_the_library_does():
    run = graph321.one_pass()
    moved = step_321(graph321.PARAMS, graph321.X, graph321.TARGET, graph321.LEARNING_RATE)
    rate = graph321.LEARNING_RATE
    for name, slope in [
        ("W1", np.outer(graph321.X, run.d_z1)),
        ("b1", run.d_z1),
        ("W2", (run.a1 * run.d_z2)[:, None]),
        ("b2", np.array([run.d_z2])),
    ]:
        np.testing.assert_allclose(moved[name], graph321.PARAMS[name] - rate * slope, rtol=1e-12)


def test_the_example_is_the_one_that_the_textbook_prints():
    run = graph321.one_pass()
    assert [*run.z1, run.z2] == pytest.approx([-0.7, 0.1, -0.105], abs=6e-4)
    assert [*run.a1, run.a2] == pytest.approx([0.332, 0.525, 0.474], abs=6e-4)
    assert [run.d_z2, *run.d_z1] == pytest.approx([-0.1311, 0.0087, 0.0065], abs=1e-4)


def test_outputs_rise_toward_the_target():
    outputs = graph321.outputs_by_step(50)
    assert outputs[0] == graph321.one_pass().a2
    assert np.all(np.diff(outputs) > 0)
    assert outputs[-1] < graph321.TARGET


def test_the_chain_gives_the_gradient_of_logistic_regression():
    numbers = paths.chain_numbers()
    x, rest = paths.CHAIN["x"], paths.CHAIN["rest"]
    d_w, _ = logistic_grad([paths.CHAIN["w"]], rest, [[x]], [paths.CHAIN["y"]])
    assert numbers["loss_w"] == pytest.approx(d_w.item(), rel=1e-12)


def test_the_joint_is_as_wide_as_both_branches():
    assert paths.BRANCHES == {"left": (4, 30, 40), "right": (4, 20, 50)}
    assert "90 features" in paths.two_inputs(LIGHT).alt


def test_central_differences_are_better_by_their_order():
    eps = np.array([1e-2, 1e-3])
    one_sided, central = gradients.difference_errors(eps)
    assert one_sided[0] / one_sided[1] == pytest.approx(10, rel=0.05)
    assert central[0] / central[1] == pytest.approx(100, rel=0.05)
    _, tiny = gradients.difference_errors(np.array([1e-12]))
    assert tiny[0] > 1e-6


@pytest.mark.parametrize(("name", "activation", "scale"), gradients.SETTINGS)
def test_each_layer_multiplies_by_scale_times_slope(name, activation, scale):
    """At the start tanh is in its straight part only for small weights: an upper bound there."""
    factor = gradients.norms(activation, scale)[0] ** (1 / (gradients.DEPTH - 1))
    slope = {"sigmoid": 0.25, "relu": np.sqrt(0.5), "tanh": 1.0}[activation]
    assert 0.85 * scale * slope < factor < 1.02 * scale * slope, name
