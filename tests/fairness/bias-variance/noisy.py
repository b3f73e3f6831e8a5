"""Right answers that print and warn, return views and (n, 1), and lean on the standard library."""
# ruff: noqa: T201

import bisect
import collections
import functools
import heapq
import itertools
import math
import statistics
import warnings

import numpy as np


def noisy(function):
    @functools.wraps(function)
    def changed(*args, **kwargs):
        print("calling", function.__name__)
        warnings.warn("this function has not been optimized", stacklevel=1)
        return function(*args, **kwargs)

    return changed


@noisy
def bias_variance(predictions, truth):
    columns = [[float(v) for v in column] for column in predictions.T]
    bias2 = [(statistics.fmean(c) - float(t)) ** 2 for c, t in zip(columns, truth, strict=True)]
    variance = [statistics.pvariance(c) for c in columns]
    return np.array([statistics.fmean(bias2)]), np.array([statistics.fmean(variance)])


@noisy
def expected_error(predictions, noisy_y):
    return np.array([np.average((predictions - noisy_y) ** 2)])


@noisy
def knn_predict(X, y, X_query, k):
    out = np.zeros((len(X_query), 1), dtype=X.dtype)
    for row, q in zip(out, X_query, strict=True):
        ranked = ((math.dist(x.tolist(), q.tolist()), i) for i, x in enumerate(X))
        row[0] = np.mean([y[i] for _, i in heapq.nsmallest(k, ranked)])
    return out


@noisy
def kfold_indices(n, k, rng):
    order = np.argsort(rng.random(n))
    folds = [order[i::k] for i in range(k)]  # views
    return tuple((np.setdiff1d(np.arange(n), test), test) for test in folds)


@noisy
def leave_one_out_by_hand(left_out):
    plus, minus = [v for v in (1, 4, 5) if v != left_out], [v for v in (2, 6, 7) if v != left_out]
    p, m = round(statistics.fmean(plus), 2), round(statistics.fmean(minus), 2)
    return (
        np.float64(p),
        np.float64(m),
        np.int64(1 if abs(left_out - p) <= abs(left_out - m) else -1),
    )


@noisy
def three_folds_by_hand(fold):
    table = {1: "3.33 2.00 + +", 2: "1.00 5.00 - -", 3: "4.50 6.50 + +"}
    plus, minus, *signs = table[fold].split()
    return float(plus), float(minus), np.array([int(sign + "1") for sign in signs])


@noisy
def leave_one_out_nearest_mean(x, y):
    groups = collections.defaultdict(list)
    for i, sign in enumerate(y):
        groups[int(sign)].append(i)
    out = np.zeros((len(x), 1), dtype=bool)
    for i in range(len(x)):
        gaps = {
            sign: abs(float(x[i]) - statistics.fmean(float(x[j]) for j in members if j != i))
            for sign, members in groups.items()
        }
        out[i] = min((-1, 1), key=lambda sign: (gaps[sign], -sign)) == y[i]
    return out


@noisy
def polynomial_fit(x, y, degree, lam=0.0):
    V = np.polynomial.polynomial.polyvander(x, degree)
    D = np.eye(degree + 1)
    D[0, 0] = 0
    c = np.linalg.solve(V.T @ V + lam * D, V.T @ y)
    return c.astype(x.dtype)[:, None]


@noisy
def polynomial_predict(coefficients, x):
    powers = itertools.accumulate(itertools.repeat(x, len(coefficients) - 1), initial=x * 0 + 1)
    # accumulate adds; products are wanted
    powers = itertools.accumulate(
        itertools.repeat(x, len(coefficients) - 1), lambda a, b: a * b, initial=next(powers)
    )
    return sum(c * power for c, power in zip(coefficients, powers, strict=True))


@noisy
def decision_stump(X, y):
    def bits(counter):
        n = sum(counter.values())
        return sum(c / n * math.log2(n / c) for c in counter.values() if c)

    whole = collections.Counter(y.tolist())
    best = None
    for j in reversed(range(X.shape[1])):
        rows = sorted(zip(X[:, j].tolist(), y.tolist(), strict=True))
        keys = [value for value, _ in rows]
        for low, high in reversed(list(itertools.pairwise(sorted(set(keys))))):
            cut = bisect.bisect_right(keys, low)
            below = collections.Counter(label for _, label in rows[:cut])
            above = whole - below
            gain = bits(whole) - (cut * bits(below) + (len(rows) - cut) * bits(above)) / len(rows)
            if best is None or gain >= best[2] - 1e-9:
                best = (np.int64(j), np.float64((low + high) / 2), np.float64(gain))
    return best
