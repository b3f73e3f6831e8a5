"""Wrong answers for shifted images, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception
from dlcourse.grading.tasks.regularization.shifting import framed, window


def _draw(rng: Any, most: int, count: int) -> Any:
    return rng.integers(-most, most, (count, 2), endpoint=True)


def _half_open(rng: Any, most: int, count: int) -> Any:
    upper = most or 1  # with most = 0 there is nothing to leave out
    return rng.integers(-most, upper, (count, 2))


def _diagonal(rng: Any, most: int, count: int) -> Any:
    return rng.integers(-most, most, (count, 1), endpoint=True).repeat(2, axis=1)


def _farthest(rng: Any, most: int, count: int) -> Any:
    return rng.choice([-most, most], (count, 2))


def _shifted(
    draw: Callable[..., Any] = _draw,
    fill: str = "zeros",
    generator: Callable[[Any], Any] = lambda rng: rng,
) -> Callable[..., Any]:
    """Shift images in a way in which one thing is not as it should be."""

    def augment(images: Any, max_shift: int, rng: Any) -> Any:
        own, wide = generator(rng), framed(images, max_shift, fill)
        shifts = draw(own, max_shift, len(images)).tolist()
        pairs = zip(wide, shifts, strict=True)
        new = [window(image, images.shape, max_shift, shift) for image, shift in pairs]
        return np.stack(new).astype(images.dtype)

    return augment


def _all_alike(images: Any, max_shift: int, rng: Any) -> Any:
    wide = framed(images, max_shift)
    return window(wide, images.shape, max_shift, _draw(rng, max_shift, 1)[0]).copy()


def _in_place(images: Any, max_shift: int, rng: Any) -> Any:
    images[...] = _shifted()(images, max_shift, rng)
    return images


def _cut(images: Any, max_shift: int, rng: Any) -> Any:
    """Crop instead of shifting."""
    height, width = (side - max_shift for side in images.shape[1:])
    places = rng.integers(0, max_shift, (len(images), 2), endpoint=True)
    pairs = zip(images, places, strict=True)
    return np.stack([image[a : a + height, b : b + width] for image, (a, b) in pairs])


def _appended(images: Any, max_shift: int, rng: Any) -> Any:
    return np.concatenate([images, _shifted()(images, max_shift, rng)])


SHIFTS = (
    Misconception(
        "wraps",
        _shifted(fill="wrapped"),
        "What leaves an image on one side comes back on the other. The gap should be filled with "
        "zeros.",
    ),
    Misconception(
        "edge",
        _shifted(fill="edge"),
        "You filled the gap with the pixels at the edge. It should be filled with zeros.",
    ),
    Misconception(
        "ones",
        _shifted(fill="ones"),
        "You filled the gap with ones. It should be filled with zeros.",
    ),
    Misconception(
        "half-open",
        _shifted(_half_open),
        "No image is ever moved by max_shift down or right: the upper end of the range was left "
        "out. Look at how your generator treats it.",
    ),
    Misconception(
        "all-alike",
        _all_alike,
        "You drew one shift and moved all images by it. Every image has a shift of its own.",
    ),
    Misconception(
        "diagonal",
        _shifted(_diagonal),
        "All your images move along the diagonal: one number was drawn for both directions. Down "
        "and right are drawn apart.",
    ),
    Misconception(
        "sideways-only",
        _shifted(lambda *given: _draw(*given) * (0, 1)),
        "Your images move right and left only. Up and down belongs to it as well.",
    ),
    Misconception(
        "upright-only",
        _shifted(lambda *given: _draw(*given) * (1, 0)),
        "Your images move up and down only. Right and left belongs to it as well.",
    ),
    Misconception(
        "down-and-right-only",
        _shifted(lambda *given: np.abs(_draw(*given))),
        "Your images only ever move down and to the right. The shifts run from minus max_shift to "
        "plus max_shift.",
    ),
    Misconception(
        "always-farthest",
        _shifted(_farthest),
        "Every image is moved as far as it may be. All shifts within the range should be equally "
        "likely.",
    ),
    Misconception(
        "cropped",
        _cut,
        "Your images are smaller than before. They should keep their size, with zeros in the gap.",
    ),
    Misconception(
        "appended",
        _appended,
        "You returned the old images together with the new ones. Only the shifted ones are asked "
        "for, as many as came.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "Your images are right, but you wrote them into the array of the caller, who would lose "
        "the originals. Make a new array.",
    ),
    Misconception(
        "fixed-seed",
        _shifted(generator=lambda _: np.random.default_rng(0)),
        "You made a generator of your own with a fixed seed, so every epoch sees the same shifts. "
        "Draw from the argument rng.",
    ),
    Misconception(
        "own-generator",
        _shifted(generator=lambda _: np.random.default_rng()),
        "Your shifts do not come from rng, so a run cannot be repeated. Draw from the generator "
        "that the caller gives you, and from no other.",
    ),
)
