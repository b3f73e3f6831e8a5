"""How often gradients of random networks are turned away although they are right."""

import math

import numpy as np
import pytest

from dlcourse.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from dlcourse.backprop import stack_backward, stack_forward
from dlcourse.grading.tasks.backprop import depth

PAIRS = {"sigmoid": (sigmoid, sigmoid_grad), "tanh": (tanh, tanh_grad), "relu": (relu, relu_grad)}
MEASURED = 60


def softmax_minus_first(out):
    p = np.exp(out - out.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[:, 0] -= 1
    return p


#: Number of inputs, and the gradient of the loss in the outputs.
LOSSES = {
    "half the squares": (1, lambda out: out),
    "sum": (1, np.ones_like),
    "cross-entropy": (1, softmax_minus_first),
    "several inputs": (8, lambda out: out),
}


def growths(network, rng):
    """Measure networks under every loss."""
    function, slope = PAIRS[network.activation]
    zero, shape = np.zeros(depth.WIDTH), (depth.WIDTH, depth.WIDTH)
    found = {name: [] for name in LOSSES}
    for _ in range(MEASURED):
        layers = [(network.scale * rng.normal(size=shape), zero) for _ in range(depth.DEPTH)]
        for name, (inputs, gradient) in LOSSES.items():
            x = rng.normal(size=(inputs, depth.WIDTH))
            out, caches = stack_forward(x, layers, function)
            _, grads = stack_backward(gradient(out), caches, slope)
            norms = np.array([np.linalg.norm(d_W) for d_W, _ in grads])
            found[name].append(depth.growth(norms))
    return found


@pytest.mark.parametrize("name", depth.NETWORKS)
def test_center_and_spread_are_what_the_module_says(name):
    network = depth.NETWORKS[name]
    for runs in growths(network, np.random.default_rng(7)).values():
        error = np.std(runs) / math.sqrt(MEASURED)
        assert abs(np.mean(runs) - network.rate) < depth.DRIFT + 3 * error
        # with 60 networks a standard deviation is known to about a tenth of itself
        assert np.std(runs) / math.sqrt(depth.RUNS) < 1.3 * depth.SPREAD


def test_a_right_answer_is_turned_away_less_than_once_in_a_million_gradings():
    deviations = (depth.TOLERANCE - depth.DRIFT) / depth.SPREAD
    both_tails = math.erfc(deviations / math.sqrt(2))
    assert len(depth.NETWORKS) * both_tails < 1e-8
