"""Splits that lose nobody, scores by hand, and the decomposition of the error."""

import numpy as np
import pytest
import torch

from dlcourse.evaluation import (
    accuracy,
    bias_variance,
    confusion_matrix,
    cross_validate,
    expected_error,
    learning_curve,
)
from dlcourse.splits import kfold_indices, leave_one_out, train_validation_test_split


def fit_mean(X, y):
    return y.mean()


def squared(model, X, y):
    return float(np.mean((y - model) ** 2))


# Splits.


@pytest.mark.parametrize("n", [10, 11, 97])
def test_the_three_parts_hold_every_row_once_with_its_target(n):
    X, y = np.arange(2.0 * n).reshape(n, 2), np.arange(n)
    parts = train_validation_test_split(X, y, np.random.default_rng(0), 0.3, 0.1)
    assert [len(rows) for rows, _ in parts[1:]] == [round(0.3 * n), round(0.1 * n)]
    for rows, targets in parts:
        np.testing.assert_array_equal(rows[:, 0], 2 * targets)
    assert sorted(np.concatenate([targets for _, targets in parts])) == list(range(n))
    again = train_validation_test_split(X, y, np.random.default_rng(0), 0.3, 0.1)
    other = train_validation_test_split(X, y, np.random.default_rng(1), 0.3, 0.1)
    np.testing.assert_array_equal(parts[2][1], again[2][1])
    assert not np.array_equal(parts[0][1], other[0][1])


def test_tensors_are_split_as_numpy_is():
    X, y = np.random.default_rng(0).normal(size=(9, 2)), np.arange(9)
    by_numpy = train_validation_test_split(X, y, np.random.default_rng(0))
    by_torch = train_validation_test_split(
        torch.tensor(X), torch.tensor(y), np.random.default_rng(0)
    )
    for one, other in zip(by_numpy, by_torch, strict=True):
        np.testing.assert_array_equal(one[0], other[0].numpy())
        np.testing.assert_array_equal(one[1], other[1].numpy())


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (-0.1, 0.2), (2.0, 0.0)])
def test_shares_must_leave_rows_to_learn_from(validation, test):
    with pytest.raises(ValueError, match="shares that leave rows to learn from"):
        train_validation_test_split(
            np.ones((4, 1)), np.ones(4), np.random.default_rng(0), validation, test
        )


@pytest.mark.parametrize(("n", "k"), [(10, 2), (10, 3), (7, 7), (23, 5)])
def test_folds_are_a_partition_of_even_sizes(n, k):
    folds = kfold_indices(n, k, np.random.default_rng(0))
    assert len(folds) == k
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(n))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(n))


def test_folds_are_random_and_repeat():
    first, again = (kfold_indices(20, 4, np.random.default_rng(3)) for _ in range(2))
    other = kfold_indices(20, 4, np.random.default_rng(4))
    np.testing.assert_array_equal(first[0][1], again[0][1])
    assert not np.array_equal(first[0][1], other[0][1])
    assert any(list(test) != sorted(test) or np.ptp(test) > 4 for _, test in first)


@pytest.mark.parametrize("k", [1, 6])
def test_the_number_of_folds_is_checked(k):
    with pytest.raises(ValueError, match=rf"got k = {k} folds of n = 5 rows"):
        kfold_indices(5, k, np.random.default_rng(0))
    with pytest.raises(ValueError, match="got n = 1 rows, wanted at least 2"):
        leave_one_out(1)


def test_leaving_one_out_is_a_fold_for_each_row():
    splits = [(train.tolist(), test.tolist()) for train, test in leave_one_out(3)]
    assert splits == [([1, 2], [0]), ([0, 2], [1]), ([0, 1], [2])]


# Scores.


def test_the_confusion_matrix_by_hand():
    matrix = confusion_matrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 2, 2], 4)
    assert matrix.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]]
    assert matrix.dtype == np.int64


def test_scores_agree_between_libraries_and_with_each_other():
    rng = np.random.default_rng(0)
    truth, guess = rng.integers(0, 5, 200), rng.integers(0, 5, 200)
    matrix = confusion_matrix(truth, guess, 5)
    by_torch = confusion_matrix(torch.tensor(truth), torch.tensor(guess), 5)
    assert isinstance(by_torch, torch.Tensor)
    assert matrix.tolist() == by_torch.tolist()
    assert matrix.sum(axis=1).tolist() == np.bincount(truth, minlength=5).tolist()
    assert accuracy(truth, guess) == pytest.approx(np.trace(matrix) / 200, rel=1e-15)
    assert accuracy(torch.tensor(truth), torch.tensor(guess)).item() == accuracy(truth, guess)


