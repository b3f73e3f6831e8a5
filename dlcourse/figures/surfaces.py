"""Figures about what a loss looks like from above, and about the digits that it loses."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse import accurate
from dlcourse.activations import relu, sigmoid, softmax
from dlcourse.classical import logistic_fit
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.made import descend, horseshoe, random_layers
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import Layer, mlp_forward
from dlcourse.logits import bce_from_logits, sparse_cross_entropy

#: Lead of the right score over the other, for the figure of lost digits.
LEADS = np.linspace(0, 60, 241)

_REACH = np.linspace(-0.6, 1.6, 45)


def bowl_and_valleys(theme: Theme) -> Picture:
    """Draw the loss of logistic regression and that of a network, seen from above.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    (bowl, best), (valleys, ends) = _bowl(), network_plane()
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.5, width=6.4)
        _map(left, theme, np.linspace(-4, 8, 45), np.linspace(-4, 8, 45), bowl)
        left.plot(*best, "*", color=theme.orange, markersize=13)
        left.set(title="logistic regression", xlabel="$w_1$", ylabel="$w_2$")
        _map(right, theme, _REACH, _REACH, valleys)
        for (u, v), name in zip(((0, 0), (1, 0), (0, 1)), "ABC", strict=True):
            right.plot(u, v, "*", color=theme.orange, markersize=13)
            right.text(u + 0.06, v + 0.07, name, color=theme.ink, weight=700)
        right.set(title="a network, 8 hidden units", xlabel="from A toward B")
        right.set_ylabel("from A toward C")
        between = between_ends()
        losses = ", ".join(f"{name} {value:.3f}" for name, value in zip("ABC", ends, strict=True))
        alt = f"""Two contour maps of a loss. Left, logistic regression with two weights: one bowl
            with its only lowest point marked by a star. Right, a slice through the loss of a
            network, spanned by three places where training ended, A, B and C. Each star lies in a
            valley of its own ({losses}); halfway from A to B the loss is {between:.2f}."""
        return finish(figure, alt)


