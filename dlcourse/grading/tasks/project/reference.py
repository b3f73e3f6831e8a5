"""An ordinary right answer: a hidden layer of 64 ReLU units, softmax, mini-batches, Adam."""

from __future__ import annotations

import numpy as np

#: Weights and biases of the two layers.
Params = list[np.ndarray]

UNITS, EPOCHS, BATCH, RATE = 64, 20, 32, 2e-3


def train(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Params:
    """Train a small network.

    Parameters
    ----------
    X : array, shape (n, 64)
        Pictures.
    y : int array, shape (n,)
        Classes in 0..9.
    rng : numpy.random.Generator
        Source of initial weights and of the order of the rows.

    Returns
    -------
    list of array
        ``[W1, b1, W2, b2]``.
    """
    d = X.shape[1]
    params = [
        rng.normal(0.0, np.sqrt(2 / d), (d, UNITS)),
        np.zeros(UNITS),
        rng.normal(0.0, np.sqrt(2 / UNITS), (UNITS, 10)),
        np.zeros(10),
    ]
    m, v = ([np.zeros_like(p) for p in params] for _ in range(2))
    step = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(X))
        for start in range(0, len(X), BATCH):
            rows, step = order[start : start + BATCH], step + 1
            for i, g in enumerate(_gradients(params, X[rows], y[rows])):
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                move = m[i] / (1 - 0.9**step) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)
                params[i] = params[i] - RATE * move
    return params


def predict(params: Params, X: np.ndarray) -> np.ndarray:
    """Name the class with the largest score.

    Parameters
    ----------
    params : list of array
        From `train`.
    X : array, shape (n, 64)
        Pictures.

    Returns
    -------
    int array, shape (n,)
        Classes.
    """
    W1, b1, W2, b2 = params
    return np.argmax(np.maximum(X @ W1 + b1, 0) @ W2 + b2, axis=1)


def _gradients(params: Params, X: np.ndarray, y: np.ndarray) -> Params:
    W1, b1, W2, b2 = params
    z = X @ W1 + b1
    hidden = np.maximum(z, 0)
    scores = hidden @ W2 + b2
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    d_scores = p / len(y)
    d_z = (d_scores @ W2.T) * (z > 0)
    return [X.T @ d_z, d_z.sum(axis=0), hidden.T @ d_scores, d_scores.sum(axis=0)]
