"""Forward and backward through a ReLU network on a GPU, in buffers made once.

The equations are those of `dlcourse.backprop`.  Signals keep one example a row, and every matrix
begins at a multiple of 128 bytes, because tensor cores want aligned operands.  A leading axis,
when there is one, runs over networks of the same shape.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch

from dlcourse.gpu.cross_entropy import softmax_cross_entropy_
from dlcourse.gpu.machine import fused
from dlcourse.layers import Layer

#: Every matrix and every vector of biases begins at a multiple of this many numbers.
_ALIGNED = 64
_BLOCK = 1024


def padded_size(sizes: Sequence[int]) -> int:
    """Count the numbers of a network's flat vector, gaps included.

    Parameters
    ----------
    sizes : sequence of int
        Widths of the network: inputs, hidden layers, classes.

    Returns
    -------
    int
        Length of the vector.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> padded_size([2, 3])  # 6 weights and 3 biases, each part rounded up to 64
    128
    """
    return sum(
        _rounded(fan_in * fan_out) + _rounded(fan_out)
        for fan_in, fan_out in itertools.pairwise(sizes)
    )


def layers_of(flat: torch.Tensor, sizes: Sequence[int]) -> list[Layer]:
    """See a flat vector, or a stack of them, as layers (W, b); nothing is copied.

    Parameters
    ----------
    flat : tensor, shape (p,) or (m, p)
        As long as `padded_size` says.
    sizes : sequence of int
        Widths of the network.

    Returns
    -------
    list of (W, b)
        Views of `flat`.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> [(W.shape, b.shape) for W, b in layers_of(torch.zeros(128), [2, 3])]
    [(torch.Size([2, 3]), torch.Size([3]))]
    """
    layers, start = [], 0
    for shape in itertools.pairwise(sizes):
        parts = []
        for part in (shape, shape[1:]):
            view = flat[..., start : start + math.prod(part)]
            parts.append(view.unflatten(-1, part) if len(part) > 1 else view)
            start += _rounded(math.prod(part))
        layers.append((parts[0], parts[1]))
    return layers


def _rounded(count: int) -> int:
    return -(-count // _ALIGNED) * _ALIGNED


class Pass:
    """The way forward and back for one batch size.

    Parameters
    ----------
    weights, grads : tensor, shape (p,) or (m, p)
        Flat vectors of one dtype; the second receives the gradient.
    sizes : sequence of int
        Widths of the network.
    n : int
        Examples of a batch.
    bad : int32 tensor, shape (1,)
        Set to 1 when a label is out of range.

    Attributes
    ----------
    X : tensor, shape (n, d) or (m, n, d)
        The batch: to be filled before a call.
    y : int64 tensor, shape (n,) or (m, n)
        Its labels, likewise.
    loss : tensor, shape () or (m,)
        Mean cross-entropy of the last call, in nats.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> weights, grads = torch.zeros(128), torch.empty(128)
    >>> once = Pass(weights, grads, [1, 2], 1, torch.zeros(1, dtype=torch.int32))
    >>> once.X.fill_(1.0), once.y.fill_(0), once()
    (tensor([[1.]]), tensor([0]), None)
    >>> round(once.loss.item(), 4), layers_of(grads, [1, 2])[0][1].tolist()  # log 2
    (0.6931, [-0.5, 0.5])
    """

    def __init__(
        self,
        weights: torch.Tensor,
        grads: torch.Tensor,
        sizes: Sequence[int],
        n: int,
        bad: torch.Tensor,
    ) -> None:
        lead = weights.shape[:-1]
        self._layers, self._grads = layers_of(weights, sizes), layers_of(grads, sizes)
        self._signals = [weights.new_zeros((*lead, n, width)) for width in sizes]
        self._errors = [weights.new_zeros((*lead, n, width)) for width in sizes[1:-1]]
        self.X = self._signals[0]
        self.y = torch.zeros((*lead, n), dtype=torch.int64, device=weights.device)
        wide = torch.promote_types(weights.dtype, torch.float32)
        self.loss = torch.zeros(lead, dtype=wide, device=weights.device)
        self._n, self._bad = n, bad

    def __call__(self) -> None:
        """Fill the gradient and `loss` for the batch in `X` and `y`."""
        signals, last = self._signals, len(self._layers) - 1
        for depth, (W, b) in enumerate(self._layers):
            _affine(b, signals[depth], W, out=signals[depth + 1])
            if depth < last:
                torch.relu_(signals[depth + 1])
        scores = signals[-1].flatten(0, -2)
        losses = softmax_cross_entropy_(scores, self.y.flatten(), self._n, self._bad)
        torch.mean(losses.view(self.y.shape), dim=-1, out=self.loss)
        d_out = signals[-1]
        for depth in range(last, -1, -1):
            d_W, d_b = self._grads[depth]
            _product(signals[depth].mT, d_out, out=d_W)
            torch.sum(d_out, dim=-2, out=d_b)
            if depth:
                d_signal = self._errors[depth - 1]
                _product(d_out, self._layers[depth][0].mT, out=d_signal)
                _gate(d_signal, signals[depth])
                d_out = d_signal


def _affine(b: torch.Tensor, x: torch.Tensor, W: torch.Tensor, out: torch.Tensor) -> None:
    if x.ndim == 2:
        torch.addmm(b, x, W, out=out)
    else:
        torch.baddbmm(b[:, None, :], x, W, out=out)


def _product(a: torch.Tensor, b: torch.Tensor, out: torch.Tensor) -> None:
    (torch.mm if a.ndim == 2 else torch.bmm)(a, b, out=out)


def _gate(d: torch.Tensor, activation: torch.Tensor) -> None:
    """Set a gradient to 0 where ReLU was closed."""
    if not fused(d):
        d.masked_fill_(activation <= 0, 0)
        return
    import triton

    from dlcourse.gpu import triton_kernels

    grid = (triton.cdiv(d.numel(), _BLOCK),)
    triton_kernels.relu_gate[grid](d, activation, d.numel(), BLOCK=_BLOCK)
