"""Figures about schedules of the learning rate and the search for hyper-parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.schedules import (
    Schedule,
    cosine_decay,
    exponential_decay,
    inverse_time,
    step_decay,
)
from dlcourse.search import Trial, grid_search, random_search
from dlcourse.spaces import Draw, log_uniform

#: Steps that the schedules are drawn for.
TOTAL = 100
#: Points of each search.
POINTS = 16

SCHEDULES: dict[str, Schedule] = {
    "step": step_decay(1.0, every=30, factor=0.3),
    "exponential": exponential_decay(1.0, factor=0.96),
    "one over time": inverse_time(1.0, decay=0.1),
    "warm-up, then cosine": cosine_decay(1.0, total=TOTAL, warmup=10),
}


def schedules(theme: Theme) -> Picture:
    """Draw four schedules of the learning rate.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    steps, told = np.arange(TOTAL + 1), []
    with styled(theme):
        figure, axes = panels(2, 2, 3.8, sharex=True, sharey=True)
        for axis, (name, schedule) in zip(axes, SCHEDULES.items(), strict=True):
            rates = [schedule(int(step)) for step in steps]
            axis.step(steps, rates, where="post", color=theme.blue)
            axis.set(title=name, ylim=(0, 1.08))
            told.append(f"{name}: {rates[0]:.2g} at the start, {rates[50]:.2g} halfway")
        for axis in axes[2:]:
            axis.set(xlabel="step")
        alt = f"""Four schedules over {TOTAL} steps, each with a largest rate of 1.
            {"; ".join(told)}. The first falls in steps, the next two in curves that flatten, the
            last rises in a line for 10 steps and then falls like half a cosine to 0."""
        return finish(figure, alt)


def log_draws(theme: Theme) -> Picture:
    """Draw where uniform and log-uniform draws fall.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    rng = np.random.default_rng(0)
    draws = [rng.uniform(1e-4, 1, 60), log_uniform(1e-4, 1, 60, rng)]
    above = [int((draw > 0.1).sum()) for draw in draws]
    with styled(theme):
        figure, axes = panels(2, 1, 2.2, sharex=True)
        for axis, draw, name in zip(axes, draws, ("uniform", "log-uniform"), strict=True):
            axis.semilogx(draw, np.zeros(60), "|", color=theme.blue, markersize=22)
            axis.set(yticks=[], ylabel=name, xlim=(7e-5, 1.4), ylim=(-1, 1))
            axis.spines["left"].set_visible(False)
            axis.grid(visible=False, axis="y")
        axes[1].set(xlabel="value, logarithmic scale")
        alt = f"""Two rows of 60 ticks on a logarithmic scale from 0.0001 to 1. Uniform draws crowd
            at the right end: {above[0]} of them are above 0.1. Log-uniform draws are spread over
            all four decades: {above[1]} are above 0.1."""
        return finish(figure, alt)


def plane_space(draw: Draw) -> tuple[float, float]:
    """Ask for a setting that matters and one that hardly does.

    Parameters
    ----------
    draw : Draw
        Who answers.

    Returns
    -------
    tuple of float
        Both, in [0, 1].
    """
    return draw.uniform("matters", 0, 1), draw.uniform("hardly", 0, 1)


def result(setting: tuple[Any, Any]) -> Any:
    """Score a setting of `plane_space`; smaller is better.

    Parameters
    ----------
    setting : tuple
        Both, numbers or arrays.

    Returns
    -------
    float or array
        Smallest near 0.45 in the first.
    """
    matters, hardly = setting
    return 1 - np.exp(-(((matters - 0.45) / 0.09) ** 2)) + 0.03 * hardly


def searches() -> tuple[list[Trial], list[Trial]]:
    """Search the plane on a grid and at random, with as many points.

    Returns
    -------
    grid : list of Trial
        `POINTS` trials, evenly spaced.
    random : list of Trial
        As many, drawn.
    """
    grid = grid_search(plane_space, result, levels=4)
    return grid, random_search(plane_space, result, POINTS, np.random.default_rng(5))


def grids(theme: Theme) -> Picture:
    """Draw what a grid and a random search see of a setting that matters.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    line = np.linspace(0, 1, 200)
    found = []
    with styled(theme):
        figure, axes = panels(1, 2, 3.3, sharey=True)
        for axis, trials, name in zip(axes, searches(), ("grid", "random"), strict=True):
            points = np.array([trial.described for trial in trials])
            axis.fill_between(
                line, 1.12, 1.12 + 0.35 * (1 - result((line, 0 * line))),
                color=theme.blue, alpha=0.35, linewidth=0,
            )  # fmt: skip
            axis.plot(*points.T, "o", color=theme.ink, markersize=5)
            axis.plot(points[:, 0], np.full(POINTS, 1.09), "|", color=theme.orange, markersize=10)
            axis.set(title=name, xlabel="setting that matters", xlim=(-0.04, 1.04))
            distinct = len(np.unique(points[:, 0].round(9)))
            found.append((distinct, min(trial.score for trial in trials)))
        axes[0].set(ylabel="setting that hardly does", ylim=(-0.04, 1.5))
        alt = f"""Two squares with {POINTS} points each, and above each a hill: how good a value of
            the setting that matters is. The grid tries {found[0][0]} values of it, and none is on
            the hill; its best loss is {found[0][1]:.2f}. The random points try {found[1][0]}
            values, and some are on the hill; the best loss is {found[1][1]:.2f}."""
        return finish(figure, alt)
