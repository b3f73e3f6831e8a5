"""Unit 7, answered with usual mistakes: a learning rate that is far too large, and `+=`."""

import numpy as np

NAMES = {"train": "one-class", "predict": "one-class", "confusion_matrix": "counted-once"}


def train(X, y, rng):
    W = rng.normal(0, 0.1, (64, 10))
    targets = np.eye(10)[y]
    for _ in range(20):
        p = np.exp(X @ W)
        p = p / p.sum(axis=1, keepdims=True)
        W = W - 1000.0 * X.T @ (p - targets)
    return W


def predict(params, X):
    return np.argmax(X @ params, axis=1)


def confusion_matrix(y_true, y_pred, k):
    matrix = np.zeros((k, k), dtype=int)
    matrix[y_true, y_pred] += 1
    return matrix
