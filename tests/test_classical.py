"""Least squares and logistic regression: known answers, optimality, errors, torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from dlcourse.activations import sigmoid
from dlcourse.classical import examples, linear_fit, logistic_fit


def _labels(rng, X):
    return (rng.random(X.shape[0]) < sigmoid(X @ np.array([2.0, -1.0]) + 0.5)).astype(float)


def test_a_plane_is_recovered_exactly():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 3))
    w, b = linear_fit(X, X @ np.array([1.0, -2.0, 0.5]) + 3)
    assert_allclose(w, [1.0, -2.0, 0.5], atol=1e-12)
    assert_allclose(b, 3.0, atol=1e-12)


def test_residuals_of_least_squares_are_orthogonal_to_every_feature():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((30, 4)), rng.standard_normal(30)
    w, b = linear_fit(X, y)
    residual = X @ w + b - y
    assert_allclose(X.T @ residual, 0, atol=1e-12)
    assert_allclose(residual.sum(), 0, atol=1e-12)


def test_with_few_rows_the_fit_is_exact_and_the_shortest():
    X = np.array([[20.0, 30.0, 10.0], [30.0, 10.0, 25.0], [21.0, 15.0, 31.0]])
    y = np.array([58.0, 67.0, 78.0])
    w, b = linear_fit(X, y)
    assert_allclose(X @ w + b, y, rtol=1e-12)
    change = np.linalg.solve(X, np.ones(3))
    for size in (-0.1, 0.1):
        longer = np.append(w + size * change, b - size)
        assert np.linalg.norm(longer) > np.linalg.norm(np.append(w, b))


@pytest.mark.parametrize("ridge", [0.0, 1e-3, 0.5])
def test_the_gradient_of_the_penalized_loss_vanishes(ridge):
    rng = np.random.default_rng(2)
    X = rng.standard_normal((200, 2))
    y = _labels(rng, X)
    w, b = logistic_fit(X, y, ridge=ridge)
    error = sigmoid(X @ w + b) - y
    assert_allclose(X.T @ error / 200 + ridge * w, 0, atol=1e-10)
    assert_allclose(error.mean(), 0, atol=1e-10)  # the bias is not penalized


def test_many_examples_give_the_true_weights_back():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((50_000, 2))
    w, b = logistic_fit(X, _labels(rng, X), ridge=0.0)
    assert_allclose([*w, b], [2.0, -1.0, 0.5], atol=0.08)


def test_separable_classes_stay_finite_and_are_separated():
    X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    w, b = logistic_fit(X, [0, 0, 1, 1])
    assert np.isfinite(w).all()
    assert ((X @ w + b > 0) == [False, False, True, True]).all()


def test_a_stronger_penalty_makes_smaller_weights():
    rng = np.random.default_rng(4)
    X = rng.standard_normal((100, 2))
    y = _labels(rng, X)
    sizes = [np.linalg.norm(logistic_fit(X, y, ridge=r)[0]) for r in (1e-3, 1e-1, 10.0)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_torch_and_numpy_agree_and_arguments_are_kept():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((60, 2))
    y = _labels(rng, X)
    kept = X.copy(), y.copy()
    for fit in (linear_fit, logistic_fit):
        w, b = fit(X, y)
        v, c = fit(torch.from_numpy(X), torch.from_numpy(y))
        assert isinstance(v, torch.Tensor)
        assert_allclose(v.numpy(), w, rtol=1e-9)
        assert_allclose(c.numpy(), b, rtol=1e-9)
    assert np.array_equal(X, kept[0])
    assert np.array_equal(y, kept[1])


def test_float32_stays_float32():
    X, y = np.eye(3, dtype=np.float32), np.array([0, 1, 1], dtype=np.float32)
    for fit in (linear_fit, logistic_fit):
        assert all(part.dtype == np.float32 for part in fit(X, y))


def test_errors_say_what_was_wanted():
    with pytest.raises(ValueError, match=r"X \(2, 1\) and y \(3,\)"):
        linear_fit([[1.0], [2.0]], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="labels other than 0 and 1"):
        logistic_fit([[1.0], [2.0]], [1, 2])
    with pytest.raises(ValueError, match="n >= 1"):
        examples(np.zeros((0, 2)), np.zeros(0))
