"""Right answers in plain loops that fill arrays number by number."""

import math

import numpy as np


def mse(y_pred, y):
    total = 0.0
    for index in np.ndindex(y.shape):
        total += (float(y_pred[index]) - float(y[index])) ** 2
    return total / y.size


def mse_grad(y_pred, y):
    out = np.empty_like(y_pred)
    for index in np.ndindex(y.shape):
        out[index] = 2 / y.size * (y_pred[index] - y[index])
    return out


def one_hot(labels, k):
    out = np.zeros((len(labels), k))
    for row, label in enumerate(labels):
        out[row, label] = 1
    return out


def _term(weight, p):
    """-weight * log(p), where 0 log 0 counts as 0."""
    if weight == 0:
        return 0.0
    return -weight * math.log(p) if p > 0 else math.inf


def binary_cross_entropy(p, y):
    total = 0.0
    for index in np.ndindex(p.shape):
        happened, said = float(y[index]), float(p[index])
        total += _term(happened, said) + _term(1 - happened, 1 - said)
    return total / p.size


def bce_from_logits(z, y):
    total = 0.0
    for index in np.ndindex(z.shape):
        score, target = float(z[index]), float(y[index])
        total += max(score, 0.0) - target * score + math.log1p(math.exp(-abs(score)))
    return total / z.size


def cross_entropy(p, t):
    total = 0.0
    for i in range(len(p)):
        for j in range(p.shape[1]):
            total += _term(float(t[i, j]), float(p[i, j]))
    return total / len(p)


def log_softmax(z):
    if z.ndim == 2:
        out = np.empty_like(z)
        for row in range(len(z)):
            out[row] = log_softmax(z[row])
        return out
    top = max(float(v) for v in z)
    total = sum(math.exp(float(v) - top) for v in z)
    return np.array([float(v) - top - math.log(total) for v in z], dtype=z.dtype)


def sparse_cross_entropy(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        total -= float(log_softmax(row.astype(float))[label])
    return total / len(labels)


def softmax_cross_entropy_grad(logits, labels):
    out = np.empty_like(logits)
    for i in range(len(logits)):
        for j in range(logits.shape[1]):
            p = math.exp(float(log_softmax(logits[i])[j]))
            out[i, j] = (p - (1 if labels[i] == j else 0)) / len(logits)
    return out


def entropy(p, base=2.0):
    return cross_entropy_dist(p, p, base)


def cross_entropy_dist(p, q, base=2.0):
    total = 0.0
    for happens, expected in zip(p, q, strict=True):
        total += _term(float(happens), float(expected))
    return total / math.log(base)


def kl_divergence(p, q, base=2.0):
    total = 0.0
    for happens, expected in zip(p, q, strict=True):
        if happens > 0:
            ratio = math.inf if expected == 0 else float(happens) / float(expected)
            total += float(happens) * math.log(ratio, base)
    return total


def information_gain(labels, split):
    def bits(chosen):
        counts = {}
        for label in chosen:
            counts[label] = counts.get(label, 0) + 1
        return -sum(c / len(chosen) * math.log2(c / len(chosen)) for c in counts.values())

    yes = [label for label, answer in zip(labels, split, strict=True) if answer]
    no = [label for label, answer in zip(labels, split, strict=True) if not answer]
    after = 0.0
    for side in (yes, no):
        if side:
            after += len(side) / len(labels) * bits(side)
    return bits(list(labels)) - after
