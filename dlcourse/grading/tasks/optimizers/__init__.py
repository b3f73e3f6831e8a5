"""Unit 4: steps, batches, initial weights, normalization and learning rates."""

from __future__ import annotations

from typing import Any

from dlcourse import (
    adaptive,
    clipping,
    descent,
    initializers,
    normalization,
    schedules,
    spaces,
    training,
)
from dlcourse.grading.spec import Misconception, Task, Unit
from dlcourse.grading.tasks.optimizers import batches, norms, scales, settings, steps, weights
from dlcourse.grading.tasks.optimizers.mistakes import adam as adam_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import adaptive as adaptive_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import batches as batch_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import batchnorm as norm_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import batchnorm_back as back_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import descent as descent_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import scales as scale_mistakes
from dlcourse.grading.tasks.optimizers.mistakes import weights as weight_mistakes

_PAGE = "optimizers.html#sec-"


def _minibatches(X: Any, y: Any, size: int, rng: Any) -> list[Any]:
    """Let the epoch run to its end: an iterator cannot be judged."""
    return list(training.minibatches(X, y, size, rng))


def _initializer(
    rule: Any, distribution: weights.Weights, mistakes: tuple[Misconception, ...], section: str
) -> Task:
    return Task(
        rule.__name__,
        rule,
        weights.WEIGHTS,
        mistakes,
        f"{_PAGE}{section}",
        verify=distribution.verify,
        fingerprint=weights.weights_fingerprint,
    )


_STEPS = (
    Task(
        "sgd_step",
        descent.sgd_step,
        steps.sgd_cases(),
        descent_mistakes.SGD,
        f"{_PAGE}gradient-descent",
    ),
    Task(
        "momentum_step",
        descent.momentum_step,
        steps.with_memory(1.0, 1.0, settings.beta),
        descent_mistakes.MOMENTUM,
        f"{_PAGE}momentum",
    ),
    Task(
        "ema_momentum_step",
        descent.ema_momentum_step,
        steps.with_memory(1.0, 1.0, settings.beta),
        descent_mistakes.EMA_MOMENTUM,
        f"{_PAGE}momentum",
    ),
    Task(
        "nesterov_step",
        descent.nesterov_step,
        steps.with_memory(1.0, 1.0, settings.beta),
        descent_mistakes.NESTEROV,
        f"{_PAGE}nesterov",
    ),
    Task(
        "adagrad_step",
        adaptive.adagrad_step,
        steps.with_record(0.5, 1.0, settings.eps),
        adaptive_mistakes.ADAGRAD,
        f"{_PAGE}adagrad",
    ),
    Task(
        "rmsprop_step",
        adaptive.rmsprop_step,
        steps.with_record(0.5, 1.0, settings.rho_eps),
        adaptive_mistakes.RMSPROP,
        f"{_PAGE}rmsprop",
    ),
    Task(
        "adam_step",
        adaptive.adam_step,
        steps.with_both(1.0, 1.5, settings.adam),
        adam_mistakes.ADAM,
        f"{_PAGE}adam",
    ),
    Task(
        "adamw_step",
        adaptive.adamw_step,
        steps.with_both(0.5, 1.5, settings.adamw),
        adam_mistakes.ADAMW,
        f"{_PAGE}adamw",
    ),
)

_MINIBATCHES = Task(
    "minibatches",
    _minibatches,
    batches.BATCHES,
    batch_mistakes.BATCHES,
    f"{_PAGE}minibatches",
    verify=batches.verify_batches,
    fingerprint=batches.batches_fingerprint,
)

_INITIALIZERS = (
    _initializer(
        initializers.xavier_uniform,
        weights.Weights(lambda i, o: 2 / (i + o), uniform=True),
        weight_mistakes.XAVIER_UNIFORM,
        "xavier",
    ),
    _initializer(
        initializers.lecun_normal,
        weights.Weights(lambda i, _: 1 / i),
        weight_mistakes.LECUN_NORMAL,
        "lecun",
    ),
    _initializer(
        initializers.he_normal,
        weights.Weights(lambda i, _: 2 / i),
        weight_mistakes.HE_NORMAL,
        "he",
    ),
)

_BATCHNORM = (
    Task(
        "batchnorm_forward",
        normalization.batch_norm,
        norms.FORWARD,
        norm_mistakes.FORWARD,
        f"{_PAGE}batch-norm",
    ),
    Task(
        "batchnorm_backward",
        norms.batchnorm_backward,
        norms.BACKWARD,
        back_mistakes.BACKWARD,
        f"{_PAGE}batch-norm",
    ),
)

_SCALES = (
    Task(
        "clip_by_norm",
        clipping.clip_by_norm,
        scales.CLIP,
        scale_mistakes.CLIP,
        f"{_PAGE}clipping",
    ),
    Task(
        "log_uniform",
        spaces.log_uniform,
        scales.LOG_UNIFORM,
        scale_mistakes.LOG_UNIFORM,
        f"{_PAGE}search",
        verify=scales.verify_log_uniform,
        fingerprint=scales.log_uniform_fingerprint,
        forbidden=("scipy.stats.loguniform", "scipy.stats.reciprocal"),
    ),
    Task(
        "stable_lr_limit",
        schedules.stable_lr_limit,
        scales.LIMIT,
        scale_mistakes.LIMIT,
        f"{_PAGE}learning-rate",
    ),
)

UNIT = Unit(
    number=4,
    slug="optimizers",
    title="Optimizers",
    tasks=(*_STEPS, _MINIBATCHES, *_INITIALIZERS, *_BATCHNORM, *_SCALES),
    free_text=("narrow_valley", "batch_size"),
)
