"""Backpropagation through a whole network, layer by layer, by hand."""

from __future__ import annotations

from collections.abc import Sequence

from dlcourse.activations import relu, relu_grad, softmax
from dlcourse.backend import Array, as_floating, namespace
from dlcourse.layers import Layer, dense, dense_backward


def mlp_loss_and_grads(params: Sequence[Layer], X: Array, y: Array) -> tuple[Array, list[Layer]]:
    r"""Mean cross-entropy of a ReLU network and its gradient for every weight.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order; the hidden ones are followed by ReLU, the last by softmax.
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.

    Returns
    -------
    loss : array, shape ()
        Mean negative log-probability of the right classes, in nats.
    grads : list of (d_W, d_b)
        Gradients of the loss, shaped as `params`.

    Raises
    ------
    ValueError
        When a label is not one of the classes.

    Notes
    -----
    Equation `eq-backprop` of chapter 3; Rumelhart, Hinton and Williams (1986) [1]_.

    References
    ----------
    .. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323, 1986.

    Examples
    --------
    >>> import numpy as np
    >>> loss, _ = mlp_loss_and_grads([(np.zeros((1, 2)), np.zeros(2))], [[1.0]], np.array([0]))
    >>> round(loss.item(), 4)  # log 2
    0.6931
    """
    signal, caches, pre_activations = as_floating(X), [], []
    for W, b in params:
        z, cache = dense(signal, W, b)
        caches.append(cache)
        pre_activations.append(z)
        signal = relu(z)
    loss, d_z = _softmax_cross_entropy(pre_activations[-1], y)
    grads: list[Layer] = []
    for depth in reversed(range(len(caches))):
        d_signal, d_W, d_b = dense_backward(d_z, caches[depth])
        grads.insert(0, (d_W, d_b))
        if depth:
            d_z = d_signal * relu_grad(pre_activations[depth - 1])
    return loss, grads


def _softmax_cross_entropy(logits: Array, y: Array) -> tuple[Array, Array]:
    """Loss, and its gradient (p - y) / n with respect to the logits."""
    xp = namespace(logits)
    n, k = logits.shape
    labels = xp.asarray(y)
    if labels.shape != (n,) or bool(xp.any((labels < 0) | (labels >= k))):
        raise ValueError(f"wanted {n} labels in 0 .. {k - 1}, one for each row of X")
    target = xp.astype(labels[:, None] == xp.arange(k)[None, :], logits.dtype)
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
    return -xp.sum(target * log_p) / n, (softmax(logits) - target) / n
