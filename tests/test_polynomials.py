"""Curves by least squares: NumPy's own fit, the normal equations, and what a penalty does."""

import numpy as np
import pytest
import torch

from dlcourse.polynomials import polynomial_fit, polynomial_predict, ridge_fit


def points(seed=0, n=40):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    return x, np.sin(3 * x) + 0.1 * rng.normal(size=n)


@pytest.mark.parametrize("degree", [0, 1, 5, 12])
def test_without_penalty_it_is_numpys_fit(degree):
    x, y = points()
    expected = np.polynomial.polynomial.polyfit(x, y, degree)
    np.testing.assert_allclose(polynomial_fit(x, y, degree), expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("lam", [1e-3, 0.5, 100.0])
@pytest.mark.parametrize("degree", [1, 4, 12])
def test_the_penalized_gradient_is_zero_at_the_fit(degree, lam):
    x, y = points(1)
    c = polynomial_fit(x, y, degree, lam)
    V = x[:, None] ** np.arange(degree + 1)
    penalized = np.r_[0.0, c[1:]]  # the constant is free
    np.testing.assert_allclose(V.T @ (V @ c - y) + lam * penalized, 0, atol=1e-10)


def test_a_huge_penalty_leaves_the_mean():
    x, y = points(2)
    c = polynomial_fit(x, y, 3, lam=1e12)
    assert c[0] == pytest.approx(y.mean(), rel=1e-9)
    assert np.abs(c[1:]).max() < 1e-9


def test_a_polynomial_is_ridge_on_its_powers():
    x, y = points(3)
    w, b = ridge_fit(np.stack([x, x**2, x**3], axis=1), y, lam=0.3)
    np.testing.assert_allclose(polynomial_fit(x, y, 3, lam=0.3), [b, *w], rtol=1e-12)


def test_with_too_few_points_the_curve_passes_through_all():
    x, y = points(4, n=5)
    c = polynomial_fit(x, y, 9)
    np.testing.assert_allclose(polynomial_predict(c, x), y, rtol=1e-9)


def test_predict_equals_numpy_in_any_shape():
    c, x = np.array([1.0, -2.0, 0.5, 3.0]), np.linspace(-2, 2, 12).reshape(3, 4)
    expected = np.polynomial.polynomial.polyval(x, c)
    np.testing.assert_allclose(polynomial_predict(c, x), expected, rtol=1e-13)
    assert polynomial_predict(c, 0.0).shape == ()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_arguments_and_library_are_kept(dtype):
    x, y = (part.astype(dtype) for part in points(5))
    before = x.copy(), y.copy()
    c = polynomial_fit(x, y, 4, lam=0.1)
    assert c.dtype == dtype
    assert polynomial_predict(c, x).dtype == dtype
    by_torch = polynomial_fit(torch.tensor(x), torch.tensor(y), 4, lam=0.1)
    assert isinstance(by_torch, torch.Tensor)
    np.testing.assert_allclose(c, by_torch.numpy(), rtol=1e-3 if dtype == "float32" else 1e-10)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_errors_name_what_does_not_fit():
    with pytest.raises(ValueError, match=r"got x \(3,\), y \(2,\) and degree = 1"):
        polynomial_fit(np.ones(3), np.ones(2), 1)
    with pytest.raises(ValueError, match="degree = -1"):
        polynomial_fit(np.ones(3), np.ones(3), -1)
    with pytest.raises(ValueError, match="got lam = -1, wanted a strength of at least 0"):
        polynomial_fit(np.ones(3), np.ones(3), 1, lam=-1)
    with pytest.raises(ValueError, match=r"got X \(3,\) and y \(3,\)"):
        ridge_fit(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"got coefficients \(\), wanted \(p \+ 1,\)"):
        polynomial_predict(1.0, np.ones(3))
