"""The one place that knows which array library an array belongs to.

Every function of the book is written once, against the Python array API standard
(https://data-apis.org/array-api/).  ``xp = namespace(x)`` finds the library of its arguments:
NumPy for NumPy arrays, lists and numbers; torch for torch tensors, on the CPU or on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj

#: An array of any library that follows the array API standard.
Array = Any


def namespace(*values: Any) -> ModuleType:
    """Find the array library that the given values belong to.

    Parameters
    ----------
    *values : array or number or list
        Arrays of one library; lists and Python numbers are ignored.

    Returns
    -------
    module
        Functions named as in the array API standard (``exp``, ``sum``, ``where``, ...).
        NumPy when no value is an array of another library.

    Raises
    ------
    TypeError
        When the arrays belong to different libraries.

    Examples
    --------
    >>> namespace([1.0, 2.0]).exp(0.0).item()
    1.0
    """
    arrays = [value for value in values if is_array_api_obj(value)]
    if all(isinstance(array, np.ndarray | np.generic) for array in arrays):
        return np
    try:
        return array_namespace(*arrays)
    except TypeError:
        kinds = ", ".join(sorted({type(array).__module__.split(".")[0] for array in arrays}))
        raise TypeError(
            f"got arrays of several libraries ({kinds}); convert them to one library first"
        ) from None


def as_floating(value: Any, like: Any = None, name: str = "") -> Array:
    """Turn a value into a floating array, keeping the dtype that it has.

    Integers, booleans, lists and Python numbers become the dtype of `like`, or float64 when
    there is no `like`.

    Parameters
    ----------
    value : array or number or list
        What a reader passed.
    like : array, optional
        An array whose library, device and (for values without a floating dtype) dtype are taken.
    name : str, optional
        What the reader calls the value; an error begins with it.

    Returns
    -------
    array
        Floating array of the shape of `value`.

    Raises
    ------
    TypeError
        When `value` cannot be read as real numbers.

    Examples
    --------
    >>> as_floating([1, 2]).dtype.name
    'float64'
    >>> as_floating(np.float32(3)).dtype.name
    'float32'
    """
    xp = namespace(value, like)
    prefix = f"{name}: " if name else ""
    array = value if is_array_api_obj(value) else _from_python(value, xp, like, prefix)
    if xp.isdtype(array.dtype, "real floating"):
        return array
    if not xp.isdtype(array.dtype, ("bool", "integral")):
        raise TypeError(
            f"{prefix}got values of dtype {array.dtype}, wanted real numbers; "
            "convert them with .astype(float) first"
        )
    wanted = xp.float64 if like is None else like.dtype
    return xp.astype(array, wanted)


def as_integers(value: Any, like: Any = None, name: str = "") -> Array:
    """Turn labels into an integer array, in the library and on the device of `like`.

    Parameters
    ----------
    value : array or list
        Whole numbers.
    like : array, optional
        An array whose library and device are taken; the library of `value` without it.
    name : str, optional
        What the reader calls the value; an error begins with it.

    Returns
    -------
    array
        Array of dtype int64, shape of `value`.

    Raises
    ------
    TypeError
        When `value` does not hold integers.  Floating labels are refused, not rounded.

    Examples
    --------
    >>> as_integers([2, 0]).tolist()
    [2, 0]
    """
    xp = namespace(value if like is None else like)
    prefix = f"{name}: " if name else ""
    try:
        array = xp.asarray(value, device=_device(like))
    except (TypeError, ValueError):
        raise TypeError(f"{prefix}got {_shortened(value)}, wanted integers") from None
    if not xp.isdtype(array.dtype, "integral"):
        raise TypeError(
            f"{prefix}got values of dtype {array.dtype}, wanted integers; "
            "convert them with .astype(int) first"
        )
    return xp.astype(array, xp.int64, copy=False)  # int8 labels could not count 1,000 classes


def moved(array: np.ndarray, like: Array) -> Array:
    """Move a NumPy array to the library and the device of another array.

    Randomness is always drawn by NumPy's generators: equal seeds give equal draws in every
    library and on every device.

    Parameters
    ----------
    array : numpy.ndarray
        What was drawn.
    like : array
        An array of the wanted library, on the wanted device.

    Returns
    -------
    array
        The same values and dtype.

    Examples
    --------
    >>> moved(np.array([True, False]), like=np.zeros(2)).tolist()
    [True, False]
    """
    return namespace(like).asarray(array, device=_device(like))


def distinct(values: Array) -> Array:
    """List the different values of an array; the standard's `unique_values` has no order.

    Parameters
    ----------
    values : array
        Numbers, of any shape.

    Returns
    -------
    array, shape (k,)
        Each value once, in ascending order.

    Examples
    --------
    >>> distinct(np.array([7, -1, 3, 7])).tolist()
    [-1, 3, 7]
    """
    xp = namespace(values)
    return xp.sort(xp.unique_values(values))


def quiet_log(p: Array) -> Array:
    """Take the natural logarithm of non-negative numbers; -inf at 0, without a warning.

    Parameters
    ----------
    p : array
        Floating values of at least 0.

    Returns
    -------
    array
        Shape and dtype of `p`.

    Examples
    --------
    >>> quiet_log(np.array([1.0, 0.0])).tolist()
    [0.0, -inf]
    """
    xp = namespace(p)
    safe = xp.log(xp.where(p > 0, p, xp.ones_like(p)))
    return xp.where(p > 0, safe, xp.full_like(p, -float("inf")))


def torch_operator(
    forward: Callable[..., tuple[Array, Any]],
    backward: Callable[[Array, Any], tuple[Array | None, ...]],
) -> Callable[..., Array]:
    """Make a function that torch differentiates with a backward function written by hand.

    Parameters
    ----------
    forward : callable
        ``forward(*inputs) -> (out, cache)``.
    backward : callable
        ``backward(d_out, cache) -> gradients``, one for each input, None for those without.

    Returns
    -------
    callable
        Takes tensors, returns the tensor `out`; torch is imported here and nowhere else.

    Raises
    ------
    ImportError
        When torch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError("torch is not installed: pip install 'dlcourse[torch]'") from error

    class Operator(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            out, ctx.cache = forward(*inputs)
            return out.detach()  # a cache that holds the output itself would never be freed

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, d_out: Any) -> Any:
            return backward(d_out, ctx.cache)

    return Operator.apply


def _from_python(value: Any, xp: ModuleType, like: Any, prefix: str) -> Array:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "bif":
        raise TypeError(
            f"{prefix}got {_shortened(value)}, wanted an array of real numbers "
            "or a list of such rows"
        )
    if like is None:
        return array
    if array.dtype.kind == "f":
        return xp.asarray(array.tolist(), dtype=like.dtype, device=_device(like))
    return xp.asarray(array.tolist(), device=_device(like))


def _device(array: Array) -> Any:
    return getattr(array, "device", None)


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
