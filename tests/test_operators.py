"""Every operator of floor 1 equals torch's own, forward and backward, and minds its manners.

The operators are found by discovery: a new one without a row in operator_rows.py fails here.
"""

import importlib
import inspect
import pkgutil
from typing import Any

import array_api_strict
import numpy as np
import pytest
import torch
from operator_rows import NOT_OPERATORS, OPERATOR_MODULES, ROWS, STRICT_EXCEPTIONS

import dlcourse
from dlcourse import activations
from dlcourse.gradcheck import as_autograd, check_gradient

GRADIENTS = ("_grad", "_backward", "_subgradient")
ELEMENTWISE = ["sigmoid", "tanh", "relu", "leaky_relu", "softplus"]


def public(module: Any) -> set[str]:
    name = module.__name__.removeprefix("dlcourse.")
    return {
        f"{name}.{function}"
        for function, thing in inspect.getmembers(module, inspect.isfunction)
        if thing.__module__ == module.__name__ and not function.startswith("_")
    }


def modules() -> list[Any]:
    names = [found.name for found in pkgutil.iter_modules(dlcourse.__path__) if not found.ispkg]
    return [importlib.import_module(f"dlcourse.{name}") for name in names if name != "cli"]


def like(value: Any, convert: Any, dtype: str = "float64") -> Any:
    """Convert the arrays among the arguments; floating ones take the dtype."""
    if not isinstance(value, np.ndarray):
        return value
    return convert(value.astype(dtype) if value.dtype.kind == "f" else value)


def run(name: str, inputs: list[Any], convert: Any = np.asarray, dtype: str = "float64") -> Any:
    """Output and cache of an operator."""
    extra = [like(value, convert, dtype) for value in ROWS[name].extra()]
    out = ROWS[name].forward(*inputs, *extra)
    return (out[0], out[1]) if isinstance(out, tuple) else (out, out)


def gradients(name: str, cotangent: Any, cache: Any, count: int) -> tuple[Any, ...]:
    grads = ROWS[name].backward(cotangent, cache)
    return (grads if isinstance(grads, tuple) else (grads,))[:count]


def draw(name: str, seed: int, dtype: str = "float64") -> list[np.ndarray]:
    drawn = ROWS[name].draw(np.random.default_rng(seed))
    return [array.astype(dtype) for array in drawn]


def tensors(arrays: list[np.ndarray], requires_grad: bool = False) -> list[torch.Tensor]:
    return [torch.tensor(array, requires_grad=requires_grad) for array in arrays]


def close(mine: Any, theirs: Any, rtol: float = 1e-8, atol: float = 1e-14) -> None:
    np.testing.assert_allclose(np.asarray(mine), np.asarray(theirs), rtol=rtol, atol=atol)


def test_every_function_of_an_operator_module_has_a_row():
    rows = {name for row in ROWS.values() for name in row.names}
    assert not rows & set(NOT_OPERATORS)
    found = set().union(*(public(module) for module in OPERATOR_MODULES))
    missing = found - rows - set(NOT_OPERATORS)
    assert not missing, f"add a row to operator_rows.py for {sorted(missing)}"
    assert set(NOT_OPERATORS) <= found, "a reason for a function that is gone"


def test_every_gradient_of_the_library_has_a_row_whatever_its_module():
    rows = {name for row in ROWS.values() for name in row.names}
    found = {name for module in modules() for name in public(module) if name.endswith(GRADIENTS)}
    assert len(found) > 20
    assert found <= rows, f"add a row to operator_rows.py for {sorted(found - rows)}"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ROWS)
