"""Right answers without a single array: lists, tuples and Python numbers."""

import math
from collections import Counter


def _flat(values):
    values = values.tolist() if hasattr(values, "tolist") else values
    return (
        [leaf for part in values for leaf in _flat(part)] if isinstance(values, list) else [values]
    )


def _mean(numbers):
    return math.fsum(numbers) / len(numbers)


def _shaped(numbers, like):
    if not like.shape:
        return next(numbers)
    return [_shaped(numbers, part) for part in like]


def mse(y_pred, y):
    return _mean([(a - b) ** 2 for a, b in zip(_flat(y_pred), _flat(y), strict=True)])


def mse_grad(y_pred, y):
    pairs = zip(_flat(y_pred), _flat(y), strict=True)
    return _shaped(iter([2 * (a - b) / y.size for a, b in pairs]), y)


def one_hot(labels, k):
    return [[1.0 if column == label else 0.0 for column in range(k)] for label in labels.tolist()]


def _log(p):
    return math.log(p) if p > 0 else -math.inf


def _weighed(weight, p):
    return weight * _log(p) if weight else 0


def binary_cross_entropy(p, y):
    pairs = zip(_flat(p), _flat(y), strict=True)
    return -_mean([_weighed(b, a) + _weighed(1 - b, 1 - a) for a, b in pairs])


def _softplus(z):
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def bce_from_logits(z, y):
    pairs = zip(_flat(z), _flat(y), strict=True)
    return _mean([b * _softplus(-a) + (1 - b) * _softplus(a) for a, b in pairs])


def cross_entropy(p, t):
    rows = zip(p.tolist(), t.tolist(), strict=True)
    return -_mean([sum(map(_weighed, target, row)) for row, target in rows])


def log_softmax(z):
    z = z.tolist() if hasattr(z, "tolist") else z
    if isinstance(z[0], list):
        return tuple(log_softmax(row) for row in z)
    log_sum = math.log(sum(math.exp(v - max(z)) for v in z))
    return [v - max(z) - log_sum for v in z]


def sparse_cross_entropy(logits, labels):
    return [_mean([-row[j] for row, j in zip(log_softmax(logits), labels.tolist(), strict=True)])]


def softmax_cross_entropy_grad(logits, labels):
    n = len(labels)
    return [
        [(math.exp(v) - (column == label)) / n for column, v in enumerate(row)]
        for row, label in zip(log_softmax(logits), labels.tolist(), strict=True)
    ]


def entropy(p, base=2.0):
    return sum(-v * math.log(v, base) for v in p.tolist() if v)


def cross_entropy_dist(p, q, base=2.0):
    return -sum(map(_weighed, p.tolist(), q.tolist())) / math.log(base)


def kl_divergence(p, q, base=2.0):
    return cross_entropy_dist(p, q, base) - entropy(p, base)


def information_gain(labels, split):
    pairs = list(zip(labels.tolist(), split.tolist(), strict=True))

    def bits(things):
        counts = Counter(things).values()
        return math.log2(len(things)) - sum(c * math.log2(c) for c in counts) / len(things)

    # what labels and answers share: H(labels) + H(answers) - H(both)
    return bits(labels.tolist()) + bits(split.tolist()) - bits(pairs)
