"""Stumps against a loop over every question, and trees against what they must be able to do."""

import itertools

import array_api_strict
import numpy as np
import pytest
import torch

from dlcourse.information import information_gain
from dlcourse.trees import decision_stump, tree_fit, tree_predict, tree_probabilities


def by_loop(X, y):
    """Best question, by asking all of them."""
    labels = np.unique(y, return_inverse=True)[1]
    found = []
    for feature in range(X.shape[1]):
        values = np.unique(X[:, feature])
        for low, high in itertools.pairwise(values):
            cut = (low + high) / 2
            found.append((feature, cut, float(information_gain(labels, X[:, feature] <= cut))))
    best = max(gain for _, _, gain in found)
    return min((feature, cut, gain) for feature, cut, gain in found if gain >= best - 1e-9)


def draw(seed, n=40, d=3, k=3):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 6, size=(n, d)).astype(float), rng.integers(-1, k - 1, size=n)


@pytest.mark.parametrize("seed", range(20))
def test_the_stump_asks_the_best_question_of_all(seed):
    X, y = draw(seed)
    feature, cut, gain = by_loop(X, y)
    assert decision_stump(X, y) == (feature, cut, pytest.approx(gain, abs=1e-12))


def test_ties_go_to_the_lowest_feature_then_the_lowest_threshold():
    x = np.array([0.0, 1.0, 2.0, 3.0])
    assert decision_stump(np.stack([x, x], axis=1), [0, 1, 1, 0])[:2] == (0, 0.5)
    assert decision_stump(np.stack([x * 0, x, 5 - x], axis=1), [0, 0, 1, 1])[:2] == (1, 1.5)


def test_the_threshold_separates_neighboring_floats_and_huge_ones():
    low = 1.0
    high = np.nextafter(low, 2.0)
    _, cut, gain = decision_stump([[low], [high]], [0, 1])
    assert low <= cut < high
    assert gain == 1
    _, cut, _ = decision_stump([[1.5e308], [1.7e308]], [0, 1])
    assert 1.5e308 < cut < 1.7e308


def test_one_class_has_nothing_to_gain():
    feature, cut, gain = decision_stump([[1.0], [3.0]], [4, 4])
    assert (feature, cut, gain) == (0, 2.0, 0.0)


def test_numpy_torch_and_the_strict_standard_share_one_implementation():
    X, y = draw(7)
    query = draw(8)[0]
    tree = tree_fit(X, y, 3)
    by_torch = tree_fit(torch.tensor(X), torch.tensor(y), 3)
    strict = tree_fit(array_api_strict.asarray(X), array_api_strict.asarray(y), 3)
    answer = tree_predict(by_torch, torch.tensor(query))
    assert isinstance(answer, torch.Tensor)
    assert tree_predict(tree, query).tolist() == answer.tolist()
    strict_answer = tree_predict(strict, array_api_strict.asarray(query))
    assert tree_predict(tree, query).tolist() == np.asarray(strict_answer).tolist()
    assert decision_stump(torch.tensor(X), torch.tensor(y)) == decision_stump(X, y)


def test_a_deep_tree_knows_all_it_has_seen():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(60, 2)), rng.integers(3, 7, 60)
    before = X.copy(), y.copy()
    tree = tree_fit(X, y, 60)
    assert tree_predict(tree, X).tolist() == y.tolist()
    np.testing.assert_allclose(tree_probabilities(tree, X).max(axis=1), 1)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_a_point_on_the_threshold_goes_below():
    tree = tree_fit([[0.0], [2.0]], [7, 9], depth=1)
    assert tree_predict(tree, [[1.0], [np.nextafter(1.0, 2.0)]]).tolist() == [7, 9]


def test_depth_is_the_number_of_questions():
    def questions(node):
        return 0 if node.below is None else 1 + max(questions(node.below), questions(node.above))

    X, y = draw(2, n=200)
    assert [questions(tree_fit(X, y, depth).root) for depth in range(4)] == [0, 1, 2, 3]
    assert tree_fit(X, y, 0).root.shares.tolist() == [np.mean(y == c) for c in (-1, 0, 1)]


def test_xor_takes_two_questions_though_the_first_gains_nothing():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([0, 1, 1, 0])
    assert decision_stump(X, y)[2] == pytest.approx(0, abs=1e-12)
    assert tree_predict(tree_fit(X, y, 2), X).tolist() == y.tolist()


def test_rows_that_cannot_be_told_apart_share_a_leaf():
    tree = tree_fit([[1.0], [1.0], [1.0]], [0, 1, 1], 5)
    np.testing.assert_allclose(tree_probabilities(tree, [[0.0]]), [[1 / 3, 2 / 3]])


def test_float32_examples_are_split_at_float32_values():
    X, y = draw(3)
    assert decision_stump(X.astype("float32"), y) == decision_stump(X, y)


def test_errors_name_what_does_not_fit():
    with pytest.raises(ValueError, match="there is no question to ask"):
        decision_stump([[1.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match=r"got X \(2, 1\) and y \(3,\)"):
        decision_stump([[1.0], [2.0]], [0, 1, 1])
    with pytest.raises(TypeError, match="y: got values of dtype float64, wanted integers"):
        decision_stump([[1.0], [2.0]], np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="X: got 1 NaN"):
        decision_stump([[1.0], [np.nan]], [0, 1])
    with pytest.raises(ValueError, match="got depth = -1"):
        tree_fit([[1.0], [2.0]], [0, 1], -1)
