"""Right answers that give (n, 1) where (n,) is usual, and (1,) where a number is."""

import functools

import numpy as np


def column(function):
    @functools.wraps(function)
    def changed(*args, **kwargs):
        out = np.asarray(function(*args, **kwargs))
        return out[..., None] if out.ndim < 2 else out

    return changed


@column
def neuron(x, w, b, activation):
    return activation(np.inner(x, w) + b)


@column
def sigmoid(z):
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, np.ones_like(z)) / (1 + small)


@column
def sigmoid_grad(z):
    return sigmoid.__wrapped__(z) - sigmoid.__wrapped__(z) ** 2


@column
def tanh_grad(z):
    return 1 - np.tanh(z) ** 2


@column
def relu(z):
    return (z + np.abs(z)) / 2


@column
def relu_grad(z):
    return np.asarray(z > 0, dtype=np.asarray(z).dtype)


@column
def leaky_relu(z, alpha=0.01):
    return np.maximum(z, 0) + np.minimum(z, 0) * np.asarray(alpha, dtype=np.asarray(z).dtype)


@column
def leaky_relu_grad(z, alpha=0.01):
    return np.where(z > 0, 1, alpha).astype(np.asarray(z).dtype)


@column
def softmax(z):
    rows = np.atleast_2d(z)
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).reshape(z.shape)


def gate_weights(name):
    sign = -1 if name == "nand" else 1
    threshold = 0.5 if name == "or" else 1.5
    return sign * np.ones((2, 1)), np.array([-sign * threshold])


def xor_network():
    W1, b1 = np.array([[1, 1], [1, 1]]), np.array([[-0.5], [-1.5]])
    return (W1, b1), (np.array([[1], [-2]]), np.array([[-0.5]]))


def collapse(layers):
    width = layers[0][0].shape[0]
    A = np.eye(width, dtype=layers[0][0].dtype)
    c = np.zeros(width, dtype=A.dtype)
    for W, b in layers:
        A, c = A @ W, c @ W + b
    return A, c[:, None]


def mlp_forward(x, params, activation):
    if len(params) == 1:
        return [x @ params[0][0] + params[0][1]]
    a = activation(x @ params[0][0] + params[0][1])
    return [a, *mlp_forward(a, params[1:], activation)]
