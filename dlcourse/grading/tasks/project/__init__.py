"""Unit 7: train a network for real, judge it on new pictures, and look at what it mixes up."""

from __future__ import annotations

from dlcourse import evaluation
from dlcourse.grading.spec import Task, Unit
from dlcourse.grading.tasks.project import criteria, judges, reference
from dlcourse.grading.tasks.project.mistakes import counting, predicting, training

_PAGE = "project.html#sec-"

#: What a student is promised for a training run, in seconds on one core.
BUDGET = 60.0
#: What a call may take on the clock: a grader's machine may be slower and busy.
_SECONDS = 1.5 * BUDGET

# Flagged, for an instructor to look at: the sandbox has none of them.
_LIBRARIES = ("sklearn.datasets.load_digits", "torch.nn", "tensorflow.keras", "jax.grad")

_TRAIN = Task(
    "train",
    reference.train,
    criteria.TRAIN,
    training.TRAIN,
    f"{_PAGE}training-loop",
    verify=judges.verify,
    fingerprint=judges.symptom,
    forbidden=_LIBRARIES,
    seconds=_SECONDS,
)

_PREDICT = Task(
    "predict",
    reference.predict,
    criteria.PREDICT,
    predicting.PREDICT,
    f"{_PAGE}digits",
    verify=judges.verify,
    fingerprint=judges.symptom,
    forbidden=_LIBRARIES,
    seconds=_SECONDS,
)

_CONFUSION_MATRIX = Task(
    "confusion_matrix",
    evaluation.confusion_matrix,
    criteria.CONFUSION,
    counting.CONFUSION,
    f"{_PAGE}confusion",
    forbidden=("sklearn.metrics.confusion_matrix",),
)

UNIT = Unit(
    number=7,
    slug="project",
    title="Train it for real",
    tasks=(_TRAIN, _PREDICT, _CONFUSION_MATRIX),
    free_text=("diagnose", "report"),
)
