"""Wrong answers for Adam and AdamW, and what a teacher says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

Step = Callable[..., Any]


def _direction(m: Any, v: Any, eps: float) -> Any:
    return m / (np.sqrt(v) + eps)


def _inside(m: Any, v: Any, eps: float) -> Any:
    return m / np.sqrt(v + eps)


def _step(
    squares: Callable[[Any, Any], Any] = lambda g, m: g**2,  # noqa: ARG005
    shares: Callable[[float, float], tuple[float, float]] = lambda first, second: (first, second),
    corrections: Callable[..., tuple[float, float]] = (
        lambda beta1, beta2, t: (1 - beta1**t, 1 - beta2**t)
    ),
    direction: Callable[[Any, Any, float], Any] = _direction,
    keeps_corrected: bool = False,
    sign: float = 1.0,
) -> Step:
    """Make a step of Adam in which one thing is not as it should be."""

    def step(
        w: Any,
        g: Any,
        m: Any,
        v: Any,
        t: int,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
    ) -> Any:
        beta1, beta2 = shares(beta1, beta2)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * squares(g, m)
        first, second = corrections(beta1, beta2, t)
        m_hat, v_hat = m / first, v / second
        w = w - sign * lr * direction(m_hat, v_hat, eps)
        return (w, m_hat, v_hat) if keeps_corrected else (w, m, v)

    return step


_ADAM = _step()


def _adam_in_place(
    w: Any,
    g: Any,
    m: Any,
    v: Any,
    t: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    moved, m[...], v[...] = _ADAM(w, g, m, v, t, lr, beta1, beta2, eps)
    return moved, m, v


def _reordered(*args: Any, **kwargs: Any) -> Any:
    w, m, v = _ADAM(*args, **kwargs)
    return m, v, w


_UNCORRECTED = (
    "The bias correction is missing: both memories start at zero, so after a few steps they are "
    "too small. Divide each by what it has collected so far."
)
_INSIDE = (
    "You added eps under the root. Some papers do, but here, as in PyTorch, it stands outside: "
    "added to the root."
)
_OFF_BY_ONE = (
    "Your correction counts one step too many. t counts from 1 here, so it is the power as it is "
    "given."
)

ADAM = (
    Misconception(
        "no-correction",
        _step(corrections=lambda *_: (1.0, 1.0)),
        _UNCORRECTED,
    ),
    Misconception(
        "only-mean-corrected",
        _step(corrections=lambda beta1, _, t: (1 - beta1**t, 1.0)),
        "You corrected the mean of the gradients only. The mean of their squares starts at zero "
        "as well.",
    ),
    Misconception(
        "only-squares-corrected",
        _step(corrections=lambda _, beta2, t: (1.0, 1 - beta2**t)),
        "You corrected the mean of the squares only. The mean of the gradients starts at zero as "
        "well.",
    ),
    Misconception(
        "one-correction",
        _step(corrections=lambda beta1, _, t: (1 - beta1**t, 1 - beta1**t)),
        "Both memories were corrected with beta1. The squares fade with beta2, so they need a "
        "correction of their own.",
    ),
    Misconception(
        "no-power",
        _step(corrections=lambda beta1, beta2, _: (1 - beta1, 1 - beta2)),
        "Your correction is always that of the first step. It gets weaker with every step: the "
        "number t of the step is missing in it.",
    ),
    Misconception(
        "counts-from-zero",
        _step(corrections=lambda beta1, beta2, t: (1 - beta1 ** (t + 1), 1 - beta2 ** (t + 1))),
        _OFF_BY_ONE,
    ),
    Misconception(
        "keeps-corrected",
        _step(keeps_corrected=True),
        "The new weights are right, but you returned the corrected memories. Remember them as "
        "they are: they would be corrected again at the next step.",
    ),
    Misconception("inside-root", _step(direction=_inside), _INSIDE),
    Misconception(
        "no-root",
        _step(direction=lambda m, v, eps: m / (v + eps)),
        "You divided by the mean of the squares itself: a root is missing. Adam's first step has "
        "the length of the learning rate, whatever the gradient.",
    ),
    Misconception(
        "no-eps",
        _step(direction=lambda m, v, eps: m / np.sqrt(v)),  # noqa: ARG005
        "A weight that never had a gradient divides 0 by 0. eps keeps the division finite: add it "
        "to the root.",
    ),
    Misconception(
        "swapped-shares",
        _step(shares=lambda first, second: (1 - first, 1 - second)),
        "In both memories the shares are exchanged. beta1 and beta2 belong to the old values, "
        "which should change slowly.",
    ),
    Misconception(
        "betas-exchanged",
        _step(shares=lambda first, second: (second, first)),
        "beta1 and beta2 are exchanged: the first belongs to the mean of the gradients, the "
        "second to the mean of their squares.",
    ),
    Misconception(
        "squared-mean",
        _step(squares=lambda _, m: m**2),
        "You squared the mean of the gradients. The second memory averages the squares of the "
        "gradients themselves.",
    ),
    Misconception(
        "uphill",
        _step(sign=-1.0),
        "Your step goes uphill: the mean of the gradients points to where the loss grows. Look at "
        "the sign in the line of the weights.",
    ),
    Misconception(
        "order",
        _reordered,
        "The three results come in another order than asked: first the new weights, then the "
        "mean, then the mean of the squares.",
    ),
    Misconception(
        "in-place",
        _adam_in_place,
        "Your numbers are right, but the memories of the caller were overwritten, who may still "
        "need them. Make new arrays.",
    ),
)


def _decayed(change: Callable[..., Any], step: Step = _ADAM) -> Step:
    """Make a step of AdamW: `change` gets the old weights, those after `step`, lr and decay."""

    def decayed(
        w: Any,
        g: Any,
        m: Any,
        v: Any,
        t: int,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> Any:
        moved, m, v = step(w, g, m, v, t, lr, beta1, beta2, eps)
        return change(w, moved, lr, weight_decay), m, v

    return decayed


def _right(w: Any, moved: Any, lr: float, decay: float) -> Any:
    return moved - lr * decay * w


def _penalized(factor: float) -> Step:
    """Make the step of Adam on a loss with an L2 penalty."""

    def step(w: Any, g: Any, *rest: Any, weight_decay: float = 0.01, **settings: Any) -> Any:
        given = list(rest)
        if len(given) == 8:  # m, v, t, lr, beta1, beta2, eps, weight_decay
            weight_decay = given.pop()
        return _ADAM(w, g + factor * weight_decay * w, *given, **settings)

    return step


def _adamw_in_place(w: Any, g: Any, m: Any, v: Any, *rest: Any, **settings: Any) -> Any:
    moved, m[...], v[...] = _decayed(_right)(w, g, m, v, *rest, **settings)
    return moved, m, v


ADAMW = (
    Misconception(
        "penalty-in-gradient",
        _penalized(1.0),
        "You added the decay to the gradient: that is Adam with an L2 penalty. AdamW keeps the "
        "two apart, so the decay goes neither through the memories nor through the root.",
    ),
    Misconception(
        "doubled-penalty-in-gradient",
        _penalized(2.0),
        "You added the gradient of an L2 penalty to the gradient. AdamW keeps the decay apart: it "
        "goes neither through the memories nor through the root, and has no factor 2.",
    ),
    Misconception(
        "decays-new-weights",
        _decayed(lambda w, moved, lr, decay: moved - lr * decay * moved),  # noqa: ARG005
        "You let the weights decay after they had moved. The decay is a share of the weights as "
        "they were before the step.",
    ),
    Misconception(
        "no-rate",
        _decayed(lambda w, moved, lr, decay: moved - decay * w),  # noqa: ARG005
        "Your decay does not depend on the learning rate. In this form the rate multiplies the "
        "whole step, the decay included.",
    ),
    Misconception(
        "no-decay",
        _decayed(lambda w, moved, lr, decay: moved),  # noqa: ARG005
        "This is Adam without any decay: weight_decay has no effect in your step.",
    ),
    Misconception(
        "grows",
        _decayed(lambda w, moved, lr, decay: moved + lr * decay * w),
        "Your weights are pushed away from zero. Decay pulls them toward it: look at the sign.",
    ),
    Misconception(
        "doubled",
        _decayed(lambda w, moved, lr, decay: moved - 2 * lr * decay * w),
        "Your decay is twice as strong as asked. The factor 2 belongs to the gradient of an L2 "
        "penalty; here the decay itself is given.",
    ),
    Misconception(
        "constant-pull",
        _decayed(lambda w, moved, lr, decay: moved - (lr * decay * np.sign(w)).astype(w.dtype)),
        "Your decay pulls every weight by the same amount, as an L1 penalty would. Weight decay "
        "pulls in proportion to the weight.",
    ),
    Misconception(
        "decay-ignored",
        _decayed(lambda w, moved, lr, decay: moved - lr * 0.01 * w),  # noqa: ARG005
        "Your decay is always 0.01, whatever weight_decay the caller gives. Use the argument.",
    ),
    Misconception(
        "no-correction",
        _decayed(_right, _step(corrections=lambda *_: (1.0, 1.0))),
        _UNCORRECTED,
    ),
    Misconception("inside-root", _decayed(_right, _step(direction=_inside)), _INSIDE),
    Misconception(
        "in-place",
        _adamw_in_place,
        "Your numbers are right, but the memories of the caller were overwritten, who may still "
        "need them. Make new arrays.",
    ),
)
