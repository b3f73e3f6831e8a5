"""Every operator of the library beside its twin in torch: one row each.

A row says how to draw the inputs, what else is passed, and how the gradient is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from dlcourse import (
    accurate,
    activations,
    backprop,
    cancellation,
    compensated,
    dropout,
    graphs,
    labels,
    layers,
    logits,
    losses,
    normalization,
    regularizers,
    rows,
    stacks,
)
from dlcourse.gradcheck import with_slope

Draw = Callable[[np.random.Generator], list[np.ndarray]]


@dataclass(frozen=True)
class Row:
    """An operator, its gradient, its twin in torch and its inputs."""

    forward: Callable[..., Any]  # (*inputs, *extra) -> out or (out, cache, ...)
    backward: Callable[..., Any]  # (cotangent, cache) -> gradients of the inputs
    twin: Callable[..., Any]  # (*tensors) -> out; the extra arguments are its own business
    draw: Draw
    names: tuple[str, ...]  # the public functions that this row covers, as module.function
    extra: Callable[[], tuple[Any, ...]] = tuple
    extreme: Callable[[], tuple[list[np.ndarray], tuple[Any, ...]]] | None = None
    flushed: bool = field(default=False)  # torch's own slope rounds to 0 in the tails


def normal(*shapes: tuple[int, ...], scale: float = 2.0) -> Draw:
    return lambda rng: [np.array(scale * rng.normal(size=shape)) for shape in shapes]


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__.removeprefix('dlcourse.')}.{function.__name__}"


def slope(function: Any, derivative: Any, twin: Any, draw: Draw, **more: Any) -> Row:
    """Row of a function with a derivative: elementwise, or a loss of its first argument."""
    names = (name_of(function), name_of(derivative))
    return Row(*with_slope(function, derivative), twin, draw, names, **more)


def layer(forward: Any, backward: Any, twin: Any, draw: Draw, **more: Any) -> Row:
    """Row of a pair ``(out, cache)`` and backward."""
    return Row(forward, backward, twin, draw, (name_of(forward), name_of(backward)), **more)


def both(
    name: str, row: Callable[..., Row], plain: Any, accurate_one: Any, *rest: Any, **more: Any
) -> dict[str, Row]:
    """Two rows: what is accurate to the last digits is held to all that the plain one is."""
    return {
        name: row(plain, *rest, **more),
        f"{name}, accurate": row(accurate_one, *rest, **more),
    }


# ---- Fixed data of the rows: drawn once, so that both sides see the same.
_RNG = np.random.default_rng(2024)
TARGETS = _RNG.normal(size=(7, 5))
SHARES = _RNG.uniform(size=(7, 5)) * (_RNG.random((7, 5)) < 0.8)  # some exactly 0
LABELS = np.array([0, 4, 2, 2, 1, 3, 0])
ROWS_OF_ONE = _RNG.dirichlet(np.ones(5), 7)
SOFT = np.where(ROWS_OF_ONE < 0.1, 0.0, ROWS_OF_ONE)
SOFT = SOFT / SOFT.sum(-1, keepdims=True)
RUNNING = (_RNG.normal(size=5), _RNG.uniform(0.5, 2, size=5))
EXAMPLES = _RNG.normal(size=(7, 3))
OTHERS = _RNG.normal(size=(7, 4))

EXTREMES = np.array([[-1e4, -800.0, -100.0, -30.0, 0.0, 30.0, 100.0, 800.0, 1e4]])


def extremes(*extra: Any) -> Any:
    return lambda: ([EXTREMES], extra)


def tensor(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(array)


def sigmoid_of_linear(w: Any, b: Any, X: Any, y: Any) -> Any:
    loss = logits.bce_from_logits(X @ w + b, y)
    return loss, (w, b, X, y)


def twin_mlp(*parts: torch.Tensor, activation: Any = torch.relu) -> torch.Tensor:
    signal = tensor(EXAMPLES)
    for W, b in zip(parts[::2], parts[1::2], strict=True):
        z = signal @ W + b
        signal = activation(z)
    return F.cross_entropy(z, tensor(LABELS))


def mlp(*parts: Any, **more: Any) -> Any:
    *weights, X, y = parts
    params = list(zip(weights[::2], weights[1::2], strict=True))
    return backprop.mlp_loss_and_grads(params, X, y, **more)


def flat_mlp(cotangent: Any, grads: Any) -> tuple[Any, ...]:
    return tuple(cotangent * part for layer in grads for part in layer)


def two_branches(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, *data: Any) -> Any:
    params = {"left": [(W1, b1)], "right": [(W2, b2)], "head": [(W3, b3)]}
    pair = (activations.tanh, activations.tanh_grad)
    return graphs.two_branch_loss_and_grads(params, *data, activation=pair)


def twin_two_branches(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> torch.Tensor:
    left = torch.tanh(tensor(EXAMPLES) @ W1 + b1)
    right = torch.tanh(tensor(OTHERS) @ W2 + b2)
    return F.mse_loss(torch.cat([left, right], dim=1) @ W3 + b3, tensor(TARGETS))


def flat_branches(cotangent: Any, grads: Any) -> tuple[Any, ...]:
    pairs = [*grads["left"], *grads["right"], *grads["head"]]
    return tuple(cotangent * part for pair in pairs for part in pair)


def stack(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    return stacks.stack_forward(x, [(W1, b1), (W2, b2)], activations.tanh)


def stack_back(cotangent: Any, caches: Any) -> tuple[Any, ...]:
    d_x, grads = stacks.stack_backward(cotangent, caches, activations.tanh_grad)
    return (d_x, *(part for pair in grads for part in pair))


def network_321(W1: Any, b1: Any, W2: Any, b2: Any, x: Any) -> Any:
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return 0.5 * (graphs.forward_321(params, x)[1] - 0.25) ** 2, (params, x)


def gradient_321(cotangent: Any, cache: Any) -> tuple[Any, ...]:
    params, x = cache  # with a rate of -1, a step adds the gradient
    new = graphs.step_321(params, x, 0.25, lr=-1.0)
    return tuple(cotangent * (new[name] - params[name]) for name in params)


def twin_321(W1: Any, b1: Any, W2: Any, b2: Any) -> torch.Tensor:
    hidden = torch.sigmoid(tensor(EXAMPLES[0]) @ W1 + b1)
    return 0.5 * (torch.sigmoid(hidden @ W2 + b2)[0] - 0.25) ** 2


def dropped(x: torch.Tensor) -> torch.Tensor:
    """Inverted dropout in torch's words, with the mask of the seed of the row."""
    mask = np.random.default_rng(5).random((7, 5)) >= 0.4
    return x * tensor(mask) / (1 - 0.4)


