"""Gradient clipping: a cliff in the loss must not throw the weights away."""

from __future__ import annotations

import math

from dlcourse.backend import Array, as_floating, namespace
from dlcourse.pytrees import Tree, leaves, rebuild
from dlcourse.stepping import Optimizer, OptimizerState


def clip_by_norm(grads: Tree, max_norm: float) -> Tree:
    r"""Shorten all gradients together: :math:`g \leftarrow g \cdot \min(1, c / \lVert g \rVert)`.

    The direction is kept.  The norm is taken over all arrays at once.  Unlike
    `torch.nn.utils.clip_grad_norm_` there is no epsilon in the denominator: a clipped
    gradient has the norm that was asked for, not almost.

    Parameters
    ----------
    grads : list of array
        Gradients; any nesting of lists and tuples.
    max_norm : float
        The longest joint L2 norm :math:`c` that passes, above 0.

    Returns
    -------
    list of array
        Nested and shaped as `grads`, unchanged where the norm is at most `max_norm`.

    Raises
    ------
    ValueError
        When `max_norm` is not above 0, or a gradient is NaN or infinite.

    Notes
    -----
    Equation `eq-clip-by-norm` of chapter 4; Pascanu, Mikolov and Bengio (2013) [1]_.

    References
    ----------
    .. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
       networks", ICML, 2013.

    Examples
    --------
    >>> [g.item() for g in clip_by_norm([3.0, 4.0], max_norm=2.5)]
    [1.5, 2.0]
    """
    bound = _above_zero("max_norm", max_norm)
    arrays = [as_floating(leaf) for leaf in leaves(grads)]
    norm = math.hypot(*(_norm(array) for array in arrays))
    if norm <= bound:
        return rebuild(grads, arrays)
    return rebuild(grads, [array * (bound / norm) for array in arrays])


def clip_by_value(grads: Tree, limit: float) -> Tree:
    r"""Cut every entry to :math:`[-c, c]`; the direction may change.

    Parameters
    ----------
    grads : list of array
        Gradients; any nesting of lists and tuples.
    limit : float
        The largest size :math:`c` of an entry, above 0.

    Returns
    -------
    list of array
        Nested and shaped as `grads`.

    Raises
    ------
    ValueError
        When `limit` is not above 0, or a gradient is NaN or infinite.

    Notes
    -----
    Section "Clipping" of chapter 4.

    Examples
    --------
    >>> [g.item() for g in clip_by_value([3.0, -0.5], limit=1.0)]
    [1.0, -0.5]
    """
    bound = _above_zero("limit", limit)
    arrays = [as_floating(leaf) for leaf in leaves(grads)]
    for array in arrays:
        _largest(array)
    return rebuild(grads, [namespace(array).clip(array, -bound, bound) for array in arrays])


def clipped(optimizer: Optimizer, max_norm: float) -> Optimizer:
    """Let an optimizer see gradients of at most a given norm.

    Parameters
    ----------
    optimizer : Optimizer
        The pair that takes the steps.
    max_norm : float
        The longest joint L2 norm that passes, above 0.

    Returns
    -------
    Optimizer
        The same, after `clip_by_norm`.

    Notes
    -----
    Section "Clipping" of chapter 4.

    Examples
    --------
    >>> from dlcourse.optimizers import sgd
    >>> init, update = clipped(sgd(learning_rate=1.0), max_norm=2.5)
    >>> params, _ = update([3.0, 4.0], init([0.0, 0.0]), [0.0, 0.0])
    >>> [w.item() for w in params]
    [-1.5, -2.0]
    """

    def update(grads: Tree, state: OptimizerState, params: Tree) -> tuple[Tree, OptimizerState]:
        return optimizer.update(clip_by_norm(grads, max_norm), state, params)

    return Optimizer(optimizer.init, update)


def _norm(array: Array) -> float:
    """L2 norm; the largest entry is divided out first, for its square may overflow."""
    peak = _largest(array)
    if peak == 0:
        return 0.0
    xp = namespace(array)
    return peak * math.sqrt(float(xp.sum((array / peak) ** 2)))


def _largest(array: Array) -> float:
    xp = namespace(array)
    peak = float(xp.max(xp.abs(array))) if math.prod(array.shape) else 0.0
    if not math.isfinite(peak):
        raise ValueError(
            "got a gradient with NaN or infinity, wanted finite numbers; "
            "look for the first step where the loss is not finite, and lower the learning rate"
        )
    return peak


def _above_zero(name: str, value: float) -> float:
    if not value > 0:
        raise ValueError(f"got {name} = {value}, wanted a number above 0")
    return value
