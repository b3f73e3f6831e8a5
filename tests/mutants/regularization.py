"""Unit 5: what the course promises, and wrong answers that a criterion must see."""

import numpy as np

TASKS = [
    "l1_penalty",
    "l1_subgradient",
    "l2_penalty",
    "l2_grad",
    "elastic_net_penalty",
    "weight_decay_step",
    "dropout_train",
    "dropout_backward",
    "plain_dropout_train",
    "plain_dropout_test",
    "early_stopping",
    "augment_shift",
]
FREE_TEXT = ["which_penalty", "two_modes"]
POINTS = 40


def stops(losses, patience, min_delta=0.0):
    return patience == 4


def gains_of_exactly(losses, patience, min_delta=0.0):
    return min_delta > 0 and losses[0] - losses[1] == min_delta


def vector(x, *rest):
    return np.ndim(x) == 1


def matrix(x, *rest):
    return np.ndim(x) == 2


def matrix_with_a_chance(x, p, rng):
    return x.ndim == 2 and 0 < p < 1


#: Calls that only one criterion makes.
ONLY = {
    "values": lambda w, *rest: np.ndim(w) == 3,
    "numbers": lambda w, *rest: np.ndim(w) == 0,
    "single": lambda w, *rest: np.asarray(w).dtype == np.float32,
    "corner": lambda w, lam: np.any(w == 0),
    "mask": lambda x, p, rng: x.shape == (100, 40),
    "output": lambda x, p, rng: x.ndim == 3,
    "repeat": lambda x, p, rng: x.shape == (20, 10),
    "stops": stops,
    "ends": lambda losses, patience, min_delta=0.0: patience == 6,
    "small-gains": lambda losses, patience, min_delta=0.0: min_delta > 0 and patience == 3,
    "ties": lambda losses, patience, min_delta=0.0: losses[1] == losses[2],
    "shifts": lambda images, max_shift, rng: len(images) == 600,
    "not-square": lambda images, max_shift, rng: images.shape[1:] == (8, 5),
    "no-shift": lambda images, max_shift, rng: max_shift == 0,
    "augment_shift.repeat": lambda images, max_shift, rng: len(images) == 40,
}

#: Calls that a criterion makes, perhaps with others: a mutant each.
ALSO = {
    "values": {"asks a vector for columns": vector, "loops over one axis": matrix},
    "numbers": {
        "writes into a number": lambda w, *rest: isinstance(w, np.float64),
        "loops over an array without axes": lambda w, *rest: (
            isinstance(w, np.ndarray) and w.ndim == 0
        ),
    },
    "output": {
        "asks a vector for columns": vector,
        "loops over one axis": matrix_with_a_chance,
    },
    "dropout_train.output": {
        "asks a vector for columns": vector,
        "loops over one axis": matrix_with_a_chance,
        "takes p = 0 for no answer": lambda x, p, rng: p == 0,
    },
    "ties": {"counts a gain of exactly min_delta": gains_of_exactly},
}
