"""An ensemble gives every member what it would have got alone."""

import numpy as np
import pytest
import torch
from test_trainer import LIBRARIES, RULES, as_library, batch, flat, network

from dlcourse.activations import relu
from dlcourse.ensemble import Ensemble, ensemble_forward, stack
from dlcourse.inplace_numpy import Kernels
from dlcourse.layers import mlp_forward
from dlcourse.trainer import Trainer

M = 7
RATES = np.linspace(0.001, 0.05, M)


def members(sizes, dtype=np.float64):
    return [network(sizes, seed, dtype) for seed in range(M)]


def batches(sizes, t, n=9):
    pairs = [batch(sizes, 50 * t + member, n) for member in range(M)]
    return np.stack([X for X, _ in pairs]), np.stack([y for _, y in pairs])


@pytest.fixture(params=[1, 3 * 8 * 100, 1 << 40], ids=["alone", "groups", "all at once"])
def group_bytes(request, monkeypatch):
    monkeypatch.setattr(Kernels, "group_bytes", request.param)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("sizes", [(3, 4), (6, 8, 4), (40, 5, 3)])
@pytest.mark.usefixtures("group_bytes")
def test_members_equal_trainers_of_their_own(sizes, rule, library):
    """Own weights, own data, own learning rate; twenty steps; bitwise-close."""
    together = Ensemble(as_library(library, members(sizes)), RATES, rule, **RULES[rule])
    alone = [
        Trainer(as_library(library, layers), rate, rule, **RULES[rule])
        for layers, rate in zip(members(sizes), RATES.tolist(), strict=True)
    ]
    for t in range(20):
        X, y = as_library(library, batches(sizes, t, n=9 if t % 3 else 4))
        losses = together.step(X, y)
        assert losses.shape == (M,)
        for i, trainer in enumerate(alone):
            np.testing.assert_allclose(losses[i], trainer.step(X[i], y[i]), rtol=1e-12)
    for layers, trainer in zip(together.members, alone, strict=True):
        np.testing.assert_allclose(flat(layers), flat(trainer.params), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("rates", [0.01, RATES])
@pytest.mark.usefixtures("group_bytes")
def test_one_batch_for_all(library, rates):
    sizes = (6, 8, 4)
    X, y = batch(sizes, 3)
    alone = [
        Trainer(as_library(library, layers), rate)
        for layers, rate in zip(members(sizes), (RATES * 0 + rates).tolist(), strict=True)
    ]
    shared = Ensemble(as_library(library, members(sizes)), rates)
    copied = Ensemble(as_library(library, members(sizes)), rates)
    for _ in range(3):
        one = shared.step(*as_library(library, (X, y)))
        other = copied.step(*as_library(library, (np.stack([X] * M), np.stack([y] * M))))
        losses = [float(trainer.step(*as_library(library, (X, y)))) for trainer in alone]
    np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(one, losses, rtol=1e-12)
    np.testing.assert_array_equal(flat(shared.params), flat(copied.params))


def test_blocks_of_members_change_nothing(monkeypatch):
    sizes = (6, 8, 4)

    def run():
        ensemble = Ensemble(members(sizes), RATES)
        for t in range(3):
            ensemble.step(*batches(sizes, t))
        return flat(ensemble.params)

    whole = run()
    monkeypatch.setattr("dlcourse.inplace_numpy.BLOCK", 2 * 92)
    np.testing.assert_array_equal(run(), whole)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_forward_pass_is_that_of_each_member(library):
    sizes = (6, 8, 7, 4)
    X, _ = batches(sizes, 0)
    stacked = stack(as_library(library, members(sizes)))
    out = ensemble_forward(as_library(library, X), stacked)
    shared = ensemble_forward(as_library(library, X[0]), stacked)
    for i, layers in enumerate(members(sizes)):
        np.testing.assert_allclose(out[i], mlp_forward(X[i], layers, relu)[-1], rtol=1e-12)
        np.testing.assert_allclose(shared[i], mlp_forward(X[0], layers, relu)[-1], rtol=1e-12)


def test_float32_is_kept_and_originals_are_left_alone():
    networks = members((3, 4), np.float32)
    ensemble = Ensemble(networks)
    X, y = batches((3, 4), 0)
    assert ensemble.step(X.astype(np.float32), y).dtype == np.float32
    assert {part.dtype.name for layer in ensemble.params for part in layer} == {"float32"}
    for layers, before in zip(networks, members((3, 4), np.float32), strict=True):
        np.testing.assert_array_equal(flat(layers), flat(before))


def test_members_are_views():
    ensemble = Ensemble(members((3, 4)))
    layers = ensemble.members[2]
    before = flat(layers)
    ensemble.step(*batches((3, 4), 0))
    assert not np.array_equal(flat(layers), before)
    np.testing.assert_array_equal(layers[0][0], ensemble.params[0][0][2])


def test_misfits_are_named():
    with pytest.raises(ValueError, match=r"got networks of shapes .*\(3, 4\).* and .*\(3, 5\)"):
        Ensemble([network((3, 4)), network((3, 5))])
    with pytest.raises(ValueError, match="shapes none; wanted at least one"):
        Ensemble([])
    with pytest.raises(ValueError, match="got 2 learning rates for 7 networks"):
        Ensemble(members((3, 4)), [0.1, 0.2])
    ensemble = Ensemble(members((3, 4)))
    X, y = batches((3, 4), 0)
    with pytest.raises(ValueError, match="got X for 6 networks, wanted it for 7"):
        ensemble.step(X[:6], y)
    with pytest.raises(ValueError, match="got y for 6 networks, wanted it for 7"):
        ensemble.step(X, y[:6])
    with pytest.raises(ValueError, match=r"wanted 9 integers in 0 \.\. 3"):
        ensemble.step(X, y + 4)
    with pytest.raises(ValueError, match=r"got X of shape \(7, 9, 2\)"):
        ensemble.step(X[..., :2], y)


def test_torch_gradients_stay_out_of_it():
    leaves = [[(torch.ones(2, 2, requires_grad=True), torch.ones(2, requires_grad=True))]] * 2
    ensemble = Ensemble(leaves)
    ensemble.step(torch.ones(1, 2), torch.tensor([0]))
    assert not ensemble.params[0][0].requires_grad
