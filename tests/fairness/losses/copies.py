"""Right answers that work in place, on copies of their own, in the dtype that they were given."""

import numpy as np


def mse(y_pred, y):
    off = y_pred.copy()
    off -= y
    off *= off
    return off.sum() / np.prod(off.shape)


def mse_grad(y_pred, y):
    out = np.array(y_pred)
    out -= y
    out *= 2
    out /= out.size
    return out


def one_hot(labels, k):
    out = np.zeros(len(labels) * k)
    out[np.arange(len(labels)) * k + labels] = 1
    return out.reshape(len(labels), k)


def binary_cross_entropy(p, y):
    p, y = p.ravel().copy(), y.ravel().copy()
    out = np.zeros_like(p)
    with np.errstate(divide="ignore"):
        out[y > 0] -= y[y > 0] * np.log(p[y > 0])
        out[y < 1] -= (1 - y[y < 1]) * np.log1p(-p[y < 1])
    return out.mean()


def bce_from_logits(z, y):
    out = np.abs(z)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    out += np.maximum(z, 0)
    out -= y * z
    return out.mean()


def cross_entropy(p, t):
    out = np.zeros_like(p)
    happens = t > 0
    with np.errstate(divide="ignore"):
        out[happens] = np.log(p[happens])
    out[happens] *= -t[happens]
    return out.sum(axis=1).mean()


def log_softmax(z):
    out = z.copy()
    out -= out.max(axis=-1, keepdims=True)
    out -= np.log(np.exp(out).sum(axis=-1, keepdims=True))
    return out


def sparse_cross_entropy(logits, labels):
    rows = log_softmax(logits)
    return -rows[range(len(rows)), labels].mean()


def softmax_cross_entropy_grad(logits, labels):
    out = logits.copy()
    out -= out.max(axis=1, keepdims=True)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)
    out[np.arange(len(out)), labels] -= 1
    out /= len(out)
    return out


def entropy(p, base=2.0):
    logs = np.zeros_like(p)
    logs[p > 0] = np.log(p[p > 0])
    logs /= -np.log(base)
    logs *= p
    return logs.sum()


def cross_entropy_dist(p, q, base=2.0):
    logs = np.full_like(q, -np.inf)
    logs[q > 0] = np.log(q[q > 0])
    logs[p == 0] = 0
    return np.inner(p, logs) / -np.log(base)


def kl_divergence(p, q, base=2.0):
    if np.any(q[p > 0] == 0):
        return np.float32("inf")
    keep = np.array(p > 0)
    ratio = p[keep] / q[keep]
    return (p[keep] * np.log(ratio)).sum() / np.log(base)


def information_gain(labels, split):
    def bits(chosen):
        if not len(chosen):
            return 0
        _, counts = np.unique(chosen, return_counts=True)
        p = counts / counts.sum()
        return np.sum(p * -np.log2(p))

    return bits(labels) - sum(
        np.count_nonzero(split == side) / len(split) * bits(labels[split == side])
        for side in (True, False)
    )
