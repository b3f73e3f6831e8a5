"""Wrong answers for the penalties and for weight decay, and what a teacher says."""
# ruff: noqa: ARG005 (a wrong answer often ignores an argument: that is what is wrong)

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.grading.spec import Misconception

_NO_STRENGTH = (
    "The strength lam has no say in your answer. It multiplies the whole penalty, so that the "
    "caller can weigh it against the loss."
)
_MEAN = (
    "You averaged over the weights. The penalty sums over all of them: a network with more "
    "weights pays more."
)
_NOT_SUMMED = (
    "You have one number for each weight. The penalty is a single number: the sum over all entries."
)


def _rows(w: Any) -> Any:
    """Sum over the last axis only."""
    return np.sum(w, axis=-1) if np.ndim(w) else w


L1_PENALTY = (
    Misconception(
        "no-absolute",
        lambda w, lam: lam * np.sum(w),
        "Positive and negative weights cancel in your sum, so large weights may cost nothing. "
        "The size of each weight counts, not its sign.",
    ),
    Misconception(
        "absolute-of-sum",
        lambda w, lam: lam * np.abs(np.sum(w)),
        "You summed first, so that positive and negative weights cancel, and took the size of the "
        "sum. It is the other way round.",
    ),
    Misconception(
        "squares",
        lambda w, lam: lam * np.sum(np.square(w)),
        "This is the L2 penalty, the sum of the squares. L1 sums absolute values.",
    ),
    Misconception(
        "length",
        lambda w, lam: lam * np.sqrt(np.sum(np.square(w))),
        "This is the length of the weights, the root of the sum of squares. L1 sums absolute "
        "values.",
    ),
    Misconception("mean", lambda w, lam: lam * np.mean(np.abs(w)), _MEAN),
    Misconception("no-strength", lambda w, lam: np.sum(np.abs(w)), _NO_STRENGTH),
    Misconception("not-summed", lambda w, lam: lam * np.abs(w), _NOT_SUMMED),
    Misconception(
        "largest",
        lambda w, lam: lam * np.max(np.abs(w)),
        "You took the largest weight only. Every weight adds to the penalty.",
    ),
    Misconception(
        "half",
        lambda w, lam: 0.5 * lam * np.sum(np.abs(w)),
        "Your penalty is half as large as asked. There is no factor one half in this course, and "
        "in L1 hardly anywhere.",
    ),
    Misconception(
        "rows-only",
        lambda w, lam: lam * _rows(np.abs(w)),
        "A vector works, but for a matrix you have one number for each row. The sum runs over all "
        "entries, whatever the shape.",
    ),
)

L1_SUBGRADIENT = (
    Misconception(
        "division",
        lambda w, lam: lam * w / np.abs(w),
        "Dividing a weight by its size gives 0 / 0 where it is 0, and NumPy warns. Ask for the "
        "sign directly.",
    ),
    Misconception(
        "one-at-zero",
        lambda w, lam: np.where(w >= 0, lam, -lam).astype(w.dtype),
        "Everything is right but the corner: where a weight is exactly 0 this course takes 0, as "
        "the task says.",
    ),
    Misconception(
        "minus-at-zero",
        lambda w, lam: np.where(w > 0, lam, -lam).astype(w.dtype),
        "Everything is right but the corner: where a weight is exactly 0 you pull it away from "
        "there. This course takes 0.",
    ),
    Misconception(
        "no-strength",
        lambda w, lam: np.sign(w),
        "The strength lam has no say in your answer. It multiplies the penalty, and so it "
        "multiplies its slope.",
    ),
    Misconception(
        "quadratic",
        lambda w, lam: 2 * lam * w,
        "This is the gradient of the L2 penalty, which gets smaller with the weight. L1 pulls at "
        "every weight with the same force.",
    ),
    Misconception(
        "proportional",
        lambda w, lam: lam * w,
        "Your pull is proportional to the weight. The slope of the absolute value does not depend "
        "on how large the weight is.",
    ),
    Misconception(
        "no-sign",
        lambda w, lam: np.full_like(w, lam) * (w != 0),
        "Your slope is positive for negative weights as well. There the penalty falls when the "
        "weight grows: look at the sign.",
    ),
    Misconception(
        "turned",
        lambda w, lam: -lam * np.sign(w),
        "Your signs are turned round: this is the direction that descent takes. The slope itself "
        "is asked for.",
    ),
    Misconception(
        "penalty",
        lambda w, lam: lam * np.abs(w),
        "These are the penalties of the single weights. Their slopes are asked for.",
    ),
    Misconception(
        "summed",
        lambda w, lam: lam * np.sum(np.sign(w)),
        "You summed the slopes. A gradient has one number for each weight, in the shape of w.",
    ),
    Misconception(
        "if-array",
        lambda w, lam: lam if w > 0 else -lam if w < 0 else 0.0,
        "A single number works, but an array has many signs and one if cannot follow them all. "
        "Decide for each number by itself.",
    ),
)

