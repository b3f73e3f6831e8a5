"""Wrong answers for the backward functions of layers and activations, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.activations import sigmoid
from dlcourse.grading.spec import Misconception


def _forward(change: Any) -> Any:
    """Make a layer with a mistake in its output, and a proper cache."""
    return lambda x, W, b: (change(x, W, b), (x, W, b))


DENSE_FORWARD = (
    Misconception(
        "no-bias",
        _forward(lambda x, W, b: x @ W),  # noqa: ARG005
        "The bias is missing: every output has one of its own, added to each row.",
    ),
    Misconception(
        "no-cache",
        lambda x, W, b: x @ W + b,
        "You returned the outputs alone. A pair is asked for: the outputs, and a cache with "
        "whatever your backward function will need.",
    ),
    Misconception(
        "cache-first",
        lambda x, W, b: ((x, W, b), x @ W + b),
        "The two results have changed places: the outputs come first, the cache second.",
    ),
    Misconception(
        "activated",
        _forward(lambda x, W, b: np.maximum(x @ W + b, 0)),
        "There is an activation in your layer. This one is linear: the activation is a layer of "
        "its own, with its own backward function.",
    ),
    Misconception(
        "transposed",
        _forward(lambda x, W, b: (x @ W + b).T),
        "Rows and columns of your output are exchanged: an example is a row, going in and coming "
        "out.",
    ),
    Misconception(
        "order",
        _forward(lambda x, W, b: W @ x + b),
        "The factors of your product are exchanged. Examples are rows, so x stands on the left and "
        "its columns meet the rows of W.",
    ),
    Misconception(
        "bias-subtracted",
        _forward(lambda x, W, b: x @ W - b),
        "The bias was subtracted. In this course it is added (a threshold would be subtracted).",
    ),
    Misconception(
        "one-number",
        _forward(lambda x, W, b: (x @ W + b).sum(axis=1)),
        "You added up the outputs of each example. A layer has an output for each of its columns.",
    ),
)


def _backward(d_x: Any = None, d_W: Any = None, d_b: Any = None) -> Any:
    """Backward of a layer with one of its gradients replaced."""

    def function(d_out: Any, cache: Any) -> Any:
        x, W, _ = cache
        right = (d_out @ W.T, x.T @ d_out, d_out.sum(axis=0))
        given = (d_x, d_W, d_b)
        return tuple(
            good if wrong is None else wrong(d_out, x, W)
            for good, wrong in zip(right, given, strict=True)
        )

    return function


_RIGHT = _backward()

DENSE_BACKWARD = (
    Misconception(
        "bias-not-summed",
        _backward(d_b=lambda d, x, W: d),  # noqa: ARG005
        "Your d_b has a row for each example. The same bias was added to every row, so it collects "
        "what comes back from all of them.",
    ),
    Misconception(
        "bias-averaged",
        _backward(d_b=lambda d, x, W: d.mean(axis=0)),  # noqa: ARG005
        "You averaged over the examples for d_b. If the loss is a mean, its division is already in "
        "d_out; here the rows are added up.",
    ),
    Misconception(
        "all-averaged",
        _backward(d_W=lambda d, x, W: x.T @ d / len(d), d_b=lambda d, x, W: d.mean(axis=0)),  # noqa: ARG005
        "You divided d_W and d_b by the number of examples. If the loss is a mean, its division is "
        "already in d_out; a layer does not divide again.",
    ),
    Misconception(
        "bias-wrong-axis",
        _backward(d_b=lambda d, x, W: d.sum(axis=1)),  # noqa: ARG005
        "For d_b you summed over the outputs of each example. Sum over the examples: there is one "
        "bias for each output.",
    ),
    Misconception(
        "weights-transposed",
        _backward(d_W=lambda d, x, W: d.T @ x),  # noqa: ARG005
        "Rows and columns of your d_W are exchanged. A gradient has the shape of what it belongs "
        "to: here that of W.",
    ),
    Misconception(
        "weights-for-inputs",
        _backward(d_x=lambda d, x, W: d @ W),  # noqa: ARG005
        "On the way back the weights are used the other way round: what went from inputs to "
        "outputs now goes from outputs to inputs. Compare the shapes in d_x.",
    ),
    Misconception(
        "inputs-passed-on",
        _backward(d_x=lambda d, x, W: d.sum(axis=1, keepdims=True) * np.ones_like(x)),  # noqa: ARG005
        "Every input of an example gets the same d_x. What comes back to an input depends on the "
        "weights by which it was heard.",
    ),
    Misconception(
        "order",
        lambda d_out, cache: tuple(_RIGHT(d_out, cache)[i] for i in (1, 0, 2)),
        "The gradients are right, but in another order. They come in the order of the arguments of "
        "the forward function: x, W, b.",
    ),
    Misconception(
        "no-bias",
        lambda d_out, cache: _RIGHT(d_out, cache)[:2],
        "You returned two gradients. There are three arguments, and the bias is one of them.",
    ),
    Misconception(
        "d-out-ignored",
        lambda d_out, cache: _RIGHT(np.ones_like(d_out), cache),
        "Your gradients are those of the sum of the outputs. What comes back from above, d_out, "
        "says how much each output matters: it belongs into every product.",
    ),
)


def _squeezed_again(d_out: Any, out: Any) -> Any:
    return d_out * sigmoid(out) * (1 - sigmoid(out))


def _in_place(d_out: Any, out: Any) -> Any:
    d_out *= out * (1 - out)
    return d_out


SIGMOID_BACKWARD = (
    Misconception(
        "squeezed-again",
        _squeezed_again,
        "You applied the sigmoid once more. The argument out is already what the sigmoid gave, so "
        "its slope needs no exponential.",
    ),
    Misconception(
        "no-chain",
        lambda d_out, out: out * (1 - out),  # noqa: ARG005
        "This is the slope of the sigmoid alone. The chain rule multiplies it by what comes back "
        "from above, d_out.",
    ),
    Misconception(
        "one-factor",
        lambda d_out, out: d_out * out,
        "Half of the slope is missing: a second factor makes it small near 1 as well as near 0.",
    ),
    Misconception(
        "other-factor",
        lambda d_out, out: d_out * (1 - out),
        "Half of the slope is missing: a second factor makes it small near 0 as well as near 1.",
    ),
    Misconception(
        "tanh-rule",
        lambda d_out, out: d_out * (1 - out * out),
        "This is the rule for tanh. The slope of the sigmoid, written with its output, is another "
        "product.",
    ),
    Misconception(
        "plus",
        lambda d_out, out: d_out * out * (1 + out),
        "There is a plus where a minus belongs: the slope must shrink when the output comes near "
        "1.",
    ),
    Misconception(
        "added",
        lambda d_out, out: d_out + out * (1 - out),
        "You added the slope to what comes back. The chain rule multiplies.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "The numbers are right, but you multiplied inside the caller's d_out, so it is changed "
        "afterwards. Make a new array.",
    ),
)


def _cut(d_out: Any, z: Any) -> Any:
    d_out[z <= 0] = 0
    return d_out


RELU_BACKWARD = (
    Misconception(
        "no-chain",
        lambda d_out, z: np.where(z > 0, np.ones_like(d_out), np.zeros_like(d_out)),
        "This is the slope of ReLU alone. The chain rule multiplies it by what comes back from "
        "above, d_out.",
    ),
    Misconception(
        "forward",
        lambda d_out, z: d_out * np.maximum(z, 0),
        "You multiplied by ReLU itself. Its slope is 0 or 1: the gradient passes or it does not, "
        "however large z is.",
    ),
    Misconception(
        "gradient-cut",
        lambda d_out, z: np.maximum(d_out, 0),  # noqa: ARG005
        "You cut the gradient where the gradient is negative. What decides is the sign of z, going "
        "forward; d_out may have any sign.",
    ),
    Misconception(
        "both-cut",
        lambda d_out, z: np.where(z > 0, np.maximum(d_out, 0), np.zeros_like(d_out)),
        "Negative gradients are lost in your answer. Where z is positive, d_out passes as it is, "
        "whatever its sign.",
    ),
    Misconception(
        "corner",
        lambda d_out, z: np.where(z >= 0, d_out, np.zeros_like(d_out)),
        "Everything is right but the corner: at exactly z = 0 this course lets nothing pass. Look "
        "at your comparison.",
    ),
    Misconception(
        "exchanged",
        lambda d_out, z: np.where(z > 0, np.zeros_like(d_out), d_out),
        "The two sides are exchanged: the gradient passes where z is positive and stops where it "
        "is not.",
    ),
    Misconception(
        "all-pass",
        lambda d_out, z: d_out + 0 * z,
        "You pass the whole gradient on. Where z was negative the output did not depend on it, so "
        "nothing comes back.",
    ),
    Misconception(
        "arguments-exchanged",
        lambda d_out, z: np.where(d_out > 0, z, np.zeros_like(z)),
        "The two arguments have changed roles: z decides where something passes, d_out is what "
        "passes.",
    ),
    Misconception(
        "in-place",
        _cut,
        "The values are right, but you wrote the zeros into the caller's d_out, so it is changed "
        "as well (and a single number cannot be written into). Make a new array.",
    ),
)
