"""Nearest neighbors and nearest means, against a plain loop and the notes' table."""

import numpy as np
import pytest
import torch

from dlcourse import neighbors
from dlcourse.neighbors import (
    knn_classify,
    knn_predict,
    leave_one_out_nearest_mean,
    nearest_mean_predict,
)


def by_loop(X, query, k):
    """Rows of the k nearest, the earlier first among equals."""
    out = []
    for q in query:
        distance = [float(np.sum((x - q) ** 2)) for x in X]
        out.append(sorted(range(len(X)), key=lambda i: (distance[i], i))[:k])
    return np.array(out)


def grid(seed, n, d=2):
    """Points with whole coordinates: many exact ties."""
    return np.random.default_rng(seed).integers(-2, 3, size=(n, d)).astype(float)


@pytest.mark.parametrize("k", [1, 3, 7, 40])
@pytest.mark.parametrize("block", [1, 1 << 22])
def test_neighbors_equal_a_plain_loop_ties_included(monkeypatch, k, block):
    monkeypatch.setattr(neighbors, "_BLOCK", block)  # also one query point at a time
    rng = np.random.default_rng(1)
    X, query, y = grid(2, 40), grid(3, 25), rng.normal(size=40)
    labels = rng.integers(-1, 3, 40)
    rows = by_loop(X, query, k)
    np.testing.assert_allclose(knn_predict(X, y, query, k), y[rows].mean(axis=1), rtol=1e-13)
    votes = [np.unique(labels[row], return_counts=True) for row in rows]
    expected = [classes[np.argmax(counts)] for classes, counts in votes]
    assert knn_classify(X, labels, query, k).tolist() == expected


def test_nearest_mean_equals_a_plain_loop():
    X, query, labels = grid(4, 30), grid(5, 20), np.random.default_rng(6).integers(0, 3, 30)
    means = {label: X[labels == label].mean(axis=0) for label in range(3)}
    gaps = [[np.sum((q - means[label]) ** 2) for label in range(3)] for q in query]
    expected = [max(i for i in range(3) if row[i] == min(row)) for row in gaps]
    assert nearest_mean_predict(X, labels, query).tolist() == expected


def test_between_two_means_the_larger_class_wins():
    for labels in ([-1, 1], [1, -1]):
        assert nearest_mean_predict([[0.0], [4.0]], labels, [[2.0]]).tolist() == [1]


def test_leave_one_out_is_the_table_of_the_notes():
    x, y = [1, 2, 4, 5, 6, 7], [1, -1, 1, 1, -1, -1]
    correct = leave_one_out_nearest_mean(x, y)
    assert correct.dtype == bool
    # 5 without itself: the means are 2.5 and 5, so it is called -1.
    assert correct.tolist() == [True, False, True, False, True, True]


@pytest.mark.parametrize("seed", range(5))
def test_leave_one_out_equals_training_anew_each_time(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, size=12).astype(float)
    y = rng.permutation([1] * 5 + [-1] * 7)
    expected = []
    for i in range(12):
        rest = np.delete(np.arange(12), i)
        guess = nearest_mean_predict(x[rest, None], y[rest], x[i : i + 1, None])
        expected.append(guess[0] == y[i])
    assert leave_one_out_nearest_mean(x, y).tolist() == expected


def test_a_tie_goes_to_plus_one():
    # Leaving out 2: the means are 4 (of +1) and 0 (of -1), both 2 away.
    for own in (1, -1):
        x, y = [4.0, 4.0, 0.0, 0.0, 2.0], [1, 1, -1, -1, own]
        assert leave_one_out_nearest_mean(x, y)[4] == (own == 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_arguments_and_library_are_kept(dtype):
    rng = np.random.default_rng(7)
    X, y, query = (rng.normal(size=s).astype(dtype) for s in ((20, 3), (20,), (5, 3)))
    labels = rng.integers(0, 2, 20)
    before = [array.copy() for array in (X, y, query, labels)]
    numbers = knn_predict(X, y, query, 3)
    assert numbers.dtype == dtype
    tensors = [torch.tensor(array) for array in (X, y, query, labels)]
    by_torch = knn_predict(*tensors[:3], 3)
    assert isinstance(by_torch, torch.Tensor)
    np.testing.assert_allclose(numbers, by_torch.numpy(), rtol=1e-5)
    for function, extra in ((knn_classify, (3,)), (nearest_mean_predict, ())):
        mine = function(X, labels, query, *extra)
        theirs = function(tensors[0], tensors[3], tensors[2], *extra)
        assert mine.tolist() == theirs.tolist()
    signs = 2 * labels - 1
    mine = leave_one_out_nearest_mean(y, signs)
    assert mine.tolist() == leave_one_out_nearest_mean(tensors[1], torch.tensor(signs)).tolist()
    for array, old in zip((X, y, query, labels), before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_no_query_is_no_answer():
    assert knn_predict(np.ones((3, 2)), np.ones(3), np.ones((0, 2)), 2).shape == (0,)


@pytest.mark.parametrize("k", [0, 4])
def test_the_number_of_neighbors_is_checked(k):
    with pytest.raises(ValueError, match=f"got k = {k} neighbors of 3 examples"):
        knn_predict(np.ones((3, 1)), np.ones(3), np.ones((1, 1)), k)


def test_errors_name_what_does_not_fit():
    with pytest.raises(ValueError, match=r"got X \(3, 2\), targets \(3,\) and X_query \(4,\)"):
        knn_predict(np.ones((3, 2)), np.ones(3), np.ones(4), 1)
    with pytest.raises(TypeError, match="labels: got values of dtype float64, wanted integers"):
        knn_classify(np.ones((3, 2)), np.ones(3), np.ones((1, 2)), 1)
    for y in ([1, -1, -1], [1, 1, 0, -1, -1], [1, 1, 1]):
        with pytest.raises(ValueError, match=r"wanted labels -1 and \+1 in y, at least two"):
            leave_one_out_nearest_mean(np.arange(float(len(y))), y)
    with pytest.raises(ValueError, match=r"got x \(3,\) and y \(2,\)"):
        leave_one_out_nearest_mean([1.0, 2.0, 3.0], [1, 1])
