"""The neuron, its gates, and the proof by trying that XOR is none of them."""

import itertools

import numpy as np
import pytest

from dlcourse.activations import sigmoid, step
from dlcourse.neuron import gate_weights, neuron, xor_network

CORNERS = np.array(list(itertools.product([0.0, 1.0], repeat=2)))
TRUTH = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0]}


def test_the_neuron_of_the_notes():
    out = neuron([0.9, 0.2, 0.3], [2, 3, -1], 0.5, sigmoid)
    assert out == pytest.approx(1 / (1 + np.exp(-2.6)), rel=1e-15)
    assert round(float(out), 2) == 0.93


def test_rows_are_examples():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(6, 4)), rng.normal(size=4)
    one_by_one = [neuron(row, w, 0.3, np.tanh) for row in x]
    np.testing.assert_allclose(neuron(x, w, 0.3, np.tanh), one_by_one, rtol=1e-14)


@pytest.mark.parametrize("gate", TRUTH)
def test_gates_fire_as_their_truth_tables_say(gate):
    w, b = gate_weights(gate)
    assert neuron(CORNERS, w, b, step).tolist() == TRUTH[gate]


def test_xor_needs_two_layers_and_two_do_it():
    (W1, b1), (W2, b2) = xor_network()
    assert step(step(CORNERS @ W1 + b1) @ W2 + b2).ravel().tolist() == [0, 1, 1, 0]


def test_no_single_neuron_on_a_fine_grid_computes_xor():
    grid = np.linspace(-3, 3, 25)
    w1, w2, b = (axis.ravel() for axis in np.meshgrid(grid, grid, grid))
    fires = CORNERS @ np.stack([w1, w2]) + b > 0
    assert not (fires == np.array([[0], [1], [1], [0]])).all(axis=0).any()
    assert (fires == np.array([[0], [1], [1], [1]])).all(axis=0).any()  # the grid is fine enough


@pytest.mark.parametrize(
    ("x", "w"), [([1.0, 2.0], [1.0]), ([[1.0, 2.0]], [1.0, 2.0, 3.0]), (1.0, [1.0])]
)
def test_shapes_that_do_not_fit_are_named(x, w):
    with pytest.raises(ValueError, match=r"wanted x \(d,\) or \(n, d\) and w \(d,\)"):
        neuron(x, w, 0.0, step)


def test_an_unknown_gate_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'xor'.*'and', 'or', 'nand'"):
        gate_weights("xor")


def test_text_is_not_a_number():
    with pytest.raises(TypeError, match="wanted an array of real numbers"):
        sigmoid("0.5")
    with pytest.raises(TypeError, match="wanted"):
        sigmoid([[1.0], [1.0, 2.0]])
