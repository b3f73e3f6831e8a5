"""All weights of a network as one flat vector, and the views of it.

A layer's weights and biases lie side by side as one matrix ``(fan_in + 1, fan_out)``, the biases
in the last row.  A leading axis, when there is one, runs over networks of the same shape.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dlcourse.backend import Array, namespace
from dlcourse.layers import Layer


def pack(params: Sequence[Layer]) -> tuple[Array, tuple[int, ...]]:
    r"""Copy the weights of a network, or of a stack of networks, into one flat vector each.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order: W ``(d, h)`` and b ``(h,)``, or stacked W ``(m, d, h)`` and b ``(m, h)``.

    Returns
    -------
    flat : array, shape (p,) or (m, p)
        W and b of the first layer, W and b of the second, and so on.
    sizes : tuple of int
        Widths of the network: inputs, hidden layers, classes.

    Raises
    ------
    ValueError
        When there is no layer or the shapes do not chain.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> flat, sizes = pack([(np.array([[1.0, 2.0]]), np.array([3.0, 4.0]))])
    >>> flat.tolist(), sizes
    ([1.0, 2.0, 3.0, 4.0], (1, 2))
    """
    sizes = chained_sizes(params)
    xp = namespace(params[0][0])
    lead = tuple(params[0][0].shape[:-2])
    parts = [xp.reshape(part, (*lead, -1)) for layer in params for part in layer]
    return xp.concat(parts, axis=-1), sizes


def unpack(flat: Array, sizes: Sequence[int]) -> list[Array]:
    """See a flat vector as one matrix a layer, biases in the last row; nothing is copied.

    Parameters
    ----------
    flat : array, shape (p,) or (m, p)
        What `pack` returned.
    sizes : sequence of int
        Widths of the network.

    Returns
    -------
    list of array, shapes (d + 1, h) or (m, d + 1, h)
        Views of `flat`.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> unpack(np.array([1.0, 2.0, 3.0, 4.0]), (1, 2))[0].tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    matrices, start = [], 0
    for fan_in, fan_out in itertools.pairwise(sizes):
        stop = start + (fan_in + 1) * fan_out
        matrices.append(flat[..., start:stop].reshape(*flat.shape[:-1], fan_in + 1, fan_out))
        start = stop
    return matrices


def as_layers(flat: Array, sizes: Sequence[int]) -> list[Layer]:
    """See a flat vector as the layers (W, b); nothing is copied.

    Parameters
    ----------
    flat : array, shape (p,) or (m, p)
        What `pack` returned.
    sizes : sequence of int
        Widths of the network.

    Returns
    -------
    list of (W, b)
        Views of `flat`, shaped as what was packed.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> [part.tolist() for part in as_layers(np.array([1.0, 2.0, 3.0, 4.0]), (1, 2))[0]]
    [[[1.0, 2.0]], [3.0, 4.0]]
    """
    return [(matrix[..., :-1, :], matrix[..., -1, :]) for matrix in unpack(flat, sizes)]


def chained_sizes(params: Sequence[Layer]) -> tuple[int, ...]:
    """Read the widths of a network off its layers, and see that they chain.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order: W ``(d, h)`` and b ``(h,)``, or stacked W ``(m, d, h)`` and b ``(m, h)``.

    Returns
    -------
    tuple of int
        Inputs, hidden layers, classes.

    Raises
    ------
    ValueError
        When there is no layer or the shapes do not chain.

    Notes
    -----
    Section "Why it is faster" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> chained_sizes([(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 1)), np.zeros(1))])
    (2, 3, 1)
    """
    if len(params) == 0:
        raise ValueError("got no layers, wanted a list of at least one (W, b)")
    sizes = [params[0][0].shape[-2]]
    lead = tuple(params[0][0].shape[:-2])
    for W, b in params:
        wanted = (*lead, sizes[-1], b.shape[-1] if b.ndim else 0)
        if tuple(W.shape) != wanted or tuple(b.shape) != (*lead, wanted[-1]):
            raise ValueError(
                f"got W {tuple(W.shape)} and b {tuple(b.shape)} after a layer of width "
                f"{sizes[-1]}; wanted W {(*lead, sizes[-1], 'h')} and b {(*lead, 'h')}"
            )
        sizes.append(b.shape[-1])
    return tuple(sizes)
