"""Check a gradient that was derived by hand: against differences, or by lending it to torch.

A layer is a pair ``forward(*inputs) -> (out, cache)`` (or only ``out``, which is then the cache)
and ``backward(d_out, cache) -> gradients`` in the order of the inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.backend import Array, namespace, torch_operator

Forward = Callable[..., Any]
Backward = Callable[[Array, Any], Any]


def numerical_gradient(f: Callable[[np.ndarray], Any], x: Array, eps: float = 1e-6) -> np.ndarray:
    r"""Measure every slope: :math:`(f(x + \epsilon) - f(x - \epsilon)) / 2\epsilon`.

    Parameters
    ----------
    f : callable
        Takes a float64 array (a copy each time), returns a number.
    x : array, any shape
        Where to measure.
    eps : float, default 1e-6
        Half the distance of the two values, greater than 0.

    Returns
    -------
    array
        Float64, shape of `x`.

    Raises
    ------
    ValueError
        When `eps` is not greater than 0, or `f` does not return one number.

    Notes
    -----
    Equation `eq-central-difference` of chapter 3.  The error has two parts: of the order
    :math:`\epsilon^2 f'''` from the curve, and of the order :math:`10^{-16} f / \epsilon` from
    rounding.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] * x[1], np.array([2.0, 3.0])).round(6).tolist()
    [3.0, 2.0]
    """
    if not eps > 0:
        raise ValueError(f"eps: got {eps}, wanted a number greater than 0")
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        gradient[index] = (_number(f(above)) - _number(f(below))) / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    r"""Largest disagreement: :math:`\max_i |a_i - b_i| / \max(|a_i|, |b_i|, 10^{-12})`.

    Parameters
    ----------
    a, b : array, one shape
        Two gradients.

    Returns
    -------
    float
        0 when they agree; below 1e-6 a hand-derived gradient is usually right, above 1e-3
        usually wrong.

    Raises
    ------
    ValueError
        When the shapes differ or the arrays are empty.

    Notes
    -----
    Equation `eq-relative-error` of chapter 3.

    Examples
    --------
    >>> relative_error([1.0, 2.0], [1.0, 4.0])
    0.5
    """
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"got a of shape {a.shape} and b of shape {b.shape}; wanted one shape")
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)
    return float(np.max(np.abs(a - b) / size))


def check_gradient(
    forward: Forward,
    backward: Backward,
    inputs: Sequence[Array],
    rng: np.random.Generator,
    tolerance: float = 1e-6,
) -> float:
    r"""Compare a backward function with differences, under a random cotangent.

    Parameters
    ----------
    forward, backward : callable
        The pair.
    inputs : list of array
        Where to measure; all are differentiated.
    rng : numpy.random.Generator
        Draws the cotangent: the weights of a sum over the outputs.
    tolerance : float, default 1e-6
        Largest `relative_error` that passes.

    Returns
    -------
    float
        The largest relative error, when it passes.

    Raises
    ------
    AssertionError
        When a gradient is wrong; the message names the input and the entry.

    Notes
    -----
    Section "Checking gradients" of chapter 3.  A cotangent of ones would miss every mistake
    that cancels in the sum (a softmax without its second term, say).

    Examples
    --------
    >>> forward, backward = with_slope(lambda z: z**2, lambda z: 2 * z)
    >>> check_gradient(forward, backward, [np.array([1.0, 3.0])], np.random.default_rng(0)) < 1e-6
    True
    """
    inputs = [np.array(value, dtype=np.float64) for value in inputs]
    out, cache = _out_and_cache(forward(*inputs))
    cotangent = rng.normal(size=np.shape(out))
    grads = _as_tuple(backward(cotangent, cache))
    if len(grads) != len(inputs):
        raise AssertionError(f"backward gave {len(grads)} gradients for {len(inputs)} inputs")
    return max(
        _compare(position, grad, _measured(forward, inputs, position, cotangent), tolerance)
        for position, grad in enumerate(grads)
    )


def with_slope(function: Callable[..., Array], slope: Callable[..., Array]) -> tuple[Any, Any]:
    r"""Make a pair of a function and its slope: ``sigmoid`` and ``sigmoid_grad``, say.

    Parameters
    ----------
    function : callable
        Elementwise, or a loss that reduces its first input to fewer axes.
    slope : callable
        Its derivative with respect to the first input, taking the same arguments.

    Returns
    -------
    forward : callable
        Gives the output, and its inputs as the cache.
    backward : callable
        Gives the gradient of the first input, and None for further inputs.

    Notes
    -----
    Equation `eq-local-gradient` of chapter 3: what comes back is the cotangent times the slope.

    Examples
    --------
    >>> forward, backward = with_slope(lambda z: z**2, lambda z: 2 * z)
    >>> out, cache = forward(3.0)
    >>> out, backward(10.0, cache)
    (9.0, (60.0,))
    """

    def forward(*inputs: Array) -> tuple[Array, Any]:
        return function(*inputs), inputs

    def backward(d_out: Array, inputs: Any) -> tuple[Array | None, ...]:
        local = slope(*inputs)
        missing = getattr(local, "ndim", 0) - getattr(d_out, "ndim", 0)
        if missing > 0:
            d_out = namespace(local).reshape(d_out, tuple(d_out.shape) + (1,) * missing)
        return (d_out * local, *[None] * (len(inputs) - 1))

    return forward, backward


def as_autograd(forward: Forward, backward: Backward) -> Callable[..., Any]:
    r"""Lend a pair to torch: a function whose gradient is the backward written by hand.

    Parameters
    ----------
    forward, backward : callable
        The pair.  `backward` may give None, or fewer gradients than there are inputs.

    Returns
    -------
    callable
        Takes torch tensors (and other arguments, which get no gradient), returns a tensor that
        torch.autograd differentiates with `backward`; once, not twice.

    Raises
    ------
    ImportError
        When torch is not installed.

    Notes
    -----
    Section "Checking gradients" of chapter 3: by this door a layer of the book stands in a
    torch network, and ``torch.autograd.gradcheck`` can examine it.

    Examples
    --------
    >>> import torch
    >>> square = as_autograd(*with_slope(lambda z: z**2, lambda z: 2 * z))
    >>> z = torch.tensor([3.0], requires_grad=True)
    >>> square(z).backward()
    >>> z.grad.tolist()
    [6.0]
    """

    def run(*inputs: Any) -> tuple[Array, Any]:
        out, cache = _out_and_cache(forward(*inputs))
        return out, (cache, len(inputs))

    def pull_back(d_out: Array, context: Any) -> tuple[Array | None, ...]:
        cache, count = context
        grads = _as_tuple(backward(d_out, cache))
        return grads + (None,) * (count - len(grads))

    return torch_operator(run, pull_back)


def _out_and_cache(result: Any) -> tuple[Array, Any]:
    return (result[0], result[1]) if isinstance(result, tuple) else (result, result)


def _as_tuple(grads: Any) -> tuple[Any, ...]:
    return grads if isinstance(grads, tuple) else (grads,)


def _number(value: Any) -> float:
    if np.size(value) != 1:
        raise ValueError(f"f: got a result of shape {np.shape(value)}, wanted one number")
    return float(np.reshape(value, ()))


def _measured(
    forward: Forward, inputs: list[np.ndarray], position: int, cotangent: np.ndarray
) -> np.ndarray:
    def weighted(value: np.ndarray) -> float:
        changed = [*inputs[:position], value, *inputs[position + 1 :]]
        return float(np.sum(cotangent * _out_and_cache(forward(*changed))[0]))

    return numerical_gradient(weighted, inputs[position])


def _compare(position: int, grad: Array, measured: np.ndarray, tolerance: float) -> float:
    if np.shape(grad) != measured.shape:
        raise AssertionError(
            f"gradient {position}: got the shape {np.shape(grad)}, wanted {measured.shape}"
        )
    # Differences are no better than about 1e-9: compare with the size of the whole gradient.
    floor = 1e-3 * max(float(np.max(np.abs(measured), initial=0.0)), 1e-6)
    errors = np.abs(grad - measured) / np.maximum(np.abs(measured), floor)
    worst = np.unravel_index(int(np.argmax(errors)), errors.shape)
    if not errors[worst] <= tolerance:
        raise AssertionError(
            f"gradient {position}: got {np.asarray(grad)[worst]:.9g} at {tuple(map(int, worst))}, "
            f"wanted {measured[worst]:.9g} as differences measure it"
        )
    return float(errors[worst])
