"""Made data and small trained networks that figures and pages share.  Every call is repeatable."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np

from dlcourse.activations import relu, sigmoid
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.classical import logistic_fit
from dlcourse.initializers import he_normal
from dlcourse.layers import Layer, mlp_forward


def horseshoe(n: int = 60, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Make a blob (class 0) inside a horseshoe (class 1).

    Parameters
    ----------
    n : int, default 60
        Points a class.
    seed : int, default 1
        Seed of the generator.

    Returns
    -------
    X : array, shape (2 n, 2)
        Points.
    y : int array, shape (2 n,)
        Classes.
    """
    rng = np.random.default_rng(seed)
    angle = np.deg2rad(rng.uniform(-25, 205, n))
    radius = 1.6 + 0.12 * rng.standard_normal(n)
    shoe = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    blob = np.array([0.0, 0.1]) + 0.38 * rng.standard_normal((n, 2))
    return np.concatenate([blob, shoe]), np.repeat([0, 1], n)


def random_layers(sizes: tuple[int, ...], rng: np.random.Generator) -> list[Layer]:
    """Draw He's starting weights: normal, scaled by the root of 2 over fan-in; biases zero.

    Parameters
    ----------
    sizes : tuple of int
        Width of every layer, inputs first.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    list of (W, b)
        One pair for each layer.
    """
    return [(he_normal(d, h, rng), np.zeros(h)) for d, h in pairwise(sizes)]


def descend(
    params: list[Layer], X: np.ndarray, y: np.ndarray, steps: int, learning_rate: float = 0.1
) -> list[Layer]:
    """Train a ReLU classifier by gradient descent with momentum 0.9 (chapters 3 and 4).

    Parameters
    ----------
    params : list of (W, b)
        Starting weights.
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Classes.
    steps : int
        Steps, each on all the data.
    learning_rate : float, default 0.1
        Length of a step.

    Returns
    -------
    list of (W, b)
        Trained weights.
    """
    speed = [(0 * W, 0 * b) for W, b in params]
    for _ in range(steps):
        _, grads = mlp_loss_and_grads(params, X, y)
        pairs = list(zip(speed, grads, strict=True))
        speed = [(0.9 * vW + gW, 0.9 * vb + gb) for (vW, vb), (gW, gb) in pairs]
        params = [
            (W - learning_rate * vW, b - learning_rate * vb)
            for (W, b), (vW, vb) in zip(params, speed, strict=True)
        ]
    return params


def accuracy(params: list[Layer], X: np.ndarray, y: np.ndarray) -> float:
    """Share of examples whose largest logit is the right class.

    Parameters
    ----------
    params : list of (W, b)
        A ReLU classifier.
    X : array, shape (n, d)
        One example a row.
    y : int array, shape (n,)
        Classes.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return float(np.mean(np.argmax(mlp_forward(X, params, relu)[-1], axis=1) == y))


@cache
def horseshoe_network(width: int = 2, seed: int = 13) -> list[Layer]:
    """Train a network with one hidden ReLU layer on the horseshoe.

    Parameters
    ----------
    width : int, default 2
        Hidden units.
    seed : int, default 13
        Seed of the starting weights.

    Returns
    -------
    list of (W, b)
        Hidden and output layer.
    """
    start = random_layers((2, width, 2), np.random.default_rng(seed))
    return descend(start, *horseshoe(), steps=600)


@cache
def xor_attempts(width: int = 2, starts: int = 20, steps: int = 800) -> int:
    """Count the random starts from which a hidden layer of ReLU units learns XOR.

    Parameters
    ----------
    width : int, default 2
        Hidden units.
    starts : int, default 20
        Random starts, seeds 0 to ``starts - 1``.
    steps : int, default 800
        Gradient steps from each.

    Returns
    -------
    int
        How many end with all four answers right.
    """
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([0, 1, 1, 0])
    solved = 0
    for seed in range(starts):
        start = random_layers((2, width, 2), np.random.default_rng(seed))
        solved += accuracy(descend(start, X, y, steps), X, y) == 1.0
    return solved


def curved_task(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Make a noisy task with a straight and a crooked part: twelve features, two classes.

    Parameters
    ----------
    n : int
        Examples.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    X : array, shape (n, 12)
        Features, standard normal; the last seven say nothing.
    y : int array, shape (n,)
        Classes.
    """
    X = rng.standard_normal((n, 12))
    score = X[:, 0] + X[:, 1] + X[:, 2] + X[:, 3] * X[:, 4]
    return X, (rng.random(n) < sigmoid(2 * score)).astype(int)


@cache
def errors_by_size(
    sizes: tuple[int, ...] = (50, 100, 200, 500, 2000), repeats: int = 4
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Measure test errors of one neuron and of a network as the training set grows.

    Parameters
    ----------
    sizes : tuple of int
        Training-set sizes.
    repeats : int, default 4
        Training sets drawn for each size.

    Returns
    -------
    neuron : tuple of float
        Mean test error of logistic regression for each size.
    network : tuple of float
        Mean test error of a network with 24 hidden ReLU units.
    """
    X_test, y_test = curved_task(4000, np.random.default_rng(99))
    rows = []
    for n in sizes:
        pairs = [_errors_once(n, seed, X_test, y_test) for seed in range(repeats)]
        rows.append(np.mean(pairs, axis=0))
    neuron, network = np.array(rows).T
    return tuple(neuron.tolist()), tuple(network.tolist())


def _errors_once(n: int, seed: int, X_test: np.ndarray, y_test: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    X, y = curved_task(n, rng)
    w, b = logistic_fit(X, y, ridge=1e-2, steps=6)
    neuron = float(np.mean((X_test @ w + b > 0) != y_test))
    params = descend(random_layers((12, 24, 2), rng), X, y, steps=60, learning_rate=0.3)
    return neuron, 1 - accuracy(params, X_test, y_test)
