"""What a function asks of its arguments, said once: which one, what was given, what is wanted.

Elementwise functions let a NaN pass, as the hardware does.  Functions that average or normalize
refuse it: one NaN would spoil the whole result, and the place where it came from is lost.
"""

from __future__ import annotations

from typing import Any

from dlcourse.backend import Array, as_floating, as_integers, namespace


def no_nan(name: str, array: Array) -> None:
    """Refuse an array that holds a NaN.

    Parameters
    ----------
    name : str
        The argument.
    array : array
        Floating values.

    Raises
    ------
    ValueError
        When one is NaN; the message says how many.
    """
    xp = namespace(array)
    found = xp.isnan(array)
    if bool(xp.any(found)):
        count = int(xp.sum(xp.astype(found, xp.int64)))
        raise ValueError(
            f"{name}: got {count} NaN in an array of shape {tuple(array.shape)}, wanted numbers; "
            "look for what made them (a step too large, 0 / 0) before this call"
        )


def within(name: str, value: float, low: float, high: float, open_high: bool = False) -> float:
    """Pass a setting on when it lies in an interval.

    Parameters
    ----------
    name : str
        The argument.
    value : float
        What was given.
    low, high : float
        Ends of the interval.
    open_high : bool, default False
        Whether `high` itself is refused.

    Returns
    -------
    float
        The value.

    Raises
    ------
    ValueError
        When it lies outside, or is NaN.
    """
    if low <= value < high or (value == high and not open_high):
        return value
    bracket = ")" if open_high else "]"
    raise ValueError(f"{name}: got {value}, wanted a number in [{low}, {high}{bracket}")


def matching(names: tuple[str, str], first: Any, second: Any) -> tuple[Array, Array]:
    """Pass on two arrays of one shape, the second in the dtype of the first.

    Parameters
    ----------
    names : tuple of str
        The two arguments.
    first, second : array or number or list
        What was given.

    Returns
    -------
    first : array
        Floating, not empty, without NaN.
    second : array
        Of the same shape and dtype, without NaN.

    Raises
    ------
    ValueError
        When the shapes differ (nothing is broadcast), or one holds a NaN.
    """
    a = as_floating(first, name=names[0])
    b = as_floating(second, like=a, name=names[1])
    if a.shape != b.shape or 0 in a.shape:
        raise ValueError(
            f"got {names[0]} of shape {tuple(a.shape)} and {names[1]} of shape {tuple(b.shape)}; "
            "wanted one shape, not empty (nothing is broadcast here)"
        )
    no_nan(names[0], a)
    no_nan(names[1], b)
    return a, namespace(a, b).astype(b, a.dtype, copy=False)


def probabilities(name: str, array: Array) -> None:
    """Refuse values outside [0, 1].

    Parameters
    ----------
    name : str
        The argument.
    array : array
        Floating values.

    Raises
    ------
    ValueError
        When a value lies outside, or is NaN.
    """
    xp = namespace(array)
    inside = (array >= 0) & (array <= 1)
    if not bool(xp.all(inside)):
        no_nan(name, array)
        low, high = float(xp.min(array)), float(xp.max(array))
        raise ValueError(f"{name}: got values from {low:g} to {high:g}, wanted them in [0, 1]")


def distributions(name: str, array: Array) -> None:
    """Refuse rows that are not probability distributions over the last axis.

    Parameters
    ----------
    name : str
        The argument.
    array : array, shape (k,) or (n, k)
        Floating values.

    Raises
    ------
    ValueError
        When a value lies outside [0, 1] or a row does not sum to 1, up to the square root of
        the dtype's precision (1.5e-8 in float64, 3.5e-4 in float32).
    """
    rows(name, array)
    probabilities(name, array)
    xp = namespace(array)
    sums = xp.sum(array, axis=-1)
    off = xp.abs(sums - 1)
    if bool(xp.any(off > float(xp.finfo(array.dtype).eps) ** 0.5)):
        worst = int(xp.argmax(xp.reshape(off, (-1,))))
        total = float(xp.reshape(sums, (-1,))[worst])
        raise ValueError(
            f"{name}: got row {worst} with the sum {total:.9g}, wanted rows that sum to 1; "
            "divide each row by its sum, or take softmax of scores"
        )


def rows(name: str, array: Array) -> None:
    """Refuse what is not one row or rows of at least one class.

    Parameters
    ----------
    name : str
        The argument.
    array : array
        What was given.

    Raises
    ------
    ValueError
        When the shape is not (k,) or (n, k) with n and k at least 1.
    """
    if array.ndim not in (1, 2) or 0 in array.shape:
        raise ValueError(
            f"{name}: got an array of shape {tuple(array.shape)}, wanted rows of at least one "
            "class: shape (k,) or (n, k)"
        )


def scores(name: str, value: Any) -> Array:
    """Pass on rows of logits that have a softmax: each has a finite largest score.

    Parameters
    ----------
    name : str
        The argument.
    value : array or list, shape (k,) or (n, k)
        Logits; -inf masks a class.

    Returns
    -------
    array
        Floating, shape of `value`.

    Raises
    ------
    ValueError
        When a row holds NaN or +inf, or -inf only.
    """
    z = as_floating(value, name=name)
    rows(name, z)
    no_nan(name, z)
    xp = namespace(z)
    if not bool(xp.all(xp.isfinite(xp.max(z, axis=-1)))):
        raise ValueError(
            f"{name}: got a row that holds +inf, or -inf only; "
            "wanted finite scores (-inf may mask some classes of a row, not all)"
        )
    return z


def labels(name: str, value: Any, k: int, n: int | None = None, like: Any = None) -> Array:
    """Pass on class labels as integers.

    Parameters
    ----------
    name : str
        The argument.
    value : array or list of int, shape (n,)
        What was given.
    k : int
        Number of classes.
    n : int, optional
        Number of labels that are wanted.
    like : array, optional
        An array whose library and device are taken.

    Returns
    -------
    array, shape (n,)
        Integers in ``0 .. k-1``.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When there are too few or too many, or one is not a class.
    """
    given = as_integers(value, like=like, name=name)
    wanted = f"wanted {'n' if n is None else n} labels in 0 .. {k - 1}, one for each row"
    if given.ndim != 1 or (n is not None and given.shape[0] != n):
        raise ValueError(f"{name}: got the shape {tuple(given.shape)}, {wanted}")
    xp = namespace(given)
    outside = (given < 0) | (given >= k)
    if bool(xp.any(outside)):
        first = int(xp.argmax(xp.astype(outside, xp.int64)))
        raise ValueError(f"{name}: got {int(given[first])} at position {first}, {wanted}")
    return given
