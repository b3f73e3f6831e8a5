"""Shifted images: each its own way, nothing wrapped around, every shift equally likely."""

import numpy as np
import pytest
import torch

from dlcourse.augmentation import augment_shift


def shifted(image, dy, dx):
    """One image moved down by dy and right by dx, by slices."""
    h, w = image.shape
    canvas = np.zeros((3 * h, 3 * w), image.dtype)
    canvas[h + dy : 2 * h + dy, w + dx : 2 * w + dx] = image
    return canvas[h : 2 * h, w : 2 * w]


def shifts_of(images, moved, reach):
    """The (dy, dx) that explains each image; every image of random numbers has just one."""
    found = []
    options = [(dy, dx) for dy in range(-reach, reach + 1) for dx in range(-reach, reach + 1)]
    for image, new in zip(images, moved, strict=True):
        fits = [way for way in options if np.array_equal(shifted(image, *way), new)]
        assert len(fits) == 1
        found += fits
    return np.array(found)


def test_every_image_is_shifted_its_own_way_uniformly_and_independently():
    images = np.random.default_rng(0).uniform(1, 2, size=(900, 5, 7))
    before = images.copy()
    ways = shifts_of(images, augment_shift(images, 1, np.random.default_rng(1)), 1)
    counts = np.zeros((3, 3))
    np.add.at(counts, tuple(ways.T + 1), 1)
    assert ((counts - 100) ** 2 / 100).sum() < 26.1  # chi-squared with 8 degrees, 0.1 %
    np.testing.assert_array_equal(images, before)


def test_equal_seeds_shift_alike_and_zero_does_not_shift():
    images = np.random.default_rng(0).normal(size=(20, 4, 4))
    one, again = (augment_shift(images, 2, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, again)
    other = augment_shift(images, 2, np.random.default_rng(4))
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(augment_shift(images, 0, np.random.default_rng(0)), images)


def test_what_leaves_is_gone():
    out = augment_shift(np.ones((200, 2, 2)), 5, np.random.default_rng(0))
    assert set(np.unique(out)) == {0.0, 1.0}
    assert (out.sum(axis=(1, 2)) == 0).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_shifts_as_numpy_does(dtype):
    images = np.random.default_rng(0).normal(size=(6, 4, 3)).astype(dtype)
    by_numpy = augment_shift(images, 2, np.random.default_rng(5))
    by_torch = augment_shift(torch.tensor(images), 2, np.random.default_rng(5))
    assert isinstance(by_torch, torch.Tensor)
    assert by_numpy.dtype == dtype
    np.testing.assert_array_equal(by_numpy, by_torch.numpy())


@pytest.mark.parametrize(("shape", "reach"), [((3, 3), 1), ((1, 3, 3), -1)])
def test_errors_name_what_does_not_fit(shape, reach):
    with pytest.raises(ValueError, match=r"wanted \(n, h, w\) and max_shift >= 0"):
        augment_shift(np.ones(shape), reach, np.random.default_rng(0))
