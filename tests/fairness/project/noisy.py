"""Right answers that print the loss of every epoch, warn, and keep state outside the parameters."""
# ruff: noqa: T201

import collections
import warnings

import numpy as np

HISTORY = []


def train(X, y, rng):
    warnings.warn("training starts", stacklevel=1)
    n, d, units = len(X), X.shape[1], 80
    w = rng.standard_normal(d * units + units * 10) * 0.15
    s = np.zeros_like(w)
    for epoch in range(25):
        total = 0.0
        for rows in np.array_split(rng.permutation(n), max(1, n // 50)):
            W1, W2 = w[: d * units].reshape(d, units), w[d * units :].reshape(units, 10)
            z = X[rows] @ W1
            hidden = z * (z > 0)
            scores = hidden @ W2
            scores -= scores.max(axis=1, keepdims=True)
            logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
            total -= logp[np.arange(len(rows)), y[rows]].sum()
            g = (np.exp(logp) - (y[rows][:, None] == np.arange(10))) / len(rows)
            g1 = X[rows].T @ ((g @ W2.T) * (z > 0))
            g = np.concatenate([g1.ravel(), (hidden.T @ g).ravel()])
            s = 0.99 * s + 0.01 * g * g
            w = w - 0.002 * g / (np.sqrt(s) + 1e-6)
        HISTORY.append(total / n)
        print("epoch", epoch, "loss", total / n)
    return w


def predict(params, X):
    print("predicting", len(X))
    units = len(params) // 74
    W1, W2 = params[: 64 * units].reshape(64, units), params[64 * units :].reshape(units, 10)
    return np.array([np.argmax(scores) for scores in np.maximum(X @ W1, 0) @ W2], dtype=float)


def confusion_matrix(y_true, y_pred, k):
    pairs = collections.Counter(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return tuple(tuple(pairs[i, j] for j in range(k)) for i in range(k))
