"""Draws the inputs of unit 1, so that wrong and right differ."""

from __future__ import annotations

import itertools

import numpy as np

from dlcourse.grading.spec import Function

#: The largest pre-activation for which an answer must stay finite and silent.
LARGEST = 1e4


def spread(
    rng: np.random.Generator, shape: tuple[int, ...], low: float = 0.15, high: float = 2.5
) -> np.ndarray:
    """Draw numbers of both signs, none of them near zero.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    shape : tuple of int
        Shape of the result; at least two numbers.
    low, high : float
        Range of the magnitudes.

    Returns
    -------
    array
        As many negative as positive numbers, in random order.

    Examples
    --------
    >>> z = spread(np.random.default_rng(0), (2, 3))
    >>> int((z > 0).sum()), bool((abs(z) > 0.1).all())
    (3, True)
    """
    size = int(np.prod(shape))
    signs = rng.permutation(np.resize([-1.0, 1.0], size))
    return (signs * rng.uniform(low, high, size)).reshape(shape)


def far(rng: np.random.Generator, count: int = 10) -> np.ndarray:
    """Draw pre-activations of every order of magnitude up to the largest, both signs.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    count : int
        How many to draw beside the two extremes.

    Returns
    -------
    array, shape (count + 2,)
        In random order.

    Examples
    --------
    >>> far(np.random.default_rng(0)).max().item()
    10000.0
    """
    signs = spread(rng, (count,), 1.0, 1.0)
    drawn = signs * 10.0 ** rng.uniform(0, np.log10(LARGEST), count)
    return rng.permutation(np.concatenate([drawn, [-LARGEST, LARGEST]]))


def bend(rng: np.random.Generator) -> Function:
    """Draw an elementwise function that is none of those which the unit asks for.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the choice comes from.

    Returns
    -------
    Function
        A curve, stretched and shifted.

    Examples
    --------
    >>> bend(np.random.default_rng(0)).kind in ("tanh", "sin", "arctan")
    True
    """
    kind = ("tanh", "sin", "arctan")[int(rng.integers(3))]
    a, c = spread(rng, (2,), 0.4, 1.6)
    return Function(kind, (round(float(a), 3), round(rng.uniform(0.5, 1.5), 3), round(float(c), 3)))


def stack(rng: np.random.Generator, *widths: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Draw the layers of a network.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    *widths : int
        Number of inputs, then number of units of each layer.

    Returns
    -------
    list of (W, b)
        Shapes ``(fan_in, fan_out)`` and ``(fan_out,)``; every bias differs from zero.

    Examples
    --------
    >>> [W.shape for W, b in stack(np.random.default_rng(0), 3, 4, 2)]
    [(3, 4), (4, 2)]
    """
    return [
        (spread(rng, (rows, columns), 0.2, 1.2), spread(rng, (columns,), 0.3, 1.0))
        for rows, columns in itertools.pairwise(widths)
    ]


def single(layers: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Convert layers to single precision.

    Parameters
    ----------
    layers : list of (W, b)
        From `stack`.

    Returns
    -------
    list of (W, b)
        The same in float32.

    Examples
    --------
    >>> single(stack(np.random.default_rng(0), 2, 2))[0][0].dtype.name
    'float32'
    """
    return [(W.astype(np.float32), b.astype(np.float32)) for W, b in layers]
