"""In-place kernels for torch, on the CPU or a GPU: what `dlcourse.inplace` asks of a library.

Besides `dlcourse.backend` this is the one module of its floor that names torch: ``out=`` and the
fused Adam are outside the array API standard.  `dlcourse.inplace_numpy` has the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import torch
from torch.optim.adam import adam as fused_adam


class Gate:
    """Let a gradient through where ReLU was open.

    Parameters
    ----------
    activation : tensor
        Buffer that holds what ReLU gave, at every call.
    """

    def __init__(self, activation: torch.Tensor) -> None:
        self._activation = activation
        # ones and zeros of the gradient's own dtype: multiplying by booleans is five times slower
        self._open = torch.empty(activation.shape, dtype=activation.dtype, device=activation.device)

    def __call__(self, d: torch.Tensor) -> None:
        """Set the gradient to 0 where the activation is 0."""
        torch.gt(self._activation, 0, out=self._open)
        d.mul_(self._open)


class SoftmaxCrossEntropy:
    """Turn a buffer of logits into the gradient of the mean cross-entropy, in place.

    Parameters
    ----------
    logits : tensor, shape (k, n) or (m, k, n)
        One column for each example.
    """

    def __init__(self, logits: torch.Tensor) -> None:
        self._z = logits
        shape = (*logits.shape[:-2], 1, logits.shape[-1])
        self._less = torch.full(shape, -1.0, dtype=logits.dtype, device=logits.device)

    def __call__(self, y: torch.Tensor) -> torch.Tensor:
        """Write ``(softmax(logits) - one_hot(y)) / n``; return the mean loss of each network."""
        z, n = self._z, self._z.shape[-1]
        log_p = torch.log_softmax(z, dim=-2)
        right, scores = self._chosen(log_p, y)
        torch.exp(log_p, out=z)
        z.scatter_add_(-2, right, self._less).mul_(1 / n)
        return scores.mean(dim=(-2, -1)).neg_()

    def _chosen(self, log_p: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Labels as positions, and the log-probability of the right class of each example."""
        k, n = log_p.shape[-2:]
        try:  # gather refuses fractions and labels that are out of range, and costs nothing more
            if y.shape[-1:] != (n,):
                raise RuntimeError
            right = y.unsqueeze(-2).expand(self._less.shape)
            return right, log_p.gather(-2, right)
        except RuntimeError:
            raise ValueError(
                f"got labels of shape {tuple(y.shape)} and dtype {y.dtype}; "
                f"wanted {n} int64 numbers in 0 .. {k - 1}, one for each row of X"
            ) from None


class Sgd:
    """Take `learning_rate` times the gradient from the weights."""

    def __init__(self, weights: torch.Tensor, grads: torch.Tensor) -> None:
        self._w, self._g = weights, grads

    def step(self, learning_rate: Any) -> None:
        """Take one step."""
        _descend(self._w, self._g, learning_rate)


class Momentum:
    """Let gradients add up, as `dlcourse.optimizers.momentum` does."""

    def __init__(self, weights: torch.Tensor, grads: torch.Tensor, beta: float = 0.9) -> None:
        self._w, self._g, self._beta = weights, grads, beta
        self._velocity = torch.zeros_like(weights)

    def step(self, learning_rate: Any) -> None:
        """Take one step."""
        self._velocity.mul_(self._beta).add_(self._g)
        _descend(self._w, self._velocity, learning_rate)


def _descend(weights: torch.Tensor, direction: torch.Tensor, learning_rate: Any) -> None:
    if isinstance(learning_rate, torch.Tensor):
        weights.addcmul_(direction, learning_rate, value=-1)
    else:
        weights.add_(direction, alpha=-learning_rate)


class Adam:
    """Adam by torch's own fused kernel, called once for all weights."""

    def __init__(
        self,
        weights: torch.Tensor,
        grads: torch.Tensor,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
    ) -> None:
        self._w, self._g = weights, grads
        self._m, self._v = torch.zeros_like(weights), torch.zeros_like(weights)
        self._t = torch.zeros((), dtype=torch.float32, device=weights.device)
        self._beta1, self._beta2, self._eps = beta1, beta2, eps

    def step(self, learning_rate: Any) -> None:
        """Take one step."""
        if not isinstance(learning_rate, torch.Tensor):
            return self._fused(self._w, learning_rate)
        # the kernel knows one rate only: let it write the step of rate 1, then scale
        down = torch.zeros_like(self._w)
        self._fused(down, 1.0)
        self._w.addcmul_(down, learning_rate)
        return None

    def _fused(self, weights: torch.Tensor, learning_rate: float) -> None:
        fused_adam(
            [weights],
            [self._g],
            [self._m],
            [self._v],
            [],
            [self._t],
            foreach=False,
            fused=True,
            lr=learning_rate,
            amsgrad=False,
            weight_decay=0.0,
            maximize=False,
            beta1=self._beta1,
            beta2=self._beta2,
            eps=self._eps,
        )


def _batched_product(a: torch.Tensor, b: torch.Tensor, out: torch.Tensor) -> None:
    """Multiply stacks of matrices; into a gap-less buffer first, which is 4 times faster."""
    if out.is_contiguous():
        torch.bmm(a, b, out=out)
    else:
        out.copy_(torch.bmm(a, b))


class Kernels:
    """What a pass and a trainer call, under the same names for every library."""

    gate, criterion = Gate, SoftmaxCrossEntropy
    optimizers: ClassVar = {"sgd": Sgd, "momentum": Momentum, "adam": Adam}
    #: torch shares one product among the cores itself, so all networks go together.
    group_bytes = 1 << 62

    @staticmethod
    def plain(flat: torch.Tensor) -> torch.Tensor:
        """Take a vector of weights out of any graph."""
        return flat.detach()

    @staticmethod
    def filled(like: torch.Tensor, shape: tuple[int, ...], value: float) -> torch.Tensor:
        """Make a buffer with the dtype and device of `like`."""
        return torch.full(shape, value, dtype=like.dtype, device=like.device)

    @staticmethod
    def column(rates: Any, like: torch.Tensor) -> torch.Tensor:
        """Turn one learning rate for each network into a column beside the weights."""
        return torch.as_tensor(rates, dtype=like.dtype, device=like.device)[:, None]

    @staticmethod
    def array(values: Any, like: torch.Tensor) -> torch.Tensor:
        """See a batch as a tensor on the device of `like`; nothing is copied if it is one."""
        return torch.as_tensor(values, device=like.device)

    @staticmethod
    def labels(values: Any, like: torch.Tensor) -> torch.Tensor:
        """See labels as a tensor of the dtype that torch indexes with."""
        y = torch.as_tensor(values, device=like.device)
        return y if y.is_floating_point() else y.to(torch.int64)

    @staticmethod
    def copy(source: torch.Tensor, target: torch.Tensor) -> None:
        """Copy into a buffer, whatever the layout of both."""
        target.copy_(source)

    @staticmethod
    def product(like: torch.Tensor) -> Callable[..., Any]:
        """Choose the matrix product, which takes ``out=``."""
        return torch.mm if like.ndim == 1 else _batched_product

    @staticmethod
    def relu(z: torch.Tensor) -> None:
        """Replace what is negative by 0."""
        torch.relu_(z)
