"""Wrong answers for gradients of deep random networks, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from dlcourse.grading.spec import Misconception

_PAIRS: dict[str, Any] = {
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
}


def _norms(
    depth: int, width: int, activation: str, scale: float, rng: Any, **wrong: Any
) -> np.ndarray:
    """Norms of a random network, with a mistake in them."""
    function, slope = _PAIRS[activation]
    weights = [scale * rng.normal(size=(width, width)) for _ in range(depth)]
    sums, outputs = [], [rng.normal(size=width)]
    for W in weights:
        sums.append(outputs[-1] @ W)
        outputs.append(function(sums[-1]))
    norms: list[Any] = []
    d = outputs[-1]
    for place in reversed(range(depth)):
        at = outputs[place + 1] if wrong.get("slope_at_output") else sums[place]
        d = d if wrong.get("no_slope") else d * slope(at)
        # the norm of an outer product is the product of the norms
        factor = 1 if wrong.get("of_sums") else np.linalg.norm(outputs[place])
        norms.insert(0, factor * np.linalg.norm(d))
        d = d @ weights[place].T
    if wrong.get("of_outputs"):
        norms = [np.linalg.norm(out) for out in outputs[1:]]
    if wrong.get("of_weights"):
        norms = [np.linalg.norm(W) for W in weights]
    return np.array(norms)


def _with(**wrong: Any) -> Any:
    def function(depth: int, width: int, activation: str, scale: float, rng: Any) -> np.ndarray:
        return _norms(depth, width, activation, scale, rng, **wrong)

    return function


def _global(depth: int, width: int, activation: str, scale: float, rng: Any) -> np.ndarray:  # noqa: ARG001
    return _norms(depth, width, activation, scale, np.random.default_rng())


def _seeded(depth: int, width: int, activation: str, scale: float, rng: Any) -> np.ndarray:  # noqa: ARG001
    return _norms(depth, width, activation, scale, np.random.default_rng(0))


GRADIENT_NORMS = (
    Misconception(
        "reversed",
        lambda depth, width, activation, scale, rng: _norms(depth, width, activation, scale, rng)[
            ::-1
        ],
        "Your norms come in the order in which the backward pass finds them. The first layer comes "
        "first.",
    ),
    Misconception(
        "no-slope",
        _with(no_slope=True),
        "The slope of the activation is missing on the way back. It is what makes gradients "
        "vanish.",
    ),
    Misconception(
        "slope-at-output",
        _with(slope_at_output=True),
        "You took the slope of the activation at its output. It belongs at the pre-activation, "
        "unless it is written in terms of the output.",
    ),
    Misconception(
        "of-sums",
        _with(of_sums=True),
        "These are the gradients of the pre-activations. The gradient of a weight has one more "
        "factor: the input that the weight multiplies.",
    ),
    Misconception(
        "of-outputs",
        _with(of_outputs=True),
        "These are the norms of the outputs, on the way forward. The gradients of the weights are "
        "found on the way back.",
    ),
    Misconception(
        "of-weights",
        _with(of_weights=True),
        "These are the norms of the weights themselves, which are alike in all layers. Their "
        "gradients are asked for.",
    ),
    Misconception(
        "no-scale",
        lambda depth, width, activation, scale, rng: _norms(depth, width, activation, 1.0, rng),  # noqa: ARG005
        "Your weights are as large as the generator makes them, whatever scale the caller gives. "
        "Multiply them by it.",
    ),
    Misconception(
        "own-scale",
        lambda depth, width, activation, scale, rng: _norms(
            depth, width, activation, scale / width**0.5, rng
        ),
        "You divided the weights by the root of the width on top of the scale, as good initial "
        "weights would be. Here the caller chooses: the scale alone.",
    ),
    Misconception(
        "first-missing",
        lambda depth, width, activation, scale, rng: _norms(depth, width, activation, scale, rng)[
            1:
        ],
        "One layer is missing at the front. The first layer has weights as well, and its inputs "
        "are the example.",
    ),
    Misconception(
        "unseeded",
        _global,
        "The norms are right, but two calls with equal generators differ: you drew from a "
        "generator of your own. Everything random comes from the argument rng.",
    ),
    Misconception(
        "own-seed",
        _seeded,
        "The norms are right, but they are always the same, because you made a generator with a "
        "seed of your own. Draw from the argument rng.",
    ),
)
