"""What `gpu.py` measures: each case, its ways, its floor, and the proof that they are right."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from gpu import Case
from torch.nn import functional

from dlcourse import logits as book
from dlcourse.adaptive import adamw_step
from dlcourse.gpu.adam import Adam
from dlcourse.gpu.cross_entropy import linear_cross_entropy, softmax_cross_entropy_
from dlcourse.gpu.machine import float32_products
from dlcourse.gpu.trainer import PRECISIONS, GraphTrainer
from dlcourse.initializers import he_normal

EAGER = "torch eager"
COMPILED = "torch.compile"
OURS = "dlcourse.gpu"
Ceilings = dict[str, float]


def ceilings(device: torch.device, seconds: Callable[..., float]) -> Ceilings:
    """Bytes a second of a copy, both ways counted, and operations a second of a product."""
    big = device.type == "cuda"
    source = torch.empty(1 << (28 if big else 20), device=device)
    target = torch.empty_like(source)
    copy = _best(seconds, lambda source=source, target=target: target.copy_(source))
    found = {"copy": 2 * source.nbytes / copy}
    del source, target
    side = 8192 if big else 256
    for name in ("fp32", "tf32", "bf16"):
        kind = torch.bfloat16 if name == "bf16" else torch.float32
        A, B = (torch.randn(side, side, device=device, dtype=kind) for _ in range(2))
        out = torch.empty_like(A)
        with float32_products(PRECISIONS[name][2]):
            product = _best(seconds, lambda A=A, B=B, out=out: torch.mm(A, B, out=out))
            found[name] = 2 * side**3 / product
    return found


def _best(seconds: Callable[..., float], way: Callable[[], object]) -> float:
    seconds(way, 3)
    return min(seconds(way, 10) for _ in range(3))


def cross_entropies(device: torch.device, peak: Ceilings) -> Iterator[Case]:
    """Softmax cross-entropy with many classes, forward and gradient."""
    big = device.type == "cuda"
    n, k = (65_536, 32_000) if big else (16, 300)
    for kind in (torch.bfloat16, torch.float32):
        scores = torch.randn(n, k, device=device, dtype=kind)
        labels = torch.randint(0, k, (n,), device=device)
        bad = torch.zeros(1, dtype=torch.int32, device=device)
        proved = _prove_cross_entropy(scores, labels)
        leaf, buffer = scores.clone().requires_grad_(), scores

        def eager(leaf=leaf, labels=labels) -> None:
            leaf.grad = None
            functional.cross_entropy(leaf, labels).backward()

        def ours(buffer=buffer, labels=labels, n=n, bad=bad) -> None:
            softmax_cross_entropy_(buffer, labels, n, bad)

        ways = {EAGER: eager, OURS: ours}
        if big:
            compiled = torch.compile(functional.cross_entropy, dynamic=False)

            def by_compiler(leaf=leaf, labels=labels, compiled=compiled) -> None:
                leaf.grad = None
                compiled(leaf, labels).backward()

            ways[COMPILED] = by_compiler
        moved = 2 * scores.nbytes
        title = f"Softmax cross-entropy and its gradient, {n} × {k}, {_short(kind)}"
        yield Case(title, ways, EAGER, moved, "TB/s", moved / peak["copy"], proved)


def _prove_cross_entropy(scores: torch.Tensor, labels: torch.Tensor) -> str:
    """Compare some rows with the book in float64, into poisoned memory."""
    rows = torch.linspace(0, len(scores) - 1, 16, device=scores.device).long()
    given, y = scores[rows], labels[rows]
    found = torch.full_like(given, torch.nan)
    found.copy_(given)
    losses = softmax_cross_entropy_(found, y, n=1)
    z, own = given.double().cpu().numpy(), y.cpu().numpy()
    truth = book.softmax_cross_entropy_grad(z, own) * len(rows)
    off = np.abs(found.double().cpu().numpy() - truth).max()
    off_loss = abs(losses.mean().item() / float(book.sparse_cross_entropy(z, own)) - 1)
    bound = 2**-7 if scores.dtype == torch.bfloat16 else 1e-5
    assert off <= bound, off
    assert off_loss <= 1e-5, off_loss
    return f"Right: gradient within {off:.1e} and loss within {off_loss:.1e} of float64."


def heads(device: torch.device, peak: Ceilings) -> Iterator[Case]:
    """Put a dense layer before the cross-entropy, with the gradients of all."""
    big = device.type == "cuda"
    n, d, k = (16_384, 4096, 128_000) if big else (12, 8, 50)
    X, W = (torch.randn(shape, device=device, dtype=torch.bfloat16) for shape in ((n, d), (d, k)))
    W *= d**-0.5
    b, labels = W.new_zeros(k), torch.randint(0, k, (n,), device=device)
    leaves = [part.clone().requires_grad_() for part in (X, W, b)]

    def eager() -> torch.Tensor:
        for leaf in leaves:
            leaf.grad = None
        loss = functional.cross_entropy(
            torch.addmm(leaves[2], leaves[0], leaves[1]).float(), labels
        )
        loss.backward()
        return loss

    def ours() -> tuple[torch.Tensor, ...]:
        return linear_cross_entropy(X, W, b, labels)

    ways: dict[str, Callable[[], object]] = {EAGER: eager, OURS: ours}
    if hasattr(functional, "linear_cross_entropy"):
        turned = W.T.contiguous().requires_grad_()

        def by_torch() -> None:
            leaves[0].grad = leaves[2].grad = turned.grad = None
            functional.linear_cross_entropy(
                leaves[0], turned, labels, linear_bias=leaves[2]
            ).backward()

        ways["torch linear_cross_entropy"] = by_torch
    wanted, found = eager(), ours()
    off = [abs(found[0].item() / wanted.item() - 1)]
    for leaf, mine in zip(leaves, found[1:], strict=True):
        off.append(((mine.float() - leaf.grad.float()).norm() / leaf.grad.float().norm()).item())
    assert off[0] < 1e-3, off
    assert max(off) < 0.02, off
    proved = f"Right: loss within {off[0]:.1e}, gradients within {max(off[1:]):.1e} of torch."
    title = f"Linear layer and cross-entropy, {n} × {d} into {k} classes, bf16"
    flop = 6 * n * d * k
    yield Case(title, ways, EAGER, flop, "TFLOP/s", flop / peak["bf16"], proved)


def adams(device: torch.device, peak: Ceilings) -> Iterator[Case]:
    """Adam on one long vector."""
    p = 10**8 if device.type == "cuda" else 5000
    w, g = (torch.randn(p, device=device) for _ in range(2))
    small, small_g = w[:4096].clone(), g[:4096].clone()
    adam = Adam(small, small_g)
    truth = small.double().cpu()
    m = v = torch.zeros_like(truth)
    for t in range(1, 4):
        adam.step()
        truth, m, v = adamw_step(truth, small_g.double().cpu(), m, v, t, weight_decay=0.0)
    off = (small.double().cpu() - truth).abs().max().item()
    assert off < 1e-6, off
    ways: dict[str, Callable[[], object]] = {OURS: Adam(w, g).step}
    names = {"torch foreach": {"foreach": True}, "torch fused": {"fused": True}}
    for name, how in names.items():
        parameter = torch.nn.Parameter(w.clone())
        parameter.grad = g
        ways[name] = torch.optim.Adam([parameter], **how).step
    moved = 28 * p
    proved = f"Right: within {off:.1e} of float64 after three steps."
    yield Case(
        f"Adam, {p:.0e} weights, float32", ways, "torch fused", moved, "TB/s",
        moved / peak["copy"], proved,
    )  # fmt: skip


def steps(device: torch.device, peak: Ceilings) -> Iterator[Case]:
    """Whole training steps: forward, backward, Adam."""
    big = device.type == "cuda"
    sizes = {
        "tiny": ((2, 16, 16, 2), 32),
        "medium": ((784, 256, 128, 10), 128) if big else ((40, 16, 10), 8),
        "large": ((4096, 4096, 4096, 10), 8192) if big else ((16, 16, 10), 8),
    }
    for name, (widths, n) in sizes.items():
        for precision in ("fp32", "tf32", "bf16"):
            yield _step(device, peak, name, widths, n, precision)


def _step(
    device: torch.device,
    peak: Ceilings,
    name: str,
    widths: tuple[int, ...],
    n: int,
    precision: str,
) -> Case:
    rng = np.random.default_rng(0)
    params = [(he_normal(*pair, rng), np.zeros(pair[1])) for pair in itertools.pairwise(widths)]
    X = torch.randn(n, widths[0], device=device)
    y = torch.randint(0, widths[-1], (n,), device=device)
    ways = {
        EAGER: _by_torch(params, device, precision, compiled=False),
        OURS: GraphTrainer(params, 1e-3, precision, device=device).step,
    }
    if device.type == "cuda":
        ways["torch.compile, max-autotune"] = _by_torch(params, device, precision, compiled=True)
    losses = {way: [float(step(X, y)) for _ in range(5)] for way, step in ways.items()}
    truth = np.array(losses[EAGER])
    bound = {"fp32": 1e-4, "tf32": 1e-2, "bf16": 2e-2}[precision]
    off = max(np.abs(np.array(found) - truth).max() / truth[0] for found in losses.values())
    assert off < bound, (off, losses)
    pairs = list(itertools.pairwise(widths))
    flop = 2 * n * (3 * sum(d * h for d, h in pairs) - pairs[0][0] * pairs[0][1])
    adam = 28 * sum(d * h + h for d, h in pairs)
    title = f"Training step, {name}: {'-'.join(map(str, widths))}, batch {n}, {precision}"
    floor = flop / peak[precision] + adam / peak["copy"]
    calls = {way: (lambda step=step: step(X, y)) for way, step in ways.items()}
    proved = f"Right: losses of five steps within {off:.1e} of torch's, relative to the first."
    return Case(title, calls, EAGER, flop, "TFLOP/s", floor, proved)


def _by_torch(
    params: list[Any], device: torch.device, precision: str, *, compiled: bool
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """torch.nn, autograd and its fused Adam, at the same precision."""
    layers: list[torch.nn.Module] = []
    for W, b in params:
        layer = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.as_tensor(W.T))
            layer.bias.copy_(torch.as_tensor(b))
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1]).to(device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def forward(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(X), y)

    if compiled:
        forward = torch.compile(forward, mode="max-autotune", dynamic=False)

    def step(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        adam.zero_grad(set_to_none=True)
        short = torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16")
        with float32_products(PRECISIONS[precision][2]), short:
            loss = forward(X, y)
            loss.backward()
        adam.step()
        return loss.detach()

    return step


def ensembles(device: torch.device, peak: Ceilings) -> Iterator[Case]:
    """Many tiny networks, each with its own weights, on the same batches."""
    widths, n = (2, 16, 16, 2), 32
    rng = np.random.default_rng(1)
    for m in (1024, 4096) if device.type == "cuda" else (3,):
        params = [
            (
                np.stack([he_normal(d, h, rng) for _ in range(m)]),
                np.zeros((m, h)),
            )
            for d, h in itertools.pairwise(widths)
        ]
        X, y = torch.randn(n, 2, device=device), torch.randint(0, 2, (n,), device=device)
        many = GraphTrainer(params, 1e-3, device=device)
        first = [(W[0], b[0]) for W, b in params]
        alone = _by_torch(first, device, "fp32", compiled=False)
        graph = GraphTrainer(first, 1e-3, device=device)
        off = max(abs(float(many.step(X, y)[0]) / float(alone(X, y)) - 1) for _ in range(5))
        assert off < 1e-4, off
        pairs = list(itertools.pairwise(widths))
        moved = 28 * sum(d * h + h for d, h in pairs)
        ways: dict[str, Callable[[], object]] = {
            "torch eager, one by one": lambda X=X, y=y, step=alone: step(X, y),
            "dlcourse.gpu, one by one": lambda X=X, y=y, step=graph.step: step(X, y),
            f"dlcourse.gpu, {m} at once": lambda X=X, y=y, step=many.step: step(X, y),
        }
        yield Case(
            f"{m} networks {'-'.join(map(str, widths))}, batch {n}, fp32, a step of one",
            ways, "torch eager, one by one", moved, "TB/s", moved / peak["copy"],
            f"Right: losses of the first within {off:.1e} of torch's.",
            {name: m if "at once" in name else 1 for name in ways},
        )  # fmt: skip


def _short(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")


MAKERS = (cross_entropies, heads, adams, steps, ensembles)
