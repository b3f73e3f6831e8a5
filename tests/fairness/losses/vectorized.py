"""Right answers by einsum, masks, fancy indexing and NumPy's `where=`."""

import numpy as np


def mse(y_pred, y):
    off = np.ravel(y_pred - y)
    return np.einsum("i,i->", off, off) / off.size


def mse_grad(y_pred, y):
    return np.subtract(y_pred, y) * (y.dtype.type(2) / y.dtype.type(y.size))


def one_hot(labels, k):
    return np.equal.outer(labels, np.arange(k)).astype(float)


def _log(p, where):
    with np.errstate(divide="ignore"):
        return np.log(p, where=where, out=np.zeros_like(p))


def binary_cross_entropy(p, y):
    return -np.mean(y * _log(p, y > 0) + (1 - y) * _log(1 - p, y < 1))


def bce_from_logits(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def cross_entropy(p, t):
    return np.einsum("ij,ij->", t, -_log(p, t != 0)) / len(p)


def log_softmax(z):
    # the logarithm of a sum of exponentials, two at a time
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)


def sparse_cross_entropy(logits, labels):
    chosen = np.take_along_axis(logits, labels[:, np.newaxis], axis=1)
    return np.logaddexp.reduce(logits - chosen, axis=1).mean()


def softmax_cross_entropy_grad(logits, labels):
    p = np.exp(log_softmax(logits))
    np.subtract.at(p, (np.arange(len(p)), labels), 1)
    return np.divide(p, len(p))


def entropy(p, base=2.0):
    kept = p[p > 0]
    return kept @ -np.log(kept) / np.log(base)


def cross_entropy_dist(p, q, base=2.0):
    with np.errstate(divide="ignore"):
        return np.dot(p[p > 0], -np.log(q[p > 0])) / np.log(base)


def kl_divergence(p, q, base=2.0):
    kept = np.flatnonzero(p)
    with np.errstate(divide="ignore"):
        return np.sum(p[kept] * np.log(p[kept] / q[kept])) / np.log(base)


def information_gain(labels, split):
    table = np.zeros((2, labels.max() + 1))
    np.add.at(table, (split.astype(int), labels), 1)

    def bits(counts, axis):
        p = counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)
        return -(p * np.log2(p, where=p > 0, out=np.zeros_like(p))).sum(axis=axis)

    return bits(table.sum(axis=0), 0) - bits(table, 1) @ table.sum(axis=1) / len(labels)
