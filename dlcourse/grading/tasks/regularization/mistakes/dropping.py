"""Wrong answers for dropout, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

Step = Callable[..., Any]


def _each(rng: Any, shape: Any, keep: float) -> Any:
    return rng.random(shape) < keep


def _per_feature(rng: Any, shape: Any, keep: float) -> Any:
    return np.broadcast_to(rng.random(shape[-1:]) < keep, shape).copy()


def _per_example(rng: Any, shape: Any, keep: float) -> Any:
    drawn = rng.random(shape[:1]) < keep
    return np.broadcast_to(drawn.reshape(-1, *[1] * (len(shape) - 1)), shape).copy()


def _exact(rng: Any, shape: Any, keep: float) -> Any:
    count = int(np.prod(shape))
    return (rng.permutation(count) < round(keep * count)).reshape(shape)


def _fixed(_: Any, shape: Any, keep: float) -> Any:
    return np.random.default_rng(0).random(shape) < keep


def _own(_: Any, shape: Any, keep: float) -> Any:
    return np.random.default_rng().random(shape) < keep


def _safe(number: float) -> float:
    """Keep 1 / 0 out of the examples, where it is not the point."""
    return 1 / number if number else 1.0


def _dropout(
    keep: Callable[[float], float],
    factor: Callable[[float], float],
    draw: Callable[..., Any] = _each,
    result: Callable[..., Any] = lambda out, mask, factor: (out, mask),
) -> Step:
    """Make dropout in which one thing is not as it should be."""

    def dropout(x: Any, p: float, rng: Any) -> Any:
        mask = draw(rng, x.shape, keep(p))
        return result(x * mask * factor(p), mask, factor(p))

    return dropout


def _in_place(keep: Callable[[float], float], factor: Callable[[float], float]) -> Step:
    def dropout(x: Any, p: float, rng: Any) -> Any:
        mask = rng.random(x.shape) < keep(p)
        x *= mask * factor(p)
        return x, mask

    return dropout


def _rest(p: float) -> float:
    return 1 - p


def _same(p: float) -> float:
    return p


def _one(_: float) -> float:
    return 1.0


def _up(p: float) -> float:
    return 1 / (1 - p)


def _general(keep: Callable[[float], float], factor: Callable[[float], float]) -> Any:
    """Mistakes that both conventions can be made with."""
    return (
        Misconception(
            "mask-of-the-dropped",
            _dropout(keep, factor, result=lambda out, mask, _: (out, ~mask)),
            "Your mask is 1 where a unit was dropped. It should say what was kept: the backward "
            "pass multiplies by it.",
        ),
        Misconception(
            "one-mask-for-all",
            _dropout(keep, factor, _per_feature),
            "You drew one mask and used it for all examples. Every unit of every example has a "
            "draw of its own.",
        ),
        Misconception(
            "whole-examples",
            _dropout(keep, factor, _per_example),
            "You dropped whole examples: all units of a row share a draw. Every unit has one of "
            "its own.",
        ),
        Misconception(
            "exact-share",
            _dropout(keep, factor, _exact),
            "You drop exactly the same number of units each time. Each unit should be dropped by "
            "itself, so the number varies from call to call.",
        ),
        Misconception(
            "exchanged",
            _dropout(keep, factor, result=lambda out, mask, _: (mask, out)),
            "The two results come in the opposite order: first the output, then the mask.",
        ),
        Misconception(
            "no-mask",
            _dropout(keep, factor, result=lambda out, mask, _: out),
            "Only the output came back. The mask is needed as well: the backward pass drops the "
            "same units.",
        ),
        Misconception(
            "in-place",
            _in_place(keep, factor),
            "Your numbers are right, but the activations of the caller were overwritten. Make a "
            "new array.",
        ),
        Misconception(
            "fixed-seed",
            _dropout(keep, factor, _fixed),
            "You made a generator of your own with a fixed seed, so the same units are dropped in "
            "every step. Draw from the argument rng.",
        ),
        Misconception(
            "own-generator",
            _dropout(keep, factor, _own),
            "Your mask does not come from rng, so a run cannot be repeated. Draw from the "
            "generator that the caller gives you, and from no other.",
        ),
    )


INVERTED = (
    Misconception(
        "not-scaled",
        _dropout(_rest, _one),
        "The units that are kept come out as they were. In inverted dropout they are scaled up, "
        "so that the next layer gets the same sum on average.",
    ),
    Misconception(
        "scaled-down",
        _dropout(_rest, _rest),
        "You made the units that are kept smaller. They have to make up for those that are "
        "missing: which way must they be scaled?",
    ),
    Misconception(
        "other-probability",
        _dropout(_rest, lambda p: _safe(p)),
        "You divided by the probability of dropping. What is left is the share that is kept, and "
        "the scale makes up for that.",
    ),
    Misconception(
        "keeps-p",
        _dropout(lambda p: p or 1.0, lambda p: _safe(p)),
        "You keep each unit with the probability p_drop. It is the probability of dropping.",
    ),
    Misconception(
        "scaled-mask",
        _dropout(_rest, _up, result=lambda out, mask, factor: (out, mask * factor)),
        "The output is right, but your mask is scaled. It should hold only zeros and ones; "
        "dropout_backward does the scaling itself.",
    ),
    *_general(_rest, _up),
)

PLAIN = (
    Misconception(
        "scaled-up",
        _dropout(_same, lambda p: 1 / p),
        "You scaled up what is kept: that is inverted dropout. In the plain form training leaves "
        "the kept units as they are, and the scale comes at test time.",
    ),
    Misconception(
        "scaled-down",
        _dropout(_same, _same),
        "You scaled what is kept by p_keep already. That happens at test time, when all units are "
        "there.",
    ),
    Misconception(
        "drops-p",
        _dropout(lambda p: 1 - p if p < 1 else 1.0, _one),
        "You drop each unit with the probability p_keep. It is the probability of keeping.",
    ),
    *_general(_same, _one),
)
