"""Three kinds of learning side by side: from labels, from points alone, from rewards."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes

from dlcourse.classical import logistic_fit
from dlcourse.figures.drawing import finish, line_through, panels, points
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.toys import blobs

#: Chance of a coin from each of three machines, which the player does not know.
CHANCES = (0.3, 0.5, 0.7)
PULLS = 500


def means_of_clusters(
    X: np.ndarray, k: int, rng: np.random.Generator, rounds: int = 20
) -> tuple[np.ndarray, np.ndarray]:
    """Group points without labels: to the nearest mean, then move the means, and again.

    Parameters
    ----------
    X : array, shape (n, d)
        Points.
    k : int
        Number of groups.
    rng : numpy.random.Generator
        Source of randomness, for the starting means.
    rounds : int, default 20
        How often to repeat.

    Returns
    -------
    means : array, shape (k, d)
        Middles of the groups.
    group : int array, shape (n,)
        Group of each point.
    """
    means = X[rng.choice(len(X), k, replace=False)]
    group = np.zeros(len(X), dtype=int)
    for _ in range(rounds):
        group = np.argmin(np.sum((X[:, None] - means) ** 2, axis=-1), axis=1)
        means = np.array(
            [X[group == j].mean(axis=0) if np.any(group == j) else means[j] for j in range(k)]
        )
    return means, group


@cache
def coins(curiosity: float, runs: int = 200, seed: int = 0) -> np.ndarray:
    """Play three machines: now and then a random one, else the best so far.

    Parameters
    ----------
    curiosity : float
        Share of the pulls that try a machine at random.
    runs : int, default 200
        Games to average over.
    seed : int, default 0
        Seed of the generator.

    Returns
    -------
    array, shape (500,)
        Mean reward of each pull.
    """
    rng = np.random.default_rng(seed)
    wins, plays = np.zeros((runs, 3)), np.zeros((runs, 3))
    rewards = np.zeros((PULLS, runs))
    for pull in range(PULLS):
        # An untried machine counts as perfect, so that each is tried once.
        seen = np.where(plays > 0, wins / np.maximum(plays, 1), 1.0)
        arm = np.where(
            rng.random(runs) < curiosity, rng.integers(3, size=runs), np.argmax(seen, axis=1)
        )
        rewards[pull] = rng.random(runs) < np.take(CHANCES, arm)
        np.add.at(plays, (np.arange(runs), arm), 1)
        np.add.at(wins, (np.arange(runs), arm), rewards[pull])
    return rewards.mean(axis=1)


def three_kinds(theme: Theme) -> Picture:
    """Draw a classifier, clusters, and the rewards of a player who learns.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    rng = np.random.default_rng(3)
    X, y = blobs(80, rng, centers=((-1.2, -0.6), (1.2, 0.6)), spread=0.7)
    w, b = logistic_fit(X, y)
    means, group = means_of_clusters(X, 2, rng)
    same = max(np.mean(group == y), np.mean(group != y))
    with styled(theme):
        figure, axes = panels(1, 3, 2.7, width=7.0)
        points(axes[0], theme, X, y)
        line_through(axes[0], np.asarray(w), float(b), color=theme.ink)
        axes[1].scatter(X[:, 0], X[:, 1], s=14, color=theme.muted, linewidths=0)
        axes[1].plot(means[:, 0], means[:, 1], "X", color=theme.red, markersize=11)
        for axis, title in zip(axes, ("supervised", "unsupervised", "reinforcement"), strict=True):
            axis.set_title(title)
        for axis in axes[:2]:
            axis.set(xticks=[], yticks=[], xlim=(-3.4, 3.4), ylim=(-2.8, 2.8))
        ends = _rewards(axes[2], theme)
        alt = f"""Three panels. Supervised: points of two classes and the line that was learned from
            their labels. Unsupervised: the same points without labels, and two crosses where
            k-means found the middles of two groups; {same:.0%} of the points are in the group of
            their class. Reinforcement: reward against pulls of three machines. A player who never
            tries again ends at {ends[0]:.2f} coins a pull, one who tries at random in a tenth of
            the pulls at {ends[1]:.2f}; the best machine gives {max(CHANCES):.2f}."""
        return finish(figure, alt)


def _rewards(axis: Axes, theme: Theme) -> list[float]:
    ends = []
    for curiosity, color, dashes in ((0.0, theme.blue, "--"), (0.1, theme.orange, "-")):
        reward = coins(curiosity).reshape(-1, 20).mean(axis=1)
        axis.plot(
            np.arange(20, PULLS + 1, 20),
            reward,
            dashes,
            color=color,
            label=f"{curiosity:.0%} random",
        )
        ends.append(float(reward[-5:].mean()))
    axis.axhline(max(CHANCES), color=theme.muted, linestyle=":", linewidth=1.2)
    axis.set(xlabel="pulls", ylabel="coins a pull", ylim=(0.25, 0.75))
    axis.legend(loc="lower right", fontsize=9)
    return ends
