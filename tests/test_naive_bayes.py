"""Gaussian naive Bayes: counts, scores against a direct formula, sampling, the neuron in it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from dlcourse.activations import sigmoid
from dlcourse.naive_bayes import (
    NaiveBayes,
    naive_bayes_as_neuron,
    naive_bayes_fit,
    naive_bayes_predict,
    naive_bayes_sample,
    naive_bayes_scores,
)


def _data(seed=0, n=90):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 3)
    return rng.standard_normal((n, 2)) * (1 + y[:, None]) + 2 * y[:, None], y


def test_fitting_counts_and_measures():
    X, y = _data()
    model = naive_bayes_fit(X, y, k=3, smallest=0.0)
    assert_allclose(model.prior, np.bincount(y) / len(y))
    for label in range(3):
        assert_allclose(model.mean[label], X[y == label].mean(axis=0))
        assert_allclose(model.variance[label], X[y == label].var(axis=0))


def test_scores_are_log_prior_plus_log_densities():
    X, y = _data(1)
    model = naive_bayes_fit(X, y, k=3)
    by_torch = torch.distributions.Normal(
        torch.from_numpy(model.mean), torch.from_numpy(np.sqrt(model.variance))
    ).log_prob(torch.from_numpy(X[:, None, :]))
    expected = np.log(model.prior) + by_torch.sum(dim=-1).numpy()
    assert_allclose(naive_bayes_scores(model, X), expected, rtol=1e-10)


def test_probabilities_follow_bayes_rule():
    X, y = _data(2)
    model = naive_bayes_fit(X, y, k=3)
    joint = np.exp(naive_bayes_scores(model, X))
    assert_allclose(
        naive_bayes_predict(model, X), joint / joint.sum(axis=1, keepdims=True), rtol=1e-10
    )


def test_a_rare_class_needs_more_evidence():
    model = NaiveBayes(np.array([0.9, 0.1]), np.array([[-1.0], [1.0]]), np.ones((2, 1)))
    assert_allclose(naive_bayes_predict(model, [[0.0]]), [[0.9, 0.1]])


def test_samples_have_the_moments_of_the_model():
    model = NaiveBayes(np.array([0.5, 0.5]), np.array([[0.0, 5.0], [9.0, 1.0]]), np.full((2, 2), 4))
    made = naive_bayes_sample(model, np.repeat([0, 1], 20_000), np.random.default_rng(0))
    assert_allclose(made[:20_000].mean(axis=0), [0.0, 5.0], atol=0.06)
    assert_allclose(made[20_000:].std(axis=0), [2.0, 2.0], atol=0.04)


def test_with_shared_variances_naive_bayes_is_a_sigmoid_neuron():
    rng = np.random.default_rng(3)
    shared = np.tile([0.5, 2.0, 1.0], (2, 1))
    model = NaiveBayes(np.array([0.3, 0.7]), rng.standard_normal((2, 3)), shared)
    w, b = naive_bayes_as_neuron(model)
    X = rng.standard_normal((50, 3))
    assert_allclose(sigmoid(X @ w + b), naive_bayes_predict(model, X)[:, 1], rtol=1e-10)


def test_torch_and_numpy_agree():
    X, y = _data(4)
    ours = naive_bayes_predict(naive_bayes_fit(X, y, k=3), X)
    model = naive_bayes_fit(torch.from_numpy(X), torch.from_numpy(y), k=3)
    assert_allclose(naive_bayes_predict(model, torch.from_numpy(X)).numpy(), ours, rtol=1e-9)


def test_errors_say_what_was_wanted():
    with pytest.raises(ValueError, match="each present"):
        naive_bayes_fit([[1.0], [2.0]], [0, 0], k=2)
    with pytest.raises(ValueError, match="each present"):
        naive_bayes_fit([[1.0], [2.0]], [0, 5], k=2)
    with pytest.raises(ValueError, match="one neuron has two answers"):
        naive_bayes_as_neuron(NaiveBayes(np.ones(3) / 3, np.zeros((3, 1)), np.ones((3, 1))))
