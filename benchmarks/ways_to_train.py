"""The contenders of `training.py` and `ensembles.py`: each trains the same network, its own way."""

from __future__ import annotations

import importlib.util
import itertools
import math
import shutil
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.initializers import he_normal
from dlcourse.optimizers import adam
from dlcourse.trainer import Trainer

RATE, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-8
BATCHES = 4


def network(widths: tuple[int, ...], seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """He's random weights and zero biases, float32."""
    rng = np.random.default_rng(seed)
    return [
        (he_normal(fan_in, fan_out, rng=rng).astype(np.float32), np.zeros(fan_out, np.float32))
        for fan_in, fan_out in itertools.pairwise(widths)
    ]


def batches(widths: tuple[int, ...], n: int, convert: Callable[..., Any] = tuple) -> Any:
    """Go through a few random batches, over and over."""
    rng = np.random.default_rng(1)
    made = [
        (rng.normal(size=(n, widths[0])).astype(np.float32), rng.integers(0, widths[-1], size=n))
        for _ in range(BATCHES)
    ]
    return itertools.cycle([convert(batch) for batch in made])


def tensors(tree: Any) -> Any:
    """Turn arrays into tensors that share their memory."""
    if isinstance(tree, np.ndarray):
        return torch.from_numpy(tree)
    return type(tree)(map(tensors, tree))


def flat(params: Any) -> np.ndarray:
    """All weights, layer by layer."""
    return np.concatenate([np.asarray(part).ravel() for layer in params for part in layer])


class Way:
    """A network, its batches and its optimizer, behind `step` and `weights`."""

    _batches: Any
    convert: Callable[..., Any] = staticmethod(tuple)

    def repeat(self, X: np.ndarray, y: np.ndarray) -> None:
        """Train on this one batch from now on."""
        self._batches = itertools.repeat(self.convert((X, y)))


class Readable(Way):
    """The functions of the book, as they stand there."""

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        self.params, self._batches = network(widths, seed), batches(widths, n)
        init, self._update = adam(RATE)
        self._state = init(self.params)

    def step(self) -> Any:
        """Take one step."""
        loss, grads = mlp_loss_and_grads(self.params, *next(self._batches))
        self.params, self._state = self._update(grads, self._state, self.params)
        return loss

    def weights(self) -> np.ndarray:
        """All weights, layer by layer."""
        return flat(self.params)


class Fast(Way):
    """The trainer, on NumPy."""

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        self._batches = batches(widths, n)
        self._trainer = Trainer(network(widths, seed), RATE)

    def step(self) -> Any:
        """Take one step."""
        return self._trainer.step(*next(self._batches))

    def weights(self) -> np.ndarray:
        """All weights, layer by layer."""
        return flat(self._trainer.params)


class FastTorch(Fast):
    """The trainer, on torch."""

    convert = staticmethod(tensors)

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        self._batches = batches(widths, n, tensors)
        self._trainer = Trainer(tensors(network(widths, seed)), RATE)


class Torch(Way):
    """torch.nn, autograd and torch.optim, as most people write it."""

    convert = staticmethod(tensors)

    settings: ClassVar[dict[str, bool]] = {}

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        modules: list[torch.nn.Module] = []
        for W, b in tensors(network(widths, seed)):
            linear = torch.nn.Linear(*W.shape)
            linear.weight.data, linear.bias.data = W.T.contiguous(), b.clone()
            modules += [linear, torch.nn.ReLU()]
        self._model = torch.nn.Sequential(*modules[:-1])
        self._optimizer = torch.optim.Adam(
            self._model.parameters(), RATE, (BETA1, BETA2), EPS, **self.settings
        )
        self._batches = batches(widths, n, tensors)

    def step(self) -> Any:
        """Take one step."""
        X, y = next(self._batches)
        self._optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self._model(X), y)
        loss.backward()
        self._optimizer.step()
        return loss

    def weights(self) -> np.ndarray:
        """All weights, layer by layer."""
        linear = [module for module in self._model if isinstance(module, torch.nn.Linear)]
        return flat([(each.weight.detach().T, each.bias.detach()) for each in linear])


class TorchForeach(Torch):
    """The same with one call for the weights of all layers."""

    settings: ClassVar[dict[str, bool]] = {"foreach": True}


class TorchFused(Torch):
    """The same with the whole of Adam in one kernel."""

    settings: ClassVar[dict[str, bool]] = {"fused": True}


def network_loss(params: list[Any], X: Any, y: Any) -> Any:
    """Cross-entropy of the network, for torch's own differentiation."""
    for W, b in params[:-1]:
        X = torch.relu(torch.addmm(b, X, W))
    W, b = params[-1]
    return F.cross_entropy(torch.addmm(b, X, W), y)


class TorchCompiled(Way):
    """The whole step, gradient and Adam, as one graph of torch.compile."""

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        self._params = [
            tuple(part.clone() for part in layer) for layer in tensors(network(widths, seed))
        ]
        leaves = [part for layer in self._params for part in layer]
        self._means = [(torch.zeros_like(each), torch.zeros_like(each)) for each in leaves]
        self._batches, self._t = batches(widths, n, tensors), 0
        self._compiled = torch.compile(compiled_step)

    def step(self) -> Any:
        """Take one step."""
        self._t += 1
        scale = math.sqrt(1 - BETA2**self._t)
        rate, eps = RATE * scale / (1 - BETA1**self._t), EPS * scale
        with torch.no_grad():
            return self._compiled(
                self._params,
                self._means,
                *next(self._batches),
                torch.tensor(rate),
                torch.tensor(eps),
            )

    def weights(self) -> np.ndarray:
        """All weights, layer by layer."""
        return flat(self._params)