def lost_digits(theme: Theme) -> Picture:
    """Draw the loss of a confident answer as three ways of computing it see it.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    right, wrong = computed_losses(LEADS, 0), computed_losses(20 * LEADS, 1)
    looks: list[dict[str, Any]] = [
        {"color": theme.orange, "linewidth": 7, "alpha": 0.45},
        {"color": theme.blue, "linewidth": 3, "linestyle": "--"},
        {"color": theme.ink, "linewidth": 1.2},
    ]
    with styled(theme):
        figure, axes = panels(1, 2, 3.3, width=6.4)
        for (name, values), look in zip(right.items(), looks, strict=True):
            axes[0].semilogy(LEADS, np.where(values > 0, values, np.nan), label=name, **look)
        for values, look in zip(wrong.values(), looks, strict=True):
            axes[1].plot(20 * LEADS, np.where(np.isfinite(values), values, np.nan), **look)
        axes[0].set(title="right and sure", xlabel="lead of the right score", ylabel="loss, nats")
        axes[1].set(title="wrong and sure", xlabel="lead of the wrong score")
        axes[0].legend(loc="lower left", fontsize=9)
        gone = {name: LEADS[np.argmax(values == 0)] for name, values in right.items()}
        names = list(right)
        over = 20 * LEADS[np.argmax(np.isinf(wrong[names[0]]))]
        alt = f"""Loss against the lead of one score over the other. Left, the right class leads:
            the logarithm of a softmax says exactly 0 from a lead of {gone[names[0]]:.0f} on, the
            log-softmax from {gone[names[1]]:.0f} on, and only the form with log1p goes on falling
            in a straight line on this logarithmic scale. Right, the wrong class leads: the
            logarithm of a softmax is infinite from a lead of {over:.0f} on, the others rise in a
            straight line."""
        return finish(figure, alt)


def computed_losses(leads: np.ndarray, label: int) -> dict[str, np.ndarray]:
    """Compute the loss of two scores, (lead, 0), in three ways.

    Parameters
    ----------
    leads : array, shape (n,)
        First score; the second is 0.
    label : int
        Right class, 0 or 1.

    Returns
    -------
    dict of array
        Losses in nats by way: the logarithm of a softmax, `logits`, `accurate`.
    """
    rows = [np.array([[lead, 0.0]]) for lead in leads]
    right = np.array([label])
    with np.errstate(divide="ignore"):
        plain = [-np.log(softmax(row)[0, label]) for row in rows]
    return {
        "log of softmax": np.array(plain),
        "log-softmax": np.array([sparse_cross_entropy(row, right).item() for row in rows]),
        "with log1p": np.array([accurate.sparse_cross_entropy(row, right).item() for row in rows]),
    }


@cache
def network_plane() -> tuple[np.ndarray, tuple[float, float, float]]:
    """Measure the loss of a network on the plane through three ends of training.

    Returns
    -------
    losses : array, shape (45, 45)
        Mean cross-entropy; rows go from A toward C, columns from A toward B.
    ends : tuple of float
        Losses at A, B and C.
    """
    X, y = horseshoe()
    a, b, c = trained_ends()
    losses = [[sparse_cross_entropy(_logits(_mix(a, b, c, u, v), X), y).item() for u in _REACH]
              for v in _REACH]  # fmt: skip
    ends = tuple(sparse_cross_entropy(_logits(params, X), y).item() for params in (a, b, c))
    return np.array(losses), (ends[0], ends[1], ends[2])


def between_ends() -> float:
    """Measure the loss of a network halfway between two that are trained.

    Returns
    -------
    float
        Mean cross-entropy in nats, with half of the weights of A and half of B's.
    """
    X, y = horseshoe()
    middle = _mix(*trained_ends(), 0.5, 0.0)
    return sparse_cross_entropy(_logits(middle, X), y).item()


@cache
def trained_ends() -> tuple[list[Layer], list[Layer], list[Layer]]:
    """Train one network on the horseshoe from three random starts.

    Returns
    -------
    tuple of list of (W, b)
        Its weights at the end of each training.
    """
    starts = [random_layers((2, 8, 2), np.random.default_rng(seed)) for seed in (0, 1, 2)]
    a, b, c = (descend(start, *horseshoe(), steps=300) for start in starts)
    return a, b, c


def _bowl() -> tuple[np.ndarray, tuple[float, float]]:
    """Loss of logistic regression over its two weights, the bias at its best value."""
    rng = np.random.default_rng(4)
    X = rng.standard_normal((80, 2))
    y = (rng.random(80) < sigmoid(2 * X[:, 0] + X[:, 1])).astype(float)
    w, b = logistic_fit(X, y)
    grid = np.linspace(-4, 8, 45)
    losses = [[bce_from_logits(X @ np.array([u, v]) + b, y).item() for u in grid] for v in grid]
    return np.array(losses), (float(w[0]), float(w[1]))


def _map(axis: Axes, theme: Theme, x: np.ndarray, y: np.ndarray, losses: np.ndarray) -> None:
    levels = np.geomspace(losses.min() * 1.02 + 1e-9, losses.max(), 12)
    axis.contour(x, y, losses, levels=levels, colors=theme.blue, linewidths=1.1)
    axis.grid(visible=False)


def _mix(a: list[Layer], b: list[Layer], c: list[Layer], u: float, v: float) -> list[Layer]:
    """Weights of A, plus u of the way to B and v of the way to C."""
    return [
        (W + u * (V - W) + v * (U - W), s + u * (t - s) + v * (r - s))
        for (W, s), (V, t), (U, r) in zip(a, b, c, strict=True)
    ]


def _logits(params: list[Layer], X: np.ndarray) -> np.ndarray:
    return mlp_forward(X, params, relu)[-1]
