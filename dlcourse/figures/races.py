"""Optimizers racing down landscapes: a still with whole paths, and the same picture in motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.landscapes import LANDSCAPES, RACERS, Landscape, run
from dlcourse.figures.style import Picture, Theme, styled

#: Steps of the race.
STEPS = 60
#: Racers of the picture and the shape of each head; color alone would not do.
HEADS = {"SGD": "o", "momentum": "s", "AdaGrad": "^", "RMSProp": "v", "Adam": "D"}

_SECONDS = 6.0
_EVERY = 2
_POINTS = 72  # units of an SVG in an inch


def race(theme: Theme) -> Picture:
    """Draw five optimizers on four landscapes; in motion, one step after the other.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure, its alternative text and its motion.
    """
    with styled(theme):
        figure, axes = panels(2, 2, 5.6)
        paths = {}
        for axis, (place, landscape) in zip(axes, LANDSCAPES.items(), strict=True):
            contours(axis, theme, landscape)
            for racer in HEADS:
                paths[place, racer] = run(landscape, racer, STEPS)
                color = theme.cycle[list(RACERS).index(racer)]  # as in the reader's own race
                _draw(axis, color, f"{place}-{racer}", racer, paths[place, racer])
        handles, names = axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(HEADS))
        picture = finish(figure, _alt(paths))
        motion = [
            _keyframes(axis, f"{place}-{racer}", paths[place, racer])
            for axis, place in zip(axes, LANDSCAPES, strict=True)
            for racer in HEADS
        ]
        return replace(picture, motion="\n".join(motion))


def contours(axis: Axes, theme: Theme, landscape: Landscape) -> None:
    """Draw lines of equal height, with a star at each lowest point and a ring at the start.

    Parameters
    ----------
    axis : Axes
        Where to draw.
    theme : Theme
        Colors of the page.
    landscape : Landscape
        What to draw.
    """
    left, right, bottom, top = landscape.window
    x, y = np.meshgrid(np.linspace(left, right, 160), np.linspace(bottom, top, 160))
    height = landscape.heights(np.stack([x, y]))[0]
    low, high = height.min(), height.max()
    levels = low + (high - low) * np.linspace(0.02, 0.95, 14) ** 2.2
    axis.contour(x, y, height, levels=levels, colors=theme.grid, linewidths=0.9, zorder=1)
    for goal in landscape.goals:
        axis.plot(*goal, "*", color=theme.ink, markersize=9, zorder=2)
    axis.plot(*landscape.start, "o", color=theme.ink, fillstyle="none", markersize=8, zorder=2)
    axis.set(title=landscape.title, xticks=[], yticks=[], xlim=(left, right), ylim=(bottom, top))
    axis.grid(visible=False)


def _draw(axis: Axes, color: str, name: str, racer: str, path: np.ndarray) -> None:
    axis.plot(*path.T, color=color, linewidth=1.4, gid=f"path-{name}", zorder=3)
    # An empty line for the legend, because the head itself must not have the path's name.
    axis.plot([], [], HEADS[racer] + "-", color=color, markersize=7, label=racer)
    axis.plot(*path[-1], HEADS[racer], color=color, markersize=7, gid=f"head-{name}", zorder=4)


def _keyframes(axis: Axes, name: str, path: np.ndarray) -> str:
    """CSS that draws a path as its racer walks it; its last frame is the still."""
    place = axis.transData.transform(path) * _POINTS / axis.figure.dpi
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(place, axis=0).T))])
    times = list(range(0, len(path), _EVERY))
    lines, heads = [], []
    for step in times:
        share = 100 * step / (len(path) - 1)
        right, up = place[step] - place[-1]
        lines.append(f"{share:.4g}%{{stroke-dashoffset:{walked[-1] - walked[step]:.1f}}}")
        heads.append(f"{share:.4g}%{{transform:translate({right:.1f}px,{-up:.1f}px)}}")
    timing = f"{_SECONDS}s linear both"
    return (
        f"@keyframes p-{name}{{{''.join(lines)}}}\n@keyframes h-{name}{{{''.join(heads)}}}\n"
        f"#path-{name} path{{stroke-dasharray:{walked[-1] + 1:.1f};animation:p-{name} {timing}}}\n"
        f"#head-{name}{{animation:h-{name} {timing}}}"
    )


def _alt(paths: dict[tuple[str, str], np.ndarray]) -> str:
    sentences = []
    for place, landscape in LANDSCAPES.items():
        ends = [f"{racer} {landscape.heights(paths[place, racer][-1])[0]:.3f}" for racer in HEADS]
        start = landscape.heights(np.array(landscape.start))[0]
        sentences.append(f"{landscape.title}, from {start:.2f}: {', '.join(ends)}.")
    return (
        f"Four maps with lines of equal height and the paths of five optimizers, {STEPS} steps "
        f"each. Heights at the end. {' '.join(sentences)}"
    )
