"""A stack of layers, each followed by its activation: the way forward and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlcourse.backend import Array, as_floating
from dlcourse.layers import Layer, dense, dense_backward


def stack_forward(
    x: Array, layers: Sequence[Layer], activation: Callable[[Array], Array]
) -> tuple[Array, list[Any]]:
    r"""Run a stack of layers, each followed by its activation, and keep what backward needs.

    Parameters
    ----------
    x : array, shape (n, d)
        One example a row.
    layers : list of (W, b)
        Layers in order; none gives `x` back.
    activation : callable
        The elementwise function :math:`g`.

    Returns
    -------
    out : array, shape (n, h)
        Output of the last layer, activated.
    caches : list
        What `stack_backward` needs.

    Raises
    ------
    ValueError
        When the shapes do not chain.

    Notes
    -----
    Equation `eq-backprop` of chapter 3, the way forward.

    Examples
    --------
    >>> from dlcourse.activations import relu
    >>> out, _ = stack_forward([[1.0]], [([[-2.0, 3.0]], [0.0, 0.0])], relu)
    >>> out.tolist()
    [[0.0, 3.0]]
    """
    signal, caches = as_floating(x, name="x"), []
    for W, b in layers:
        z, cache = dense(signal, W, b)
        caches.append((cache, z))
        signal = activation(z)
    return signal, caches


def stack_backward(
    d_out: Array, caches: Sequence[Any], slope: Callable[[Array], Array]
) -> tuple[Array, list[Layer]]:
    r"""Carry a gradient back through `stack_forward`, collecting those of the weights.

    Parameters
    ----------
    d_out : array, shape (n, h)
        Gradient of the objective with respect to the output.
    caches : list
        What `stack_forward` returned.
    slope : callable
        Derivative of the activation.

    Returns
    -------
    d_x : array, shape (n, d)
        Gradient with respect to the input.
    grads : list of (d_W, d_b)
        Gradients of the layers, first layer first.

    Notes
    -----
    Equation `eq-backprop` of chapter 3, the way back: the same steps in the opposite order.

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse.activations import relu, relu_grad
    >>> _, caches = stack_forward([[1.0]], [([[-2.0, 3.0]], [0.0, 0.0])], relu)
    >>> d_x, [(d_W, d_b)] = stack_backward(np.array([[1.0, 1.0]]), caches, relu_grad)
    >>> d_x.tolist(), d_W.tolist(), d_b.tolist()
    ([[3.0]], [[0.0, 1.0]], [0.0, 1.0])
    """
    grads: list[Layer] = []
    for cache, z in reversed(caches):
        d_out, d_W, d_b = dense_backward(d_out * slope(z), cache)
        grads.insert(0, (d_W, d_b))
    return d_out, grads
