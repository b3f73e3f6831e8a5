"""Parameters as nested lists: take them apart, put them together again.

The weights of a network are a list of ``(W, b)``.  Optimizers, clipping and checkpoints do not
care how deep the nesting goes: they want a flat list of arrays, and the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dlcourse.backend import Array

#: Arrays in lists and tuples, nested as deep as one likes; a single array is one too.
Tree = Any


def leaves(tree: Tree) -> list[Array]:
    """List the arrays of a nested structure, from left to right.

    Parameters
    ----------
    tree : array or list or tuple
        Arrays, nested in lists and tuples.

    Returns
    -------
    list of array
        The same arrays, not copies.

    Notes
    -----
    Section "One step for all weights" of chapter 4; jax calls this a flattened pytree.

    Examples
    --------
    >>> leaves([(1.0, 2.0), (3.0, 4.0)])
    [1.0, 2.0, 3.0, 4.0]
    """
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


def rebuild(like: Tree, arrays: Sequence[Array]) -> Tree:
    """Put a flat list of arrays into the nesting of another structure.

    Parameters
    ----------
    like : array or list or tuple
        The structure to imitate; its arrays are not looked at.
    arrays : list of array
        As many arrays as `like` has leaves.

    Returns
    -------
    array or list or tuple
        `arrays`, nested as in `like`.

    Raises
    ------
    ValueError
        When the number of arrays is not the number of leaves.

    Notes
    -----
    Section "One step for all weights" of chapter 4; the way back from `leaves`.

    Examples
    --------
    >>> rebuild([("W1", "b1"), ("W2", "b2")], [1, 2, 3, 4])
    [(1, 2), (3, 4)]
    """
    wanted = len(leaves(like))
    if len(arrays) != wanted:
        raise ValueError(f"got {len(arrays)} arrays, wanted {wanted}: one for each leaf")
    return _filled(like, iter(arrays))


def _filled(like: Tree, arrays: Iterator[Array]) -> Tree:
    if isinstance(like, (list, tuple)):
        branches = [_filled(branch, arrays) for branch in like]
        return branches if isinstance(like, list) else tuple(branches)
    return next(arrays)
