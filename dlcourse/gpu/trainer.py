"""Train a ReLU network, or a thousand of one shape, on a GPU: a step is one call.

The way forward, the way back and Adam are recorded in a CUDA graph and replayed.  On the CPU the
same work is called operation by operation, which is how it is tested where no GPU is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import torch

from dlcourse.backend import Array
from dlcourse.gpu.adam import Adam
from dlcourse.gpu.capture import Captured
from dlcourse.gpu.machine import float32_products
from dlcourse.gpu.passes import Pass, layers_of, padded_size
from dlcourse.inplace import KEPT_SIZES
from dlcourse.layers import Layer
from dlcourse.packing import chained_sizes

#: dtype of the weights that Adam changes, dtype of the products, and how torch is to multiply
#: float32 on a GPU.
PRECISIONS = {
    "fp64": (torch.float64, torch.float64, "highest"),
    "fp32": (torch.float32, torch.float32, "highest"),
    "tf32": (torch.float32, torch.float32, "high"),
    "bf16": (torch.float32, torch.bfloat16, "highest"),
}


class GraphTrainer:
    """A ReLU network with softmax cross-entropy and Adam, whose steps need no help from Python.

    Parameters
    ----------
    params : list of (W, b)
        Layers in order, W ``(d, h)`` and b ``(h,)``; or a stack of m networks
        (`dlcourse.ensemble.stack`), W ``(m, d, h)`` and b ``(m, h)``.  NumPy arrays or tensors;
        copied.
    learning_rate : float or sequence of m float, default 1e-3
        Length of the steps, for all networks or for each.
    precision : {'fp32', 'tf32', 'bf16', 'fp64'}
        ``'tf32'`` multiplies float32 with 10 bits after the point where the GPU can, and is
        ``'fp32'`` elsewhere.  ``'bf16'`` multiplies in bfloat16, and keeps the weights and the
        averages of Adam in float32.
    weight_decay : float, default 0.0
        With more than 0, AdamW.
    device : str or device, optional
        The GPU if there is one, otherwise the CPU.
    **constants : float
        ``beta1, beta2, eps`` of Adam.

    Raises
    ------
    ValueError
        When the shapes do not chain or the precision is none of these.

    Notes
    -----
    Section "On a GPU" of chapter 7.

    Examples
    --------
    >>> import numpy as np
    >>> trainer = GraphTrainer([(np.zeros((1, 2)), np.zeros(2))], 0.5, device="cpu")
    >>> round(trainer.step([[1.0]], [0]).item(), 4)  # log 2
    0.6931
    >>> trainer.params[0][0].numpy().round(4).tolist()  # the first step of Adam: the rate
    [[0.5, -0.5]]
    """

    def __init__(
        self,
        params: Sequence[Layer],
        learning_rate: Any = 1e-3,
        precision: str = "fp32",
        weight_decay: float = 0.0,
        device: torch.device | str | None = None,
        **constants: float,
    ) -> None:
        if precision not in PRECISIONS:
            raise ValueError(
                f"precision: got {precision!r}, wanted one of {', '.join(map(repr, PRECISIONS))}"
            )
        kind, short, self._products = PRECISIONS[precision]
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        layers = [(torch.as_tensor(W), torch.as_tensor(b)) for W, b in params]
        self._sizes = chained_sizes(layers)
        self._lead = tuple(layers[0][0].shape[:-2])
        length = padded_size(self._sizes)
        self._weights = torch.zeros((*self._lead, length), dtype=kind, device=self.device)
        for own, given in zip(layers_of(self._weights, self._sizes), layers, strict=True):
            for mine, theirs in zip(own, given, strict=True):
                mine.copy_(theirs.detach())
        multiplied = self._weights if short == kind else self._weights.to(short)
        self._multiplied, self._grads = multiplied, torch.zeros_like(multiplied)
        self._adam = Adam(
            self._weights,
            self._grads,
            learning_rate,
            weight_decay=weight_decay,
            copy=None if short == kind else multiplied,
            **constants,
        )
        self._kept: dict[int, tuple[Pass, Captured]] = {}

    @property
    def params(self) -> list[Layer]:
        """The layers (W, b) as views, which later steps change; raises what `check` raises."""
        self.check()
        return layers_of(self._weights, self._sizes)

    @property
    def grads(self) -> list[Layer]:
        """The last gradient, shaped as `params`: views, which later steps change."""
        return layers_of(self._grads, self._sizes)

    def set_rate(self, learning_rate: Any) -> None:
        """Change the length of the steps that follow.

        Parameters
        ----------
        learning_rate : float or sequence of m float
            Length of the steps, for all networks or for each.
        """
        self._adam.set_rate(learning_rate)

    def step(self, X: Array, y: Array) -> torch.Tensor:
        """Take one step on a batch.

        Parameters
        ----------
        X : array, shape (n, d) or (m, n, d)
            One example a row; one batch for all networks, or one for each.
        y : int array, shape (n,) or (m, n)
            Class of each example, in ``0 .. k-1``.  Labels that are on the GPU are looked at
            there: after a bad one nothing changes any more, and `check` raises.

        Returns
        -------
        tensor, shape () or (m,)
            Mean cross-entropy before the step, in nats.

        Raises
        ------
        ValueError
            When the shapes do not fit or a label that is not on the GPU is none of the classes;
            the weights are as they were.
        """
        X, y = torch.as_tensor(X), self._labels(y)
        shapes = ((*self._lead, *X.shape[-2:]), X.shape[-2:])
        if X.ndim < 2 or tuple(X.shape) not in shapes or X.shape[-1] != self._sizes[0]:
            wanted = ", ".join(map(str, (*self._lead, "n", self._sizes[0])))
            raise ValueError(f"X: got the shape {tuple(X.shape)}, wanted ({wanted})")
        n = X.shape[-2]
        if n == 0 or tuple(y.shape) not in ((*self._lead, n), (n,)):
            raise ValueError(
                f"got X {tuple(X.shape)} and labels {tuple(y.shape)}, "
                "wanted at least one example and a label for each"
            )
        once, captured = self._for_batches_of(n)
        once.X.copy_(X)
        once.y.copy_(y)
        captured()
        return once.loss.clone()

    def fit(self, X: Array, y: Array, batches: Array) -> torch.Tensor:
        """Take many steps without coming back to Python for data.

        Parameters
        ----------
        X : array, shape (N, d)
            All examples.
        y : int array, shape (N,)
            Class of each example.
        batches : int array, shape (steps, n) or (steps, m, n)
            Rows of `X` that make the batch of each step, for all networks or for each.

        Returns
        -------
        tensor, shape (steps,) or (steps, m)
            Mean cross-entropy before each step, in nats.

        Raises
        ------
        ValueError
            When the shapes do not fit, or a label or a row does not exist; the weights are as
            they were.
        """
        X = torch.as_tensor(X).to(self.device, self._multiplied.dtype)
        y = _integers("labels", y).to(self.device).long()
        batches = _integers("batches", batches).to(self.device)
        if X.ndim != 2 or X.shape[1] != self._sizes[0] or y.shape != X.shape[:1]:
            raise ValueError(
                f"got X {tuple(X.shape)} and labels {tuple(y.shape)}, "
                f"wanted (N, {self._sizes[0]}) and (N,)"
            )
        _within("labels", y, self._sizes[-1])
        steps, n = len(batches), batches.shape[-1]
        if batches.shape[1:] not in ((n,), (*self._lead, n)) or steps * n == 0:
            raise ValueError(
                f"batches: got the shape {tuple(batches.shape)}, wanted "
                f"{('steps', *self._lead, 'n')} or ('steps', 'n')"
            )
        _within("batches", batches, len(X))
        if batches.ndim == 2:
            batches = batches.view(steps, *[1] * len(self._lead), n)
            batches = batches.expand(steps, *self._lead, n)
        rows = batches.reshape(steps, -1).long()
        once = self._pass(n)
        losses = torch.empty((steps, *self._lead), dtype=once.loss.dtype, device=self.device)
        at = torch.zeros(1, dtype=torch.int64, device=self.device)

        def work() -> None:
            own = rows.index_select(0, at)[0]
            torch.index_select(X, 0, own, out=once.X.view(len(own), -1))
            torch.index_select(y, 0, own, out=once.y.view(-1))
            self._step(once)
            losses.index_copy_(0, at, once.loss[None])
            at.add_(1).remainder_(steps)

        captured = Captured(work, [*self._adam.state, at])
        for _ in range(steps):
            captured()
        return losses

    def check(self) -> None:
        """Wait for the GPU, and raise if it met a label that is none of the classes.

        Raises
        ------
        ValueError
            When a step met such a label.  That step and those after it changed nothing; training
            can go on after this.
        """
        if self._adam.bad.item():
            self._adam.bad.zero_()
            raise ValueError(
                f"labels: a batch had one outside 0 .. {self._sizes[-1] - 1}; the steps since "
                "then were not taken. Correct the labels and repeat them."
            )

    def _labels(self, y: Array) -> torch.Tensor:
        y = _integers("labels", y)
        if not y.is_cuda:
            _within("labels", y, self._sizes[-1])
        return y.long()

    def _for_batches_of(self, n: int) -> tuple[Pass, Captured]:
        if n not in self._kept:
            while len(self._kept) >= KEPT_SIZES:
                self._kept.pop(next(iter(self._kept)))
            once = self._pass(n)
            captured = Captured(lambda: self._step(once), self._adam.state)
            self._kept[n] = (once, captured)
        return self._kept[n]

    def _pass(self, n: int) -> Pass:
        return Pass(self._multiplied, self._grads, self._sizes, n, self._adam.bad)

    def _step(self, once: Pass) -> None:
        # On the CPU torch's setting is left alone.
        on_gpu = self.device.type == "cuda"
        with float32_products(self._products) if on_gpu else contextlib.nullcontext():
            once()
        self._adam.step()


def _integers(name: str, values: Array) -> torch.Tensor:
    found = torch.as_tensor(values)
    if found.is_floating_point() or found.dtype == torch.bool:
        raise TypeError(f"{name}: got {found.dtype}, wanted integers")
    return found


def _within(name: str, values: torch.Tensor, stop: int) -> None:
    outside = values[(values < 0) | (values >= stop)]
    if outside.numel():
        raise ValueError(f"{name}: got {outside[0].item()}, wanted integers in 0 .. {stop - 1}")
