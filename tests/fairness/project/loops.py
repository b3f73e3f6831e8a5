"""Right answers in plain steps: a network with gradient descent, and counting in loops."""

import math

import numpy as np


def train(X, y, rng):
    units = 64
    first = (rng.random((64, units)) - 0.5) * 2 * math.sqrt(6 / 64)
    second = (rng.random((units, 10)) - 0.5) * 2 * math.sqrt(6 / units)
    c1, c2 = [0.0] * units, [0.0] * 10
    for epoch in range(20):
        rate = 0.3 if epoch < 15 else 0.05
        order = list(range(len(X)))
        rng.shuffle(order)
        for start in range(0, len(order), 32):
            rows = order[start : start + 32]
            x = X[rows]
            z = np.dot(x, first) + c1
            hidden = np.where(z > 0, z, 0.0)
            scores = np.dot(hidden, second) + c2
            p = np.exp(scores - np.max(scores, axis=1)[:, None])
            p = p / np.sum(p, axis=1)[:, None]
            for i, row in enumerate(rows):
                p[i, y[row]] -= 1.0
            back = np.where(z > 0, np.dot(p, second.T), 0.0)
            first = first - rate / len(rows) * np.dot(x.T, back)
            second = second - rate / len(rows) * np.dot(hidden.T, p)
            c1 = c1 - rate / len(rows) * back.sum(axis=0)
            c2 = c2 - rate / len(rows) * p.sum(axis=0)
    return first, c1, second, c2


def predict(params, X):
    first, c1, second, c2 = params
    out = []
    for x in X:
        hidden = np.maximum(x @ first + c1, 0)
        scores = (hidden @ second + c2).tolist()
        out.append(scores.index(max(scores)))
    return out


def confusion_matrix(y_true, y_pred, k):
    matrix = [[0] * k for _ in range(k)]
    for i in range(len(y_true)):
        matrix[int(y_true[i])][int(y_pred[i])] += 1
    return matrix
