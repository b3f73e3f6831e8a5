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
def sgd_step(w, g, lr):
    return w + (-lr) * g


@noisy
def momentum_step(w, g, v, lr, beta=0.9):
    new_v = g + beta * v
    new_w = w - lr * new_v
    assert new_w.shape == w.shape
    return new_w, new_v


@noisy
def ema_momentum_step(w, g, v, lr, beta=0.9):
    new_v = np.average([v, g], axis=0, weights=[beta, 1 - beta]).astype(w.dtype)
    return w - lr * new_v, new_v


@noisy
def nesterov_step(w, g, v, lr, beta=0.9):
    new_v = g + beta * v
    look_ahead = g + beta * new_v
    return w - lr * look_ahead, new_v


@noisy
def adagrad_step(w, g, s, lr, eps=1e-10):
    new_s = s + g * g
    with np.errstate(all="ignore"):
        rates = lr / (np.sqrt(new_s) + eps)
    return w - rates * g, new_s


@noisy
def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    new_s = rho * s + (1 - rho) * np.power(g, 2)
    return w - lr * (g / (eps + np.sqrt(new_s))), new_s


@noisy
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1.0 - beta1) * g
    v = beta2 * v + (1.0 - beta2) * (g * g)
    print("step", t, "mean", m)
    m_hat, v_hat = m / (1.0 - pow(beta1, t)), v / (1.0 - pow(beta2, t))
    return w - lr * (m_hat / (v_hat**0.5 + eps)), m, v


@noisy
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    # decay first, then the step of Adam from the decayed weights: the same sum
    return adam_step(w - lr * weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


@noisy
def minibatches(X, y, size, rng):
    table = np.column_stack([X, y])
    table = rng.permutation(table, axis=0)
    for start in range(0, len(table), size):
        print("batch from", start)
        rows = table[start : start + size]
        yield rows[:, :-1], rows[:, -1:]


@noisy
def xavier_uniform(fan_in, fan_out, rng):
    limit = np.sqrt(6.0 / np.sum([fan_in, fan_out]))
    return rng.uniform(low=-limit, high=limit, size=(fan_in, fan_out))


@noisy
def lecun_normal(fan_in, fan_out, rng):
    rng.random(5)  # extra draws are nobody's business
    return rng.normal(loc=0.0, scale=np.sqrt(1.0 / fan_in), size=(fan_in, fan_out))


@noisy
def he_normal(fan_in, fan_out, rng):
    std = np.sqrt(2.0 / fan_in)
    return rng.standard_normal((fan_in, fan_out)) * std


@noisy
def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    mean, var = (np.mean(x, axis=0), np.var(x, axis=0)) if train else (running_mean, running_var)
    cache = {"x": x, "mean": mean, "var": var, "gamma": gamma, "eps": eps, "log": print}
    out = gamma * (x - mean) / np.sqrt(var + eps) + beta
    if train:
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    return out, cache, running_mean, running_var


@noisy
def batchnorm_backward(d_out, cache):
    # every path by itself
    x, mean, var, gamma = (cache[key] for key in ("x", "mean", "var", "gamma"))
    root = np.sqrt(var + cache["eps"])
    n, centered = len(x), x - mean
    d_hat = d_out * gamma
    d_var = (d_hat * centered).sum(axis=0) * -0.5 / root**3
    d_mean = -d_hat.sum(axis=0) / root - 2 * d_var * centered.mean(axis=0)
    d_x = d_hat / root + d_var * 2 * centered / n + d_mean / n
    return d_x, (d_out * centered / root).sum(axis=0), d_out.sum(axis=0)


@noisy
def clip_by_norm(grads, max_norm):
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    with np.errstate(divide="ignore"):
        factor = np.minimum(1.0, np.divide(max_norm, total))
    return [(g * factor).astype(g.dtype) for g in grads]


@noisy
def log_uniform(low, high, size, rng):
    return np.exp2(np.log2(low) + rng.random(size=size) * (np.log2(high) - np.log2(low)))


@noisy
def stable_lr_limit(hessian):
    eigenvalues, _ = np.linalg.eigh(hessian)
    return 2.0 / np.max(eigenvalues)
