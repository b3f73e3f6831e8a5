"""Learning curves, and what happens to the error when a model has more weights than examples."""

from __future__ import annotations

from functools import cache

import numpy as np

from dlcourse.evaluation import learning_curve
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.figures.waves import CURVE_NOISE
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.toys import noisy_curve

#: Training examples of the learning curves.
SIZES = (12, 16, 24, 36, 60, 100, 180, 320)
#: Hidden units of the double descent, and examples that they are fitted to.
FEATURES = (4, 8, 16, 28, 44, 60, 72, 80, 90, 110, 150, 250, 500, 1000)
EXAMPLES = 80
PENALTY = 0.01


@cache
def learning_curves(degree: int, runs: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Average the learning curves of a polynomial over many data sets.

    Parameters
    ----------
    degree : int
        Degree of the polynomial.
    runs : int, default 60
        Data sets.

    Returns
    -------
    train, validation : array
        Mean squared error for each of `SIZES`, on the examples learned from and on others.
    """
    rng = np.random.default_rng(5)
    curves = []
    for _ in range(runs):
        train, other = noisy_curve(max(SIZES), rng, CURVE_NOISE), noisy_curve(300, rng, CURVE_NOISE)
        curves.append(
            learning_curve(
                lambda x, y: polynomial_fit(x, y, degree),
                lambda c, x, y: float(np.mean((polynomial_predict(c, x) - y) ** 2)),
                train,
                other,
                SIZES,
            )
        )
    train_errors, other_errors = np.median(curves, axis=0)
    return train_errors, other_errors


def learning(theme: Theme) -> Picture:
    """Draw the learning curves of a stiff and of a loose model.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    with styled(theme):
        figure, axes = panels(1, 2, 2.9, width=6.6, sharey=True)
        told = []
        for axis, degree in zip(axes, (1, 7), strict=True):
            train, other = learning_curves(degree)
            axis.plot(SIZES, other, "o-", color=theme.orange, label="other data")
            axis.plot(SIZES, train, "s--", color=theme.blue, label="training data")
            axis.axhline(CURVE_NOISE**2, color=theme.muted, linestyle=":", linewidth=1.2)
            axis.set(
                title=f"degree {degree}",
                xscale="log",
                yscale="log",
                xlabel="training examples",
            )
            axis.set_xticks([12, 24, 60, 180], ["12", "24", "60", "180"])
            axis.set_xticks([], minor=True)
            told.append(f"""degree {degree}: {train[0]:.2f} and {other[0]:.2f} with {SIZES[0]}
                examples, {train[-1]:.3f} and {other[-1]:.3f} with {SIZES[-1]}""")
        axes[0].set_ylabel("mean squared error")
        axes[1].legend()
        alt = f"""Training and validation error against the number of training examples, with the
            variance of the noise, {CURVE_NOISE**2:.2f}, dotted. {"; ".join(told)}. The curves of
            degree 1 meet high above the noise; those of degree 7 start far apart and meet at the
            noise."""
        return finish(figure, alt)


@cache
def double_descent(penalty: float, runs: int = 15) -> tuple[np.ndarray, np.ndarray]:
    """Fit the last layer of ever wider networks, whose hidden layer stays random.

    Parameters
    ----------
    penalty : float
        Strength of an L2 penalty on the output weights; 0 for the shortest exact solution.
    runs : int, default 15
        Data sets, each with its own hidden layer.

    Returns
    -------
    train, test : array
        Median over the data sets of the mean squared error, for each of `FEATURES`.
    """
    errors = [[_one_width(p, seed, penalty) for seed in range(runs)] for p in FEATURES]
    train, test = np.median(errors, axis=1).T
    return train, test


def descents(theme: Theme) -> Picture:
    """Draw the error against the width, past the point where every example is fitted.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    train, test = double_descent(0.0)
    _, tamed = double_descent(PENALTY)
    left = int(np.argmin(test[: FEATURES.index(EXAMPLES)]))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.3, width=6.2)
        axis.axvline(EXAMPLES, color=theme.muted, linestyle=":", linewidth=1.4)
        axis.text(EXAMPLES * 1.06, 40, "as many weights\nas examples", color=theme.muted, va="top")
        axis.plot(FEATURES, test, "o-", color=theme.orange, label="test error")
        axis.plot(FEATURES, tamed, "^-", color=theme.green, label="test error, small L2 penalty")
        seen = train > 1e-4
        axis.plot(
            np.array(FEATURES)[seen], train[seen], "s--", color=theme.blue, label="training error"
        )
        axis.set(
            xscale="log",
            yscale="log",
            ylim=(0.01, 80),
            xlabel="hidden units (weights of the last layer)",
            ylabel="mean squared error",
        )
        axis.legend(loc="upper left")
        alt = f"""Error against the number of hidden units, both axes logarithmic. The training
            error falls and is 0 from {EXAMPLES} units on, as many as there are examples. The test
            error falls to {test[left]:.2f} at {FEATURES[left]} units, shoots up to
            {test[FEATURES.index(EXAMPLES)]:.0f} at {EXAMPLES}, and falls again, to
            {test[-1]:.2f} at {FEATURES[-1]}. With a small L2 penalty there is no peak: the test
            error at {EXAMPLES} units is {tamed[FEATURES.index(EXAMPLES)]:.2f}."""
        return finish(figure, alt)


def _one_width(width: int, seed: int, penalty: float) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    X, X_test = rng.standard_normal((EXAMPLES, 5)), rng.standard_normal((300, 5))
    y = np.abs(X[:, 0]) * 1.5 + 0.1 * rng.standard_normal(EXAMPLES)
    W, b = rng.standard_normal((5, width)), rng.standard_normal(width)
    hidden, hidden_test = (np.maximum(0, Z @ W + b) / np.sqrt(width) for Z in (X, X_test))
    c = _shortest(hidden, y, penalty)
    return (
        float(np.mean((hidden @ c - y) ** 2)),
        float(np.mean((hidden_test @ c - np.abs(X_test[:, 0]) * 1.5) ** 2)),
    )


def _shortest(hidden: np.ndarray, y: np.ndarray, penalty: float) -> np.ndarray:
    """Solve least squares with the shortest weights, or with a penalty on their length."""
    if penalty == 0 and hidden.shape[1] <= len(y):
        return np.linalg.pinv(hidden) @ y
    # (H'H + p I)^-1 H'y = H'(HH' + p I)^-1 y: never a matrix larger than the number of examples.
    return hidden.T @ np.linalg.solve(hidden @ hidden.T + penalty * np.eye(len(y)), y)
