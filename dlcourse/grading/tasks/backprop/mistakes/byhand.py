"""Wrong ways through the step by hand, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.activations import sigmoid
from dlcourse.grading.spec import Misconception
from dlcourse.grading.tasks.backprop.byhand import PARAMS, RATE, TARGET, X, named


def _step(
    rate: float = RATE,
    output_slope: bool = True,
    hidden_slope: bool = True,
    inputs: Any = X,
    biases: float = 1.0,
    back: Callable[[Any], Any] = lambda weights: weights,
    half: float = 0.5,
) -> dict[str, float]:
    z = X @ PARAMS["W1"] + biases * PARAMS["b1"]
    a = sigmoid(z)
    z6 = (a @ PARAMS["W2"] + biases * PARAMS["b2"])[0]
    out = sigmoid(z6)
    d6 = (out - TARGET) * (out * (1 - out) if output_slope else 1)
    d = d6 * back(PARAMS["W2"][:, 0]) * (a * (1 - a) if hidden_slope else 1)
    grads = {"W1": np.outer(inputs, d), "b1": d, "W2": (a * d6)[:, None], "b2": np.array([d6])}
    new = {name: PARAMS[name] - rate * grads[name] for name in PARAMS}
    return named([z[0], a[0], z[1], a[1], z6, out, half * (TARGET - out) ** 2], new)


def _frozen(*starts: str) -> dict[str, float]:
    """Leave the numbers whose names begin so as they were before the step."""
    before = _step(rate=0.0)
    return {
        name: before[name] if name.startswith(starts) else number
        for name, number in _step().items()
    }


def _gradients() -> dict[str, float]:
    before, after = _step(rate=0.0), _step(rate=1.0)
    moved = {name: before[name] - after[name] for name in before if name[0] in "wb"}
    return _step() | moved


#: The numbers of each mistake, by its name.
TABLES = {
    "uphill": _step(rate=-RATE),
    "no-rate": _step(rate=1.0),
    "no-output-slope": _step(output_slope=False),
    "no-hidden-slope": _step(hidden_slope=False),
    "no-input": _step(inputs=np.ones(3)),
    "no-biases": _step(biases=0.0),
    "no-weights-back": _step(back=np.ones_like),
    "weights-exchanged": _step(back=np.flip),
    "no-half": _step(half=1.0),
    "hidden-frozen": _frozen("w1", "w2", "w3", "b4", "b5"),
    "biases-frozen": _frozen("b"),
    "gradients": _gradients(),
}

_SAYS = {
    "uphill": "The forward pass is right, but your step goes uphill. The error is what the network "
    "says minus the target, and the gradient is subtracted.",
    "no-rate": "The forward pass is right, but your step is the whole gradient. It is multiplied "
    "by the learning rate first.",
    "no-output-slope": "The forward pass is right. In the backward pass the slope of the output's "
    "sigmoid is missing: it follows the error in the chain.",
    "no-hidden-slope": "Forward pass and output layer are right. On the way to the hidden weights, "
    "the slope of the hidden sigmoid is missing from the chain.",
    "no-input": "Only the weights of the second input are wrong. That input is 0, so its weights "
    "had no part in the result: what is their gradient?",
    "no-biases": "The biases are missing from your forward pass: each unit adds its own to its "
    "sum, and all later numbers depend on it.",
    "no-weights-back": "Forward pass and output layer are right. The blame comes back to a hidden "
    "unit through the weight by which it was heard; that factor is missing.",
    "weights-exchanged": "Forward pass and output layer are right. The two hidden units got each "
    "other's share: unit 4 is blamed through w46, unit 5 through w56.",
    "no-half": "Everything is right but the loss: it has a factor of one half in front of the "
    "square.",
    "hidden-frozen": "The output layer is right. The weights and biases of the hidden units move "
    "as well; go one link further back in the chain.",
    "biases-frozen": "The weights are right. The biases move as well: a bias is like a weight "
    "whose input is always 1.",
    "gradients": "The forward pass is right. After it you entered the gradients; asked for are the "
    "weights and biases after the step.",
}


def _entered(name: str) -> Callable[[], dict[str, float]]:
    return lambda: dict(TABLES[name])


STEP_BY_HAND = tuple(Misconception(name, _entered(name), says) for name, says in _SAYS.items())
