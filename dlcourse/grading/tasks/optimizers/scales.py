"""Criteria of clipping, of drawing on a logarithmic scale, and of the largest learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.compare import as_numbers, describe
from dlcourse.grading.spec import Case, Criterion
from dlcourse.grading.tasks import chance
from dlcourse.grading.tasks.neuron.inputs import spread
from dlcourse.grading.tasks.optimizers.steps import DTYPE, UNCHANGED


def _gradients(
    rng: np.random.Generator, share: float, *shapes: tuple[int, ...], dtype: type = np.float64
) -> Case:
    """Gradients whose joint norm is 1 / share times the largest that may pass."""
    grads: list[np.ndarray] = [spread(rng, shape).astype(dtype) for shape in shapes]
    norm = math.sqrt(sum(float(np.sum(g.astype(np.float64) ** 2)) for g in grads))
    return Case((grads, round(share * norm, 3)))


def _long(rng: np.random.Generator) -> list[Case]:
    return [
        _gradients(rng, rng.uniform(0.2, 0.6), (3, 4), (4,), (4, 2), (2,)),
        _gradients(rng, rng.uniform(0.2, 0.6), (5,)),
        # each array by itself is short enough, together they are not
        _gradients(rng, 0.85, (3,), (3,), (3,)),
    ]


def _short(rng: np.random.Generator) -> list[Case]:
    return [
        _gradients(rng, rng.uniform(1.1, 3.0), (3, 2), (2,)),
        _gradients(rng, rng.uniform(0.5, 0.9), (3, 2), (2,)),
    ]


def _zero(rng: np.random.Generator) -> list[Case]:
    nothing = Case(([np.zeros((2, 3)), np.zeros(3)], 1.5))
    return [nothing, _gradients(rng, 0.5, (2, 3), (3,))]


CLIP = (
    Criterion("too-long", 1.5, "gradients that are longer than max_norm together", _long),
    Criterion("short-enough", 0.5, "gradients within max_norm come back unchanged", _short),
    Criterion("all-zero", 0.5, "gradients of zeros", _zero),
    Criterion(
        "dtype",
        0.5,
        DTYPE,
        lambda rng: [
            _gradients(rng, 0.4, (4, 3), (3,), dtype=dtype) for dtype in (np.float32, np.float64)
        ],
        "dtype",
    ),
    Criterion(
        "arguments",
        0.5,
        UNCHANGED,
        lambda rng: [_gradients(rng, 0.4, (2, 2), (2,))],
        "arguments",
    ),
)


def verify_log_uniform(case: Case, value: Any) -> str:
    """Judge draws on a logarithmic scale.

    One check may fail a right answer, with a probability of at most `chance.RATE`: the largest
    distance between the shares of the logarithms and those of the uniform distribution.

    Parameters
    ----------
    case : Case
        The call: ``(low, high, size, rng)``.
    value : object
        What the student's function returned.

    Returns
    -------
    str
        Empty when the draws are as they should be.
    """
    low, high, size = case.args[:3]
    x = as_numbers(value)
    if x is None or x.shape not in [(size,), (size, 1)]:
        return f"{describe(value)} came where an array of shape ({size},) is wanted"
    x = x.astype(np.float64).reshape(-1)
    rounding = 1e-5 if np.asarray(value).dtype == np.float32 else 1e-9
    if not np.all((x >= low * (1 - rounding)) & (x <= high * (1 + rounding))):
        return "a number outside [low, high] came"
    share = np.log(x / low) / math.log(high / low)
    if chance.distance(share, lambda s: np.clip(s, 0, 1)) > chance.distance_limit(size):
        middle = math.sqrt(low * high)
        return (
            f"{np.mean(x < middle):.0%} of the numbers are below {middle:.3g}, which halves the "
            "range in logarithms; wanted 50%, and every other part of the range by its length in "
            "logarithms"
        )
    few = np.unique(x).size < 0.9 * size
    return "many numbers are equal: each one needs a draw of its own" if few else ""


def log_uniform_fingerprint(case: Case, value: Any) -> Any:
    """Reduce draws to what tells misconceptions apart and does not depend on the draws.

    Parameters
    ----------
    case : Case
        The call.
    value : object
        What the student's function returned.

    Returns
    -------
    object
        Form, the family that fits, and whether the numbers are different, in order and inside.
    """
    low, high, size = case.args[:3]
    x = as_numbers(value)
    if x is None or x.shape not in [(size,), (size, 1)] or size < 1000:
        return describe(value)
    x = x.astype(np.float64).reshape(-1)
    fits = [name for name, cdf in _families(low, high) if _near(x, cdf)]
    return (
        fits[:1],
        bool(np.all((x >= low * 0.999) & (x <= high * 1.001))),
        "one" if np.ptp(x) == 0 else "few" if np.unique(x).size < 0.9 * size else "many",
        bool(np.all(np.diff(x) > 0)),
    )


def _near(x: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> bool:
    return chance.distance(x, cdf) < 1.5 * chance.distance_limit(x.size)


def _families(low: float, high: float) -> list[tuple[str, Callable[[np.ndarray], np.ndarray]]]:
    a, b = math.log(low), math.log(high)

    def flat(left: float, right: float, x: np.ndarray) -> np.ndarray:
        return np.clip((x - left) / (right - left), 0, 1)

    def log(x: np.ndarray) -> np.ndarray:
        return np.log(np.maximum(x, 1e-300))

    return [
        ("uniform in the logarithm", lambda x: flat(a, b, log(x))),
        ("uniform", lambda x: flat(low, high, x)),
        ("the logarithms", lambda x: flat(a, b, x)),
        ("powers of ten", lambda x: flat(a, b, x / math.log(10))),
        ("ten to the natural logarithm", lambda x: flat(a, b, log(x) / math.log(10))),
        ("e to the decimal logarithm", lambda x: flat(a, b, log(x) * math.log(10))),
        ("the exponentials", lambda x: flat(low, high, log(x))),
        ("the square", lambda x: flat(low**2, high**2, x**2)),
    ]


def _range(rng: np.random.Generator, count: int) -> tuple[float, float, int]:
    low = float(f"{10 ** rng.uniform(-5, -3):.2g}")
    return low, float(f"{low * 10 ** rng.uniform(2.5, 4):.2g}"), count


def _ranges(rng: np.random.Generator) -> list[Case]:
    """Draw no more numbers than fit into one answer as a tuple."""
    wide = [_range(rng, 2000), _range(rng, 1800)]
    return [Case((*args, chance.seeded(rng))) for args in [*wide, (0.5, 8.0, 1500)]]


LOG_UNIFORM = (
    Criterion("draws", 2.0, "many draws from three ranges", _ranges),
    Criterion(
        "few",
        0.5,
        "one draw, and ten",
        lambda rng: [Case((*_range(rng, count), chance.seeded(rng))) for count in (1, 10)],
    ),
    chance.repeatable(0.5, lambda rng: _range(rng, 50)),
)


def _hessian(rng: np.random.Generator, d: int, dtype: type = np.float64) -> Case:
    """Symmetric, with known eigenvalues well apart, none of them on the diagonal."""
    turned = np.linalg.qr(rng.standard_normal((d, d)))[0]
    values = rng.uniform(1.5, 4.0) * 0.55 ** np.arange(d)
    H = (turned * values) @ turned.T
    return Case((((H + H.T) / 2).astype(dtype),))


LIMIT = (
    Criterion(
        "values",
        1.5,
        "curved bowls in two dimensions and more",
        lambda rng: [_hessian(rng, d) for d in (2, 3, 5)],
    ),
    Criterion("single", 0.5, "a Hessian in float32", lambda rng: [_hessian(rng, 4, np.float32)]),
    Criterion("arguments", 0.5, UNCHANGED, lambda rng: [_hessian(rng, 4)], "arguments"),
)
