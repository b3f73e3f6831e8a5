"""Backpropagation through a whole network, layer by layer, by hand.

`stack_forward` and `stack_backward` are handed on from `stacks`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dlcourse import checks
from dlcourse.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.layers import Layer, dense, dense_backward
from dlcourse.logits import bce_from_logits_grad, softmax_cross_entropy_grad, sparse_cross_entropy
from dlcourse.stacks import stack_backward as stack_backward
from dlcourse.stacks import stack_forward as stack_forward

#: An elementwise function and its slope, both taking the pre-activation.
Activation = tuple[Callable[[Array], Array], Callable[[Array], Array]]

#: Activations that `gradient_norms_by_depth` knows by name.
_ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
}


def sigmoid_backward(d_out: Array, out: Array) -> Array:
    r"""Carry a gradient back through the sigmoid: :math:`d_z = d_a\, a (1 - a)`.

    Parameters
    ----------
    d_out : array, any shape
        Gradient of the objective with respect to the output.
    out : array, shape of `d_out`
        What `activations.sigmoid` returned.

    Returns
    -------
    array
        Gradient with respect to the pre-activation, shape and dtype of `out`.

    Raises
    ------
    ValueError
        When the shapes differ or one holds a NaN.

    Notes
    -----
    Equation `eq-sigmoid-backward` of chapter 3.  It needs the output only; an output that has
    rounded to 1 has lost its slope, which `activations.sigmoid_grad` still knows.

    Examples
    --------
    >>> sigmoid_backward([2.0], [0.5]).tolist()
    [0.5]
    """
    out, d_out = checks.matching(("out", "d_out"), out, d_out)
    return d_out * out * (1 - out)


def relu_backward(d_out: Array, z: Array) -> Array:
    r"""Carry a gradient back through ReLU: pass it on where :math:`z > 0`, else stop it.

    Parameters
    ----------
    d_out : array, any shape
        Gradient of the objective with respect to the output.
    z : array, shape of `d_out`
        Pre-activation.

    Returns
    -------
    array
        Gradient with respect to the pre-activation, shape and dtype of `z`.

    Raises
    ------
    ValueError
        When the shapes differ or one holds a NaN.

    Notes
    -----
    Equation `eq-relu-backward` of chapter 3; 0 at the corner, as in `activations.relu_grad`.

    Examples
    --------
    >>> relu_backward([5.0, 5.0, 5.0], [-1.0, 0.0, 1.0]).tolist()
    [0.0, 0.0, 5.0]
    """
    z, d_out = checks.matching(("z", "d_out"), z, d_out)
    return d_out * relu_grad(z)


def logistic_grad(w: Array, b: Array, X: Array, y: Array) -> tuple[Array, Array]:
    r"""Gradient of logistic regression: the mean of :math:`(a_i - y_i)\, x_i`.

    Parameters
    ----------
    w : array, shape (d,)
        Weights.
    b : float
        Bias.
    X : array, shape (n, d)
        One example a row.
    y : array, shape (n,)
        Targets in [0, 1].

    Returns
    -------
    d_w : array, shape (d,)
        Gradient of the mean binary cross-entropy with respect to the weights.
    d_b : array, shape ()
        Gradient with respect to the bias.

    Raises
    ------
    ValueError
        When the shapes do not fit or a target lies outside [0, 1].

    Notes
    -----
    Equation `eq-logistic-grad` of chapter 3: the sigmoid's slope and the logarithm's cancel.

    Examples
    --------
    >>> d_w, d_b = logistic_grad([0.0], 0.0, [[2.0], [4.0]], [1.0, 1.0])
    >>> d_w.tolist(), d_b.item()
    ([-1.5], -0.5)
    """
    X = as_floating(X, name="X")
    w = as_floating(w, like=X, name="w")
    if X.ndim != 2 or w.shape != X.shape[1:]:
        raise ValueError(
            f"got X of shape {tuple(X.shape)} and w of shape {tuple(w.shape)}; "
            "wanted X (n, d) and w (d,)"
        )
    xp = namespace(X, w)
    d_z = bce_from_logits_grad(xp.matmul(X, w) + b, as_floating(y, like=X, name="y"))
    return xp.matmul(d_z, X), xp.sum(d_z)


def mlp_loss_and_grads(
    params: Sequence[Layer], X: Array, y: Array, activation: Activation = (relu, relu_grad)
) -> tuple[Array, list[Layer]]:
    r"""Mean cross-entropy of a network and its gradient for every weight.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order; the hidden ones are followed by the activation, the last by softmax.
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.
    activation : pair of callable, default (relu, relu_grad)
        Elementwise function of the hidden layers, and its slope.

    Returns
    -------
    loss : array, shape ()
        Mean negative log-probability of the right classes, in nats.
    grads : list of (d_W, d_b)
        Gradients of the loss, shaped as `params`.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When there is no layer, the shapes do not chain, or a label is not one of the classes.

    Notes
    -----
    Equation `eq-backprop` of chapter 3; Rumelhart, Hinton and Williams (1986) [1]_.

    References
    ----------
    .. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323, 1986.

    Examples
    --------
    >>> loss, _ = mlp_loss_and_grads([(np.zeros((1, 2)), np.zeros(2))], [[1.0]], np.array([0]))
    >>> round(loss.item(), 4)  # log 2
    0.6931
    """
    if len(params) == 0:
        raise ValueError("params: got no layers, wanted a list of at least one (W, b)")
    function, slope = activation
    hidden, caches = stack_forward(X, params[:-1], function)
    logits, head = dense(hidden, *params[-1])
    loss = sparse_cross_entropy(logits, y)
    d_hidden, *d_head = dense_backward(softmax_cross_entropy_grad(logits, y), head)
    _, grads = stack_backward(d_hidden, caches, slope)
    return loss, [*grads, (d_head[0], d_head[1])]


def gradient_norms_by_depth(
    depth: int, width: int, activation: str, scale: float, rng: np.random.Generator
) -> np.ndarray:
    r"""Measure how much gradient reaches each layer of a deep random network.

    Parameters
    ----------
    depth, width : int
        Number of layers, and neurons in each; the layers are square, without biases.
    activation : {'sigmoid', 'tanh', 'relu'}
        Follows every layer.
    scale : float
        Standard deviation of the weights.
    rng : numpy.random.Generator
        Draws weights and input from a normal distribution.

    Returns
    -------
    array, shape (depth,)
        Frobenius norms of :math:`\partial L / \partial W`, first layer first, where L is half
        the squared length of the output.

    Raises
    ------
    ValueError
        When the activation is another, or depth or width is below 1.

    Notes
    -----
    Equation `eq-vanishing` of chapter 3; Hochreiter (1991), Bengio, Simard and Frasconi
    (1994) [1]_.  Where the activations keep their size, the ratio of neighbors is about
    :math:`\sqrt{width} \cdot scale \cdot g'`, and a power of it is what the first layer gets.

    References
    ----------
    .. [1] Y. Bengio, P. Simard and P. Frasconi, "Learning long-term dependencies with gradient
       descent is difficult", IEEE Transactions on Neural Networks 5(2), 1994.

    Examples
    --------
    >>> norms = gradient_norms_by_depth(10, 20, "sigmoid", 0.1, np.random.default_rng(0))
    >>> bool(norms[0] < norms[-1] / 1000)
    True
    """
    if activation not in _ACTIVATIONS:
        raise ValueError(f"activation: got {activation!r}, wanted one of {list(_ACTIVATIONS)}")
    if depth < 1 or width < 1:
        raise ValueError(f"got depth = {depth} and width = {width}, wanted both at least 1")
    function, slope = _ACTIVATIONS[activation]
    layers = [(scale * rng.normal(size=(width, width)), np.zeros(width)) for _ in range(depth)]
    out, caches = stack_forward(rng.normal(size=(1, width)), layers, function)
    _, grads = stack_backward(out, caches, slope)  # the loss is half of sum(out ** 2)
    return np.array([np.linalg.norm(d_W) for d_W, _ in grads])
