"""The fast trainer takes the same steps as the readable functions, and refuses what they refuse."""

import itertools
import os
import subprocess
import sys

import array_api_strict
import numpy as np
import pytest
import torch

from dlcourse import inplace_numpy, optimizers
from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.inplace import kernels
from dlcourse.packing import as_layers, pack, unpack
from dlcourse.trainer import Trainer

#: Shallow, narrow, and wide enough for inputs that are kept one example a row.
SHAPES = [(3, 4), (2, 5, 3), (6, 8, 7, 4), (40, 9, 3)]
RULES = {
    "adam": {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6},
    "momentum": {"beta": 0.7},
    "sgd": {},
}
LIBRARIES = ["numpy", "torch"]


def network(sizes, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=pair).astype(dtype), rng.normal(size=pair[1]).astype(dtype))
        for pair in itertools.pairwise(sizes)
    ]


def batch(sizes, seed, n=11, dtype=np.float64):
    rng = np.random.default_rng(1000 + seed)
    return rng.normal(size=(n, sizes[0])).astype(dtype), rng.integers(0, sizes[-1], size=n)


def as_library(library, tree):
    if library == "numpy":
        return tree
    if isinstance(tree, np.ndarray):
        return torch.tensor(tree)
    return type(tree)(as_library(library, part) for part in tree)


def flat(params):
    return np.concatenate([np.asarray(part).ravel() for layer in params for part in layer])


def textbook(rule, constants):
    """The rule as its paper writes it, on one flat vector."""
    m, v, t = 0.0, 0.0, 0

    def step(w, g, rate):
        nonlocal m, v, t
        t += 1
        if rule == "sgd":
            return w - rate * g
        if rule == "momentum":
            v = constants["beta"] * v + g
            return w - rate * v
        m = constants["beta1"] * m + (1 - constants["beta1"]) * g
        v = constants["beta2"] * v + (1 - constants["beta2"]) * g**2
        m_hat = m / (1 - constants["beta1"] ** t)
        v_hat = v / (1 - constants["beta2"] ** t)
        return w - rate * m_hat / (np.sqrt(v_hat) + constants["eps"])

    return step


def readable_run(sizes, rule, steps=20):
    """Losses and last weights by the functions of the book; batches of two sizes."""
    params, losses = network(sizes), []
    step = textbook(rule, RULES[rule])
    for t in range(steps):
        loss, grads = mlp_loss_and_grads(params, *batch(sizes, t, n=11 if t % 3 else 5))
        losses.append(loss)
        params = as_layers(step(flat(params), flat(grads), rate(t)), sizes)
    return losses, params


def rate(t):
    return 0.02 / (1 + t)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("sizes", SHAPES)
