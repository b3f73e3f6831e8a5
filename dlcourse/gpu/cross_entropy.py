"""Softmax cross-entropy with many classes: loss and gradient in one pass over the scores.

torch writes the log-probabilities, reads them, writes a gradient, and reads both again.  Here
each row is read once, and its gradient takes its place.  `linear_cross_entropy` goes one step
further: of the scores of a large vocabulary only a part exists at any time.
"""

from __future__ import annotations

import torch

from dlcourse.gpu.machine import fused

#: Longest row that the registers of one program hold.
RESIDENT = 32_768
#: Bytes of scores that `linear_cross_entropy` has at a time.
CHUNK_BYTES = 1 << 28
_FLOATING = (torch.float64, torch.float32, torch.bfloat16, torch.float16)


def softmax_cross_entropy_(
    logits: torch.Tensor,
    labels: torch.Tensor,
    n: int | None = None,
    bad: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Replace scores by the gradient of their mean cross-entropy; return the losses.

    .. math:: \ell_i = \ln \sum_j e^{z_{ij}} - z_{i, y_i}, \qquad
              z_{ij} \leftarrow \frac{1}{n} (p_{ij} - [y_i = j]).

    Parameters
    ----------
    logits : tensor, shape (rows, k)
        Scores, float64, float32, bfloat16 or float16, of any strides; changed in place.  -inf
        masks a class.
    labels : int tensor, shape (rows,)
        Class of each row, in ``0 .. k-1``, on the device of `logits`.
    n : int, optional
        Examples that the mean is over; all rows by default.
    bad : int32 tensor, shape (1,), optional
        Set to 1 instead of an error when a label is out of range.  Reading it is left to the
        caller, so that nothing waits for the GPU.

    Returns
    -------
    tensor, shape (rows,)
        Loss of each row in nats: float64 for float64 scores, float32 for all others.  A row
        with NaN or inf among its scores gives NaN, as in torch.

    Raises
    ------
    TypeError
        When the scores are not floating or the labels not integers.
    ValueError
        When the shapes do not fit, or a label is not one of the classes.  The scores are then
        of no more use.

    Notes
    -----
    Equations `eq-sparse-cross-entropy` and `eq-softmax-cross-entropy-grad` of chapter 2; section
    "On a GPU" of chapter 7.

    Examples
    --------
    >>> scores = torch.zeros(1, 2)
    >>> softmax_cross_entropy_(scores, torch.tensor([0])).numpy().round(4)  # log 2
    array([0.6931], dtype=float32)
    >>> scores.tolist()
    [[-0.5, 0.5]]
    """
    _refuse(logits, labels)
    rows, k = logits.shape
    wide = torch.promote_types(logits.dtype, torch.float32)
    losses = torch.empty(rows, dtype=wide, device=logits.device)
    if rows == 0:
        return losses
    seen = torch.zeros(1, dtype=torch.int32, device=logits.device) if bad is None else bad
    work = _by_triton if fused(logits) else _by_torch
    work(logits, labels, losses, seen, n or rows)
    if bad is None and seen.item():
        worst = labels[(labels < 0) | (labels >= k)][0].item()
        raise ValueError(f"labels: got {worst}, wanted integers in 0 .. {k - 1}")
    return losses


def _refuse(logits: torch.Tensor, labels: torch.Tensor) -> None:
    if logits.dtype not in _FLOATING:
        raise TypeError(f"logits: got {logits.dtype}, wanted a floating type")
    if labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool:
        raise TypeError(f"labels: got {labels.dtype}, wanted integers: the class of each row")
    if logits.ndim != 2 or logits.shape[1] == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"got logits {tuple(logits.shape)} and labels {tuple(labels.shape)}, "
            "wanted (rows, k) and (rows,) with at least one class"
        )
    if labels.device != logits.device:
        raise ValueError(
            f"got logits on {logits.device} and labels on {labels.device}, "
            "wanted both on one device"
        )


def _by_triton(
    logits: torch.Tensor,
    labels: torch.Tensor,
    losses: torch.Tensor,
    bad: torch.Tensor,
    n: int,
) -> None:
    import triton
    import triton.language as tl

    from dlcourse.gpu import triton_kernels

    rows, k = logits.shape
    row_stride, column_stride = logits.stride()
    resident = k <= RESIDENT and k * column_stride < 2**31
    block = triton.next_power_of_2(k) if resident else 8192
    kernel = (
        triton_kernels.cross_entropy_resident if resident else triton_kernels.cross_entropy_streamed
    )
    kernel[(rows,)](
        logits, row_stride, column_stride, labels.contiguous(), losses, bad, n, k,
        WIDE=tl.float64 if losses.dtype == torch.float64 else tl.float32,
        BLOCK=block,
        num_warps=min(32, max(1, block // 512)),
    )  # fmt: skip


def _by_torch(
    logits: torch.Tensor,
    labels: torch.Tensor,
    losses: torch.Tensor,
    bad: torch.Tensor,
    n: int,
) -> None:
    unknown = (labels < 0) | (labels >= logits.shape[1])
    bad |= unknown.any()
    own = labels.long().masked_fill(unknown, 0)[:, None]
    log_p = torch.log_softmax(logits.to(losses.dtype), dim=1)
    losses.copy_(log_p.gather(1, own)[:, 0].neg_().masked_fill_(unknown, float("nan")))
    gradient = log_p.exp_()
    gradient.scatter_add_(1, own, torch.full_like(losses, -1.0)[:, None])
    logits.copy_(gradient / n)


def linear_cross_entropy(
    X: torch.Tensor, W: torch.Tensor, b: torch.Tensor, labels: torch.Tensor, rows: int | None = None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Compute a dense layer's mean cross-entropy and its gradients, a chunk of rows at a time.

    Parameters
    ----------
    X : tensor, shape (n, d)
        One example a row.
    W : tensor, shape (d, k)
        Weights, of the dtype of `X`.
    b : tensor, shape (k,)
        Biases.
    labels : int tensor, shape (n,)
        Class of each example, in ``0 .. k-1``.
    rows : int, optional
        Rows of scores that exist at a time; by default as many as 256 MiB hold.

    Returns
    -------
    loss : tensor, shape ()
        Mean loss in nats, float64 for float64 arguments and float32 for others.
    d_X : tensor, shape (n, d)
        Gradient with respect to `X`.
    d_W : tensor, shape (d, k)
        Gradient with respect to `W`; float32 for shorter types, because it is a sum over chunks.
    d_b : tensor, shape (k,)
        Gradient with respect to `b`, likewise.

    Raises
    ------
    ValueError
        When the shapes or dtypes do not fit, there is no example, or a label is not a class.

    Notes
    -----
    Equations `eq-sparse-cross-entropy` and `eq-softmax-cross-entropy-grad` of chapter 2; section
    "On a GPU" of chapter 7.

    Examples
    --------
    >>> one, zeros = torch.ones(1, 1), torch.zeros(2)
    >>> loss, d_X, d_W, d_b = linear_cross_entropy(one, zeros[None, :], zeros, torch.tensor([0]))
    >>> round(loss.item(), 4), d_W.tolist(), d_b.tolist()  # log 2
    (0.6931, [[-0.5, 0.5]], [-0.5, 0.5])
    """
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"got X {tuple(X.shape)}, W {tuple(W.shape)} and b {tuple(b.shape)}, "
            "wanted (n, d), (d, k) and (k,)"
        )
    if not X.dtype == W.dtype == b.dtype:
        raise ValueError(f"got {X.dtype}, {W.dtype} and {b.dtype}, wanted X, W and b of one dtype")
    n, k = len(X), len(b)
    if n == 0:
        raise ValueError("X: got no examples, wanted at least one row")
    rows = rows or max(1, CHUNK_BYTES // (k * X.element_size()))
    wide = torch.promote_types(X.dtype, torch.float32)
    bad = torch.zeros(1, dtype=torch.int32, device=X.device)
    loss = torch.zeros((), dtype=wide, device=X.device)
    d_X = torch.empty_like(X)
    d_W, d_b = (torch.zeros(part.shape, dtype=wide, device=X.device) for part in (W, b))
    for part, y, d_part in zip(X.split(rows), labels.split(rows), d_X.split(rows), strict=True):
        scores = torch.addmm(b, part, W)
        loss += softmax_cross_entropy_(scores, y, n, bad).sum()
        torch.mm(scores, W.T, out=d_part)
        d_W += part.T @ scores
        d_b += scores.sum(0, dtype=wide)
    if bad.item():
        raise ValueError(f"labels: got one outside 0 .. {k - 1}, wanted integers in that range")
    return loss / n, d_X, d_W, d_b
