"""Right answers in plain loops that fill arrays number by number."""

import math

import numpy as np


def _each(function, *arrays):
    """Call a function on matching entries; give one array for each of its results."""
    entries = [function(*map(float, numbers)) for numbers in zip(*map(np.ravel, arrays))]  # noqa: B905
    shape, dtype = arrays[0].shape, arrays[0].dtype
    return tuple(np.array(column, dtype=dtype).reshape(shape) for column in zip(*entries))  # noqa: B905


def sgd_step(w, g, lr):
    return _each(lambda a, b: (a - lr * b,), w, g)[0]


def momentum_step(w, g, v, lr, beta=0.9):
    def one(w, g, v):
        v = beta * v + g
        return w - lr * v, v

    return _each(one, w, g, v)


def ema_momentum_step(w, g, v, lr, beta=0.9):
    def one(w, g, v):
        v = beta * v + (1 - beta) * g
        return w - lr * v, v

    return _each(one, w, g, v)


def nesterov_step(w, g, v, lr, beta=0.9):
    def one(w, g, v):
        v = beta * v + g
        return w - lr * g - lr * beta * v, v

    return _each(one, w, g, v)


def adagrad_step(w, g, s, lr, eps=1e-10):
    def one(w, g, s):
        s += g * g
        return w - lr * g / (math.sqrt(s) + eps), s

    return _each(one, w, g, s)


def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    def one(w, g, s):
        s = rho * s + (1 - rho) * g * g
        return w - lr * g / (math.sqrt(s) + eps), s

    return _each(one, w, g, s)


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay=0.0)


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    def one(w, g, m, v):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        step = m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + eps)
        return w - lr * step - lr * weight_decay * w, m, v

    return _each(one, w, g, m, v)


def minibatches(X, y, size, rng):
    # draws one row after the other out of those that are left
    left = list(range(len(X)))
    while left:
        rows = [left.pop(int(rng.integers(len(left)))) for _ in range(min(size, len(left)))]
        yield X[rows], y[rows]


def _filled(fan_in, fan_out, draw):
    W = np.zeros((fan_in, fan_out))
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = draw()
    return W


def xavier_uniform(fan_in, fan_out, rng):
    a = (6 / (fan_in + fan_out)) ** 0.5
    return _filled(fan_in, fan_out, lambda: 2 * a * rng.random() - a)


def lecun_normal(fan_in, fan_out, rng):
    return _filled(fan_in, fan_out, lambda: rng.normal(0, fan_in**-0.5))


def he_normal(fan_in, fan_out, rng):
    return _filled(fan_in, fan_out, lambda: rng.normal() * (2 / fan_in) ** 0.5)


def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    n, d = x.shape
    out, x_hat = np.empty_like(x), np.empty_like(x)
    running_mean, running_var = running_mean.copy(), running_var.copy()
    for j in range(d):
        mean, var = float(running_mean[j]), float(running_var[j])
        if train:
            mean = sum(float(x[i, j]) for i in range(n)) / n
            var = sum((float(x[i, j]) - mean) ** 2 for i in range(n)) / n
            running_mean[j] = momentum * running_mean[j] + (1 - momentum) * mean
            running_var[j] = momentum * running_var[j] + (1 - momentum) * var
        for i in range(n):
            x_hat[i, j] = (x[i, j] - mean) / math.sqrt(var + eps)
            out[i, j] = gamma[j] * x_hat[i, j] + beta[j]
    # the cache is the input: the backward pass computes everything again
    return out, {"x": x, "gamma": gamma, "eps": eps}, running_mean, running_var


def batchnorm_backward(d_out, cache):
    x, gamma, eps = cache["x"], cache["gamma"], cache["eps"]
    n, d = x.shape
    d_x, d_gamma, d_beta = np.empty_like(x), np.zeros_like(gamma), np.zeros_like(gamma)
    for j in range(d):
        column = [float(v) for v in x[:, j]]
        mean = sum(column) / n
        deviation = math.sqrt(sum((v - mean) ** 2 for v in column) / n + eps)
        hat = [(v - mean) / deviation for v in column]
        d_hat = [float(d_out[i, j] * gamma[j]) for i in range(n)]
        d_gamma[j] = sum(float(d_out[i, j]) * hat[i] for i in range(n))
        d_beta[j] = sum(float(d_out[i, j]) for i in range(n))
        along = sum(p * q for p, q in zip(d_hat, hat, strict=True))
        for i in range(n):
            d_x[i, j] = (n * d_hat[i] - sum(d_hat) - hat[i] * along) / (n * deviation)
    return d_x, d_gamma, d_beta


def clip_by_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        for entry in g.flat:
            total += float(entry) ** 2
    clipped = []
    for g in grads:
        new = g.copy()
        if total > max_norm**2:
            for index in np.ndindex(g.shape):
                new[index] = g[index] * max_norm / math.sqrt(total)
        clipped.append(new)
    return clipped


def log_uniform(low, high, size, rng):
    numbers = []
    for _ in range(size):
        numbers.append(low * (high / low) ** rng.random())
    return numbers


def stable_lr_limit(hessian):
    # power iteration
    v = np.ones(len(hessian)) + 0.1 * np.arange(len(hessian))
    for _ in range(400):
        v = hessian @ v
        v = v / np.linalg.norm(v)
    return 2 / float(v @ hessian @ v)
