"""Wrong answers for gradients of whole models, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.activations import sigmoid
from dlcourse.grading.spec import Misconception


def _logistic(
    w: Any, b: Any, X: Any, y: Any, predict: Any = sigmoid, weigh: Any = None, divide: Any = None
) -> Any:
    a = predict(X @ w + np.asarray(b, dtype=X.dtype))
    error = a - y
    if weigh is not None:
        error = error * weigh(a)
    n = len(y) if divide is None else divide(X)
    return error @ X / n, error.sum() / n


def _half_mean(w: Any, b: Any, X: Any, y: Any) -> Any:
    d_w, d_b = _logistic(w, b, X, y)
    return d_w, d_b * len(y)


LOGISTIC_GRAD = (
    Misconception(
        "sum",
        lambda w, b, X, y: _logistic(w, b, X, y, divide=lambda _: 1),
        "This is the gradient of the sum over the examples. The loss is their mean: what becomes "
        "of the division?",
    ),
    Misconception(
        "bias-not-averaged",
        _half_mean,
        "The weights are right. For the bias you added the errors up without dividing: the mean "
        "runs over the examples there too.",
    ),
    Misconception(
        "divided-by-all",
        lambda w, b, X, y: _logistic(w, b, X, y, divide=lambda X: X.size),
        "You divided by the number of all entries of X. The mean runs over the examples, which are "
        "the rows.",
    ),
    Misconception(
        "sign",
        lambda w, b, X, y: tuple(-part for part in _logistic(w, b, X, y)),
        "The signs are turned round. A prediction that is too high must have a positive gradient: "
        "raising it makes the loss larger.",
    ),
    Misconception(
        "extra-slope",
        lambda w, b, X, y: _logistic(w, b, X, y, weigh=lambda a: a * (1 - a)),
        "There is a slope of the sigmoid too many. With the log loss it cancels; what is left of "
        "the chain is shorter than that of the squared error.",
    ),
    Misconception(
        "no-sigmoid",
        lambda w, b, X, y: _logistic(w, b, X, y, predict=lambda z: z),
        "You compared the targets with the scores, as in linear regression. The prediction is the "
        "sigmoid of the score.",
    ),
    Misconception(
        "rounded",
        lambda w, b, X, y: _logistic(w, b, X, y, predict=lambda z: (z > 0).astype(z.dtype)),
        "You rounded the predictions to 0 and 1 first, as the perceptron does. The log loss needs "
        "the probabilities as they are.",
    ),
    Misconception(
        "no-bias",
        lambda w, b, X, y: _logistic(w, 0.0, X, y),  # noqa: ARG005
        "The bias is missing from your scores, so the predictions are those of another model.",
    ),
    Misconception(
        "each-example",
        lambda w, b, X, y: (
            (sigmoid(X @ w + np.asarray(b, dtype=X.dtype)) - y)[:, None] * X / len(y),
            _logistic(w, b, X, y)[1],
        ),
        "Your d_w has a row for each example. The same weights served all of them, so they collect "
        "what comes back from every row.",
    ),
    Misconception(
        "overflow",
        lambda w, b, X, y: _logistic(w, b, X, y, predict=lambda z: 1 / (1 + np.exp(-z))),
        "The numbers are right, but for a score far below zero the exponential is too large to "
        "store and NumPy warns. Write the sigmoid so that no exponent is ever positive.",
    ),
)


def _positive(z: Any) -> Any:
    return z > 0


def _shifted(z: Any) -> Any:
    return z - z.max(axis=1, keepdims=True)


def _network(params: Any, X: Any, y: Any, **wrong: Any) -> Any:
    """Loss and gradients of a network, with a mistake in them."""
    inputs, sums = [X], []
    for W, b in params:
        sums.append(inputs[-1] @ W + b)
        inputs.append(np.maximum(sums[-1], 0))
    scores = wrong.get("shift", _shifted)(inputs[-1] if wrong.get("last_on") else sums[-1])
    powers = np.exp(scores)
    p, rows, n = powers / powers.sum(axis=1, keepdims=True), np.arange(len(y)), len(y)
    chosen = scores[rows, y] - np.log(powers.sum(axis=1))
    d = p / n
    d[rows, y] -= 1 / n
    if wrong.get("last_on"):
        d = d * (sums[-1] > 0)
    grads: list[Any] = []
    for place in reversed(range(len(params))):
        x = X if wrong.get("always_X") and place else inputs[place]
        d_b = wrong.get("d_b", lambda d: d.sum(axis=0))(d)
        grads.insert(0, (x.T @ d, d_b))
        if place:
            d = d @ params[place][0].T * wrong.get("mask", _positive)(sums[place - 1])
    return -chosen.mean(), grads


def _scaled(factor: Any, loss: Any = 1) -> Any:
    """Multiply what is right by something that depends on the number of examples."""

    def function(params: Any, X: Any, y: Any) -> Any:
        value, grads = _network(params, X, y)
        times = factor(len(y))
        return value * (times if loss == "too" else 1), [(W * times, b * times) for W, b in grads]

    return function


def _regrouped(change: Any) -> Any:
    """Return the right loss and the gradients arranged in another way."""

    def function(params: Any, X: Any, y: Any) -> Any:
        loss, grads = _network(params, X, y)
        return loss, change(grads)

    return function


def _only_last(grads: Any) -> Any:
    return [*((np.zeros_like(W), np.zeros_like(b)) for W, b in grads[:-1]), grads[-1]]


MLP_LOSS_AND_GRADS = (
    Misconception(
        "no-mask",
        lambda params, X, y: _network(params, X, y, mask=np.ones_like),
        "The last layer is right. Going back through ReLU, a gradient passes only where the "
        "pre-activation was positive; in your answer it always passes.",
    ),
    Misconception(
        "last-activated",
        lambda params, X, y: _network(params, X, y, last_on=True),
        "The last layer is activated as well in your network. It stays linear: its outputs are the "
        "scores.",
    ),
    Misconception(
        "activation-as-mask",
        lambda params, X, y: _network(params, X, y, mask=lambda z: np.maximum(z, 0)),
        "Going back you multiplied by the outputs of ReLU. Its slope is 0 or 1, however large the "
        "output is.",
    ),
    Misconception(
        "gradient-of-sum",
        _scaled(lambda n: n),
        "The loss is right, but your gradients are those of the sum over the examples. The mean "
        "divides them too, once.",
    ),
    Misconception(
        "sum",
        _scaled(lambda n: n, "too"),
        "Loss and gradients are those of the sum over the examples. Their mean is asked for.",
    ),
    Misconception(
        "divided-twice",
        _scaled(lambda n: 1 / n),
        "Your gradients are too small: the division by the number of examples happens twice, "
        "perhaps once at the top and once more in each layer.",
    ),
    Misconception(
        "uphill",
        _scaled(lambda _: -1),
        "The loss is right, but the gradients have the opposite sign. At the scores the gradient "
        "is what was predicted minus what came.",
    ),
    Misconception(
        "bias-averaged",
        lambda params, X, y: _network(params, X, y, d_b=lambda d: d.mean(axis=0)),
        "The gradients of the weights are right. Those of the biases are averaged over the "
        "examples, but the division of the mean is already in them: add the rows up.",
    ),
    Misconception(
        "order",
        _regrouped(lambda grads: grads[::-1]),
        "The gradients are right, but the last layer comes first, as the backward pass finds them. "
        "Turn the list round: it is shaped as params.",
    ),
    Misconception(
        "only-last",
        _regrouped(_only_last),
        "Only the last layer has a gradient. Carry it back through the activation and the layer "
        "before, until the first one.",
    ),
    Misconception(
        "transposed",
        _regrouped(lambda grads: [(W.T, b) for W, b in grads]),
        "Rows and columns of your weight gradients are exchanged. Each has the shape of its W.",
    ),
    Misconception(
        "no-shift",
        lambda params, X, y: _network(params, X, y, shift=lambda z: z),
        "The formula is right, but the exponential of a large score is too large to store. The "
        "same number may be subtracted from every score of a row.",
    ),
    Misconception(
        "one-list",
        _regrouped(lambda grads: [part for pair in grads for part in pair]),
        "The gradients are right, but they come in one row. The list has a pair for each layer, as "
        "params has.",
    ),
)
