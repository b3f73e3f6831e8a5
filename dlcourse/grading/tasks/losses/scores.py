"""The criteria of the losses that start from the scores."""

from __future__ import annotations

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.losses.inputs import labels, towers, yes_or_no
from dlcourse.grading.tasks.losses.regression import DTYPE, UNCHANGED
from dlcourse.grading.tasks.neuron.inputs import LARGEST, far, spread

_EXTREMES = "|z| up to 10 000, without a NumPy warning, in float64 and float32"


def _binary(rng: np.random.Generator, *shape: int) -> Case:
    return Case((spread(rng, shape), yes_or_no(rng, *shape)))


def _hard(rng: np.random.Generator) -> list[Case]:
    return [_binary(rng, *shape) for shape in [(5,), (8,), (3, 4), (2, 3, 2)]]


def _soft(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, shape), rng.uniform(0.1, 0.9, shape))) for shape in [(6,), (4, 3)]]


def _far_binary(rng: np.random.Generator) -> list[Case]:
    """Confident scores, right and wrong, in both precisions."""
    z = far(rng)
    y, right = yes_or_no(rng, z.size), (z > 0) * 1.0
    both = [Case((z, y)), Case((z, right)), Case((z[:6], rng.uniform(0.1, 0.9, 6)))]
    return both + [_narrow(case) for case in both]


def _narrow(case: Case) -> Case:
    return Case(
        tuple(part.astype(np.float32) if part.dtype.kind == "f" else part for part in case.args)
    )


BCE_FROM_LOGITS = (
    Criterion("hard", 1.0, "targets 0 and 1, arrays of one and more dimensions", _hard),
    Criterion("soft", 1.0, "targets between 0 and 1", _soft),
    Criterion("extremes", 1.5, _EXTREMES, _far_binary, "quiet"),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: _hard(rng)[:1], "arguments"),
)


def _vectors(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, (k,)),)) for k in (2, 3, 6)]


def _rows(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, shape),)) for shape in [(4, 3), (3, 3), (2, 5), (1, 4)]]


def _far_rows(rng: np.random.Generator) -> list[Case]:
    """One example with scores of every size; close scores only where float64 tells them apart."""
    close = spread(rng, (2,), 0.9 * LARGEST, 0.99 * LARGEST)[:, None] + spread(rng, (2, 4))
    wide = Case((towers(rng, 1, 6)[0],))
    return [wide, _narrow(wide), *(Case((z,)) for z in close)]


def _levels(rng: np.random.Generator) -> list[Case]:
    """Rows so far apart that one row's largest score is useless to the other."""
    heights = spread(rng, (4, 1), 0.5 * LARGEST, 0.99 * LARGEST)
    return [Case((heights + spread(rng, (4, 3)),))]


def _log_softmax_single(rng: np.random.Generator) -> list[Case]:
    drawn = [Case((spread(rng, shape),)) for shape in [(5,), (3, 4), (2, 3)]]
    return [_narrow(drawn[0]), _narrow(drawn[1]), drawn[2]]


LOG_SOFTMAX = (
    Criterion("one-example", 1.0, "one example: z of shape (k,)", _vectors),
    Criterion("many-examples", 1.5, "many examples: z of shape (n, k), each row by itself", _rows),
    Criterion("extremes", 1.5, _EXTREMES, _far_rows, "quiet"),
    Criterion("levels", 0.5, "rows whose scores lie very far apart", _levels, "quiet"),
    Criterion("dtype", 0.5, DTYPE, _log_softmax_single, "dtype"),
    Criterion(
        "arguments",
        0.5,
        UNCHANGED,
        lambda rng: [Case((spread(rng, shape),)) for shape in [(5,), (3, 4)]],
        "arguments",
    ),
)


def _labeled(rng: np.random.Generator, n: int, k: int) -> Case:
    return Case((spread(rng, (n, k)), labels(rng, n, k)))


def _ordinary(rng: np.random.Generator) -> list[Case]:
    return [_labeled(rng, n, k) for n, k in [(5, 3), (4, 4), (3, 6)]]


def _far_labeled(rng: np.random.Generator) -> list[Case]:
    cases = [Case((towers(rng, 7, 5), labels(rng, 7, 5)))]
    heights = spread(rng, (6, 1), 0.5 * LARGEST, 0.99 * LARGEST)
    cases.append(Case((heights + spread(rng, (6, 3)), labels(rng, 6, 3))))
    return [*cases, _narrow(cases[0])]


_ONE_LABELED = Criterion(
    "arguments", 0.5, UNCHANGED, lambda rng: [_labeled(rng, 3, 4)], "arguments"
)

SPARSE_CROSS_ENTROPY = (
    Criterion("ordinary", 2.0, "scores of ordinary size", _ordinary),
    Criterion("extremes", 1.0, _EXTREMES, _far_labeled, "quiet"),
    _ONE_LABELED,
)

SOFTMAX_CROSS_ENTROPY_GRAD = (
    Criterion("ordinary", 1.5, "scores of ordinary size", _ordinary),
    Criterion("extremes", 1.0, _EXTREMES, _far_labeled, "quiet"),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [_narrow(_labeled(rng, 4, 3)), _labeled(rng, 2, 3)],
        "dtype",
    ),
    _ONE_LABELED,
)
