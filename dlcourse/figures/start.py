"""Figures of chapter 0: history, who makes the features, what more data buys, the loop."""

from __future__ import annotations

import numpy as np

from dlcourse.figures.drawing import arrow, bare, box, finish, panels, tint
from dlcourse.figures.made import errors_by_size
from dlcourse.figures.style import Picture, Theme, styled

#: Year and event; every one is cited in chapter 0.
EVENTS = (
    (1943, "McCulloch and Pitts: neurons as logic"),
    (1949, "Hebb: learning changes connections"),
    (1958, "Rosenblatt: the perceptron learns"),
    (1969, "Minsky and Papert: what one layer cannot do"),
    (1974, "Werbos: reverse gradients, in a thesis"),
    (1982, "Hopfield: memory as a network"),
    (1986, "Rumelhart, Hinton, Williams: backpropagation"),
    (1989, "LeCun and others: zip codes read by a network"),
    (1998, "LeNet-5 and MNIST"),
    (2006, "Hinton, Osindero and Teh: deep belief nets"),
    (2010, "Glorot and Bengio: why deep nets stall"),
    (2012, "AlexNet wins ImageNet"),
    (2018, "Turing award: Bengio, Hinton, LeCun"),
    (2024, "Nobel prize in physics: Hopfield, Hinton"),
)

#: The usual dates of the two periods of lost faith and lost funding.
WINTERS = ((1974, 1980), (1987, 1993))

#: The six steps of training and the chapter of each.
STEPS = (
    ("choose\nstarting weights", 4),
    ("run the examples\nforward", 1),
    ("measure the error\nwith a loss", 2),
    ("carry its gradient\nback", 3),
    ("move the weights\na little, downhill", 4),
    ("good enough?\nelse from 2 again", 7),
)

#: Training-set sizes of the comparison.
SIZES = (50, 100, 200, 500, 2000)


def timeline(theme: Theme) -> Picture:
    """Draw the history of neural networks on a true scale of years.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    years = np.array([year for year, _ in EVENTS], dtype=float)
    labels = _spread(years, gap=5.6)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 6.2, width=5.2)
        bare(axis)
        axis.set(xlim=(-2.3, 8.6), ylim=(2029, 1939))
        axis.plot([0, 0], [1940, 2026], color=theme.muted, linewidth=1.2)
        for decade in range(1940, 2030, 10):
            axis.plot([-0.12, 0.12], [decade, decade], color=theme.muted, linewidth=1.2)
            axis.text(
                -0.3, decade, str(decade), ha="right", va="center", color=theme.muted, fontsize=9
            )
        for start, end in WINTERS:
            axis.fill_betweenx(
                [start, end], -0.16, 0.16, facecolor=tint(theme, theme.sky, 0.45),
                edgecolor=theme.blue, hatch="////", linewidth=0.8,
            )  # fmt: skip
            axis.text(-1.3, (start + end) / 2, "a winter", ha="right", va="center", fontsize=9)
        for (year, event), label in zip(EVENTS, labels, strict=True):
            axis.plot([0, 0.8, 1.1], [year, label, label], color=theme.muted, linewidth=0.8)
            axis.plot(0, year, "o", color=theme.orange, markersize=6)
            axis.text(1.25, label, f"{year}", va="center", weight="bold", fontsize=9.5)
            axis.text(2.35, label, event, va="center", fontsize=9.5)
        listed = "; ".join(f"{year}, {event}" for year, event in EVENTS)
        cold = " and ".join(f"{start} to {end}" for start, end in WINTERS)
        alt = f"""A vertical line of years from 1940 to 2024 with {len(EVENTS)} events: {listed}.
            Two winters are hatched: {cold}."""
        return finish(figure, alt)


def pipelines(theme: Theme) -> Picture:
    """Draw which parts a person makes and which are learned, in ML and in DL.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    rows = [
        (3.0, "classical", ["raw data", "features,\nmade by hand", "classifier,\nlearned"], (2,)),
        (1.0, "deep", ["raw data", "features,\nlearned", "classifier,\nlearned"], (1, 2)),
    ]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.5, width=5.3)
        bare(axis)
        axis.set(xlim=(-0.35, 10.2), ylim=(-0.5, 4.0))
        for height, name, parts, learned in rows:
            axis.text(-0.1, height + 0.75, f"{name}:", color=theme.muted)
            for place, part in enumerate(parts):
                center = 0.95 + 3.05 * place
                box(axis, theme, (center, height), (2.35, 0.95), part, filled=place in learned)
                arrow(axis, (center + 1.23, height), (center + 1.83, height), color=theme.muted)
            axis.text(9.05, height, "answer", va="center")
        arrow(axis, (8.1, 0.15), (3.0, 0.15), color=theme.blue, linestyle="--")
        axis.text(5.55, -0.3, "the error corrects every learned part", ha="center")
        alt = """Two rows of boxes. Classical machine learning: raw data, then features made by
            hand, then a learned classifier, then the answer; only the classifier is marked as
            learned. Deep learning: the same boxes, but features and classifier are both marked as
            learned, and a dashed arrow runs back over both: the error corrects every learned
            part."""
        return finish(figure, alt)


