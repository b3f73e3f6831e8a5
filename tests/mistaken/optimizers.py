"""Unit 4 as a student might hand it in: in each task a usual mistake, named in `NAMES`."""

import numpy as np

NAMES = {
    "sgd_step": "in-place",
    "momentum_step": "average",
    "ema_momentum_step": "sum",
    "nesterov_step": "plain",
    "adagrad_step": "inside-root",
    "rmsprop_step": "no-root",
    "adam_step": "keeps-corrected",
    "adamw_step": "penalty-in-gradient",
    "minibatches": "batches-shuffled",
    "xavier_uniform": "own-generator",
    "lecun_normal": "variance-as-deviation",
    "he_normal": "fixed-seed",
    "batchnorm_forward": "batch-at-inference",
    "batchnorm_backward": "constant-statistics",
    "clip_by_norm": "each-array",
    "log_uniform": "uniform",
    "stable_lr_limit": "smallest",
}


def sgd_step(w, g, lr):
    w -= lr * g
    return w


def momentum_step(w, g, v, lr, beta=0.9):
    v = beta * v + (1 - beta) * g
    return w - lr * v, v


def ema_momentum_step(w, g, v, lr, beta=0.9):
    v = beta * v + g
    return w - lr * v, v


def nesterov_step(w, g, v, lr, beta=0.9):
    return w - lr * (g + beta * v), beta * v + g


def adagrad_step(w, g, s, lr, eps=1e-10):
    s = s + g**2
    return w - lr * g / np.sqrt(s + eps), s


def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (s + eps), s


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return w - lr * m / (np.sqrt(v) + eps), m, v


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    g = g + weight_decay * w
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def minibatches(X, y, size, rng):
    starts = list(range(0, len(X), size))
    rng.shuffle(starts)
    for i in starts:
        yield X[i : i + size], y[i : i + size]


def xavier_uniform(fan_in, fan_out, rng):
    a = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng().uniform(-a, a, (fan_in, fan_out))


def lecun_normal(fan_in, fan_out, rng):
    return rng.normal(0, 1 / fan_in, (fan_in, fan_out))


def he_normal(fan_in, fan_out, rng):
    return np.random.default_rng(42).normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    mean, var = x.mean(axis=0), x.var(axis=0)
    if train:
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    inv = 1 / np.sqrt(var + eps)
    xh = (x - mean) * inv
    return gamma * xh + beta, (xh, gamma, inv), running_mean, running_var


def batchnorm_backward(d_out, cache):
    xh, gamma, inv = cache
    return d_out * gamma * inv, (d_out * xh).sum(axis=0), d_out.sum(axis=0)


def clip_by_norm(grads, max_norm):
    out = []
    for g in grads:
        n = np.linalg.norm(g)
        out.append(g * max_norm / n if n > max_norm else g)
    return out


def log_uniform(low, high, size, rng):
    return rng.uniform(low, high, size)


def stable_lr_limit(hessian):
    return 2 / np.linalg.eigvalsh(hessian)[0]
