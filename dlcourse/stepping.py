"""From the step of one array to an optimizer of a whole network.

An optimizer is a pair of pure functions.  `make_optimizer` builds it from an equation of
`descent` or `adaptive`, which knows one array, by walking over the leaves of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from dlcourse.backend import Array, as_floating, namespace
from dlcourse.pytrees import Tree, leaves, rebuild
from dlcourse.schedules import Schedule, constant

#: A number above 0, or a schedule.
LearningRate = float | Schedule


class OptimizerState(NamedTuple):
    """What an optimizer remembers between two steps.

    Attributes
    ----------
    steps : int
        Number of steps taken.
    memories : tuple of list of array
        Velocities, mean squares and the like: each one array for each leaf of the parameters.

    Notes
    -----
    Section "One step for all weights" of chapter 4.

    Examples
    --------
    >>> from dlcourse.optimizers import momentum
    >>> state = momentum(learning_rate=0.5).init([1.0])
    >>> state.steps, state.memories[0][0].item()
    (0, 0.0)
    """

    steps: int
    memories: tuple[list[Array], ...]


class Optimizer(NamedTuple):
    """A way to improve parameters.

    Attributes
    ----------
    init : callable
        ``init(params) -> state``, the memory before the first step.
    update : callable
        ``update(grads, state, params) -> (params, state)``, one step.

    Notes
    -----
    Section "One step for all weights" of chapter 4.

    Examples
    --------
    >>> from dlcourse.optimizers import sgd
    >>> plain = sgd(learning_rate=0.5)
    >>> params, state = plain.update([4.0], plain.init([1.0]), [1.0])
    >>> params[0].item()
    -1.0
    """

    init: Callable[[Tree], OptimizerState]
    update: Callable[[Tree, OptimizerState, Tree], tuple[Tree, OptimizerState]]


def make_optimizer(
    step: Callable[..., Any],
    memories: int,
    learning_rate: LearningRate,
    counted: bool = False,
    **settings: float,
) -> Optimizer:
    """Build an optimizer from the step of one array.

    Parameters
    ----------
    step : callable
        ``step(w, g, *memories, lr=..., **settings) -> (w, *memories)``.
    memories : int
        How many arrays the step remembers for each array of weights; zeros at the start.
    learning_rate : float or callable
        A number above 0, or a schedule.
    counted : bool, default False
        Whether the step also wants ``t``, its number counted from 1.
    **settings : float
        Passed on to every step.

    Returns
    -------
    Optimizer
        The pair ``(init, update)``.

    Raises
    ------
    ValueError
        When `learning_rate` is a number that is not above 0.

    Notes
    -----
    Section "One step for all weights" of chapter 4.

    Examples
    --------
    >>> init, update = make_optimizer(lambda w, g, lr: (w - lr * g,), 0, learning_rate=0.5)
    >>> update([4.0], init([1.0]), [1.0])
    ([-1.0], OptimizerState(steps=1, memories=()))
    """
    schedule = learning_rate if callable(learning_rate) else constant(learning_rate)
    equation = partial(step, **settings)
    return Optimizer(partial(_init, memories), partial(_update, equation, schedule, counted))


def _init(memories: int, params: Tree) -> OptimizerState:
    arrays = [as_floating(leaf) for leaf in leaves(params)]
    zeros = tuple([namespace(w).zeros_like(w) for w in arrays] for _ in range(memories))
    return OptimizerState(0, zeros)


def _update(
    equation: Callable[..., Any],
    schedule: Schedule,
    counted: bool,
    grads: Tree,
    state: OptimizerState,
    params: Tree,
) -> tuple[Tree, OptimizerState]:
    weights, gradients = leaves(params), leaves(grads)
    if len(weights) != len(gradients):
        raise ValueError(
            f"got {len(gradients)} gradients for {len(weights)} parameters, wanted one for each"
        )
    # float(): a NumPy float64 scalar would turn float32 weights into float64.
    now: dict[str, float] = {"lr": float(schedule(state.steps))}
    if counted:
        now["t"] = state.steps + 1
    rows = [
        equation(w, g, *slots, **now)
        for w, g, *slots in zip(weights, gradients, *state.memories, strict=True)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return rebuild(params, columns[0]), OptimizerState(state.steps + 1, tuple(columns[1:]))
