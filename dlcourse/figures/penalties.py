"""Figures about penalties on the weights: the table of the notes, L1 against L2, Adam."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from matplotlib.patches import Circle, Polygon

from dlcourse.adaptive import adam_step, adamw_step
from dlcourse.descent import sgd_step
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.polynomials import ridge_fit
from dlcourse.regularizers import l2_grad

#: The table of the notes: mean squared error and total loss of seven models.
NOTES_MSE = np.array([500, 400, 320, 260, 200, 150, 145])
NOTES_TOTAL = np.array([510, 425, 375, 355, 320, 305, 345])
#: Strengths for the paths of the coefficients, and the weights that made the data.
STRENGTHS = np.geomspace(0.1, 1000, 60)
TRUTH = np.array([3.0, -2.0, 1.0, 0.0, 0.0, 0.0])

_MIDDLE = (1.9, 0.35)
_LEVELS = np.array([0.1, 0.4, 1.0, 1.8])


def notes_table(theme: Theme) -> Picture:
    """Draw the total loss of the notes as the sum of its two parts.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    price = NOTES_TOTAL - NOTES_MSE
    best = int(NOTES_TOTAL.argmin())
    places = np.arange(1, len(price) + 1)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.6)
        axis.bar(places, NOTES_MSE, color=theme.blue, label="mean squared error")
        axis.bar(places, price, bottom=NOTES_MSE, color=theme.orange, hatch="//", label="penalty")
        for place, total in enumerate(NOTES_TOTAL.tolist(), start=1):
            axis.text(place, total + 8, str(total), ha="center", color=theme.ink)
        axis.annotate(
            "smallest total", (places[best], NOTES_TOTAL[best] + 45), xytext=(2.9, 440),
            color=theme.ink, arrowprops={"arrowstyle": "->", "color": theme.ink},
        )  # fmt: skip
        axis.set(xlabel="model", ylabel="loss", ylim=(0, 580))
        axis.legend(loc="upper right")
        axis.grid(visible=False, axis="x")
        rows = "; ".join(
            f"{m} + {q} = {t}" for m, q, t in zip(NOTES_MSE, price, NOTES_TOTAL, strict=True)
        )
        alt = f"""Bars for seven models, error plus penalty: {rows}. The error falls to the last
            model, the total is smallest for model {places[best]}."""
        return finish(figure, alt)


def shapes(theme: Theme) -> Picture:
    """Draw where the loss first touches a disk and a diamond of allowed weights.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    touches = {"L2": touching("L2"), "L1": touching("L1")}
    a, b = np.meshgrid(np.linspace(-1.6, 3.2, 200), np.linspace(-1.6, 2.4, 200))
    loss = _bowl(a, b)
    with styled(theme):
        figure, axes = panels(1, 2, 2.9, sharey=True)
        for axis, (name, touch) in zip(axes, touches.items(), strict=True):
            look: dict[str, Any] = {"facecolor": theme.blue + "33", "edgecolor": theme.blue}
            corners = [(1, 0), (0, 1), (-1, 0), (0, -1)]
            axis.add_patch(Circle((0, 0), 1, **look) if name == "L2" else Polygon(corners, **look))
            level = float(_bowl(*touch))
            axis.contour(a, b, loss, levels=level * _LEVELS, colors=theme.muted)
            axis.plot(*_MIDDLE, "*", color=theme.ink, markersize=10)
            axis.plot(*touch, "o", color=theme.orange, markersize=7, zorder=4)
            axis.set(title=name, xlabel="$w_1$", aspect="equal")
        axes[0].set(ylabel="$w_2$")
        alt = f"""Two panels with the same oval contours of a loss around a star at
            ({_MIDDLE[0]:g}, {_MIDDLE[1]:g}). Left, they first touch a disk at
            ({touches["L2"][0]:.2f}, {touches["L2"][1]:.2f}): both weights are there. Right, they
            first touch a diamond at its corner ({touches["L1"][0]:.2f}, {touches["L1"][1]:.2f}):
            one weight is zero."""
        return finish(figure, alt)


def touching(norm: str) -> np.ndarray:
    """Find the allowed point of smallest loss: length at most 1 in the given norm.

    Parameters
    ----------
    norm : {'L1', 'L2'}
        Sum of sizes, or root of the sum of squares.

    Returns
    -------
    array, shape (2,)
        The point, found on a fine walk around the edge.
    """
    angle = np.linspace(0, 2 * np.pi, 100001)
    edge = np.stack([np.cos(angle), np.sin(angle)])
    if norm == "L1":
        edge = edge / np.abs(edge).sum(axis=0)
    return edge[:, _bowl(*edge).argmin()]


def pulls(theme: Theme) -> Picture:
    """Draw what is left of a weight that nothing but a penalty pulls on.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    steps = np.arange(61)
    squared, absolute = shrinking()
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.8, width=5.4)
        axis.plot(steps, squared, color=theme.blue, label="L2: a share of itself a step")
        axis.plot(steps, absolute, "--", color=theme.orange, label="L1: the same amount a step")
        axis.set(xlabel="step", ylabel="weight", ylim=(-0.05, 1.05))
        axis.legend()
        alt = f"""A weight that starts at 1 against steps. Under L2 it falls fast and then slower
            and slower: {squared[20]:.2f} after 20 steps, {squared[60]:.3f} after 60, never 0.
            Under L1 it falls in a line and is 0 from step {int(np.argmin(absolute > 0))} on."""
        return finish(figure, alt)


