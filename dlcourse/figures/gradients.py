"""Figures about gradients: measured by differences, multiplied through depth."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlcourse.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from dlcourse.backprop import stack_forward
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.layers import dense_backward

DEPTH, WIDTH = 20, 64
#: Name, activation, and the scale of the weights in units of one over the root of the width.
SETTINGS = (
    ("sigmoid, scale 1", "sigmoid", 1.0),
    ("ReLU, scale 1", "relu", 1.0),
    ("tanh, scale 0.5", "tanh", 0.5),
    ("tanh, scale 1", "tanh", 1.0),
    (r"ReLU, scale $\sqrt{2}$", "relu", float(np.sqrt(2))),
    ("ReLU, scale 2", "relu", 2.0),
)

_POINT = 0.7
_FUNCTIONS = {
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
}


def difference_errors(eps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measure the sigmoid's slope by differences and compare with the derivative.

    Parameters
    ----------
    eps : array, shape (k,)
        Steps.

    Returns
    -------
    one_sided : array, shape (k,)
        Relative errors of ``(f(x + eps) - f(x)) / eps``.
    central : array, shape (k,)
        Relative errors of ``(f(x + eps) - f(x - eps)) / (2 eps)``.
    """
    truth = float(sigmoid_grad(_POINT))
    above, here, below = (np.asarray(sigmoid(_POINT + s * eps)) for s in (1, 0, -1))
    one_sided = np.abs((above - here) / eps - truth) / truth
    return one_sided, np.abs((above - below) / (2 * eps) - truth) / truth


def differences(theme: Theme) -> Picture:
    """Draw the error of one-sided and central differences against the step.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    eps = np.geomspace(1e-13, 1, 105)
    one_sided, central = difference_errors(eps)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.2, width=5.8)
        axis.loglog(eps, one_sided, color=theme.orange, linestyle="--", label="one-sided")
        axis.loglog(eps, np.maximum(central, 1e-13), color=theme.blue, label="central")
        axis.axvline(1e-6, color=theme.muted, linestyle=":", linewidth=1.4)
        axis.text(1.3e-6, 0.3, "the library's step", color=theme.ink, fontsize=9)
        axis.set(xlabel=r"step $\epsilon$", ylabel="relative error", ylim=(3e-13, 3))
        axis.legend(loc="lower left")
        best = [float(eps[np.argmin(errors)]) for errors in (one_sided, central)]
        at = [float(errors.min()) for errors in (one_sided, central)]
        alt = f"""Relative error of a measured slope against the step, both on logarithmic scales.
            Each curve is a V: rounding on the left, the bend of the function on the right. The
            one-sided difference is best near a step of {best[0]:.0e}, with an error of about
            {at[0]:.0e}; the central one near {best[1]:.0e}, and better."""
        return finish(figure, alt)


@cache
def norms(activation: str, scale: float, repeats: int = 8) -> np.ndarray:
    """Measure how much of a gradient reaches each layer, averaged over random networks.

    Parameters
    ----------
    activation : {'sigmoid', 'tanh', 'relu'}
        Follows every layer.
    scale : float
        Standard deviation of the weights times the root of the width.
    repeats : int, default 8
        Networks to average over, geometrically.

    Returns
    -------
    array, shape (DEPTH,)
        Lengths of the gradient for the pre-activations, relative to the last layer.
    """
    runs = [_one_run(activation, scale, np.random.default_rng(seed)) for seed in range(repeats)]
    mean = np.exp(np.mean(np.log(np.array(runs)), axis=0))
    return mean / mean[-1]


def vanishing(theme: Theme) -> Picture:
    """Draw how much gradient reaches each layer, for six ways to start.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    layer = np.arange(1, DEPTH + 1)
    dashes = ["-", "--", "-.", "-", "--", "-."]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.7, width=6.3)
        for (name, activation, scale), dash, color in zip(
            SETTINGS, dashes, theme.cycle, strict=True
        ):
            curve = norms(activation, scale)
            axis.semilogy(layer, curve, linestyle=dash, color=color, label=name)
        axis.set(xlabel="layer", ylabel="gradient, last layer = 1", xticks=[1, 5, 10, 15, 20])
        axis.invert_xaxis()
        lines = sorted(axis.get_lines(), key=lambda line: -np.ravel(line.get_ydata())[0])
        axis.legend(handles=lines, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9)
        ends = ", ".join(
            f"{name.replace('$', '').replace(chr(92) + 'sqrt{2}', 'root 2')} {norms(a, s)[0]:.1e}"
            for name, a, s in SETTINGS
        )
        alt = f"""Size of the gradient on its way back from layer {DEPTH} to layer 1, on a
            logarithmic scale, for six random networks of width {WIDTH}. All curves are nearly
            straight lines: a constant factor a layer. What arrives at layer 1, relative to the
            last: {ends}."""
        return finish(figure, alt)


def powers(theme: Theme) -> Picture:
    """Draw powers of numbers close to 1.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    n = np.arange(0, 366)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.8, width=5.6)
        axis.semilogy(n, 1.01**n, color=theme.blue)
        axis.semilogy(n, 0.99**n, color=theme.orange, linestyle="--")
        axis.axhline(1, color=theme.muted, linewidth=0.8)
        axis.text(300, 30, "$1.01^n$", color=theme.ink, ha="right")
        axis.text(300, 0.02, "$0.99^n$", color=theme.ink, ha="right")
        axis.set(xlabel="factors $n$", ylim=(0.01, 100))
        alt = f"""Powers on a logarithmic scale. 1.01 to the n rises in a straight line to
            {1.01**365:.1f} at n = 365; 0.99 to the n falls to {0.99**365:.4f}."""
        return finish(figure, alt)


def _one_run(activation: str, scale: float, rng: np.random.Generator) -> np.ndarray:
    """Send a random gradient back through one random network."""
    function, slope = _FUNCTIONS[activation]
    deviation = scale / np.sqrt(WIDTH)
    layers = [
        (deviation * rng.standard_normal((WIDTH, WIDTH)), np.zeros(WIDTH)) for _ in range(DEPTH)
    ]
    _, caches = stack_forward(rng.standard_normal((1, WIDTH)), layers, function)
    d_out = rng.standard_normal((1, WIDTH))
    lengths: list[float] = []
    for kept, z in reversed(caches):
        d_z = d_out * slope(z)
        lengths.insert(0, float(np.linalg.norm(d_z)))
        d_out, _, _ = dense_backward(d_z, kept)
    return np.array(lengths)
