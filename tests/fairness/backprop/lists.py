"""Right answers whose results are lists, tuples and Python numbers; sequences as generators."""

import math

import numpy as np


def _nested(value):
    return value.tolist() if hasattr(value, "tolist") else value


def _sigmoid(v):
    return 0.5 * (1 + math.tanh(v / 2))


def _dot(left, right):
    return sum(p * q for p, q in zip(left, right, strict=True))


def _columns(W):
    return list(map(list, zip(*W, strict=True)))


def forward_321(params, x):
    p, x = {name: _nested(value) for name, value in params.items()}, _nested(x)
    sums = [_dot(x, column) + b for column, b in zip(_columns(p["W1"]), p["b1"], strict=True)]
    hidden = [_sigmoid(z) for z in sums]
    return [hidden, _sigmoid(_dot(hidden, _columns(p["W2"])[0]) + p["b2"][0])]


def step_by_hand():
    names = ["z4", "a4", "z5", "a5", "z6", "a6", "loss", "w46", "w56", "b6"]
    names += ["w14", "w15", "w24", "w25", "w34", "w35", "b4", "b5"]
    numbers = [-0.7, 0.332, 0.1, 0.525, -0.105, 0.474, 0.1385, -0.2608, -0.138, 0.218]
    numbers += [0.192, -0.3059, 0.4, 0.1, -0.508, 0.1941, -0.408, 0.194]
    return dict(zip(names, numbers, strict=True))


def step_321(params, x, target, lr):
    p, x = {name: _nested(value) for name, value in params.items()}, _nested(x)
    hidden, out = forward_321(params, x)
    d = (out - target) * out * (1 - out)
    back = [d * w[0] * a * (1 - a) for w, a in zip(p["W2"], hidden, strict=True)]
    return {
        "b2": [p["b2"][0] - lr * d],
        "W2": [[w[0] - lr * d * a] for w, a in zip(p["W2"], hidden, strict=True)],
        "b1": [b - lr * e for b, e in zip(p["b1"], back, strict=True)],
        "W1": [
            [w - lr * e * v for w, e in zip(row, back, strict=True)]
            for row, v in zip(p["W1"], x, strict=True)
        ],
    }


def dense_forward(x, W, b):
    x, columns, b = _nested(x), _columns(_nested(W)), _nested(b)
    out = [[_dot(row, c) + shift for c, shift in zip(columns, b, strict=True)] for row in x]
    yield out
    yield (x, _nested(W), b)


def dense_backward(d_out, cache):
    x, W, _ = map(_nested, cache)
    d = _nested(d_out)
    d_x = [[_dot(row, weights) for weights in W] for row in d]
    d_W = [[_dot(feature, column) for column in _columns(d)] for feature in _columns(x)]
    return [d_x, d_W, [sum(column) for column in _columns(d)]]


def _each(function, first, second):
    if isinstance(first, list):
        return [_each(function, p, q) for p, q in zip(first, second, strict=True)]
    return function(first, second)


def sigmoid_backward(d_out, out):
    return _each(lambda d, a: d * (a - a * a), _nested(d_out), _nested(out))


def relu_backward(d_out, z):
    return _each(lambda d, v: 0 if v <= 0 else d, _nested(d_out), _nested(z))


def logistic_grad(w, b, X, y):
    w, X, y = map(_nested, (w, X, y))
    errors = [_sigmoid(_dot(row, w) + float(b)) - t for row, t in zip(X, y, strict=True)]
    yield [_dot(errors, column) / len(y) for column in _columns(X)]
    yield sum(errors) / len(y)


def mlp_loss_and_grads(params, X, y):
    layers = [(_nested(W), _nested(b)) for W, b in params]
    x, y = _nested(X), _nested(y)
    kept = []
    for place, (W, b) in enumerate(layers):
        z = next(iter(dense_forward(np.array(x), np.array(W), np.array(b))))
        kept.append((x, z))
        x = z if place == len(layers) - 1 else [[max(v, 0.0) for v in row] for row in z]
    loss, d = 0.0, []
    for row, label in zip(x, y, strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(v - top) for v in row))
        loss += (log_sum - row[label]) / len(y)
        d.append([(math.exp(v - log_sum) - (j == label)) / len(y) for j, v in enumerate(row)])
    grads = []
    for (W, b), (x, _), below in zip(layers[::-1], kept[::-1], [*kept[-2::-1], None], strict=True):
        d_x, d_W, d_b = dense_backward(d, (x, W, b))
        grads.append([d_W, d_b])
        if below:
            d = relu_backward(d_x, below[1])
    return [loss], tuple(grads[::-1])


def numerical_gradient(f, x, eps=1e-6):
    x = np.asarray(x, dtype=float)
    flat = x.ravel().tolist()

    def at(place, value):
        moved = [*flat[:place], value, *flat[place + 1 :]]
        return float(f(np.array(moved).reshape(x.shape)))

    slopes = [(at(i, v + eps) - at(i, v - eps)) / 2 / eps for i, v in enumerate(flat)]
    return np.reshape(slopes, x.shape).tolist()


def relative_error(a, b):
    pairs = zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True)
    return max(abs(p - q) / max(abs(p), abs(q), 1e-12) for p, q in pairs)


def gradient_norms_by_depth(depth, width, activation, scale, rng):
    function = {"sigmoid": _sigmoid, "tanh": math.tanh, "relu": lambda v: max(v, 0.0)}[activation]
    slope = {
        "sigmoid": lambda a: a * (1 - a),
        "tanh": lambda a: 1 - a * a,
        "relu": lambda a: float(a > 0),
    }[activation]
    Ws = [rng.normal(0.0, scale, (width, width)) for _ in range(depth)]
    outputs = [rng.normal(0.0, 1.0, width)]
    for W in Ws:
        outputs.append(np.array([function(v) for v in (outputs[-1] @ W).tolist()]))
    d, norms = outputs[-1] - 1, []
    for W, x, a in zip(Ws[::-1], outputs[-2::-1], outputs[:0:-1], strict=True):
        d = d * np.array([slope(v) for v in a.tolist()])
        norms.append(float(np.linalg.norm(x) * np.linalg.norm(d)))  # of an outer product
        d = W @ d
    return norms[::-1]
