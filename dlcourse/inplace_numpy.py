"""In-place kernels for NumPy: what `dlcourse.inplace` asks of a library.

`dlcourse.inplace_torch` has the same names for torch; change both together.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np

#: Weights updated at once: five stretches of this length fit the cache of a core.
BLOCK = 65_536
#: From this many weights on, memory is the limit: longer blocks, shared among the cores.
MANY, LONG_BLOCK = 4_000_000, 131_072


class Gate:
    """Let a gradient through where ReLU was open.

    Parameters
    ----------
    activation : array
        Buffer that holds what ReLU gave, at every call.
    """

    def __init__(self, activation: np.ndarray) -> None:
        self._activation = activation
        self._open = np.empty(activation.shape, bool)

    def __call__(self, d: np.ndarray) -> None:
        """Set the gradient to 0 where the activation is 0."""
        np.greater(self._activation, 0, out=self._open)
        np.multiply(d, self._open, out=d)


class SoftmaxCrossEntropy:
    """Turn a buffer of logits into the gradient of the mean cross-entropy, in place.

    Parameters
    ----------
    logits : array, shape (k, n) or (m, k, n)
        One column for each example.
    """

    def __init__(self, logits: np.ndarray) -> None:
        *lead, k, n = logits.shape
        self._z, self._row = logits, np.empty((*lead, 1, n), logits.dtype)
        self._flat = logits.reshape(-1)
        networks = np.arange(math.prod(lead)).reshape(*lead, 1)
        self._first_class = networks * (k * n) + np.arange(n)

    def __call__(self, y: np.ndarray) -> Any:
        """Write ``(softmax(logits) - one_hot(y)) / n``; return the mean loss of each network."""
        z, row = self._z, self._row
        n = z.shape[-1]
        right = self._positions(y)
        np.maximum.reduce(z, axis=-2, out=row, keepdims=True)
        np.subtract(z, row, out=z)
        scores = self._flat[right]
        np.exp(z, out=z)
        np.add.reduce(z, axis=-2, out=row, keepdims=True)
        logs = np.log(row[..., 0, :])
        loss = (np.add.reduce(logs, axis=-1) - np.add.reduce(scores, axis=-1)) / n
        np.multiply(row, n, out=row)
        np.divide(z, row, out=z)
        self._flat[right] -= 1 / n
        return loss

    def _positions(self, y: np.ndarray) -> np.ndarray:
        """Where the score of the right class of each example lies in the flat logits."""
        k, n = self._z.shape[-2:]
        shapes = (self._first_class.shape, (n,))
        try:  # bincount refuses fractions and negative numbers, and its length shows the largest
            right = y.shape in shapes and np.bincount(y.reshape(-1), minlength=k).size == k
        except (TypeError, ValueError):
            right = False
        if not right:
            raise ValueError(
                f"got labels of shape {y.shape} and dtype {y.dtype}; "
                f"wanted {n} integers in 0 .. {k - 1}, one for each row of X"
            )
        return self._first_class + y * n


class _Blocks:
    """Weights, gradients and memories, cut into blocks that fit the cache."""

    def __init__(self, weights: np.ndarray, grads: np.ndarray, memories: int) -> None:
        arrays = [weights, grads, *(np.zeros_like(weights) for _ in range(memories))]
        many, rows = weights.size >= MANY, len(weights)
        block = LONG_BLOCK if many else BLOCK
        if weights.ndim > 1:  # blocks are whole networks
            block = max(1, block // weights.shape[-1])
        cores = _cores() if many else 1
        share = -(-rows // (block * cores)) * block
        starts = range(0, rows, share)
        self._shares = [_cut(arrays, start, min(start + share, rows), block) for start in starts]
        self._pool = ThreadPoolExecutor(len(starts)) if len(starts) > 1 else None

    def update(self, rule: Callable[..., None], rate: Any, *constants: Any) -> None:
        """Call ``rule(rate, *constants, w, g, *memories, scratch)`` on every block."""
        if self._pool is None:
            return _update(self._shares[0], rule, rate, constants)
        others = self._shares[1:]
        waiting = [self._pool.submit(_update, each, rule, rate, constants) for each in others]
        _update(self._shares[0], rule, rate, constants)
        for each in waiting:
            each.result()
        return None


#: Where a block lies, and its part of every array.
_Block = tuple[slice, list[np.ndarray]]


def _cut(arrays: list[np.ndarray], start: int, stop: int, block: int) -> list[_Block]:
    """Blocks of all arrays, each with the same scratch memory at its end."""
    scratch = np.empty_like(arrays[0][start : min(start + block, stop)])
    places = [slice(first, min(first + block, stop)) for first in range(start, stop, block)]
    return [
        (place, [*(array[place] for array in arrays), scratch[: place.stop - place.start]])
        for place in places
    ]


def _update(blocks: list[_Block], rule: Callable[..., None], rate: Any, constants: Any) -> None:
    one = not isinstance(rate, np.ndarray)
    for place, arrays in blocks:
        rule(rate if one else rate[place], *constants, *arrays)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Sgd:
    """Take `rate` times the gradient from the weights."""

    def __init__(self, weights: np.ndarray, grads: np.ndarray) -> None:
        self._blocks = _Blocks(weights, grads, memories=0)

    def step(self, rate: Any) -> None:
        """Take one step."""
        self._blocks.update(self._rule, rate)

    @staticmethod
    def _rule(rate: Any, w: np.ndarray, g: np.ndarray, scratch: np.ndarray) -> None:
        np.multiply(g, rate, out=scratch)
        np.subtract(w, scratch, out=w)


class Momentum:
    """Let gradients add up, as `dlcourse.optimizers.momentum` does."""

    def __init__(self, weights: np.ndarray, grads: np.ndarray, beta: float = 0.9) -> None:
        self._blocks, self._beta = _Blocks(weights, grads, memories=1), beta

    def step(self, rate: Any) -> None:
        """Take one step."""
        self._blocks.update(self._rule, rate, self._beta)

    @staticmethod
    def _rule(rate: Any, beta: float, *arrays: np.ndarray) -> None:
        w, g, velocity, scratch = arrays
        np.multiply(velocity, beta, out=velocity)
        np.add(velocity, g, out=velocity)
        np.multiply(velocity, rate, out=scratch)
        np.subtract(w, scratch, out=w)


class Adam:
    """Adam in ten calls a block.

    The means are kept as ``m / (1 - beta1)`` and ``v / (1 - beta2)``, which saves two calls; the
    constants and both corrections for the start at zero go into one rate and one eps.
    """

    def __init__(
        self,
        weights: np.ndarray,
        grads: np.ndarray,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
    ) -> None:
        self._blocks, self._t = _Blocks(weights, grads, memories=2), 0
        self._betas, self._eps = (beta1, beta2), eps

    def step(self, rate: Any) -> None:
        """Take one step."""
        self._t += 1
        beta1, beta2 = self._betas
        scale = math.sqrt((1 - beta2**self._t) / (1 - beta2))
        rate = rate * ((1 - beta1) / (1 - beta1**self._t) * scale)
        self._blocks.update(self._rule, rate, beta1, beta2, self._eps * scale)

    @staticmethod
    def _rule(rate: Any, beta1: float, beta2: float, eps: float, *arrays: np.ndarray) -> None:
        w, g, m, v, scratch = arrays
        np.multiply(m, beta1, out=m)
        np.add(m, g, out=m)
        np.multiply(v, beta2, out=v)
        np.square(g, out=scratch)
        np.add(v, scratch, out=v)
        np.sqrt(v, out=scratch)
        np.add(scratch, eps, out=scratch)
        np.divide(m, scratch, out=scratch)
        np.multiply(scratch, rate, out=scratch)
        np.subtract(w, scratch, out=w)


class Kernels:
    """What a pass and a trainer call, under the same names for every library."""

    gate, criterion = Gate, SoftmaxCrossEntropy
    optimizers: ClassVar = {"sgd": Sgd, "momentum": Momentum, "adam": Adam}
    #: Bytes of weights of small networks that are trained together: signals, gradients and
    #: means take several times as much, and all should stay in the cache.
    group_bytes = 512_000

    @staticmethod
    def plain(flat: np.ndarray) -> np.ndarray:
        """Take a vector of weights out of any graph; NumPy has none."""
        return flat

    @staticmethod
    def filled(like: np.ndarray, shape: tuple[int, ...], value: float) -> np.ndarray:
        """Make a buffer with the dtype of `like`."""
        return np.full(shape, value, like.dtype)

    @staticmethod
    def column(rates: Any, like: np.ndarray) -> np.ndarray:
        """Turn one learning rate for each network into a column beside the weights."""
        return np.asarray(rates, dtype=like.dtype)[:, None]

    @staticmethod
    def array(values: Any, _like: np.ndarray) -> np.ndarray:
        """See a batch as an array; nothing is copied if it is one."""
        return np.asarray(values)

    @staticmethod
    def labels(values: Any, _like: np.ndarray) -> np.ndarray:
        """See labels as an array."""
        return np.asarray(values)

    @staticmethod
    def copy(source: np.ndarray, target: np.ndarray) -> None:
        """Copy into a buffer, whatever the layout of both."""
        np.copyto(target, source, casting="same_kind")

    @staticmethod
    def product(_like: np.ndarray) -> Callable[..., Any]:
        """Choose the matrix product, which takes ``out=``."""
        return np.matmul

    @staticmethod
    def relu(z: np.ndarray) -> None:
        """Replace what is negative by 0."""
        np.maximum(z, 0, out=z)
