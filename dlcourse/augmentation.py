"""Make new examples from old ones by changes that do not change the answer."""

from __future__ import annotations

import numpy as np

from dlcourse.backend import Array, as_floating, moved, namespace


def augment_shift(images: Array, max_shift: int, rng: np.random.Generator) -> Array:
    r"""Move each image by a few pixels, its own way, and fill with zeros what it leaves.

    Parameters
    ----------
    images : array, shape (n, h, w)
        One image each.
    max_shift : int
        Largest shift, at least 0; down and right are drawn independently and uniformly from
        ``-max_shift .. max_shift``, both ends included.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array, shape (n, h, w)
        Shifted images, dtype of `images`.

    Raises
    ------
    ValueError
        When `images` is not (n, h, w) or `max_shift` is below 0.

    Notes
    -----
    Section "More data from the same data" of chapter 5.

    Examples
    --------
    >>> augment_shift([[[1.0, 2.0], [3.0, 4.0]]], 0, np.random.default_rng(0)).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """
    images = as_floating(images, name="images")
    if images.ndim != 3 or max_shift < 0:
        raise ValueError(
            f"got images {tuple(images.shape)} and max_shift = {max_shift}, "
            "wanted (n, h, w) and max_shift >= 0"
        )
    n, h, w = images.shape
    shifts = rng.integers(-max_shift, max_shift, size=(2, n, 1), endpoint=True)
    rows, columns = np.arange(h) - shifts[0], np.arange(w) - shifts[1]  # where pixels come from
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None, :]
    source = rows[:, :, None] * w + columns[:, None, :] + np.arange(n)[:, None, None] * h * w
    xp = namespace(images)
    index = moved(np.where(inside, source, 0).reshape(-1), like=images)
    pixels = xp.reshape(xp.take(xp.reshape(images, (-1,)), index), images.shape)
    return xp.where(moved(inside, like=images), pixels, xp.zeros_like(pixels))
