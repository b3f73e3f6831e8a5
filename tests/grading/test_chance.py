"""Random answers are judged fairly: how often a right one fails is computed, and at most 1e-6."""

import inspect
import itertools
import math
import sys
from fractions import Fraction

import numpy as np
import pytest

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.spec import Random
from dlcourse.grading.tasks import UNITS, chance
from dlcourse.grading.tasks.regularization import dropping

STOCHASTIC = [
    pytest.param(task, id=task.name)
    for unit in UNITS
    for task in unit.tasks
    if "rng" in inspect.signature(task.reference).parameters and task.verify is not None
    if any(one.name == "repeat" for one in task.criteria)
]
LIMITS = ("distance_limit", "binomial_limits", "equal_limits", "neighbors_limit")


def test_there_are_such_tasks():
    named = {param.id for param in STOCHASTIC}
    assert {"minibatches", "xavier_uniform", "lecun_normal", "he_normal", "log_uniform"} <= named
    assert {"dropout_train", "plain_dropout_train", "augment_shift"} <= named


@pytest.mark.parametrize("task", STOCHASTIC)
def test_a_right_answer_fails_at_most_once_in_a_million_gradings(task, monkeypatch):
    """Every limit that is asked for may be exceeded by chance at the rate that is asked for."""
    rates = []

    def counted(limit):
        rate_of = inspect.signature(limit)

        def counting(*args, **kwargs):
            given = rate_of.bind(*args, **kwargs)
            given.apply_defaults()
            rates.append(given.arguments["rate"])
            return limit(*args, **kwargs)

        return counting

    for name in LIMITS:
        monkeypatch.setattr(chance, name, counted(getattr(chance, name)))
    assert judge(task, calls(task.reference), "rates").passed
    sys.stdout.write(f"{task.name}: {len(rates)} checks, {sum(rates):.1g} in all\n")
    assert rates
    assert sum(rates) <= 1e-6


@pytest.mark.parametrize("task", STOCHASTIC)
def test_right_answers_pass_with_many_seeds(task):
    for seed in range(30):
        result = judge(task, calls(task.reference), f"many {seed}")
        assert result.passed, [one.came for one in result.criteria if not one.passed]


@pytest.mark.parametrize("rule", [dropping.INVERTED, dropping.PLAIN], ids=["inverted", "plain"])
def test_shares_of_dropout_are_all_exact_less_than_once_in_a_million(rule):
    cases = rule.criteria(1.0)[0].cases(np.random.default_rng(0))
    by_hand = 1.0
    for case in cases:
        count, share = case.args[0].size, Fraction(str(case.args[1]))
        kept = count * share  # the mass is the same for what is dropped
        assert kept.denominator == 1
        log_mass = math.lgamma(count + 1) - math.lgamma(kept + 1) - math.lgamma(count - kept + 1)
        by_hand *= math.exp(
            log_mass + kept * math.log(share) + (count - kept) * math.log(1 - share)
        )
    assert rule.coincidence(cases) == pytest.approx(by_hand, rel=1e-6)
    assert rule.coincidence(cases) < 1e-7


# ---- the limits themselves


@pytest.mark.parametrize(("count", "share"), [(10, 0.5), (40, 0.3), (200, 0.04)])
def test_binomial_limits_are_the_narrowest_that_keep_the_rate(count, share):
    def mass(k):
        p = Fraction(share)
        return math.comb(count, k) * p**k * (1 - p) ** (count - k)

    for rate in (1e-2, 1e-6, 1e-8):
        low, high = chance.binomial_limits(count, share, rate)
        below = float(sum(mass(k) for k in range(low)))
        above = float(sum(mass(k) for k in range(high + 1, count + 1)))
        assert below <= rate / 2
        assert above <= rate / 2
        assert below + float(mass(low)) > rate / 2 or low == 0
        assert above + float(mass(high)) > rate / 2 or high == count


def test_the_limit_of_the_distance_is_that_of_massart():
    assert 2 * math.exp(-2 * 500 * chance.distance_limit(500, 1e-3) ** 2) == pytest.approx(1e-3)
    # and it is kept by simulation, where it is not rare
    rng = np.random.default_rng(0)
    far = [chance.distance(rng.random(50), lambda x: x) for _ in range(4000)]
    assert np.mean(np.array(far) > chance.distance_limit(50, 0.05)) < 0.06


def test_the_distance_is_kolmogorovs():
    assert chance.distance(np.array([0.1, 0.2, 0.9]), lambda x: x) == pytest.approx(2 / 3 - 0.2)
    assert chance.distance(np.array([0.8, 0.9]), lambda x: x) == pytest.approx(0.8)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2, 1), (2, 2, 2), (4, 3), (1, 1, 1), (5,)])
def test_neighbors_are_counted_right(sizes):
    labels = [batch for batch, size in enumerate(sizes) for _ in range(size)]
    deals = list(itertools.permutations(labels))
    together = [sum(a == b for a, b in itertools.pairwise(deal)) for deal in deals]
    for k, expected in enumerate(chance.glued(sizes)):
        counted = sum(math.comb(n, k) for n in together) / len(deals)
        assert expected == pytest.approx(counted)
    for rate in (0.5, 0.1, 0.01):
        limit = chance.neighbors_limit(sizes, rate)
        assert np.mean([n > limit for n in together]) <= rate


def test_a_fixed_order_is_far_beyond_the_limit():
    sizes = (5,) * 12
    assert chance.neighbors_limit(sizes) < 24
    assert sum(size - 1 for size in sizes) == 48


def test_equal_states_must_give_equal_results():
    first, same, other = np.arange(3.0), np.arange(3.0), np.ones(3)
    criterion = chance.repeatable(0.5, lambda rng: (3,))
    cases = criterion.cases(np.random.default_rng(0))
    assert [type(case.args[1]) for case in cases] == [Random] * 3
    assert cases[0].args == cases[1].args != cases[2].args
    assert criterion.together(cases, [first, same, other]) == ""
    assert "two different results" in criterion.together(cases, [first, other, same])
    assert "in different states" in criterion.together(cases, [first, same, first])
