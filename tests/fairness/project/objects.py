"""Right answers whose parameters are an object with lambdas in it: float32, momentum, tanh."""

import numpy as np


class Layer:
    def __init__(self, rng, rows, columns):
        self.W = (rng.normal(size=(rows, columns)) / np.sqrt(rows)).astype(np.float32)
        self.b = np.zeros(columns, np.float32)
        self.moving = [np.zeros_like(self.W), np.zeros_like(self.b)]

    def __call__(self, x):
        self.x = x
        return x @ self.W + self.b

    def back(self, d, rate):
        d_x = d @ self.W.T
        for i, g in enumerate((self.x.T @ d, d.sum(axis=0))):
            self.moving[i] = 0.9 * self.moving[i] + g
        self.W = self.W - rate * self.moving[0]
        self.b = self.b - rate * self.moving[1]
        return d_x


class Network:
    def __init__(self, rng):
        self.layers = [Layer(rng, 64, 96), Layer(rng, 96, 10)]
        self.bend = lambda z: np.tanh(z)

    def scores(self, X):
        self.hidden = self.bend(self.layers[0](X.astype(np.float32)))
        return self.layers[1](self.hidden)


def train(X, y, rng):
    network = Network(rng)
    for epoch in range(20):
        rate = np.float32(0.05 * (1 - epoch / 20) + 0.002)
        for rows in np.array_split(rng.permutation(len(X)), max(1, len(X) // 32)):
            scores = network.scores(X[rows])
            p = np.exp(scores - scores.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[np.arange(len(rows)), y[rows]] -= 1
            d = network.layers[1].back(p / np.float32(len(rows)), rate)
            network.layers[0].back(d * (1 - network.hidden**2), rate)
    return {"network": network, "note": "trained"}


def predict(params, X):
    return params["network"].scores(X).argmax(axis=1)[:, None].astype(np.int32)


def confusion_matrix(y_true, y_pred, k):
    return np.bincount(y_true * k + y_pred, minlength=k * k).reshape(k, k)
