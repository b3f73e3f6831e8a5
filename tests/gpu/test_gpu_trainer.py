"""The trainer of the GPU follows the trainer of the book, in every precision, alone or stacked."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch

from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.data import digits
from dlcourse.ensemble import stack
from dlcourse.gpu.trainer import GraphTrainer
from dlcourse.initializers import he_normal
from dlcourse.trainer import Trainer

#: Triton's interpreter computes with NumPy, also in lanes whose result is thrown away.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

SIZES = (5, 9, 6, 3)
CONSTANTS = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6}
#: How far the losses of 30 steps on the digits may leave those of NumPy in float64, relative to
#: the first loss.  bf16 has 8 bits, tf32 11, and fp32 24.
CURVES = {"fp64": 1e-14, "fp32": 1e-6, "tf32": 1e-3, "bf16": 6e-3}

NO_STEPS = np.zeros((0, 3), int)


def network(sizes=SIZES, seed=0):
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=p) / 2, rng.normal(size=p[1])) for p in itertools.pairwise(sizes)]


def batch(seed, n=11, sizes=SIZES):
    rng = np.random.default_rng(1000 + seed)
    return rng.normal(size=(n, sizes[0])), rng.integers(0, sizes[-1], size=n)


def numbers(layers):
    return [part.cpu().double().numpy() for layer in layers for part in layer]


def assert_layers(found, wanted, rtol):
    for mine, theirs in zip(numbers(found), (p for layer in wanted for p in layer), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("sizes", [SIZES, (3, 4), (40, 65, 10)], ids=str)
def test_steps_are_those_of_the_readable_trainer(device, sizes):
    """Batches of two sizes, a rate that changes, odd widths."""
    book = Trainer(network(sizes), optimizer="adam", **CONSTANTS)
    mine = GraphTrainer(network(sizes), precision="fp64", device=device, **CONSTANTS)
    for t in range(12):
        X, y = batch(t, n=11 if t % 3 else 5, sizes=sizes)
        book.learning_rate = 0.02 / (1 + t)
        mine.set_rate(0.02 / (1 + t))
        np.testing.assert_allclose(mine.step(X, y).item(), book.step(X, y), rtol=1e-12)
    assert_layers(mine.params, book.params, 1e-11)


def test_gradients_are_the_books(device):
    mine = GraphTrainer(network(), 0.0, precision="fp64", device=device)
    for seed in (0, 1, 0):  # buffers carry nothing from one batch to the next
        X, y = batch(seed)
        loss, grads = mlp_loss_and_grads(network(), X, y)
        np.testing.assert_allclose(mine.step(X, y).item(), loss, rtol=1e-13)
        assert_layers(mine.grads, grads, 1e-12)
    assert_layers(mine.params, network(), 0)


@pytest.mark.parametrize("precision", CURVES)
def test_the_loss_curve_follows_numpy(device, precision):
    X, y = digits()
    sizes, steps = (64, 32, 10), 30
    rng = np.random.default_rng(0)
    params = [(he_normal(*pair, rng), np.zeros(pair[1])) for pair in itertools.pairwise(sizes)]
    batches = rng.integers(0, len(X), size=(steps, 32))
    book = Trainer(params, 3e-3)
    wanted = np.array([book.step(X[rows], y[rows]) for rows in batches])
    mine = GraphTrainer(params, 3e-3, precision=precision, device=device)
    found = mine.fit(X, y, batches).cpu().double().numpy()
    assert np.abs(found - wanted).max() <= CURVES[precision] * wanted[0]
    assert wanted[-1] < 0.7 * wanted[0], "the curve goes somewhere"


@pytest.mark.parametrize(
    ("precision", "kept", "multiplied"),
    [
        ("fp64", torch.float64, torch.float64),
        ("fp32", torch.float32, torch.float32),
        ("tf32", torch.float32, torch.float32),
        ("bf16", torch.float32, torch.bfloat16),
    ],
)
def test_a_precision_is_what_it_says(device, precision, kept, multiplied):
    trainer = GraphTrainer(network(), precision=precision, device=device)
    first = trainer.step(*batch(0))
    value = first.item()
    trainer.step(*batch(1))
    assert first.item() == value, "a loss that was given stays"
    assert {part.dtype for layer in trainer.params for part in layer} == {kept}
    assert {part.dtype for layer in trainer.grads for part in layer} == {multiplied}


def test_a_run_is_its_steps(device):
    X, y = batch(0, n=40)
    batches = np.random.default_rng(1).integers(0, 40, size=(6, 7))
    alone = GraphTrainer(network(), 0.05, precision="fp64", device=device)
    whole = GraphTrainer(network(), 0.05, precision="fp64", device=device)
    losses = [alone.step(X[rows], y[rows]).item() for rows in batches]
    np.testing.assert_allclose(whole.fit(X, y, batches).tolist(), losses, rtol=1e-14)
    np.testing.assert_allclose(
        whole.fit(X, y, batches[:1]).tolist(), [alone.step(X[batches[0]], y[batches[0]]).item()]
    )
    assert_layers(whole.params, np_layers(alone), 1e-13)


def np_layers(trainer):
    return [tuple(part.cpu().numpy() for part in layer) for layer in trainer.params]


@pytest.mark.parametrize("own", [False, True], ids=["shared batches", "own batches"])
def test_a_stack_is_each_network_alone(device, own):
    networks, rates = [network(seed=seed) for seed in range(4)], [0.1, 0.01, 0.05, 1e-3]
    X, y = batch(0, n=40)
    rng = np.random.default_rng(2)
    batches = rng.integers(0, 40, size=(5, 4, 7) if own else (5, 7))
    many = GraphTrainer(stack(networks), rates, precision="fp64", device=device)
    losses = many.fit(X, y, batches)
    assert losses.shape == (5, 4)
    for member, (params, rate) in enumerate(zip(networks, rates, strict=True)):
        alone = GraphTrainer(params, rate, precision="fp64", device=device)
        rows = batches[:, member] if own else batches
        np.testing.assert_allclose(alone.fit(X, y, rows).tolist(), losses[:, member].tolist())
        mine = [(W[member].cpu().numpy(), b[member].cpu().numpy()) for W, b in many.params]
        assert_layers(alone.params, mine, 1e-11)
    X3 = np.stack([X[:7]] * 4)
    assert many.step(X3, np.stack([y[:7]] * 4)).shape == (4,)
    assert many.step(X[:7], y[:7]).shape == (4,)


def test_weight_decay_pulls_the_weights(device):
    plain, decayed = (
        GraphTrainer(network(), 0.1, "fp64", decay, device=device) for decay in (0.0, 0.5)
    )
    X, y = batch(0)
    for trainer in (plain, decayed):
        trainer.step(X, y)
    for (W0, _), (W, _), (start, _) in zip(plain.params, decayed.params, network(), strict=True):
        np.testing.assert_allclose((W0 - W).cpu().numpy(), 0.1 * 0.5 * start, atol=1e-14)


def test_the_given_weights_are_copied(device):
    params = [(torch.ones(2, 3, device=device), torch.zeros(3, device=device))]
    trainer = GraphTrainer(params, 0.1, device=device)
    trainer.step(np.ones((4, 2)), [0, 1, 2, 0])
    assert torch.equal(params[0][0], torch.ones(2, 3, device=device))


def test_a_bad_label_from_the_host_changes_nothing(device):
    trainer = GraphTrainer(network(), 0.1, precision="fp64", device=device)
    X, y = batch(0)
    y[3] = 3
    with pytest.raises(ValueError, match=r"labels: got 3, wanted integers in 0 \.\. 2"):
        trainer.step(X, y)
    with pytest.raises(ValueError, match=r"labels: got 3"):
        trainer.fit(X, y, [[0, 1]])
    assert_layers(trainer.params, network(), 0)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="labels on a GPU need a GPU")
def test_a_bad_label_on_the_gpu_stops_the_training():
    trainer = GraphTrainer(network(), 0.1, precision="fp64", device="cuda")
    X, y = (torch.as_tensor(part, device="cuda") for part in batch(0))
    y[3] = 3
    trainer.step(X, y)
    trainer.step(X, y.clamp(max=2))
    with pytest.raises(ValueError, match=r"outside 0 \.\. 2; the steps since then were not taken"):
        trainer.check()
    assert_layers(trainer.params, network(), 0)
    trainer.step(X, y.clamp(max=2))
    trainer.check()


def test_the_flag_stops_the_training_and_is_told(device):
    """What `check` sees, without a GPU: the flag that the kernel raises."""
    trainer = GraphTrainer(network(), 0.1, precision="fp64", device=device)
    once, captured = trainer._for_batches_of(11)
    X, y = batch(0)
    once.X.copy_(torch.as_tensor(X))
    once.y.copy_(torch.as_tensor(y))
    once.y[4] = -1
    captured()
    with pytest.raises(ValueError, match="Correct the labels and repeat them"):
        trainer.check()
    assert_layers(trainer.params, network(), 0)
    trainer.step(X, y)
    trainer.check()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: t.step(np.ones((2, 4)), [0, 1]), ValueError, r"\(2, 4\), wanted \(n, 5\)"),
        (lambda t: t.step(np.ones((0, 5)), np.zeros(0, int)), ValueError, "at least one example"),
        (lambda t: t.step(np.ones((2, 5)), [0]), ValueError, r"labels \(1,\)"),
        (lambda t: t.step(np.ones((2, 5)), [0.0, 1.0]), TypeError, "labels: got torch.float"),
        (lambda t: t.fit(np.ones((2, 4)), [0, 1], [[0]]), ValueError, r"wanted \(N, 5\)"),
        (
            lambda t: t.fit(np.ones((2, 5)), [0, 1], [[2]]),
            ValueError,
            r"batches: got 2, .* 0 \.\. 1",
        ),
        (lambda t: t.fit(np.ones((2, 5)), [0, 1], [[]]), TypeError, "batches: got torch.float32"),
        (lambda t: t.fit(np.ones((1, 5)), [0], NO_STEPS), ValueError, "batches: got the shape"),
        (lambda t: t.set_rate([0.1, 0.2]), ValueError, "got 2 for 1 networks"),
        (lambda t: GraphTrainer(network(), precision="fp8"), ValueError, "precision: got 'fp8'"),
        (lambda t: GraphTrainer(network()[::-1]), ValueError, "after a layer of width"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    trainer = GraphTrainer(network(), precision="fp64", device="cpu")
    with pytest.raises(error, match=message):
        call(trainer)
    assert_layers(trainer.params, network(), 0)


def test_it_imports_and_works_without_triton():
    """And says what is missing."""
    program = """
import importlib.util
import torch
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "triton" else found(name, *more)
torch.cuda.is_available = lambda: False
from dlcourse.gpu import adam, capture, cross_entropy, machine, passes, trainer
lone = trainer.GraphTrainer([(torch.zeros(1, 2), torch.zeros(2))], 0.5)
print(round(lone.step([[1.0]], [0]).item(), 4))
print(*machine.missing(), sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    loss, gpu, triton = done.stdout.splitlines()
    assert loss == "0.6931"
    assert gpu.startswith("no GPU: torch")
    assert "pip install 'dlcourse[gpu]'" in triton
