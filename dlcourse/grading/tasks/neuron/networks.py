"""The criteria of the tasks that are more than elementwise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks.neuron.inputs import LARGEST, bend, far, single, spread, stack

_DTYPE = "float32 in, float32 out; float64 in, float64 out"
_UNCHANGED = "the arrays that you are given stay as they are"


def _neuron_case(rng: np.random.Generator, *shape: int) -> Case:
    w, b = spread(rng, shape[-1:], 0.2, 1.2), spread(rng, (2,), 0.3, 1.0)[0]
    return Case((spread(rng, shape), w, float(b), bend(rng)))


def _one_example(rng: np.random.Generator) -> list[Case]:
    return [_neuron_case(rng, d) for d in (2, 3, 5)]


def _many_examples(rng: np.random.Generator) -> list[Case]:
    return [_neuron_case(rng, *shape) for shape in [(5, 3), (3, 4), (4, 4), (1, 3)]]


def _neuron_single(rng: np.random.Generator) -> list[Case]:
    x, w, b, activation = _neuron_case(rng, 4, 3).args
    narrow = Case((x.astype(np.float32), w.astype(np.float32), np.float32(b), activation))
    return [narrow, _neuron_case(rng, 4, 3)]


NEURON = (
    Criterion("one-example", 1.5, "one example: x of shape (d,) gives one number", _one_example),
    Criterion("many-examples", 2.5, "many examples: x of shape (n, d) gives (n,)", _many_examples),
    Criterion("dtype", 0.5, _DTYPE, _neuron_single, "dtype"),
    Criterion(
        "arguments",
        0.5,
        _UNCHANGED,
        lambda rng: [_neuron_case(rng, 3), _neuron_case(rng, 3, 2)],
        "arguments",
    ),
)


def _vectors(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, (k,)),)) for k in (2, 3, 6)]


def _rows(rng: np.random.Generator) -> list[Case]:
    return [Case((spread(rng, shape),)) for shape in [(4, 3), (3, 3), (2, 5), (1, 4)]]


def _levels(rng: np.random.Generator) -> list[Case]:
    """Rows so far apart that one row's largest score is useless to the other."""
    heights = spread(rng, (4, 1), 0.5 * LARGEST, 0.99 * LARGEST)
    return [Case((heights + spread(rng, (4, 3)),)), Case((_unlike(rng).astype(np.float32),))]


def _unlike(rng: np.random.Generator) -> np.ndarray:
    return np.stack([far(rng, 2), far(rng, 2), spread(rng, (4,))])


def _towers(rng: np.random.Generator) -> list[Case]:
    """One example with scores of every size, in both precisions."""
    close = spread(rng, (2,), 0.9 * LARGEST, 0.99 * LARGEST)[:, None] + spread(rng, (2, 4))
    scores = [far(rng, 3), *close]
    return [Case((z,)) for z in scores] + [Case((z.astype(np.float32),)) for z in scores]


SOFTMAX = (
    Criterion("one-example", 1.0, "one example: z of shape (k,)", _vectors),
    Criterion("many-examples", 1.5, "many examples: z of shape (n, k), each row by itself", _rows),
    Criterion(
        "extremes",
        1.0,
        "|z| up to 10 000, without a NumPy warning, in float64 and float32",
        _towers,
        "quiet",
    ),
    Criterion("levels", 0.5, "rows whose scores lie very far apart", _levels, "quiet"),
    Criterion(
        "dtype",
        0.5,
        _DTYPE,
        lambda rng: [
            Case((spread(rng, shape).astype(dtype),))
            for shape, dtype in [((5,), np.float32), ((3, 4), np.float32), ((2, 3), np.float64)]
        ],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        _UNCHANGED,
        lambda rng: [Case((spread(rng, shape),)) for shape in [(5,), (3, 4)]],
        "arguments",
    ),
)


def _always(*args: str) -> Callable[[np.random.Generator], list[Case]]:
    """There is nothing to draw."""
    return lambda _rng: [Case(args)]


GATES = tuple(
    Criterion(name, 1.0, f"a neuron that computes {name.upper()}", _always(name))
    for name in ("and", "or", "nand")
)

XOR = (Criterion("xor", 4.0, "two layers of step units that compute XOR", _always()),)


def _stacks(*shapes: tuple[int, ...]) -> Callable[[np.random.Generator], list[Case]]:
    return lambda rng: [Case((stack(rng, *widths),)) for widths in shapes]


COLLAPSE = (
    Criterion("two-layers", 2.0, "two layers", _stacks((3, 4, 2), (3, 3, 3), (2, 3, 2))),
    Criterion(
        "any-depth",
        2.0,
        "one layer, three layers and more",
        _stacks((3, 2), (2, 3, 4, 2), (3, 3, 3, 3), (2, 2, 2, 2, 2)),
    ),
    Criterion(
        "dtype",
        0.5,
        _DTYPE,
        lambda rng: [Case((single(stack(rng, 3, 2, 4)),)), Case((stack(rng, 3, 2, 4),))],
        "dtype",
    ),
    Criterion("arguments", 0.5, _UNCHANGED, _stacks((3, 2, 3)), "arguments"),
)


def _forward_case(rng: np.random.Generator, n: int, *widths: int) -> Case:
    return Case((spread(rng, (n, widths[0])), stack(rng, *widths), bend(rng)))


def _forward_single(rng: np.random.Generator) -> list[Case]:
    x, params, activation = _forward_case(rng, 3, 2, 4, 2).args
    narrow = Case((x.astype(np.float32), single(params), activation))
    return [narrow, _forward_case(rng, 3, 2, 4, 2)]


MLP_FORWARD = (
    Criterion(
        "no-hidden-layer",
        0.5,
        "a single layer, which is the last one and stays linear",
        lambda rng: [_forward_case(rng, 4, 3, 2)],
    ),
    Criterion(
        "one-hidden-layer",
        2.0,
        "one hidden layer",
        lambda rng: [_forward_case(rng, 5, 3, 4, 2), _forward_case(rng, 3, 3, 3, 3)],
    ),
    Criterion(
        "deeper",
        1.5,
        "two hidden layers and more",
        lambda rng: [_forward_case(rng, 4, 2, 3, 4, 3), _forward_case(rng, 2, 2, 2, 2, 2, 2)],
    ),
    Criterion("dtype", 0.5, _DTYPE, _forward_single, "dtype"),
    Criterion(
        "arguments", 0.5, _UNCHANGED, lambda rng: [_forward_case(rng, 3, 2, 3, 2)], "arguments"
    ),
)
