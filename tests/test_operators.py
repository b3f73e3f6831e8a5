"""Every operator of floor 1 equals torch's own, forward and backward, and minds its manners.

The operators are found by discovery: a new one without a row here fails the suite.
"""

import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import array_api_strict
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from dlcourse import activations, layers

MODULES: tuple[ModuleType, ...] = (activations, layers)

#: Public functions that are not differentiable operators, each with the reason.
NOT_OPERATORS = {
    "step": "flat everywhere, so it has no useful slope; tested in test_neuron.py",
    "identity": "its slope is 1; tested below with the dtype checks only",
    "mlp_forward": "a loop over dense; tested in test_layers.py",
    "collapse": "algebra of weights; tested in test_layers.py",
}


@dataclass(frozen=True)
class Row:
    """An operator's twin in torch, the shapes of its inputs and its further arguments."""

    twin: Any
    shapes: tuple[tuple[int, ...], ...]
    extra: tuple[Any, ...] = ()


ROWS = {
    "sigmoid": Row(torch.sigmoid, ((7, 5),)),
    "tanh": Row(torch.tanh, ((7, 5),)),
    "relu": Row(F.relu, ((7, 5),)),
    "leaky_relu": Row(lambda z: F.leaky_relu(z, 0.2), ((7, 5),), (0.2,)),
    "softmax": Row(lambda z: F.softmax(z, dim=-1), ((7, 5),)),
    "dense": Row(lambda x, W, b: F.linear(x, W.T, b), ((7, 5), (5, 3), (3,))),
}


def discovered() -> dict[str, Any]:
    """Public functions of the operator modules, by name."""
    found = {}
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found[name] = function
    return found


FUNCTIONS = discovered()
ELEMENTWISE = sorted(name for name in ROWS if f"{name}_grad" in FUNCTIONS)


def forward(name: str, *inputs: Any) -> Any:
    out = FUNCTIONS[name](*inputs, *ROWS[name].extra)
    return out[0] if isinstance(out, tuple) else out


def backward(name: str, cotangent: Any, *inputs: Any) -> tuple[Any, ...]:
    """The book's own gradients: slope times cotangent, or the backward function."""
    extra = ROWS[name].extra
    if name in ELEMENTWISE:
        return (cotangent * FUNCTIONS[f"{name}_grad"](*inputs, *extra),)
    out = FUNCTIONS[name](*inputs, *extra)
    cache = out[1] if isinstance(out, tuple) else out
    grads = FUNCTIONS[f"{name}_backward"](cotangent, cache)
    return grads if isinstance(grads, tuple) else (grads,)


def draw(name: str, seed: int, scale: float = 2.0, dtype: str = "float64") -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [(scale * rng.normal(size=shape)).astype(dtype) for shape in ROWS[name].shapes]


def tensors(arrays: list[np.ndarray], requires_grad: bool = False) -> list[torch.Tensor]:
    return [torch.tensor(array, requires_grad=requires_grad) for array in arrays]


def test_every_operator_has_a_row():
    known = set(ROWS) | set(NOT_OPERATORS)
    known |= {f"{name}_{way}" for name in ROWS for way in ("grad", "backward")}
    assert set(FUNCTIONS) <= known, f"add a row for {sorted(set(FUNCTIONS) - known)}"
    for name in ROWS:
        assert f"{name}_grad" in FUNCTIONS or f"{name}_backward" in FUNCTIONS, name


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ROWS)
def test_forward_equals_torch(name, seed):
    inputs = draw(name, seed)
    expected = ROWS[name].twin(*tensors(inputs)).numpy()
    np.testing.assert_allclose(forward(name, *inputs), expected, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ROWS)
