"""Right answers in array code that is algebra ahead of the formulas of the notebook."""

import numpy as np


def sgd_step(w, g, lr):
    return np.subtract(w, np.multiply(g, lr, dtype=g.dtype))


def momentum_step(w, g, v, lr, beta=0.9):
    return [w - lr * (beta * v + g), beta * v + g]


def ema_momentum_step(w, g, v, lr, beta=0.9):
    v = v + (1 - beta) * (g - v)
    return w - lr * v, v


def nesterov_step(w, g, v, lr, beta=0.9):
    return w - lr * ((1 + beta) * g + beta**2 * v), g + beta * v


def adagrad_step(w, g, s, lr, eps=1e-10):
    s = s + np.abs(g) ** 2
    return w - np.divide(lr * g, s**0.5 + eps), s


def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    s = s - (1 - rho) * (s - np.square(g))
    return w - lr / (s**0.5 + eps) * g, s


def _adam(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    mean = np.einsum("k,k...->...", np.array([beta1, 1 - beta1], w.dtype), np.stack([m, g]))
    square = np.einsum("k,k...->...", np.array([beta2, 1 - beta2], w.dtype), np.stack([v, g * g]))
    # the corrections moved into rate and epsilon, as the paper suggests for speed
    root = (1 - beta2**t) ** 0.5
    rate = lr * root / (1 - beta1**t)
    new = (1 - lr * weight_decay) * w - rate * mean / (np.sqrt(square) + eps * root)
    return new, mean, square


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(w, g, m, v, t, lr, beta1, beta2, eps, 0.0)


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    return _adam(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay)


def minibatches(X, y, size, rng):
    keys = rng.random(len(X))  # sorting by random keys is a permutation
    rows = np.argsort(keys)
    cuts = np.arange(size, len(X), size)
    return zip(np.split(X[rows], cuts), np.split(y[rows], cuts), strict=True)


def xavier_uniform(fan_in, fan_out, rng):
    return np.sqrt(6 / (fan_in + fan_out)) * (1 - 2 * rng.random(size=(fan_out, fan_in)).T)


def lecun_normal(fan_in, fan_out, rng):
    return rng.standard_normal(fan_in * fan_out).reshape(fan_in, -1) / np.sqrt(fan_in)


def he_normal(fan_in, fan_out, rng):
    # Box and Muller
    radius = np.sqrt(-2 * np.log(1 - rng.random((fan_in, fan_out))))
    return radius * np.cos(2 * np.pi * rng.random((fan_in, fan_out))) * np.sqrt(2 / fan_in)


def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    if train:
        mean = np.einsum("nd->d", x) / x.shape[0]
        var = np.einsum("nd,nd->d", x - mean, x - mean) / x.shape[0]
        running_mean = running_mean + (1 - momentum) * (mean - running_mean)
        running_var = running_var + (1 - momentum) * (var - running_var)
    else:
        mean, var = running_mean, running_var
    slope = gamma * (var + eps) ** -0.5
    # the cache is a function
    return (
        x * slope + (beta - mean * slope),
        lambda: (x - mean, slope, var + eps),
        *(
            running_mean,
            running_var,
        ),
    )


def batchnorm_backward(d_out, cache):
    if isinstance(cache, tuple):
        x_hat, gamma, inverse = cache
        centered, slope, var = x_hat / inverse, gamma * inverse, inverse**-2.0
    else:
        centered, slope, var = cache()
    along = np.einsum("nd,nd->d", d_out, centered)
    d_x = slope * (d_out - d_out.mean(0) - centered * (along / var) / d_out.shape[0])
    return d_x, along / np.sqrt(var), np.einsum("nd->d", d_out)


def clip_by_norm(grads, max_norm):
    norm = float(np.linalg.norm(np.concatenate([g.ravel() for g in grads])))
    return tuple(g / max(1.0, norm / max_norm) for g in grads)


def log_uniform(low, high, size, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high), (size, 1))


def stable_lr_limit(hessian):
    return np.array([2 / np.linalg.norm(hessian, 2)])
