"""Why a step takes the time it takes: arithmetic, bytes, and the roof over both."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dlcourse.figures.drawing import arrow, bare, finish, panels
from dlcourse.figures.style import Picture, Theme, styled

#: Bytes of a float32.
WORD = 4
#: Networks whose steps are looked at: widths, and rows of a batch.
STEPS = {
    "digits": ((64, 128, 10), 32),
    "MNIST": ((784, 256, 128, 10), 128),
    "wide": ((4096, 4096, 4096, 10), 512),
}


class Machine(NamedTuple):
    """A processor with its memory.

    Attributes
    ----------
    peak : float
        Floating-point operations a second, at most.
    bandwidth : float
        Bytes a second between memory and processor, at most.
    """

    peak: float
    bandwidth: float

    @property
    def ridge(self) -> float:
        """Operations a byte from which on arithmetic is the limit."""
        return self.peak / self.bandwidth

    def rate(self, intensity: float) -> float:
        """Operations a second that can be reached at an intensity."""
        return min(self.peak, self.bandwidth * intensity)


#: Round numbers of an imagined processor of a laptop, and the H100 (SXM) in plain float32
#: as its maker specifies it.
MACHINES = {"a CPU": Machine(2e11, 4e10), "H100": Machine(67e12, 3.35e12)}


class Work(NamedTuple):
    """One operation of a step.

    Attributes
    ----------
    name : str
        What it is.
    flops : float
        Floating-point operations.
    moved : float
        Bytes that must be read and written at least once.
    """

    name: str
    flops: float
    moved: float

    @property
    def intensity(self) -> float:
        """Operations a byte."""
        return self.flops / self.moved


def product(name: str, n: int, d: int, h: int) -> Work:
    """Count the work of a matrix product (n, d) by (d, h).

    Parameters
    ----------
    name : str
        What to call it.
    n, d, h : int
        Sizes.

    Returns
    -------
    Work
        ``2 n d h`` operations; each matrix is read or written once.
    """
    return Work(name, 2.0 * n * d * h, float(WORD * (n * d + d * h + n * h)))


def step(sizes: tuple[int, ...], n: int) -> list[Work]:
    """List the work of one training step with Adam.

    Parameters
    ----------
    sizes : tuple of int
        Widths of the network, inputs first.
    n : int
        Rows of the batch.

    Returns
    -------
    list of Work
        Products forward and backward, activations, optimizer.
    """
    found = []
    for layer, (d, h) in enumerate(pairwise(sizes), start=1):
        found.append(product(f"forward {layer}", n, d, h))
        found.append(product(f"weights' gradient {layer}", d, n, h))
        if layer > 1:
            found.append(product(f"inputs' gradient {layer}", n, h, d))
    units = n * sum(sizes[1:-1])
    # ReLU reads and writes; its gradient reads two arrays and writes one.
    found.append(Work("ReLU and back", 2.0 * units, 5.0 * WORD * units))
    weights = sum((d + 1) * h for d, h in pairwise(sizes))
    # Weight, gradient and two averages are read, all but the gradient written.
    found.append(Work("Adam", 12.0 * weights, 7.0 * WORD * weights))
    return found


def least_time(sizes: tuple[int, ...], n: int, machine: Machine, start: float = 0.0) -> float:
    """Bound the time of a step from below.

    Parameters
    ----------
    sizes : tuple of int
        Widths of the network.
    n : int
        Rows of the batch.
    machine : Machine
        Where it runs.
    start : float, default 0.0
        Seconds that it takes to start an operation.

    Returns
    -------
    float
        Seconds.
    """
    return sum(
        start + max(work.flops / machine.peak, work.moved / machine.bandwidth)
        for work in step(sizes, n)
    )


def total_intensity(sizes: tuple[int, ...], n: int) -> float:
    """Divide all operations of a step by all its bytes.

    Parameters
    ----------
    sizes : tuple of int
        Widths of the network.
    n : int
        Rows of the batch.

    Returns
    -------
    float
        All operations by all bytes.
    """
    works = step(sizes, n)
    return sum(work.flops for work in works) / sum(work.moved for work in works)


def roofs(theme: Theme) -> Picture:
    """Draw the roofs of two machines and the operations of three networks under them.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        One panel, both axes logarithmic.
    """
    x = np.geomspace(0.05, 2000, 200)
    with styled(theme):
        figure, [axis] = panels(1, 1, height=3.6)
        for (name, machine), style in zip(MACHINES.items(), ("-", "--"), strict=True):
            roof = np.array([machine.rate(each) for each in x])
            axis.plot(x, roof, style, color=theme.ink, linewidth=1.6)
            axis.text(2000, 1.25 * machine.peak, name, ha="right", color=theme.ink)
        marks = zip(STEPS.items(), "o^s", (theme.blue, theme.green, theme.orange), strict=True)
        for (name, (sizes, n)), mark, color in marks:
            works = step(sizes, n)
            for place, machine in enumerate(MACHINES.values()):
                axis.scatter(
                    [work.intensity for work in works],
                    [machine.rate(work.intensity) for work in works],
                    marker=mark, color=color, s=26, zorder=3, label=None if place else name,
                )  # fmt: skip
        for machine in MACHINES.values():
            axis.axvline(machine.ridge, color=theme.muted, linewidth=0.8, linestyle=":")
        axis.set(xscale="log", yscale="log", ylim=(1e9, 4e14))
        axis.set(xlabel="operations a byte", ylabel="operations a second, at most")
        axis.legend(title="one step of", loc="lower right")
        ridges = " and ".join(f"{machine.ridge:.0f}" for machine in MACHINES.values())
        return finish(
            figure,
            f"""Two roofs: slanted lines that turn flat at {ridges} operations a byte. Adam and ReLU
            of all three networks are far left, on the slant. The products of the small network are
            on or near the slant, most products of the wide one under the flat part.""",
        )


def batches(theme: Theme) -> Picture:
    """Draw what a batch buys: least time for an example, with and without a price to start.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        One panel, both axes logarithmic.
    """
    n = 2 ** np.arange(0, 17)
    sizes, _ = STEPS["MNIST"]
    with styled(theme):
        figure, [axis] = panels(1, 1, height=2.9)
        looks = zip(MACHINES.items(), (theme.blue, theme.orange), strict=True)
        for (name, machine), color in looks:
            for start, style in ((0.0, ":"), (5e-6, "-")):
                times = [1e6 * least_time(sizes, int(rows), machine, start) / rows for rows in n]
                label = f"{name}{', 5 µs to start' if start else ''}"
                axis.plot(n, times, style, color=color, label=label)
        axis.set(xscale="log", yscale="log", xlabel="rows in a batch", ylabel="µs an example")
        axis.set_xscale("log", base=2)
        axis.legend(fontsize=9)
        return finish(
            figure,
            """Least time for an example against the size of the batch, falling with slope minus
            one and then level. With a price to start an operation the H100 begins near the CPU
            and levels off only at tens of thousands of rows, two orders of magnitude lower.""",
        )


#: The first bytes of the training images of MNIST, and what they say.
_HEADER = (
    ("00 00", "always"), ("08", "bytes, 0 to 255"), ("03", "three axes"),
    ("00 00 ea 60", "60000 images"), ("00 00 00 1c", "28 rows"), ("00 00 00 1c", "28 columns"),
    ("00 00 00 …", "47040000 pixels"),
)  # fmt: skip


def idx_header(theme: Theme) -> Picture:
    """Draw the header of an IDX file, byte by byte.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        A row of boxes with labels.
    """
    with styled(theme):
        figure, [axis] = panels(1, 1, height=1.5)
        bare(axis)
        left = 0.0
        for place, (text, meaning) in enumerate(_HEADER):
            width = 0.5 * len(text.split()) + 0.25
            middle = left + width / 2
            color = theme.cycle[place % 2]
            axis.fill_between([left + 0.04, left + width - 0.04], 0, 1, color=color + "33")
            axis.text(middle, 0.5, text, ha="center", va="center", family="monospace", fontsize=9)
            low = -0.75 - 0.55 * (place % 2)
            axis.text(middle, low, meaning, ha="center", va="center", fontsize=8.5)
            arrow(axis, (middle, low + 0.2), (middle, -0.02), color=theme.muted, linewidth=0.8)
            left += width
        axis.set(xlim=(-0.3, left + 0.3), ylim=(-1.6, 1.1))
        return finish(
            figure,
            "The bytes of an IDX file in a row: "
            + ", ".join(f"{text} ({meaning})" for text, meaning in _HEADER) + ".",
        )  # fmt: skip
