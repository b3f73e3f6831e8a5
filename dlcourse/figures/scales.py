"""Figures about the size of signals: starting weights and batch normalization."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from dlcourse.activations import relu, relu_grad, tanh
from dlcourse.data import digits
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.initializers import he_normal, lecun_normal, xavier_normal
from dlcourse.layers import dense, dense_backward, mlp_forward
from dlcourse.logits import softmax_cross_entropy_grad, sparse_cross_entropy
from dlcourse.normalization import batch_norm, batch_norm_backward

#: Layers and width of the network whose signals are measured.
DEPTH, WIDTH = 30, 200
#: Learning rates of the figure about batch normalization, and the steps of each run.
GRID = tuple(float(rate) for rate in np.geomspace(0.003, 10, 8))
STEPS = 120

_SIZES = (64, 32, 32, 32, 32, 32, 32, 10)
_DASHES = ("-", "--", "-.", ":")

Params = list[tuple[np.ndarray, ...]]


def small_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Draw normal weights of standard deviation 0.01, whatever the width.

    Parameters
    ----------
    fan_in, fan_out : int
        Rows and columns.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array, shape (fan_in, fan_out)
        Weights.
    """
    return 0.01 * rng.standard_normal((fan_in, fan_out))


#: Rules for starting weights, by name.
RULES: dict[str, Callable[..., np.ndarray]] = {
    "He": he_normal,
    "Xavier": xavier_normal,
    "LeCun": lecun_normal,
    "deviation 0.01": small_normal,
}


@cache
def signal_sizes(rule: str, bend: str, seed: int = 0) -> np.ndarray:
    """Send random examples through a deep network and measure what arrives at each layer.

    Parameters
    ----------
    rule : str
        A name of `RULES`.
    bend : {'tanh', 'relu'}
        Activation.
    seed : int, default 0
        Seed of examples and weights.

    Returns
    -------
    array, shape (DEPTH,)
        Root mean square of the activations, layer by layer.
    """
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((100, WIDTH))
    layers = [(RULES[rule](WIDTH, WIDTH, rng), np.zeros(WIDTH)) for _ in range(DEPTH + 1)]
    outputs = mlp_forward(x, layers, {"tanh": tanh, "relu": relu}[bend])[:-1]
    return np.array([np.sqrt(np.mean(out**2)) for out in outputs])


def signals(theme: Theme) -> Picture:
    """Draw the size of activations by depth for tanh and ReLU and several starting weights.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    shown = {"tanh": ("Xavier", "deviation 0.01"), "relu": ("He", "Xavier", "deviation 0.01")}
    depth, told = np.arange(1, DEPTH + 1), []
    with styled(theme):
        figure, axes = panels(1, 2, 3.1, sharey=True)
        for axis, (bend, rules) in zip(axes, shown.items(), strict=True):
            for rule in rules:
                order = list(RULES).index(rule)
                sizes = signal_sizes(rule, bend)
                axis.semilogy(
                    depth, sizes, color=theme.cycle[order], label=rule,
                    linestyle=_DASHES[order],
                )  # fmt: skip
                told.append(f"{bend} with {rule} {sizes[0]:.2g} to {sizes[-1]:.2g}")
            axis.set(title={"relu": "ReLU"}.get(bend, bend), xlabel="layer", ylim=(1e-12, 1e5))
            axis.legend(loc="upper right", ncols=2, columnspacing=1.0)
        axes[0].set(ylabel="size of activations")
        alt = f"""Root mean square of the activations by layer, on a logarithmic scale, from layer 1
            to layer {DEPTH}: {"; ".join(told)}. With He's rule ReLU keeps the size, and with
            Xavier's tanh loses it slowly; the others lose it by a factor a layer."""
        return finish(figure, alt)


