"""What the tasks about one layer are compared with: the library, with the cache of the notebook."""

from __future__ import annotations

from typing import Any

from dlcourse import layers

#: What `dense_forward` hands to `dense_backward` when a student has written only the latter.
Cache = tuple[Any, Any, Any]


def dense_forward(x: Any, W: Any, b: Any) -> tuple[Any, Cache]:
    """Apply a layer and keep its three arguments.

    Parameters
    ----------
    x : array, shape (n, d)
        One example a row.
    W : array, shape (d, h)
        Weights.
    b : array, shape (h,)
        Biases.

    Returns
    -------
    out : array, shape (n, h)
        Pre-activations.
    cache : tuple
        ``(x, W, b)``.

    Examples
    --------
    >>> dense_forward([[1.0]], [[2.0]], [3.0])[0].tolist()
    [[5.0]]
    """
    return layers.dense(x, W, b)[0], (x, W, b)


def dense_backward(d_out: Any, cache: Cache) -> tuple[Any, Any, Any]:
    """Carry a gradient back through the layer.

    Parameters
    ----------
    d_out : array, shape (n, h)
        Gradient with respect to the output.
    cache : tuple
        From `dense_forward`.

    Returns
    -------
    tuple of array
        Gradients with respect to `x`, `W` and `b`.

    Examples
    --------
    >>> import numpy as np
    >>> cache = (np.array([[1.0]]), np.array([[2.0]]), np.array([3.0]))
    >>> [part.tolist() for part in dense_backward(np.array([[10.0]]), cache)]
    [[[20.0]], [[10.0]], [10.0]]
    """
    x, W, _ = cache
    return layers.dense_backward(d_out, (x, W))
