"""Wrong answers for bias, variance and the expected error, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _bias2(f: Any, truth: Any) -> Any:
    return ((f.mean(axis=0) - truth) ** 2).mean()


def _variance(f: Any) -> Any:
    return f.var(axis=0).mean()


BIAS_VARIANCE = (
    Misconception(
        "sample-variance",
        lambda f, truth: (_bias2(f, truth), f.var(axis=0, ddof=1).mean()),
        "Your variance divides by one less than the number of runs. Here it is the population "
        "variance, which divides by the number of runs, so that it adds up with the bias.",
    ),
    Misconception(
        "swapped",
        lambda f, truth: (_variance(f), _bias2(f, truth)),
        "Both numbers are there, but in the opposite order: the squared bias comes first.",
    ),
    Misconception(
        "not-squared",
        lambda f, truth: ((f.mean(axis=0) - truth).mean(), _variance(f)),
        "Your bias is not squared, so points where it is positive and points where it is negative "
        "cancel. Square at each point, then average.",
    ),
    Misconception(
        "absolute",
        lambda f, truth: (np.abs(f.mean(axis=0) - truth).mean(), _variance(f)),
        "Your bias is an absolute distance. Asked for is its square, the part that adds up with "
        "the variance.",
    ),
    Misconception(
        "squared-after-average",
        lambda f, truth: ((f.mean(axis=0) - truth).mean() ** 2, _variance(f)),
        "You averaged the bias over the points and squared afterwards. Square at each point "
        "first, or biases of opposite sign cancel.",
    ),
    Misconception(
        "runs-and-points",
        lambda f, truth: (((f.mean(axis=1) - truth) ** 2).mean(), f.var(axis=1).mean()),
        "You averaged along a row, over the points. A row is one model; the average model is the "
        "mean over the rows.",
    ),
    Misconception(
        "error-as-bias",
        lambda f, truth: (((f - truth) ** 2).mean(), _variance(f)),
        "Your first number is the error of the single models, which holds the variance as well. "
        "The bias is the error of the average model.",
    ),
    Misconception(
        "spread-around-truth",
        lambda f, truth: (_bias2(f, truth), ((f - truth) ** 2).mean()),
        "Your variance measures distances from the truth. It measures how far the models lie from "
        "their own average; the truth has no part in it.",
    ),
    Misconception(
        "one-variance",
        lambda f, truth: (_bias2(f, truth), f.var()),
        "Your variance is that of all numbers together, so it also counts how the curve itself "
        "rises and falls. Take the variance over the runs at each point, then average.",
    ),
    Misconception(
        "per-point",
        lambda f, truth: ((f.mean(axis=0) - truth) ** 2, f.var(axis=0)),
        "You have a bias and a variance for every point. The last step is missing: their average "
        "over the points.",
    ),
    Misconception(
        "deviation",
        lambda f, truth: (_bias2(f, truth), f.std(axis=0).mean()),
        "Your second number is a standard deviation. The variance is its square, and only squares "
        "add up to the error.",
    ),
    Misconception(
        "sums",
        lambda f, truth: (((f.mean(axis=0) - truth) ** 2).sum(), f.var(axis=0).sum()),
        "You summed over the points. Asked for is the average point, so that more points do not "
        "make a larger error.",
    ),
)

EXPECTED_ERROR = (
    Misconception(
        "absolute",
        lambda f, y: np.abs(f - y).mean(),
        "You averaged absolute differences. The error that splits into bias, variance and noise "
        "is the squared one.",
    ),
    Misconception(
        "not-squared",
        lambda f, y: (f - y).mean(),
        "Differences of opposite sign cancel in your mean. Square each one first.",
    ),
    Misconception(
        "root",
        lambda f, y: np.sqrt(((f - y) ** 2).mean()),
        "You took a root at the end. The root of a sum is not a sum of roots: bias and variance "
        "add up only before it.",
    ),
    Misconception(
        "per-point",
        lambda f, y: ((f - y) ** 2).mean(axis=0),
        "You have an error for every point. Asked for is a single number: the average over runs "
        "and points.",
    ),
    Misconception(
        "per-run",
        lambda f, y: ((f - y) ** 2).mean(axis=1),
        "You have an error for every run. Asked for is a single number: the average over runs and "
        "points.",
    ),
    Misconception(
        "sum",
        lambda f, y: ((f - y) ** 2).sum(),
        "You summed the squares. Divide by how many there are: runs times points.",
    ),
    Misconception(
        "half",
        lambda f, y: 0.5 * ((f - y) ** 2).mean(),
        "Your number is half of what is asked. The factor one half is handy in a loss, but the "
        "decomposition has none.",
    ),
    Misconception(
        "average-first",
        lambda f, y: ((f.mean(axis=0) - y.mean(axis=0)) ** 2).mean(),
        "You averaged over the runs and compared afterwards, so variance and noise cancel. "
        "Compare each prediction with its own observation first.",
    ),
    Misconception(
        "average-model",
        lambda f, y: ((f.mean(axis=0) - y) ** 2).mean(),
        "You compared the average model with the observations, so its variance is gone. Whoever "
        "has one data set has one model: compare each run's own predictions.",
    ),
)
