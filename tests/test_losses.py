"""Losses at the points where formulas break, and where two of them must agree."""

import math

import numpy as np
import pytest
import torch

from dlcourse.activations import sigmoid, softmax
from dlcourse.logits import (
    bce_from_logits,
    log_softmax,
    logsumexp,
    softmax_cross_entropy_grad,
    softplus,
    sparse_cross_entropy,
)
from dlcourse.losses import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    cross_entropy,
    cross_entropy_grad,
    mse,
    one_hot,
)

RNG = np.random.default_rng(0)
SCORES, LABELS = 3 * RNG.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])


@pytest.fixture(autouse=True)
def silence():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        yield


def test_mse_is_the_mean_over_every_element():
    assert mse([[1.0, 2.0], [3.0, 4.0]], np.zeros((2, 2))) == 7.5


@pytest.mark.parametrize("labels", [[2, 0], np.array([2, 0], np.uint8), torch.tensor([2, 0])])
def test_one_hot(labels):
    rows = one_hot(labels, 3)
    assert np.asarray(rows).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert np.asarray(rows).dtype == np.float64
    assert isinstance(rows, torch.Tensor) == isinstance(labels, torch.Tensor)


@pytest.mark.parametrize(
    ("p", "y", "loss"),
    [
        ([0.0, 1.0], [0.0, 1.0], 0.0),
        ([0.0, 0.5], [1.0, 1.0], math.inf),
        ([1.0, 0.5], [0.0, 1.0], math.inf),
        ([1.0], [0.5], math.inf),
        ([1e-300], [1.0], 300 * math.log(10)),
        ([1e-30], [0.0], 1e-30),
        ([0.25], [0.25], -0.25 * math.log(0.25) - 0.75 * math.log(0.75)),
    ],
)
def test_binary_cross_entropy_at_the_limits(p, y, loss):
    assert binary_cross_entropy(p, y).item() == pytest.approx(loss, rel=1e-14)


def test_losses_of_perfect_predictions_print_as_zero():
    for loss in (
        binary_cross_entropy([1.0], [1.0]),
        cross_entropy([[1.0, 0.0]], [[1.0, 0.0]]),
        sparse_cross_entropy([[1e4, 0.0]], [0]),
    ):
        assert str(loss.item()) == "0.0"


def test_binary_cross_entropy_grad_at_the_limits():
    grad = binary_cross_entropy_grad([0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0])
    assert grad.tolist() == [0.25, -0.25, -math.inf, math.inf]


def test_cross_entropy_at_the_limits():
    assert cross_entropy([[1.0, 0.0]], [[0.5, 0.5]]) == math.inf
    assert cross_entropy([[0.5, 0.5]], [[0.0, 1.0]]).item() == pytest.approx(math.log(2))
    assert cross_entropy_grad([[1.0, 0.0]], [[0.5, 0.5]]).tolist() == [[-0.5, -math.inf]]
    assert cross_entropy([0.5, 0.5], [0.0, 1.0]).shape == ()


def test_three_ways_to_the_same_cross_entropy():
    p = softmax(SCORES)
    expected = cross_entropy(p, one_hot(LABELS, 4))
    np.testing.assert_allclose(sparse_cross_entropy(SCORES, LABELS), expected, rtol=1e-13)
    by_hand = -np.mean(np.log(p[np.arange(6), LABELS]))
    np.testing.assert_allclose(expected, by_hand, rtol=1e-13)


def test_two_ways_to_the_same_log_loss():
    z, y = SCORES[:, 0], np.array([0.0, 1.0, 1.0, 0.0, 0.3, 1.0])
    np.testing.assert_allclose(
        bce_from_logits(z, y), binary_cross_entropy(sigmoid(z), y), rtol=1e-13
    )
    two_classes = np.stack([np.zeros(6), z], axis=1)
    labels = (y > 0.5).astype(int)
    np.testing.assert_allclose(
        sparse_cross_entropy(two_classes, labels), bce_from_logits(z, labels), rtol=1e-13
    )


def test_masked_classes_have_no_probability_and_no_gradient():
    masked = SCORES.copy()
    masked[:, 3] = -np.inf
    labels = np.array([0, 1, 1, 1, 2, 0])
    rest = sparse_cross_entropy(SCORES[:, :3], labels)
    np.testing.assert_allclose(sparse_cross_entropy(masked, labels), rest, rtol=1e-14)
    assert np.all(softmax_cross_entropy_grad(masked, labels)[:, 3] == 0)
    assert np.all(log_softmax(masked)[:, 3] == -np.inf)
    assert sparse_cross_entropy(masked, np.array([3, 0, 0, 0, 0, 0])) == np.inf


def test_the_expected_loss_of_an_untrained_network_is_log_k():
    assert sparse_cross_entropy(np.zeros((5, 10)), np.arange(5)).item() == pytest.approx(
        math.log(10)
    )


def test_gradient_rows_sum_to_zero():
    sums = softmax_cross_entropy_grad(SCORES, LABELS).sum(axis=1)
    np.testing.assert_allclose(sums, 0, atol=1e-16)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([-np.inf, -np.inf], -np.inf),
        ([np.inf, 0.0], np.inf),
        ([np.inf, -np.inf], np.inf),
        ([np.inf, np.inf], np.inf),
        ([-np.inf, 3.0], 3.0),
        ([-1e4, -1e4], -1e4 + math.log(2)),
    ],
)
@pytest.mark.parametrize("convert", [np.array, torch.tensor])
def test_logsumexp_at_the_limits(row, expected, convert):
    assert logsumexp(convert(row)).item() == pytest.approx(expected)


def test_softplus_has_the_digits_that_torch_rounds_away():
    assert softplus(25.0).item() - 25 == pytest.approx(math.exp(-25), rel=1e-3)


def test_integer_labels_of_every_kind_are_welcome():
    many = np.zeros((1, 1000))  # more classes than an int8 can count
    assert sparse_cross_entropy(many, np.array([5], np.int8)).item() == pytest.approx(np.log(1000))
    for labels in (LABELS.tolist(), LABELS.astype(np.int8), tuple(LABELS)):
        assert sparse_cross_entropy(SCORES, labels) == sparse_cross_entropy(SCORES, LABELS)
    mixed = sparse_cross_entropy(torch.tensor(SCORES), LABELS)  # NumPy labels, torch scores
    assert mixed.item() == pytest.approx(sparse_cross_entropy(SCORES, LABELS).item(), rel=1e-14)