L2_PENALTY = (
    Misconception(
        "half",
        lambda w, lam: 0.5 * lam * np.sum(np.square(w)),
        "Your penalty is half as large as asked. Many books put a factor one half in front, this "
        "course does not.",
    ),
    Misconception(
        "absolute",
        lambda w, lam: lam * np.sum(np.abs(w)),
        "This is the L1 penalty, the sum of absolute values. L2 sums squares.",
    ),
    Misconception(
        "length",
        lambda w, lam: lam * np.sqrt(np.sum(np.square(w))),
        "You took the root of the sum of squares. The penalty is the sum itself, without a root.",
    ),
    Misconception("mean", lambda w, lam: lam * np.mean(np.square(w)), _MEAN),
    Misconception("no-strength", lambda w, lam: np.sum(np.square(w)), _NO_STRENGTH),
    Misconception(
        "square-of-sum",
        lambda w, lam: lam * np.sum(w) ** 2,
        "You squared the sum. Each weight is squared by itself, and the squares are summed.",
    ),
    Misconception(
        "squared-strength",
        lambda w, lam: np.sum(np.square(lam * w)),
        "You squared lam together with the weights. The strength multiplies the sum once.",
    ),
    Misconception("not-summed", lambda w, lam: lam * np.square(w), _NOT_SUMMED),
    Misconception(
        "dot",
        lambda w, lam: lam * (w @ w),
        "A vector times itself is the sum of squares, but a matrix times itself is another "
        "product. Square each entry and sum over all, whatever the shape.",
    ),
)

L2_GRAD = (
    Misconception(
        "no-two",
        lambda w, lam: lam * w,
        "A factor is missing: the penalty is lam times the square, without one half in front. "
        "What is the slope of a square?",
    ),
    Misconception(
        "no-strength",
        lambda w, lam: 2 * w,
        "The strength lam has no say in your answer. It multiplies the penalty, and so it "
        "multiplies its gradient.",
    ),
    Misconception(
        "not-derived",
        lambda w, lam: lam * np.square(w),
        "These are the penalties of the single weights. Their slopes are asked for.",
    ),
    Misconception(
        "half-derived",
        lambda w, lam: 2 * lam * np.square(w),
        "The factor is right, but the weight is still squared. Differentiating lowers the power "
        "by one.",
    ),
    Misconception(
        "sign",
        lambda w, lam: lam * np.sign(w),
        "This is the slope of the L1 penalty, the same for all weights. L2 pulls harder at large "
        "weights.",
    ),
    Misconception(
        "size",
        lambda w, lam: 2 * lam * np.abs(w),
        "Your slope is never negative. For a negative weight the penalty falls when the weight "
        "grows: keep its sign.",
    ),
    Misconception(
        "turned",
        lambda w, lam: -2 * lam * w,
        "Your signs are turned round: this is the direction that descent takes. The gradient "
        "itself is asked for.",
    ),
    Misconception(
        "summed",
        lambda w, lam: 2 * lam * np.sum(w),
        "You summed over the weights. A gradient has one number for each weight, in the shape of "
        "w.",
    ),
    Misconception(
        "averaged",
        lambda w, lam: 2 * lam * w / np.size(w),
        "You divided by the number of weights. The penalty is a sum, not a mean.",
    ),
)

ELASTIC_NET = (
    Misconception(
        "exchanged",
        lambda w, lam1, lam2: lam2 * np.sum(np.abs(w)) + lam1 * np.sum(np.square(w)),
        "The two strengths are exchanged: lam1 belongs to the absolute values, lam2 to the "
        "squares.",
    ),
    Misconception(
        "only-l1",
        lambda w, lam1, lam2: lam1 * np.sum(np.abs(w)),
        "The L2 part is missing: elastic net is the sum of both penalties.",
    ),
    Misconception(
        "only-l2",
        lambda w, lam1, lam2: lam2 * np.sum(np.square(w)),
        "The L1 part is missing: elastic net is the sum of both penalties.",
    ),
    Misconception(
        "half",
        lambda w, lam1, lam2: lam1 * np.sum(np.abs(w)) + 0.5 * lam2 * np.sum(np.square(w)),
        "Your L2 part is half as large as asked. Some libraries put a factor one half there, this "
        "course does not.",
    ),
    Misconception(
        "one-strength",
        lambda w, lam1, lam2: lam1 * (np.sum(np.abs(w)) + np.sum(np.square(w))),
        "Both parts have the strength lam1. Each has one of its own.",
    ),
    Misconception(
        "length",
        lambda w, lam1, lam2: lam1 * np.sum(np.abs(w)) + lam2 * np.sqrt(np.sum(np.square(w))),
        "You took the root of the sum of squares in the L2 part. The penalty is the sum itself.",
    ),
    Misconception(
        "mean",
        lambda w, lam1, lam2: lam1 * np.mean(np.abs(w)) + lam2 * np.mean(np.square(w)),
        _MEAN,
    ),
    Misconception(
        "no-absolute",
        lambda w, lam1, lam2: lam1 * np.sum(w) + lam2 * np.sum(np.square(w)),
        "Positive and negative weights cancel in your L1 part. The size of each weight counts, "
        "not its sign.",
    ),
    Misconception(
        "product",
        lambda w, lam1, lam2: lam1 * np.sum(np.abs(w)) * lam2 * np.sum(np.square(w)),
        "You multiplied the two penalties. They are added.",
    ),
    Misconception(
        "mixed",
        lambda w, lam1, lam2: lam1 * (lam2 * np.sum(np.abs(w)) + (1 - lam2) * np.sum(np.square(w))),
        "You read the second number as the share of L1, as some libraries do. Here the two "
        "numbers are the strengths of the two parts.",
    ),
    Misconception(
        "not-summed",
        lambda w, lam1, lam2: lam1 * np.abs(w) + lam2 * np.square(w),
        _NOT_SUMMED,
    ),
)
