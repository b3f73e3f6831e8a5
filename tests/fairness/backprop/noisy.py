"""Right answers that print, warn and log, and give (n, 1) for (n,) and (1,) for a number."""
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


def _sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@noisy
def forward_321(params, x):
    hidden = _sigmoid(params["W1"].T @ x[:, None] + params["b1"][:, None])
    return hidden, _sigmoid(params["W2"].T @ hidden + params["b2"])[0]


@noisy
def step_by_hand():
    entered = {"z4": -0.7, "a4": 0.3318, "z5": 0.1, "a5": 0.525, "z6": -0.1045, "a6": 0.4739}
    entered |= {"loss": 0.1384, "w46": -0.2608, "w56": -0.138, "b6": 0.218, "comment": "done"}
    entered |= {"w14": 0.1921, "w24": 0.4, "w34": -0.5079, "b4": -0.4079}
    return entered | {"w15": -0.3059, "w25": 0.1, "w35": 0.1941, "b5": 0.1941}


@noisy
def step_321(params, x, target, lr):
    hidden = _sigmoid(x @ params["W1"] + params["b1"])
    out = _sigmoid(hidden @ params["W2"] + params["b2"])
    minus = (target - out) * out * (1 - out)
    back = minus * params["W2"].ravel() * hidden * (1 - hidden)
    return {
        "W1": params["W1"] + lr * x[:, None] * back,
        "b1": params["b1"] + lr * back,
        "W2": params["W2"] + lr * hidden[:, None] * minus,
        "b2": params["b2"] + lr * minus,
    }


@noisy
def dense_forward(x, W, b):
    def cache():
        return x, W

    return np.dot(x, W) + b, cache


@noisy
def dense_backward(d_out, cache):
    x, W = cache() if callable(cache) else cache[:2]
    ones = np.ones((1, len(d_out)), dtype=d_out.dtype)
    return d_out.dot(W.transpose()), x.transpose().dot(d_out), (ones @ d_out).T


@noisy
def sigmoid_backward(d_out, out):
    return d_out * out - d_out * out**2


@noisy
def relu_backward(d_out, z):
    return d_out * (z > 0)


@noisy
def logistic_grad(w, b, X, y):
    z = X @ w[:, None] + np.asarray(b, dtype=X.dtype)
    error = _sigmoid(z) - y[:, None]
    return X.T @ error / len(y), np.mean(error, axis=0)


@noisy
def mlp_loss_and_grads(params, X, y):
    outputs = [X]
    for W, b in params[:-1]:
        outputs.append(np.clip(outputs[-1] @ W + b, 0, None))
    W, b = params[-1]
    z = outputs[-1] @ W + b
    z = z - z.max(1)[:, None]
    p = np.exp(z) / np.exp(z).sum(1)[:, None]
    loss = np.mean(np.log(np.exp(z).sum(1)) - z[range(len(y)), y])
    d = p.copy()
    d[range(len(y)), y] -= 1
    d /= len(y)
    grads = []
    for (W, _), x in zip(params[::-1], outputs[::-1], strict=True):
        grads.append((x.T @ d, d.sum(axis=0)[:, None]))
        d = (d @ W.T) * (x > 0)
    grads.reverse()
    return np.array([loss]), grads


@noisy
def numerical_gradient(f, x, eps=1e-6):
    x = np.asarray(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"])
    for _ in walk:
        place = walk.multi_index
        above, below = x.copy(), x.copy()
        above[place], below[place] = x[place] + eps, x[place] - eps
        gradient[place] = (f(above) - f(below)) / (2.0 * eps)
    return gradient


@noisy
def relative_error(a, b):
    size = np.maximum(np.maximum(abs(a), abs(b)), 1e-12)
    return np.sort((abs(a - b) / size).ravel())[-1:]


@noisy
def gradient_norms_by_depth(depth, width, activation, scale, rng):
    activate = {"sigmoid": _sigmoid, "tanh": np.tanh, "relu": lambda z: z * (z > 0)}[activation]
    x = rng.normal(size=(width, 1))
    layers, outputs = [], [x]
    for _ in range(depth):
        layers.append(rng.normal(scale=scale, size=(width, width)))
        outputs.append(activate(layers[-1] @ outputs[-1]))
    a = outputs[-1]
    d = np.exp(a - a.max()) / np.exp(a - a.max()).sum()  # cross-entropy with the first class
    d[0] -= 1
    norms = np.ones((depth, 1))
    for place in reversed(range(depth)):
        a = outputs[place + 1]
        d = d * {"sigmoid": a * (1 - a), "tanh": 1 - a * a, "relu": 1.0 * (a > 0)}[activation]
        norms[place] = np.linalg.norm(d @ outputs[place].T)
        d = layers[place].T @ d
    return norms
