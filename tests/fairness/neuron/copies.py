"""Right answers that work in place, on copies of their own, in the dtype that they were given."""

import numpy as np


def neuron(x, w, b, activation):
    z = np.array(x)
    z *= w
    z = z.sum(axis=-1)
    z += b
    return activation(z)


def sigmoid(z):
    z = np.array(z)
    flat = np.atleast_1d(z)
    out = np.empty_like(flat)
    low = flat < 0
    out[~low] = 1 / (1 + np.exp(-flat[~low]))
    powers = np.exp(flat[low])
    out[low] = powers / (1 + powers)
    return out.reshape(z.shape)


def sigmoid_grad(z):
    out = sigmoid(z)
    out *= 1 - out
    return out


def tanh_grad(z):
    out = np.array(np.tanh(z))
    np.square(out, out=out)
    np.subtract(1, out, out=out)
    return out


def relu(z):
    out = np.array(z)
    out[out < 0] = 0
    return out


def relu_grad(z):
    out = np.zeros_like(z)
    out[np.asarray(z) > 0] = 1
    return out


def leaky_relu(z, alpha=0.01):
    out = np.array(z)
    out[out < 0] *= alpha
    return out


def leaky_relu_grad(z, alpha=0.01):
    out = np.full_like(z, alpha)
    out[np.asarray(z) > 0] = 1
    return out


def softmax(z):
    out = z.copy()
    out -= out.max(axis=-1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=-1, keepdims=True)
    return out


def gate_weights(name):
    w = np.ones(2, dtype=np.float32)
    b = np.float32(-0.5 if name == "or" else -1.5)
    if name == "nand":
        w *= -1
        b *= -1
    return w, b


def xor_network():
    W1 = np.ones((2, 4), dtype=np.float32)
    W1[:, 1] = -1
    W1[:, 2:] = 0
    b1 = np.array([-0.5, 1.5, -1, -1], dtype=np.float32)
    W2 = np.zeros((4, 1), dtype=np.float32)
    W2[:2] = 1
    return (W1, b1), (W2, np.array([-1.5], dtype=np.float32))


def collapse(layers):
    A, c = layers[-1][0].copy(), layers[-1][1].copy()
    for W, b in layers[-2::-1]:
        c += b @ A
        A = W @ A
    return A, c


def mlp_forward(x, params, activation):
    outputs = []
    for W, b in params:
        x = x @ W
        x += b
        outputs.append(x)
        x = activation(x)
        if W is not params[-1][0]:
            outputs[-1] = x
    return outputs
