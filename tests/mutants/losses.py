"""Unit 2: what the course promises, and wrong answers that a single criterion sees."""

import numpy as np

TASKS = [
    "mse",
    "mse_grad",
    "one_hot",
    "binary_cross_entropy",
    "bce_from_logits",
    "cross_entropy",
    "log_softmax",
    "sparse_cross_entropy",
    "softmax_cross_entropy_grad",
    "entropy",
    "cross_entropy_dist",
    "kl_divergence",
    "information_gain",
]
FREE_TEXT = ["which_loss", "what_the_divergence_says"]
POINTS = 49


def is_single(first, *rest, **named):
    return first.dtype == np.float32


def large(z, *rest):
    return np.abs(z).max() > 50


#: Calls that only one criterion makes.
ONLY = {
    "vectors": lambda y_pred, y: y_pred.shape == (6,),
    "matrices": lambda y_pred, y: y_pred.ndim == 3,
    "single": is_single,
    "all-classes": lambda labels, k: len(labels) == 6,
    "unused": lambda labels, k: len(labels) == 1,
    "binary_cross_entropy.hard": lambda p, y: p.shape == (2, 2, 3),
    "binary_cross_entropy.soft": lambda p, y: p.shape == (4, 2),
    "certain": lambda p, y: p.shape == (9,),
    "binary_cross_entropy.contradiction": lambda p, y: p.shape == (6,) and np.any(p * (1 - p) == 0),
    "bce_from_logits.hard": lambda z, y: z.shape == (8,),
    "bce_from_logits.soft": lambda z, y: z.shape == (4, 3),
    "extremes": lambda z, y=None: large(z) and (y is not None or z.ndim == 1),
    "cross_entropy.one-hot": lambda p, t: p.shape == (5, 3),
    "cross_entropy.soft": lambda p, t: p.shape == (3, 5) and np.all(t > 0),
    "cross_entropy.zeros": lambda p, t: p.shape[1] == 5 and np.any(t == 0),
    "cross_entropy.contradiction": lambda p, t: np.any((p == 0) & (t > 0)),
    "log_softmax.one-example": lambda z: z.shape == (3,),
    "many-examples": lambda z: z.shape == (3, 3),
    "levels": lambda z: z.ndim == 2 and large(z),
    "ordinary": lambda logits, labels: logits.shape == (5, 3),
    "sparse_cross_entropy.extremes": large,
    "softmax_cross_entropy_grad.extremes": large,
    "entropy.bits": lambda p, base=2.0: len(p) == 6,
    "entropy.base": lambda p, base=2.0: base != 2,
    "entropy.zeros": lambda p, base=2.0: np.any(p == 0),
    "bits": lambda p, q, base=2.0: len(p) == 6,
    "base": lambda p, q, base=2.0: base == 10,
    "zeros": lambda p, q, base=2.0: np.any(p == 0),
    "contradiction": lambda p, q, base=2.0: np.any((q == 0) & (p > 0)),
    "two-classes": lambda labels, split: len(labels) == 12,
    "many-classes": lambda labels, split: len(labels) == 16,
    "one-sided": lambda labels, split: len(labels) == 8,
}


def by_name(*args, **named):
    return "base" in named


def by_place(*args, **named):
    return isinstance(args[-1], float)


def scores(count, dtype):
    """Calls with so many scores of a dtype."""
    return lambda z, y: z.shape == (count,) and z.dtype == dtype


#: Calls that one kind of case of a criterion makes, by what goes wrong there.
ALSO = {
    "matrices": {
        "loops over one axis": lambda y_pred, y: y_pred.shape in [(4, 3), (2, 5)],
        "mixes up rows and columns": lambda y_pred, y: y_pred.shape == (3, 3),
    },
    "mse.single": {
        "asks for columns": lambda y_pred, y: is_single(y_pred) and y_pred.ndim == 1,
        "loops over one axis": lambda y_pred, y: is_single(y_pred) and y_pred.ndim == 2,
    },
    "binary_cross_entropy.hard": {
        "asks for columns": lambda p, y: p.ndim == 1,
        "loops over one axis": lambda p, y: p.ndim == 2,
    },
    "binary_cross_entropy.soft": {"asks for columns": lambda p, y: p.ndim == 1},
    "binary_cross_entropy.contradiction": {
        "clips at 0": lambda p, y: np.any((p == 0) & (y > 0)),
        "clips at 1": lambda p, y: np.any((p == 1) & (y < 1)),
    },
    "bce_from_logits.hard": {
        "loops over one axis": lambda z, y: z.ndim == 2,
        "knows two axes at most": lambda z, y: z.ndim == 3,
    },
    "bce_from_logits.soft": {"asks for columns": lambda z, y: z.ndim == 1},
    "bce_from_logits.extremes": {
        f"{count} scores in {np.dtype(dtype)}": scores(count, dtype)
        for count in (6, 12)
        for dtype in (np.float32, np.float64)
    },
    "cross_entropy.one-hot": {"mixes up rows and columns": lambda p, t: p.shape == (3, 3)},
    "log_softmax.many-examples": {
        "broadcasts over rows": lambda z: z.shape in [(4, 3), (2, 5)],
        "squeezes a single row": lambda z: z.shape == (1, 4),
    },
    "ordinary": {"mixes up rows and columns": lambda z, labels: z.shape == (4, 4)},
    "base": {"knows the base by position": by_name, "knows the base by name": by_place},
}
