"""Figures about the 3-2-1 network: every number of one step, forward and backward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from dlcourse.backprop import sigmoid_backward
from dlcourse.figures.drawing import arrow, bare, finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.graphs import forward_321, step_321
from dlcourse.layers import dense

#: The network of the notes; the starting values are those of Han, Kamber and Pei (2012).
PARAMS = {
    "W1": np.array([[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]]),
    "b1": np.array([-0.4, 0.2]),
    "W2": np.array([[-0.3], [-0.2]]),
    "b2": np.array([0.1]),
}
X = np.array([1.0, 0.0, 1.0])
TARGET = 1.0
LEARNING_RATE = 0.9

#: Where the units stand: inputs 1 to 3, hidden 4 and 5, output 6.
_PLACES = {1: (0, 4), 2: (0, 2), 3: (0, 0), 4: (4.2, 3.3), 5: (4.2, 0.7), 6: (8.2, 2)}


class Pass(NamedTuple):
    """Every number of one forward and backward pass.

    Attributes
    ----------
    z1, a1 : array, shape (2,)
        Sums and outputs of units 4 and 5.
    z2, a2 : float
        Sum and output of unit 6.
    loss : float
        Half the squared error.
    d_z1 : array, shape (2,)
        Slopes of the loss for the sums of units 4 and 5.
    d_z2 : float
        Slope for the sum of unit 6.
    """

    z1: np.ndarray
    a1: np.ndarray
    z2: float
    a2: float
    loss: float
    d_z1: np.ndarray
    d_z2: float


def one_pass() -> Pass:
    """Run the network of the notes forward and backward.

    Returns
    -------
    Pass
        Its numbers.
    """
    a1, a2 = forward_321(PARAMS, X)
    z1, _ = dense(X, PARAMS["W1"], PARAMS["b1"])
    z2, _ = dense(a1, PARAMS["W2"], PARAMS["b2"])
    d_z2 = sigmoid_backward(a2 - TARGET, a2)
    d_z1 = sigmoid_backward(PARAMS["W2"][:, 0] * d_z2, a1)
    loss = 0.5 * (TARGET - a2) ** 2
    return Pass(z1, a1, float(z2[0]), float(a2), float(loss), d_z1, float(d_z2))


def forward(theme: Theme) -> Picture:
    """Draw the network with its weights and what each unit computes.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    run = one_pass()
    W1, W2 = PARAMS["W1"], PARAMS["W2"]
    inside = {unit: f"$x_{unit}$\n{X[unit - 1]:g}" for unit in (1, 2, 3)}
    inside |= {4: _unit(run.z1[0], run.a1[0]), 5: _unit(run.z1[1], run.a1[1])}
    inside[6] = _unit(run.z2, run.a2)
    labels = {(i + 1, j + 4): f"{W1[i, j]:g}" for i in range(3) for j in range(2)}
    labels |= {(j + 4, 6): f"{W2[j, 0]:g}" for j in range(2)}
    biases = {4: PARAMS["b1"][0], 5: PARAMS["b1"][1], 6: PARAMS["b2"][0]}
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.5, width=6.3)
        _network(axis, theme, inside, labels, theme.blue)
        for unit, bias in biases.items():
            x, y = _PLACES[unit]
            axis.text(x, y - 1.12, _signed(f"bias {bias:g}"), ha="center", fontsize=9)
        axis.text(9.5, 2, f"target {TARGET:g}\n$L$ = {run.loss:.4f}", va="center")
        alt = f"""A network from left to right. Inputs 1, 0, 1. Hidden unit 4 has the sum
            {run.z1[0]:.3f} and the output {run.a1[0]:.3f}, hidden unit 5 the sum {run.z1[1]:.3f}
            and the output {run.a1[1]:.3f}. Output unit 6 has the sum {run.z2:.4f} and says
            {run.a2:.4f}; the target is 1 and the loss {run.loss:.4f}. Every arrow carries its
            weight."""
        return finish(figure, alt)


