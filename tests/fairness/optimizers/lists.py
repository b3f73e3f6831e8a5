"""Right answers without a single array: lists, tuples and Python numbers."""

import math

import numpy as np


def _nested(z):
    return z.tolist() if hasattr(z, "tolist") else z


def _each(function, first, *others):
    if isinstance(first, list):
        return [_each(function, *parts) for parts in zip(first, *others, strict=True)]
    return function(first, *others)


def _part(tree, place):
    if isinstance(tree, list):
        return [_part(branch, place) for branch in tree]
    return tree[place]


def _step(function, *arrays):
    """Call a function that gives a tuple on all entries; give a list of nests of numbers."""
    made = _each(function, *map(_nested, arrays))
    leaf = made
    while isinstance(leaf, list):
        leaf = leaf[0]
    return [_part(made, place) for place in range(len(leaf))]


def sgd_step(w, g, lr):
    return _step(lambda w, g: (w - lr * g,), w, g)[0]


def momentum_step(w, g, v, lr, beta=0.9):
    return _step(lambda w, g, v: (w - lr * (beta * v + g), beta * v + g), w, g, v)


def ema_momentum_step(w, g, v, lr, beta=0.9):
    def one(w, g, v):
        mean = beta * v + (1 - beta) * g
        return w - lr * mean, mean

    return _step(one, w, g, v)


def nesterov_step(w, g, v, lr, beta=0.9):
    def one(w, g, v):
        v = beta * v + g
        return w - lr * (g + beta * v), v

    return _step(one, w, g, v)


def adagrad_step(w, g, s, lr, eps=1e-10):
    def one(w, g, s):
        return w - lr * g / (math.sqrt(s + g * g) + eps), s + g * g

    return _step(one, w, g, s)


def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    def one(w, g, s):
        s = rho * s + (1 - rho) * g**2
        return w - lr * g / (s**0.5 + eps), s

    return _step(one, w, g, s)


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, 0)


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    def one(w, g, m, v):
        m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
        root = math.sqrt(v / (1 - math.pow(beta2, t)))
        return w - lr * (m / (1 - math.pow(beta1, t)) / (root + eps) + weight_decay * w), m, v

    return _step(one, w, g, m, v)


def minibatches(X, y, size, rng):
    pairs = list(zip(_nested(X), _nested(y), strict=True))
    rng.shuffle(pairs)
    batches = []
    while pairs:
        batch, pairs = pairs[:size], pairs[size:]
        batches.append([[row for row, _ in batch], [target for _, target in batch]])
    return batches


def _matrix(fan_in, fan_out, draw):
    return [[draw() for _ in range(fan_out)] for _ in range(fan_in)]


def xavier_uniform(fan_in, fan_out, rng):
    a = math.sqrt(6) / math.sqrt(fan_in + fan_out)
    return _matrix(fan_in, fan_out, lambda: a * (2 * rng.random() - 1))


def lecun_normal(fan_in, fan_out, rng):
    return _matrix(fan_in, fan_out, lambda: rng.normal(scale=1 / math.sqrt(fan_in)))


def he_normal(fan_in, fan_out, rng):
    # from uniform numbers, by the polar method: how many are drawn is left to chance
    def draw():
        while True:
            p, q = 2 * rng.random() - 1, 2 * rng.random() - 1
            if 0 < p * p + q * q < 1:
                square = p * p + q * q
                return p * math.sqrt(-2 * math.log(square) / square) * math.sqrt(2 / fan_in)

    return _matrix(fan_in, fan_out, draw)


def _columns(x):
    return [list(column) for column in zip(*_nested(x), strict=True)]


def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    means, variances, columns, hats = [], [], [], []
    for column, scale, shift, mean, var in zip(
        _columns(x), gamma, beta, running_mean, running_var, strict=True
    ):
        used = float(mean), float(var)
        if train:
            center = sum(column) / len(column)
            used = center, sum((v - center) ** 2 for v in column) / len(column)
            mean = momentum * float(mean) + (1 - momentum) * used[0]
            var = momentum * float(var) + (1 - momentum) * used[1]
        hats.append([(v - used[0]) / math.sqrt(used[1] + eps) for v in column])
        columns.append([float(scale) * v + float(shift) for v in hats[-1]])
        means.append(mean)
        variances.append(var)
    out = [list(row) for row in zip(*columns, strict=True)]
    return [out, None, means, variances] if not train else (out, (x, gamma, eps), means, variances)


def batchnorm_backward(d_out, cache):
    x, gamma, eps = cache
    d_columns, d_gamma, d_beta = [], [], []
    for column, d_column, scale in zip(_columns(x), _columns(d_out), gamma, strict=True):
        n = len(column)
        mean = sum(column) / n
        root = math.sqrt(sum((v - mean) ** 2 for v in column) / n + eps)
        hat = [(v - mean) / root for v in column]
        d_gamma.append(sum(p * q for p, q in zip(d_column, hat, strict=True)))
        d_beta.append(sum(d_column))
        d_columns.append(
            [
                float(scale) / root * (p - d_beta[-1] / n - q * d_gamma[-1] / n)
                for p, q in zip(d_column, hat, strict=True)
            ]
        )
    return [list(row) for row in zip(*d_columns, strict=True)], d_gamma, d_beta


def clip_by_norm(grads, max_norm):
    def squares(z):
        return sum(map(squares, z)) if isinstance(z, list) else z * z

    grads = [_nested(g) for g in grads]
    norm = math.sqrt(squares(grads))
    factor = min(1, max_norm / norm) if norm else 1
    return [_each(lambda v: v * factor, g) for g in grads]


def log_uniform(low, high, size, rng):
    return tuple(math.exp(rng.uniform(math.log(low), math.log(high))) for _ in range(size))


def stable_lr_limit(hessian):
    return (2 / float(max(np.linalg.svd(hessian)[1])),)[0]
