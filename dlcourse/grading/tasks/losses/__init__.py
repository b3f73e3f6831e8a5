"""Unit 2: what a loss is, how probabilities are scored, and how information is measured."""

from __future__ import annotations

from dlcourse import information, logits, losses
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.losses import probabilities, regression, scores
from dlcourse.grading.tasks.losses.mistakes import gain, labels
from dlcourse.grading.tasks.losses.mistakes import information as information_mistakes
from dlcourse.grading.tasks.losses.mistakes import probabilities as probability_mistakes
from dlcourse.grading.tasks.losses.mistakes import regression as regression_mistakes
from dlcourse.grading.tasks.losses.mistakes import scores as score_mistakes

_PAGE = "losses.html#sec-"

_MSE = Task("mse", losses.mse, regression.MSE, regression_mistakes.MSE, f"{_PAGE}mse")

_MSE_GRAD = Task(
    "mse_grad", losses.mse_grad, regression.MSE_GRAD, regression_mistakes.MSE_GRAD, f"{_PAGE}mse"
)

_ONE_HOT = Task(
    "one_hot", losses.one_hot, regression.ONE_HOT, regression_mistakes.ONE_HOT, f"{_PAGE}one-hot"
)

_BINARY_CROSS_ENTROPY = Task(
    "binary_cross_entropy",
    losses.binary_cross_entropy,
    probabilities.BINARY_CROSS_ENTROPY,
    probability_mistakes.BINARY_CROSS_ENTROPY,
    f"{_PAGE}log-loss",
    forbidden=("scipy.special.xlogy", "scipy.special.xlog1py"),
)

_BCE_FROM_LOGITS = Task(
    "bce_from_logits",
    logits.bce_from_logits,
    scores.BCE_FROM_LOGITS,
    score_mistakes.BCE_FROM_LOGITS,
    f"{_PAGE}lost-digits",
)

_CROSS_ENTROPY = Task(
    "cross_entropy",
    losses.cross_entropy,
    probabilities.CROSS_ENTROPY,
    probability_mistakes.CROSS_ENTROPY,
    f"{_PAGE}cross-entropy",
    forbidden=("scipy.special.xlogy",),
)

_LOG_SOFTMAX = Task(
    "log_softmax",
    logits.log_softmax,
    scores.LOG_SOFTMAX,
    score_mistakes.LOG_SOFTMAX,
    f"{_PAGE}lost-digits",
    forbidden=("scipy.special.log_softmax", "scipy.special.logsumexp"),
)

_SPARSE_CROSS_ENTROPY = Task(
    "sparse_cross_entropy",
    logits.sparse_cross_entropy,
    scores.SPARSE_CROSS_ENTROPY,
    labels.SPARSE_CROSS_ENTROPY,
    f"{_PAGE}cross-entropy",
    forbidden=("scipy.special.log_softmax", "scipy.special.logsumexp"),
)

_SOFTMAX_CROSS_ENTROPY_GRAD = Task(
    "softmax_cross_entropy_grad",
    logits.softmax_cross_entropy_grad,
    scores.SOFTMAX_CROSS_ENTROPY_GRAD,
    labels.SOFTMAX_CROSS_ENTROPY_GRAD,
    f"{_PAGE}softmax-gradient",
    forbidden=("scipy.special.softmax",),
)

_ENTROPY = Task(
    "entropy",
    information.entropy,
    probabilities.ENTROPY,
    information_mistakes.ENTROPY,
    f"{_PAGE}entropy",
    forbidden=("scipy.stats.entropy", "scipy.special.entr"),
)

_CROSS_ENTROPY_DIST = Task(
    "cross_entropy_dist",
    information.cross_entropy_dist,
    probabilities.CROSS_ENTROPY_DIST,
    information_mistakes.CROSS_ENTROPY_DIST,
    f"{_PAGE}kl",
    forbidden=("scipy.special.xlogy",),
)

_KL_DIVERGENCE = Task(
    "kl_divergence",
    information.kl_divergence,
    probabilities.KL_DIVERGENCE,
    information_mistakes.KL_DIVERGENCE,
    f"{_PAGE}kl",
    forbidden=("scipy.stats.entropy", "scipy.special.rel_entr", "scipy.special.kl_div"),
)

_INFORMATION_GAIN = Task(
    "information_gain",
    information.information_gain,
    probabilities.INFORMATION_GAIN,
    gain.INFORMATION_GAIN,
    f"{_PAGE}information-gain",
)

UNIT = Unit(
    number=2,
    slug="losses",
    title="Losses and information",
    tasks=(
        _MSE,
        _MSE_GRAD,
        _ONE_HOT,
        _BINARY_CROSS_ENTROPY,
        _BCE_FROM_LOGITS,
        _CROSS_ENTROPY,
        _LOG_SOFTMAX,
        _SPARSE_CROSS_ENTROPY,
        _SOFTMAX_CROSS_ENTROPY_GRAD,
        _ENTROPY,
        _CROSS_ENTROPY_DIST,
        _KL_DIVERGENCE,
        _INFORMATION_GAIN,
    ),
    free_text=("which_loss", "what_the_divergence_says"),
)
