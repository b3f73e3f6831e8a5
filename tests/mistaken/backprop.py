"""Unit 3 as a student might hand it in: in each task a usual mistake, named in `NAMES`."""

import numpy as np

NAMES = {
    "forward_321": "output-linear",
    "step_by_hand": "no-hidden-slope",
    "step_321": "new-weights-back",
    "dense_forward": "no-bias",
    "dense_backward": "bias-averaged",
    "sigmoid_backward": "squeezed-again",
    "relu_backward": "gradient-cut",
    "logistic_grad": "extra-slope",
    "mlp_loss_and_grads": "no-mask",
    "numerical_gradient": "keeps-whole-numbers",
    "relative_error": "no-floor",
    "gradient_norms_by_depth": "no-slope",
}


def forward_321(params, x):
    hidden = 1 / (1 + np.exp(-np.clip(x @ params["W1"] + params["b1"], -80, 80)))
    return hidden, (hidden @ params["W2"] + params["b2"])[0]


def step_by_hand():
    return {
        "z4": -0.7,
        "a4": 0.332,
        "z5": 0.1,
        "a5": 0.525,
        "z6": -0.105,
        "a6": 0.474,
        "loss": 0.138,
        "w46": -0.261,
        "w56": -0.138,
        "b6": 0.218,
        "w14": 0.165,
        "w15": -0.324,
        "w24": 0.4,
        "w25": 0.1,
        "w34": -0.535,
        "w35": 0.176,
        "b4": -0.435,
        "b5": 0.176,
    }


def step_321(params, x, target, lr):
    lr = x.dtype.type(lr)
    new = {name: value.copy() for name, value in params.items()}
    hidden = 1 / (1 + np.exp(-(x @ new["W1"] + new["b1"])))
    out = 1 / (1 + np.exp(-(hidden @ new["W2"] + new["b2"])))
    d2 = (out - target) * out * (1 - out)
    new["W2"] -= lr * np.outer(hidden, d2)
    new["b2"] -= lr * d2
    d1 = d2 * new["W2"][:, 0] * hidden * (1 - hidden)
    new["W1"] -= lr * np.outer(x, d1)
    new["b1"] -= lr * d1
    return new


def dense_forward(x, W, b):
    class Kept:
        weights, inputs = W, x

    return x @ W, Kept()


def dense_backward(d_out, cache):
    return d_out @ cache.weights.T, cache.inputs.T @ d_out, d_out.mean(axis=0)


def sigmoid_backward(d_out, out):
    a = 1 / (1 + np.exp(-out))
    return d_out * a * (1 - a)


def relu_backward(d_out, z):
    return np.maximum(d_out, 0)


def logistic_grad(w, b, X, y):
    with np.errstate(over="ignore"):
        a = 1 / (1 + np.exp(-(X @ w + np.asarray(b, dtype=X.dtype))))
    error = (a - y) * a * (1 - a)
    return X.T @ error / len(y), error.mean()


def mlp_loss_and_grads(params, X, y):
    inputs = [X]
    for W, b in params[:-1]:
        inputs.append(np.maximum(inputs[-1] @ W + b, 0))
    W, b = params[-1]
    z = inputs[-1] @ W + b
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])
    p[np.arange(len(y)), y] -= 1
    d = p / len(y)
    grads = []
    for (W, _), x in zip(reversed(params), reversed(inputs), strict=True):
        grads.append((x.T @ d, d.sum(axis=0)))
        d = d @ W.T
    return loss, grads[::-1]


def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += eps
        down[index] -= eps
        gradient[index] = (f(up) - f(down)) / (2 * eps)
    return gradient


def relative_error(a, b):
    return (np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max()


def gradient_norms_by_depth(depth, width, activation, scale, rng):
    functions = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
    }
    xs, Ws = [rng.normal(size=width)], []
    for _ in range(depth):
        Ws.append(scale * rng.normal(size=(width, width)))
        xs.append(functions[activation](xs[-1] @ Ws[-1]))
    d, norms = xs[-1], np.zeros(depth)
    for layer in reversed(range(depth)):
        norms[layer] = np.linalg.norm(np.outer(xs[layer], d))
        d = Ws[layer] @ d
    return norms
