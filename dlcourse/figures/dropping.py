"""Figures about dropout and shifted images: masks in motion, averages, more data from the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from matplotlib.axes import Axes

from dlcourse.augmentation import augment_shift
from dlcourse.data import digits
from dlcourse.dropout import dropout_train, plain_dropout_test, plain_dropout_train
from dlcourse.figures.drawing import bare, finish, panels
from dlcourse.figures.style import Picture, Theme, styled

#: Units of each layer of the drawn network; the two hidden ones are dropped from.
LAYERS = (3, 6, 6, 2)
#: Masks shown in motion.
MASKS = 10

_SECONDS = 8.0
_FADED = 0.12


@cache
def unit_masks(p_drop: float = 0.5, seed: int = 6) -> np.ndarray:
    """Draw the masks of the moving picture.

    Parameters
    ----------
    p_drop : float, default 0.5
        Probability of dropping a hidden unit.
    seed : int, default 6
        Seed of the masks.

    Returns
    -------
    bool array, shape (MASKS, units)
        True where a unit is kept; inputs and outputs always are.
    """
    rng = np.random.default_rng(seed)
    columns = []
    for place, units in enumerate(LAYERS):
        hidden = 0 < place < len(LAYERS) - 1
        _, mask = dropout_train(np.ones((MASKS, units)), p_drop if hidden else 0.0, rng)
        columns.append(mask)
    return np.concatenate(columns, axis=1)


def masks(theme: Theme) -> Picture:
    """Draw a network with half of its hidden units dropped; in motion, mask after mask.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure, its alternative text and its motion.
    """
    kept = unit_masks()
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.2, width=5.4)
        rules = _network(axis, theme, kept)
        bare(axis)
        axis.set(xlim=(-0.3, 3.3), ylim=(-0.6, 5.6))
        alive = int(kept[-1].sum()) - LAYERS[0] - LAYERS[-1]
        alt = f"""A network with layers of {", ".join(map(str, LAYERS))} units. Of the
            {LAYERS[1] + LAYERS[2]} hidden units {alive} are drawn in full, with their wires; the
            others, and every wire to or from them, are faint: dropped. In motion, {MASKS} random
            masks follow each other."""
        return replace(finish(figure, alt), motion="\n".join(rules))


def averages(theme: Theme) -> Picture:
    """Draw the mean of many dropped outputs as it settles at the output without dropout.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    means, target = running_means()
    draws = np.arange(1, len(means["inverted"]) + 1)
    looks = {"inverted": (theme.blue, "-"), "plain": (theme.orange, "--")}
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.9, width=5.4)
        for name, (color, dash) in looks.items():
            axis.semilogx(draws, means[name], color=color, linestyle=dash, label=name)
            axis.axhline(target[name], color=theme.muted, linewidth=1)
        axis.set(xlabel="masks averaged", ylabel="mean of the output")
        axis.legend()
        alt = f"""Mean of the output of a layer against the number of masks averaged. With inverted
            dropout it settles at {target["inverted"]:.3f}, the output without dropout. With plain
            dropout and a keep probability of 0.8 it settles at {target["plain"]:.3f}, 0.8 times as
            much; that is what the scaled weights give at test time."""
        return finish(figure, alt)


@cache
def running_means(draws: int = 20000) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Average a linear output over masks, for inverted and for plain dropout.

    Parameters
    ----------
    draws : int, default 20000
        Number of masks.

    Returns
    -------
    means : dict of array
        Running mean after 1, 2, ... masks, by convention.
    targets : dict of float
        What each convention uses at test time.
    """
    rng = np.random.default_rng(0)
    x, w = rng.uniform(0, 1, 20), rng.standard_normal(20)
    rows = np.tile(x, (draws, 1))
    inverted = dropout_train(rows, 0.2, rng)[0] @ w
    plain = plain_dropout_train(rows, 0.8, rng)[0] @ w
    count = np.arange(1, draws + 1)
    means = {"inverted": np.cumsum(inverted) / count, "plain": np.cumsum(plain) / count}
    return means, {"inverted": float(x @ w), "plain": float(plain_dropout_test(x, 0.8) @ w)}


def shifts(theme: Theme) -> Picture:
    """Draw a digit and seven shifted copies of it.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    X, y = digits()
    image = X[2].reshape(1, 8, 8)
    copies = augment_shift(np.repeat(image, 7, axis=0), 1, np.random.default_rng(3))
    with styled(theme):
        figure, axes = panels(1, 8, 1.1)
        for axis, picture in zip(axes, [image[0], *copies], strict=True):
            axis.imshow(picture, cmap="gray_r" if theme.name == "light" else "gray")
            axis.set(xticks=[], yticks=[])
            axis.grid(visible=False)
            axis.spines[:].set(visible=True, color=theme.muted, linewidth=0.8)
        axes[0].set_title("original", fontsize=9)
        same = int((copies == image).all(axis=(1, 2)).sum())
        alt = f"""Eight small images of a handwritten {y[2]}: the original, and seven copies that
            are moved by up to one pixel, up or down and left or right; {same} of the seven
            happen not to move. What leaves the frame is cut, what enters is empty."""
        return finish(figure, alt)


def _network(axis: Axes, theme: Theme, kept: np.ndarray) -> list[str]:
    """Draw units and wires in their last mask; return the CSS that walks through all masks."""
    places = [
        (float(layer), 2.5 + (units - 1) / 2 - unit)
        for layer, units in enumerate(LAYERS)
        for unit in range(units)
    ]
    starts = np.cumsum([0, *LAYERS])
    rules = []
    for layer in range(len(LAYERS) - 1):
        for i in range(starts[layer], starts[layer + 1]):
            for j in range(starts[layer + 1], starts[layer + 2]):
                alive = kept[:, i] & kept[:, j]
                line = np.array([places[i], places[j]]).T
                shown = 0.75 if alive[-1] else _FADED / 2
                axis.plot(*line, color=theme.muted, linewidth=0.9, alpha=shown, gid=f"wire-{i}-{j}")
                rules.append(_blink(f"wire-{i}-{j}", alive, 0.75, _FADED / 2))
    for unit, place in enumerate(places):
        shown = 1.0 if kept[-1, unit] else _FADED
        axis.plot(*place, "o", color=theme.blue, markersize=17, alpha=shown, gid=f"unit-{unit}")
        rules.append(_blink(f"unit-{unit}", kept[:, unit], 1.0, _FADED))
    return rules


def _blink(name: str, alive: np.ndarray, full: float, faded: float) -> str:
    """CSS that shows one part in the masks in which it is alive, and ends in its last state."""
    shades = [full if on else faded for on in [*alive, alive[-1]]]
    frames = [
        # Not opacity: the drawing has these two, and the faint parts must become full.
        f"{100 * k / len(alive):.4g}%{{fill-opacity:{shade};stroke-opacity:{shade}}}"
        for k, shade in enumerate(shades)
    ]
    return (
        f"@keyframes b-{name}{{{''.join(frames)}}}\n"
        f"#{name} path,#{name} use{{animation:b-{name} {_SECONDS}s step-end both}}"
    )