def test_scores_name_what_does_not_fit():
    with pytest.raises(
        ValueError, match=r"y_pred: got 3 at position 1, wanted 2 labels in 0 \.\. 2"
    ):
        confusion_matrix([0, 1], [0, 3], 3)
    with pytest.raises(ValueError, match=r"y_pred: got the shape \(3,\), wanted 2 labels"):
        confusion_matrix([0, 1], [0, 1, 2], 3)
    with pytest.raises(ValueError, match=r"got y_true \(2,\) and y_pred \(3,\)"):
        accuracy([0, 1], [0, 1, 2])
    with pytest.raises(TypeError, match="y_true: got values of dtype float64, wanted integers"):
        accuracy(np.array([0.5]), np.array([1]))


# Bias and variance.


def test_bias_variance_and_noise_add_up_to_the_expected_error():
    rng = np.random.default_rng(0)
    truth, noise = np.sin(np.linspace(0, 3, 30)), 0.3
    predictions = 0.8 * truth + 0.2 * rng.normal(size=(4000, 30))
    noisy = truth + noise * rng.normal(size=(4000, 30))
    bias2, variance = bias_variance(predictions, truth)
    assert bias2 == pytest.approx(np.mean((0.2 * truth) ** 2), rel=0.02)
    assert variance == pytest.approx(0.04, rel=0.02)
    error = expected_error(predictions, noisy)
    assert error == pytest.approx(bias2 + variance + noise**2, rel=0.02)


def test_without_noise_the_sum_is_exact():
    rng = np.random.default_rng(1)
    predictions, truth = rng.normal(size=(5, 7)), rng.normal(size=7)
    bias2, variance = bias_variance(predictions, truth)
    error = expected_error(predictions, np.tile(truth, (5, 1)))
    assert bias2 + variance == pytest.approx(error, rel=1e-14)
    assert variance == pytest.approx(predictions.var(axis=0).mean(), rel=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_decomposition_keeps_dtype_arguments_and_library(dtype):
    rng = np.random.default_rng(2)
    predictions, truth = rng.normal(size=(5, 7)).astype(dtype), rng.normal(size=7).astype(dtype)
    before = predictions.copy(), truth.copy()
    results = *bias_variance(predictions, truth), expected_error(predictions, predictions + 1)
    assert all(value.dtype == dtype for value in results)
    np.testing.assert_array_equal(predictions, before[0])
    np.testing.assert_array_equal(truth, before[1])
    by_torch = bias_variance(torch.tensor(predictions), torch.tensor(truth))
    assert [value.item() for value in by_torch] == pytest.approx(results[:2], rel=1e-5)


def test_decomposition_names_what_does_not_fit():
    with pytest.raises(ValueError, match=r"got predictions \(2, 3\) and truth \(2,\)"):
        bias_variance(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ValueError, match=r"got predictions of shape \(2, 3\) and noisy_y of"):
        expected_error(np.ones((2, 3)), np.ones(3))


# Judging a way of fitting.


def test_cross_validation_by_hand():
    data = np.zeros((4, 1)), np.array([0.0, 2.0, 4.0, 6.0])
    splits = [(np.array([0, 1]), np.array([2, 3])), (np.array([2, 3]), np.array([0, 1]))]
    assert cross_validate(fit_mean, squared, data, splits).tolist() == [17.0, 17.0]


def test_the_learning_curve_closes_the_gap():
    rng = np.random.default_rng(0)
    train, validation = ((np.zeros((n, 1)), rng.normal(size=n)) for n in (400, 2000))
    seen, unseen = learning_curve(fit_mean, squared, train, validation, [1, 20, 400])
    assert seen[0] == 0
    gaps = unseen - seen
    assert gaps[0] > gaps[1] > gaps[2] - 0.1
    assert abs(gaps[2]) < 0.15
    with pytest.raises(ValueError, match=r"got sizes \[0, 401\], wanted each between 1 and 400"):
        learning_curve(fit_mean, squared, train, validation, [0, 401])
