"""Stacks of layers: forward, collapsed, and the gradient of a whole network."""

import itertools

import numpy as np
import pytest
import torch

from dlcourse.activations import identity, relu
from dlcourse.backend import namespace
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.layers import collapse, dense, mlp_forward


def make(sizes, seed=0):
    rng = np.random.default_rng(seed)
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairs]


def test_a_collapsed_stack_says_the_same_as_the_stack():
    params = make([4, 6, 5, 2])
    x = np.random.default_rng(1).normal(size=(8, 4))
    A, c = collapse(params)
    np.testing.assert_allclose(x @ A + c, mlp_forward(x, params, identity)[-1], rtol=1e-12)


def test_collapse_is_the_algebra_of_the_notes():
    w1, w2, w3, w4, w5, w6, w7, w8, w9 = np.arange(1.0, 10.0)
    hidden = (np.array([[w1, w3, w5], [w2, w4, w6]]), np.array([0.1, 0.2, 0.3]))
    A, c = collapse([hidden, (np.array([[w7], [w8], [w9]]), np.array([0.4]))])
    assert A[0, 0] == w7 * w1 + w8 * w3 + w9 * w5
    assert A[1, 0] == w7 * w2 + w8 * w4 + w9 * w6
    assert c[0] == pytest.approx(w7 * 0.1 + w8 * 0.2 + w9 * 0.3 + 0.4)


def test_mlp_forward_equals_torch_layer_by_layer():
    params = make([4, 6, 3])
    x = np.random.default_rng(2).normal(size=(8, 4))
    linear = [torch.nn.Linear(*W.shape, dtype=torch.float64) for W, _ in params]
    for layer, (W, b) in zip(linear, params, strict=True):
        layer.weight.data, layer.bias.data = torch.tensor(W.T), torch.tensor(b)
    hidden = torch.relu(linear[0](torch.tensor(x)))
    mine = mlp_forward(x, params, relu)
    np.testing.assert_allclose(mine[0], hidden.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(mine[1], linear[1](hidden).detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("sizes", [[3, 4], [3, 8, 4], [3, 8, 6, 4]])
def test_network_gradients_equal_torch_autograd(sizes):
    params = make(sizes)
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(10, 3)), rng.integers(0, 4, size=10)
    leaves = [torch.tensor(part, requires_grad=True) for layer in params for part in layer]
    signal = torch.tensor(X)
    for W, b in zip(leaves[::2], leaves[1::2], strict=True):
        z = signal @ W + b
        signal = torch.relu(z)
    expected = torch.nn.functional.cross_entropy(z, torch.tensor(y))
    gradients = torch.autograd.grad(expected, leaves)
    loss, grads = mlp_loss_and_grads(params, X, y)
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    mine = [part for layer in grads for part in layer]
    for one, other in zip(mine, gradients, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-8, atol=1e-14)


def test_a_single_example_and_a_row_of_one_agree():
    params = make([4, 6, 2])
    x = np.random.default_rng(4).normal(size=4)
    np.testing.assert_allclose(
        mlp_forward(x, params, relu)[-1], mlp_forward(x[None], params, relu)[-1][0], rtol=1e-14
    )


def test_shapes_that_do_not_chain_are_named():
    with pytest.raises(ValueError, match=r"got x \(2, 3\), W \(4, 1\), b \(1,\)"):
        dense(np.ones((2, 3)), np.ones((4, 1)), np.ones(1))
    with pytest.raises(ValueError, match="got no layers"):
        mlp_forward(np.ones((2, 3)), [], relu)
    with pytest.raises(ValueError, match=r"wanted 2 labels in 0 \.\. 1"):
        mlp_loss_and_grads(make([3, 2]), np.ones((2, 3)), np.array([0, 2]))


def test_arrays_of_two_libraries_are_refused():
    with pytest.raises(TypeError, match="several libraries"):
        namespace(np.ones(1), torch.ones(1))
