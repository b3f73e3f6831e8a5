"""Ways in which predictions go wrong, told by their symptoms, and what a teacher says.

The functions here show each symptom; `train` is found beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception
from dlcourse.grading.tasks.project import reference
from dlcourse.grading.tasks.project.mistakes.training import trained


def train(X: Any, y: Any, rng: Any) -> Any:  # noqa: ARG001
    """Train the reference once for all of the mistakes.

    Parameters
    ----------
    X, y : array
        Pictures and classes.
    rng : numpy.random.Generator
        Not used.

    Returns
    -------
    list of array
        Parameters.
    """
    return trained(X, y)


def _hidden(params: Any, X: Any) -> Any:
    return np.maximum(X @ params[0] + params[1], 0)


def _scores(params: Any, X: Any) -> Any:
    return _hidden(params, X) @ params[2] + params[3]


def _softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _spoiled(share: float) -> Callable[[Any, Any], Any]:
    """Spoil some of the answers of a good model: an evenly spread share of them."""

    def wrong(params: Any, X: Any) -> Any:
        classes = reference.predict(params, X)
        hit = np.floor(np.arange(1, len(X) + 1) * share) > np.floor(np.arange(len(X)) * share)
        return np.where(hit, (classes + 3) % 10, classes)

    return wrong


PREDICT = (
    Misconception(
        "scores",
        _scores,
        "You returned ten scores for each picture. Asked for is one class: the place of the "
        "largest score.",
    ),
    Misconception(
        "one-hot",
        lambda params, X: np.eye(10)[reference.predict(params, X)],
        "You returned ten zeros and ones for each picture. Asked for is the class itself, a number "
        "from 0 to 9.",
    ),
    Misconception(
        "wrong-axis",
        lambda params, X: np.argmax(_scores(params, X), axis=0),
        "You have one answer for each class instead of one for each picture: the largest score is "
        "looked for along the wrong axis.",
    ),
    Misconception(
        "largest-probability",
        lambda params, X: _softmax(_scores(params, X)).max(axis=1),
        "You returned how large the largest probability is. Asked for is where it stands.",
    ),
    Misconception(
        "smallest-score",
        lambda params, X: np.argmin(_scores(params, X), axis=1),
        "Your answers are almost never right, which takes a good model turned round: you seem to "
        "take the class with the smallest score.",
    ),
    Misconception(
        "hidden-unit",
        lambda params, X: np.argmax(_hidden(params, X), axis=1),
        "Your classes are not all from 0 to 9. Is the last layer missing? The place of the largest "
        "hidden unit says nothing about the class.",
    ),
    Misconception(
        "one-class",
        lambda params, X: np.zeros(len(X), int),  # noqa: ARG005
        "All pictures get the same class. If train passes its check, predict treats pictures "
        "differently from train: the same scaling, the same layers, the same order.",
    ),
    Misconception(
        "one-off",
        lambda params, X: (reference.predict(params, X) + 1) % 10,
        "Your classes are off by one. They are called 0 to 9, as the columns are.",
    ),
    Misconception(
        "guessing",
        lambda params, X: reference.predict(params, X[:, ::-1]),
        "On new pictures your model is hardly better than guessing. If train does not pass its "
        "check yet, begin there; if it does, look for how the two treat a picture differently: "
        "scaling, order of the pixels, layers.",
    ),
    Misconception(
        "far-from-90",
        _spoiled(0.2),
        "Your model knows more than half of the new pictures, but not 90 %. Is its training "
        "finished? If it knows its own pictures well, it overfits; if not, it needs more epochs.",
    ),
    Misconception(
        "between-90-and-95",
        _spoiled(0.07),
        "Between 90 and 95 %. Is there a hidden layer, with an activation behind it? Then try more "
        "epochs, more units, or a better learning rate.",
    ),
    Misconception(
        "between-95-and-97",
        _spoiled(0.034),
        "Between 95 and 97 %: that is about what a model without a hidden layer can do. Add one, "
        "or train the one that you have for longer.",
    ),
)
