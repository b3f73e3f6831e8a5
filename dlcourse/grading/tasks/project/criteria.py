"""The criteria of unit 7.

How often would chance fail a right answer?  Over 300 draws, the reference (64 ReLU units, Adam, 20
epochs, a fraction of a second) recognized 99.0 to 100 % of the 1000 new pictures, 99.68 % on
average with a standard deviation of 0.19 %.  A model as bad as in the worst of these draws has less
than one chance in a million to fall below 97 %; the sum is in ``tests/grading/test_project.py``.
"""

from __future__ import annotations

import numpy as np

from dlcourse.grading.spec import Case, Criterion, Made, Random, Then
from dlcourse.grading.tasks.project import judges
from dlcourse.grading.tasks.project.pictures import disguise, pictures

#: Pictures to learn from, and pictures to be judged by.
TO_LEARN, TO_JUDGE = 4000, 1000
#: Pictures of the task that only looks at learning.
FEWER = 2000

_UNCHANGED = "the arrays that you are given stay as they are"


def _learning(rng: np.random.Generator) -> list[Case]:
    """Train twice in the same way, and look at what the model says about what it was given."""
    X, y = pictures(rng, FEWER, disguise(rng), held_out=False)
    seed = int(rng.integers(1 << 32))
    return [
        Case((X, y, Random(seed)), then=Then("predict", (X.copy(),)), truth=y) for _ in range(2)
    ]


TRAIN = (
    Criterion(
        "learns",
        8.0,
        "your predict knows at least 92 % of the pictures that train was given",
        _learning,
        together=judges.at_least(judges.LEARNED),
        draws="learning",
    ),
    Criterion(
        "repeatable",
        1.5,
        "equal generators give models that predict the same",
        _learning,
        together=judges.repeated,
        draws="learning",
    ),
    Criterion("arguments", 0.5, _UNCHANGED, _learning, "arguments", draws="learning"),
)


def _examination(rng: np.random.Generator) -> list[Case]:
    """Train on blends of one part of the originals; be judged on blends of the other."""
    worn = disguise(rng)
    X, y = pictures(rng, TO_LEARN, worn, held_out=False)
    new, truth = pictures(rng, TO_JUDGE, worn, held_out=True)
    params = Made("train", (X, y, Random(int(rng.integers(1 << 32)))), None, None)
    return [Case((params, new), truth=truth)]


def _mark(share: float, points: float) -> Criterion:
    return Criterion(
        f"accuracy-{share * 100:.0f}",
        points,
        f"at least {share * 100:.0f} % of 1000 new pictures are recognized",
        _examination,
        together=judges.at_least(share),
        draws="examination",
    )


PREDICT = (
    *(_mark(share, points) for share, points in zip(judges.MARKS, (8.0, 6.0, 5.5), strict=True)),
    Criterion("arguments", 0.5, _UNCHANGED, _examination, "arguments", draws="examination"),
)


def _labels(rng: np.random.Generator, n: int, k: int, classes: int) -> Case:
    """Draw labels and predictions that agree more often than not, each class at least once."""
    truth = rng.permutation(np.concatenate([np.arange(classes), rng.integers(0, classes, n)]))
    said = np.where(rng.random(len(truth)) < 0.6, truth, rng.integers(0, classes, len(truth)))
    said[np.flatnonzero(truth == 0)[0]] = classes - 1
    return Case((truth, said, k))


CONFUSION = (
    Criterion(
        "values",
        3.0,
        "every class occurs",
        lambda rng: [_labels(rng, n, k, k) for n, k in [(30, 3), (60, 5), (200, 10)]],
    ),
    Criterion(
        "absent",
        1.5,
        "classes that never occur have a row and a column of zeros",
        lambda rng: [_labels(rng, 20, 6, 4), _labels(rng, 12, 10, 7)],
    ),
    Criterion("arguments", 0.5, _UNCHANGED, lambda rng: [_labels(rng, 15, 4, 4)], "arguments"),
)
