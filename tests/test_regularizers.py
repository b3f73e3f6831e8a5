"""Penalties and decay: any shape, the corner, and what decay is equal to."""

import numpy as np
import pytest

from dlcourse.regularizers import (
    elastic_net_penalty,
    elastic_net_subgradient,
    l1_penalty,
    l1_subgradient,
    l2_grad,
    l2_penalty,
    weight_decay_step,
)

W = np.random.default_rng(0).normal(size=(3, 4, 2))


def test_penalties_sum_over_every_entry_of_any_shape():
    assert l1_penalty(W, 0.5).item() == pytest.approx(0.5 * np.abs(W).sum())
    assert l2_penalty(W, 0.5).item() == pytest.approx(0.5 * (W**2).sum())
    assert elastic_net_penalty(W, 0.5, 2.0).item() == pytest.approx(
        0.5 * np.abs(W).sum() + 2 * (W**2).sum()
    )
    assert l1_penalty(-3.0, 2.0) == 6
    assert l2_penalty(np.zeros(0), 2.0) == 0


def test_at_the_corner_nothing_pulls():
    assert l1_subgradient([0.0, -0.0], 3.0).tolist() == [0, 0]
    assert elastic_net_subgradient(0.0, 3.0, 3.0) == 0


def test_decay_is_an_l2_penalty_of_half_its_strength_under_plain_descent():
    g = np.random.default_rng(1).normal(size=W.shape)
    by_decay = weight_decay_step(W, g, lr=0.1, decay=0.3)
    np.testing.assert_allclose(by_decay, W - 0.1 * (g + l2_grad(W, 0.15)), rtol=1e-14)
    np.testing.assert_allclose(by_decay, W - 0.1 * (g + 0.3 * W), rtol=1e-14)


@pytest.mark.parametrize("function", [l1_penalty, l1_subgradient, l2_penalty, l2_grad])
def test_a_negative_strength_is_refused(function):
    with pytest.raises(ValueError, match=r"lam: got -1, wanted a number in \[0, inf\)"):
        function(W, -1)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="lam2: got -1"):
        elastic_net_penalty(W, 1, -1)
    with pytest.raises(ValueError, match="lam1: got -1"):
        elastic_net_subgradient(W, -1, 1)
    with pytest.raises(ValueError, match="decay: got -1"):
        weight_decay_step(W, W, 0.1, -1)
    with pytest.raises(ValueError, match=r"w of shape \(2,\) and g of shape \(3,\)"):
        weight_decay_step(np.ones(2), np.ones(3), 0.1, 0.1)
    with pytest.raises(ValueError, match="w: got 1 NaN"):
        l1_penalty([1.0, np.nan], 0.1)
