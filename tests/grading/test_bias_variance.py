"""Unit 6: how often a right partition would look like blocks or stripes, and rows by hand."""

import functools
import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.spec import Case
from dlcourse.grading.tasks import find_task
from dlcourse.grading.tasks.bias_variance import by_hand, judges
from dlcourse.splits import kfold_indices

N, K = judges.MANY_ROWS
DEALS = math.factorial(N) // math.factorial(N // K) ** K


def cut_into_blocks(size, folds):
    """Ways to bring the folds into a row in j blocks, equal neighbors allowed, by j.

    With j blocks in a fold: C(size - 1, j - 1) ways to cut it; the blocks of all folds are then
    brought into any order, which multiplies by (total)! over the product of the j!.
    """
    one = {j: Fraction(math.comb(size - 1, j - 1), math.factorial(j)) for j in range(1, size + 1)}
    total = {0: Fraction(1)}
    for _ in range(folds):
        joined = {}
        for (a, left), (b, right) in itertools.product(total.items(), one.items()):
            joined[a + b] = joined.get(a + b, 0) + left * right
        total = joined
    return {j: int(ways * math.factorial(j)) for j, ways in total.items()}


@functools.cache
def with_runs(size, folds):
    """Number of deals in which the fold changes r - 1 times from row to row, by r.

    A deal with r runs can be cut into j blocks in C(n - r, j - r) ways; turned round, that gives
    the number of deals from the numbers of blocks.
    """
    blocks, n = cut_into_blocks(size, folds), size * folds
    return {
        r: sum((-1) ** (r - j) * math.comb(n - j, r - j) * blocks[j] for j in blocks if j <= r)
        for r in range(folds, n + 1)
    }


@pytest.mark.parametrize(("size", "folds"), [(2, 3), (3, 2), (2, 4)])
def test_the_count_of_deals_is_right_where_it_can_be_tried(size, folds):
    deals = set(itertools.permutations(list(range(folds)) * size))
    tried = Counter(1 + sum(a != b for a, b in itertools.pairwise(deal)) for deal in deals)
    assert {r: count for r, count in with_runs(size, folds).items() if count} == dict(tried)


def test_a_random_deal_almost_never_looks_like_blocks_or_stripes():
    counts = with_runs(N // K, K)
    assert sum(counts.values()) == DEALS
    stripes = counts[N]
    blocks = sum(count for r, count in counts.items() if N - r > N // 2)
    assert 0 < stripes < 1e-9 * DEALS
    assert 0 < blocks < 1e-9 * DEALS


def test_two_seeds_almost_never_give_the_same_folds():
    assert math.factorial(10) ** 4 / math.factorial(40) < 1e-20


@pytest.mark.parametrize("seed", range(20))
def test_random_deals_lie_far_from_both_borders(seed):
    folds = kfold_indices(N, K, np.random.default_rng(seed))
    assert 10 < judges.neighbors_together(folds, N) < 50


# ---- what is entered by hand


def entered(value):
    return by_hand.verify_by_hand(by_hand.leave_one_out_row)(Case((2,)), value)


@pytest.mark.parametrize("mean", [3.33, 3.333333, 10 / 3, 3.34])
def test_two_digits_are_enough(mean):
    assert entered((mean, 6.5, 1)) == ""


@pytest.mark.parametrize("mean", [3.3, 3.35, 3, float("nan")])
def test_fewer_digits_are_not(mean):
    assert "mean of the +" in entered((mean, 6.5, 1))


@pytest.mark.parametrize("value", [None, 3.33, (3.33, 6.5), (3.33, 6.5, "+"), (3.33, 6.5, (1, 1))])
def test_something_else_is_described(value):
    assert "(mean of +, mean of -, guess) is wanted" in entered(value)


def test_the_tables_are_those_of_the_notes():
    wrong = [x for x, sign in by_hand.NOTES.items() if by_hand.leave_one_out_row(x)[2] != sign]
    assert wrong == [2, 5]
    guesses = {
        x: guess
        for fold, tested in by_hand.NOTES_FOLDS.items()
        for x, guess in zip(tested, by_hand.fold_row(fold)[2], strict=True)
    }
    assert [x for x, sign in by_hand.NOTES.items() if guesses[x] != sign] == [2, 4, 5, 6, 7]


# ---- inputs that are drawn until they tell


@pytest.mark.parametrize(
    "name", ["knn_predict", "leave_one_out_nearest_mean", "decision_stump", "polynomial_fit"]
)
def test_the_reference_passes_for_many_seeds(name):
    task = find_task(name)
    for seed in range(40):
        assert judge(task, calls(task.reference), f"many-{seed}").passed
