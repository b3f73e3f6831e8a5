"""Networks that are small graphs: the 3-2-1 network by hand, and one with two inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlcourse import checks
from dlcourse.activations import relu, relu_grad, sigmoid
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.backprop import Activation, sigmoid_backward, stack_backward, stack_forward
from dlcourse.layers import Layer, dense, dense_backward
from dlcourse.losses import mse, mse_grad

#: Shapes of the parameters of the 3-2-1 network.
_SHAPES_321 = {"W1": (3, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}


def forward_321(params: Mapping[str, Array], x: Array) -> tuple[Array, Array]:
    r"""Run the network with three inputs, two hidden sigmoid units and one sigmoid output.

    Parameters
    ----------
    params : dict
        ``W1`` (3, 2), ``b1`` (2,), ``W2`` (2, 1), ``b2`` (1,).
    x : array, shape (3,)
        One example.

    Returns
    -------
    hidden : array, shape (2,)
        What the hidden units say.
    out : array, shape ()
        What the network says, in (0, 1).

    Raises
    ------
    ValueError
        When a parameter is missing or a shape is another.

    Notes
    -----
    Equation `eq-321-forward` of chapter 3.

    Examples
    --------
    >>> zeros = {"W1": [[0.0] * 2] * 3, "b1": [0.0] * 2, "W2": [[0.0]] * 2, "b2": [0.0]}
    >>> hidden, out = forward_321(zeros, [1.0, 2.0, 3.0])
    >>> hidden.tolist(), out.item()
    ([0.5, 0.5], 0.5)
    """
    params, x = _checked_321(params, x)
    hidden = sigmoid(dense(x, params["W1"], params["b1"])[0])
    return hidden, sigmoid(dense(hidden, params["W2"], params["b2"])[0])[0]


def step_321(params: Mapping[str, Array], x: Array, target: float, lr: float) -> dict[str, Array]:
    r"""Take one step downhill on :math:`\tfrac12 (t - a)^2`, every derivative written out.

    Parameters
    ----------
    params : dict
        ``W1`` (3, 2), ``b1`` (2,), ``W2`` (2, 1), ``b2`` (1,).
    x : array, shape (3,)
        One example.
    target : float
        What the network should say.
    lr : float
        Learning rate.

    Returns
    -------
    dict
        New parameters; the old ones are left alone.

    Raises
    ------
    ValueError
        When a parameter is missing or a shape is another.

    Notes
    -----
    Equation `eq-321-backward` of chapter 3.  All derivatives are taken before any weight moves:
    the hidden units are blamed by the old output weights.

    Examples
    --------
    >>> zeros = {"W1": [[0.0] * 2] * 3, "b1": [0.0] * 2, "W2": [[0.0]] * 2, "b2": [0.0]}
    >>> new = step_321(zeros, [1.0, 2.0, 3.0], target=1.0, lr=8.0)
    >>> new["b2"].tolist(), new["W2"].tolist(), new["W1"].tolist()[0]
    ([1.0], [[0.5], [0.5]], [0.0, 0.0])
    """
    params, x = _checked_321(params, x)
    hidden, out = forward_321(params, x)
    d_z2 = sigmoid_backward(out - target, out)
    d_z1 = sigmoid_backward(params["W2"][:, 0] * d_z2, hidden)
    grads = {
        "W1": x[:, None] * d_z1[None, :],
        "b1": d_z1,
        "W2": hidden[:, None] * d_z2,
        "b2": namespace(x).reshape(d_z2, (1,)),
    }
    return {name: params[name] - lr * grads[name] for name in _SHAPES_321}


def concatenate(left: Array, right: Array) -> tuple[Array, int]:
    r"""Put the features of two branches side by side: :math:`[\,l \;\; r\,]`.

    Parameters
    ----------
    left : array, shape (n, a)
        Features of the first branch.
    right : array, shape (n, b)
        Features of the second branch, of the same examples.

    Returns
    -------
    out : array, shape (n, a + b)
        Both.
    cache : int
        Where the right branch begins: a.

    Raises
    ------
    ValueError
        When the numbers of examples differ.

    Notes
    -----
    Equation `eq-concatenate` of chapter 3.

    Examples
    --------
    >>> out, cache = concatenate([[1.0, 2.0]], [[3.0]])
    >>> out.tolist(), cache
    ([[1.0, 2.0, 3.0]], 2)
    """
    left = as_floating(left, name="left")
    right = as_floating(right, like=left, name="right")
    if left.ndim != 2 or right.ndim != 2 or left.shape[0] != right.shape[0]:
        raise ValueError(
            f"got left of shape {tuple(left.shape)} and right of shape {tuple(right.shape)}; "
            "wanted (n, a) and (n, b) with the same n"
        )
    return namespace(left, right).concat([left, right], axis=1), left.shape[1]


def concatenate_backward(d_out: Array, cache: int) -> tuple[Array, Array]:
    r"""Carry a gradient back through `concatenate`: cut it where the branches met.

    Parameters
    ----------
    d_out : array, shape (n, a + b)
        Gradient of the objective with respect to the output.
    cache : int
        What `concatenate` returned.

    Returns
    -------
    d_left : array, shape (n, a)
        Gradient with respect to the first branch.
    d_right : array, shape (n, b)
        Gradient with respect to the second branch.

    Notes
    -----
    Equation `eq-concatenate` of chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> [part.tolist() for part in concatenate_backward(np.array([[1.0, 2.0, 3.0]]), 2)]
    [[[1.0, 2.0]], [[3.0]]]
    """
    return d_out[:, :cache], d_out[:, cache:]


def two_branch_loss_and_grads(
    params: Mapping[str, Sequence[Layer]],
    left: Array,
    right: Array,
    y: Array,
    activation: Activation = (relu, relu_grad),
) -> tuple[Array, dict[str, list[Layer]]]:
    r"""Mean squared error of a network with two inputs, and its gradient for every weight.

    Each input has layers of its own; their outputs are concatenated and go through a head.

    Parameters
    ----------
    params : dict of list of (W, b)
        ``"left"`` and ``"right"``: layers of the branches, each followed by the activation.
        ``"head"``: one layer, linear.
    left, right : array, shapes (n, p) and (n, q)
        The two inputs of the same examples.
    y : array, shape (n, h)
        Targets.
    activation : pair of callable, default (relu, relu_grad)
        Elementwise function of the branches, and its slope.

    Returns
    -------
    loss : array, shape ()
        Mean over every element of the squared error.
    grads : dict of list of (d_W, d_b)
        Gradients of the loss, shaped as `params`.

    Raises
    ------
    ValueError
        When a part is missing or the shapes do not chain.

    Notes
    -----
    Section "Networks with two inputs" of chapter 3.  A gradient takes every path back that the
    signal took forward; at the concatenation the paths part.

    Examples
    --------
    >>> branch, head = [([[1.0]], [0.0])], [([[1.0], [1.0]], [0.0])]
    >>> params = {"left": branch, "right": branch, "head": head}
    >>> loss, grads = two_branch_loss_and_grads(params, [[1.0]], [[2.0]], [[2.0]])
    >>> loss.item(), grads["head"][0][0].tolist(), grads["right"][0][0].tolist()
    (1.0, [[2.0], [4.0]], [[4.0]])
    """
    if set(params) != {"left", "right", "head"} or len(params["head"]) != 1:
        raise ValueError(
            f"params: got {sorted(params)}, wanted layers for 'left' and 'right' and one 'head'"
        )
    function, slope = activation
    left_out, left_caches = stack_forward(left, params["left"], function)
    right_out, right_caches = stack_forward(right, params["right"], function)
    joined, border = concatenate(left_out, right_out)
    prediction, head = dense(joined, *params["head"][0])
    d_joined, d_W, d_b = dense_backward(mse_grad(prediction, y), head)
    d_left, d_right = concatenate_backward(d_joined, border)
    _, left_grads = stack_backward(d_left, left_caches, slope)
    _, right_grads = stack_backward(d_right, right_caches, slope)
    grads = {"left": left_grads, "right": right_grads, "head": [(d_W, d_b)]}
    return mse(prediction, y), grads


def _checked_321(params: Mapping[str, Array], x: Array) -> tuple[dict[str, Array], Array]:
    x = as_floating(x, name="x")
    if x.shape != (3,):
        raise ValueError(f"x: got the shape {tuple(x.shape)}, wanted (3,)")
    if set(params) != set(_SHAPES_321):
        raise ValueError(f"params: got {sorted(params)}, wanted {sorted(_SHAPES_321)}")
    arrays = {name: as_floating(params[name], like=x, name=name) for name in _SHAPES_321}
    for name, shape in _SHAPES_321.items():
        if tuple(arrays[name].shape) != shape:
            raise ValueError(f"{name}: got the shape {tuple(arrays[name].shape)}, wanted {shape}")
        checks.no_nan(name, arrays[name])
    return arrays, x