def compiled_step(params: Any, means: Any, X: Any, y: Any, rate: Any, eps: Any) -> Any:
    """Gradient by torch.func, Adam in plain operations: what the compiler fuses."""
    grads, loss = torch.func.grad_and_value(network_loss)(params, X, y)
    leaves = [part for layer in params for part in layer]
    slopes = [part for layer in grads for part in layer]
    for w, g, (m, v) in zip(leaves, slopes, means, strict=True):
        m.mul_(BETA1).add_(g, alpha=1 - BETA1)
        v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
        w.sub_(rate * m / (v.sqrt() + eps))
    return loss


class Jax(Way):
    """The whole step under jax.jit, buffers donated."""

    def __init__(self, widths: tuple[int, ...], n: int, seed: int = 0) -> None:
        import jax
        import jax.numpy as jnp

        self._params = jax.tree.map(jnp.asarray, network(widths, seed))
        zeros = jax.tree.map(jnp.zeros_like, self._params)
        self._state = (zeros, jax.tree.map(jnp.zeros_like, zeros), jnp.zeros(()))
        self._step = jax.jit(jax_step(network_loss_jax), donate_argnums=(0, 1))
        self._batches = batches(widths, n, lambda batch: jax.tree.map(jnp.asarray, batch))

    def step(self) -> Any:
        """Take one step."""
        self._params, self._state, loss = self._step(
            self._params, self._state, *next(self._batches)
        )
        return loss.block_until_ready()

    def weights(self) -> np.ndarray:
        """All weights, layer by layer."""
        return flat(self._params)


def network_loss_jax(params: Any, X: Any, y: Any) -> Any:
    """Cross-entropy of the network, for JAX's differentiation."""
    import jax
    import jax.numpy as jnp

    for W, b in params[:-1]:
        X = jax.nn.relu(X @ W + b)
    W, b = params[-1]
    log_p = jax.nn.log_softmax(X @ W + b)
    return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], 1))


def jax_step(loss: Callable[..., Any], batched: bool = False) -> Callable[..., Any]:
    """Gradient and Adam as one function; `batched` runs over a leading axis of networks."""
    import jax
    import jax.numpy as jnp

    differentiate = jax.value_and_grad(loss)
    if batched:
        differentiate = jax.vmap(differentiate)

    def step(params: Any, state: Any, X: Any, y: Any) -> Any:
        m, v, t = state
        value, grads = differentiate(params, X, y)
        t = t + 1
        m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, grads)
        v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, grads)
        first, second = 1 / (1 - BETA1**t), 1 / (1 - BETA2**t)
        params = jax.tree.map(
            lambda w, m, v: w - RATE * m * first / (jnp.sqrt(v * second) + EPS), params, m, v
        )
        return params, (m, v, t), value

    return step


def products(widths: tuple[int, ...], n: int) -> dict[str, Callable[[], None]]:
    """Do the matrix products of a step and nothing else."""
    rng = np.random.default_rng(0)
    triples = []
    for depth, (fan_in, fan_out) in enumerate(itertools.pairwise(widths)):
        X, W, D = (
            rng.normal(size=shape).astype(np.float32)
            for shape in ((n, fan_in), (fan_in, fan_out), (n, fan_out))
        )
        triples += [(X, W, np.empty_like(D)), (X.T, D, np.empty_like(W))]
        if depth:
            triples.append((D, W.T, np.empty_like(X)))
    twins = [tensors(triple) for triple in triples]

    def by_numpy() -> None:
        for a, b, out in triples:
            np.matmul(a, b, out=out)

    def by_torch() -> None:
        for a, b, out in twins:
            torch.mm(a, b, out=out)

    return {"the products alone, NumPy": by_numpy, "the products alone, torch": by_torch}


WAYS: dict[str, Any] = {
    "dlcourse, readable (NumPy)": Readable,
    "dlcourse, trainer (NumPy)": Fast,
    "dlcourse, trainer (torch)": FastTorch,
    "torch.nn, autograd, Adam": Torch,
    "torch.nn, autograd, foreach Adam": TorchForeach,
    "torch.nn, autograd, fused Adam": TorchFused,
    "torch.compile of the step": TorchCompiled,
    "JAX, jit of the step": Jax,
}


def available(ways: dict[str, Any], without: list[str]) -> dict[str, Any]:
    """Leave out what is not installed, and what the caller does not want."""
    left_out = list(without)
    if importlib.util.find_spec("jax") is None:
        left_out.append("JAX")
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        left_out.append("torch.compile")
    return {name: way for name, way in ways.items() if not any(part in name for part in left_out)}


def make_all(widths: tuple[int, ...], n: int, without: list[str]) -> dict[str, Any]:
    """Make every way, with the same weights and data."""
    return {name: way(widths, n) for name, way in available(WAYS, without).items()}


def agree(ways: dict[str, Any], steps: int = 20) -> float:
    """Take some steps with all; return the typical difference, or refuse one that is too large.

    Typical is the root of the mean square over all weights: single weights may differ by more,
    because Adam makes a whole step of any gradient, even of one that is rounding only.
    """
    for way in ways.values():
        for _ in range(steps):
            way.step()
    first, *others = (way.weights() for way in ways.values())
    largest = max(float(np.sqrt(np.mean((first - other) ** 2))) for other in others)
    if not largest < RATE / 10:
        raise SystemExit(f"the ways differ by {largest:.1e} after {steps} steps: nothing was timed")
    return largest
