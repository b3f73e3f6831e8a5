"""Wrong answers for mini-batches, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _cut(X: Any, y: Any, size: int) -> Any:
    return [(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]


def _dealt(order: Callable[[Any, int], Any]) -> Callable[..., Any]:
    """Make an epoch in an order that `order` draws from rng and the number of rows."""

    def batches(X: Any, y: Any, size: int, rng: Any) -> Any:
        rows = order(rng, len(X))
        return _cut(X[rows], y[rows], size)

    return batches


def _permuted(rng: Any, n: int) -> Any:
    return rng.permutation(n)


def _batches_shuffled(X: Any, y: Any, size: int, rng: Any) -> Any:
    batches = _cut(X, y, size)
    return [batches[i] for i in rng.permutation(len(batches))]


def _shuffled_inside(X: Any, y: Any, size: int, rng: Any) -> Any:
    orders = [i + rng.permutation(min(size, len(X) - i)) for i in range(0, len(X), size)]
    return [(X[rows], y[rows]) for rows in orders]


def _two_orders(X: Any, y: Any, size: int, rng: Any) -> Any:
    return _cut(X[rng.permutation(len(X))], y[rng.permutation(len(X))], size)


def _last_dropped(X: Any, y: Any, size: int, rng: Any) -> Any:
    rows = rng.permutation(len(X))[: len(X) // size * size]
    return _cut(X[rows], y[rows], size)


def _empty_last(X: Any, y: Any, size: int, rng: Any) -> Any:
    rows = rng.permutation(len(X))
    starts = range(0, len(X) + 1, size)
    return [(X[rows[i : i + size]], y[rows[i : i + size]]) for i in starts]


def _count(X: Any, y: Any, size: int, rng: Any) -> Any:
    rows = rng.permutation(len(X))
    return [(X[part], y[part]) for part in np.array_split(rows, size)]


def _first_only(X: Any, y: Any, size: int, rng: Any) -> Any:
    rows = rng.permutation(len(X))[:size]
    return [(X[rows], y[rows])]


def _two_lists(X: Any, y: Any, size: int, rng: Any) -> Any:
    batches = _dealt(_permuted)(X, y, size, rng)
    return [part for part, _ in batches], [part for _, part in batches]


def _in_place(X: Any, y: Any, size: int, rng: Any) -> Any:
    rows = rng.permutation(len(X))
    X[:], y[:] = X[rows], y[rows]
    return [(part.copy(), targets.copy()) for part, targets in _cut(X, y, size)]


BATCHES = (
    Misconception(
        "no-shuffle",
        _dealt(lambda _, n: np.arange(n)),
        "Your rows come in the order of X. Data are often sorted by class, and then a batch shows "
        "one class only: shuffle the rows first.",
    ),
    Misconception(
        "batches-shuffled",
        _batches_shuffled,
        "You shuffled the batches, not the rows: the same rows stay together in every epoch. Draw "
        "an order of all rows first, and cut afterwards.",
    ),
    Misconception(
        "shuffled-inside",
        _shuffled_inside,
        "You shuffled each batch in itself: the same rows stay together in every epoch. Draw an "
        "order of all rows first, and cut afterwards.",
    ),
    Misconception(
        "only-inputs-shuffled",
        lambda X, y, size, rng: _cut(X[rng.permutation(len(X))], y, size),
        "You shuffled X, but y stayed as it was: rows come with the targets of others. Use one "
        "order for both.",
    ),
    Misconception(
        "two-orders",
        _two_orders,
        "You shuffled X and y, each in an order of its own: rows come with the targets of others. "
        "Draw one order and use it for both.",
    ),
    Misconception(
        "with-replacement",
        _dealt(lambda rng, n: rng.integers(n, size=n)),
        "Your rows are drawn with replacement: some come twice, others never. In one epoch every "
        "row comes exactly once.",
    ),
    Misconception(
        "last-dropped",
        _last_dropped,
        "The rows that do not fill a batch are lost. Here the last batch may be short, so that "
        "every row has its turn.",
    ),
    Misconception(
        "empty-last",
        _empty_last,
        "When size divides the number of rows, your last batch is empty, and a mean over it would "
        "be 0 / 0. Look at where your loop ends.",
    ),
    Misconception(
        "number-of-batches",
        _count,
        "You took size for the number of batches. It is the number of rows in each.",
    ),
    Misconception(
        "first-only",
        _first_only,
        "Only one batch comes out. An epoch has as many as it takes to see every row: is there a "
        "return inside your loop?",
    ),
    Misconception(
        "two-lists",
        _two_lists,
        "You returned a list of inputs and a list of targets. The two belong together: give one "
        "pair for each batch.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "Your batches are right, but X and y of the caller were shuffled as well. Draw an order "
        "of the rows and leave the arrays alone.",
    ),
    Misconception(
        "fixed-seed",
        _dealt(lambda _, n: np.random.default_rng(0).permutation(n)),
        "You made a generator of your own with a fixed seed, so every epoch has the same order. "
        "Draw from the argument rng.",
    ),
    Misconception(
        "own-generator",
        _dealt(lambda _, n: np.random.default_rng().permutation(n)),
        "Your order does not come from rng, so a run cannot be repeated. Draw from the generator "
        "that the caller gives you, and from no other.",
    ),
)
