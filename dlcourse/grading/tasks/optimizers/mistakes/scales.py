"""Wrong answers for clipping, logarithmic scales and learning rates, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _norm(grads: Any) -> float:
    return math.sqrt(sum(float(np.sum(g.astype(np.float64) ** 2)) for g in grads))


def _scaled(grads: Any, factor: float) -> Any:
    return [g * factor for g in grads]


def _by(norm: Callable[[Any], float]) -> Callable[..., Any]:
    """Clip by something else than the joint norm."""

    def clip(grads: Any, max_norm: float) -> Any:
        found = norm(grads)
        return _scaled(grads, max_norm / found) if found > max_norm else _scaled(grads, 1.0)

    return clip


def _in_place(grads: Any, max_norm: float) -> Any:
    factor = min(1.0, max_norm / max(_norm(grads), 1e-300))
    for g in grads:
        g *= factor
    return grads


def _divided(grads: Any, max_norm: float) -> Any:
    norm = _norm(grads)
    return _scaled(grads, 1 / norm) if norm > max_norm else _scaled(grads, 1.0)


CLIP = (
    Misconception(
        "each-array",
        lambda grads, max_norm: [_by(_norm)([g], max_norm)[0] for g in grads],
        "You clipped each array by itself, which changes the direction of the step. The norm is "
        "that of all gradients together, and all shrink by the same factor.",
    ),
    Misconception(
        "always",
        lambda grads, max_norm: _scaled(grads, max_norm / max(_norm(grads), 1e-300)),
        "Your gradients always come out with the norm max_norm, so small ones grow. Clipping "
        "never makes a gradient longer.",
    ),
    Misconception(
        "entries",
        lambda grads, max_norm: [np.clip(g, -max_norm, max_norm) for g in grads],
        "You cut every entry at max_norm. The norm of all gradients together is meant, and the "
        "direction of the step stays.",
    ),
    Misconception(
        "epsilon",
        lambda grads, max_norm: _scaled(grads, min(1.0, max_norm / (_norm(grads) + 1e-6))),
        "You added a small number in the denominator, as PyTorch does, so the result is a little "
        "too short. Here a clipped gradient has exactly the norm max_norm.",
    ),
    Misconception(
        "divided-only",
        _divided,
        "Gradients that are too long come out with norm 1. They should have the norm max_norm.",
    ),
    Misconception(
        "squared-norm",
        _by(lambda grads: _norm(grads) ** 2),
        "Your norm is the sum of the squares: a root is missing.",
    ),
    Misconception(
        "sum-of-norms",
        _by(lambda grads: sum(_norm([g]) for g in grads)),
        "You added up the norms of the arrays. The joint norm is that of one long vector with all "
        "entries: add up the squares, and take the root once.",
    ),
    Misconception(
        "largest-norm",
        _by(lambda grads: max(_norm([g]) for g in grads)),
        "You took the largest of the norms of the arrays. The joint norm counts the entries of "
        "all of them.",
    ),
    Misconception(
        "absolute",
        _by(lambda grads: sum(float(np.abs(g).sum()) for g in grads)),
        "You added up absolute values, which is the L1 norm. The L2 norm is the root of the sum "
        "of squares.",
    ),
    Misconception(
        "zeroed",
        lambda grads, max_norm: _scaled(grads, float(_norm(grads) <= max_norm)),
        "Gradients that are too long become zero, so the step is lost. They are shortened, not "
        "thrown away.",
    ),
    Misconception(
        "divides-by-zero",
        lambda grads, max_norm: _scaled(grads, min(1.0, max_norm / _norm(grads))),
        "When all gradients are zero you divide by their norm. Compare with max_norm before you "
        "divide.",
    ),
    Misconception(
        "in-place",
        _in_place,
        "Your numbers are right, but the gradients of the caller were overwritten. Make new "
        "arrays.",
    ),
)


def _uniform(low: float, high: float, size: int, rng: Any) -> Any:
    return rng.uniform(low, high, size)


def _right(low: float, high: float, size: int, rng: Any) -> Any:
    return np.exp(rng.uniform(math.log(low), math.log(high), size))


LOG_UNIFORM = (
    Misconception(
        "uniform",
        _uniform,
        "Your numbers are uniform themselves, so hardly any of them is small. Their logarithms "
        "should be uniform: as many between 0.001 and 0.01 as between 0.01 and 0.1.",
    ),
    Misconception(
        "not-back",
        lambda low, high, size, rng: rng.uniform(math.log(low), math.log(high), size),
        "These are the logarithms, and many of them are negative. Turn them back into numbers "
        "between low and high.",
    ),
    Misconception(
        "two-bases",
        lambda low, high, size, rng: 10 ** rng.uniform(math.log(low), math.log(high), size),
        "You went there with one base and came back with another: natural logarithms belong to "
        "powers of e, decimal ones to powers of 10.",
    ),
    Misconception(
        "two-bases-back",
        lambda low, high, size, rng: np.exp(rng.uniform(math.log10(low), math.log10(high), size)),
        "You took decimal logarithms, but powers of e bring natural ones back. Use one base both "
        "ways.",
    ),
    Misconception(
        "logarithm-of-uniform",
        lambda low, high, size, rng: np.log(rng.uniform(low, high, size)),
        "You took the logarithm of uniform numbers. It goes the other way round: draw uniform "
        "logarithms, and turn them into numbers.",
    ),
    Misconception(
        "whole-powers",
        lambda low, high, size, rng: (
            low * 10.0 ** rng.integers(0, math.floor(math.log10(high / low)), size, endpoint=True)
        ),
        "You drew whole powers, so only a few different numbers come. The exponent may be any "
        "number between its bounds.",
    ),
    Misconception(
        "grid",
        lambda low, high, size, rng: np.geomspace(low, high, size),
        "Your numbers are a regular grid: they come in order and are the same every time. Asked "
        "for are random draws from rng.",
    ),
    Misconception(
        "one-draw",
        lambda low, high, size, rng: np.full(size, _right(low, high, 1, rng)[0]),
        "All your numbers are equal: one draw was repeated. Each of them needs a draw of its own.",
    ),
    Misconception(
        "size-ignored",
        lambda low, high, size, rng: _right(low, high, 1, rng)[0],
        "One number came, whatever size is asked for. Return as many as the caller wants.",
    ),
    Misconception(
        "fixed-seed",
        lambda low, high, size, rng: _right(low, high, size, np.random.default_rng(0)),
        "You made a generator of your own with a fixed seed, so every search would try the same "
        "numbers. Draw from the argument rng.",
    ),
    Misconception(
        "own-generator",
        lambda low, high, size, rng: _right(low, high, size, np.random.default_rng()),
        "Your numbers do not come from rng, so a search cannot be repeated. Draw from the "
        "generator that the caller gives you, and from no other.",
    ),
)


def _eigenvalues(H: Any) -> Any:
    return np.linalg.eigvalsh(H)


LIMIT = (
    Misconception(
        "smallest",
        lambda H: 2 / _eigenvalues(H)[0],
        "You used the smallest eigenvalue. The steepest direction diverges first: which "
        "eigenvalue belongs to it?",
    ),
    Misconception(
        "one",
        lambda H: 1 / _eigenvalues(H)[-1],
        "With this rate the steepest direction is done in one step. It may be larger: steps that "
        "jump over the minimum still converge, as long as they land closer than before.",
    ),
    Misconception(
        "not-inverted",
        lambda H: 2 * _eigenvalues(H)[-1],
        "Your limit grows with the curvature. The steeper the bowl, the smaller the steps have to "
        "be.",
    ),
    Misconception(
        "eigenvalue",
        lambda H: _eigenvalues(H)[-1],
        "This is the largest curvature itself. The learning rate has to be small where the "
        "curvature is large.",
    ),
    Misconception(
        "diagonal",
        lambda H: 2 / np.diag(H).max(),
        "You looked at the diagonal only. The steepest direction is in general none of the axes: "
        "ask for the eigenvalues.",
    ),
    Misconception(
        "trace",
        lambda H: 2 / np.trace(H),
        "You used the sum of the eigenvalues. That is safe, but it is not the limit: the largest "
        "one alone decides.",
    ),
    Misconception(
        "frobenius",
        lambda H: 2 / np.linalg.norm(H),
        "You used the Frobenius norm, the root of the sum of all squared entries. That is safe, "
        "but not the limit: the largest eigenvalue alone decides.",
    ),
    Misconception(
        "mean",
        lambda H: 2 / _eigenvalues(H).mean(),
        "You used the mean of the eigenvalues. Directions steeper than that would diverge.",
    ),
    Misconception(
        "determinant",
        lambda H: 2 / np.linalg.det(H),
        "You used the determinant, the product of the eigenvalues. One of them alone decides.",
    ),
    Misconception(
        "all",
        lambda H: 2 / _eigenvalues(H),
        "You have a limit for each direction. A single learning rate has to suit all of them.",
    ),
)
