"""Right answers without gradient descent: random hidden units, the last layer by least squares."""

import numpy as np


def train(X, y, rng):
    W = rng.normal(0, 0.5, (64, 900))
    b = rng.uniform(-1, 1, 900)
    H = np.maximum((X - 0.3) @ W + b, 0)
    C = np.linalg.solve(H.T @ H + 3.0 * np.eye(900), H.T @ (np.eye(10)[y] - 0.1))
    return lambda new: np.maximum((new - 0.3) @ W + b, 0) @ C


def predict(params, X):
    return np.argmax(params(X), axis=-1).tolist()


def confusion_matrix(y_true, y_pred, k):
    return np.eye(k)[y_true].T @ np.eye(k)[y_pred]
