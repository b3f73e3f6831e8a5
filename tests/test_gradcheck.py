"""The checkers are checked: right gradients pass, every usual mistake is caught and located."""

import numpy as np
import pytest
import torch

from dlcourse.activations import sigmoid, sigmoid_grad, softmax, softmax_backward
from dlcourse.gradcheck import (
    as_autograd,
    check_gradient,
    numerical_gradient,
    relative_error,
    with_slope,
)
from dlcourse.layers import dense, dense_backward

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(6, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)


def rng():
    return np.random.default_rng(1)


def test_numerical_gradient_of_a_cubic():
    x = RNG.normal(size=(2, 3))
    before = x.copy()
    gradient = numerical_gradient(lambda v: np.sum(v**3), x)
    np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-8)
    np.testing.assert_array_equal(x, before)
    assert numerical_gradient(lambda v: v**2, 3.0).shape == ()


def test_numerical_gradient_measures_in_float64_and_gives_copies():
    def spoils(v):
        assert v.dtype == np.float64
        total = float(np.sum(v**2))
        v[:] = 0
        return total

    x = np.array([1.0, 2.0], np.float32)
    np.testing.assert_allclose(numerical_gradient(spoils, x), [2, 4], rtol=1e-8)


def test_relative_error():
    assert relative_error([0.0, 0.0], [0.0, 0.0]) == 0
    assert relative_error([1.0, 100.0], [1.0, 99.0]) == pytest.approx(0.01)
    assert relative_error([1e-13], [0.0]) == pytest.approx(0.1)
    assert relative_error([-1.0], [1.0]) == 2
    assert relative_error([1.0], [2.0]) == relative_error([2.0], [1.0]) == 0.5


def test_right_gradients_pass():
    assert check_gradient(dense, dense_backward, [X, W, B], rng()) < 1e-6
    assert check_gradient(softmax, softmax_backward, [X], rng()) < 1e-6
    assert check_gradient(*with_slope(sigmoid, sigmoid_grad), [X], rng()) < 1e-6


@pytest.mark.parametrize("size", [1e-5, 1.0, 1e5])
def test_errors_are_relative(size):
    def forward(x):
        return size * x, None

    assert check_gradient(forward, lambda d, _: size * d, [X], rng()) < 1e-6
    assert check_gradient(forward, lambda d, _: size * (1 + 1e-7) * d, [X], rng()) > 1e-8
    with pytest.raises(AssertionError):
        check_gradient(forward, lambda d, _: 1.0001 * size * d, [X], rng())


WRONG = {
    "sign": lambda d, cache: (-(d @ W.T), X.T @ d, d.sum(0)),
    "mean for sum": lambda d, cache: (d @ W.T, X.T @ d, d.mean(0)),
    "one entry": lambda d, cache: (d @ W.T * (1 + 1e-4 * (X[2, 1] == X)), X.T @ d, d.sum(0)),
    "order": lambda d, cache: (d @ W.T, d.sum(0), X.T @ d),
    "one missing": lambda d, cache: (d @ W.T, X.T @ d),
    "NaN": lambda d, cache: (np.nan * (d @ W.T), X.T @ d, d.sum(0)),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_gradients_are_caught(mistake):
    with pytest.raises(AssertionError):
        check_gradient(dense, WRONG[mistake], [X, W, B], rng())


def test_the_message_says_where():
    with pytest.raises(AssertionError, match=r"gradient 0: got .* at \(2, 1\), wanted"):
        check_gradient(dense, WRONG["one entry"], [X, W, B], rng())
    with pytest.raises(AssertionError, match=r"gradient 2: got .* at \(\d,\), wanted"):
        check_gradient(dense, WRONG["mean for sum"], [X, W, B], rng())


def test_a_random_cotangent_catches_what_ones_would_not():
    """Under a cotangent of ones the softmax's gradient is 0, and so is this wrong one's."""

    def forgets_the_other_scores(d_p, p):
        return p * (d_p - d_p.mean(axis=-1, keepdims=True))

    with pytest.raises(AssertionError):
        check_gradient(softmax, forgets_the_other_scores, [X], rng())


def test_torch_examines_a_lent_pair():
    lent = as_autograd(dense, dense_backward)
    inputs = [torch.tensor(array, requires_grad=True) for array in (X, W, B)]
    assert torch.autograd.gradcheck(lent, inputs)


def test_lent_pairs_chain_with_torchs_own():
    lent = as_autograd(softmax, softmax_backward)
    mine, theirs = (torch.tensor(X, requires_grad=True) for _ in range(2))
    (torch.sin(lent(2 * mine)) ** 2).sum().backward()
    (torch.sin(torch.softmax(2 * theirs, -1)) ** 2).sum().backward()
    np.testing.assert_allclose(mine.grad, theirs.grad, rtol=1e-10)


def test_a_lent_function_frees_its_cache():
    """An output kept in its own cache would be a cycle that only the collector breaks."""
    import gc
    import weakref

    lent = as_autograd(softmax, softmax_backward)
    gc.disable()
    try:
        out = lent(torch.tensor(X, requires_grad=True))
        gone = weakref.ref(out)
        del out
        assert gone() is None
    finally:
        gc.enable()


def test_a_lent_function_is_differentiated_once_not_twice():
    lent = as_autograd(*with_slope(sigmoid, sigmoid_grad))
    z = torch.tensor(X, requires_grad=True)
    (first,) = torch.autograd.grad(lent(z).sum(), z, create_graph=True)
    with pytest.raises(RuntimeError):
        torch.autograd.grad(first.sum(), z)


def test_a_slope_is_of_the_first_input_only():
    forward, backward = with_slope(lambda x, y, c: c * np.sum((x - y) ** 2, -1), lambda x, y, c: X)
    out, cache = forward(X, X + 1, 2.0)
    grads = backward(np.arange(6.0), cache)
    np.testing.assert_array_equal(out, np.full(6, 8.0))
    np.testing.assert_array_equal(grads[0], np.arange(6.0)[:, None] * X)
    assert grads[1:] == (None, None)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="eps: got 0, wanted a number greater than 0"):
        numerical_gradient(np.sum, X, eps=0)
    with pytest.raises(ValueError, match=r"f: got a result of shape \(6, 4\), wanted one number"):
        numerical_gradient(lambda v: v, X)
    with pytest.raises(ValueError, match=r"a of shape \(2,\) and b of shape \(1,\)"):
        relative_error([1.0, 2.0], [1.0])
