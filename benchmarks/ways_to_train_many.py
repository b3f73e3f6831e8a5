"""The contenders of `ensembles.py`: m networks of one shape, each with its own weights and data."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import torch
from ways_to_train import (
    BETA1,
    BETA2,
    EPS,
    RATE,
    Fast,
    Jax,
    TorchFused,
    agree,
    available,
    flat,
    jax_step,
    network,
    network_loss,
    network_loss_jax,
    tensors,
)

from dlcourse.ensemble import Ensemble, stack

__all__ = ["agree", "make_all"]


def data(m: int, widths: tuple[int, ...], n: int) -> tuple[np.ndarray, np.ndarray]:
    """One batch for each network."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(m, n, widths[0])).astype(np.float32)
    return X, rng.integers(0, widths[-1], size=(m, n))


def networks(m: int, widths: tuple[int, ...]) -> list[Any]:
    """One network for each seed."""
    return [network(widths, seed) for seed in range(m)]


class Loop:
    """Train one after the other."""

    way: Any = Fast

    def __init__(self, m: int, widths: tuple[int, ...], n: int) -> None:
        self._members = [self.way(widths, n, seed) for seed in range(m)]
        for member, X, y in zip(self._members, *data(m, widths, n), strict=True):
            member.repeat(X, y)

    def step(self) -> None:
        """Take one step with every network."""
        for member in self._members:
            member.step()

    def weights(self) -> np.ndarray:
        """All weights, network by network."""
        return np.concatenate([member.weights() for member in self._members])


class LoopTorch(Loop):
    """Train one after the other, as most people write it."""

    way = TorchFused


class Together:
    """The ensemble, on NumPy."""

    def __init__(self, m: int, widths: tuple[int, ...], n: int) -> None:
        self._data = data(m, widths, n)
        self._ensemble = Ensemble(networks(m, widths), RATE)

    def step(self) -> Any:
        """Take one step with every network."""
        return self._ensemble.step(*self._data)

    def weights(self) -> np.ndarray:
        """All weights, network by network."""
        return np.concatenate([flat(layers) for layers in self._ensemble.members])


class TogetherTorch(Together):
    """The ensemble, on torch."""

    def __init__(self, m: int, widths: tuple[int, ...], n: int) -> None:
        self._data = tensors(data(m, widths, n))
        self._ensemble = Ensemble(tensors(networks(m, widths)), RATE)


class Vmap:
    """torch.func: the gradient of one network, mapped over all, then fused Adam."""

    def __init__(self, m: int, widths: tuple[int, ...], n: int) -> None:
        self._params = tensors(stack(networks(m, widths)))
        leaves = [part for layer in self._params for part in layer]
        self._optimizer = torch.optim.Adam(leaves, RATE, (BETA1, BETA2), EPS, fused=True)
        self._leaves, self._data = leaves, tensors(data(m, widths, n))
        self._differentiate = self.prepared(
            torch.func.vmap(torch.func.grad_and_value(network_loss))
        )

    @staticmethod
    def prepared(function: Any) -> Any:
        """Leave the function as it is."""
        return function

    def step(self) -> Any:
        """Take one step with every network."""
        grads, loss = self._differentiate(self._params, *self._data)
        slopes = [part for layer in grads for part in layer]
        for leaf, slope in zip(self._leaves, slopes, strict=True):
            leaf.grad = slope
        self._optimizer.step()
        return loss

    def weights(self) -> np.ndarray:
        """All weights, network by network."""
        m = len(self._leaves[0])
        return np.concatenate([flat([[leaf[i] for leaf in self._leaves]]) for i in range(m)])


class VmapCompiled(Vmap):
    """The same, compiled."""

    @staticmethod
    def prepared(function: Any) -> Any:
        """Compile the function."""
        return torch.compile(function)


class VmapJax(Jax):
    """JAX: the whole step mapped over all networks, under jit."""

    def __init__(self, m: int, widths: tuple[int, ...], n: int) -> None:
        import jax
        import jax.numpy as jnp

        self._params = jax.tree.map(jnp.asarray, stack(networks(m, widths)))
        zeros = jax.tree.map(jnp.zeros_like, self._params)
        self._state = (zeros, jax.tree.map(jnp.zeros_like, zeros), jnp.zeros(()))
        self._step = jax.jit(jax_step(network_loss_jax, batched=True), donate_argnums=(0, 1))
        self._batches = itertools.repeat(jax.tree.map(jnp.asarray, data(m, widths, n)))

    def weights(self) -> np.ndarray:
        """All weights, network by network."""
        leaves = [np.asarray(part) for layer in self._params for part in layer]
        return np.concatenate([flat([[leaf[i] for leaf in leaves]]) for i in range(len(leaves[0]))])


WAYS: dict[str, Any] = {
    "loop, torch.nn, fused Adam": LoopTorch,
    "loop, dlcourse trainer (NumPy)": Loop,
    "dlcourse ensemble (NumPy)": Together,
    "dlcourse ensemble (torch)": TogetherTorch,
    "torch.func.vmap, fused Adam": Vmap,
    "torch.compile of the vmap": VmapCompiled,
    "JAX, jit of vmap": VmapJax,
}


def make_all(m: int, widths: tuple[int, ...], n: int, without: list[str]) -> dict[str, Any]:
    """Make every way, with the same weights and data."""
    return {name: way(m, widths, n) for name, way in available(WAYS, without).items()}
