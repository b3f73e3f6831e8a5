"""Judges an epoch of mini-batches by what must hold of every right one."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks import chance
from dlcourse.grading.tasks.optimizers.steps import DTYPE, UNCHANGED

#: Rows of X and their targets.
_Batch = tuple[np.ndarray, np.ndarray]


class _MalformedError(Exception):
    """The value is not built as asked; the message says so to the student."""


def verify_batches(case: Case, value: Any) -> str:
    """Judge one epoch of mini-batches.

    That rows are permuted, and not merely batches, shows in how many rows stay with the row that
    followed them; a right answer fails this with a probability of at most `chance.RATE`.

    Parameters
    ----------
    case : Case
        The call: ``(X, y, size, rng)``.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when the epoch is right.
    """
    X, y, size = case.args[:3]
    try:
        batches = _read(value, X)
    except _MalformedError as error:
        return str(error)
    sizes = tuple(len(rows) for rows, _ in batches)
    wrong = _wrong_sizes(sizes, len(X), size)
    if wrong:
        return wrong
    rows = [_places(part, X) for part, _ in batches]
    wrong = _wrong_rows(np.concatenate(rows), X)
    if wrong:
        return wrong
    if not _own_targets(rows, batches, y):
        return "a row came with the target of another row"
    together = sum(np.sum(np.isin(part + 1, part)) for part in rows)
    if together > chance.neighbors_limit(sizes):
        return (
            f"{together} of {len(X)} rows are in one batch with the row that followed them in X; "
            "shuffled rows would hardly ever be"
        )
    return ""


def batches_fingerprint(case: Case, value: Any) -> Any:
    """Reduce an epoch to what tells misconceptions apart and does not depend on the draws.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    object
        Sizes, whether every row came once, whether in order, and with which targets; or what is
        wrong with the form.
    """
    X, y = case.args[:2]
    try:
        batches = _read(value, X)
    except _MalformedError as error:
        return str(error)
    if not batches:
        return "empty"
    rows = [_places(part, X) for part, _ in batches]
    order = np.concatenate(rows)
    targets = np.concatenate([part for _, part in batches])
    several = len(rows) > 1  # few rows may come in order by chance
    return (
        tuple(len(part) for part in rows),
        sorted(order.tolist()) == list(range(len(X))),
        several and bool(np.all(order == np.arange(order.size))),
        several and all(_is_block(part) for part in rows),
        _own_targets(rows, batches, y),
        several and targets.shape == y.shape and np.allclose(targets, y),
    )


def _is_block(rows: np.ndarray) -> bool:
    return rows.size == 0 or int(np.ptp(rows)) == rows.size - 1


def _read(value: Any, X: np.ndarray) -> list[_Batch]:
    if not isinstance(value, list | tuple):
        raise _MalformedError(f"{describe(value)} came where batches are wanted")
    return [_pair(part, place, X) for place, part in enumerate(value)]


def _pair(part: Any, place: int, X: np.ndarray) -> _Batch:
    if not isinstance(part, list | tuple) or len(part) != 2:
        raise _MalformedError(
            f"batch {place}: {describe(part)} came where the pair (X_batch, y_batch) is wanted"
        )
    rows, targets = (as_numbers(half) for half in part)
    if rows is None or targets is None:
        raise _MalformedError(f"batch {place}: wanted two arrays of numbers")
    if rows.ndim != 2 or rows.shape[1:] != X.shape[1:]:
        if rows.size:
            raise _MalformedError(
                f"batch {place}: X_batch has shape {rows.shape}; wanted (rows, {X.shape[1]})"
            )
        rows = rows.reshape(0, X.shape[1])
    if targets.shape not in [(len(rows),), (len(rows), 1)]:
        raise _MalformedError(
            f"batch {place}: y_batch has shape {targets.shape}; wanted ({len(rows)},), one for "
            "each row of X_batch"
        )
    return rows.astype(np.float64), targets.reshape(-1).astype(np.float64)


def _wrong_sizes(sizes: tuple[int, ...], n: int, size: int) -> str:
    wanted = [size] * (n // size) + ([n % size] if n % size else [])
    if list(sizes) == wanted:
        return ""
    return f"{n} rows with size {size}: batches of {list(sizes)} rows came, wanted {wanted}"


def _places(rows: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Find each row in X; -1 where it is none of its rows."""
    far = np.abs(rows[:, None, :] - X[None].astype(np.float64)).max(axis=2)
    # rounding to float32 is the business of the criterion that looks at the dtype
    return np.where(far.min(axis=1) < 1e-5, far.argmin(axis=1), -1)


def _wrong_rows(order: np.ndarray, X: np.ndarray) -> str:
    if (order < 0).any():
        return "a row came that is not a row of X"
    missing = len(X) - len(np.unique(order))
    return f"{missing} of {len(X)} rows never came, others came twice" if missing else ""


def _own_targets(rows: list[np.ndarray], batches: list[_Batch], y: np.ndarray) -> bool:
    return all(
        bool(np.allclose(targets, y[places]))
        for places, (_, targets) in zip(rows, batches, strict=True)
    )


def _examples(rng: np.random.Generator, n: int, dtype: type = np.float64) -> _Batch:
    """Rows that differ by a lot, each with a target of its own."""
    X = np.stack([rng.permutation(n), rng.permutation(n)], axis=1) + rng.uniform(0, 0.5, (n, 2))
    return X.astype(dtype), (rng.permutation(n) + 0.5).astype(dtype)


def _epoch(rng: np.random.Generator, n: int, size: int, dtype: type = np.float64) -> Case:
    return Case((*_examples(rng, n, dtype), size, chance.seeded(rng)))


BATCHES = (
    Criterion(
        "even",
        1.5,
        "every row once, with its own target, rows shuffled",
        lambda rng: [_epoch(rng, 60, 5), _epoch(rng, 48, 4), _epoch(rng, 60, 6)],
    ),
    Criterion(
        "short-last",
        1.0,
        "a size that does not divide the number of rows, or is larger than it",
        lambda rng: [_epoch(rng, 50, 6), _epoch(rng, 61, 4), _epoch(rng, 5, 8)],
    ),
    chance.repeatable(0.5, lambda rng: (*_examples(rng, 40), 7)),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [_epoch(rng, 24, 5, np.float32), _epoch(rng, 24, 5)],
        "dtype",
    ),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_epoch(rng, 30, 4)], "arguments"),
)
