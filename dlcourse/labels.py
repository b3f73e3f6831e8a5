"""Labels as rows of zeros and ones, and as masks."""

from __future__ import annotations

from dlcourse import checks
from dlcourse.backend import Array, namespace


def one_hot(labels: Array, k: int) -> Array:
    r"""Write each label as a row with a single 1: :math:`t_{ij} = [y_i = j]`.

    Parameters
    ----------
    labels : int array, shape (n,)
        Class of each example, in ``0 .. k-1``.
    k : int
        Number of classes.

    Returns
    -------
    array, shape (n, k)
        Zeros and ones, float64.

    Raises
    ------
    TypeError
        When the labels are not integers.
    ValueError
        When a label is not one of the classes.

    Notes
    -----
    Section "One-hot" of chapter 2.

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    labels = checks.labels("labels", labels, k)
    xp = namespace(labels)
    return xp.astype(is_label(labels, k), xp.float64)


def is_label(labels: Array, k: int) -> Array:
    r"""Mark each example's own class: :math:`[y_i = j]` as true and false.

    Parameters
    ----------
    labels : int array, shape (n,)
        Class of each example, in ``0 .. k-1``; not checked here.
    k : int
        Number of classes.

    Returns
    -------
    bool array, shape (n, k)
        True in the column of the label.

    Notes
    -----
    Section "One-hot" of chapter 2.  A comparison and no indexing: it is the same in every
    array library, and `where` with it never multiplies 0 by infinity.

    Examples
    --------
    >>> import numpy as np
    >>> is_label(np.array([1]), 2).tolist()
    [[False, True]]
    """
    xp = namespace(labels)
    classes = xp.arange(k, dtype=labels.dtype, device=labels.device)
    return labels[:, None] == classes[None, :]
