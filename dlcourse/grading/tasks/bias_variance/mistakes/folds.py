"""Wrong answers for the folds, in code and by hand, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception
from dlcourse.grading.tasks.bias_variance.by_hand import (
    NOTES,
    NOTES_FOLDS,
    fold_row,
    leave_one_out_row,
)


def _pairs(parts: Any) -> Any:
    return [(np.concatenate([*parts[:i], *parts[i + 1 :]]), test) for i, test in enumerate(parts)]


def _folds(n: int, k: int, rng: Any) -> Any:
    return _pairs(np.array_split(rng.permutation(n), k))


def _stripes(n: int, k: int, rng: Any) -> Any:  # noqa: ARG001
    return _pairs([np.arange(n)[i::k] for i in range(k)])


def _leftovers(n: int, k: int, rng: Any, keep: bool) -> Any:
    order, size = rng.permutation(n), n // k
    parts = [order[i * size : (i + 1) * size] for i in range(k)]
    if keep:
        parts[-1] = order[(k - 1) * size :]
    return _pairs(parts)


def _holdouts(n: int, k: int, rng: Any) -> Any:
    """Shuffle anew for every fold."""
    orders = (rng.permutation(n) for _ in range(k))
    return [(order[n // k :], order[: n // k]) for order in orders]


def _with_replacement(n: int, k: int, rng: Any) -> Any:
    return _pairs(np.array_split(rng.integers(0, n, n), k))


KFOLD = (
    Misconception(
        "not-shuffled",
        lambda n, k, rng: _pairs(np.array_split(np.arange(n), k)),  # noqa: ARG005
        "Your folds are blocks of neighboring rows. When the rows are sorted by class, a fold "
        "then tests a class that nobody has learned: shuffle first, with the generator.",
    ),
    Misconception(
        "stripes",
        _stripes,
        "Your folds take every k-th row. That is not random: data with a rhythm, such as weekdays, "
        "would fall into one fold. Shuffle first, with the generator.",
    ),
    Misconception(
        "swapped",
        lambda n, k, rng: [(test, train) for train, test in _folds(n, k, rng)],
        "Train and test are exchanged: a pair has the many rows to learn from first, then the few "
        "to be judged by.",
    ),
    Misconception(
        "train-on-all",
        lambda n, k, rng: [(np.arange(n), test) for _, test in _folds(n, k, rng)],
        "Your train part has all rows, the tested ones included. Nobody may learn from the rows "
        "that judge.",
    ),
    Misconception(
        "with-replacement",
        _with_replacement,
        "Some rows come twice and others never. Drawing numbers one by one does not make a "
        "partition: bring all rows into a random order instead.",
    ),
    Misconception(
        "fresh-shuffles",
        _holdouts,
        "You shuffle anew for every fold, so a row can be tested twice or never. Shuffle once, "
        "then cut into folds.",
    ),
    Misconception(
        "leftovers-dropped",
        lambda n, k, rng: _leftovers(n, k, rng, keep=False),
        "When k does not divide n, the rows that are left over belong to no fold of yours. Give "
        "each of them to a fold.",
    ),
    Misconception(
        "leftovers-in-the-last",
        lambda n, k, rng: _leftovers(n, k, rng, keep=True),
        "All rows that are left over go to your last fold. Deal them out, so that the sizes "
        "differ by 1 at most.",
    ),
    Misconception(
        "own-seed",
        lambda n, k, rng: _folds(n, k, np.random.default_rng(0)),  # noqa: ARG005
        "You shuffle with a generator of your own, so every call gives the same folds. Draw from "
        "the rng that the caller hands you.",
    ),
    Misconception(
        "global-generator",
        lambda n, k, rng: _folds(n, k, np.random.default_rng()),  # noqa: ARG005
        "Equal generators give different folds: your randomness does not come from rng, so nobody "
        "can repeat the experiment. Draw from the rng that the caller hands you.",
    ),
    Misconception(
        "one-split",
        lambda n, k, rng: _folds(n, k, rng)[0],
        "You returned one split. Asked for is a list of k of them, in which each fold is the test "
        "once.",
    ),
    Misconception(
        "tests-only",
        lambda n, k, rng: [test for _, test in _folds(n, k, rng)],
        "These are the folds. Each entry of the list should be a pair: the rows of all other "
        "folds, and the rows of this one.",
    ),
)


def _means(tested: Any) -> Any:
    kept = [x for x in NOTES if x not in tested]
    return [float(np.mean([x for x in kept if NOTES[x] == sign])) for sign in (1, -1)]


def _whole(x: int) -> Any:
    plus, minus = (float(round(mean)) for mean in leave_one_out_row(x)[:2])
    return plus, minus, 1 if abs(x - plus) <= abs(x - minus) else -1


def _against_all(*tested: int) -> Any:
    plus, minus = _means(())
    guesses = tuple(1 if abs(x - plus) <= abs(x - minus) else -1 for x in tested)
    return plus, minus, guesses


def _no_division(x: int) -> Any:
    kept = [one for one in NOTES if one != x]
    return *(sum(one for one in kept if NOTES[one] == sign) for sign in (1, -1)), 1


LEAVE_ONE_OUT_BY_HAND = (
    Misconception(
        "nothing-left-out",
        lambda x: (*_against_all(x)[:2], _against_all(x)[2][0]),
        "Your means are those of all six examples. Cross out the one that is judged before you "
        "average its class.",
    ),
    Misconception(
        "means-swapped",
        lambda x: (leave_one_out_row(x)[1], leave_one_out_row(x)[0], leave_one_out_row(x)[2]),
        "The two means are exchanged: the mean of the + comes first, then that of the -.",
    ),
    Misconception(
        "own-class",
        lambda x: (*leave_one_out_row(x)[:2], NOTES[x]),
        "The means are right, but the third entry is the true class of the example. Asked for is "
        "the guess: the class of the nearer mean, be it right or wrong.",
    ),
    Misconception(
        "correct-or-not",
        lambda x: (*leave_one_out_row(x)[:2], int(leave_one_out_row(x)[2] == NOTES[x])),
        "The means are right, but the third entry says whether the guess is correct. Enter the "
        "guess itself, +1 or -1.",
    ),
    Misconception(
        "tie-to-minus",
        lambda x: (*leave_one_out_row(x)[:2], -1 if x == 4 else leave_one_out_row(x)[2]),
        "One example lies exactly between the two means, and you gave it to the -. The rule of "
        "this unit is that a tie goes to +1.",
    ),
    Misconception(
        "farther-mean",
        lambda x: (*leave_one_out_row(x)[:2], -leave_one_out_row(x)[2]),
        "The means are right, but your guesses go to the mean that is farther away. The nearer "
        "one claims the example.",
    ),
    Misconception(
        "whole-numbers",
        _whole,
        "You rounded the means to whole numbers. Keep two digits after the point: a third is "
        "about 0.33.",
    ),
    Misconception(
        "sums",
        _no_division,
        "You entered sums. A mean is the sum divided by how many examples of that class remain.",
    ),
)


def _whole_fold(fold: int) -> Any:
    plus, minus, guesses = fold_row(fold)
    return float(round(plus)), float(round(minus)), guesses


def _one_by_one(fold: int) -> Any:
    """Leave one out instead of two: the means of the first tested example."""
    first, second = NOTES_FOLDS[fold]
    plus, minus, guess = leave_one_out_row(first)
    return plus, minus, (guess, leave_one_out_row(second)[2])


THREE_FOLDS_BY_HAND = (
    Misconception(
        "nothing-left-out",
        lambda fold: _against_all(*NOTES_FOLDS[fold]),
        "Your means are those of all six examples. Cross out both examples of the fold before you "
        "average.",
    ),
    Misconception(
        "one-left-out",
        _one_by_one,
        "You left out one example at a time. In 3-fold cross-validation both examples of the "
        "fold stay out, and both are judged by the same two means.",
    ),
    Misconception(
        "means-swapped",
        lambda fold: (fold_row(fold)[1], fold_row(fold)[0], fold_row(fold)[2]),
        "The two means are exchanged: the mean of the + comes first, then that of the -.",
    ),
    Misconception(
        "own-classes",
        lambda fold: (*fold_row(fold)[:2], tuple(NOTES[x] for x in NOTES_FOLDS[fold])),
        "The means are right, but you entered the true classes of the tested examples. Asked for "
        "are the guesses: the classes of the nearer means, right or wrong.",
    ),
    Misconception(
        "correct-or-not",
        lambda fold: (
            *fold_row(fold)[:2],
            tuple(
                int(guess == NOTES[x])
                for guess, x in zip(fold_row(fold)[2], NOTES_FOLDS[fold], strict=True)
            ),
        ),
        "The means are right, but the last entry says which guesses are correct. Enter the "
        "guesses themselves, +1 or -1.",
    ),
    Misconception(
        "farther-mean",
        lambda fold: (*fold_row(fold)[:2], tuple(-guess for guess in fold_row(fold)[2])),
        "The means are right, but your guesses go to the mean that is farther away. The nearer "
        "one claims the example.",
    ),
    Misconception(
        "one-guess",
        lambda fold: (*fold_row(fold)[:2], fold_row(fold)[2][0]),
        "There is one guess where two are wanted: both examples of the fold are judged, in the "
        "order in which they are named.",
    ),
    Misconception(
        "whole-numbers",
        _whole_fold,
        "You rounded the means to whole numbers. Keep two digits after the point: a third is "
        "about 0.33.",
    ),
)
