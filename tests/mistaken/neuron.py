"""Unit 1 as a student might hand it in: in each task a usual mistake, named in `NAMES`."""

import numpy as np

NAMES = {
    "neuron": "bias-outside",
    "sigmoid": "overflow",
    "sigmoid_grad": "input-is-output",
    "tanh_grad": "no-square",
    "relu": "derivative",
    "relu_grad": "one-at-zero",
    "leaky_relu": "alpha-ignored",
    "leaky_relu_grad": "plain",
    "softmax": "wrong-axis",
    "gate_weights": "no-pair",
    "xor_network": "truth-table",
    "collapse": "biases-added",
    "mlp_forward": "last-activated",
}


def neuron(x, w, b, activation):
    return activation(x @ w) + b


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_grad(z):
    return z * (1 - z)


def tanh_grad(z):
    return 1 - np.tanh(z)


def relu(z):
    return (z > 0).astype(z.dtype)


def relu_grad(z):
    return np.where(z >= 0, np.ones_like(z), np.zeros_like(z))


def leaky_relu(z, alpha=0.01):
    return np.where(z > 0, z, z * np.asarray(0.01, dtype=z.dtype))


def leaky_relu_grad(z, alpha=0.01):
    return (z > 0).astype(z.dtype)


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def gate_weights(name):
    return np.array([1.0, 1.0, -1.5])


def xor_network():
    return np.array([0.0, 1.0, 1.0, 0.0])


def collapse(layers):
    A, c = layers[0]
    for W, b in layers[1:]:
        A, c = A @ W, c + b
    return A, c


def mlp_forward(x, params, activation):
    outputs = []
    for W, b in params:
        x = activation(x @ W + b)
        outputs.append(x)
    return outputs