def backward(theme: Theme) -> Picture:
    """Draw the same network with the slope of the loss at every unit and every weight.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    run = one_pass()
    d_W1, d_W2 = X[:, None] * run.d_z1, run.a1 * run.d_z2
    inside = {unit: f"$x_{unit}$\n{X[unit - 1]:g}" for unit in (1, 2, 3)}
    inside |= {4: _slope(run.d_z1[0]), 5: _slope(run.d_z1[1]), 6: _slope(run.d_z2)}
    labels = {(i + 1, j + 4): f"{d_W1[i, j]:.4f}" for i in range(3) for j in range(2)}
    labels |= {(j + 4, 6): f"{d_W2[j]:.4f}" for j in range(2)}
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.5, width=6.3)
        _network(axis, theme, inside, labels, theme.orange, back=True)
        gap = f"$a - t$\n{run.a2 - TARGET:.4f}".replace("-0", "−0")
        axis.text(9.5, 2, gap, va="center")
        listed = ", ".join(f"{value:.4f}" for value in (*d_W2, *d_W1.ravel()))
        alt = f"""The same network with arrows from right to left. The slope of the loss is
            {run.d_z2:.4f} for the sum of unit 6, {run.d_z1[0]:.4f} for unit 4 and
            {run.d_z1[1]:.4f} for unit 5. On the arrows, the slopes for the weights from 4 and 5
            to 6 and then from 1, 2 and 3 to 4 and 5: {listed}. Those of input 2, which is 0, are
            0."""
        return finish(figure, alt)


def repeated(theme: Theme) -> Picture:
    """Draw output and loss while the same step is taken again and again.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    outputs = outputs_by_step(100)
    loss = 0.5 * (TARGET - outputs) ** 2
    with styled(theme):
        figure, (left, right) = panels(1, 2, 2.7, width=6.3)
        left.plot(outputs, color=theme.blue)
        left.axhline(TARGET, color=theme.muted, linestyle="--", linewidth=1.2)
        left.set(xlabel="steps", ylabel="output $a_6$", ylim=(0.4, 1.05))
        right.semilogy(loss, color=theme.orange)
        right.set(xlabel="steps", ylabel="loss")
        alt = f"""Left: the output of the network rises from {outputs[0]:.3f} to {outputs[1]:.3f}
            after one step, {outputs[10]:.3f} after ten and {outputs[100]:.3f} after a hundred;
            the target is 1. Right: the loss falls from {loss[0]:.4f} to {loss[10]:.4f} and
            {loss[100]:.4f}, more and more slowly."""
        return finish(figure, alt)


def outputs_by_step(steps: int) -> np.ndarray:
    """Train on the one example and record what the network says.

    Parameters
    ----------
    steps : int
        Steps to take.

    Returns
    -------
    array, shape (steps + 1,)
        Outputs, the untrained one first.
    """
    params, outputs = PARAMS, []
    for _ in range(steps + 1):
        outputs.append(float(forward_321(params, X)[1]))
        params = step_321(params, X, TARGET, LEARNING_RATE)
    return np.array(outputs)


def _unit(z: float, a: float) -> str:
    return _signed(f"$z$ {z:.3f}\n$a$ {a:.3f}")


def _slope(d_z: float) -> str:
    return _signed(f"$d_z$\n{d_z:.4f}")


def _signed(text: str) -> str:
    """Write a minus sign as long as a plus."""
    return text.replace("-", "−")


def _network(
    axis: Axes,
    theme: Theme,
    inside: dict[int, str],
    labels: dict[tuple[int, int], str],
    color: str,
    back: bool = False,
) -> None:
    """Draw units as circles, and arrows with a label near their left ends."""
    bare(axis)
    axis.set(xlim=(-0.9, 11.2), ylim=(-1.0, 5.2), aspect="equal")
    for (source, goal), label in labels.items():
        start, end = np.array(_PLACES[source], float), np.array(_PLACES[goal], float)
        way = (end - start) / np.linalg.norm(end - start)
        tail, tip = start + 0.68 * way, end - 0.87 * way
        ends = (tuple(tip), tuple(tail)) if back else (tuple(tail), tuple(tip))
        arrow(axis, *ends, color=theme.muted)
        near = 0.34 if back else 0.31  # an arrow back has its head at the left
        x, y = start + (end - start) * (near if goal != 6 else 0.48)
        text = axis.text(x, y, _signed(label), ha="center", va="center", fontsize=9)
        text.set_path_effects([withStroke(linewidth=3.5, foreground=theme.paper)])
    for unit, (x, y) in _PLACES.items():
        radius = 0.6 if unit < 4 else 0.8
        heavy = unit > 3
        axis.add_patch(
            Circle(
                (x, y), radius, edgecolor=color if heavy else theme.muted,
                facecolor=color + "22" if heavy else "none", linewidth=2 if heavy else 1.1,
            )
        )  # fmt: skip
        axis.text(x, y, inside[unit], ha="center", va="center", fontsize=9)
        axis.text(x, y + radius + 0.1, str(unit), ha="center", color=theme.muted, fontsize=8.5)
