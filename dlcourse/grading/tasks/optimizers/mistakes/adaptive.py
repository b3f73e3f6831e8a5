"""Wrong answers for AdaGrad and RMSProp, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception


def _divided(w: Any, g: Any, s: Any, lr: float, eps: float) -> Any:
    return w - lr * g / (np.sqrt(s) + eps), s


def _recent(g: Any, s: Any, rho: float) -> Any:
    return rho * s + (1 - rho) * g**2


def _adagrad_in_place(w: Any, g: Any, s: Any, lr: float, eps: float = 1e-10) -> Any:
    s += g**2
    w -= lr * g / (np.sqrt(s) + eps)
    return w, s


def _rmsprop_in_place(
    w: Any, g: Any, s: Any, lr: float, rho: float = 0.99, eps: float = 1e-8
) -> Any:
    s *= rho
    s += (1 - rho) * g**2
    w -= lr * g / (np.sqrt(s) + eps)
    return w, s


_IN_PLACE = (
    "Your numbers are right, but operators such as -= and *= write into the arrays of the caller, "
    "who may still need them. Make new arrays."
)
_EXCHANGED = "The two results come in the opposite order: the new weights first, then the record."
_INSIDE = (
    "You added eps under the root. Some libraries do, but here, as in PyTorch, it stands outside: "
    "added to the root."
)
_NO_ROOT = (
    "You divided by the record itself. It holds squares, so large gradients would move the "
    "weights less than small ones: a root is missing."
)
_NO_EPS = (
    "A weight that never had a gradient divides 0 by 0. eps keeps the division finite: add it to "
    "the root."
)
_OLD = (
    "You divided by the record as it was before this gradient. Update the record first; at the "
    "first step the old one is zero."
)
_ONE_RATE = (
    "You summed the squares of all weights into one number. Each weight keeps a record of its "
    "own: that is what gives it its own learning rate."
)
_UPHILL = (
    "Your step goes uphill: the gradient points to where the loss grows, and dividing by a "
    "positive root does not change that."
)
_ABSOLUTE = (
    "Your record holds sizes of gradients. It should hold their squares, of which the root is "
    "taken later."
)

ADAGRAD = (
    Misconception(
        "inside-root",
        lambda w, g, s, lr, eps=1e-10: (w - lr * g / np.sqrt(s + g**2 + eps), s + g**2),
        _INSIDE,
    ),
    Misconception(
        "no-root",
        lambda w, g, s, lr, eps=1e-10: (w - lr * g / (s + g**2 + eps), s + g**2),
        _NO_ROOT,
    ),
    Misconception(
        "no-eps",
        lambda w, g, s, lr, eps=1e-10: (w - lr * g / np.sqrt(s + g**2), s + g**2),
        _NO_EPS,
    ),
    Misconception(
        "old-record",
        lambda w, g, s, lr, eps=1e-10: (w - lr * g / (np.sqrt(s) + eps), s + g**2),
        _OLD,
    ),
    Misconception(
        "decaying",
        lambda w, g, s, lr, eps=1e-10: _divided(w, g, 0.9 * s + 0.1 * g**2, lr, eps),
        "Your record forgets: that is RMSProp, the next task. AdaGrad's record only grows.",
    ),
    Misconception(
        "not-squared",
        lambda w, g, s, lr, eps=1e-10: _divided(w, g, s + np.abs(g), lr, eps),
        _ABSOLUTE,
    ),
    Misconception(
        "one-rate",
        lambda w, g, s, lr, eps=1e-10: _divided(w, g, s + (g**2).sum(), lr, eps),
        _ONE_RATE,
    ),
    Misconception(
        "no-memory",
        lambda w, g, s, lr, eps=1e-10: _divided(w, g, 0 * s + g**2, lr, eps),
        "The old record is forgotten, so every step has the length of the learning rate. Add the "
        "new squares to the old ones.",
    ),
    Misconception(
        "uphill",
        lambda w, g, s, lr, eps=1e-10: _divided(w, -g, s + g**2, lr, eps),
        _UPHILL,
    ),
    Misconception(
        "undivided",
        lambda w, g, s, lr, eps=1e-10: (w - lr * g, s + g**2),
        "You keep the record, but the step does not use it. The gradient is divided by the root "
        "of the record.",
    ),
    Misconception(
        "exchanged",
        lambda w, g, s, lr, eps=1e-10: _divided(w, g, s + g**2, lr, eps)[::-1],
        _EXCHANGED,
    ),
    Misconception("in-place", _adagrad_in_place, _IN_PLACE),
)

RMSPROP = (
    Misconception(
        "inside-root",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: (
            w - lr * g / np.sqrt(_recent(g, s, rho) + eps),
            _recent(g, s, rho),
        ),
        _INSIDE,
    ),
    Misconception(
        "no-root",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: (
            w - lr * g / (_recent(g, s, rho) + eps),
            _recent(g, s, rho),
        ),
        _NO_ROOT,
    ),
    Misconception(
        "no-eps",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: (
            w - lr * g / np.sqrt(_recent(g, s, rho)),
            _recent(g, s, rho),
        ),
        _NO_EPS,
    ),
    Misconception(
        "old-record",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: (
            w - lr * g / (np.sqrt(s) + eps),
            _recent(g, s, rho),
        ),
        _OLD,
    ),
    Misconception(
        "growing",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(w, g, s + g**2, lr, eps),
        "Your record only grows: that is AdaGrad. RMSProp keeps the share rho of the old record, "
        "so that old gradients fade.",
    ),
    Misconception(
        "whole-square",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(w, g, rho * s + g**2, lr, eps),
        "The old record fades, but the new square enters whole. A running mean has two shares "
        "that add up to one.",
    ),
    Misconception(
        "swapped-shares",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(w, g, _recent(g, s, 1 - rho), lr, eps),
        "The two shares are exchanged. rho belongs to the old record: with 0.99 it should change "
        "slowly.",
    ),
    Misconception(
        "not-squared",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(
            w, g, rho * s + (1 - rho) * np.abs(g), lr, eps
        ),
        _ABSOLUTE,
    ),
    Misconception(
        "share-squared",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(
            w, g, rho * s + ((1 - rho) * g) ** 2, lr, eps
        ),
        "The share of the new gradient is squared too. Only the gradient itself is squared.",
    ),
    Misconception(
        "one-rate",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(
            w, g, rho * s + (1 - rho) * (g**2).sum(), lr, eps
        ),
        _ONE_RATE,
    ),
    Misconception(
        "uphill",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(w, -g, _recent(g, s, rho), lr, eps),
        _UPHILL,
    ),
    Misconception(
        "exchanged",
        lambda w, g, s, lr, rho=0.99, eps=1e-8: _divided(w, g, _recent(g, s, rho), lr, eps)[::-1],
        _EXCHANGED,
    ),
    Misconception("in-place", _rmsprop_in_place, _IN_PLACE),
)
