"""Unit 5: what the course promises, and wrong answers that a single criterion sees."""

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
