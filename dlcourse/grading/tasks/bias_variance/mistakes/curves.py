"""Wrong answers for polynomials, and what a teacher says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _powers(x: Any, degree: int) -> Any:
    return np.stack([x**j for j in range(degree + 1)], axis=1)


def _solve(V: Any, y: Any, strengths: Any) -> Any:
    """Minimize the squares plus strengths times squared coefficients."""
    rows = np.vstack([V, np.diag(np.sqrt(np.asarray(strengths, dtype=V.dtype)))])
    c = np.linalg.lstsq(rows, np.concatenate([y, np.zeros_like(V[0])]), rcond=None)[0]
    return c.astype(V.dtype)


def _spared(degree: int, lam: float) -> Any:
    """Strengths that leave the constant alone."""
    return [0.0] + [lam] * degree


def _fit(x: Any, y: Any, degree: int, lam: float = 0.0) -> Any:
    return _solve(_powers(x, degree), y, _spared(degree, lam))


def _without_constant(x: Any, y: Any, degree: int, lam: float = 0.0) -> Any:
    V = _powers(x, degree + 1)[:, 1:]
    return _solve(V, y, [lam] * (degree + 1))


POLYNOMIAL_FIT = (
    Misconception(
        "highest-first",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree, lam)[::-1],
        "Your coefficients come with the highest power first. Here the constant is the first one.",
    ),
    Misconception(
        "constant-penalized",
        lambda x, y, degree, lam=0.0: _solve(_powers(x, degree), y, [lam] * (degree + 1)),
        "You penalize the constant as well, which pulls the whole curve towards zero. The sum in "
        "the penalty begins at j = 1.",
    ),
    Misconception(
        "no-penalty",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree),  # noqa: ARG005
        "Without a penalty your fit is right, but lam changes nothing. It belongs into the "
        "equations that you solve.",
    ),
    Misconception(
        "mean-loss",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree, lam * len(x)),
        "Your penalty is too strong, by the number of points: you weigh lam against the mean of "
        "the squares. Here both are sums.",
    ),
    Misconception(
        "half-penalty",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree, lam / 2),
        "Your penalty has half the strength that is asked. The factor one half appears in neither "
        "of the two sums.",
    ),
    Misconception(
        "squared-strength",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree, lam**2),
        "Your penalty has the strength lam squared. A row that is added to the matrix is squared "
        "by least squares: what must stand in it so that lam comes out?",
    ),
    Misconception(
        "shrunk-afterwards",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree) / (1 + lam),
        "You shrink the coefficients after the fit. With a penalty the data decide how much each "
        "one shrinks: it must be part of what is minimized.",
    ),
    Misconception(
        "degree-too-low",
        lambda x, y, degree, lam=0.0: _fit(x, y, max(degree - 1, 0), lam),
        "A polynomial of degree p has p + 1 coefficients. The highest power is missing.",
    ),
    Misconception(
        "degree-too-high",
        lambda x, y, degree, lam=0.0: _fit(x, y, degree + 1, lam),
        "There is one coefficient too many: the highest power is the degree itself.",
    ),
    Misconception(
        "no-constant",
        _without_constant,
        "Your powers begin at 1, so the curve must pass through zero at x = 0. The first column "
        "belongs to the power 0.",
    ),
    Misconception(
        "predictions",
        lambda x, y, degree, lam=0.0: _powers(x, degree) @ _fit(x, y, degree, lam),
        "You returned the fitted values at the points. Asked for are the coefficients.",
    ),
)


def _sum(c: Any, x: Any, powers: Any) -> Any:
    return sum(c[j] * x**power for j, power in enumerate(powers))


POLYNOMIAL_PREDICT = (
    Misconception(
        "highest-first",
        lambda c, x: _sum(c[::-1], x, range(len(c))),
        "You took the first coefficient for the highest power. Here the constant comes first.",
    ),
    Misconception(
        "powers-from-one",
        lambda c, x: _sum(c, x, range(1, len(c) + 1)),
        "Every power is one too high: the first coefficient belongs to the power 0, the constant.",
    ),
    Misconception(
        "no-constant",
        lambda c, x: _sum(c, x, range(len(c))) - c[0],
        "The constant is missing from your sum. Its power is 0, and x to the power 0 is 1.",
    ),
    Misconception(
        "last-missing",
        lambda c, x: _sum(c[:-1], x, range(len(c) - 1)) + 0 * x,
        "The last coefficient is left out. A polynomial with p + 1 coefficients has degree p.",
    ),
    Misconception(
        "multiplied",
        lambda c, x: _sum(c, x * 1.0, [0] + [1] * (len(c) - 1)),
        "Every x counts once, as in a straight line. The coefficient number j is multiplied by x "
        "to the power j.",
    ),
    Misconception(
        "power-swapped",
        lambda c, x: sum(c[j] * np.asarray(j, dtype=c.dtype) * x for j in range(len(c))),
        "You multiply by j where a power is meant: x is raised to the power j.",
    ),
    Misconception(
        "derivative",
        lambda c, x: sum((j * c[j] * x ** (j - 1) for j in range(1, len(c))), 0 * x),
        "This is the slope of the curve. Asked for is its height.",
    ),
    Misconception(
        "summed",
        lambda c, x: np.sum(_sum(c, x, range(len(c)))),
        "You added up the values at all points. Each x gets a prediction of its own.",
    ),
    Misconception(
        "terms",
        lambda c, x: np.stack([c[j] * x**j for j in range(len(c))]),
        "These are the terms of the sum, one for each power. Add them up.",
    ),
)
