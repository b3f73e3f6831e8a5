"""Figures about judging a model on data that it has not seen: folds, and the notes' six numbers."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dlcourse.evaluation import cross_validate
from dlcourse.figures.drawing import bare, finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.figures.waves import CURVE_NOISE, curve_spread
from dlcourse.neighbors import leave_one_out_nearest_mean
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.splits import Split, kfold_indices, leave_one_out
from dlcourse.toys import noisy_curve

#: The example of the notes: six numbers and their classes.
NUMBERS = np.array([1.0, 2.0, 4.0, 5.0, 6.0, 7.0])
SIGNS = np.array([1, -1, 1, 1, -1, -1])
#: Degrees to choose from, and numbers of folds to choose with (30: leave one out).
DEGREES = tuple(range(8))
FOLDS = (2, 5, 10, 30)
_EXAMPLES = 30


def schemes(theme: Theme) -> Picture:
    """Draw which rows are the test in a hold-out split, in five folds, and in leave-one-out.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    plans = [
        ("hold-out", [np.arange(7, 10)]),
        ("5 folds", np.array_split(np.arange(10), 5)),
        ("leave one out", np.array_split(np.arange(10), 10)),
    ]
    with styled(theme):
        figure, axes = panels(1, 3, 2.6, width=6.6)
        for axis, (name, tests) in zip(axes, plans, strict=True):
            _plan(axis, theme, [set(test.tolist()) for test in tests])
            axis.set_title(name)
        alt = """Three plans for ten rows, drawn as strips of ten squares; squares of the test are
            filled. Hold-out: one strip, the last three squares filled. Five folds: five strips,
            in each two other squares. Leave one out: ten strips, in each one other square."""
        return finish(figure, alt)


def six_numbers(theme: Theme) -> Picture:
    """Draw the leave-one-out rounds of the notes on number lines.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    correct = leave_one_out_nearest_mean(NUMBERS, SIGNS)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.5, width=6.2)
        for row, (left, right) in enumerate(zip(NUMBERS, correct, strict=True)):
            _round(axis, theme, row, int(np.argmax(left == NUMBERS)), bool(right))
        axis.set(
            yticks=range(6),
            yticklabels=[f"without {x:g}" for x in NUMBERS],
            xlabel="x",
            xlim=(0.4, 9.0),
            xticks=range(1, 8),
            ylim=(5.6, -0.9),
        )
        axis.grid(visible=False, axis="y")
        kept = ", ".join(f"{x:g}" for x, right in zip(NUMBERS, correct, strict=True) if right)
        alt = f"""Six number lines, one for each number that is left out: 1, 4 and 5 are of class
            plus, 2, 6 and 7 of class minus. Two bars mark the means of the classes without it. An
            arrow leads from the number left out to the nearer mean. {int(correct.sum())} of 6
            arrive at their own class: {kept}. For 4 both means are equally far, and the tie goes
            to plus."""
        return finish(figure, alt)


@cache
def chosen_degrees(folds: int, runs: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Choose a degree by cross-validation on many data sets.

    Parameters
    ----------
    folds : int
        Number of folds; as many as examples for leave-one-out.
    runs : int, default 100
        Data sets of 30 points.

    Returns
    -------
    counts : int array, shape of `DEGREES`
        How often each degree was chosen.
    estimates : array, shape (runs, degrees)
        Cross-validated errors.
    """
    rng = np.random.default_rng(6)
    estimates = []
    for _ in range(runs):
        data = noisy_curve(_EXAMPLES, rng, CURVE_NOISE)
        splits = (
            leave_one_out(_EXAMPLES) if folds == _EXAMPLES else kfold_indices(_EXAMPLES, folds, rng)
        )
        estimates.append([_validated(degree, data, splits) for degree in DEGREES])
    chosen = np.argmin(estimates, axis=1)
    return np.bincount(chosen, minlength=len(DEGREES)), np.array(estimates)


def choices(theme: Theme) -> Picture:
    """Draw which degree cross-validation chooses, and what the choice costs.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    with styled(theme):
        figure, axes = panels(1, len(FOLDS), 2.5, width=7.0, sharey=True)
        told = []
        for axis, folds in zip(axes, FOLDS, strict=True):
            counts, _ = chosen_degrees(folds)
            axis.bar(DEGREES, counts, color=theme.blue, width=0.75)
            axis.set(
                title="leave one out" if folds == _EXAMPLES else f"{folds} folds",
                xlabel="degree",
                xticks=DEGREES,
            )
            axis.grid(visible=False, axis="x")
            told.append(f"{folds} folds choose degree 5 {counts[5]} times")
        axes[0].set_ylabel("times chosen, of 100")
        best = min(DEGREES, key=lambda degree: curve_spread("polynomial", degree).error)
        alt = f"""Four bar charts of how often cross-validation on 30 points chose each degree from
            0 to 7, over 100 data sets. {"; ".join(told)}. The degree with the least true error is
            {best}. With 2 folds the choice scatters more, toward simpler curves."""
        return finish(figure, alt)


def _validated(degree: int, data: tuple[np.ndarray, np.ndarray], splits: list[Split]) -> float:
    scores = cross_validate(
        lambda x, y: polynomial_fit(x, y, degree),
        lambda c, x, y: float(np.mean((polynomial_predict(c, x) - y) ** 2)),
        data,
        splits,
    )
    return float(np.mean(scores))


def _plan(axis: Axes, theme: Theme, tests: list[set[int]]) -> None:
    bare(axis)
    axis.set(xlim=(-0.3, 10.3), ylim=(10.3, -0.3), aspect="equal")
    for strip, test in enumerate(tests):
        for row in range(10):
            filled = row in test
            axis.add_patch(
                Rectangle(
                    (row + 0.06, strip + 0.06),
                    0.88,
                    0.88,
                    facecolor=theme.orange if filled else theme.blue + "33",
                    edgecolor=theme.orange if filled else theme.blue,
                    linewidth=0.8,
                )
            )


def _round(axis: Axes, theme: Theme, row: int, left: int, right: bool) -> None:
    """Draw one round: the numbers, the means without one of them, and where it is sent."""
    rest = np.arange(6) != left
    means = {sign: float(NUMBERS[rest & (sign == SIGNS)].mean()) for sign in (1, -1)}
    x = float(NUMBERS[left])
    goal = means[1] if abs(x - means[1]) <= abs(x - means[-1]) else means[-1]
    for sign, color, mark in ((1, theme.orange, "+"), (-1, theme.blue, "−")):
        axis.plot([means[sign]] * 2, [row - 0.3, row + 0.3], color=color, linewidth=4)
        for number in NUMBERS[rest & (sign == SIGNS)]:
            axis.text(number, row, mark, color=color, ha="center", va="center", fontsize=13)
    own = theme.orange if SIGNS[left] == 1 else theme.blue
    axis.plot(x, row, "o", color=own, markersize=9, fillstyle="none", markeredgewidth=2)
    axis.annotate(
        "",
        (goal, row - 0.36),
        (x, row - 0.36),
        arrowprops={"arrowstyle": "-|>", "color": theme.ink, "linewidth": 1.2},
    )
    axis.text(7.45, row, "✓ right" if right else "✗ wrong", color=theme.ink, va="center")
