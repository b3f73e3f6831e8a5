"""Right answers in plain loops that fill arrays number by number."""

import math

import numpy as np


def _each(function, z):
    z = np.asarray(z)
    out = np.empty_like(z)
    for index in np.ndindex(z.shape):
        out[index] = function(float(z[index]))
    return out


def neuron(x, w, b, activation):
    if x.ndim == 2:
        rows = [neuron(row, w, b, activation) for row in x]
        return np.array(rows, dtype=x.dtype)
    total = b
    for feature, weight in zip(x, w, strict=True):
        total = total + feature * weight
    return activation(total)


def _sigmoid(v):
    return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))


def sigmoid(z):
    return _each(_sigmoid, z)


def sigmoid_grad(z):
    return _each(lambda v: _sigmoid(v) * (1 - _sigmoid(v)), z)


def tanh_grad(z):
    return _each(lambda v: 1 - math.tanh(v) ** 2, z)


def relu(z):
    return _each(lambda v: max(v, 0.0), z)


def relu_grad(z):
    return _each(lambda v: 1 if v > 0 else 0, z)


def leaky_relu(z, alpha=0.01):
    return _each(lambda v: v if v > 0 else alpha * v, z)


def leaky_relu_grad(z, alpha=0.01):
    return _each(lambda v: 1 if v > 0 else alpha, z)


def softmax(z):
    if z.ndim == 2:
        return np.array([softmax(row) for row in z], dtype=z.dtype)
    top = max(float(v) for v in z)
    powers = [math.exp(float(v) - top) for v in z]
    return np.array([power / sum(powers) for power in powers], dtype=z.dtype)


def gate_weights(name):
    w, b = np.zeros(2), 0.0
    for i in range(2):
        w[i] = -1.0 if name == "nand" else 1.0
    b = {"and": -1.2, "or": -0.7, "nand": 1.7}[name]
    return w, b


def xor_network():
    # one hidden unit for each corner that must fire
    W1, b1 = np.zeros((2, 2)), np.zeros(2)
    for unit, corner in enumerate([(0, 1), (1, 0)]):
        for i in range(2):
            W1[i, unit] = 1.0 if corner[i] else -1.0
        b1[unit] = -0.5
    return (W1, b1), (np.ones((2, 1)), np.array([-0.5]))


def _product(left, right):
    out = np.zeros((left.shape[0], right.shape[1]), dtype=left.dtype)
    for i in range(left.shape[0]):
        for j in range(right.shape[1]):
            for k in range(right.shape[0]):
                out[i, j] += left[i, k] * right[k, j]
    return out


def collapse(layers):
    A, c = layers[0][0].copy(), layers[0][1].copy()
    for W, b in layers[1:]:
        A, c = _product(A, W), _product(c[None, :], W)[0] + b
    return A, c


def mlp_forward(x, params, activation):
    outputs = []
    for number in range(len(params)):
        W, b = params[number]
        z = _product(x, W)
        for row in range(len(z)):
            z[row] += b
        x = z if number == len(params) - 1 else activation(z)
        outputs.append(x)
    return outputs