def start_params(seed: int, normalized: bool) -> Params:
    """Draw a network of six hidden layers, with or without batch normalization.

    Parameters
    ----------
    seed : int
        Seed of the weights.
    normalized : bool
        Whether the hidden layers have a scale and a shift.

    Returns
    -------
    list of tuple
        ``(W, b)`` of each layer, ``(W, b, gamma, beta)`` where it is normalized.
    """
    rng = np.random.default_rng(seed)
    layers: Params = [(he_normal(m, n, rng), np.zeros(n)) for m, n in pairwise(_SIZES)]
    if normalized:
        hidden = [(W, b, np.ones(len(b)), np.zeros(len(b))) for W, b in layers[:-1]]
        return [*hidden, layers[-1]]
    return layers


def loss_and_grads(params: Params, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, Params]:
    """Mean cross-entropy and gradients of a ReLU network, normalized where it has a scale.

    Parameters
    ----------
    params : list of tuple
        What `start_params` returns.
    X : array, shape (n, 64)
        Examples.
    y : int array, shape (n,)
        Classes.

    Returns
    -------
    loss : array, shape ()
        In nats.
    grads : list of tuple
        Shaped as `params`.
    """
    signal, caches = X, []
    for W, b, *scale in params[:-1]:
        z, linear = dense(signal, W, b)
        norm = None
        if scale:
            zeros = np.zeros(len(b))
            z, norm, _, _ = batch_norm(z, scale[0], scale[1], zeros, zeros + 1)
        caches.append((linear, norm, z))
        signal = relu(z)
    logits, linear = dense(signal, *params[-1])
    d_out, *last = dense_backward(softmax_cross_entropy_grad(logits, y), linear)
    grads: list[Any] = [tuple(last)]
    for linear, norm, z in reversed(caches):
        d_z = d_out * relu_grad(z)
        own: list[np.ndarray] = []
        if norm is not None:
            d_z, *own = batch_norm_backward(d_z, norm)
        d_out, *outer = dense_backward(d_z, linear)
        grads.append((*outer, *own))
    return sparse_cross_entropy(logits, y), grads[::-1]


@cache
def tolerance() -> tuple[np.ndarray, np.ndarray]:
    """Train the deep network on the digits at many learning rates, plain and normalized.

    Returns
    -------
    plain, normalized : array, shape (8,)
        Mean loss of the last twenty steps at each of `GRID`; infinite where the run was lost.
    """
    return tuple(  # type: ignore[return-value]
        np.array([_final_loss(rate, normalized) for rate in GRID]) for normalized in (False, True)
    )


def batch_norm_rates(theme: Theme) -> Picture:
    """Draw which learning rates a deep network bears with and without batch normalization.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    plain, normalized = (np.minimum(loss, 4.0) for loss in tolerance())
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.6)
        axis.loglog(GRID, plain, "s--", color=theme.orange, label="plain")
        axis.loglog(GRID, normalized, "o-", color=theme.blue, label="batch normalization")
        axis.axhline(np.log(10), color=theme.muted, linewidth=1)
        axis.text(GRID[0], np.log(10) * 1.08, "guessing", color=theme.ink, fontsize=9)
        axis.set(xlabel="learning rate", ylabel=f"loss after {STEPS} steps", ylim=(0.01, 5))
        axis.legend(loc="lower left")
        rows = "; ".join(
            f"{rate:.2g}: {a:.2f} and {b:.2f}"
            for rate, a, b in zip(GRID, plain, normalized, strict=True)
        )
        alt = f"""Loss of a network with six hidden layers on the digits after {STEPS} steps, by
            learning rate, plain and with batch normalization. {rows}. Losses above 4 are drawn
            at 4."""
        return finish(figure, alt)


def _final_loss(rate: float, normalized: bool) -> float:
    X, y = digits()
    rng, params, losses = np.random.default_rng(1), start_params(0, normalized), []
    for _ in range(STEPS):
        rows = rng.integers(len(X), size=64)
        with np.errstate(all="ignore"):
            loss, grads = loss_and_grads(params, X[rows], y[rows])
        losses.append(float(loss))
        if not losses[-1] < 1e3:
            return float("inf")
        params = [
            tuple(w - rate * g for w, g in zip(layer, grad, strict=True))
            for layer, grad in zip(params, grads, strict=True)
        ]
    return float(np.mean(losses[-20:]))
