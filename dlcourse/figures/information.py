"""Figures about information: entropy as an area, averaged ratios, KL and its two directions."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.patheffects import withStroke

from dlcourse.figures.drawing import finish, panels, tint
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.information import (
    cross_entropy_dist,
    entropy,
    information_gain,
    kl_divergence,
    surprise,
)
from dlcourse.trees import decision_stump

#: Shares of the marbles of the notes: one red, three purple, four yellow.
MARBLES = np.array([1.0, 3.0, 4.0]) / 8
COLORS = ("red", "purple", "yellow")

#: Favorite subjects in two years, made so that the ratios are those of the notes: 1, 1/4, 4.
YEAR_1 = np.array([0.5, 0.1, 0.4])
YEAR_2 = np.array([0.5, 0.4, 0.1])

#: What the widget of two distributions shows first.
START_P = np.array([0.1, 0.3, 0.6, 0.0])
START_Q = np.array([0.25, 0.25, 0.25, 0.25])

#: Diameters of the eight marbles in millimeters (made), and their colors as classes.
DIAMETERS = np.array([14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 22.0])
MARBLE_CLASSES = np.array([2, 2, 2, 1, 2, 1, 1, 0])


def entropy_areas(theme: Theme) -> Picture:
    """Draw the entropy of a coin, and that of the marbles as an area.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    p = np.linspace(0, 1, 201)
    coin = entropy(np.stack([p, 1 - p], axis=1))
    heights = surprise(MARBLES)
    starts = np.concatenate([[0.0], np.cumsum(MARBLES)[:-1]])
    fills = [theme.red, theme.purple, theme.orange]
    with styled(theme):
        figure, (left, right) = panels(1, 2, 3.1, width=6.4)
        left.plot(p, coin, color=theme.blue)
        left.plot(0.5, 1, "o", color=theme.blue)
        left.set(title="a coin", xlabel="probability of heads", ylabel="entropy, bits")
        hatches = ["//", "", ".."]
        for start, share, height, fill, hatch, name in zip(
            starts, MARBLES, heights, fills, hatches, COLORS, strict=True
        ):
            right.bar(
                start, height, share, align="edge", facecolor=tint(theme, fill, 0.33),
                edgecolor=fill, hatch=hatch, linewidth=1.4,
            )  # fmt: skip
            label = right.text(start + share / 2, height / 2, name, ha="center", va="center")
            label.set(fontsize=9, rotation=90 if share < 0.2 else 0)
            label.set_path_effects([withStroke(linewidth=3, foreground=theme.paper)])
        mean = entropy(MARBLES).item()
        right.axhline(mean, color=theme.ink, linestyle="--", linewidth=1.4)
        right.text(1.0, mean + 0.08, f"mean {mean:.2f}", ha="right", fontsize=9)
        right.set_axisbelow(True)
        right.set(title="eight marbles", xlabel="share", ylabel="surprise, bits", ylim=(0, 3.5))
        parts = ", ".join(
            f"{name} {share:g} wide and {height:.3f} high"
            for name, share, height in zip(COLORS, MARBLES, heights, strict=True)
        )
        alt = f"""Left: the entropy of a coin is 0 when one side is certain and rises to 1 bit for
            a fair coin. Right: the marbles as columns, {parts}. Their whole area is the entropy,
            {entropy(MARBLES).item():.3f} bits, drawn as a dashed line because the base has the
            length 1."""
        return finish(figure, alt)


def ratios(theme: Theme) -> Picture:
    """Draw three ways to average the ratios of two distributions; the third is KL.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    ratio = YEAR_1 / YEAR_2
    steps = [
        ("ratios $p/q$", ratio, f"mean {ratio.mean():.2f}"),
        (r"logarithms $\log_2 p/q$", np.log2(ratio), f"mean {np.log2(ratio).mean():.0f}"),
        (
            r"weighted $p\,\log_2 p/q$",
            YEAR_1 * np.log2(ratio),
            f"sum {kl_divergence(YEAR_1, YEAR_2).item():.1f}",
        ),
    ]
    with styled(theme):
        figure, axes = panels(1, 3, 2.8)
        for axis, (title, values, total) in zip(axes, steps, strict=True):
            color = [theme.orange if value < 0 else theme.blue for value in values]
            bars = axis.bar(("A", "B", "C"), values, color=color, width=0.6)
            labels = [f"{value:.3g}".replace("-", "−") for value in values]
            axis.bar_label(bars, labels, color=theme.ink, fontsize=9, padding=2)
            axis.axhline(0, color=theme.muted, linewidth=0.8)
            axis.set_title(title, fontsize=10)
            axis.set(xlabel=total)
            axis.margins(y=0.2)
            axis.grid(visible=False)
        texts = [", ".join(f"{value:.3g}" for value in row) for _, row, _ in steps]
        alt = f"""Three bar charts of subjects A, B, C. Ratios of the two years: {texts[0]}, with
            the mean {ratio.mean():.2f}. Their logarithms to base 2: {texts[1]}, with the mean 0.
            Weighted by the shares of year 1: {texts[2]}, with the sum
            {kl_divergence(YEAR_1, YEAR_2).item():.1f} bits, the KL divergence."""
        return finish(figure, alt)


def floor(theme: Theme) -> Picture:
    """Draw cross-entropy as entropy plus divergence, for four expectations of the marbles.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    guesses = {
        "the truth": MARBLES,
        "all equal": np.full(3, 1 / 3),
        "the reverse": MARBLES[::-1],
        "sure of yellow": np.array([0.02, 0.08, 0.9]),
    }
    own = entropy(MARBLES).item()
    extra = np.array([kl_divergence(MARBLES, q).item() for q in guesses.values()])
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.7, width=6.0)
        axis.barh(list(guesses), own, color=theme.blue, height=0.6, label="entropy $H(p)$")
        axis.barh(
            list(guesses), extra, left=own, height=0.6, label=r"divergence $D(p\,\|\,q)$",
            facecolor=tint(theme, theme.orange, 0.4), edgecolor=theme.orange, hatch="//",
        )  # fmt: skip
        for row, q in enumerate(guesses.values()):
            total = cross_entropy_dist(MARBLES, q).item()
            axis.text(total + 0.04, row, f"{total:.3f}", va="center")
        axis.invert_yaxis()
        axis.set_axisbelow(True)
        axis.set(xlabel="cross-entropy, bits", xlim=(0, 3.2), ylabel="expected, $q$")
        axis.grid(visible=False, axis="y")
        axis.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.45, 1.25))
        parts = ", ".join(
            f"{name} {own + more:.3f}" for name, more in zip(guesses, extra, strict=True)
        )
        alt = f"""Bars of the cross-entropy of the marbles under four expectations, in bits:
            {parts}. Every bar begins with the same {own:.3f} bits, the entropy of the marbles;
            what comes on top is the divergence, 0 only for the truth."""
        return finish(figure, alt)


