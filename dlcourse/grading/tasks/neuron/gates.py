"""Judges the two tasks with many right answers by what the network does, not by its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case

#: The four inputs of a gate, in counting order.
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

#: When each gate fires, in the order of the corners.
TRUTH = {
    "and": (False, False, False, True),
    "or": (False, True, True, True),
    "nand": (True, True, True, False),
    "xor": (False, True, True, False),
}

#: More hidden units than this are refused, and more than that are not listed.
_WIDEST, _MOST_LISTED = 1_000, 16


class _MalformedError(Exception):
    """The value is not built as asked; the message says so to the student."""


def verify_gate(case: Case, value: Any) -> str:
    """Judge the weights of a gate.

    Parameters
    ----------
    case : Case
        Its first argument is the name of the gate.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when the neuron is the gate.

    Examples
    --------
    >>> verify_gate(Case(("and",)), ([1, 1], -1.5))
    ''
    >>> verify_gate(Case(("and",)), ([1, 1], -0.5))
    'for the inputs (0, 1) the neuron fires (w @ x + b is 0.5), but AND must stay silent there'
    """
    try:
        w, b = _read_neuron(value)
    except _MalformedError as error:
        return str(error)
    return _first_wrong(case.args[0], CORNERS @ w + b, "the neuron", "w @ x + b")


def gate_fingerprint(_case: Case, value: Any) -> str:
    """Reduce the weights of a gate to the corners where it fires.

    Parameters
    ----------
    _case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Such as ``0001``, or what is wrong with the shapes.

    Examples
    --------
    >>> gate_fingerprint(Case(("and",)), ([1, 1], -1.5))
    '0001'
    """
    try:
        w, b = _read_neuron(value)
    except _MalformedError as error:
        return str(error)
    return _pattern(CORNERS @ w + b)


def verify_xor(_case: Case, value: Any) -> str:
    """Judge a network of step units that should compute XOR.

    Parameters
    ----------
    _case : Case
        A call without arguments.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when the network is XOR.

    Examples
    --------
    >>> verify_xor(Case(), (([[1, -1], [1, -1]], [-0.5, 1.5]), ([[1], [1]], [-1.5])))
    ''
    """
    try:
        hidden, z = _run(value)
    except _MalformedError as error:
        return str(error)
    wrong = _first_wrong("xor", z, "the output unit", "its pre-activation")
    if not wrong:
        return ""
    corner = next(i for i in range(4) if (z[i] > 0) != TRUTH["xor"][i])
    if hidden.shape[1] > _MOST_LISTED:
        return wrong
    units = ", ".join(str(int(unit)) for unit in hidden[corner])
    return f"{wrong}; its hidden units are ({units})"


def xor_fingerprint(_case: Case, value: Any) -> str:
    """Reduce a network to the corners where its output unit fires.

    Parameters
    ----------
    _case : Case
        A call without arguments.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Such as ``0110``, or what is wrong with the shapes.

    Examples
    --------
    >>> xor_fingerprint(Case(), (([[1], [1]], [-0.5]), ([[1]], [-0.5])))
    '0111'
    """
    try:
        _, z = _run(value)
    except _MalformedError as error:
        return str(error)
    return _pattern(z)


def _first_wrong(gate: str, z: np.ndarray, unit: str, sum_name: str) -> str:
    for corner, total, wanted in zip(CORNERS, z, TRUTH[gate], strict=True):
        if (total > 0) == wanted:
            continue
        does, must = ("fires", "stay silent") if total > 0 else ("stays silent", "fire")
        note = ", and exactly 0 does not fire" if total == 0 else ""
        inputs = f"({int(corner[0])}, {int(corner[1])})"
        return (
            f"for the inputs {inputs} {unit} {does} ({sum_name} is {total:.3g}{note}), "
            f"but {gate.upper()} must {must} there"
        )
    return ""


def _pattern(z: np.ndarray) -> str:
    return "".join(str(int(total > 0)) for total in z)


def _run(value: Any) -> tuple[np.ndarray, np.ndarray]:
    """Run a network on the corners: hidden units (4, h) and output pre-activations (4,)."""
    wanted = "((W1, b1), (W2, b2))"
    first, second = _two(value, wanted, "")
    W1, b1 = _two(first, "(W1, b1)", "the first layer: ")
    W2, b2 = _two(second, "(W2, b2)", "the second layer: ")
    W1 = _numbers(W1, "W1", "(2, h)")
    if W1.ndim != 2 or W1.shape[0] != 2 or W1.shape[1] == 0:
        raise _MalformedError(
            _shape("W1", W1, "(2, h): a row for each input, a column for each unit")
        )
    width = W1.shape[1]
    if width > _WIDEST:
        raise _MalformedError(f"W1 makes {width} hidden units; wanted at most {_WIDEST}")
    b1 = _vector(b1, "b1", width)
    W2 = _numbers(W2, "W2", "(h, 1)")
    if W2.shape != (width, 1):
        raise _MalformedError(_shape("W2", W2, f"{(width, 1)}: a row for each hidden unit"))
    hidden = CORNERS @ W1 + b1 > 0
    return hidden, (hidden @ W2 + _vector(b2, "b2", 1))[:, 0]


def _read_neuron(value: Any) -> tuple[np.ndarray, np.ndarray]:
    w, b = _two(value, "(w, b)", "")
    return _vector(w, "w", 2), _vector(b, "b", 1)


def _two(value: Any, wanted: str, where: str) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _MalformedError(f"{where}{describe(value)} came where the pair {wanted} is wanted")
    return value[0], value[1]


def _vector(value: Any, name: str, size: int) -> np.ndarray:
    """Read (size,); (size, 1) counts as well, and a number where the size is 1."""
    array = _numbers(value, name, f"({size},)")
    allowed = [(size,), (size, 1)] + ([()] if size == 1 else [])
    if array.shape not in allowed:
        raise _MalformedError(_shape(name, array, f"({size},)" if size > 1 else "a single number"))
    return array.reshape(size)


def _numbers(value: Any, name: str, wanted: str) -> np.ndarray:
    array = as_numbers(value)
    if array is None:
        raise _MalformedError(f"{name} is {describe(value)}; wanted numbers of shape {wanted}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise _MalformedError(f"{name} has a number that is not finite")
    return array


def _shape(name: str, array: np.ndarray, wanted: str) -> str:
    return f"{name} has shape {array.shape}; wanted {wanted}"