def more_data(theme: Theme) -> Picture:
    """Draw test error against training-set size for one neuron and for a network.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    neuron, network = (100 * np.array(curve) for curve in errors_by_size(SIZES))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=5.6)
        axis.semilogx(SIZES, neuron, "o-", color=theme.blue)
        axis.semilogx(SIZES, network, "s--", color=theme.orange)
        axis.text(SIZES[3], neuron[3] + 0.5, "one neuron")
        axis.text(0.94 * SIZES[3], network[3] - 0.8, "network", ha="right")
        axis.set(xlabel="training examples (made data)", ylabel="test error, %", xticks=SIZES)
        axis.set_xticklabels([str(n) for n in SIZES])
        axis.minorticks_off()
        alt = f"""Test error against {SIZES[0]} to {SIZES[-1]} training examples of made data.
            One neuron falls from {neuron[0]:.0f} to {neuron[-1]:.0f} percent and levels off. The
            network starts higher, at {network[0]:.0f} percent, crosses below the neuron and still
            falls at {network[-1]:.0f} percent."""
        return finish(figure, alt)


def loop(theme: Theme) -> Picture:
    """Draw the six steps of training as a loop, with the chapter of each.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    centers = [(1.5, 4.2), (6.0, 4.2), (10.5, 4.2), (10.5, 1.0), (6.0, 1.0), (1.5, 1.0)]
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.1, width=6.2)
        bare(axis)
        axis.set(xlim=(-0.4, 12.5), ylim=(-0.4, 5.6), aspect="equal")
        for number, ((text, chapter), center) in enumerate(zip(STEPS, centers, strict=True), 1):
            box(axis, theme, center, (3.3, 1.35), text, filled=number in (2, 3, 4, 5))
            label = axis.text(center[0], center[1] + 0.82, f"{number}   chapter {chapter}")
            label.set(ha="center", color=theme.muted, fontsize=9)
        for start, end in (
            ((3.2, 4.2), (4.3, 4.2)),
            ((7.7, 4.2), (8.8, 4.2)),
            ((10.5, 3.5), (10.5, 2.15)),
            ((8.8, 1.0), (7.7, 1.0)),
            ((4.3, 1.0), (3.2, 1.0)),
        ):
            arrow(axis, start, end, color=theme.muted)
        arrow(axis, (2.9, 1.75), (4.7, 3.5), color=theme.orange, linestyle="--")
        axis.text(3.55, 2.85, "not yet", ha="right", fontsize=9)
        listed = "; ".join(
            f"{number}, {' '.join(text.split())} (chapter {chapter})"
            for number, (text, chapter) in enumerate(STEPS, 1)
        )
        alt = f"""Six boxes joined by arrows: {listed}. A dashed arrow leads from the sixth back to
            the second."""
        return finish(figure, alt)


def _spread(places: np.ndarray, gap: float) -> np.ndarray:
    """Push labels apart until neighbors are `gap` apart, as near to their places as may be."""
    labels = places.copy()
    for _ in range(400):
        for left in range(len(labels) - 1):
            overlap = gap - (labels[left + 1] - labels[left])
            if overlap > 0:
                labels[left] -= overlap / 2
                labels[left + 1] += overlap / 2
    return labels
