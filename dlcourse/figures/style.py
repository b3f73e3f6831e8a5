"""One look for every figure: sizes, type, and colors that color-blind readers tell apart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

#: Width of the text column, in inches.
TEXT_WIDTH = 7.0


@dataclass(frozen=True)
class Theme:
    """Colors of a page: light or dark.

    The accents are Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), with the pairs
    that lack contrast on a dark page made lighter.
    """

    name: str
    ink: str
    muted: str
    paper: str
    blue: str
    orange: str
    green: str
    purple: str
    sky: str
    red: str
    grid: str
    cycle: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        accents = (self.blue, self.orange, self.green, self.purple, self.sky, self.red)
        object.__setattr__(self, "cycle", accents)


LIGHT = Theme(
    name="light",
    ink="#1f2328",
    muted="#57606a",
    paper="#ffffff",
    blue="#0072b2",
    orange="#d55e00",
    green="#009e73",
    purple="#cc79a7",
    sky="#56b4e9",
    red="#a3263a",
    grid="#d8dee4",
)
DARK = Theme(
    name="dark",
    ink="#e6e6e6",
    muted="#a9b1ba",
    paper="#121212",
    blue="#56b4e9",
    orange="#e69f00",
    green="#2fbf98",
    purple="#dd9fc3",
    sky="#9fd4f5",
    red="#f2828f",
    grid="#3a3f45",
)


@dataclass(frozen=True)
class Picture:
    """A drawn figure and the sentence or two that replace it for a reader who cannot see it.

    Attributes
    ----------
    figure : Figure
        What is drawn.
    alt : str
        What replaces it.
    motion : str
        CSS that sets parts of the SVG in motion, by their ids; its last frame is the still.
        Empty for a picture that does not move.
    """

    figure: Figure
    alt: str
    motion: str = ""


@contextmanager
def styled(theme: Theme) -> Iterator[Theme]:
    """Draw in the book's style.

    Parameters
    ----------
    theme : Theme
        Colors of the page that the figure is for.

    Yields
    ------
    Theme
        The same theme, for the colors of single lines.
    """
    with mpl.rc_context(_settings(theme)):
        yield theme


def to_svg(picture: Picture) -> str:
    """Write a picture as SVG; the same picture always gives the same text.

    Parameters
    ----------
    picture : Picture
        What a figure function returned.

    Returns
    -------
    str
        An SVG document with a transparent background and text kept as paths.
    """
    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "dlcourse", "svg.fonttype": "path"}):
        picture.figure.savefig(
            out, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None}
        )
    return out.getvalue()


def to_moving_svg(picture: Picture) -> str:
    """Write a picture in motion as SVG; it stands still for a reader who wants no motion.

    Parameters
    ----------
    picture : Picture
        What a figure function returned, with some motion.

    Returns
    -------
    str
        The document of `to_svg` with a style sheet in it.
    """
    style = f"@media (prefers-reduced-motion: no-preference){{\n{picture.motion}\n}}"
    return to_svg(picture).replace("</svg>", f"<style>{style}</style>\n</svg>")


def _settings(theme: Theme) -> dict[Any, Any]:
    return {
        "axes.edgecolor": theme.muted,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": theme.ink,
        "axes.prop_cycle": cycler(color=theme.cycle),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": theme.ink,
        "axes.titlesize": 11,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "none",
        "figure.figsize": (TEXT_WIDTH, 3.2),
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "grid.color": theme.grid,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "legend.labelcolor": theme.ink,
        "lines.linewidth": 2.0,
        "text.color": theme.ink,
        "xtick.color": theme.muted,
        "ytick.color": theme.muted,
    }
