"""Right answers by np.vectorize, apply_along_axis and functions made of functions."""

import math

import numpy as np


def elementwise(function):
    general = np.vectorize(function, otypes=[float])

    def changed(z, *args, **kwargs):
        return general(z, *args, **kwargs).astype(np.asarray(z).dtype)

    return changed


def neuron(x, w, b, activation):
    return np.apply_along_axis(lambda row: activation(np.dot(row, w) + b), -1, x)


@elementwise
def sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


@elementwise
def sigmoid_grad(v):
    return math.exp(-abs(v)) / (1 + math.exp(-abs(v))) ** 2


@elementwise
def tanh_grad(v):
    return 1 / math.cosh(v) ** 2 if abs(v) < 300 else 0


@elementwise
def relu(v):
    return 0 if v < 0 else v


@elementwise
def relu_grad(v):
    return float(v > 0)


@elementwise
def leaky_relu(v, alpha=0.01):
    return (alpha if v < 0 else 1) * v


@elementwise
def leaky_relu_grad(v, alpha=0.01):
    return 1 - (1 - alpha) * (v <= 0)


def softmax(z):
    def one(row):
        powers = np.exp(row - row.max())
        return powers / powers.sum()

    return np.apply_along_axis(one, -1, z)


def gate_weights(name):
    return np.array(dict.fromkeys(["and", "or"], (0.5, 0.7)).get(name, (-0.5, -0.7))), {
        "and": -1,
        "or": -0.25,
        "nand": True,
    }[name]


def xor_network():
    W1 = np.array([[1.0, -1.0, 0.5], [1.0, -1.0, 0.5]])
    return [[W1, [-0.5, 1.5, -0.75]], [np.array([[1.0], [1.0], [0.0]]), np.array(-1.5)]]


def collapse(layers):
    def run(x):
        for W, b in layers:
            x = x @ W + b
        return x

    width, dtype = layers[0][0].shape[0], layers[0][0].dtype
    c = run(np.zeros((1, width), dtype=dtype))
    return run(np.eye(width, dtype=dtype)) - c, c[0]


def mlp_forward(x, params, activation):
    def outputs_from(x, depth):
        if depth == len(params):
            return []
        W, b = params[depth]
        z = np.matmul(x, W) + b
        out = z if depth == len(params) - 1 else activation(z)
        return [out, *outputs_from(out, depth + 1)]

    return outputs_from(x, 0)
