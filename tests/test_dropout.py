"""Dropout: expectations of both conventions, masks, and one random stream for all libraries."""

import numpy as np
import pytest
import torch

from dlcourse.dropout import (
    dropout_backward,
    dropout_train,
    plain_dropout_test,
    plain_dropout_train,
)

X = np.random.default_rng(0).normal(size=(50, 40)) + 3
RUNS = 400


def mean_of_runs(function):
    rng = np.random.default_rng(1)
    return np.mean([function(rng)[0] for _ in range(RUNS)], axis=0)


@pytest.mark.parametrize("p_drop", [0.0, 0.2, 0.5, 0.9])
def test_inverted_dropout_keeps_the_expectation(p_drop):
    mean = mean_of_runs(lambda rng: dropout_train(X, p_drop, rng))
    spread = np.sqrt(p_drop / (1 - p_drop) / RUNS / X.size)
    assert np.mean(mean / X) == pytest.approx(1, abs=5 * spread + 1e-12)


@pytest.mark.parametrize("p_keep", [0.1, 0.5, 0.8, 1.0])
def test_plain_dropout_is_scaled_afterwards(p_keep):
    mean = mean_of_runs(lambda rng: plain_dropout_train(X, p_keep, rng))
    spread = np.sqrt((1 - p_keep) / p_keep / RUNS / X.size)
    assert np.mean(mean / plain_dropout_test(X, p_keep)) == pytest.approx(1, abs=5 * spread + 1e-12)


@pytest.mark.parametrize("p", [0.2, 0.7])
def test_masks_keep_the_right_share_independently(p):
    for _, mask in (
        dropout_train(X, p, np.random.default_rng(2)),
        plain_dropout_train(X, 1 - p, np.random.default_rng(2)),
    ):
        assert mask.dtype == bool
        assert mask.shape == X.shape
        assert mask.mean() == pytest.approx(1 - p, abs=5 * np.sqrt(p * (1 - p) / X.size))
        assert mask.mean(axis=0).std() == pytest.approx(np.sqrt(p * (1 - p) / 50), rel=0.4)
        assert mask.mean(axis=1).std() == pytest.approx(np.sqrt(p * (1 - p) / 40), rel=0.4)


def test_kept_units_and_only_those_are_scaled():
    out, mask = dropout_train(X, 0.75, np.random.default_rng(3))
    np.testing.assert_array_equal(out, np.where(mask, X * 4, 0))
    np.testing.assert_array_equal(dropout_backward(X, mask, 0.75), out)
    np.testing.assert_array_equal(dropout_backward(X, mask.astype(int), 0.75), out)
    out, mask = plain_dropout_train(X, 0.25, np.random.default_rng(3))
    np.testing.assert_array_equal(out, np.where(mask, X, 0))


def test_equal_seeds_drop_equal_units_in_every_library():
    by_numpy = dropout_train(X, 0.5, np.random.default_rng(4))
    by_torch = dropout_train(torch.tensor(X), 0.5, np.random.default_rng(4))
    assert isinstance(by_torch[1], torch.Tensor)
    for mine, theirs in zip(by_numpy, by_torch, strict=True):
        np.testing.assert_array_equal(mine, theirs.numpy())


@pytest.mark.parametrize("p_drop", [-0.1, 1.0, 1.5, float("nan")])
def test_a_rate_that_is_no_rate_is_refused(p_drop):
    with pytest.raises(ValueError, match=rf"p_drop: got {p_drop}, wanted a number in \[0, 1\)"):
        dropout_train(X, p_drop, np.random.default_rng(0))
    with pytest.raises(ValueError, match="p_drop"):
        dropout_backward(X, X > 0, p_drop)


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"mask: got the shape \(40,\), wanted \(50, 40\)"):
        dropout_backward(X, np.ones(40, bool), 0.5)
    with pytest.raises(ValueError, match=r"p_keep: got 1.1, wanted a number in \[0, 1\]"):
        plain_dropout_test(X, 1.1)