def test_backward_equals_torch_autograd_under_a_random_cotangent(name, seed):
    inputs = draw(name, seed)
    leaves = tensors(inputs, requires_grad=True)
    out = ROWS[name].twin(*leaves)
    cotangent = np.random.default_rng(100 + seed).normal(size=tuple(out.shape))
    expected = torch.autograd.grad(out, leaves, torch.tensor(cotangent))
    for mine, theirs in zip(backward(name, cotangent, *inputs), expected, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("name", ROWS)
def test_own_forward_is_differentiable_by_torch_and_agrees_with_own_backward(name):
    inputs = draw(name, 7)
    leaves = tensors(inputs, requires_grad=True)
    out = forward(name, *leaves)
    cotangent = torch.tensor(np.random.default_rng(8).normal(size=tuple(out.shape)))
    expected = torch.autograd.grad(out, leaves, cotangent)
    for mine, theirs in zip(backward(name, cotangent, *tensors(inputs)), expected, strict=True):
        assert isinstance(mine, torch.Tensor)
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("name", ROWS)
def test_numpy_torch_and_the_strict_standard_share_one_implementation(name):
    inputs = draw(name, 3)
    by_numpy = forward(name, *inputs)
    by_torch = forward(name, *tensors(inputs))
    strict = [array_api_strict.asarray(array) for array in inputs]
    by_strict = forward(name, *strict)
    assert isinstance(by_torch, torch.Tensor)
    assert type(by_strict) is type(strict[0])
    np.testing.assert_allclose(by_numpy, by_torch.numpy(), rtol=1e-13)
    np.testing.assert_allclose(by_numpy, np.asarray(by_strict), rtol=1e-13)
    cotangent = np.ones(by_numpy.shape)
    by_hand = backward(name, cotangent, *inputs)
    by_strict = backward(name, array_api_strict.asarray(cotangent), *strict)
    for mine, theirs in zip(by_hand, by_strict, strict=True):
        np.testing.assert_allclose(mine, np.asarray(theirs), rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ROWS)
def test_dtype_shape_and_arguments_are_kept(name, dtype):
    inputs = draw(name, 5, dtype=dtype)
    before = [array.copy() for array in inputs]
    out = forward(name, *inputs)
    cotangent = np.ones(out.shape, dtype)
    grads = backward(name, cotangent, *inputs)
    assert out.dtype == dtype
    for grad, array, old in zip(grads, inputs, before, strict=True):
        assert grad.dtype == dtype
        assert grad.shape == array.shape
        np.testing.assert_array_equal(array, old)
    assert np.all(cotangent == 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [name for name in ROWS if name != "dense"])
def test_extreme_inputs_are_finite_silent_and_right(name, dtype):
    z = np.array([[-1e4, -800.0, -100.0, -30.0, 0.0, 30.0, 100.0, 800.0, 1e4]], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out = forward(name, z)
        (grad,) = backward(name, np.ones_like(z), z)
    leaf = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    expected = ROWS[name].twin(leaf)
    (slope,) = torch.autograd.grad(expected.sum(), leaf)
    tolerance = {"float32": 1e-5, "float64": 1e-7}[dtype]
    np.testing.assert_allclose(out, expected.detach().numpy(), rtol=tolerance, atol=1e-30)
    if name not in ("tanh", "sigmoid", "softmax"):  # torch's own slopes round to 0 in the tails
        np.testing.assert_allclose(grad, slope.numpy(), rtol=tolerance)
    assert np.isfinite(grad).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad"])
def test_slopes_keep_their_small_values_in_the_tails(name, dtype):
    z = np.array([-40.0, -25.0, 25.0, 40.0], dtype)
    truth = {"sigmoid_grad": np.exp(-np.abs(z)), "tanh_grad": 4 * np.exp(-2 * np.abs(z))}[name]
    np.testing.assert_allclose(FUNCTIONS[name](z), truth, rtol=1e-5)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("value", [2, -1.5, np.float32(0.5), [1, -2], [[1.0, -2.0]], True])
def test_numbers_and_lists_are_welcome(name, value):
    out = FUNCTIONS[name](value)
    assert out.shape == np.shape(value)
    assert out.dtype == (np.float32 if isinstance(value, np.float32) else np.float64)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_goes_in_and_comes_out(name):
    assert np.isnan(FUNCTIONS[name](np.array([np.nan, 1.0]))[0])