def test_forward_equals_torch(name, seed):
    inputs = draw(name, seed)
    close(run(name, inputs)[0], ROWS[name].twin(*tensors(inputs)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ROWS)
def test_backward_equals_torch_autograd_under_a_random_cotangent(name, seed):
    inputs = draw(name, seed)
    leaves = tensors(inputs, requires_grad=True)
    out = ROWS[name].twin(*leaves)
    cotangent = np.random.default_rng(100 + seed).normal(size=tuple(out.shape))
    expected = torch.autograd.grad(out, leaves, torch.tensor(cotangent))
    mine = gradients(name, cotangent, run(name, inputs)[1], len(inputs))
    for one, other in zip(mine, expected, strict=True):
        close(one, other)


@pytest.mark.parametrize("name", ROWS)
def test_own_forward_is_differentiable_by_torch_and_agrees_with_own_backward(name):
    inputs = draw(name, 7)
    leaves = tensors(inputs, requires_grad=True)
    out, _ = run(name, leaves, torch.tensor)
    cotangent = torch.tensor(np.random.default_rng(8).normal(size=tuple(out.shape)))
    expected = torch.autograd.grad(out, leaves, cotangent)
    _, cache = run(name, tensors(inputs), torch.tensor)
    for mine, theirs in zip(gradients(name, cotangent, cache, len(inputs)), expected, strict=True):
        assert isinstance(mine, torch.Tensor)
        close(mine, theirs)


@pytest.mark.parametrize("name", ROWS)
def test_as_autograd_lends_the_pair_to_torch(name):
    inputs = draw(name, 9)
    leaves = tensors(inputs, requires_grad=True)
    extra = [like(value, torch.tensor) for value in ROWS[name].extra()]
    lent = as_autograd(ROWS[name].forward, ROWS[name].backward)
    twins = tensors(inputs, requires_grad=True)
    out, expected = lent(*leaves, *extra), ROWS[name].twin(*twins)
    close(out.detach(), expected.detach())
    cotangent = torch.tensor(np.random.default_rng(10).normal(size=tuple(out.shape)))
    out.backward(cotangent)
    expected.backward(cotangent)
    for leaf, twin in zip(leaves, twins, strict=True):
        close(leaf.grad, twin.grad)


@pytest.mark.parametrize("name", [name for name in ROWS if name != "cross_entropy"])
def test_differences_agree_with_the_backward(name):
    """`cross_entropy` takes distributions only: a step to the side is refused."""
    row = ROWS[name]
    check_gradient(
        lambda *inputs: row.forward(*inputs, *row.extra()),
        lambda cotangent, cache: gradients(name, cotangent, cache, len(draw(name, 0))),
        draw(name, 11),
        np.random.default_rng(12),
        tolerance=2e-5,
    )


@pytest.mark.parametrize("name", [name for name in ROWS if name not in STRICT_EXCEPTIONS])
def test_numpy_torch_and_the_strict_standard_share_one_implementation(name):
    inputs = draw(name, 3)
    results = {}
    for library, convert in (
        ("numpy", np.asarray),
        ("torch", torch.tensor),
        ("strict", array_api_strict.asarray),
    ):
        converted = [convert(array) for array in inputs]
        out, cache = run(name, converted, convert)
        assert type(out) is type(converted[0]) or np.ndim(out) == 0
        cotangent = np.random.default_rng(4).normal(size=tuple(out.shape))
        grads = gradients(name, convert(cotangent), cache, len(inputs))
        results[library] = [np.asarray(array) for array in (out, *grads)]
    for library in ("torch", "strict"):
        for mine, theirs in zip(results["numpy"], results[library], strict=True):
            close(mine, theirs, rtol=1e-12, atol=1e-15)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU on this machine")
@pytest.mark.parametrize("name", ROWS)
def test_a_gpu_takes_the_same_path(name):
    def on_gpu(array: Any) -> torch.Tensor:
        return torch.tensor(array, device="cuda")

    inputs = draw(name, 3)
    out, cache = run(name, inputs)
    cotangent = np.random.default_rng(4).normal(size=tuple(out.shape))
    there, cache_there = run(name, [on_gpu(array) for array in inputs], on_gpu)
    assert there.device.type == "cuda"
    close(out, there.cpu(), rtol=1e-10)
    for mine, theirs in zip(
        gradients(name, cotangent, cache, len(inputs)),
        gradients(name, on_gpu(cotangent), cache_there, len(inputs)),
        strict=True,
    ):
        assert theirs.device.type == "cuda"
        close(mine, theirs.cpu(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("convert", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize("name", ROWS)
def test_dtype_shape_and_arguments_are_kept(name, convert, dtype):
    inputs = [convert(array) for array in draw(name, 5, dtype=dtype)]
    extra = [like(value, convert, dtype) for value in ROWS[name].extra()]
    arguments = [*inputs, *extra]
    before = [np.asarray(value).copy() for value in arguments if hasattr(value, "shape")]
    out = ROWS[name].forward(*arguments)
    out, cache = (out[0], out[1]) if isinstance(out, tuple) else (out, out)
    wanted = inputs[0].dtype
    assert out.dtype == wanted
    cotangent = convert(np.ones(tuple(out.shape), dtype))
    for grad, array in zip(gradients(name, cotangent, cache, len(inputs)), inputs, strict=True):
        assert grad.dtype == wanted
        assert tuple(grad.shape) == tuple(array.shape)
    assert np.all(np.asarray(cotangent) == 1)
    after = [value for value in arguments if hasattr(value, "shape")]
    for value, old in zip(after, before, strict=True):
        np.testing.assert_array_equal(np.asarray(value), old)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.extreme])
def test_extreme_inputs_are_finite_silent_and_right(name, dtype):
    row = ROWS[name]
    inputs, extra = row.extreme()
    inputs = [array.astype(dtype) for array in inputs]
    extra = [like(value, np.asarray, dtype) for value in extra]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out = row.forward(*inputs, *extra)
        out, cache = (out[0], out[1]) if isinstance(out, tuple) else (out, out)
        grads = gradients(name, np.ones_like(out), cache, len(inputs))
    assert np.isfinite(out).all()
    assert all(np.isfinite(grad).all() for grad in grads)
    if name == "binary_cross_entropy":
        return  # torch cuts its logarithm off at -100; test_losses.py has the numbers
    leaves = [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in inputs]
    expected = row.twin(*leaves)
    tolerance = {"float32": 1e-5, "float64": 1e-7}[dtype]
    close(out, expected.detach(), rtol=tolerance, atol=1e-30)
    if not row.flushed:
        slopes = torch.autograd.grad(expected.sum(), leaves)
        for grad, other in zip(grads, slopes, strict=True):
            close(grad, other, rtol=tolerance, atol=1e-30)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["sigmoid_grad", "tanh_grad"])
def test_slopes_keep_their_small_values_in_the_tails(name, dtype):
    z = np.array([-40.0, -25.0, 25.0, 40.0], dtype)
    truth = {"sigmoid_grad": np.exp(-np.abs(z)), "tanh_grad": 4 * np.exp(-2 * np.abs(z))}[name]
    np.testing.assert_allclose(getattr(activations, name)(z), truth, rtol=1e-5)


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("value", [2, -1.5, np.float32(0.5), [1, -2], [[1.0, -2.0]], True])
def test_numbers_and_lists_are_welcome(name, value):
    out, _ = run(name, [value])
    assert out.shape == np.shape(value)
    assert out.dtype == (np.float32 if isinstance(value, np.float32) else np.float64)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_goes_in_and_comes_out(name):
    assert np.isnan(run(name, [np.array([np.nan, 1.0])])[0][0])
