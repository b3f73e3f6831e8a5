"""The pictures of unit 7: handwritten digits, blended, moved and turned until they are new.

The digits are the 1797 images of 8 by 8 pixels from the test part of "Optical Recognition of
Handwritten Digits" by E. Alpaydin and C. Kaynak (UCI Machine Learning Repository, 1998, license
CC BY 4.0), which scikit-learn carries as well.  They are public, so a picture as it is would be no
examination: whoever has the list can look the label up.  What is drawn here is therefore new every
time, by steps that leave the digit what it is:

- five digits of the same class are blended with random weights;
- the blend moves sideways by up to two pixels, and gets noise;
- all pictures of a draw are turned and mirrored alike, never upright;
- the classes of a draw are renamed alike, none keeps its name.

Training pictures are blends of one part of the originals, pictures to be judged by are blends of
the other, so no original is behind both.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import numpy as np

#: How many originals make a picture, how far it moves, how strong its noise is.
BLENDED = 5
FARTHEST = 2
NOISE = 0.06

_WEIGHTS = 3.0  # of a Dirichlet distribution: no digit of a blend has much more than half
_HELD_OUT = (0, 3)  # of every seven rows: 514 of 1797


@dataclass(frozen=True)
class Disguise:
    """What is done to all pictures of a draw alike: a turn, and other names for the classes."""

    turn: int
    names: np.ndarray


@functools.cache
def originals(held_out: bool) -> tuple[np.ndarray, np.ndarray]:
    """Read a part of the digits.

    Parameters
    ----------
    held_out : bool
        The part to be judged by; otherwise the part to learn from.

    Returns
    -------
    tuple of array
        Images (n, 64) in [0, 1] and labels (n,).
    """
    with (
        resources.files(__package__).joinpath("digits.npz").open("rb") as file,
        np.load(file) as data,
    ):
        images, labels = data["images"] / 16, data["labels"].astype(np.int64)
    chosen = np.isin(np.arange(len(labels)) % 7, _HELD_OUT) == held_out
    return images[chosen], labels[chosen]


def practice_digits() -> tuple[np.ndarray, np.ndarray]:
    """Give the digits to learn from, upright and under their own names.

    Returns
    -------
    X : array, shape (1283, 64)
        Brightness of each pixel in [0, 1], row by row.
    y : int array, shape (1283,)
        The digit, 0 to 9.

    Examples
    --------
    >>> X, y = practice_digits()
    >>> X.shape, y[:3].tolist()
    ((1283, 64), [1, 2, 4])
    """
    X, y = originals(held_out=False)
    return X.copy(), y.copy()


def disguise(rng: np.random.Generator) -> Disguise:
    """Draw a turn that is not upright, and names of which none is the old one.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the choice comes from.

    Returns
    -------
    Disguise
        For all pictures of a draw.

    Examples
    --------
    >>> bool((disguise(np.random.default_rng(0)).names == np.arange(10)).any())
    False
    """
    names = np.arange(10)
    while (names == np.arange(10)).any():
        names = rng.permutation(10)
    return Disguise(int(rng.integers(1, 8)), names)


def pictures(
    rng: np.random.Generator, n: int, worn: Disguise, held_out: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Draw new pictures.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the draws come from.
    n : int
        How many, a multiple of ten: as many of each class.
    worn : Disguise
        From `disguise`.
    held_out : bool
        Whether to blend the originals that are to be judged by.

    Returns
    -------
    X : array, shape (n, 64)
        In [0, 1], rounded to 1/1000.
    y : int array, shape (n,)
        In 0..9, under the new names.
    """
    images, labels = originals(held_out)
    y = rng.permutation(np.repeat(np.arange(10), n // 10))
    weights = rng.dirichlet(np.full(BLENDED, _WEIGHTS), n)
    X = np.zeros((n, 64))
    for digit in range(10):
        mine, own = np.flatnonzero(y == digit), np.flatnonzero(labels == digit)
        chosen = rng.choice(own, (len(mine), BLENDED))
        X[mine] = (weights[mine, :, None] * images[chosen]).sum(axis=1)
    X = _moved(rng, X) + rng.normal(0.0, NOISE, X.shape)
    return _turned(np.clip(X, 0.0, 1.0).round(3), worn.turn), worn.names[y]


def _moved(rng: np.random.Generator, X: np.ndarray) -> np.ndarray:
    """Move each picture sideways; what comes in is dark."""
    wide = np.pad(X.reshape(-1, 8, 8), ((0, 0), (0, 0), (FARTHEST, FARTHEST)))
    starts = rng.integers(0, 2 * FARTHEST + 1, len(X))
    columns = starts[:, None] + np.arange(8)
    return np.take_along_axis(wide, columns[:, None, :], axis=2).reshape(-1, 64)


def _turned(X: np.ndarray, turn: int) -> np.ndarray:
    """Turn by quarters, and mirror from 4 on."""
    images = np.rot90(X.reshape(-1, 8, 8), turn % 4, axes=(1, 2))
    return np.ascontiguousarray(images.transpose(0, 2, 1) if turn >= 4 else images).reshape(-1, 64)
