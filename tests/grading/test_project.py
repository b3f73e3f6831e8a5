"""Unit 7: a right answer passes with room to spare, and nothing but learning earns marks.

`MEASURED` holds the figures of 300 draws, which the slow test measures again.
"""

import itertools
import math
import time

import numpy as np
import pytest

from dlcourse.grading.calling import calls
from dlcourse.grading.judging import judge
from dlcourse.grading.tasks import find_task
from dlcourse.grading.tasks.project import BUDGET, criteria, judges, pictures, reference
from dlcourse.grading.tasks.project.mistakes.training import trained

SEEDS = ("a", "b", "c")
TRAIN, PREDICT = find_task("train"), find_task("predict")


def lost(result):
    return [one.name for one in result.criteria if not one.passed]


def with_partner(function, **partners):
    """The function, as if it were written beside these others."""
    scope = {**partners, "function": function}
    exec("def answer(*args):\n    return function(*args)", scope)
    return scope["answer"]


def examination(seed):
    [case] = criteria._examination(np.random.default_rng(seed))
    X, y, rng = case.args[0].args
    return X, y, rng.generator(), case.args[1], case.truth


# ---- how often chance fails a right answer


#: Share of right answers of the reference on 1000 new pictures, over 300 draws.
MEASURED = {"mean": 0.9968, "sd": 0.0019, "least": 0.990}


def test_chance_fails_a_right_answer_less_than_once_in_a_million():
    # 970 right answers of 1000 are asked for; each of 300 draws had at least `least` of them
    asked, n = max(judges.MARKS), criteria.TO_JUDGE
    wrong_allowed = round((1 - asked) * n)
    p = 1 - MEASURED["least"]
    at_worst = sum(
        math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(wrong_allowed + 1, n + 1)
    )
    distance = (MEASURED["mean"] - asked) / MEASURED["sd"]
    assert distance > 5
    assert at_worst < 1e-6
    assert 0.5 * math.erfc(distance / math.sqrt(2)) < 1e-6


def accuracies(seeds):
    for seed in seeds:
        X, y, rng, new, truth = examination([7, seed])
        yield np.mean(reference.predict(reference.train(X, y, rng), new) == truth)


def test_the_reference_does_what_was_measured():
    found = list(accuracies(range(4)))
    assert min(found) >= MEASURED["least"]
    assert abs(np.mean(found) - MEASURED["mean"]) < 4 * MEASURED["sd"] / 2


@pytest.mark.slow
def test_the_measured_figures_can_be_measured_again():
    found = np.array(list(accuracies(range(300))))
    assert abs(found.mean() - MEASURED["mean"]) < 5e-4
    assert abs(found.std(ddof=1) - MEASURED["sd"]) < 5e-4
    assert found.min() == pytest.approx(MEASURED["least"], abs=2e-3)


def test_an_ordinary_run_needs_a_fraction_of_its_budget():
    X, y, rng, *_ = examination(0)
    started = time.process_time()
    reference.train(X, y, rng)
    assert time.process_time() - started < 0.2 * BUDGET
    assert BUDGET < TRAIN.seconds == PREDICT.seconds


# ---- what earns nothing


def table_of_originals():
    """Everything that a student could store: all digits, upright, with their names."""
    parts = [pictures.originals(held_out) for held_out in (False, True)]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def lookup(table, X):
    known, names = table
    squared = (known**2).sum(axis=1) - 2 * X @ known.T
    return names[squared.argmin(axis=1)]


