"""Batch and layer norm: what they promise, the running averages, and the far ends."""

import numpy as np
import pytest
import torch

from dlcourse.normalization import batch_norm, batch_norm_backward, layer_norm

RNG = np.random.default_rng(0)
X = 5 + 3 * RNG.normal(size=(64, 4))
ONES, ZEROS = np.ones(4), np.zeros(4)


def test_features_come_out_with_mean_zero_and_variance_one():
    out, *_ = batch_norm(X, ONES, ZEROS, ZEROS, ONES, eps=0.0)
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(out.var(axis=0), 1, rtol=1e-13)
    out, _ = layer_norm(X, ONES, ZEROS, eps=0.0)
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(out.var(axis=1), 1, rtol=1e-13)


def test_running_statistics_follow_the_batches():
    mean, var = RNG.normal(size=4), RNG.uniform(1, 2, size=4)
    old_mean, old_var = mean.copy(), var.copy()
    _, _, new_mean, new_var = batch_norm(X, ONES, ZEROS, mean, var, momentum=0.8)
    np.testing.assert_allclose(new_mean, 0.8 * mean + 0.2 * X.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(new_var, 0.8 * var + 0.2 * X.var(axis=0), rtol=1e-13)
    np.testing.assert_array_equal(mean, old_mean)
    np.testing.assert_array_equal(var, old_var)


def test_torch_keeps_the_same_mean_with_its_own_momentum():
    running = torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64)
    torch.nn.functional.batch_norm(torch.tensor(X), *running, training=True, momentum=0.1)
    _, _, mean, var = batch_norm(X, ONES, ZEROS, ZEROS, ONES, momentum=0.9)
    np.testing.assert_allclose(mean, running[0].numpy(), rtol=1e-13)
    unbiased = 0.9 + (var - 0.9) * 64 / 63
    np.testing.assert_allclose(unbiased, running[1].numpy(), rtol=1e-13)


def test_at_test_time_a_row_does_not_depend_on_its_neighbors():
    mean, var = X.mean(axis=0), X.var(axis=0)
    whole, cache, same_mean, same_var = batch_norm(X, ONES, ZEROS, mean, var, train=False)
    alone, *_ = batch_norm(X[:1], ONES, ZEROS, mean, var, train=False)
    np.testing.assert_array_equal(whole[:1], alone)
    np.testing.assert_array_equal(same_mean, mean)
    np.testing.assert_array_equal(same_var, var)
    d_out = np.zeros_like(X)
    d_out[0] = 1
    assert np.all(batch_norm_backward(d_out, cache)[0][1:] == 0)


def test_in_training_it_does():
    _, cache, *_ = batch_norm(X, ONES, ZEROS, ZEROS, ONES)
    d_out = np.zeros_like(X)
    d_out[0] = 1
    assert np.all(batch_norm_backward(d_out, cache)[0][1:] != 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constant_features_and_large_numbers_stay_finite(dtype):
    x = np.full((8, 4), 1e4, dtype)
    x[:, 1] = np.linspace(-1e4, 1e4, 8)
    one, zero = np.ones(4, dtype), np.zeros(4, dtype)
    with np.errstate(all="raise", under="ignore"):
        out, cache, *_ = batch_norm(x, one, zero, zero, one)
        d_x, *_ = batch_norm_backward(np.ones_like(x), cache)
    assert np.isfinite(out).all()
    assert np.isfinite(d_x).all()
    np.testing.assert_array_equal(out[:, 0], 0)
