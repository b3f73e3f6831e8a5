"""Unit 6: what the course promises, and wrong answers that a criterion must see."""

import numpy as np

TASKS = [
    "bias_variance",
    "expected_error",
    "knn_predict",
    "kfold_indices",
    "leave_one_out_by_hand",
    "three_folds_by_hand",
    "leave_one_out_nearest_mean",
    "polynomial_fit",
    "polynomial_predict",
    "decision_stump",
]
FREE_TEXT = ["read_the_curves", "why_the_folds_failed"]
POINTS = 42.5


def whole(X):
    return np.array_equal(X, np.round(X))


#: Calls that only one criterion makes.
ONLY = {
    "bias_variance.values": lambda f, truth: f.shape == (4, 6),
    "bias_variance.square": lambda f, truth: f.shape == (4, 4),
    "bias_variance.one-run": lambda f, truth: len(f) == 1,
    "expected_error.values": lambda f, y: f.shape == (4, 4),
    "single": lambda f, other: f.dtype == np.float32,
    "knn_predict.values": lambda X, y, query, k: X.shape == (12, 3),
    "knn_predict.ends": lambda X, y, query, k: k == len(X),
    "knn_predict.ties": lambda X, y, query, k: whole(y),
    "partition": lambda n, k, rng: n == k,
    "sizes": lambda n, k, rng: n % k != 0,
    "shuffled": lambda n, k, rng: n == 120,
    "generator": lambda n, k, rng: n == 40,
    "plus": lambda left_out: left_out in (1, 4, 5),
    "minus": lambda left_out: left_out in (2, 6, 7),
    "fold-1": lambda fold: fold == 1,
    "fold-2": lambda fold: fold == 2,
    "fold-3": lambda fold: fold == 3,
    "leave_one_out_nearest_mean.values": lambda x, y: len(x) == 11,
    "pairs": lambda x, y: np.sum(y == 1) == 2 and len(x) == 7,
    "leave_one_out_nearest_mean.ties": lambda x, y: whole(2 * x),
    "kinds": lambda x, y: y.dtype == np.float64 or x.dtype == np.float32,
    "polynomial_fit.values": lambda x, y, degree, lam=0.0: degree == 3,
    "penalty": lambda x, y, degree, lam=0.0: lam > 0 and degree < 8,
    "steep": lambda x, y, degree, lam=0.0: degree >= 8,
    "polynomial_predict.values": lambda c, x: x.ndim == 2,
    "numbers": lambda c, x: np.ndim(x) == 0,
    "one-feature": lambda X, y: X.shape == (13, 1),
    "features": lambda X, y: X.shape == (16, 3),
    "labels": lambda X, y: len(np.unique(y)) == 3,
    "decision_stump.ties": lambda X, y: X.shape == (4, 1),
}

#: Calls that a criterion makes, perhaps with others: a mutant each.
ALSO = {
    "expected_error.values": {"wants as many runs as points": lambda f, y: len(f) != f.shape[1]},
    "knn_predict.ties": {
        "squeezes a single column": lambda X, y, query, k: X.shape[1] == 1,
        "measures along one column": lambda X, y, query, k: X.shape[1] > 1,
    },
    "kinds": {
        "takes labels for row numbers": lambda x, y: y.dtype == np.float64,
        "compares with means in another precision": lambda x, y: x.dtype == np.float32,
    },
    "penalty": {
        "knows lam only by name": lambda x, y, degree, *lam, **named: len(lam) > 0,
        "knows lam only by position": lambda x, y, degree, *lam, **named: len(named) > 0,
    },
    "polynomial_predict.values": {"asks a vector for columns": lambda c, x: np.ndim(x) == 1},
    "numbers": {
        "writes into a number": lambda c, x: isinstance(x, np.float64),
        "loops over an array without axes": lambda c, x: isinstance(x, np.ndarray) and x.ndim == 0,
    },
    "decision_stump.ties": {
        "takes the last of equal columns": lambda X, y: np.ptp(X[:, 0]) == 0,
        "takes the last of equal thresholds": lambda X, y: X.shape == (4, 1),
    },
}
