"""Toy sets: found by discovery, repeatable, balanced, and as hard as they claim."""

import inspect

import numpy as np
import pytest

from dlcourse import toys
from dlcourse.neighbors import knn_classify
from dlcourse.toys import blobs, moons, noisy_curve, noisy_xor, spirals

SETS = {
    "blobs": lambda n, rng: blobs(n, rng, centers=[[0, 0], [3, 0], [0, 3]]),
    "moons": moons,
    "spirals": lambda n, rng: spirals(n, rng, classes=3),
    "noisy_xor": noisy_xor,
    "noisy_curve": noisy_curve,
}
CLASSES = {"blobs": 3, "moons": 2, "spirals": 3, "noisy_xor": 2}


def test_every_set_is_tested():
    found = {
        name
        for name, thing in inspect.getmembers(toys, inspect.isfunction)
        if thing.__module__ == toys.__name__ and not name.startswith("_")
    }
    assert found == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_equal_seeds_give_equal_sets_of_the_size_asked(name):
    X, y = SETS[name](37, np.random.default_rng(1))
    again, other = (SETS[name](37, np.random.default_rng(seed)) for seed in (1, 2))
    assert len(X) == len(y) == 37
    assert X.dtype == np.float64
    np.testing.assert_array_equal(X, again[0])
    np.testing.assert_array_equal(y, again[1])
    assert not np.array_equal(X, other[0])


@pytest.mark.parametrize("name", CLASSES)
def test_any_first_rows_are_balanced(name):
    X, y = SETS[name](60, np.random.default_rng(0))
    assert X.shape == (60, 2)
    assert y.dtype == np.int64
    counts = np.bincount(y[:12], minlength=CLASSES[name])
    assert set(counts) == {12 // CLASSES[name]}


def linear_accuracy(X, y):
    """The best that least squares on one line does for two classes."""
    rows = np.c_[X, np.ones(len(X))]
    w = np.linalg.lstsq(rows, 2.0 * y - 1, rcond=None)[0]
    return np.mean((rows @ w > 0) == (y == 1))


@pytest.mark.parametrize(("name", "most"), [("moons", 0.93), ("spirals", 0.75), ("noisy_xor", 0.7)])
def test_a_line_does_not_do_but_neighbors_do(name, most):
    draw = spirals if name == "spirals" else SETS[name]
    X, y = draw(600, np.random.default_rng(0))
    assert linear_accuracy(X, y) < most
    guesses = knn_classify(X[:300], y[:300], X[300:], 1)
    assert np.mean(guesses == y[300:]) > 0.97


def test_shapes_without_noise():
    rng = np.random.default_rng(0)
    X, y = moons(200, rng, noise=0.0)
    centers = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.hypot(*(X - centers).T), 1)
    assert (X[y == 0, 1] >= 0).all()
    assert (X[y == 1, 1] <= 0.5).all()
    X, y = spirals(300, rng, classes=3, turns=1.5, noise=0.0)
    radius, angle = np.hypot(*X.T), np.arctan2(X[:, 1], X[:, 0])
    expected = 2 * np.pi * (1.5 * radius + y / 3)
    np.testing.assert_allclose(np.cos(angle - expected), 1)
    x, y = noisy_curve(200, rng, noise=0.0)
    assert abs(x).max() <= 1
    np.testing.assert_allclose(y, np.sin(1.5 * np.pi * x))


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_blobs_sit_where_they_should(spread):
    centers = np.array([[0.0, 0.0, 1.0], [10.0, 0.0, 0.0]])
    X, y = blobs(4000, np.random.default_rng(0), centers, spread)
    for label, center in enumerate(centers):
        np.testing.assert_allclose(X[y == label].mean(axis=0), center, atol=0.05)
        np.testing.assert_allclose(X[y == label].std(axis=0), spread, atol=0.03)


def test_noise_has_the_size_asked():
    noisy = noisy_curve(5000, np.random.default_rng(0), noise=0.3)
    assert np.std(noisy[1] - np.sin(1.5 * np.pi * noisy[0])) == pytest.approx(0.3, rel=0.05)
    corners, _ = noisy_xor(4, np.random.default_rng(0), noise=0.0)
    X, _ = noisy_xor(4000, np.random.default_rng(0), noise=0.2)
    assert np.std(X - np.tile(corners, (1000, 1))) == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("name", SETS)
def test_errors_name_what_is_out_of_range(name):
    with pytest.raises(ValueError, match="got n = 0 and a spread of"):
        SETS[name](0, np.random.default_rng(0))


def test_the_rest_of_the_settings_are_checked_too():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="a spread of -1"):
        moons(5, rng, noise=-1)
    with pytest.raises(ValueError, match="got classes = 0"):
        spirals(5, rng, classes=0)
    with pytest.raises(ValueError, match=r"got centers of shape \(2,\)"):
        blobs(5, rng, centers=[0.0, 1.0])