def answers(train, predict):
    """Judge a pair of functions as the task `predict` does."""
    return lambda seed: judge(
        PREDICT, calls(with_partner(predict, train=train, predict=predict)), seed
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_table_of_all_digits_earns_nothing(seed):
    result = answers(lambda X, y, rng: table_of_originals(), lookup)(seed)
    assert result.score == 0


def all_turns(X):
    return [pictures._turned(X, turn) for turn in range(8)]


def renamed_lookup(X, y):
    """A table that was turned and renamed to suit the training pictures as well as it can."""
    known, names = table_of_originals()
    best = None
    for turned in all_turns(known):
        said = lookup((turned, names), X)
        counts = np.array([np.bincount(y[said == digit], minlength=10) for digit in range(10)])
        if best is None or counts.max(axis=1).sum() > best[0]:
            best = counts.max(axis=1).sum(), turned, counts.argmax(axis=1)[names]
    return best[1:]


def test_a_table_that_is_turned_and_renamed_is_far_from_the_first_mark():
    X, y, _, new, truth = examination(3)
    assert np.mean(lookup(renamed_lookup(X[:1000], y[:1000]), new) == truth) < 0.75


def upright():
    plain = pictures.Disguise(0, np.arange(10))
    X, y = pictures.pictures(np.random.default_rng(0), 4000, plain, held_out=False)
    return trained(X, y)


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_that_were_trained_before_earn_nothing(seed):
    stored = upright()
    assert answers(lambda X, y, rng: stored, reference.predict)(seed).score == 0
    train = with_partner(lambda X, y, rng: stored, predict=reference.predict)
    result = judge(TRAIN, calls(train), seed)
    assert result.score == 0


@pytest.mark.parametrize(
    "predict",
    [
        pytest.param(lambda params, X: np.zeros(len(X), int), id="constant"),
        pytest.param(lambda params, X: np.arange(len(X)) % 10, id="turns"),
        pytest.param(lambda params, X: np.random.default_rng(0).integers(0, 10, len(X)), id="dice"),
        pytest.param(lambda params, X: X, id="argument"),
        pytest.param(lambda params, X: None, id="none"),
        pytest.param(lambda params, X: np.full(len(X), np.nan), id="nan"),
        pytest.param(lambda params, X: np.full(len(X), 10**12), id="huge"),
    ],
)
def test_without_learning_nothing_is_earned(predict):
    train = with_partner(lambda X, y, rng: None, predict=predict)
    for seed in SEEDS[:2]:
        assert answers(train, predict)(seed).score == 0
        assert judge(TRAIN, calls(train), seed).score == 0


# ---- each criterion sees something that no other sees


def spoiled(share):
    def predict(params, X):
        right = reference.predict(params, X)
        return np.where(np.arange(len(X)) % 1000 < 1000 * share, (right + 3) % 10, right)

    return predict


LADDER = [(0.0, 0), (0.04, 1), (0.07, 2), (0.2, 3)]


@pytest.mark.parametrize(("share", "marks_lost"), LADDER)
def test_each_accuracy_has_its_mark(share, marks_lost):
    result = answers(lambda X, y, rng: trained(X, y), spoiled(share))("a")
    names = [f"accuracy-{100 * mark:.0f}" for mark in judges.MARKS]
    assert lost(result) == names[len(names) - marks_lost :]


def test_a_prediction_that_spoils_the_pictures_loses_only_that():
    def predict(params, X):
        said = reference.predict(params, X)
        X[...] = 0
        return said

    assert lost(answers(lambda X, y, rng: trained(X, y), predict)("a")) == ["arguments"]


def training(train):
    return judge(TRAIN, calls(with_partner(train, predict=reference.predict)), "a")


def test_training_that_spoils_the_pictures_loses_only_that():
    def train(X, y, rng):
        params = trained(X, y)
        X[...] = 0
        return params

    assert lost(training(train)) == ["arguments"]


def test_training_that_cannot_be_repeated_loses_only_that():
    noise = itertools.count(1)

    def train(X, y, rng):
        W1, b1, W2, b2 = trained(X, y)
        return [W1, b1, W2 + np.random.default_rng(next(noise)).normal(0, 0.12, W2.shape), b2]

    assert lost(training(train)) == ["repeatable"]


def test_training_that_learns_too_little_loses_only_that():
    def train(X, y, rng):
        W1, b1, W2, b2 = trained(X, y)
        return [W1, b1, W2, b2 - np.where(np.arange(10) == 9, 1e3, 0.0)]

    assert lost(training(train)) == ["learns"]


# ---- the pictures


def test_no_original_is_behind_both_parts():
    learned, judged = (pictures.originals(held_out)[0] for held_out in (False, True))
    assert len(learned) + len(judged) == 1797
    both = {row.tobytes() for row in learned} & {row.tobytes() for row in judged}
    assert both == set()


def test_pictures_are_new_each_time_and_every_class_is_there():
    drawn = [examination(seed) for seed in (1, 2)]
    for X, y, _, new, truth in drawn:
        assert X.shape == (criteria.TO_LEARN, 64)
        assert new.shape == (criteria.TO_JUDGE, 64)
        assert np.bincount(y).tolist() == [criteria.TO_LEARN // 10] * 10
        assert np.bincount(truth).tolist() == [criteria.TO_JUDGE // 10] * 10
        assert X.min() >= 0
        assert X.max() <= 1
    first, second = ({row.tobytes() for row in part[3]} for part in drawn)
    assert not first & second


def test_every_turn_can_be_told_from_the_others():
    X = np.arange(64.0)[None]
    assert len({turned.tobytes() for turned in all_turns(X)}) == 8
    assert all(np.array_equal(np.sort(turned), X) for turned in all_turns(X))


def test_the_stored_digits_are_those_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = datasets.load_digits(return_X_y=True)
    stored, labels = table_of_originals()
    order = np.argsort(np.concatenate([np.flatnonzero(~held()), np.flatnonzero(held())]))
    assert np.array_equal(stored[order] * 16, X)
    assert np.array_equal(labels[order], y)


def held():
    return np.isin(np.arange(1797) % 7, pictures._HELD_OUT)
