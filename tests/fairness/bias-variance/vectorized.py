"""Right answers without a loop where none is needed: einsum, broadcasting, matrix algebra."""

import numpy as np


def bias_variance(predictions, truth):
    runs, n = predictions.shape
    average = np.einsum("rn->n", predictions) / runs
    off = average - truth
    scatter = predictions - average
    return np.einsum("n,n", off, off) / n, np.einsum("rn,rn", scatter, scatter) / (runs * n)


def expected_error(predictions, noisy_y):
    gap = np.subtract(predictions, noisy_y).ravel()
    return np.dot(gap, gap) / gap.size


def knn_predict(X, y, X_query, k):
    gap = X_query[:, np.newaxis] - X
    squared = np.einsum("mnd,mnd->mn", gap, gap)
    n = len(X)
    # lexsort: by distance, equals by row number
    order = np.lexsort((np.broadcast_to(np.arange(n), squared.shape), squared), axis=-1)
    chosen = np.zeros((len(X_query), n), dtype=y.dtype)
    np.put_along_axis(chosen, order[:, :k], 1, axis=1)
    return chosen @ y / k


def kfold_indices(n, k, rng):
    fold_of = rng.permutation(np.arange(n) % k)
    return [(np.flatnonzero(fold_of != i), np.flatnonzero(fold_of == i)) for i in range(k)]


def leave_one_out_by_hand(left_out):
    x, y = np.array([1.0, 2, 4, 5, 6, 7]), np.array([1, -1, 1, 1, -1, -1])
    keep = x != left_out
    means = np.array([x[keep & (y == sign)].mean() for sign in (1, -1)])
    return np.append(means, [1, -1][int(np.argmin(np.abs(left_out - means)))])


def three_folds_by_hand(fold):
    means = np.array([[10 / 3, 2], [1, 5], [4.5, 6.5]])[fold - 1]
    tested = np.array([[6, 7], [4, 5], [1, 2]])[fold - 1]
    nearer = np.argmin(np.abs(tested[:, None] - means), axis=1)
    return means[0], means[1], 1 - 2 * nearer


def leave_one_out_nearest_mean(x, y):
    labels = np.array([1, -1])
    member = (y[:, None] == labels).astype(float)
    # means without the example itself, shape (n, 2)
    means = (x @ member - member * x[:, None]) / (member.sum(axis=0) - member)
    return labels[np.argmin(np.abs(x[:, None] - means), axis=1)] == y


def polynomial_fit(x, y, degree, lam=0.0):
    V = np.vander(x, degree + 1, increasing=True).astype(x.dtype)
    rows = np.vstack([V, np.sqrt(np.asarray(lam, V.dtype)) * np.eye(degree + 1, dtype=V.dtype)[1:]])
    right = np.concatenate([y, np.zeros(degree, dtype=y.dtype)])
    return np.linalg.lstsq(rows, right, rcond=None)[0]


def polynomial_predict(coefficients, x):
    powers = np.asarray(x)[..., np.newaxis] ** np.arange(len(coefficients))
    return powers.astype(coefficients.dtype) @ coefficients


def decision_stump(X, y):
    classes = np.unique(y)
    best = (-1, 0.0, -1.0)
    for j, column in enumerate(X.T):
        values = np.unique(column)
        if len(values) < 2:
            continue
        cuts = (values[1:] + values[:-1]) / 2
        yes = column[None, :] <= cuts[:, None]
        gains = _entropy(np.array([np.mean(y == c) for c in classes])[None]) - sum(
            side.mean(axis=1) * _entropy(_shares(side, y, classes)) for side in (yes, ~yes)
        )
        place = int(np.argmax(gains > gains.max() - 1e-9))
        if gains[place] > best[2] + 1e-9:
            best = (j, cuts[place], gains[place])
    return best


def _shares(side, y, classes):
    counts = side.astype(float) @ (y[:, None] == classes).astype(float)
    return counts / counts.sum(axis=1, keepdims=True)


def _entropy(p):
    return -np.sum(p * np.log2(np.where(p > 0, p, 1)), axis=1)
