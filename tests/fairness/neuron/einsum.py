"""Right answers by einsum, broadcasting and views; sequences come as generators."""

import functools

import numpy as np


def neuron(x, w, b, activation):
    return activation(np.einsum("...d,d->...", x, w) + b)


def sigmoid(z):
    return np.exp(-np.logaddexp(np.zeros_like(z), np.negative(z)))


def sigmoid_grad(z):
    return np.einsum("...,...->...", sigmoid(z), sigmoid(np.negative(z)))


def tanh_grad(z):
    with np.errstate(over="ignore"):
        return 1 / np.square(np.cosh(z))


def relu(z):
    return np.clip(z, 0, None)


def relu_grad(z):
    return np.heaviside(z, np.zeros_like(z))


def leaky_relu(z, alpha=0.01):
    pair = np.stack([z, np.multiply(z, alpha, dtype=np.asarray(z).dtype)])
    return pair.max(axis=0)


def leaky_relu_grad(z, alpha=0.01):
    slopes = np.array([alpha, 1.0]).astype(np.asarray(z).dtype)
    return slopes[(np.asarray(z) > 0).astype(int)]


def softmax(z):
    columns = np.exp(z.T - z.T.max(axis=0))
    return np.divide(columns, columns.sum(axis=0)).T


def gate_weights(name):
    table = np.array([[3.0, 4.0, -5.0], [3.0, 4.0, -2.0], [-3.0, -4.0, 5.0]])
    row = table[("and", "or", "nand").index(name)]
    return row[:2], row[2:]


def xor_network():
    ones = np.ones((3, 2))
    return (ones[1:].T.T[:, ::-1], np.array([-0.5, -1.5])), (
        np.array([[2.0, -3.0]]).T,
        np.array([-1.0]),
    )


def _join(first, second):
    (A, c), (W, b) = first, second
    return np.einsum("ij,jk->ik", A, W), np.einsum("j,jk->k", c, W) + b


def collapse(layers):
    return (part for part in functools.reduce(_join, layers))


def mlp_forward(x, params, activation):
    *hidden, (W, b) = params
    for V, d in hidden:
        x = activation(np.einsum("ni,ij->nj", x, V) + d)
        yield x
    yield np.einsum("ni,ij->nj", x, W) + b
