"""Right answers that work in place, on copies of their own, in the dtype that they were given."""

import numpy as np


def sgd_step(w, g, lr):
    w = w.copy()
    w -= lr * g
    return w


def momentum_step(w, g, v, lr, beta=0.9):
    w, v = w.copy(), v.copy()
    v *= beta
    v += g
    w -= lr * v
    return w, v


def ema_momentum_step(w, g, v, lr, beta=0.9):
    w, v = np.array(w), np.array(v)
    v *= beta
    v += (1 - beta) * g
    w -= lr * v
    return w, v


def nesterov_step(w, g, v, lr, beta=0.9):
    w, v = momentum_step(w, g, v, 0.0, beta)
    w -= lr * g
    w -= lr * beta * v
    return w, v


def adagrad_step(w, g, s, lr, eps=1e-10):
    w, s = w.copy(), s.copy()
    s += g * g
    scale = np.sqrt(s)
    scale += eps
    w -= lr * g / scale
    return w, s


def rmsprop_step(w, g, s, lr, rho=0.99, eps=1e-8):
    s = s.copy()
    s *= rho
    s += (1 - rho) * g**2
    return sgd_step(w, g / (np.sqrt(s) + eps), lr), s


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g * g
    root = np.sqrt(v / (1 - beta2**t))
    root += eps
    w -= lr * (m / (1 - beta1**t)) / root
    return w, m, v


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    shrunk = w * (1 - lr * weight_decay)
    moved, m, v = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    moved -= w
    moved += shrunk
    return moved, m, v


def minibatches(X, y, size, rng):
    rows = np.arange(len(X))
    rng.shuffle(rows)
    X, y = X[rows], y[rows]
    # views of the shuffled copies
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


def xavier_uniform(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    rng.random(out=W)
    W -= 0.5
    W *= 2 * np.sqrt(6 / (fan_in + fan_out))
    return W


def lecun_normal(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    rng.standard_normal(out=W)
    W /= np.sqrt(fan_in)
    return W


def he_normal(fan_in, fan_out, rng):
    # single precision is precise enough for a start
    W = rng.standard_normal((fan_in, fan_out), dtype=np.float32)
    W *= np.float32(np.sqrt(2 / fan_in))
    return W


class Cache:
    """What the forward pass leaves behind."""

    def __init__(self, **parts):
        self.__dict__.update(parts)


def batchnorm_forward(
    x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True
):
    out, mean, var = x.copy(), running_mean.copy(), running_var.copy()
    if train:
        batch_mean, batch_var = x.mean(axis=0), x.var(axis=0)
        mean *= momentum
        mean += (1 - momentum) * batch_mean
        var *= momentum
        var += (1 - momentum) * batch_var
    else:
        batch_mean, batch_var = mean, var
    out -= batch_mean
    out /= np.sqrt(batch_var + eps)
    cache = Cache(hat=out.copy(), gamma=gamma.copy(), root=np.sqrt(batch_var + eps))
    out *= gamma
    out += beta
    return out, cache, mean, var


def batchnorm_backward(d_out, cache):
    hat, gamma, root = cache.hat, cache.gamma, cache.root
    d = d_out.copy()
    d *= gamma
    along = (d * hat).mean(axis=0)
    d -= d.mean(axis=0)
    d -= hat * along
    d /= root
    return d, np.add.reduce(d_out * hat), np.add.reduce(d_out)


def clip_by_norm(grads, max_norm):
    grads = [g.copy() for g in grads]
    norm = sum(float(np.vdot(g, g)) for g in grads) ** 0.5
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return grads


def log_uniform(low, high, size, rng):
    x = rng.random(size)
    x *= np.log(high) - np.log(low)
    x += np.log(low)
    np.exp(x, out=x)
    return x


def stable_lr_limit(hessian):
    H = hessian.astype(np.float64)
    return 2 / np.linalg.eigvals(H).real.max()