def penalty(function: Any, gradient: Any, twin: Any, *strengths: float) -> Row:
    return slope(function, gradient, twin, normal((7, 5)), extra=lambda: strengths)


def batch_norm_row(twin: Any, *more: Any) -> Row:
    return layer(
        normalization.batch_norm,
        normalization.batch_norm_backward,
        twin,
        normal((7, 5), (5,), (5,)),
        extra=lambda: (*RUNNING, *more),
    )


NORMAL = normal((7, 5))
UNIT = lambda rng: [rng.uniform(0.05, 0.95, size=(7, 5))]  # noqa: E731
DISTRIBUTIONS = lambda rng: [rng.dirichlet(np.ones(5), 7)]  # noqa: E731
LOGIT_EXTREMES = np.repeat(EXTREMES, 2, axis=0)
SMOOTH_RELU = lambda z: -F.logsigmoid(-z)  # noqa: E731 (F.softplus is z above 20)

ROWS: dict[str, Row] = {
    "sigmoid": slope(
        activations.sigmoid,
        activations.sigmoid_grad,
        torch.sigmoid,
        NORMAL,
        extreme=extremes(),
        flushed=True,
    ),
    "sigmoid, from its output": Row(
        activations.sigmoid,
        backprop.sigmoid_backward,
        torch.sigmoid,
        NORMAL,
        ("backprop.sigmoid_backward",),
    ),
    "tanh": slope(
        activations.tanh,
        activations.tanh_grad,
        torch.tanh,
        NORMAL,
        extreme=extremes(),
        flushed=True,
    ),
    "relu": slope(activations.relu, activations.relu_grad, F.relu, NORMAL, extreme=extremes()),
    "relu, as a layer": Row(
        lambda z: (activations.relu(z), z),
        backprop.relu_backward,
        F.relu,
        NORMAL,
        ("backprop.relu_backward",),
        extreme=extremes(),
    ),
    "leaky_relu": slope(
        activations.leaky_relu,
        activations.leaky_relu_grad,
        lambda z: F.leaky_relu(z, 0.2),
        NORMAL,
        extra=lambda: (0.2,),
        extreme=extremes(0.2),
    ),
    **both(
        "softmax",
        layer,
        activations.softmax,
        accurate.softmax,
        activations.softmax_backward,
        lambda z: F.softmax(z, dim=-1),
        NORMAL,
        extreme=extremes(),
    ),
    **both(
        "log_softmax",
        layer,
        logits.log_softmax,
        accurate.log_softmax,
        logits.log_softmax_backward,
        lambda z: F.log_softmax(z, dim=-1),
        NORMAL,
        extreme=extremes(),
    ),
    **both(
        "logsumexp",
        slope,
        logits.logsumexp,
        accurate.logsumexp,
        logits.logsumexp_grad,
        lambda z: torch.logsumexp(z, -1),
        NORMAL,
        extreme=extremes(),
    ),
    "softplus": slope(
        logits.softplus, logits.softplus_grad, SMOOTH_RELU, NORMAL, extreme=extremes(), flushed=True
    ),
    "mse": slope(
        losses.mse,
        losses.mse_grad,
        lambda x: F.mse_loss(x, tensor(TARGETS)),
        NORMAL,
        extra=lambda: (TARGETS,),
    ),
    "binary_cross_entropy": slope(
        losses.binary_cross_entropy,
        losses.binary_cross_entropy_grad,
        lambda p: F.binary_cross_entropy(p, tensor(SHARES)),
        UNIT,
        extra=lambda: (SHARES,),
        extreme=lambda: ([np.array([0.0, 1.0, 1e-30])], (np.array([0.0, 1.0, 0.0]),)),
    ),
    "bce_from_logits": slope(
        logits.bce_from_logits,
        logits.bce_from_logits_grad,
        lambda z: F.binary_cross_entropy_with_logits(
            z, tensor(SHARES) if z.shape == (7, 5) else tensor(EXTREMES > 0).to(z.dtype)
        ),
        NORMAL,
        extra=lambda: (SHARES,),
        extreme=extremes((EXTREMES > 0).astype(float)),
        flushed=True,
    ),
    "cross_entropy": slope(
        losses.cross_entropy,
        losses.cross_entropy_grad,
        lambda p: (
            -(tensor(SOFT) * p.log()).sum() / 7 if p.shape == (7, 5) else -p[:, 0].log().mean()
        ),
        DISTRIBUTIONS,
        extra=lambda: (SOFT,),
        extreme=lambda: ([np.array([[1.0, 0.0]])], (np.array([[1.0, 0.0]]),)),
    ),
    "sparse_cross_entropy": slope(
        logits.sparse_cross_entropy,
        logits.softmax_cross_entropy_grad,
        lambda z: F.cross_entropy(z, tensor(LABELS if z.shape == (7, 5) else np.array([8, 0]))),
        NORMAL,
        extra=lambda: (LABELS,),
        extreme=lambda: ([LOGIT_EXTREMES], (np.array([8, 0]),)),
    ),
    "sparse_cross_entropy, accurate": slope(
        accurate.sparse_cross_entropy,
        accurate.softmax_cross_entropy_grad,
        lambda z: F.cross_entropy(z, tensor(LABELS if z.shape == (7, 5) else np.array([8, 0]))),
        NORMAL,
        extra=lambda: (LABELS,),
        extreme=lambda: ([LOGIT_EXTREMES], (np.array([8, 0]),)),
    ),
    "dense": layer(
        layers.dense,
        layers.dense_backward,
        lambda x, W, b: F.linear(x, W.T, b),
        normal((7, 5), (5, 3), (3,)),
    ),
    "dense, one example": layer(
        layers.dense,
        layers.dense_backward,
        lambda x, W, b: F.linear(x, W.T, b),
        normal((5,), (5, 3), (3,)),
    ),
    "concatenate": layer(
        graphs.concatenate,
        graphs.concatenate_backward,
        lambda left, right: torch.cat([left, right], dim=1),
        normal((7, 2), (7, 3)),
    ),
    "batch_norm, training": batch_norm_row(
        lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, training=True)
    ),
    "batch_norm, test time": batch_norm_row(
        lambda x, gamma, beta: F.batch_norm(x, *map(tensor, RUNNING), gamma, beta),
        0.9,
        1e-5,
        False,
    ),
    "layer_norm": layer(
        normalization.layer_norm,
        normalization.layer_norm_backward,
        lambda x, gamma, beta: F.layer_norm(x, (5,), gamma, beta),
        normal((7, 5), (5,), (5,)),
    ),
    "layer_norm, one example": layer(
        normalization.layer_norm,
        normalization.layer_norm_backward,
        lambda x, gamma, beta: F.layer_norm(x, (5,), gamma, beta),
        normal((5,), (5,), (5,)),
    ),
    "dropout_train": Row(
        lambda x, rng: dropout.dropout_train(x, 0.4, rng),
        lambda cotangent, mask: dropout.dropout_backward(cotangent, mask, 0.4),
        dropped,
        NORMAL,
        ("dropout.dropout_train", "dropout.dropout_backward"),
        extra=lambda: (np.random.default_rng(5),),
    ),
    "plain_dropout_train": layer(
        dropout.plain_dropout_train,
        dropout.plain_dropout_backward,
        lambda x: x * tensor(np.random.default_rng(5).random((7, 5)) < 0.6),
        NORMAL,
        extra=lambda: (0.6, np.random.default_rng(5)),
    ),
    "plain_dropout_test": Row(
        lambda x: (dropout.plain_dropout_test(x, 0.6), None),
        lambda cotangent, _: dropout.plain_dropout_test(cotangent, 0.6),
        lambda x: 0.6 * x,
        NORMAL,
        ("dropout.plain_dropout_test",),
    ),
    "l1": penalty(
        regularizers.l1_penalty,
        regularizers.l1_subgradient,
        lambda w: 0.3 * w.abs().sum(),
        0.3,
    ),
    "l2": penalty(regularizers.l2_penalty, regularizers.l2_grad, lambda w: 0.3 * (w**2).sum(), 0.3),
    "elastic net": penalty(
        regularizers.elastic_net_penalty,
        regularizers.elastic_net_subgradient,
        lambda w: 0.3 * w.abs().sum() + 0.2 * (w**2).sum(),
        0.3,
        0.2,
    ),
    "logistic regression": Row(
        sigmoid_of_linear,
        lambda cotangent, cache: tuple(cotangent * g for g in backprop.logistic_grad(*cache)),
        lambda w, b: F.binary_cross_entropy_with_logits(
            tensor(EXAMPLES) @ w + b, tensor(SHARES[:, 0])
        ),
        normal((3,), ()),
        ("backprop.logistic_grad",),
        extra=lambda: (EXAMPLES, SHARES[:, 0]),
    ),
    "stack": Row(
        stack,
        stack_back,
        lambda x, W1, b1, W2, b2: torch.tanh(torch.tanh(x @ W1 + b1) @ W2 + b2),
        normal((7, 3), (3, 4), (4,), (4, 2), (2,), scale=0.7),
        ("stacks.stack_forward", "stacks.stack_backward"),
    ),
    "mlp": Row(
        mlp,
        flat_mlp,
        twin_mlp,
        normal((3, 4), (4,), (4, 6), (6,), (6, 5), (5,)),
        ("backprop.mlp_loss_and_grads",),
        extra=lambda: (EXAMPLES, LABELS),
    ),
    "mlp, tanh": Row(
        lambda *parts: mlp(*parts, activation=(activations.tanh, activations.tanh_grad)),
        flat_mlp,
        lambda *parts: twin_mlp(*parts, activation=torch.tanh),
        normal((3, 4), (4,), (4, 5), (5,), scale=0.7),
        ("backprop.mlp_loss_and_grads",),
        extra=lambda: (EXAMPLES, LABELS),
    ),
    "two inputs": Row(
        two_branches,
        flat_branches,
        twin_two_branches,
        normal((3, 2), (2,), (4, 3), (3,), (5, 5), (5,), scale=0.7),
        ("graphs.two_branch_loss_and_grads",),
        extra=lambda: (EXAMPLES, OTHERS, TARGETS),
    ),
    "3-2-1": Row(
        network_321,
        gradient_321,
        twin_321,
        normal((3, 2), (2,), (2, 1), (1,)),
        ("graphs.forward_321", "graphs.step_321"),
        extra=lambda: (EXAMPLES[0],),
    ),
}

