"""Gradients of whole networks: training on them works, and depth does what the book says."""

import itertools

import numpy as np
import pytest

from dlcourse.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from dlcourse.backprop import (
    gradient_norms_by_depth,
    logistic_grad,
    mlp_loss_and_grads,
    relu_backward,
    sigmoid_backward,
)
from dlcourse.initializers import he_normal

ACTIVATIONS = {
    "relu": (relu, relu_grad),
    "tanh": (tanh, tanh_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_fifty_examples_can_be_learned_by_heart(activation):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 10)), rng.integers(0, 3, 50)
    params = [(he_normal(i, o, rng), np.zeros(o)) for i, o in itertools.pairwise([10, 64, 3])]
    first, _ = mlp_loss_and_grads(params, X, y, ACTIVATIONS[activation])
    for _ in range(800):
        loss, grads = mlp_loss_and_grads(params, X, y, ACTIVATIONS[activation])
        params = [
            (W - 0.5 * d_W, b - 0.5 * d_b) for (W, b), (d_W, d_b) in zip(params, grads, strict=True)
        ]
    assert first > 0.9
    assert loss < 0.05


def test_relu_passes_nothing_at_the_corner():
    assert relu_backward([1.0, 1.0, 1.0], [0.0, -0.0, 1e-300]).tolist() == [0, 0, 1]
    assert sigmoid_backward([1.0, 1.0], [0.0, 1.0]).tolist() == [0, 0]


def test_logistic_gradient_of_the_notes():
    """One example: (a - y) x."""
    w, x = np.array([0.5, -1.0]), np.array([2.0, 3.0])
    a = 1 / (1 + np.exp(-(w @ x + 0.1)))
    d_w, d_b = logistic_grad(w, 0.1, x[None], [1.0])
    np.testing.assert_allclose(d_w, (a - 1) * x, rtol=1e-14)
    assert d_b.item() == pytest.approx(a - 1)


def test_logistic_gradient_survives_extreme_scores():
    with np.errstate(over="raise", invalid="raise"):
        d_w, d_b = logistic_grad([1e4], 0.0, [[1.0], [-1.0]], [0.0, 0.0])
    assert d_w.tolist() == [0.5]
    assert d_b.item() == 0.5


def ratio(activation, scale, depth=20, width=100):
    """Mean ratio of a layer's gradient to that of the next, away from the ends."""
    norms = gradient_norms_by_depth(depth, width, activation, scale, np.random.default_rng(3))
    assert norms.shape == (depth,)
    return float(np.exp(np.mean(np.diff(-np.log(norms[5:15])))))


@pytest.mark.parametrize("scale", [0.05, 0.1])
def test_the_sigmoid_loses_gradient_by_the_factor_of_the_book(scale):
    """Near z = 0 the slope is 1/4: sqrt(width) * scale / 4 a layer."""
    assert ratio("sigmoid", scale) == pytest.approx(np.sqrt(100) * scale / 4, rel=0.15)


def test_he_weights_keep_the_gradient_of_relu_and_others_do_not():
    """sqrt(2 / 100) = 0.1414; half of it or twice it, twenty times over."""
    small, right, large = (
        gradient_norms_by_depth(20, 100, "relu", scale, np.random.default_rng(4))[-1]
        for scale in (0.07, 0.1414, 0.28)
    )
    assert small < 1e-6 * right
    assert large > 1e6 * right
    assert 0.5 < ratio("relu", 0.1414) < 2


def test_the_shallowest_network_has_one_norm():
    assert gradient_norms_by_depth(1, 1, "tanh", 1.0, np.random.default_rng(0)).shape == (1,)


def test_equal_generators_give_equal_norms():
    one, same = (
        gradient_norms_by_depth(4, 6, "tanh", 0.3, np.random.default_rng(5)) for _ in range(2)
    )
    np.testing.assert_array_equal(one, same)


def test_the_norms_are_those_of_torch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(6)
    weights = [torch.tensor(0.3 * rng.normal(size=(6, 6)), requires_grad=True) for _ in range(4)]
    signal = torch.tensor(rng.normal(size=(1, 6)))
    for W in weights:
        signal = torch.tanh(signal @ W)
    grads = torch.autograd.grad((signal**2).sum() / 2, weights)
    mine = gradient_norms_by_depth(4, 6, "tanh", 0.3, np.random.default_rng(6))
    np.testing.assert_allclose(mine, [g.norm().item() for g in grads], rtol=1e-12)
