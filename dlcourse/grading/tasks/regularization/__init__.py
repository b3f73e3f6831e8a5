"""Unit 5: penalties, weight decay, dropout, early stopping and shifted images."""

from __future__ import annotations

from dlcourse import augmentation, callbacks, dropout, regularizers
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.regularization import dropping, penalties, shifting, stopping
from dlcourse.grading.tasks.regularization.mistakes import decay as decay_mistakes
from dlcourse.grading.tasks.regularization.mistakes import dropping as dropping_mistakes
from dlcourse.grading.tasks.regularization.mistakes import dropping_after as after_mistakes
from dlcourse.grading.tasks.regularization.mistakes import penalties as penalty_mistakes
from dlcourse.grading.tasks.regularization.mistakes import shifting as shifting_mistakes
from dlcourse.grading.tasks.regularization.mistakes import stopping as stopping_mistakes

_PAGE = "regularization.html#sec-"

_PENALTIES = (
    Task(
        "l1_penalty",
        regularizers.l1_penalty,
        penalties.penalty(1.5),
        penalty_mistakes.L1_PENALTY,
        f"{_PAGE}l1",
    ),
    Task(
        "l1_subgradient",
        regularizers.l1_subgradient,
        penalties.elementwise(1.0, corner=True),
        penalty_mistakes.L1_SUBGRADIENT,
        f"{_PAGE}l1",
    ),
    Task(
        "l2_penalty",
        regularizers.l2_penalty,
        penalties.penalty(1.5),
        penalty_mistakes.L2_PENALTY,
        f"{_PAGE}l2",
    ),
    Task(
        "l2_grad",
        regularizers.l2_grad,
        penalties.elementwise(1.5),
        penalty_mistakes.L2_GRAD,
        f"{_PAGE}l2",
    ),
    Task(
        "elastic_net_penalty",
        regularizers.elastic_net_penalty,
        penalties.penalty(1.5, strengths=2),
        penalty_mistakes.ELASTIC_NET,
        f"{_PAGE}elastic-net",
    ),
    Task(
        "weight_decay_step",
        regularizers.weight_decay_step,
        penalties.decay_step(),
        decay_mistakes.WEIGHT_DECAY,
        f"{_PAGE}weight-decay",
    ),
)

_DROPOUT = (
    Task(
        "dropout_train",
        dropout.dropout_train,
        dropping.INVERTED.criteria(2.5),
        dropping_mistakes.INVERTED,
        f"{_PAGE}inverted-dropout",
        verify=dropping.INVERTED.verify,
        fingerprint=dropping.dropout_fingerprint,
    ),
    Task(
        "dropout_backward",
        dropout.dropout_backward,
        penalties.dropout_back(),
        after_mistakes.BACKWARD,
        f"{_PAGE}inverted-dropout",
    ),
    Task(
        "plain_dropout_train",
        dropout.plain_dropout_train,
        dropping.PLAIN.criteria(2.0),
        dropping_mistakes.PLAIN,
        f"{_PAGE}plain-dropout",
        verify=dropping.PLAIN.verify,
        fingerprint=dropping.dropout_fingerprint,
    ),
    Task(
        "plain_dropout_test",
        dropout.plain_dropout_test,
        penalties.elementwise(1.0, share=True),
        after_mistakes.TEST,
        f"{_PAGE}plain-dropout",
    ),
)

_RUNS = (
    Task(
        "early_stopping",
        callbacks.early_stopping,
        stopping.STOPPING,
        stopping_mistakes.STOPPING,
        f"{_PAGE}early-stopping",
    ),
    Task(
        "augment_shift",
        augmentation.augment_shift,
        shifting.SHIFTS,
        shifting_mistakes.SHIFTS,
        f"{_PAGE}augmentation",
        verify=shifting.verify_shifts,
        fingerprint=shifting.shifts_fingerprint,
        forbidden=("scipy.ndimage.shift",),
    ),
)

UNIT = Unit(
    number=5,
    slug="regularization",
    title="Regularization",
    tasks=(*_PENALTIES, *_DROPOUT, *_RUNS),
    free_text=("which_penalty", "two_modes"),
)
