"""Right answers that work in place, on copies of their own, in the dtype that they were given."""

import numpy as np


def _sigmoid(z):
    out = np.array(z)
    np.negative(np.abs(out), out=out)
    np.exp(out, out=out)
    return np.where(z < 0, out, np.ones_like(out)) / (1 + out)


def forward_321(params, x):
    z = x @ params["W1"]
    z += params["b1"]
    hidden = _sigmoid(z)
    return hidden, _sigmoid(hidden @ params["W2"] + params["b2"]).item()


def step_by_hand():
    numbers = {"a4": "0.332", "a5": "0.525", "a6": "0.474", "z6": "-0.104", "loss": "0.138"}
    numbers |= {"z4": "-0.7", "z5": "0.1", "w46": "-0.261", "w56": "-0.138", "b6": "0.218"}
    numbers |= {"w14": "0.192", "w15": "-0.306", "w24": "0.4", "w25": "0.1", "w34": "-0.508"}
    numbers |= {"w35": "0.194", "b4": "-0.408", "b5": "0.194"}
    return {name: np.float32(text) for name, text in numbers.items()}


def step_321(params, x, target, lr):
    hidden, out = forward_321(params, x)
    new = {name: array.copy() for name, array in params.items()}
    d = (out - target) * out * (1 - out)
    new["b2"] -= lr * d
    new["W2"] -= (lr * d * hidden)[:, None]
    d_hidden = d * params["W2"].T[0]
    d_hidden *= hidden
    d_hidden *= 1 - hidden
    new["b1"] -= lr * d_hidden
    new["W1"] -= np.outer(x, lr * d_hidden)
    return new


def dense_forward(x, W, b):
    out = np.empty((len(x), len(b)), dtype=x.dtype)
    np.matmul(x, W, out=out)
    out += b
    return out, [x.copy(), W.copy(), b.copy(), out]


def dense_backward(d_out, cache):
    x, W = cache[0], cache[1]
    d_b = np.zeros(d_out.shape[1], dtype=d_out.dtype)
    for row in d_out:
        d_b += row
    return d_out @ W.T, (d_out.T @ x).T, d_b


def sigmoid_backward(d_out, out):
    slope = 1 - np.array(out)
    slope *= out
    slope *= d_out
    return slope


def relu_backward(d_out, z):
    out = np.array(d_out)
    out[np.asarray(z) <= 0] = 0
    return out


def logistic_grad(w, b, X, y):
    error = X @ w
    error += b
    error = _sigmoid(error)
    error -= y
    error /= len(y)
    return (X * error[:, None]).sum(axis=0), error.sum()


def mlp_loss_and_grads(params, X, y):
    signals = [X]
    for W, b in params:
        out = signals[-1] @ W
        out += b
        signals.append(np.maximum(out, 0))
    d = out.copy()
    d -= d.max(axis=1, keepdims=True)
    losses = -d[np.arange(len(y)), y]
    np.exp(d, out=d)
    losses += np.log(d.sum(axis=1))
    d /= d.sum(axis=1, keepdims=True)
    np.subtract.at(d, (np.arange(len(y)), y), 1)
    d /= len(y)
    grads = [None] * len(params)
    for place in range(len(params))[::-1]:
        grads[place] = [signals[place].T @ d, d.sum(axis=0)]
        d = d @ params[place][0].T
        d[signals[place] <= 0] = 0
    return losses.mean(), grads


def numerical_gradient(f, x, eps=1e-6):
    work = np.array(x, dtype=np.float64)
    flat, out = work.reshape(-1), np.empty(work.shape)
    for place in range(flat.size):
        kept = flat[place]
        flat[place] = kept + eps
        above = f(work.copy())
        flat[place] = kept - eps
        out.reshape(-1)[place] = above / (2 * eps) - f(work.copy()) / (2 * eps)
        flat[place] = kept
    return out


def relative_error(a, b):
    difference, size = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    size[size < 1e-12] = 1e-12
    difference /= size
    return difference.max()


def gradient_norms_by_depth(depth, width, activation, scale, rng):
    Ws = []
    for _ in range(depth):
        W = rng.standard_normal((width, width))
        W *= scale
        Ws.append(W)
    a = [rng.standard_normal((1, width))]
    for W in Ws:
        z = a[-1] @ W
        if activation == "sigmoid":
            a.append(_sigmoid(z))
        else:
            a.append(np.tanh(z) if activation == "tanh" else np.maximum(z, 0))
    d = a[-1].copy()
    norms = np.zeros(depth)
    for place in range(depth - 1, -1, -1):
        if activation == "sigmoid":
            d *= a[place + 1] * (1 - a[place + 1])
        elif activation == "tanh":
            d *= 1 - a[place + 1] ** 2
        else:
            d[a[place + 1] == 0] = 0
        norms[place] = np.sqrt(np.sum((a[place].T @ d) ** 2))
        d = d @ Ws[place].T
    return norms.astype(np.float32)
