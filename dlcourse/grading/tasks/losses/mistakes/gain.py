"""Wrong answers for the information that a question gives, and what a teacher says."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _entropy(labels: Any) -> Any:
    if labels.size == 0:
        return 0.0
    counts = np.unique(labels, return_counts=True)[1]
    return -np.sum(counts / labels.size * np.log2(counts / labels.size))


def _gini(labels: Any) -> Any:
    if labels.size == 0:
        return 0.0
    counts = np.unique(labels, return_counts=True)[1]
    return 1 - np.sum((counts / labels.size) ** 2)


def _left(labels: Any, split: Any, impurity: Callable[..., Any] = _entropy) -> Any:
    share = np.mean(split)
    return share * impurity(labels[split]) + (1 - share) * impurity(labels[~split])


def _counted(labels: Any) -> Any:
    """Entropy by counting every number up to the largest, with 0 log 0 left to NumPy."""
    p = np.bincount(labels) / len(labels)
    return -np.sum(p * np.log2(p))


INFORMATION_GAIN = (
    Misconception(
        "nats",
        lambda labels, split: (_entropy(labels) - _left(labels, split)) * math.log(2),
        "Your gain is in nats. Here it is counted in bits: the logarithm has the base 2.",
    ),
    Misconception(
        "unweighted",
        lambda labels, split: (
            _entropy(labels) - (_entropy(labels[split]) + _entropy(labels[~split])) / 2
        ),
        "Both sides count the same in your mean. The larger side has more examples, and counts "
        "more.",
    ),
    Misconception(
        "sides-added",
        lambda labels, split: _entropy(labels) - _entropy(labels[split]) - _entropy(labels[~split]),
        "You subtracted the entropies of both sides in full. What is left to tell is their mean, "
        "each side weighed by its share of the examples.",
    ),
    Misconception(
        "one-side",
        lambda labels, split: _entropy(labels) - _entropy(labels[split]),
        "You looked at the examples that say yes only. Those that say no have an entropy as well.",
    ),
    Misconception(
        "remaining",
        _left,
        "This is what is still left to tell after the question. The gain is how much less that is "
        "than before the question.",
    ),
    Misconception(
        "before",
        lambda labels, split: _entropy(labels),  # noqa: ARG005
        "This is the entropy of all labels, before the question. Subtract what is still left to "
        "tell after it.",
    ),
    Misconception(
        "sign",
        lambda labels, split: _left(labels, split) - _entropy(labels),
        "Your gain is negative. An answer never leaves more to tell than there was before, on "
        "average: subtract the other way round.",
    ),
    Misconception(
        "weights-exchanged",
        lambda labels, split: (
            _entropy(labels)
            - (1 - np.mean(split)) * _entropy(labels[split])
            - np.mean(split) * _entropy(labels[~split])
        ),
        "The weights of the two sides have changed places. Each side is weighed by its own share "
        "of the examples.",
    ),
    Misconception(
        "gini",
        lambda labels, split: _gini(labels) - _left(labels, split, _gini),
        "You used the Gini impurity. Trees work with it as well, but the gain asked for here is "
        "one of entropy.",
    ),
    Misconception(
        "ratio",
        lambda labels, split: (_entropy(labels) - _left(labels, split)) / (_entropy(split) or 1.0),
        "You divided by the entropy of the question. That is the gain ratio; the gain itself is "
        "the difference alone.",
    ),
    Misconception(
        "two-classes-only",
        lambda labels, split: (
            _entropy(labels == labels.max()) - _left(labels == labels.max(), split)
        ),
        "Two classes work. With more of them you only asked whether the label is the largest one; "
        "every class has a share of its own in the entropy.",
    ),
    Misconception(
        "zero-log-zero",
        lambda labels, split: (
            _counted(labels)
            - np.mean(split) * _counted(labels[split])
            - np.mean(~split) * _counted(labels[~split])
        ),
        "It works as long as every class is on both sides. A class that is missing on one side has "
        "the share 0 there, and 0 times the logarithm of 0 counts as 0.",
    ),
)
