"""Right answers in plain loops that fill arrays number by number."""

import math

import numpy as np


def _sigmoid(v):
    v = float(v)
    return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))


def forward_321(params, x):
    hidden = np.zeros(2, dtype=x.dtype)
    for j in range(2):
        z = float(params["b1"][j])
        for i in range(3):
            z += float(x[i]) * float(params["W1"][i, j])
        hidden[j] = _sigmoid(z)
    z = float(params["b2"][0]) + sum(float(hidden[j] * params["W2"][j, 0]) for j in range(2))
    return hidden, _sigmoid(z)


def step_by_hand():
    # rounded to three decimals at every step, as on paper
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
        "w14": 0.192,
        "w15": -0.306,
        "w24": 0.4,
        "w25": 0.1,
        "w34": -0.508,
        "w35": 0.194,
        "b4": -0.408,
        "b5": 0.194,
    }


def step_321(params, x, target, lr):
    hidden, out = forward_321(params, x)
    new = {name: value.copy() for name, value in params.items()}
    d_out = (out - target) * out * (1 - out)
    new["b2"][0] -= lr * d_out
    for j in range(2):
        new["W2"][j, 0] -= lr * d_out * float(hidden[j])
        d_hidden = d_out * float(params["W2"][j, 0]) * float(hidden[j]) * (1 - float(hidden[j]))
        new["b1"][j] -= lr * d_hidden
        for i in range(3):
            new["W1"][i, j] -= lr * d_hidden * float(x[i])
    return new


def dense_forward(x, W, b):
    out = np.zeros((x.shape[0], W.shape[1]), dtype=x.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = b[j]
            for k in range(x.shape[1]):
                out[i, j] += x[i, k] * W[k, j]
    return out, {"inputs": x, "weights": W}


def dense_backward(d_out, cache):
    if isinstance(cache, dict):
        x, W = cache["inputs"], cache["weights"]
    else:
        x, W, _ = cache
    d_x, d_W = np.zeros_like(x), np.zeros_like(W)
    d_b = np.zeros(W.shape[1], dtype=W.dtype)
    for i in range(len(x)):
        for j in range(W.shape[1]):
            d_b[j] += d_out[i, j]
            for k in range(len(W)):
                d_x[i, k] += d_out[i, j] * W[k, j]
                d_W[k, j] += d_out[i, j] * x[i, k]
    return d_x, d_W, d_b


def _pairs(function, d_out, value):
    out = np.empty_like(d_out)
    for index in np.ndindex(np.shape(d_out)):
        out[index] = function(np.asarray(d_out)[index], np.asarray(value)[index])
    return out


def sigmoid_backward(d_out, out):
    return _pairs(lambda d, a: d * a * (1 - a), d_out, out)


def relu_backward(d_out, z):
    return _pairs(lambda d, v: d if v > 0 else 0, d_out, z)


def logistic_grad(w, b, X, y):
    d_w, d_b = np.zeros_like(w), 0.0
    for row, target in zip(X, y, strict=True):
        z = float(b)
        for feature, weight in zip(row, w, strict=True):
            z += float(feature) * float(weight)
        error = (_sigmoid(z) - float(target)) / len(y)
        d_b += error
        for j in range(len(w)):
            d_w[j] += error * row[j]
    return d_w, d_b


def mlp_loss_and_grads(params, X, y):
    n, dtype = len(y), X.dtype
    grads = [[np.zeros_like(W), np.zeros_like(b)] for W, b in params]
    loss = 0.0
    for row, label in zip(X, y, strict=True):
        outputs, sums = [row], []
        for W, b in params:
            sums.append(np.array([outputs[-1] @ W[:, j] + b[j] for j in range(len(b))], dtype))
            outputs.append(np.array([max(v, 0) for v in sums[-1]], dtype))
        top = max(float(v) for v in sums[-1])
        powers = [math.exp(float(v) - top) for v in sums[-1]]
        loss -= (float(sums[-1][label]) - top - math.log(sum(powers))) / n
        d = np.array([p / sum(powers) / n for p in powers], dtype)
        d[label] -= 1 / n
        for place in range(len(params) - 1, -1, -1):
            W, _ = params[place]
            for j in range(len(d)):
                grads[place][1][j] += d[j]
                for i in range(len(W)):
                    grads[place][0][i, j] += outputs[place][i] * d[j]
            if place:
                below = np.array([W[i] @ d for i in range(len(W))], dtype)
                on = sums[place - 1] > 0
                d = np.array([below[i] if on[i] else 0 for i in range(len(on))], dtype)
    return loss, [tuple(pair) for pair in grads]


def numerical_gradient(f, x, eps=1e-6):
    work = np.array(x, dtype=float)
    out = np.zeros(work.shape)
    for index in np.ndindex(work.shape):
        kept = work[index]
        work[index] = kept + eps
        above = f(work)
        work[index] = kept - eps
        below = f(work)
        work[index] = kept
        out[index] = (above - below) / (2 * eps)
    return out


def relative_error(a, b):
    worst = 0.0
    for p, q in zip(a.ravel(), b.ravel(), strict=True):
        p, q = float(p), float(q)
        worst = max(worst, abs(p - q) / max(abs(p), abs(q), 1e-12))
    return worst


def gradient_norms_by_depth(depth, width, activation, scale, rng):
    x = rng.standard_normal(width)
    layers = []
    for _ in range(depth):
        W = scale * rng.standard_normal((width, width))
        z = x @ W
        if activation == "relu":
            a, slope = np.where(z > 0, z, 0.0), np.where(z > 0, 1.0, 0.0)
        elif activation == "tanh":
            a, slope = np.tanh(z), 1 - np.tanh(z) ** 2
        else:
            a = np.array([_sigmoid(v) for v in z])
            slope = a * (1 - a)
        layers.append((x, W, slope))
        x = a
    d = np.ones(width)
    norms = np.zeros(depth)
    for place in range(depth - 1, -1, -1):
        x, W, slope = layers[place]
        d = d * slope
        norms[place] = math.sqrt(sum(v * v for v in x) * sum(v * v for v in d))
        d = W @ d
    return norms
