"""Unit 4: what the course promises, and wrong answers that a criterion must see."""

import numpy as np

TASKS = [
    "sgd_step",
    "momentum_step",
    "ema_momentum_step",
    "nesterov_step",
    "adagrad_step",
    "rmsprop_step",
    "adam_step",
    "adamw_step",
    "minibatches",
    "xavier_uniform",
    "lecun_normal",
    "he_normal",
    "batchnorm_forward",
    "batchnorm_backward",
    "clip_by_norm",
    "log_uniform",
    "stable_lr_limit",
]
FREE_TEXT = ["narrow_valley", "batch_size"]
POINTS = 54


def joint_norm(grads):
    return np.sqrt(sum(np.sum(np.square(g)) for g in grads))


def forward(x, gamma, beta, running_mean, running_var, momentum=0.9, eps=1e-5, train=True):
    return x.shape == (5, 3) and train


def never_clipped(grads, max_norm):
    """Give the gradients back as they came."""
    return (lambda value: grads) if joint_norm(grads) > max_norm else False


def short_by_themselves(grads, max_norm):
    return joint_norm(grads) > max_norm and all(joint_norm([g]) <= max_norm for g in grads)


#: Calls that only one criterion makes.
ONLY = {
    "sgd_step.values": lambda w, g, lr: w.ndim == 3,
    "first-step": lambda w, *rest, **settings: w.shape == (5,),
    "later-steps": lambda w, *rest, **settings: w.ndim == 3,
    "no-gradient": lambda w, g, *rest, **settings: np.any(g == 0),
    "even": lambda X, y, size, rng: len(X) == 48,
    "short-last": lambda X, y, size, rng: len(X) == 61,
    "minibatches.repeat": lambda X, y, size, rng: len(X) == 40,
    "weights": lambda fan_in, fan_out, rng: fan_in > 150,
    "repeat": lambda fan_in, fan_out, rng: fan_in < 10,
    "output": forward,
    "running": lambda x, *rest, **settings: len(x) == 7,
    "inference": lambda x, *rest, **settings: len(x) == 1,
    "inputs": lambda d_out, cache: d_out.shape == (7, 2),
    "scale-and-shift": lambda d_out, cache: d_out.shape == (4, 4),
    "too-long": lambda grads, max_norm: len(grads) == 4,
    "short-enough": lambda grads, max_norm: joint_norm(grads) > 0 and joint_norm(grads) < max_norm,
    "all-zero": lambda grads, max_norm: joint_norm(grads) == 0,
    "draws": lambda low, high, size, rng: size == 1800,
    "few": lambda low, high, size, rng: size == 10,
    "log_uniform.repeat": lambda low, high, size, rng: size == 50,
    "stable_lr_limit.values": lambda hessian: len(hessian) == 5,
    "single": lambda hessian: hessian.dtype == np.float32,
}

#: Calls that a criterion makes, perhaps with others: a mutant each.
ALSO = {
    "sgd_step.values": {
        "asks a vector for columns": lambda w, g, lr: w.ndim == 1,
        "multiplies matrices": lambda w, g, lr: w.ndim == 2,
    },
    "even": {"loses a row of a longer epoch": lambda X, y, size, rng: len(X) == 60},
    "short-last": {"needs a full batch": lambda X, y, size, rng: size > len(X)},
    "first-step": {"multiplies matrices": lambda w, *rest, **settings: w.ndim == 2},
    "later-steps": {
        "settings by position only": lambda w, *rest, **settings: len(settings) > 0,
        "other defaults once it has memories": lambda w, *rest, **settings: w.shape == (3,),
    },
    "output": {
        "mixes up rows and columns": lambda x, *rest, **settings: x.shape == (3, 3),
        "an epsilon of its own": lambda x, *rest, **settings: "eps" in settings,
    },
    "running": {
        "a momentum of its own": lambda x, *rest, **settings: "momentum" in settings,
        "momentum by name only": lambda x, *rest, **settings: len(rest) == 5,
    },
    "inference": {
        "the batch's own statistics where it has several rows": (
            lambda x, *rest, **settings: len(x) > 1 and not settings.get("train", True)
        ),
        "train by name only": lambda x, *rest, **settings: len(rest) == 7,
    },
    "batchnorm_forward.arguments": {
        "normalizes in place": lambda x, *rest, **settings: not settings.get("train", True),
    },
    "inputs": {"mixes up rows and columns": lambda d_out, cache: d_out.shape == (3, 3)},
    "scale-and-shift": {
        "wants as many rows as features": lambda d_out, cache: d_out.shape == (5, 4),
    },
    "too-long": {
        "takes one array for several": lambda grads, max_norm: len(grads) == 1,
        "compares each array by itself": short_by_themselves,
    },
    "all-zero": {"never clips": never_clipped},
}
