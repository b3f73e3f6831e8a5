"""Wrong answers for the 3-2-1 network, forward and one step, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.activations import sigmoid
from dlcourse.grading.spec import Misconception


def _forward(params: Any, x: Any, hidden: Any = sigmoid, last: Any = sigmoid) -> Any:
    a = hidden(x @ params["W1"] + params["b1"])
    return a, last(a @ params["W2"] + params["b2"])[0]


def _plain(z: Any) -> Any:
    return z


def _no_bias(params: Any, x: Any) -> Any:
    hidden = sigmoid(x @ params["W1"])
    return hidden, sigmoid(hidden @ params["W2"])[0]


def _bias_outside(params: Any, x: Any) -> Any:
    hidden = sigmoid(x @ params["W1"]) + params["b1"]
    return hidden, (sigmoid(hidden @ params["W2"]) + params["b2"])[0]


def _rows_as_units(params: Any, x: Any) -> Any:
    hidden = sigmoid(params["W1"].reshape(2, 3) @ x + params["b1"])
    return hidden, sigmoid(hidden @ params["W2"] + params["b2"])[0]


def _pre_activations(params: Any, x: Any) -> Any:
    z = x @ params["W1"] + params["b1"]
    return z, (sigmoid(z) @ params["W2"] + params["b2"])[0]


def _overflow(params: Any, x: Any) -> Any:
    return _forward(params, x, lambda z: 1 / (1 + np.exp(-z)), lambda z: 1 / (1 + np.exp(-z)))


FORWARD_321 = (
    Misconception(
        "no-bias",
        _no_bias,
        "The biases are missing: each unit adds its own before the sigmoid.",
    ),
    Misconception(
        "bias-outside",
        _bias_outside,
        "The biases were added after the sigmoid. They belong inside, where they shift the point "
        "at which a unit reacts.",
    ),
    Misconception(
        "output-linear",
        lambda params, x: _forward(params, x, last=_plain),
        "The hidden units are right, but the output is not squeezed. It is a sigmoid unit as well, "
        "so it lies between 0 and 1.",
    ),
    Misconception(
        "hidden-linear",
        lambda params, x: _forward(params, x, hidden=_plain),
        "The hidden units are not squeezed. Each of them is a sigmoid unit, so what it says lies "
        "between 0 and 1.",
    ),
    Misconception(
        "pre-activations",
        _pre_activations,
        "You returned the sums before the last squeeze, z instead of a. What a unit says is the "
        "sigmoid of its sum.",
    ),
    Misconception(
        "tanh",
        lambda params, x: _forward(params, x, np.tanh, np.tanh),
        "You used the hyperbolic tangent. The units of this network are sigmoids, which run from 0 "
        "to 1.",
    ),
    Misconception(
        "rows-as-units",
        _rows_as_units,
        "You read the six numbers of W1 in the wrong order. A column holds the weights of one "
        "hidden unit; a row belongs to one input.",
    ),
    Misconception(
        "exchanged",
        lambda params, x: _forward(params, x)[::-1],
        "The two results have changed places: the hidden units come first, then the output.",
    ),
    Misconception(
        "only-output",
        lambda params, x: _forward(params, x)[1],
        "You returned the output alone. The hidden units are asked for as well: the backward pass "
        "needs them.",
    ),
    Misconception(
        "overflow",
        _overflow,
        "The numbers are right, but for a sum far below zero the exponential is too large to store "
        "and NumPy warns. Write the sigmoid so that no exponent is ever positive.",
    ),
)


def _blame(params: Any, x: Any, target: Any, **wrong: Any) -> dict[str, Any]:
    """Gradients of the four parameters, with a mistake in them."""
    hidden, out = _forward(params, x)
    slope = 1 if wrong.get("no_output_slope") else out * (1 - out)
    d_z2 = (out - target) * slope * wrong.get("factor", 1)
    weights = wrong.get("weights", params["W2"][:, 0])
    d_z1 = d_z2 * weights * (1 if wrong.get("no_hidden_slope") else hidden * (1 - hidden))
    inputs = np.ones_like(x) if wrong.get("no_input") else x
    return {
        "W1": np.outer(inputs, d_z1),
        "b1": d_z1,
        "W2": hidden[:, None] * d_z2,
        "b2": np.array([d_z2], dtype=x.dtype),
    }


def _moved(params: Any, grads: Any, lr: Any) -> dict[str, Any]:
    return {
        name: params[name] - np.multiply(lr, grads[name], dtype=grads[name].dtype)
        for name in params
    }


def _wrong_step(**wrong: Any) -> Any:
    def step(params: Any, x: Any, target: Any, lr: Any) -> dict[str, Any]:
        return _moved(params, _blame(params, x, target, **wrong), lr)

    return step


def _ascent(params: Any, x: Any, target: Any, lr: Any) -> dict[str, Any]:
    return _moved(params, _blame(params, x, target), -lr)


def _new_weights(params: Any, x: Any, target: Any, lr: Any) -> dict[str, Any]:
    new = _moved(params, _blame(params, x, target), lr)
    return _moved(params, _blame(params, x, target, weights=new["W2"][:, 0]), lr)


def _only(*names: str) -> Any:
    """Update some parameters only."""

    def step(params: Any, x: Any, target: Any, lr: Any) -> dict[str, Any]:
        new = _moved(params, _blame(params, x, target), lr)
        return {name: new[name] if name in names else params[name] for name in params}

    return step


def _in_place(params: Any, x: Any, target: Any, lr: Any) -> dict[str, Any]:
    grads = _blame(params, x, target)
    for name in params:
        params[name] -= np.multiply(lr, grads[name], dtype=grads[name].dtype)
    return params


STEP_321 = (
    Misconception(
        "ascent",
        _ascent,
        "Your step goes uphill: the loss is larger after it. The gradient points to where the loss "
        "grows, so it is subtracted.",
    ),
    Misconception(
        "no-rate",
        lambda params, x, target, lr: _moved(params, _blame(params, x, target), 1.0),  # noqa: ARG005
        "Your step is always the whole gradient. The learning rate of the caller scales it.",
    ),
    Misconception(
        "no-output-slope",
        _wrong_step(no_output_slope=True),
        "The slope of the output unit's sigmoid is missing from the chain: it lies between the "
        "error and the sum of that unit.",
    ),
    Misconception(
        "no-hidden-slope",
        _wrong_step(no_hidden_slope=True),
        "The output layer is right. On the way to the hidden weights, the slope of the hidden "
        "sigmoids is missing from the chain.",
    ),
    Misconception(
        "no-weights-back",
        _wrong_step(weights=1.0),
        "The output layer is right, but both hidden units get the same blame. It comes back "
        "through the weights by which each of them was heard.",
    ),
    Misconception(
        "new-weights-back",
        _new_weights,
        "Nearly right: the hidden units were blamed by the output weights after their update. All "
        "derivatives belong to the old weights; move nothing before all are known.",
    ),
    Misconception(
        "no-input",
        _wrong_step(no_input=True),
        "The weights of the first layer all move alike, whatever came in. The slope of a sum in a "
        "weight is the input that the weight multiplies.",
    ),
    Misconception(
        "twice",
        _wrong_step(factor=2),
        "Your step is twice as long. The loss has a factor of one half in front of the square, "
        "which the 2 of its derivative cancels.",
    ),
    Misconception(
        "hidden-frozen",
        _only("W2", "b2"),
        "Only the output layer moves. The weights and biases of the hidden units get a share of "
        "the blame as well.",
    ),
    Misconception(
        "biases-frozen",
        _only("W1", "W2"),
        "The weights are right, but the biases do not move. A bias is like a weight whose input is "
        "always 1.",
    ),
    Misconception(
        "gradients",
        lambda params, x, target, lr: _blame(params, x, target),  # noqa: ARG005
        "You returned the gradients. The parameters after the step are asked for.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "The step is right, but you took it inside the caller's arrays, so the old parameters are "
        "lost. Make new arrays.",
    ),
)
