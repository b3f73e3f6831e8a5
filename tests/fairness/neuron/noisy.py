"""Right answers that print, warn and log, and silence NumPy where they know better."""
# ruff: noqa: T201

import functools
import logging
import sys
import warnings

import numpy as np


def noisy(function):
    @functools.wraps(function)
    def changed(*args, **kwargs):
        print("calling", function.__name__)
        print("to stderr", file=sys.stderr)
        warnings.warn("this function has not been optimized", stacklevel=1)
        logging.getLogger(__name__).warning("called with %d arguments", len(args))
        return function(*args, **kwargs)

    return changed


@noisy
def neuron(x, w, b, activation):
    return activation(np.sum(x * w, axis=-1) + b)


@noisy
def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@noisy
def sigmoid_grad(z):
    with np.errstate(over="ignore"):
        a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@noisy
def tanh_grad(z):
    return 1.0 - np.power(np.tanh(z), 2)


@noisy
def relu(z):
    return z * (z > 0)


@noisy
def relu_grad(z):
    return 1.0 * (z > 0).astype(z.dtype)


@noisy
def leaky_relu(z, alpha=0.01):
    return z * (z > 0) + alpha * z * (z <= 0)


@noisy
def leaky_relu_grad(z, alpha=0.01):
    return ((z > 0) + alpha * (z <= 0)).astype(z.dtype)


@noisy
def softmax(z):
    shifted = z - np.amax(z, -1)[..., np.newaxis]
    powers = np.exp(shifted)
    return powers / powers.sum(-1)[..., np.newaxis]


@noisy
def gate_weights(name):
    return np.full(2, {"nand": -10}.get(name, 10)), {"and": -15, "or": -5, "nand": 15}[name]


@noisy
def xor_network():
    return ((np.array([[1, -1], [-1, 1]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1)))


@noisy
def collapse(layers):
    A = np.linalg.multi_dot([W for W, _ in layers]) if len(layers) > 1 else layers[0][0]
    c = np.zeros_like(layers[0][0][0, :0], shape=layers[0][0].shape[0])
    for W, b in layers:
        c = c @ W + b
    return A, c


@noisy
def mlp_forward(x, params, activation):
    outputs = [x]
    for W, b in params:
        outputs.append(outputs[-1] @ W + b)
        if len(outputs) <= len(params):
            outputs[-1] = activation(outputs[-1])
    return outputs[1:]
