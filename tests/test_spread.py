"""What chapter 6 measures: the parts add up, the dials turn the right way, the models are right."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.figures import beyond, committees, folds, kinds, margins, spread, waves
from dlcourse.toys import blobs, noisy_curve
from dlcourse.trees import tree_fit, tree_probabilities

DIALS = {
    "polynomial": waves.DEGREES,
    "neighbors": waves.NEIGHBORS,
    "tree": spread.DEPTHS,
    "svm": spread.PRICES,
    "network": spread.WIDTHS,
}


@pytest.mark.parametrize("family", DIALS)
def test_bias_variance_and_noise_are_the_error_within_its_sampling_error(family):
    for m in spread.spreads(family, DIALS[family]):
        assert m.total == pytest.approx(m.bias2 + m.variance + m.noise)
        assert abs(m.off) < 3
        assert m.sampling < 0.05 * m.total


@pytest.mark.parametrize("family", DIALS)
def test_a_dial_trades_bias_for_variance(family):
    found = spread.spreads(family, DIALS[family])
    stiff, loose = (found[-1], found[0]) if family == "neighbors" else (found[0], found[-1])
    assert loose.bias2 < 0.5 * stiff.bias2
    assert loose.variance > 2 * stiff.variance
    best = min(found, key=lambda m: m.error)
    assert best.error < min(stiff.error, loose.error) or family == "svm"


def test_a_wrong_noise_or_a_lost_part_is_noticed():
    rng = np.random.default_rng(0)
    truth = np.linspace(-1, 1, 50)
    predictions = truth + 0.5 + 0.4 * rng.standard_normal((300, 50))
    noisy = truth + 0.3 * rng.standard_normal((300, 50))
    m = waves.measure(predictions, truth, noisy, np.full(50, 0.09))
    assert abs(m.off) < 3
    assert m.bias2 == pytest.approx(0.25, rel=0.05)
    assert m.variance == pytest.approx(0.16, rel=0.05)
    assert abs(waves.measure(predictions, truth, noisy, np.full(50, 0.2)).off) > 20
    assert abs((m.error - m.bias2 - m.noise) / m.sampling) > 20


def test_the_wave_is_the_curve_without_noise():
    x, y = noisy_curve(40, np.random.default_rng(0), noise=0.0)
    np.testing.assert_allclose(waves.wave(x), y)


def test_a_truncated_tree_is_the_shallower_tree():
    X, y = (part[0] for part in spread.class_sets(60))
    points = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    deep = tree_fit(X, y, 6)
    for depth in (0, 1, 3):
        cut = deep._replace(root=spread.truncated(deep.root, depth))
        expected = tree_probabilities(tree_fit(X, y, depth), points)
        np.testing.assert_allclose(tree_probabilities(cut, points), expected)


def test_labels_follow_the_border():
    X, y = spread.class_sets(60)
    chance = np.array([spread.border(points) for points in X])
    assert np.mean(y[chance > 0.5]) == pytest.approx(spread.SURE, abs=0.02)
    assert np.mean(y[chance < 0.5]) == pytest.approx(1 - spread.SURE, abs=0.02)


@pytest.mark.parametrize("price", [0.5, 8.0])
def test_support_weights_satisfy_the_conditions_of_the_optimum(price):
    X, y = (part[:2, :40] for part in spread.class_sets(60))
    K, signs = margins.kernel(X, X), 2.0 * y - 1
    weights = margins.support_weights(K, signs, price, sweeps=600)
    alpha = weights * signs
    margin = signs * np.einsum("rn,rnm->rm", weights, K)
    assert alpha.min() >= 0
    assert alpha.max() <= price
    assert np.all(margin[alpha < 1e-9] >= 1 - 1e-4)
    assert np.all(margin[alpha > price - 1e-9] <= 1 + 1e-4)
    inside = (alpha > 1e-6) & (alpha < price - 1e-6)
    np.testing.assert_allclose(margin[inside], 1, atol=1e-3)


def test_a_stump_is_the_best_of_all_cuts():
    rng = np.random.default_rng(1)
    x, y = np.sort(rng.uniform(size=12)), rng.standard_normal(12)
    cut, below, above = committees.best_stump(x, y)
    errors = []
    for i in range(1, 12):
        errors.append(np.sum((y[:i] - y[:i].mean()) ** 2) + np.sum((y[i:] - y[i:].mean()) ** 2))
    assert np.sum((y - np.where(x <= cut, below, above)) ** 2) == pytest.approx(min(errors))


def test_boosting_lowers_the_training_error_round_by_round():
    x, y = waves.curve_sets()[0]
    stumps = committees.boosted(x, y, 40)
    errors = [
        np.mean((y - committees.stumps_predict(stumps[:rounds], x)) ** 2) for rounds in range(1, 41)
    ]
    assert np.all(np.diff(errors) < 1e-12)
    assert errors[-1] < 0.3 * errors[0]


def test_bagging_lowers_variance_and_boosting_bias():
    single, bag = (committees.committee_spread("bag", n) for n in (1, committees.MEMBERS))
    assert bag.variance < 0.7 * single.variance
    first, last = (committees.committee_spread("boost", n) for n in (1, committees.ROUNDS[-1]))
    assert last.bias2 < 0.1 * first.bias2
    assert last.variance > first.variance


def test_the_test_error_peaks_at_as_many_weights_as_examples_and_falls_again():
    train, test = beyond.double_descent(0.0)
    peak = beyond.FEATURES.index(beyond.EXAMPLES)
    assert np.argmax(test) == peak
    assert np.all(train[peak:] < 1e-6)
    assert test[-1] < test[:peak].min()
    assert beyond.double_descent(beyond.PENALTY)[1].max() < 0.1 * test[peak]


def test_beyond_the_peak_the_shortest_exact_weights_are_found():
    rng = np.random.default_rng(2)
    hidden, y = rng.standard_normal((5, 12)), rng.standard_normal(5)
    np.testing.assert_allclose(beyond._shortest(hidden, y, 0.0), np.linalg.pinv(hidden) @ y)
    np.testing.assert_allclose(
        beyond._shortest(hidden, y, 0.3),
        np.linalg.solve(hidden.T @ hidden + 0.3 * np.eye(12), hidden.T @ y),
    )


def test_learning_curves_meet_at_the_noise_for_a_model_that_fits():
    train, other = beyond.learning_curves(7)
    assert other[0] > 10 * train[0]
    assert other[-1] == pytest.approx(waves.CURVE_NOISE**2, rel=0.1)
    train, other = beyond.learning_curves(1)
    assert train[-1] > 5 * waves.CURVE_NOISE**2


def test_cross_validation_mostly_finds_the_best_degree():
    few, many = folds.chosen_degrees(2)[0], folds.chosen_degrees(10)[0]
    assert few.sum() == many.sum() == 100
    assert np.argmax(many) == 5
    assert many[5] > few[5]


def test_clusters_come_to_rest_and_find_separate_clouds():
    centers = [[-3.0, 0.0], [3.0, 0.0], [0.0, 4.0]]
    X, y = blobs(90, np.random.default_rng(0), centers, spread=0.5)
    means, group = kinds.means_of_clusters(X, 3, np.random.default_rng(0))
    assert all(len(set(group[y == label])) == 1 for label in range(3))
    for j in range(3):
        np.testing.assert_allclose(means[j], X[group == j].mean(axis=0))


def test_a_curious_player_ends_richer():
    never, tenth = (kinds.coins(c)[-100:].mean() for c in (0.0, 0.1))
    assert never < tenth < max(kinds.CHANCES)
