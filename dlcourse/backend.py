"""The one place that knows which array library an array belongs to.

Every function of the book is written once, against the Python array API standard
(https://data-apis.org/array-api/).  ``xp = namespace(x)`` finds the library of its arguments:
NumPy for NumPy arrays, lists and numbers; torch for torch tensors, on the CPU or on a GPU.
"""

from __future__ import annotations

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
        NumPy when no value is an array.

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
    if not arrays:
        return np
    try:
        return array_namespace(*arrays)
    except TypeError:
        kinds = ", ".join(sorted({type(array).__module__.split(".")[0] for array in arrays}))
        raise TypeError(
            f"got arrays of several libraries ({kinds}); convert them to one library first"
        ) from None


def as_floating(value: Any, like: Any = None) -> Array:
    """Turn a value into a floating array, keeping the dtype that it has.

    Integers, booleans, lists and Python numbers become the dtype of `like`, or float64 when
    there is no `like`.

    Parameters
    ----------
    value : array or number or list
        What a reader passed.
    like : array, optional
        An array whose library, device and (for values without a floating dtype) dtype are taken.

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
    array = value if is_array_api_obj(value) else _from_python(value, xp, like)
    if xp.isdtype(array.dtype, "real floating"):
        return array
    if not xp.isdtype(array.dtype, ("bool", "integral")):
        raise TypeError(
            f"got values of dtype {array.dtype}, wanted real numbers; "
            "convert them with .astype(float) first"
        )
    wanted = xp.float64 if like is None else like.dtype
    return xp.astype(array, wanted)


def _from_python(value: Any, xp: ModuleType, like: Any) -> Array:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "bif":
        raise TypeError(
            f"got {_shortened(value)}, wanted an array of real numbers or a list of such rows"
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
