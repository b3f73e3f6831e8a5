"""The Triton kernels: softmax cross-entropy in one pass, Adam in one pass, ReLU's gate.

The only module that needs Triton, and imported only where `machine.fused` says so.  Each kernel
computes in the type ``WIDE`` (float32, or float64 for float64 arguments) whatever it reads.
Offsets of rows are 64-bit: a large table of logits has more than 2^31 numbers.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit(do_not_specialize=["n"])
def cross_entropy_resident(
    logits, row_stride, column_stride, labels, losses, bad, n, k,
    WIDE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """One program a row; the row stays in registers, so it is read once and written once."""
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, BLOCK)
    places = logits + row * row_stride + column * column_stride
    label = tl.load(labels + row)
    known = (label >= 0) & (label < k)
    z = tl.load(places, mask=column < k, other=-float("inf")).to(WIDE)
    top = tl.max(z, 0)
    e = tl.exp(z - top)
    total = tl.sum(e, 0)
    own = column == label
    score = tl.sum(tl.where(own, z, 0.0), 0)
    loss = tl.log(total) + (top - score)
    tl.store(losses + row, tl.where(known, loss, float("nan")))
    tl.store(bad, 1, mask=known == 0)
    gradient = (e / total - tl.where(own, 1.0, 0.0)) / n
    tl.store(places, gradient, mask=(column < k) & known)


@triton.jit(do_not_specialize=["n"])
def cross_entropy_streamed(
    logits, row_stride, column_stride, labels, losses, bad, n, k,
    WIDE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """One program a row that is too long for the registers: read twice, written once."""
    row = tl.program_id(0).to(tl.int64)
    lane = tl.arange(0, BLOCK)
    start = logits + row * row_stride
    label = tl.load(labels + row)
    known = (label >= 0) & (label < k)
    # Each lane keeps the largest score of its columns and its sum of exponentials.
    tops = tl.full((BLOCK,), -float("inf"), WIDE)
    sums = tl.zeros((BLOCK,), WIDE)
    scores = tl.zeros((BLOCK,), WIDE)
    for first in range(0, k, BLOCK):
        column = first + lane
        places = start + column.to(tl.int64) * column_stride
        z = tl.load(places, mask=column < k, other=-float("inf")).to(WIDE)
        higher = tl.maximum(tops, z, propagate_nan=tl.PropagateNan.ALL)
        shift = tl.where(higher == -float("inf"), 0.0, higher)  # a lane that saw only masks
        sums = sums * tl.exp(tops - shift) + tl.exp(z - shift)
        tops = higher
        scores += tl.where(column == label, z, 0.0)
    top = tl.max(tops, 0)
    total = tl.sum(tl.where(tops == -float("inf"), 0.0, sums * tl.exp(tops - top)), 0)
    loss = tl.log(total) + (top - tl.sum(scores, 0))
    tl.store(losses + row, tl.where(known, loss, float("nan")))
    tl.store(bad, 1, mask=known == 0)
    for first in range(0, k, BLOCK):
        column = first + lane
        places = start + column.to(tl.int64) * column_stride
        z = tl.load(places, mask=column < k, other=-float("inf")).to(WIDE)
        own = tl.where(column == label, 1.0, 0.0)
        gradient = (tl.exp(z - top) / total - own) / n
        tl.store(places, gradient, mask=(column < k) & known)


@triton.jit
def adam_clock(state, bad):
    """Advance the step count and the two corrections: float64, once for all weights."""
    t = tl.load(state) + tl.where(tl.load(bad) == 0, 1.0, 0.0)
    tl.store(state, t)
    tl.store(state + 1, 1.0 - tl.exp(t * tl.log(tl.load(state + 3))))
    tl.store(state + 2, 1.0 - tl.exp(t * tl.log(tl.load(state + 4))))


@triton.jit
def adam_update(
    weights, grads, means, squares, copy, state, rates, bad, total, each,
    WIDE: tl.constexpr, COPY: tl.constexpr, SHARED: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Read w, g, m, v once and write w, m, v once; also a short copy of w, if wanted.

    ``state`` holds t, two corrections, beta1, beta2, eps and the weight decay.  Where not all
    weights share one learning rate, ``each`` weights in a row do.  Nothing is written after a bad
    label.
    """
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = place < total
    if SHARED:  # noqa: SIM108  decided when the kernel is compiled
        rate = tl.load(rates)
    else:
        rate = tl.load(rates + place // each, mask=here, other=0.0)
    first, second = tl.load(state + 1), tl.load(state + 2)
    beta1, beta2 = tl.load(state + 3).to(WIDE), tl.load(state + 4).to(WIDE)
    less1, less2 = (1.0 - tl.load(state + 3)).to(WIDE), (1.0 - tl.load(state + 4)).to(WIDE)
    eps, decay = tl.load(state + 5).to(WIDE), tl.load(state + 6)
    keep = (1.0 - rate * decay).to(WIDE)
    size = (rate / first).to(WIDE)
    root = tl.sqrt(second).to(WIDE)
    g = tl.load(grads + place, mask=here, other=0.0).to(WIDE)
    m = beta1 * tl.load(means + place, mask=here, other=0.0) + less1 * g
    v = beta2 * tl.load(squares + place, mask=here, other=0.0) + less2 * g * g
    w = keep * tl.load(weights + place, mask=here, other=0.0)
    w = w - size * m / (tl.sqrt(v) / root + eps)
    here = here & (tl.load(bad) == 0)
    tl.store(means + place, m, mask=here)
    tl.store(squares + place, v, mask=here)
    tl.store(weights + place, w, mask=here)
    if COPY:
        tl.store(copy + place, w, mask=here)


@triton.jit
def relu_gate(d, activation, total, BLOCK: tl.constexpr):
    """Set a gradient to 0 where ReLU was closed; NaN passes, so that it is seen."""
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = place < total
    a = tl.load(activation + place, mask=here, other=0.0)
    tl.store(d + place, tl.zeros_like(a), mask=here & (a <= 0.0))
