"""Entropy and its relatives: identities, limits, bases, and the numbers of the notes."""

import math

import numpy as np
import pytest
import torch

from dlcourse.information import (
    cross_entropy_dist,
    entropy,
    information_gain,
    kl_divergence,
    surprise,
)

RNG = np.random.default_rng(0)
P, Q = RNG.dirichlet(np.ones(5), 4), RNG.dirichlet(np.ones(5), 4)


@pytest.fixture(autouse=True)
def silence():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def test_cross_entropy_is_entropy_and_divergence():
    np.testing.assert_allclose(cross_entropy_dist(P, Q), entropy(P) + kl_divergence(P, Q))
    np.testing.assert_allclose(kl_divergence(P, Q)[1], kl_divergence(P[1], Q[1]), rtol=1e-14)


def test_definitions():
    np.testing.assert_allclose(entropy(P), -(P * np.log2(P)).sum(-1), rtol=1e-13)
    np.testing.assert_allclose(cross_entropy_dist(P, Q), -(P * np.log2(Q)).sum(-1), rtol=1e-13)
    np.testing.assert_allclose(kl_divergence(P, Q), (P * np.log2(P / Q)).sum(-1), rtol=1e-12)
    assert np.all(np.abs(kl_divergence(P, Q) - kl_divergence(Q, P)) > 1e-3)


@pytest.mark.parametrize("function", [entropy, lambda p, base: kl_divergence(p, Q, base)])
def test_bases_are_units(function):
    bits = function(P, base=2)
    np.testing.assert_allclose(function(P, base=math.e), bits * math.log(2), rtol=1e-14)
    np.testing.assert_allclose(function(P, base=10), bits * math.log10(2), rtol=1e-14)


def test_limits():
    assert entropy([1.0, 0.0]) == 0
    assert str(entropy([1.0, 0.0]).item()) == "0.0"
    assert entropy(np.full(8, 1 / 8)) == 3
    assert kl_divergence([0.0, 1.0], [0.5, 0.5]) == 1
    assert kl_divergence([0.5, 0.5], [0.0, 1.0]) == math.inf
    assert cross_entropy_dist([0.5, 0.5], [0.0, 1.0]) == math.inf
    assert cross_entropy_dist([0.0, 1.0], [0.0, 1.0]) == 0
    assert np.all(kl_divergence(P, P) == 0)
    assert surprise([0.0, 1.0]).tolist() == [math.inf, 0.0]


def test_tiny_probabilities():
    p, q = np.array([1 - 1e-300, 1e-300]), np.array([1.0, 1e-310])
    assert np.isfinite(kl_divergence(p, q))
    assert surprise(1e-300).item() == pytest.approx(300 * math.log2(10))


def test_the_marbles_of_the_notes():
    """One red, three blue and four green: 1.406 bits."""
    expected = -(1 / 8 * math.log2(1 / 8) + 3 / 8 * math.log2(3 / 8) + 1 / 2 * math.log2(1 / 2))
    assert entropy([1 / 8, 3 / 8, 4 / 8]).item() == pytest.approx(expected)
    assert round(expected, 3) == 1.406


def gain_by_counting(labels, split):
    def bits(group):
        _, counts = np.unique(group, return_counts=True)
        return -np.sum(counts / counts.sum() * np.log2(counts / counts.sum()))

    sides = [group for group in (labels[split], labels[~split]) if len(group)]
    return bits(labels) - sum(len(group) / len(labels) * bits(group) for group in sides)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("convert", [np.asarray, torch.tensor])
def test_information_gain_counts_by_hand(seed, convert):
    rng = np.random.default_rng(seed)
    labels, split = rng.choice([0, 3, 7, 10**9], 20), rng.random(20) < 0.3
    mine = information_gain(convert(labels), convert(split))
    assert mine.item() == pytest.approx(gain_by_counting(labels, split), abs=1e-14)


def test_information_gain_of_useless_questions():
    assert information_gain([0, 1, 2], [True, True, True]) == 0
    assert information_gain([0, 1, 0, 1], [True, True, False, False]) == 0
    assert information_gain([5, 5], [True, False]) == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_kept(dtype):
    p, q = P.astype(dtype), Q.astype(dtype)
    for result in (entropy(p), cross_entropy_dist(p, q), kl_divergence(p, q), surprise(p)):
        assert result.dtype == dtype
    assert isinstance(kl_divergence(torch.tensor(p), torch.tensor(q)), torch.Tensor)
