"""Adam and AdamW over one flat vector: every number is read once and written once.

Step by step, an update in plain torch reads and writes the weights, the gradient and the two
averages about ten times.  Fused, it moves 28 bytes a weight in float32: four reads, three writes.
"""

from __future__ import annotations

import torch

from dlcourse.adaptive import adamw_step
from dlcourse.descent import fraction
from dlcourse.gpu.machine import fused

_BLOCK = 1024


class Adam:
    """Adam on a flat vector, with the step count on the device, so that a graph can hold it.

    Parameters
    ----------
    weights : tensor, shape (p,) or (m, p)
        Float32 or float64, without gaps; changed by every step.  A leading axis runs over
        networks.
    grads : tensor, shape of `weights`
        Where the gradient is found at each step; it may have a shorter type.
    learning_rate : float or tensor, shape (m,)
        Length of the steps, for all or for each network.
    beta1, beta2, eps : float
        Constants of Adam.
    weight_decay : float, default 0.0
        With more than 0, AdamW: the old weights shrink by this times the learning rate.
    copy : tensor, shape of `weights`, optional
        Receives the new weights in a shorter type.

    Raises
    ------
    ValueError
        When shapes differ, there are gaps, a beta is outside [0, 1), or there is not one rate for
        all or for each.

    Notes
    -----
    Equations `eq-adam` and `eq-adamw` of chapter 4; section "On a GPU" of chapter 7.  Nothing is
    changed as long as the flag `bad` is 1.

    Examples
    --------
    >>> w, g = torch.tensor([1.0]), torch.tensor([4.0])
    >>> Adam(w, g, learning_rate=0.5).step()
    >>> round(w.item(), 4)  # the first step has the length of the learning rate
    0.5
    """

    def __init__(
        self,
        weights: torch.Tensor,
        grads: torch.Tensor,
        learning_rate: float | torch.Tensor = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        copy: torch.Tensor | None = None,
    ) -> None:
        for name, part in (("weights", weights), ("grads", grads), ("copy", copy)):
            if part is not None and (part.shape != weights.shape or not part.is_contiguous()):
                raise ValueError(
                    f"{name}: got the shape {tuple(part.shape)} and strides {part.stride()}, "
                    f"wanted {tuple(weights.shape)} without gaps"
                )
        if weights.dtype not in (torch.float32, torch.float64):
            raise ValueError(f"weights: got {weights.dtype}, wanted float32 or float64")
        self._weights, self._grads, self._copy = weights, grads, copy
        self._means, self._squares = torch.zeros_like(weights), torch.zeros_like(weights)
        fraction("beta1", beta1)
        fraction("beta2", beta2)
        # t, its two corrections, and the constants: on the device, in float64
        constants = [0.0, 1.0, 1.0, beta1, beta2, eps, weight_decay]
        self._clock = torch.tensor(constants, dtype=torch.float64, device=weights.device)
        self._rates = torch.empty(
            weights.shape[:-1] or (1,), dtype=torch.float64, device=weights.device
        )
        self.bad = torch.zeros(1, dtype=torch.int32, device=weights.device)
        self.set_rate(learning_rate)

    def set_rate(self, learning_rate: float | torch.Tensor) -> None:
        """Change the length of the steps that follow, captured ones too.

        Parameters
        ----------
        learning_rate : float or tensor, shape (m,)
            Length of the steps, for all or for each network.

        Raises
        ------
        ValueError
            When there is not one rate for all or one for each network.
        """
        rates = torch.as_tensor(learning_rate, dtype=torch.float64)
        if rates.ndim and rates.shape != self._rates.shape:
            raise ValueError(
                f"learning_rate: got {rates.numel()} for {self._rates.numel()} networks, "
                "wanted one for all or one for each"
            )
        self._rates.copy_(rates.expand(self._rates.shape))

    @property
    def state(self) -> list[torch.Tensor]:
        """Everything that a step changes, as the tensors themselves."""
        parts = [self._weights, self._means, self._squares, self._clock, self._copy]
        return [part for part in parts if part is not None]

    def step(self) -> None:
        """Take one step along the gradient that is in `grads` now."""
        if self._weights.numel():
            (self._by_triton if fused(self._weights) else self._by_torch)()

    def _by_triton(self) -> None:
        import triton
        import triton.language as tl

        from dlcourse.gpu import triton_kernels

        w, copy = self._weights, self._copy
        triton_kernels.adam_clock[(1,)](self._clock, self.bad, num_warps=1)
        triton_kernels.adam_update[(triton.cdiv(w.numel(), _BLOCK),)](
            w, self._grads, self._means, self._squares, w if copy is None else copy,
            self._clock, self._rates, self.bad, w.numel(), w.shape[-1],
            WIDE=tl.float64 if w.dtype == torch.float64 else tl.float32,
            COPY=copy is not None,
            SHARED=self._rates.numel() == 1,
            BLOCK=_BLOCK,
        )  # fmt: skip

    def _by_torch(self) -> None:
        """Take the step of the book."""
        if self.bad.item():
            return
        self._clock[0] += 1
        t, _, _, beta1, beta2, eps, decay = self._clock.tolist()
        kept = (self._weights, self._means, self._squares)
        # one row a learning rate
        rows = zip(*(part.view(len(self._rates), -1) for part in (*kept, self._grads)), strict=True)
        for rate, (w, m, v, g) in zip(self._rates.tolist(), rows, strict=True):
            new = adamw_step(w, g.to(w.dtype), m, v, int(t), rate, beta1, beta2, eps, decay)
            for old, part in zip((w, m, v), new, strict=True):
                old.copy_(part)
        if self._copy is not None:
            self._copy.copy_(self._weights)
