"""What cannot be meant is refused: the message names the argument, what came, what is wanted."""

import numpy as np
import pytest
import torch

from dlcourse import accurate, backprop, graphs, information, logits, losses, normalization
from dlcourse.layers import dense

NAN, INF = np.nan, np.inf
Z = np.zeros((3, 4))
ONE = np.ones(4)
P = np.full((3, 4), 0.25)

#: Call, error, and a part of the message.
BAD = [
    # shapes
    (lambda: losses.mse(np.ones(3), np.ones((3, 1))), ValueError, r"y_pred of shape \(3,\) and y"),
    (lambda: losses.mse_grad(np.ones(3), 1.0), ValueError, r"y of shape \(\)"),
    (lambda: losses.mse([], []), ValueError, "wanted one shape, not empty"),
    (lambda: losses.cross_entropy(P, P[:2]), ValueError, r"t of shape \(2, 4\)"),
    (lambda: losses.cross_entropy(np.ones((2, 2, 1)), np.ones((2, 2, 1))), ValueError, "p: got"),
    (lambda: losses.one_hot([[1]], 3), ValueError, r"labels: got the shape \(1, 1\)"),
    (lambda: logits.logsumexp(1.0), ValueError, r"z: got an array of shape \(\)"),
    (lambda: logits.log_softmax(np.ones((2, 0))), ValueError, r"z: got an array of shape \(2, 0\)"),
    (lambda: logits.sparse_cross_entropy(Z[0], [1]), ValueError, r"logits: got the shape \(4,\)"),
    (lambda: logits.sparse_cross_entropy(Z, [1, 2]), ValueError, "wanted 3 labels in 0 .. 3"),
    (lambda: logits.bce_from_logits(Z, Z[0]), ValueError, r"z of shape \(3, 4\) and y of shape"),
    (lambda: information.kl_divergence(P, P[0]), ValueError, r"q of shape \(4,\)"),
    (lambda: information.information_gain([0, 1], [True]), ValueError, r"split of shape \(1,\)"),
    (lambda: information.information_gain([], np.zeros(0, bool)), (TypeError, ValueError), "got"),
    (lambda: normalization.layer_norm(1.0, ONE, ONE), ValueError, r"wanted \(d,\) or \(n, d\)"),
    (lambda: normalization.layer_norm(Z, ONE, ONE[:3]), ValueError, r"beta: got the shape \(3,\)"),
    (
        lambda: normalization.batch_norm(ONE, ONE, ONE, ONE, ONE),
        ValueError,
        r"x: got the shape \(4,\), wanted \(n, d\)",
    ),
    (
        lambda: normalization.batch_norm(Z, ONE, ONE, ONE, Z),
        ValueError,
        r"running_var: got the shape \(3, 4\), wanted \(4,\)",
    ),
    (
        lambda: normalization.batch_norm(Z[:1], ONE, ONE, ONE, ONE),
        ValueError,
        "x: got a batch of 1, wanted at least 2",
    ),
    (lambda: backprop.mlp_loss_and_grads([], Z, [0, 0, 0]), ValueError, "params: got no layers"),
    (
        lambda: backprop.logistic_grad([1.0], 0.0, Z, ONE[:3]),
        ValueError,
        r"X of shape \(3, 4\) and w of shape \(1,\)",
    ),
    (
        lambda: backprop.gradient_norms_by_depth(0, 2, "relu", 1, np.random.default_rng()),
        ValueError,
        "depth = 0",
    ),
    (lambda: dense(Z, Z, ONE), ValueError, r"W \(3, 4\)"),
    # dtypes
    (lambda: losses.mse(["a"], [1.0]), TypeError, r"y_pred: got \['a'\]"),
    (lambda: losses.mse([1.0], np.array([1j])), TypeError, "y: got values of dtype complex128"),
    (lambda: losses.one_hot([0.0, 1.0], 2), TypeError, "labels: got values of dtype float64"),
    (lambda: losses.one_hot(torch.tensor([0.5]), 2), TypeError, "labels: got values of dtype"),
    (lambda: logits.sparse_cross_entropy(Z, ONE[:3]), TypeError, "convert them with .astype"),
    (lambda: logits.sparse_cross_entropy(Z, [True] * 3), TypeError, "labels: got values of dtype"),
    (lambda: logits.sparse_cross_entropy(Z, ["a"] * 3), TypeError, "labels: got"),
    (lambda: information.information_gain([0, 1], [0, 1]), TypeError, "wanted True and False"),
    (lambda: logits.log_softmax([[1.0], [1.0, 2.0]]), TypeError, "z: got"),
    # labels
    (lambda: logits.sparse_cross_entropy(Z, [0, 4, 9]), ValueError, "got 4 at position 1"),
    (lambda: logits.softmax_cross_entropy_grad(Z, [0, 1, -1]), ValueError, "got -1 at position 2"),
    (lambda: accurate.sparse_cross_entropy(Z, [0, 1, 4]), ValueError, "labels: got 4"),
    (lambda: losses.one_hot([3], 3), ValueError, "wanted n labels in 0 .. 2"),
    (lambda: information.information_gain([-1, 1], [True, False]), ValueError, "labels: got -1"),
    # probabilities
    (lambda: losses.binary_cross_entropy([1.5], [1.0]), ValueError, "p: got values from 1.5 to"),
    (lambda: losses.binary_cross_entropy([0.5], [-1.0]), ValueError, "y: got values from -1"),
    (
        lambda: logits.bce_from_logits([0.5], [2.0]),
        ValueError,
        r"y: got .* wanted them in \[0, 1\]",
    ),
    (lambda: losses.cross_entropy(2 * P, P), ValueError, "p: got row 0 with the sum 2"),
    (lambda: losses.cross_entropy(P, P / 2), ValueError, "t: got row 0 with the sum 0.5"),
    (lambda: losses.cross_entropy_grad(P, Z), ValueError, "t: got row 0 with the sum 0"),
    (lambda: information.entropy([0.5, 0.4]), ValueError, "wanted rows that sum to 1"),
    (lambda: information.entropy([1.5, -0.5]), ValueError, "p: got values from -0.5 to 1.5"),
    (lambda: information.kl_divergence(P, [[0.3] * 4] * 3), ValueError, "q: got row 0"),
    (lambda: accurate.kl_divergence(P, P / 2), ValueError, "q: got row 0 with the sum 0.5"),
    (lambda: information.surprise(2.0), ValueError, "p: got values from 2 to 2"),
    (lambda: information.entropy([1.0], base=1), ValueError, "base: got 1"),
    # NaN and infinities
    (lambda: losses.mse([NAN, 1.0, NAN], np.ones(3)), ValueError, "y_pred: got 2 NaN"),
    (lambda: losses.mse(np.ones(3), [NAN, 1.0, 1.0]), ValueError, "y: got 1 NaN"),
    (lambda: losses.binary_cross_entropy([NAN], [1.0]), ValueError, "p: got 1 NaN"),
    (lambda: losses.cross_entropy([[NAN, 1.0]], [[0.0, 1.0]]), ValueError, "p: got 1 NaN"),
    (lambda: information.entropy([NAN, 1.0]), ValueError, "p: got 1 NaN"),
    (lambda: logits.logsumexp([NAN, 1.0]), ValueError, "z: got 1 NaN"),
    (lambda: logits.log_softmax([NAN, 1.0]), ValueError, "z: got 1 NaN"),
    (lambda: logits.log_softmax([INF, 1.0]), ValueError, r"z: got a row that holds \+inf"),
    (lambda: accurate.softmax([-INF, -INF]), ValueError, "or -inf only"),
    (lambda: accurate.variance([NAN, 1.0]), ValueError, "x: got 1 NaN"),
    (lambda: logits.sparse_cross_entropy([[NAN, 1.0]], [0]), ValueError, "logits: got 1 NaN"),
    (lambda: logits.bce_from_logits([NAN], [0.0]), ValueError, "z: got 1 NaN"),
    (lambda: normalization.layer_norm(NAN * Z, ONE, ONE), ValueError, "x: got 12 NaN"),
    (
        lambda: backprop.mlp_loss_and_grads([(Z.T, ONE[:3] * NAN)], Z, [0, 0, 0]),
        ValueError,
        "logits: got 9 NaN",
    ),
    # settings
    (
        lambda: normalization.layer_norm(Z, ONE, ONE, eps=-1),
        ValueError,
        r"eps: got -1, wanted a number in \[0, inf\)",
    ),
    (
        lambda: normalization.batch_norm(Z, ONE, ONE, ONE, ONE, momentum=1.1),
        ValueError,
        r"momentum: got 1.1, wanted a number in \[0, 1\]",
    ),
    (
        lambda: backprop.gradient_norms_by_depth(2, 2, "step", 1, np.random.default_rng()),
        ValueError,
        r"activation: got 'step', wanted one of \['sigmoid', 'tanh', 'relu'\]",
    ),
    # two libraries
    (lambda: losses.mse(np.ones(1), torch.ones(1)), TypeError, "several libraries"),
    (lambda: graphs.concatenate(np.ones((1, 1)), torch.ones(1, 1)), TypeError, "several libraries"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("k", [2, 1000, 50_000])
def test_what_softmax_made_is_a_distribution(dtype, k):
    from dlcourse.activations import softmax

    p = softmax((5 * np.random.default_rng(0).normal(size=(4, k))).astype(dtype))
    assert np.all(information.entropy(p) > 0)
