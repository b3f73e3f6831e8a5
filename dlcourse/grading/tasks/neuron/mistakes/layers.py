"""Wrong answers for stacks of layers, and what a teacher says."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _chain(matrices: Any) -> Any:
    product = matrices[0]
    for W in matrices[1:]:
        product = product @ W
    return product


def _biases(layers: Any, last: bool = True) -> Any:
    c = layers[0][1]
    for W, b in layers[1:]:
        c = c @ W + b
    return c if last else c - layers[-1][1]


def _next_only(layers: Any) -> Any:
    """Each bias through the next layer only."""
    total = layers[-1][1]
    for (_, b), (W, _) in itertools.pairwise(layers):
        total = total + b @ W
    return total


def _from_the_identity(layers: Any) -> Any:
    """Right, but begun in float64."""
    A, c = np.eye(len(layers[0][0])), np.zeros(len(layers[0][0]))
    for W, b in layers:
        A, c = A @ W, c @ W + b
    return A, c


def _weights(layers: Any) -> Any:
    return [W for W, _ in layers]


COLLAPSE = (
    Misconception(
        "order",
        lambda layers: (_chain(_weights(layers)[::-1]), _biases(layers)),
        "The weights were multiplied in the opposite order. The inputs stand on the left, so the "
        "first layer stands left of the second.",
    ),
    Misconception(
        "biases-added",
        lambda layers: (_chain(_weights(layers)), sum(b for _, b in layers)),
        "You added up the biases. The bias of an early layer still goes through every layer after "
        "it.",
    ),
    Misconception(
        "last-bias-forgotten",
        lambda layers: (_chain(_weights(layers)), _biases(layers, last=False)),
        "The bias of the last layer is missing: nothing multiplies it, but it is still added.",
    ),
    Misconception(
        "only-last-bias",
        lambda layers: (_chain(_weights(layers)), layers[-1][1]),
        "Only the last bias is left. The earlier ones do not vanish: they go through the layers "
        "after them.",
    ),
    Misconception(
        "no-biases",
        lambda layers: (_chain(_weights(layers)), np.zeros_like(layers[-1][1])),
        "The weights are right, but the biases are gone. Multiply out two layers by hand and see "
        "what remains when x is 0.",
    ),
    Misconception(
        "next-layer-only",
        lambda layers: (_chain(_weights(layers)), _next_only(layers)),
        "Two layers work. In a deeper stack a bias goes through all layers after its own, not "
        "only through the next one.",
    ),
    Misconception(
        "first-two",
        lambda layers: (_chain(_weights(layers[:2])), _biases(layers[:2])),
        "Two layers work, but the rest of a deeper stack is left out. Go on with what you have as "
        "if it were one layer.",
    ),
    Misconception(
        "no-bias-returned",
        lambda layers: _chain(_weights(layers)),
        "You returned the weights alone. The answer is a pair: the weights and the bias of the "
        "one layer.",
    ),
    Misconception(
        "always-double",
        _from_the_identity,
        "Your numbers are right, but arrays that you begin with, such as an identity or zeros, are "
        "float64 and make the result so. Begin with the first layer, or give them its dtype.",
    ),
    Misconception(
        "transposed",
        lambda layers: (_chain(_weights(layers)).T, _biases(layers)),
        "Rows and columns of your matrix are exchanged: it has a row for each input and a column "
        "for each output.",
    ),
    Misconception(
        "elementwise",
        lambda layers: (np.prod(np.array(_weights(layers)), axis=0), _biases(layers)),
        "The weights were multiplied number by number. Layers are joined by the matrix product.",
    ),
)


def _run(
    x: Any,
    params: Any,
    hidden: Callable[..., Any],
    last: Callable[..., Any] = lambda z: z,
    linear: Callable[..., Any] = lambda x, W, b: x @ W + b,
) -> Any:
    """Run a network with a mistake in it; returns every output."""
    outputs = []
    for position, (W, b) in enumerate(params, start=1):
        z = linear(x, W, b)
        x = hidden(z) if position < len(params) else last(z)
        outputs.append(x)
    return outputs


def _pre_activations(x: Any, params: Any, activation: Any) -> Any:
    outputs = []
    for W, b in params:
        outputs.append(x @ W + b)
        x = activation(outputs[-1])
    return outputs


def _bias_outside(x: Any, params: Any, activation: Any) -> Any:
    outputs = []
    for W, b in params[:-1]:
        x = activation(x @ W) + b
        outputs.append(x)
    return [*outputs, x @ params[-1][0] + params[-1][1]]


MLP_FORWARD = (
    Misconception(
        "last-activated",
        lambda x, params, activation: _run(x, params, activation, activation),
        "The last layer was activated as well. It stays linear: its outputs are the logits.",
    ),
    Misconception(
        "only-last",
        lambda x, params, activation: _run(x, params, activation)[-1],
        "You returned the last output alone. A list with the output of every layer is asked for: "
        "backpropagation will need them all.",
    ),
    Misconception(
        "no-activation",
        lambda x, params, activation: _run(x, params, lambda z: z),  # noqa: ARG005
        "The hidden layers are not activated, so the whole network collapses into one linear "
        "layer.",
    ),
    Misconception(
        "no-bias",
        lambda x, params, activation: _run(x, params, activation, linear=lambda x, W, b: x @ W),  # noqa: ARG005
        "The biases are missing: each layer adds its own to the product.",
    ),
    Misconception(
        "pre-activations",
        _pre_activations,
        "The network runs right, but your list holds the pre-activations of the hidden layers. "
        "Keep what comes out of the activation.",
    ),
    Misconception(
        "input-included",
        lambda x, params, activation: [x, *_run(x, params, activation)],
        "Your list starts with the input. It should have one entry for each layer, and the input "
        "is not a layer's output.",
    ),
    Misconception(
        "inputs-activated",
        lambda x, params, activation: _run(
            x, params, lambda z: z, linear=lambda x, W, b: activation(x) @ W + b
        ),
        "The activation comes before each product here, so even the input is bent. It comes after "
        "it: first the layer, then the activation.",
    ),
    Misconception(
        "bias-outside",
        _bias_outside,
        "In the hidden layers the bias was added after the activation. It belongs to the "
        "pre-activation.",
    ),
    Misconception(
        "not-chained",
        lambda x, params, activation: [
            *(activation(x @ W + b) for W, b in params[:-1]),
            x @ params[-1][0] + params[-1][1],
        ],
        "Every layer gets the input x. The output of one layer is the input of the next.",
    ),
    Misconception(
        "last-missing",
        lambda x, params, activation: _run(x, params, activation)[:-1],
        "Your list ends one layer too early: the output of the last layer belongs to it, although "
        "no activation is called on that one.",
    ),
    Misconception(
        "transposed",
        lambda x, params, activation: _run(
            x, params, activation, linear=lambda x, W, b: x @ W.T + b
        ),
        "The weights were transposed. Here W has a row for each input and a column for each unit, "
        "so it multiplies as it is.",
    ),
    Misconception(
        "own-activation",
        lambda x, params, activation: _run(x, params, lambda z: np.maximum(z, 0)),  # noqa: ARG005
        "You always use ReLU. The caller chooses: call the function that comes as the argument "
        "activation.",
    ),
)