#: Public functions of the operator modules that have no gradient here, each with the reason.
NOT_OPERATORS = {
    "activations.step": "flat everywhere, so it has no useful slope; tested in test_neuron.py",
    "activations.identity": "its slope is 1; tested in test_neuron.py",
    "layers.mlp_forward": "a loop over dense; tested in test_layers.py",
    "layers.collapse": "algebra of weights; tested in test_layers.py",
    "labels.one_hot": "of integers; tested in test_losses.py",
    "labels.is_label": "of integers; tested through one_hot and every loss of labels",
    "logits.labeled": "a check of arguments; tested in test_bad_input.py",
    "backprop.gradient_norms_by_depth": "a measurement; tested in test_backprop.py",
    "regularizers.weight_decay_step": "an update; tested in test_regularizers.py",
    "compensated.two_sum": "a sum; tested in test_accuracy.py",
    "compensated.compensated_sum": "a sum; tested in test_accuracy.py",
    "cancellation.kl_divergence": "not trained through; tested in test_accuracy.py",
    "cancellation.variance": "not trained through; tested in test_accuracy.py",
}

#: Where array-api-strict cannot follow NumPy and torch, and why.  Nowhere so far.
STRICT_EXCEPTIONS: dict[str, str] = {}

OPERATOR_MODULES = (
    accurate,
    activations,
    backprop,
    cancellation,
    compensated,
    dropout,
    graphs,
    labels,
    layers,
    logits,
    losses,
    normalization,
    regularizers,
    rows,
    stacks,
)
