"""One neuron, the logic gates that it can be, and the one that needs two layers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcourse.backend import Array, as_floating, namespace

#: Weights and bias of the gates that one step neuron can compute, for inputs in {0, 1}.
_GATES = {
    "and": ((1.0, 1.0), -1.5),
    "or": ((1.0, 1.0), -0.5),
    "nand": ((-1.0, -1.0), 1.5),
}


def neuron(x: Array, w: Array, b: Array, activation: Callable[[Array], Array]) -> Array:
    r"""Weigh the inputs, add the bias, bend the sum: :math:`a = g(x \cdot w + b)`.

    Parameters
    ----------
    x : array, shape (d,) or (n, d)
        One example, or one example a row.
    w : array, shape (d,)
        One weight for each feature.
    b : float
        Bias.
    activation : callable
        The elementwise function :math:`g`.

    Returns
    -------
    array, shape () or (n,)
        One output for each example.

    Raises
    ------
    ValueError
        When the numbers of features of `x` and `w` differ.

    Notes
    -----
    Equation `eq-neuron` of chapter 1; McCulloch and Pitts (1943) [1]_ with real weights.

    References
    ----------
    .. [1] W. S. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous
       activity", Bulletin of Mathematical Biophysics 5, 1943.

    Examples
    --------
    >>> from dlcourse.activations import identity
    >>> neuron([2.0, 3.0], [10.0, 1.0], 0.5, identity).item()
    23.5
    """
    x = as_floating(x)
    w = as_floating(w, like=x)
    if x.ndim not in (1, 2) or w.shape != x.shape[-1:]:
        raise ValueError(
            f"got x of shape {tuple(x.shape)} and w of shape {tuple(w.shape)}; "
            "wanted x (d,) or (n, d) and w (d,) with the same d"
        )
    return activation(namespace(x, w).matmul(x, w) + b)


def gate_weights(name: str) -> tuple[np.ndarray, float]:
    r"""Look up the weights and the bias that make a step neuron a logic gate.

    Parameters
    ----------
    name : {'and', 'or', 'nand'}
        The gate; inputs are 0 or 1 and the neuron fires when :math:`x \cdot w + b > 0`.

    Returns
    -------
    w : array, shape (2,)
        Weights.
    b : float
        Bias.

    Raises
    ------
    ValueError
        For any other name.  XOR is not here because no single neuron computes it.

    Notes
    -----
    Table `tab-gates` of chapter 1.

    Examples
    --------
    >>> w, b = gate_weights("and")
    >>> [bool(np.dot(x, w) + b > 0) for x in [(0, 0), (0, 1), (1, 0), (1, 1)]]
    [False, False, False, True]
    """
    if name not in _GATES:
        known = ", ".join(repr(gate) for gate in _GATES)
        raise ValueError(f"got the gate {name!r}, wanted one of {known}")
    w, b = _GATES[name]
    return np.array(w), b


def xor_network() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Two layers of step neurons that compute XOR: "or, but not and".

    Returns
    -------
    hidden : tuple of array, shapes (2, 2) and (2,)
        Weights and biases of the hidden units: the first is OR, the second is AND.
    output : tuple of array, shapes (2, 1) and (1,)
        Weights and bias of the output unit: it fires for OR without AND.

    Notes
    -----
    Section "XOR needs a hidden layer" of chapter 1; Minsky and Papert (1969) [1]_ for the limit
    of one layer.

    References
    ----------
    .. [1] M. Minsky and S. Papert, "Perceptrons", MIT Press, 1969.

    Examples
    --------
    >>> from dlcourse.activations import step
    >>> (W1, b1), (W2, b2) = xor_network()
    >>> x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> step(step(x @ W1 + b1) @ W2 + b2).ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    or_w, or_b = gate_weights("or")
    and_w, and_b = gate_weights("and")
    hidden = (np.stack([or_w, and_w], axis=1), np.array([or_b, and_b]))
    output = (np.array([[1.0], [-1.0]]), np.array([-0.5]))
    return hidden, output