def shrinking(steps: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Let each penalty alone pull on a weight of 1.

    Parameters
    ----------
    steps : int, default 60
        Gradient steps.

    Returns
    -------
    squared : array, shape (steps + 1,)
        The weight under L2.
    absolute : array, shape (steps + 1,)
        The weight under L1, with steps that stop at 0.
    """
    squared, absolute = [np.array(1.0)], [1.0]
    for _ in range(steps):
        squared.append(sgd_step(squared[-1], l2_grad(squared[-1], 0.5), 0.06))
        absolute.append(float(soft_threshold(np.array(absolute[-1]), 0.03)))
    return np.array(squared), np.array(absolute)


def soft_threshold(w: np.ndarray, amount: float) -> np.ndarray:
    """Pull weights toward 0 by an amount, and stop there.

    Parameters
    ----------
    w : array
        Weights.
    amount : float
        How far.

    Returns
    -------
    array
        What is left.
    """
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


@cache
def coefficient_paths() -> tuple[np.ndarray, np.ndarray]:
    """Fit six weights, of which three are needed, with growing penalties.

    Returns
    -------
    ridge : array, shape (60, 6)
        Weights for each of `STRENGTHS` under L2.
    lasso : array, shape (60, 6)
        The same under L1.
    """
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 6))
    y = X @ TRUTH + rng.standard_normal(100)
    X, y = X - X.mean(axis=0), y - y.mean()
    ridge = np.array([ridge_fit(X, y, lam)[0] for lam in STRENGTHS])
    lasso = np.array([lasso_fit(X, y, lam) for lam in STRENGTHS])
    return ridge, lasso


def lasso_fit(X: np.ndarray, y: np.ndarray, lam: float, rounds: int = 100) -> np.ndarray:
    r"""Minimize :math:`\sum (y - Xw)^2 + \lambda \sum |w|`, one weight after the other.

    Parameters
    ----------
    X : array, shape (n, d)
        Centered features.
    y : array, shape (n,)
        Centered targets.
    lam : float
        Strength.
    rounds : int, default 100
        Passes over the weights.

    Returns
    -------
    array, shape (d,)
        Weights, some of them exactly 0.
    """
    w = np.zeros(X.shape[1])
    for _ in range(rounds):
        for j in range(len(w)):
            rest = y - X @ w + X[:, j] * w[j]
            w[j] = soft_threshold(X[:, j] @ rest, lam / 2) / (X[:, j] @ X[:, j])
    return w


def paths(theme: Theme) -> Picture:
    """Draw how coefficients go to zero under ridge and lasso.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    fits = dict(zip(("ridge, L2", "lasso, L1"), coefficient_paths(), strict=True))
    with styled(theme):
        figure, axes = panels(1, 2, 3.0, sharey=True)
        for axis, (name, weights) in zip(axes, fits.items(), strict=True):
            for j, column in enumerate(weights.T):
                dash = "-" if TRUTH[j] else ":"
                axis.semilogx(STRENGTHS, column, color=theme.cycle[j], linestyle=dash)
            axis.axhline(0, color=theme.muted, linewidth=0.8)
            axis.set(title=name, xlabel="strength $\\lambda$")
        axes[0].set(ylabel="weight")
        counts = [int(np.sum(np.abs(w[40]) < 1e-9)) for w in fits.values()]
        alt = f"""Six weights against the strength of the penalty. Under ridge all shrink together
            and none becomes 0. Under lasso they reach 0 one after the other, the three needless
            ones (dotted) first. At strength {STRENGTHS[40]:.0f}, {counts[0]} ridge and
            {counts[1]} lasso weights are exactly 0."""
        return finish(figure, alt)


def decayed(decoupled: bool, noise: float, steps: int = 2000) -> float:
    """Shrink a weight whose gradients are pure noise, with Adam.

    Parameters
    ----------
    decoupled : bool
        AdamW if True; else the pull is part of Adam's gradient.
    noise : float
        Size of the gradients.
    steps : int, default 2000
        Number of steps.

    Returns
    -------
    float
        What is left of weights that started at 1, on average over 200 of them.
    """
    rng = np.random.default_rng(0)
    w, m, v = np.ones(200), np.zeros(200), np.zeros(200)
    for t in range(1, steps + 1):
        g = noise * rng.choice([-1.0, 1.0], 200)
        if decoupled:
            w, m, v = adamw_step(w, g, m, v, t, lr=0.001, weight_decay=1.0)
        else:
            w, m, v = adam_step(w, g + w, m, v, t, lr=0.001)
    return float(w.mean())


def _bowl(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Height of the loss of the figure about shapes."""
    x, y = a - _MIDDLE[0], b - _MIDDLE[1]
    return x**2 + 2 * y**2