def test_twenty_steps_equal_the_readable_ones(sizes, rule, library):
    losses, params = readable_run(sizes, rule)
    trainer = Trainer(as_library(library, network(sizes)), optimizer=rule, **RULES[rule])
    for t, expected in enumerate(losses):
        trainer.learning_rate = rate(t)
        loss = trainer.step(*as_library(library, batch(sizes, t, n=11 if t % 3 else 5)))
        assert loss.shape == ()
        np.testing.assert_allclose(float(loss), expected, rtol=1e-10)
    np.testing.assert_allclose(flat(trainer.params), flat(params), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("sizes", SHAPES)
def test_gradients_equal_the_readable_ones_and_leave_the_weights(sizes, library):
    trainer = Trainer(as_library(library, network(sizes)))
    for seed in (0, 1, 0):  # buffers carry nothing from one batch to the next
        X, y = batch(sizes, seed)
        loss, grads = mlp_loss_and_grads(network(sizes), X, y)
        mine = trainer.backpropagate(*as_library(library, (X, y)))
        np.testing.assert_allclose(float(mine), loss, rtol=1e-12)
        np.testing.assert_allclose(flat(trainer.grads), flat(grads), rtol=1e-10, atol=1e-14)
    np.testing.assert_array_equal(flat(trainer.params), flat(network(sizes)))


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_rules_are_those_of_the_library(library):
    sizes = (3, 6, 4)
    for rule, constants in RULES.items():
        init, update = getattr(optimizers, rule)(learning_rate=0.01, **constants)
        params = network(sizes)
        state = init(params)
        trainer = Trainer(as_library(library, network(sizes)), 0.01, rule, **constants)
        for seed in range(5):
            _, grads = mlp_loss_and_grads(params, *batch(sizes, seed))
            params, state = update(grads, state, params)
            trainer.step(*as_library(library, batch(sizes, seed)))
        np.testing.assert_allclose(flat(trainer.params), flat(params), rtol=1e-10)


def test_the_defaults_are_those_of_torch():
    sizes = (3, 6, 4)
    trainer = Trainer(network(sizes))
    leaves = [torch.tensor(flat(network(sizes)), requires_grad=True)]
    optimizer = torch.optim.Adam(leaves)
    for seed in range(5):
        X, y = batch(sizes, seed)
        trainer.step(X, y)
        _, grads = mlp_loss_and_grads(as_layers(leaves[0].detach().numpy(), sizes), X, y)
        leaves[0].grad = torch.tensor(flat(grads))
        optimizer.step()
    np.testing.assert_allclose(flat(trainer.params), leaves[0].detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("library", LIBRARIES)
def test_float32_stays_float32_and_close(library):
    sizes = (6, 8, 7, 4)
    _, params = readable_run(sizes, "sgd", steps=10)
    single = as_library(library, network(sizes, dtype=np.float32))
    trainer = Trainer(single, optimizer="sgd")
    for t in range(10):
        trainer.learning_rate = rate(t)
        X, y = batch(sizes, t, n=11 if t % 3 else 5, dtype=np.float32)
        loss = trainer.step(*as_library(library, (X, y)))
        assert loss.dtype == single[0][0].dtype
    assert {part.dtype for layer in trainer.params for part in layer} == {single[0][0].dtype}
    np.testing.assert_allclose(flat(trainer.params), flat(params), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("library", LIBRARIES)
def test_confident_logits_stay_finite_and_silent(library):
    params = [(np.array([[1e4, -1e4]]), np.zeros(2))]
    trainer = Trainer(as_library(library, params), optimizer="sgd", learning_rate=0.0)
    loss = trainer.step(*as_library(library, (np.array([[1.0]]), np.array([1]))))
    assert float(loss) == 2e4
    np.testing.assert_array_equal(flat(trainer.grads), [1.0, -1.0, 1.0, -1.0])


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_originals_are_left_alone(library):
    params = as_library(library, network((3, 4)))
    X, y = as_library(library, batch((3, 4), 0))
    kept = X + 0, y + 0
    Trainer(params).step(X, y)
    np.testing.assert_array_equal(flat(params), flat(network((3, 4))))
    assert bool((kept[0] == X).all())
    assert bool((kept[1] == y).all())


@pytest.mark.parametrize("size", [1, 7, 8, 9, 40])
def test_blocks_and_cores_change_nothing(monkeypatch, size):
    """Every cut of the weights, on one core or several, gives the same bits."""

    def run(block, many, cores):
        monkeypatch.setattr(inplace_numpy, "BLOCK", block)
        monkeypatch.setattr(inplace_numpy, "LONG_BLOCK", block)
        monkeypatch.setattr(inplace_numpy, "MANY", many)
        monkeypatch.setattr(inplace_numpy, "_cores", lambda: cores)
        rng = np.random.default_rng(2)
        weights, grads = rng.normal(size=size), rng.normal(size=size)
        adam = inplace_numpy.Adam(weights, grads)
        for _ in range(3):
            adam.step(0.1)
        return weights

    whole = run(1000, 1000, 1)
    for cut in ((4, 1000, 1), (4, 0, 1), (4, 0, 2), (4, 0, 3), (1, 0, 3)):
        np.testing.assert_array_equal(run(*cut), whole)


def test_buffers_of_many_batch_sizes_are_dropped():
    trainer = Trainer(network((3, 4)))
    for n in range(1, 30):
        trainer.step(*batch((3, 4), 0, n=n))
    assert len(trainer._stepper._passes) == 4


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_bad_batch_is_named_and_changes_nothing(library):
    trainer = Trainer(as_library(library, network((3, 6, 4))))
    X, y = batch((3, 4), 0, n=2)
    bad = [
        (X[:, :2], y, r"got X of shape \(2, 2\), wanted \(n, 3\)"),
        (X[0], y, r"got X of shape \(3,\), wanted \(n, 3\)"),
        (X[None], y, r"got X of shape \(1, 2, 3\), wanted \(n, 3\)"),
        (X[:0], y[:0], "got a batch without examples"),
        (X, y[:1], "wanted 2 .* 0 .. 3, one for each row of X"),
        (X, y[:, None], "wanted 2 .* 0 .. 3"),
        (X, np.array([0, 4]), "wanted 2 .* 0 .. 3"),
        (X, np.array([0, -1]), "wanted 2 .* 0 .. 3"),
        (X, np.array([0.0, 1.0]), "wanted 2 .* 0 .. 3"),
    ]
    for bad_X, bad_y, says in bad:
        with pytest.raises(ValueError, match=says):
            trainer.step(*as_library(library, (bad_X, bad_y)))
    np.testing.assert_array_equal(flat(trainer.params), flat(network((3, 6, 4))))
    trainer.step(*as_library(library, (X, y)))


def test_a_bad_network_or_optimizer_is_named():
    with pytest.raises(ValueError, match="got no layers"):
        Trainer([])
    with pytest.raises(ValueError, match=r"got W \(5, 2\) and b \(2,\) after a layer of width 4"):
        Trainer([*network((3, 4)), *network((5, 2))])
    with pytest.raises(ValueError, match=r"got W \(3, 4\) and b \(3,\)"):
        Trainer([(np.ones((3, 4)), np.ones(3))])
    with pytest.raises(ValueError, match=r"'adagrad'.*'sgd', 'momentum', 'adam'"):
        Trainer(network((3, 4)), optimizer="adagrad")
    with pytest.raises(TypeError, match="beta3"):
        Trainer(network((3, 4)), beta3=1.0)
    with pytest.raises(TypeError, match="array_api_strict"):
        kernels(array_api_strict.asarray([1.0]))


def test_packing_lays_biases_below_their_weights():
    weights, sizes = pack(network((2, 3, 2)))
    assert sizes == (2, 3, 2)
    for matrix, (W, b) in zip(unpack(weights, sizes), network((2, 3, 2)), strict=True):
        np.testing.assert_array_equal(matrix, np.vstack([W, b]))
        assert np.shares_memory(matrix, weights)


def test_numpy_users_never_import_torch():
    code = (
        "import sys, numpy as np; from dlcourse import ensemble;"
        "from dlcourse.trainer import Trainer;"
        "Trainer([(np.ones((2, 2)), np.ones(2))]).step(np.ones((1, 2)), np.array([0]));"
        "sys.exit('torch' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0
