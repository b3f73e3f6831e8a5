"""Unit 6: what an error is made of, how to measure it, and models that bend too little or much."""

from __future__ import annotations

from dlcourse import evaluation, neighbors, polynomials, splits, trees
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.bias_variance import by_hand, criteria, judges
from dlcourse.grading.tasks.bias_variance.mistakes import averages, curves, folds, stumps
from dlcourse.grading.tasks.bias_variance.mistakes import neighbors as neighbor_mistakes

_PAGE = "bias-variance.html#sec-"

_BIAS_VARIANCE = Task(
    "bias_variance",
    evaluation.bias_variance,
    criteria.BIAS_VARIANCE,
    averages.BIAS_VARIANCE,
    f"{_PAGE}decomposition",
)

_EXPECTED_ERROR = Task(
    "expected_error",
    evaluation.expected_error,
    criteria.EXPECTED_ERROR,
    averages.EXPECTED_ERROR,
    f"{_PAGE}decomposition",
)

_KNN_PREDICT = Task(
    "knn_predict",
    neighbors.knn_predict,
    criteria.KNN,
    neighbor_mistakes.KNN,
    f"{_PAGE}neighbors",
)

_KFOLD_INDICES = Task(
    "kfold_indices",
    splits.kfold_indices,
    criteria.KFOLD,
    folds.KFOLD,
    f"{_PAGE}k-folds",
    verify=judges.verify_folds,
    fingerprint=judges.folds_fingerprint,
)

_LEAVE_ONE_OUT_BY_HAND = Task(
    "leave_one_out_by_hand",
    by_hand.leave_one_out_row,
    criteria.LEAVE_ONE_OUT_BY_HAND,
    folds.LEAVE_ONE_OUT_BY_HAND,
    f"{_PAGE}leave-one-out",
    verify=by_hand.verify_by_hand(by_hand.leave_one_out_row),
    fingerprint=by_hand.by_hand_fingerprint,
)

_THREE_FOLDS_BY_HAND = Task(
    "three_folds_by_hand",
    by_hand.fold_row,
    criteria.THREE_FOLDS_BY_HAND,
    folds.THREE_FOLDS_BY_HAND,
    f"{_PAGE}k-folds",
    verify=by_hand.verify_by_hand(by_hand.fold_row),
    fingerprint=by_hand.by_hand_fingerprint,
)

_LEAVE_ONE_OUT = Task(
    "leave_one_out_nearest_mean",
    neighbors.leave_one_out_nearest_mean,
    criteria.LEAVE_ONE_OUT,
    neighbor_mistakes.LEAVE_ONE_OUT,
    f"{_PAGE}leave-one-out",
    verify=judges.against(neighbors.leave_one_out_nearest_mean),
    fingerprint=judges.numbers,
)

_POLYNOMIAL_FIT = Task(
    "polynomial_fit",
    polynomials.polynomial_fit,
    criteria.POLYNOMIAL_FIT,
    curves.POLYNOMIAL_FIT,
    f"{_PAGE}too-simple",
)

_POLYNOMIAL_PREDICT = Task(
    "polynomial_predict",
    polynomials.polynomial_predict,
    criteria.POLYNOMIAL_PREDICT,
    curves.POLYNOMIAL_PREDICT,
    f"{_PAGE}too-simple",
)

_DECISION_STUMP = Task(
    "decision_stump",
    trees.decision_stump,
    criteria.DECISION_STUMP,
    stumps.DECISION_STUMP,
    f"{_PAGE}best-question",
    verify=judges.against(trees.decision_stump),
    fingerprint=judges.numbers,
)

UNIT = Unit(
    number=6,
    slug="bias-variance",
    title="Bias and variance",
    tasks=(
        _BIAS_VARIANCE,
        _EXPECTED_ERROR,
        _KNN_PREDICT,
        _KFOLD_INDICES,
        _LEAVE_ONE_OUT_BY_HAND,
        _THREE_FOLDS_BY_HAND,
        _LEAVE_ONE_OUT,
        _POLYNOMIAL_FIT,
        _POLYNOMIAL_PREDICT,
        _DECISION_STUMP,
    ),
    free_text=("read_the_curves", "why_the_folds_failed"),
)
