"""Right answers written as in a first programming course: loops and plain numbers."""

import math

import numpy as np


def bias_variance(predictions, truth):
    runs, n = predictions.shape
    bias2 = variance = predictions.dtype.type(0)
    for i in range(n):
        total = predictions.dtype.type(0)
        for r in range(runs):
            total += predictions[r, i]
        average = total / runs
        bias2 += (average - truth[i]) ** 2 / n
        for r in range(runs):
            variance += (predictions[r, i] - average) ** 2 / (runs * n)
    return bias2, variance


def expected_error(predictions, noisy_y):
    total, count = 0.0, 0
    for row, observed in zip(predictions, noisy_y, strict=True):
        for a, b in zip(row, observed, strict=True):
            total += float(a - b) ** 2
            count += 1
    return total / count


def knn_predict(X, y, X_query, k):
    out = np.empty(len(X_query), dtype=X.dtype)
    for q in range(len(X_query)):
        ranked = []
        for i in range(len(X)):
            gap = 0.0
            for j in range(X.shape[1]):
                gap += (float(X[i, j]) - float(X_query[q, j])) ** 2
            ranked.append((math.sqrt(gap), i))
        ranked.sort()
        out[q] = sum(float(y[i]) for _, i in ranked[:k]) / k
    return out


def kfold_indices(n, k, rng):
    rows = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        rows[i], rows[j] = rows[j], rows[i]
    folds = []
    for fold in range(k):
        test = []
        train = []
        for place, row in enumerate(rows):
            if place % k == fold:
                test.append(row)
            else:
                train.append(row)
        folds.append((train, test))
    return folds


def leave_one_out_by_hand(left_out):
    classes = {1: 1, 2: -1, 4: 1, 5: 1, 6: -1, 7: -1}
    total, count = {1: 0, -1: 0}, {1: 0, -1: 0}
    for x, sign in classes.items():
        if x != left_out:
            total[sign] += x
            count[sign] += 1
    plus, minus = total[1] / count[1], total[-1] / count[-1]
    if abs(left_out - plus) <= abs(left_out - minus):
        return plus, minus, 1
    return plus, minus, -1


def three_folds_by_hand(fold):
    if fold == 1:
        return 10 / 3, 2, (1, 1)
    if fold == 2:
        return 1, 5, (-1, -1)
    return 9 / 2, 13 / 2, (1, 1)


def leave_one_out_nearest_mean(x, y):
    correct = []
    for i in range(len(x)):
        sums, counts = {1: 0.0, -1: 0.0}, {1: 0, -1: 0}
        for j in range(len(x)):
            if j != i:
                sums[int(y[j])] += float(x[j])
                counts[int(y[j])] += 1
        to_plus = abs(float(x[i]) - sums[1] / counts[1])
        to_minus = abs(float(x[i]) - sums[-1] / counts[-1])
        if to_plus <= to_minus:
            correct.append(bool(y[i] == 1))
        else:
            correct.append(bool(y[i] == -1))
    return correct


def polynomial_fit(x, y, degree, lam=0.0):
    size = degree + 1
    A = np.zeros((size, size))
    b = np.zeros(size)
    for row in range(size):
        for column in range(size):
            for point in x:
                A[row, column] += float(point) ** (row + column)
        for point, seen in zip(x, y, strict=True):
            b[row] += float(point) ** row * float(seen)
        if row > 0:
            A[row, row] += lam
    return np.linalg.solve(A, b).astype(x.dtype)


def polynomial_predict(coefficients, x):
    value = x * 0
    for j in range(len(coefficients)):
        value = value + coefficients[j] * x**j
    return value


def _entropy(labels):
    total = 0.0
    for label in set(labels):
        p = labels.count(label) / len(labels)
        total -= p * math.log2(p)
    return total


def decision_stump(X, y):
    labels = [int(label) for label in y]
    best_feature, best_threshold, best_gain = -1, 0.0, -1.0
    for j in range(X.shape[1]):
        values = sorted({float(v) for v in X[:, j]})
        for place in range(len(values) - 1):
            threshold = (values[place] + values[place + 1]) / 2
            yes = [labels[i] for i in range(len(labels)) if X[i, j] <= threshold]
            no = [labels[i] for i in range(len(labels)) if X[i, j] > threshold]
            left = (len(yes) * _entropy(yes) + len(no) * _entropy(no)) / len(labels)
            gain = _entropy(labels) - left
            if gain > best_gain + 1e-9:
                best_feature, best_threshold, best_gain = j, threshold, gain
    return best_feature, best_threshold, best_gain
