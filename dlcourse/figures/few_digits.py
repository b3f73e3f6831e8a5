"""Train on few digits, some with wrong labels: an experiment that the figures and pages share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from dlcourse.activations import relu, relu_grad
from dlcourse.augmentation import augment_shift
from dlcourse.callbacks import early_stopping
from dlcourse.data import Examples, digits
from dlcourse.dropout import dropout_backward, dropout_train
from dlcourse.evaluation import accuracy
from dlcourse.figures.made import random_layers
from dlcourse.layers import Layer, dense, dense_backward, mlp_forward
from dlcourse.logits import softmax_cross_entropy_grad, sparse_cross_entropy
from dlcourse.optimizers import adam
from dlcourse.regularizers import l2_grad
from dlcourse.training import train

#: Training images, hidden units and epochs of the small experiment on the digits.
IMAGES, UNITS, EPOCHS = 200, 64, 60
#: Share of the training images whose label is drawn anew, at random.
LIES = 0.3
#: Patience of early stopping in the figures.
PATIENCE = 10


class Method(NamedTuple):
    """A way to train, with what it changes.

    Attributes
    ----------
    penalty : float
        Strength of the L2 penalty on the weight matrices.
    p_drop : float
        Share of hidden units that are dropped.
    shift : int
        Largest shift of the images, in pixels.
    """

    penalty: float = 0.0
    p_drop: float = 0.0
    shift: int = 0


METHODS = {
    "none": Method(),
    "L2": Method(penalty=1e-2),
    "dropout": Method(p_drop=0.6),
    "shifts": Method(shift=1),
}


def loss_and_grads(
    method: Method, rng: np.random.Generator
) -> Callable[..., tuple[np.ndarray, list[Layer]]]:
    """Make the loss of a network with one hidden layer, regularized.

    Parameters
    ----------
    method : Method
        How.
    rng : numpy.random.Generator
        Where masks and shifts come from.

    Returns
    -------
    callable
        For `train`; the loss that it returns is without the penalty.
    """

    def function(params: Any, X: Any, y: Any) -> tuple[Any, list[Layer]]:
        (W1, b1), (W2, b2) = params
        if method.shift:
            X = augment_shift(X.reshape(-1, 8, 8), method.shift, rng).reshape(len(X), -1)
        z, first = dense(X, W1, b1)
        hidden, mask = dropout_train(relu(z), method.p_drop, rng)
        logits, second = dense(hidden, W2, b2)
        d_hidden, d_W2, d_b2 = dense_backward(softmax_cross_entropy_grad(logits, y), second)
        d_z = dropout_backward(d_hidden, mask, method.p_drop) * relu_grad(z)
        _, d_W1, d_b1 = dense_backward(d_z, first)
        pulls = [l2_grad(W, method.penalty) for W in (W1, W2)]
        grads = [(d_W1 + pulls[0], d_b1), (d_W2 + pulls[1], d_b2)]
        return sparse_cross_entropy(logits, y), grads

    return function


@cache
def split(seed: int = 0, lies: float = LIES) -> tuple[Examples, Examples]:
    """Take a few digits for training, some with wrong labels, and 800 others to measure on.

    Parameters
    ----------
    seed : int, default 0
        Seed of the choice.
    lies : float
        Share of the training labels that is drawn anew, at random.

    Returns
    -------
    training, held_out : tuple of (X, y)
        `IMAGES` and 800 images.
    """
    X, y = digits()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    few, many = order[:IMAGES], order[IMAGES : IMAGES + 800]
    drawn_anew = rng.random(IMAGES) < lies
    labels = np.where(drawn_anew, rng.integers(10, size=IMAGES), y[few])
    return (X[few], labels), (X[many], y[many])


@cache
def history(method: str, seed: int = 0) -> dict[str, np.ndarray]:
    """Train on few digits and note losses and accuracies, epoch by epoch.

    One half of the held-out images gives the validation loss, the other the test accuracy.

    Parameters
    ----------
    method : str
        A name of `METHODS`.
    seed : int, default 0
        Seed of images, weights and masks.

    Returns
    -------
    dict
        ``train_loss``, ``val_loss`` and ``test_accuracy``, each of shape (EPOCHS,).
    """
    training, (X, y) = split(seed)
    rng = np.random.default_rng(seed + 1)

    def evaluate(params: Any) -> dict[str, float]:
        logits = mlp_forward(X, params, relu)[-1]
        own = mlp_forward(training[0], params, relu)[-1]
        return {
            "val_loss": float(sparse_cross_entropy(logits[:400], y[:400])),
            "test_accuracy": float(accuracy(y[400:], logits[400:].argmax(axis=1))),
            "train_loss": float(sparse_cross_entropy(own, training[1])),
        }

    run = train(
        random_layers((64, UNITS, 10), rng), training, loss_and_grads(METHODS[method], rng),
        adam(0.003), epochs=EPOCHS, size=20, rng=rng, evaluate=evaluate,
    )  # fmt: skip
    return {
        name: np.array(run.values(name)) for name in ("train_loss", "val_loss", "test_accuracy")
    }


@cache
def cures(seeds: int = 3) -> dict[str, np.ndarray]:
    """Measure the accuracy on new digits after training in every way.

    Parameters
    ----------
    seeds : int, default 3
        Training sets for each way.

    Returns
    -------
    dict
        Accuracies, one for each seed, by the name of the method: at the end of training, and for
        early stopping at the epoch that it keeps.
    """
    found = {
        name: np.array([history(name, seed)["test_accuracy"][-1] for seed in range(seeds)])
        for name in METHODS
    }
    kept = []
    for seed in range(seeds):
        seen = history("none", seed)
        _, best = early_stopping(seen["val_loss"].tolist(), PATIENCE)
        kept.append(seen["test_accuracy"][best])
    return {**found, "early stopping": np.array(kept)}


@cache
def memorized(epochs: int = 120) -> dict[str, np.ndarray]:
    """Train on true and on random labels, and note the share of training images got right.

    Parameters
    ----------
    epochs : int, default 120
        Passes over the images.

    Returns
    -------
    dict
        ``true``, ``random`` and ``held out``: accuracy after every epoch; the last is that of
        the network with random labels on images that it has not seen.
    """
    (X, y), (X_new, y_new) = split(lies=0.0)
    found = {}
    for name in ("true", "random"):
        rng = np.random.default_rng(2)
        labels = y if name == "true" else rng.integers(10, size=len(y))

        def evaluate(params: Any, labels: np.ndarray = labels) -> dict[str, float]:
            own, new = (mlp_forward(x, params, relu)[-1].argmax(axis=1) for x in (X, X_new))
            return {"own": float(accuracy(labels, own)), "new": float(accuracy(y_new, new))}

        run = train(
            random_layers((64, UNITS, 10), rng), (X, labels), loss_and_grads(Method(), rng),
            adam(0.003), epochs=epochs, size=20, rng=rng, evaluate=evaluate,
        )  # fmt: skip
        found[name], found["held out"] = np.array(run.values("own")), np.array(run.values("new"))
    return found
