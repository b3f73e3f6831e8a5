"""The 3-2-1 network with the numbers of the notes, and what two inputs have to do."""

import itertools

import numpy as np
import pytest
import torch

from dlcourse.graphs import (
    concatenate,
    forward_321,
    step_321,
    two_branch_loss_and_grads,
)

#: The network of the notes: units 1 to 3 are inputs, 4 and 5 hidden, 6 the output.
PARAMS = {
    "W1": np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]]),
    "b1": np.array([-0.4, 0.2]),
    "W2": np.array([[-0.3], [-0.2]]),
    "b2": np.array([0.1]),
}
X = np.array([1.0, 0.0, 1.0])


def test_the_forward_pass_of_the_notes():
    hidden, out = forward_321(PARAMS, X)
    np.testing.assert_allclose(hidden, [0.332, 0.525], atol=5e-4)
    assert out.item() == pytest.approx(0.474, abs=5e-4)
    assert 0.5 * (1 - out.item()) ** 2 == pytest.approx(0.138, abs=5e-4)


def test_one_step_of_the_notes():
    new = step_321(PARAMS, X, target=1.0, lr=0.9)
    hidden, out = forward_321(PARAMS, X)
    blame = (out - 1) * out * (1 - out)
    assert (blame * hidden[0]).item() == pytest.approx(-0.04353, abs=1e-4)  # the notes: -0.0435399
    assert new["W2"][0, 0] == pytest.approx(-0.261, abs=5e-4)
    assert new["W2"][1, 0] == pytest.approx(-0.138, abs=5e-4)
    np.testing.assert_allclose(new["W1"][0], [0.192, -0.306], atol=5e-4)
    np.testing.assert_array_equal(new["W1"][1], PARAMS["W1"][1])  # its input was 0
    np.testing.assert_allclose(new["W1"][2], [-0.508, 0.194], atol=5e-4)
    np.testing.assert_allclose(new["b1"], [-0.408, 0.194], atol=5e-4)
    assert new["b2"][0] == pytest.approx(0.218, abs=5e-4)


def test_a_step_leaves_the_old_parameters_alone_and_lowers_the_loss():
    before = {name: value.copy() for name, value in PARAMS.items()}
    new = step_321(PARAMS, X, target=1.0, lr=0.9)
    for name, value in before.items():
        np.testing.assert_array_equal(PARAMS[name], value)
        assert new[name].shape == value.shape
    assert forward_321(new, X)[1] > forward_321(PARAMS, X)[1]


def test_the_sizes_of_the_notes_two_input_network():
    """Two inputs of 4; 30 and 40 units on the left, 20 and 50 on the right; 90 side by side."""
    rng = np.random.default_rng(0)

    def stack(*sizes):
        pairs = itertools.pairwise(sizes)
        return [(0.2 * rng.normal(size=pair), np.zeros(pair[1])) for pair in pairs]

    params = {"left": stack(4, 30, 40), "right": stack(4, 20, 50), "head": stack(90, 1)}
    left, right, y = rng.normal(size=(8, 4)), rng.normal(size=(8, 4)), rng.normal(size=(8, 1))
    loss, grads = two_branch_loss_and_grads(params, left, right, y)

    leaves = {
        name: [(torch.tensor(W, requires_grad=True), torch.tensor(b)) for W, b in layers]
        for name, layers in params.items()
    }

    def branch(x, layers):
        for W, b in layers:
            x = torch.relu(x @ W + b)
        return x

    both = torch.cat(
        [
            branch(torch.tensor(left), leaves["left"]),
            branch(torch.tensor(right), leaves["right"]),
        ],
        dim=1,
    )
    W, b = leaves["head"][0]
    expected = torch.nn.functional.mse_loss(both @ W + b, torch.tensor(y))
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    for name, layers in leaves.items():
        for (leaf, _), (d_W, _) in zip(layers, grads[name], strict=True):
            np.testing.assert_allclose(d_W, leaf.grad.numpy(), rtol=1e-8, atol=1e-14)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"x: got the shape \(2,\), wanted \(3,\)"):
        forward_321(PARAMS, X[:2])
    with pytest.raises(ValueError, match=r"W2: got the shape \(1, 2\), wanted \(2, 1\)"):
        forward_321({**PARAMS, "W2": PARAMS["W2"].T}, X)
    with pytest.raises(ValueError, match="params: got"):
        step_321({"W1": PARAMS["W1"]}, X, 1.0, 0.1)
    with pytest.raises(ValueError, match=r"left of shape \(2, 3\) and right of shape \(3, 3\)"):
        concatenate(np.ones((2, 3)), np.ones((3, 3)))
    with pytest.raises(ValueError, match="wanted layers for 'left' and 'right' and one 'head'"):
        two_branch_loss_and_grads({"left": []}, X, X, X)
