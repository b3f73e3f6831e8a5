"""Right answers that return lists where arrays and tuples are usual, and compute in float64."""

import itertools

import numpy as np


def bias_variance(predictions, truth):
    f, t = np.float64(predictions), np.float64(truth)
    return [float(np.mean((f.mean(0) - t) ** 2)), float(f.var(0).mean())]


def expected_error(predictions, noisy_y):
    return float(np.mean(np.square(np.float64(predictions) - np.float64(noisy_y))))


def knn_predict(X, y, X_query, k):
    out = []
    for q in X_query:
        near = sorted(range(len(X)), key=lambda i: np.linalg.norm(X[i] - q))[:k]
        out.append(float(np.mean([y[i] for i in near])))
    return out


def kfold_indices(n, k, rng):
    order = rng.permutation(n).tolist()
    bounds = [round(i * n / k) for i in range(k + 1)]
    folds = []
    for low, high in itertools.pairwise(bounds):
        folds.append([order[:low] + order[high:], order[low:high]])
    return folds


def leave_one_out_by_hand(left_out):
    rows = [
        [4.5, 5, 1],
        [3.33, 6.5, 1],
        [3, 5, 1],
        [2.5, 5, -1],
        [3.333, 4.5, -1],
        [3.3333, 4, -1],
    ]
    return rows[[1, 2, 4, 5, 6, 7].index(left_out)]


def three_folds_by_hand(fold):
    return [[3.34, 2.0, [1, 1]], [1.0, 5.0, [-1, -1]], [4.5, 6.5, [1.0, 1.0]]][fold - 1]


def leave_one_out_nearest_mean(x, y):
    x, y = [float(v) for v in x], list(y)
    plus = [v for v, sign in zip(x, y, strict=True) if sign > 0]
    minus = [v for v, sign in zip(x, y, strict=True) if sign < 0]
    answers = []
    for v, sign in zip(x, y, strict=True):
        own, other = (plus, minus) if sign > 0 else (minus, plus)
        to_own = abs(v - (sum(own) - v) / (len(own) - 1))
        to_other = abs(v - sum(other) / len(other))
        answers.append(1 if to_own < to_other or (to_own == to_other and sign > 0) else 0)
    return answers


def polynomial_fit(x, y, degree, lam=0.0):
    x, y = np.float64(x), np.float64(y)
    V = np.column_stack([x**j for j in range(degree + 1)])
    # the constant is free: center, solve for the rest, then put the constant back
    if degree == 0:
        return [float(y.mean())]
    means = V[:, 1:].mean(axis=0)
    Z = V[:, 1:] - means
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    c = Vt.T @ (s / (s**2 + lam) * (U.T @ (y - y.mean())))
    return [float(y.mean() - means @ c), *c.tolist()]


def polynomial_predict(coefficients, x):
    return np.polyval(np.float64(coefficients)[::-1], np.float64(x)).tolist()


def decision_stump(X, y):
    def bits(mask):
        p = np.array([np.mean(y[mask] == label) for label in set(y[mask].tolist())])
        return float(np.sum(p * np.log2(1 / p)))

    found = []
    for j in range(X.shape[1]):
        values = sorted(set(X[:, j].tolist()))
        for low, high in itertools.pairwise(values):
            yes = X[:, j] < high
            gain = bits(yes | ~yes) - np.mean(yes) * bits(yes) - np.mean(~yes) * bits(~yes)
            found.append([j, low + (high - low) / 2, float(gain)])
    best = max(gain for _, _, gain in found)
    return next(one for one in found if one[2] > best - 1e-9)