@cache
def best_bells() -> dict[str, tuple[float, float]]:
    """Fit one bell to two humps, measuring the divergence in both directions.

    Returns
    -------
    dict of (mean, deviation)
        ``"forward"`` minimizes KL(p || q), ``"reverse"`` KL(q || p), over a grid.
    """
    x, p = _two_humps()
    means, widths = np.linspace(-3, 3, 121), np.linspace(0.3, 3.0, 109)
    m, s = (grid.ravel() for grid in np.meshgrid(means, widths))
    q = _bell(x, m[:, None], s[:, None])
    rows = np.broadcast_to(p, q.shape)
    found = {}
    for name, cost in [("forward", kl_divergence(rows, q)), ("reverse", kl_divergence(q, rows))]:
        best = int(np.argmin(cost))
        found[name] = (float(m[best]), float(s[best]))
    return found


def directions(theme: Theme) -> Picture:
    """Draw the bell that fits two humps best in each direction of the divergence.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    x, p = _two_humps()
    titles = {"forward": r"smallest $D(p\,\|\,q)$", "reverse": r"smallest $D(q\,\|\,p)$"}
    with styled(theme):
        figure, axes = panels(1, 2, 2.8, width=6.4, sharey=True)
        for axis, (name, (mean, width)) in zip(axes, best_bells().items(), strict=True):
            q = _bell(x, mean, width)
            axis.fill_between(x, p, color=theme.blue, alpha=0.25, linewidth=0)
            axis.plot(x, p, color=theme.blue, label="$p$, the truth")
            axis.plot(x, q, color=theme.orange, linestyle="--", label="$q$, one bell")
            axis.set(title=titles[name], xlabel="$x$", xticks=(-6, -3, 0, 3, 6), yticks=[])
        axes[0].legend(loc="upper right", fontsize=9)
        (m1, s1), (m2, s2) = best_bells().values()
        alt = f"""A truth with two humps at -1.6 and 1.8, and the single bell nearest to it. With
            KL(p || q) the bell is wide and covers both humps: mean {m1:.2f}, deviation {s1:.2f}.
            With KL(q || p) it sits on the taller hump alone: mean {m2:.2f}, deviation
            {s2:.2f}."""
        return finish(figure, alt)


def best_question(theme: Theme) -> Picture:
    """Draw the information gain of every threshold on the diameter of the marbles.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    cuts = (DIAMETERS[1:] + DIAMETERS[:-1]) / 2
    gains = np.array([information_gain(MARBLE_CLASSES, cut >= DIAMETERS).item() for cut in cuts])
    _, best, gain = decision_stump(DIAMETERS[:, None], MARBLE_CLASSES)
    looks = [("D", theme.red), ("s", theme.purple), ("o", theme.orange)]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.0, width=5.8)
        axis.set_axisbelow(True)
        axis.bar(cuts, gains, width=0.5, color=theme.blue)
        axis.axvline(best, color=theme.ink, linestyle="--", linewidth=1.4)
        for label, (marker, color) in enumerate(looks):
            chosen = DIAMETERS[label == MARBLE_CLASSES]
            axis.plot(
                chosen, np.full(len(chosen), -0.14), marker, color=color, markersize=9,
                label=COLORS[label], linestyle="none",
            )  # fmt: skip
        axis.set(xlabel="diameter, mm (made)", ylabel="information gain, bits", ylim=(-0.25, 0.9))
        axis.legend(loc="upper left", ncols=3, fontsize=9, handletextpad=0.2)
        listed = ", ".join(f"{g:.3f} at {c:g}" for c, g in zip(cuts, gains, strict=True))
        alt = f"""Eight marbles in order of their diameter: three yellow, one purple, one yellow,
            two purple, one red. Above each gap, how many bits about the color the question "is it
            smaller?" gives: {listed}. The best question is at {best:g} mm, with {gain:.3f}
            bits."""
        return finish(figure, alt)


def _two_humps() -> tuple[np.ndarray, np.ndarray]:
    x = np.linspace(-7, 7, 281)
    return x, 0.62 * _bell(x, -1.6, 0.6) + 0.38 * _bell(x, 1.8, 0.7)


def _bell(x: np.ndarray, mean: np.ndarray | float, width: np.ndarray | float) -> np.ndarray:
    """Share of each grid point under a normal curve; rows sum to 1."""
    height = np.exp(-((x - mean) ** 2) / (2 * width**2))
    return height / height.sum(axis=-1, keepdims=True)
