"""The training loop: shuffle, cut into mini-batches, step, look, repeat.

A run is a value.  After every epoch there is a `Snapshot` with all that the next epoch depends
on; callbacks look at it, checkpoints keep it, and `train` continues from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.backend import Array, moved, namespace
from dlcourse.pytrees import Tree
from dlcourse.stepping import Optimizer, OptimizerState

#: ``loss_and_grads(params, X, y) -> (loss, grads)``.
LossAndGrads = Callable[[Tree, Array, Array], tuple[Array, Tree]]


@dataclass(frozen=True)
class Snapshot:
    """A run after some epochs: all that the next epoch depends on, and what happened so far.

    Attributes
    ----------
    params : list of (W, b)
        The parameters, or any nesting of arrays.
    state : OptimizerState
        What the optimizer remembers.
    rng_state : dict
        State of the random generator, as its ``bit_generator.state``.
    history : tuple of dict
        One record for each epoch: ``epoch`` (from 1), ``loss`` (mean over the examples, while
        the weights moved) and what `evaluate` measured.

    Notes
    -----
    Section "The training loop" of chapter 7.

    Examples
    --------
    >>> run = Snapshot([], None, {}, ({"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}))
    >>> run.epoch, run.values("loss")
    (2, [0.5, 0.25])
    """

    params: Tree
    state: OptimizerState
    rng_state: Mapping[str, Any]
    history: tuple[dict[str, float], ...] = ()

    @property
    def epoch(self) -> int:
        """Number of epochs done."""
        return len(self.history)

    def values(self, name: str) -> list[float]:
        """One measured quantity, epoch by epoch; an error that names the others if missing."""
        known = sorted({key for record in self.history for key in record})
        if any(name not in record for record in self.history):
            raise ValueError(
                f"got {name!r} to watch, but each epoch records {', '.join(known)}; "
                "return it from `evaluate`, or watch one of these"
            )
        return [record[name] for record in self.history]


#: Looks at the run after each epoch; True stops it.
Callback = Callable[[Snapshot], bool]


def minibatches(
    X: Array, y: Array, size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    """Deal all examples into batches, in a random order: one epoch.

    Parameters
    ----------
    X : array, shape (n, ...)
        One example a row.
    y : array, shape (n, ...)
        One target a row.
    size : int
        Rows in a batch, at least 1; the last batch has what is left.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    iterator of (X_batch, y_batch)
        Every row comes exactly once, with its target.

    Raises
    ------
    ValueError
        When `X` and `y` have different numbers of rows, or `size` is below 1.

    Notes
    -----
    Section "Mini-batches" of chapter 4.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> batches = list(minibatches(np.array([[1], [2], [3]]), np.array([10, 20, 30]), 2, rng))
    >>> [len(X) for X, _ in batches], all((y == 10 * X[:, 0]).all() for X, y in batches)
    ([2, 1], True)
    """
    xp = namespace(X, y)
    X, y = xp.asarray(X), xp.asarray(y)
    if X.ndim == 0 or y.ndim == 0 or X.shape[0] != y.shape[0]:
        raise ValueError(
            f"got X {tuple(X.shape)} and y {tuple(y.shape)}, wanted the same number of rows"
        )
    if size < 1:
        raise ValueError(f"got size = {size}, wanted at least 1 row in a batch")
    n = X.shape[0]
    order = moved(rng.permutation(n), like=X)
    parts = (order[start : min(start + size, n)] for start in range(0, n, size))
    return ((xp.take(X, rows, axis=0), xp.take(y, rows, axis=0)) for rows in parts)


def train(
    params: Tree,
    data: tuple[Array, Array],
    loss_and_grads: LossAndGrads,
    optimizer: Optimizer,
    *,
    epochs: int,
    size: int,
    rng: np.random.Generator,
    evaluate: Callable[[Tree], Mapping[str, float]] | None = None,
    callbacks: Sequence[Callback] = (),
    resume: Snapshot | None = None,
) -> Snapshot:
    """Improve parameters for some epochs, or until a callback says stop.

    Parameters
    ----------
    params : list of (W, b)
        Where to start; any nesting of arrays that `loss_and_grads` understands.
    data : tuple (X, y)
        Training examples, one a row, and their targets.
    loss_and_grads : callable
        ``loss_and_grads(params, X, y) -> (loss, grads)``, the loss a mean over the rows.
    optimizer : Optimizer
        Pair ``(init, update)``.
    epochs : int
        Passes over the data in all, those before `resume` included.
    size : int
        Rows in a mini-batch.
    rng : numpy.random.Generator
        Source of randomness.  Functions that draw as well (dropout) should draw from the same
        generator: its state is part of the snapshot.
    evaluate : callable, optional
        ``evaluate(params) -> {name: number}`` after each epoch, such as the loss and the
        accuracy on validation data.
    callbacks : list of callable
        Each is given the `Snapshot` after every epoch, and returns True to stop the run.
    resume : Snapshot, optional
        Continue from here instead: `params` is not looked at, and `rng` is set to where it was.

    Returns
    -------
    Snapshot
        The run after its last epoch.

    Raises
    ------
    ValueError
        When `epochs` is below 0, or `data` is empty or not a pair of as many rows.

    Notes
    -----
    Section "The training loop" of chapter 7; equation `eq-epoch-steps` of chapter 7 counts the
    steps.  A run that is continued from a snapshot is the same, to the bit, as one that was never
    interrupted.

    Examples
    --------
    >>> from dlcourse.optimizers import sgd
    >>> half_square = lambda w, X, y: (w[0] ** 2 / 2, w)
    >>> rng, data = np.random.default_rng(0), (np.zeros((2, 1)), np.zeros(2))
    >>> run = train([8.0], data, half_square, sgd(0.5), epochs=3, size=2, rng=rng)
    >>> run.params[0].item(), run.values("loss")
    (1.0, [32.0, 8.0, 2.0])
    """
    n = data[0].shape[0]
    if epochs < 0 or n == 0:
        raise ValueError(f"got epochs = {epochs} and {n} rows of data, wanted epochs >= 0 and data")
    run = resume or Snapshot(params, optimizer.init(params), rng.bit_generator.state)
    rng.bit_generator.state = run.rng_state
    while run.epoch < epochs:
        params, state, loss = _epoch(run, minibatches(*data, size, rng), loss_and_grads, optimizer)
        measured = evaluate(params) if evaluate else {}
        record = {"epoch": run.epoch + 1, "loss": loss}
        record |= {name: float(value) for name, value in measured.items()}
        run = Snapshot(params, state, rng.bit_generator.state, (*run.history, record))
        # A list first, so that every callback sees the last epoch too.
        answers = [callback(run) for callback in callbacks]
        if any(answers):
            break
    return run


def _epoch(
    run: Snapshot,
    batches: Iterator[tuple[Array, Array]],
    loss_and_grads: LossAndGrads,
    optimizer: Optimizer,
) -> tuple[Tree, OptimizerState, float]:
    """Parameters and memory after one pass over the batches, and the mean loss on the way."""
    params, state, total, rows = run.params, run.state, 0.0, 0
    for X, y in batches:
        loss, grads = loss_and_grads(params, X, y)
        params, state = optimizer.update(grads, state, params)
        # The sum stays an array: reading a number off a GPU at every step would stall it.
        total, rows = total + loss * X.shape[0], rows + X.shape[0]
    return params, state, float(total) / rows
