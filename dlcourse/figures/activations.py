"""Figures about activation functions: their shapes, their slopes, and softmax."""

from __future__ import annotations

import numpy as np

from dlcourse import activations as act
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled

#: The scores of the worked softmax example of chapter 1.
EXAMPLE_LOGITS = np.array([3.2, 1.3, 0.2, 0.8])

_LEAK = 0.1


def gallery(theme: Theme) -> Picture:
    """Draw four activation functions, each with its derivative.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    z = np.linspace(-5, 5, 401)
    rows = [
        ("sigmoid", act.sigmoid(z), act.sigmoid_grad(z)),
        ("tanh", act.tanh(z), act.tanh_grad(z)),
        ("ReLU", act.relu(z), act.relu_grad(z)),
        (f"leaky ReLU, α = {_LEAK}", act.leaky_relu(z, _LEAK), act.leaky_relu_grad(z, _LEAK)),
    ]
    with styled(theme):
        figure, axes = panels(2, 2, 5.0, sharex=True)
        for axis, (name, value, slope) in zip(axes, rows, strict=True):
            axis.axhline(0, color=theme.muted, linewidth=0.8)
            axis.axvline(0, color=theme.muted, linewidth=0.8)
            axis.plot(z, value, color=theme.blue, label="$g(z)$")
            axis.plot(z, slope, color=theme.orange, linestyle="--", label="slope $g'(z)$")
            axis.set(title=name, ylim=(-1.25, 2.1))
        axes[0].legend(loc="upper left")
        for axis in axes[2:]:
            axis.set(xlabel="$z$")
        alt = f"""Four panels, each a function and, dashed, its slope. Sigmoid rises from 0 to 1;
            its slope is a low hump of height {act.sigmoid_grad(0.0):.2f} at zero. Tanh rises from
            -1 to 1; its slope is a hump of height {act.tanh_grad(0.0):g}. ReLU is 0 on the left
            and z on the right; its slope jumps from 0 to 1. Leaky ReLU has slope {_LEAK} on the
            left and 1 on the right."""
        return finish(figure, alt)


def saturation(theme: Theme) -> Picture:
    """Draw how fast the slopes of sigmoid and tanh die away, on a logarithmic scale.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    z = np.linspace(0, 12, 241)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.6)
        axis.semilogy(z, act.relu_grad(z + 1e-9), color=theme.green, linestyle="-.")
        axis.semilogy(z, act.sigmoid_grad(z), color=theme.blue)
        axis.semilogy(z, act.tanh_grad(z), color=theme.orange, linestyle="--")
        axis.text(8.2, 1.7, "ReLU, $z$ > 0", color=theme.ink)
        axis.text(7.3, 2e-3, "sigmoid", color=theme.ink)
        axis.text(4.0, 2.5e-5, "tanh", color=theme.ink)
        axis.set(xlabel="$z$", ylabel="slope", ylim=(1e-10, 20), xlim=(0, 12))
        alt = f"""Slope against z from 0 to 12 on a logarithmic scale. The slope of ReLU stays at
            1. That of sigmoid starts at {act.sigmoid_grad(0.0):.2f} and is
            {act.sigmoid_grad(10.0):.0e} at z = 10. That of tanh starts at 1 and falls twice as
            steeply, to {act.tanh_grad(10.0):.0e} at z = 10."""
        return finish(figure, alt)


def softmax_bars(theme: Theme) -> Picture:
    """Draw softmax in three steps: scores, exponentials, shares.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    stages = [
        ("1  scores $z$", EXAMPLE_LOGITS, "{:.1f}"),
        ("2  exponentials $e^z$", np.exp(EXAMPLE_LOGITS), "{:.2f}"),
        ("3  shares $p$", act.softmax(EXAMPLE_LOGITS), "{:.3f}"),
    ]
    with styled(theme):
        figure, axes = panels(1, 3, 2.7)
        for axis, (title, values, form) in zip(axes, stages, strict=True):
            bars = axis.bar(range(1, 5), values, color=theme.blue, width=0.66)
            axis.bar_label(bars, [form.format(v) for v in values], color=theme.ink, fontsize=9)
            axis.set(title=title, xticks=range(1, 5), ylim=(0, 1.16 * values.max()), xlabel="class")
            axis.set_xlim(0.35, 4.65)
            axis.grid(visible=False, axis="x")
            axis.set_axisbelow(True)
        texts = [", ".join(form.format(v) for v in values) for _, values, form in stages]
        alt = f"""Three bar charts of the same four classes. Scores: {texts[0]}. Their
            exponentials: {texts[1]}. Divided by their sum they become the probabilities
            {texts[2]}, which add up to 1."""
        return finish(figure, alt)
