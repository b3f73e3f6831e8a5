"""Judges shifted images: each is the old one moved by a shift that is drawn fairly."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe, precision
from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks import chance
from dlcourse.grading.tasks.regularization.penalties import DTYPE, UNCHANGED

#: Down and right, in pixels.
_Shift = tuple[int, int]


def verify_shifts(case: Case, value: Any) -> str:
    """Judge shifted images.

    The numbers of images that were moved by each of the possible shifts may fail a right answer,
    with a probability of at most `chance.RATE` for all of them together.

    Parameters
    ----------
    case : Case
        The call: ``(images, max_shift, rng)``.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when the images are right.
    """
    images, most = case.args[:2]
    out = as_numbers(value)
    if out is None or out.shape != images.shape:
        return f"{describe(value)} came where an array of shape {images.shape} is wanted"
    rtol = 1e-4 if "float32" in (precision(case), out.dtype.name) else 1e-7
    shifts = _grid(most)
    found = _found(images, out, shifts, "zeros", rtol)
    if not found.any(axis=0).all():
        place = int(np.argmin(found.any(axis=0)))
        return (
            f"image {place} is not the old one, moved by at most {most} pixels down or up and "
            "right or left, with zeros where it was moved away"
        )
    return _wrong_counts(found.sum(axis=1), shifts, len(images)) if most else ""


def _wrong_counts(counts: np.ndarray, shifts: list[_Shift], n: int) -> str:
    low, high = chance.equal_limits(n, len(shifts))
    for count, (down, right) in zip(counts, shifts, strict=True):
        if not low <= count <= high:
            return (
                f"{count} of {n} images were moved {down} down and {right} right; wanted about "
                f"{n / len(shifts):.0f}, as for every other shift"
            )
    return ""


def shifts_fingerprint(case: Case, value: Any) -> Any:
    """Reduce shifted images to what tells misconceptions apart, whatever the draws.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    object
        Shape, what fills the gap, and for many images the shifts that occur.
    """
    images, most = case.args[:2]
    out = as_numbers(value)
    if out is None or out.shape != images.shape:
        return describe(value)
    shifts = _grid(most + 1)
    for fill in ("zeros", "wrapped", "edge", "ones"):
        if not _found(images[:20], out[:20], shifts, fill, 1e-4).any(axis=0).all():
            continue
        found = _found(images, out, shifts, fill, 1e-4)
        if found.any(axis=0).all():
            return fill, _occurring(found, shifts) if len(images) > 100 else ""
    return "other"


def _occurring(found: np.ndarray, shifts: list[_Shift]) -> Any:
    seen = [shift for shift, count in zip(shifts, found.sum(axis=1), strict=True) if count]
    if len(seen) == 1:
        return "one shift"
    return len(seen), sorted({down for down, _ in seen}), sorted({right for _, right in seen})


def _grid(most: int) -> list[_Shift]:
    sides = range(-most, most + 1)
    return list(itertools.product(sides, sides))


def _found(
    images: np.ndarray, out: np.ndarray, shifts: list[_Shift], fill: str, rtol: float
) -> np.ndarray:
    """Tell for each shift (rows) and each image (columns) whether the one explains the other."""
    most = max(map(max, shifts))
    wide = framed(images.astype(np.float64), most, fill)
    windows = (window(wide, images.shape, most, shift) for shift in shifts)
    return np.array([(np.abs(out - w) <= rtol).all(axis=(1, 2)) for w in windows])


def framed(images: np.ndarray, width: int, fill: str = "zeros") -> np.ndarray:
    """Put a frame around each image.

    Parameters
    ----------
    images : array, shape (n, h, w)
        The images.
    width : int
        Width of the frame.
    fill : {'zeros', 'ones', 'edge', 'wrapped'}
        What it is made of.

    Returns
    -------
    array, shape (n, h + 2 width, w + 2 width)
        New images.

    Examples
    --------
    >>> framed(np.array([[[3.0]]]), 1)[0, 1].tolist()
    [0.0, 3.0, 0.0]
    """
    frame = ((0, 0), (width, width), (width, width))
    if fill in ("zeros", "ones"):
        return np.pad(images, frame, constant_values=float(fill == "ones"))
    return np.pad(images, frame, mode="edge" if fill == "edge" else "wrap")


def window(
    wide: np.ndarray, shape: tuple[int, ...], width: int, shift: tuple[int, int]
) -> np.ndarray:
    """Cut moved images out of framed ones.

    Parameters
    ----------
    wide : array
        One image or many, from `framed`.
    shape : tuple of int
        Ends with height and width of the images.
    width : int
        Width of the frame.
    shift : tuple of int
        Pixels down and pixels right.

    Returns
    -------
    array
        A view.

    Examples
    --------
    >>> window(framed(np.array([[[1.0, 2.0]]]), 1), (1, 2), 1, (0, 1)).tolist()
    [[[0.0, 1.0]]]
    """
    top, left = width - shift[0], width - shift[1]
    return wide[..., top : top + shape[-2], left : left + shape[-1]]


def _images(rng: np.random.Generator, n: int, h: int, w: int, dtype: type = np.float64) -> Any:
    """Bright everywhere, so that a pixel of the gap is seen as one."""
    return rng.uniform(0.2, 0.9, (n, h, w)).astype(dtype)


def _call(rng: np.random.Generator, n: int, h: int, w: int, most: int, **kind: Any) -> Case:
    return Case((_images(rng, n, h, w, **kind), most, chance.seeded(rng)))


SHIFTS = (
    Criterion(
        "shifts",
        2.5,
        "many images, each with a shift of its own, all shifts equally likely",
        lambda rng: [_call(rng, 600, 5, 5, 2), _call(rng, 300, 4, 4, 1)],
    ),
    Criterion(
        "not-square",
        0.5,
        "images that are not square",
        lambda rng: [_call(rng, 60, 4, 7, 2), _call(rng, 60, 8, 5, 2)],
    ),
    Criterion(
        "no-shift",
        0.5,
        "max_shift = 0 leaves the images as they are",
        lambda rng: [_call(rng, 4, 3, 3, 0), _call(rng, 60, 4, 4, 1)],
    ),
    chance.repeatable(0.5, lambda rng: (_images(rng, 40, 5, 5), 1)),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [
            _call(rng, 50, 4, 5, 1, dtype=np.float32),
            _call(rng, 50, 4, 5, 1),
        ],
        "dtype",
    ),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_call(rng, 45, 5, 4, 1)], "arguments"),
)
