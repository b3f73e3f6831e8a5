"""Layers of neurons as matrices: forward, backward, stacked.

A layer is two adjacent functions: ``dense(x, W, b) -> (out, cache)`` and
``dense_backward(d_out, cache) -> (d_x, d_W, d_b)``, gradients in the order of the arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlcourse.backend import Array, as_floating, namespace

#: Weights ``(fan_in, fan_out)`` and biases ``(fan_out,)`` of one layer.
Layer = tuple[Array, Array]


def dense(x: Array, W: Array, b: Array) -> tuple[Array, tuple[Array, Array]]:
    r"""Apply a whole layer of linear neurons at once: :math:`Z = X W + b`.

    Parameters
    ----------
    x : array, shape (n, d) or (d,)
        One example a row, or a single example.
    W : array, shape (d, h)
        Column j holds the weights of neuron j.
    b : array, shape (h,)
        One bias for each neuron.

    Returns
    -------
    out : array, shape (n, h) or (h,)
        Pre-activations.
    cache : tuple
        What `dense_backward` needs: ``(x, W)``.

    Raises
    ------
    ValueError
        When the shapes do not chain.

    Notes
    -----
    Equation `eq-layer` of chapter 1.

    Examples
    --------
    >>> out, _ = dense([[1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], [10.0, 20.0])
    >>> out.tolist()
    [[11.0, 22.0]]
    """
    x = as_floating(x)
    W = as_floating(W, like=x)
    b = as_floating(b, like=x)
    if x.ndim not in (1, 2) or W.ndim != 2 or x.shape[-1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"got x {tuple(x.shape)}, W {tuple(W.shape)}, b {tuple(b.shape)}; "
            "wanted x (n, d) or (d,), W (d, h) and b (h,)"
        )
    return namespace(x, W).matmul(x, W) + b, (x, W)


def dense_backward(d_out: Array, cache: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    r"""Carry a gradient back through `dense`.

    .. math:: d_X = d_Z W^\top, \qquad d_W = X^\top d_Z, \qquad d_b = \sum_i d_{Z,i}.

    Parameters
    ----------
    d_out : array, shape (n, h) or (h,)
        Gradient of the objective with respect to the output of `dense`.
    cache : tuple
        What `dense` returned.

    Returns
    -------
    d_x : array, shape of `x`
        Gradient with respect to the inputs.
    d_W : array, shape (d, h)
        Gradient with respect to the weights.
    d_b : array, shape (h,)
        Gradient with respect to the biases.

    Notes
    -----
    Equation `eq-dense-backward` of chapter 3.

    Examples
    --------
    >>> _, cache = dense([[1.0, 2.0]], [[3.0], [4.0]], [0.0])
    >>> import numpy as np
    >>> [gradient.tolist() for gradient in dense_backward(np.array([[1.0]]), cache)]
    [[[3.0, 4.0]], [[1.0], [2.0]], [1.0]]
    """
    x, W = cache
    xp = namespace(d_out, x)
    d_x = xp.matmul(d_out, W.T)
    rows_x = xp.reshape(x, (-1, x.shape[-1]))
    rows_d = xp.reshape(d_out, (-1, d_out.shape[-1]))
    return d_x, xp.matmul(rows_x.T, rows_d), xp.sum(rows_d, axis=0)


def mlp_forward(
    x: Array, params: Sequence[Layer], activation: Callable[[Array], Array]
) -> list[Array]:
    r"""Run a multi-layer perceptron and keep what every layer says.

    Parameters
    ----------
    x : array, shape (n, d) or (d,)
        One example a row, or a single example.
    params : list of (W, b)
        Layers in order; the columns of each W are the rows of the next.
    activation : callable
        Elementwise function of the hidden layers.  The last layer stays linear: its outputs are
        the logits, or the prediction of a regression.

    Returns
    -------
    list of array
        The output of every layer: hidden ones activated, the last one linear.

    Raises
    ------
    ValueError
        When there is no layer or the shapes do not chain.

    Notes
    -----
    Equation `eq-mlp` of chapter 1.

    Examples
    --------
    >>> from dlcourse.activations import relu
    >>> layers = [([[1.0, -1.0]], [0.0, 0.0]), ([[1.0], [1.0]], [0.0])]
    >>> [out.tolist() for out in mlp_forward([[-3.0]], layers, relu)]
    [[[0.0, 3.0]], [[3.0]]]
    """
    _require_layers(params)
    outputs = []
    for position, (W, b) in enumerate(params, start=1):
        x, _ = dense(x, W, b)
        if position < len(params):
            x = activation(x)
        outputs.append(x)
    return outputs


def collapse(layers: Sequence[Layer]) -> Layer:
    r"""Multiply a stack of linear layers into the one layer that it always was.

    .. math:: (X W_1 + b_1) W_2 + b_2 = X (W_1 W_2) + (b_1 W_2 + b_2).

    Parameters
    ----------
    layers : list of (W, b)
        Layers in order, with no activation between them.

    Returns
    -------
    A : array, shape (d_in, d_out)
        The product of the weights.
    c : array, shape (d_out,)
        What the biases become.

    Raises
    ------
    ValueError
        When there is no layer or the shapes do not chain.

    Notes
    -----
    Equation `eq-collapse` of chapter 1.

    Examples
    --------
    >>> A, c = collapse([([[2.0]], [1.0]), ([[3.0]], [5.0])])
    >>> A.tolist(), c.tolist()
    ([[6.0]], [8.0])
    """
    _require_layers(layers)
    A, c = (as_floating(part) for part in layers[0])
    for W, b in layers[1:]:
        A, _ = dense(A, W, namespace(A).zeros_like(as_floating(b, like=A)))
        c, _ = dense(c, W, b)
    return A, c


def _require_layers(layers: Sequence[Layer]) -> None:
    if len(layers) == 0:
        raise ValueError("got no layers, wanted a list of at least one (W, b)")
