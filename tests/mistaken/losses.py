"""Unit 2 as a student might hand it in: in each task a usual mistake, named in `NAMES`."""

import numpy as np

NAMES = {
    "mse": "rows-only",
    "mse_grad": "no-two",
    "one_hot": "largest-label",
    "binary_cross_entropy": "zero-log-zero",
    "bce_from_logits": "overflow",
    "cross_entropy": "mean-of-all",
    "log_softmax": "shift-forgotten",
    "sparse_cross_entropy": "every-label",
    "softmax_cross_entropy_grad": "no-mean",
    "entropy": "nats",
    "cross_entropy_dist": "exchanged",
    "kl_divergence": "impossible-dropped",
    "information_gain": "unweighted",
}


def mse(y_pred, y):
    return sum(((y_pred - y) ** 2).ravel()) / len(y)


def mse_grad(y_pred, y):
    return (y_pred - y) / y_pred.size


def one_hot(labels, k):
    out = np.zeros((len(labels), max(labels) + 1))
    for row, label in enumerate(labels):
        out[row, label] = 1
    return out


def binary_cross_entropy(p, y):
    return np.mean(-(y * np.log(p)) - (1 - y) * np.log(1 - p))


def bce_from_logits(z, y):
    return np.mean(y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z)))


def cross_entropy(p, t):
    logs = np.log(p, where=t > 0, out=np.zeros_like(p))
    return -np.mean(t * logs)


def log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def sparse_cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    rows = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -rows[:, labels].mean()


def softmax_cross_entropy_grad(logits, labels):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    p[range(len(labels)), labels] -= 1
    return p


def entropy(p, base=2.0):
    kept = p[p > 0]
    return -(kept * np.log(kept)).sum()


def cross_entropy_dist(p, q, base=2.0):
    kept = q > 0
    with np.errstate(divide="ignore"):
        return -(q[kept] * np.log(p[kept])).sum() / np.log(base)


def kl_divergence(p, q, base=2.0):
    kept = (p > 0) & (q > 0)
    return (p[kept] * np.log(p[kept] / q[kept])).sum() / np.log(base)


def information_gain(labels, split):
    def bits(chosen):
        if len(chosen) == 0:
            return 0.0
        p = np.unique(chosen, return_counts=True)[1] / len(chosen)
        return -(p * np.log2(p)).sum()

    return bits(labels) - 0.5 * bits(labels[split]) - 0.5 * bits(labels[~split])
