"""Every optimizer walks torch.optim's path; found by discovery, so that none is missed."""

import inspect
import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import array_api_strict
import numpy as np
import pytest
import torch

from dlcourse import adaptive, descent, optimizers, schedules
from dlcourse.clipping import clip_by_norm, clip_by_value, clipped
from dlcourse.pytrees import leaves, rebuild
from dlcourse.schedules import stable_lr_limit

STEPS = 20
HELPERS = {"like_weights", "fraction"}


@dataclass(frozen=True)
class Row:
    """An optimizer with its settings, its twin in torch, and the step of one array."""

    mine: Any
    twin: Any
    step: Any
    memories: int
    counted: bool = False


SGD = torch.optim.SGD
ROWS = {
    "sgd": Row(partial(optimizers.sgd, 0.05), partial(SGD, lr=0.05), descent.sgd_step, 0),
    "momentum": Row(
        partial(optimizers.momentum, 0.05, beta=0.8),
        partial(SGD, lr=0.05, momentum=0.8),
        partial(descent.momentum_step, beta=0.8),
        1,
    ),
    # torch's dampening leaves the first gradient whole, so it is no twin; the smaller rate is.
    "ema_momentum": Row(
        partial(optimizers.ema_momentum, 0.05, beta=0.8),
        partial(SGD, lr=0.05 * 0.2, momentum=0.8),
        partial(descent.ema_momentum_step, beta=0.8),
        1,
    ),
    "nesterov": Row(
        partial(optimizers.nesterov, 0.05, beta=0.8),
        partial(SGD, lr=0.05, momentum=0.8, nesterov=True),
        partial(descent.nesterov_step, beta=0.8),
        1,
    ),
    "adagrad": Row(
        partial(optimizers.adagrad, 0.05),
        partial(torch.optim.Adagrad, lr=0.05),
        adaptive.adagrad_step,
        1,
    ),
    "rmsprop": Row(
        partial(optimizers.rmsprop, 0.05, rho=0.9, eps=1e-3),
        partial(torch.optim.RMSprop, lr=0.05, alpha=0.9, eps=1e-3),
        partial(adaptive.rmsprop_step, rho=0.9, eps=1e-3),
        1,
    ),
    "adam": Row(
        partial(optimizers.adam, 0.05, beta1=0.8, beta2=0.95, eps=1e-3),
        partial(torch.optim.Adam, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
        partial(adaptive.adam_step, beta1=0.8, beta2=0.95, eps=1e-3),
        2,
        counted=True,
    ),
    "adamw": Row(
        partial(optimizers.adamw, 0.05, beta1=0.8, beta2=0.95, eps=1e-3, weight_decay=0.3),
        partial(torch.optim.AdamW, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.3),
        partial(adaptive.adamw_step, beta1=0.8, beta2=0.95, eps=1e-3, weight_decay=0.3),
        2,
        counted=True,
    ),
}


def public(module):
    """Public functions that a module defines, by name."""
    found = inspect.getmembers(module, inspect.isfunction)
    return {
        name: thing
        for name, thing in found
        if thing.__module__ == module.__name__ and not name.startswith("_")
    }


def start(seed=0):
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), np.ones(2))]


def gradient(params):
    """The gradient of an uneven bowl with a wave on it; works on NumPy arrays and tensors."""
    xp = torch if isinstance(leaves(params)[0], torch.Tensor) else np
    grads = [(1.0 + i) * w + 0.5 * xp.sin(3.0 * w) for i, w in enumerate(leaves(params))]
    return rebuild(params, grads)


def run(optimizer, params, steps=STEPS):
    state = optimizer.init(params)
    for _ in range(steps):
        params, state = optimizer.update(gradient(params), state, params)
    return params, state


def strictly(params):
    return rebuild(params, [array_api_strict.asarray(w) for w in leaves(params)])


def tensors(params):
    return rebuild(params, [torch.tensor(w) for w in leaves(params)])


def test_every_optimizer_and_every_step_has_a_row():
    assert set(public(optimizers)) == set(ROWS), "add a row with a twin in torch"
    steps = (set(public(descent)) | set(public(adaptive))) - HELPERS
    assert steps == {f"{name}_step" for name in ROWS}


@pytest.mark.parametrize("name", ROWS)
def test_twenty_steps_equal_torch(name):
    params = start()
    mine, _ = run(ROWS[name].mine(), params)
    theirs = [torch.tensor(w) for w in leaves(params)]
    twin = ROWS[name].twin(theirs)
    for _ in range(STEPS):
        for w, g in zip(theirs, gradient(theirs), strict=True):
            w.grad = g
        twin.step()
    for w, expected in zip(leaves(mine), theirs, strict=True):
        np.testing.assert_allclose(w, expected.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", ROWS)
def test_the_pair_takes_the_step_function_on_every_array(name):
    row = ROWS[name]
    params = start(1)
    optimizer = row.mine()
    state = optimizer.init(params)
    params, state = optimizer.update(gradient(params), state, params)
    new, after = optimizer.update(gradient(params), state, params)
    count = {"t": 2} if row.counted else {}
    for i, (w, g) in enumerate(zip(leaves(params), leaves(gradient(params)), strict=True)):
        out = row.step(w, g, *(slot[i] for slot in state.memories), lr=0.05, **count)
        out = out if row.memories else (out,)
        np.testing.assert_array_equal(out[0], leaves(new)[i])
        for memory, slot in zip(out[1:], after.memories, strict=True):
            np.testing.assert_array_equal(memory, slot[i])
    assert after.steps == 2
    assert len(after.memories) == row.memories


@pytest.mark.parametrize("name", ROWS)
def test_settings_that_are_not_given_are_torchs(name):
    def bare(function):
        return getattr(function, "func", function)

    own = inspect.signature(bare(ROWS[name].mine)).parameters
    step = inspect.signature(bare(ROWS[name].step)).parameters
    theirs = inspect.signature(bare(ROWS[name].twin)).parameters
    betas = theirs["betas"].default if "betas" in theirs else (0.9, None)
    torchs = dict(zip(("beta1", "beta2"), betas, strict=True))
    torchs |= {"beta": 0.9, "rho": theirs["alpha"].default if "alpha" in theirs else None}
    for setting in set(own) - {"learning_rate"}:
        expected = torchs[setting] if setting in torchs else theirs[setting].default
        assert own[setting].default == step[setting].default == expected
    if name.startswith("adam"):
        assert own["learning_rate"].default == step["lr"].default == theirs["lr"].default


@pytest.mark.parametrize("name", ROWS)
def test_numpy_torch_and_the_strict_standard_share_one_implementation(name):
    by_numpy, _ = run(ROWS[name].mine(), start())
    by_torch, _ = run(ROWS[name].mine(), tensors(start()))
    optimizer, params = ROWS[name].mine(), strictly(start())
    state = optimizer.init(params)
    by_strict, _ = optimizer.update(params, state, params)
    for one, other in zip(leaves(by_numpy), leaves(by_torch), strict=True):
        assert isinstance(other, torch.Tensor)
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-12)
    expected, _ = optimizer.update(start(), optimizer.init(start()), start())
    for one, other in zip(leaves(expected), leaves(by_strict), strict=True):
        np.testing.assert_allclose(one, np.asarray(other), rtol=1e-13)


@pytest.mark.parametrize("rate", [0.01, np.float64(0.01), lambda steps: np.float64(0.01)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ROWS)
def test_dtype_nesting_and_arguments_are_kept(name, dtype, rate):
    params = rebuild(start(), [w.astype(dtype) for w in leaves(start())])
    before = [w.copy() for w in leaves(params)]
    optimizer = public(optimizers)[name](rate)
    state = optimizer.init(params)
    remembered = [m.copy() for slot in state.memories for m in slot]
    new, after = optimizer.update(gradient(params), state, params)
    assert [type(layer) for layer in new] == [tuple, tuple]
    for w, old, fresh in zip(leaves(params), before, leaves(new), strict=True):
        np.testing.assert_array_equal(w, old)
        assert fresh.dtype == dtype
        assert fresh.shape == w.shape
    assert all(m.dtype == dtype for slot in after.memories for m in slot)
    for m, old in zip([m for slot in state.memories for m in slot], remembered, strict=True):
        np.testing.assert_array_equal(m, old)


@pytest.mark.parametrize("name", ROWS)
def test_numbers_are_welcome_to_the_steps(name):
    row = ROWS[name]
    count = {"t": 1} if row.counted else {}
    out = row.step(2, 4, *([0] * row.memories), lr=0.5, **count)
    w = out[0] if row.memories else out
    assert w.shape == ()
    assert w.dtype == np.float64
    assert float(w) < 2


@pytest.mark.parametrize("name", ROWS)
def test_a_gradient_of_another_shape_is_refused_not_broadcast(name):
    row = ROWS[name]
    count = {"t": 1} if row.counted else {}
    memories = [np.zeros((3, 1))] * row.memories
    with pytest.raises(ValueError, match=r"got g of shape \(3,\) for weights of shape \(3, 1\)"):
        row.step(np.ones((3, 1)), np.ones(3), *memories, lr=0.1, **count)
    with pytest.raises(ValueError, match="got 1 gradients for 4 parameters"):
        row.mine().update([np.ones(3)], row.mine().init(start()), start())


def test_settings_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"got learning_rate = -0\.1, wanted a finite number"):
        optimizers.sgd(-0.1)
    with pytest.raises(ValueError, match=r"got beta = 1\.0, wanted a share with 0 <= beta < 1"):
        optimizers.momentum(0.1, beta=1.0)
    with pytest.raises(ValueError, match=r"got beta2 = -1, wanted a share with 0 <= beta2 < 1"):
        optimizers.adam(beta2=-1)
    with pytest.raises(ValueError, match="got rho = 2, wanted a share with 0 <= rho < 1"):
        adaptive.rmsprop_step(1.0, 1.0, 0.0, 0.1, rho=2)
    with pytest.raises(ValueError, match="got t = 0, wanted the number of the step"):
        adaptive.adam_step(1.0, 1.0, 0.0, 0.0, t=0)


def test_a_run_continued_from_a_kept_state_is_the_same_run():
    optimizer = optimizers.adamw(schedules.cosine_decay(0.1, 20, warmup=3))
    whole, _ = run(optimizer, start())
    half, state = run(optimizer, start(), steps=10)
    for _ in range(10):
        half, state = optimizer.update(gradient(half), state, half)
    for one, other in zip(leaves(whole), leaves(half), strict=True):
        np.testing.assert_array_equal(one, other)


def test_ema_momentum_unrolls_as_in_the_notes():
    g, beta = [1.0, 10.0, 100.0], 0.75
    v = 0.0
    for gradient_now in g:
        _, v = descent.ema_momentum_step(0.0, gradient_now, v, lr=1.0, beta=beta)
    assert float(v) == (1 - beta) * (beta**2 * g[0] + beta * g[1] + g[2])


# Schedules: torch's own schedulers, and the bound on a quadratic.

TWINS = {
    "constant": (
        schedules.constant(0.3),
        partial(torch.optim.lr_scheduler.ConstantLR, factor=1.0, total_iters=1),
    ),
    "step_decay": (
        schedules.step_decay(0.3, every=4, factor=0.5),
        partial(torch.optim.lr_scheduler.StepLR, step_size=4, gamma=0.5),
    ),
    "exponential_decay": (
        schedules.exponential_decay(0.3, factor=0.9),
        partial(torch.optim.lr_scheduler.ExponentialLR, gamma=0.9),
    ),
    "inverse_time": (
        schedules.inverse_time(0.3, decay=0.5),
        partial(torch.optim.lr_scheduler.LambdaLR, lr_lambda=lambda t: 1 / (1 + 0.5 * t)),
    ),
    "cosine_decay": (
        schedules.cosine_decay(0.3, total=STEPS, final=0.01),
        partial(torch.optim.lr_scheduler.CosineAnnealingLR, T_max=STEPS, eta_min=0.01),
    ),
}


def test_every_schedule_has_a_twin():
    assert set(public(schedules)) - {"stable_lr_limit"} == set(TWINS)


@pytest.mark.parametrize("name", TWINS)
def test_schedules_equal_torch(name):
    mine, twin = TWINS[name]
    optimizer = SGD([torch.zeros(1)], lr=0.3)
    scheduler = twin(optimizer)
    for steps in range(STEPS + 1):
        assert isinstance(mine(steps), float)
        assert mine(steps) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12, abs=1e-15)
        optimizer.step()
        scheduler.step()


def test_warm_up_is_a_line_to_the_top_and_the_end_stays():
    schedule = schedules.cosine_decay(1.0, total=10, warmup=4, final=0.1)
    assert [schedule(t) for t in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert schedule(7) == pytest.approx(0.55)
    assert schedule(10) == schedule(99) == pytest.approx(0.1)


def test_an_optimizer_follows_its_schedule():
    optimizer = optimizers.sgd(schedules.step_decay(1.0, every=1, factor=0.5))
    params, state = [np.zeros(1)], optimizer.init([np.zeros(1)])
    for expected in (-1.0, -1.5, -1.75):
        params, state = optimizer.update([np.ones(1)], state, params)
        assert params[0][0] == expected


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: schedules.step_decay(0.1, every=0), "got every = 0, wanted at least 1 step"),
        (lambda: schedules.step_decay(0.1, 1, factor=2), "got factor = 2, wanted 0 < factor <= 1"),
        (lambda: schedules.inverse_time(0.1, decay=0), "got decay = 0, wanted a finite number"),
        (lambda: schedules.cosine_decay(0.1, 5, warmup=5), "got warmup = 5"),
        (lambda: schedules.constant(math.nan), "got learning_rate = nan"),
    ],
)
def test_schedules_name_what_is_out_of_range(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_the_stable_limit_is_the_edge_of_divergence():
    rng = np.random.default_rng(5)
    A = rng.normal(size=(4, 4))
    H = A @ A.T + np.eye(4)
    limit = float(stable_lr_limit(H))
    assert limit == pytest.approx(2 / np.linalg.eigvalsh(H).max(), rel=1e-12)
    sizes = []
    for lr in (0.99 * limit, 1.01 * limit):
        w = np.ones(4)
        for _ in range(2000):
            w = descent.sgd_step(w, H @ w, lr)
        sizes.append(np.linalg.norm(w))
    assert sizes[0] < 1e-3
    assert sizes[1] > 1e3
    assert float(stable_lr_limit(torch.tensor(H))) == pytest.approx(limit, rel=1e-12)


@pytest.mark.parametrize(
    ("hessian", "words"),
    [
        (np.ones((2, 3)), r"got hessian of shape \(2, 3\)"),
        (np.array([[1.0, 2.0], [0.0, 1.0]]), "not symmetric"),
        (np.array([[1.0, 0.0], [0.0, -1.0]]), "eigenvalue -1"),
        (np.array([[np.nan, 0.0], [0.0, 1.0]]), "not symmetric"),
    ],
)
def test_only_a_bowl_has_a_largest_stable_step(hessian, words):
    with pytest.raises(ValueError, match=words):
        stable_lr_limit(hessian)


# Clipping.


@pytest.mark.parametrize("max_norm", [0.5, 3.0, 1e3])
def test_clip_by_norm_equals_torch(max_norm):
    grads = start(3)
    mine = leaves(clip_by_norm(grads, max_norm))
    theirs = [torch.zeros(g.shape, dtype=torch.float64) for g in leaves(grads)]
    for leaf, g in zip(theirs, leaves(grads), strict=True):
        leaf.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(theirs, max_norm)
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other.grad.numpy(), rtol=2e-6)  # torch's epsilon
    whole = math.sqrt(sum(float(np.sum(g**2)) for g in leaves(grads)))
    clipped = math.sqrt(sum(float(np.sum(g**2)) for g in mine))
    assert clipped == pytest.approx(min(whole, max_norm), rel=1e-14)


def test_gradients_within_the_norm_are_unchanged_to_the_bit():
    grads = start(3)
    norm = math.sqrt(sum(float(np.sum(g**2)) for g in leaves(grads)))
    for g, cut in zip(leaves(grads), leaves(clip_by_norm(grads, norm * 1.0001)), strict=True):
        np.testing.assert_array_equal(g, cut)


def test_clip_by_value_equals_torch():
    grads = start(4)
    for g, cut in zip(leaves(grads), leaves(clip_by_value(grads, 0.7)), strict=True):
        np.testing.assert_array_equal(cut, torch.clamp(torch.tensor(g), -0.7, 0.7).numpy())


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_clipping_keeps_dtype_nesting_and_arguments(clip, dtype):
    grads = rebuild(start(), [g.astype(dtype) for g in leaves(start())])
    before = [g.copy() for g in leaves(grads)]
    out = clip(grads, 0.1)
    assert [type(layer) for layer in out] == [tuple, tuple]
    assert all(g.dtype == dtype for g in leaves(out))
    for g, old in zip(leaves(grads), before, strict=True):
        np.testing.assert_array_equal(g, old)
    torched = leaves(clip(tensors(grads), 0.1))
    for one, other in zip(leaves(out), torched, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-6)


def test_gradients_whose_squares_overflow_are_clipped_in_silence():
    clipped = clip_by_norm([np.array([3e200, 4e200])], 5.0)
    np.testing.assert_allclose(clipped[0], [3.0, 4.0])
    assert clip_by_norm([np.zeros(2), np.zeros(0)], 1.0)[0].tolist() == [0.0, 0.0]


def test_a_clipped_optimizer_steps_along_clipped_gradients():
    plain, short = optimizers.adam(0.1), clipped(optimizers.adam(0.1), 0.3)
    params, grads = start(), gradient(start())
    expected, _ = plain.update(clip_by_norm(grads, 0.3), plain.init(params), params)
    mine, _ = short.update(grads, short.init(params), params)
    for one, other in zip(leaves(mine), leaves(expected), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_clipping_refuses_what_no_clipping_can_mend(clip):
    with pytest.raises(ValueError, match="got a gradient with NaN or infinity"):
        clip([np.array([1.0, np.nan])], 1.0)
    with pytest.raises(ValueError, match=r"= 0, wanted a number above 0"):
        clip([np.ones(2)], 0)


def test_rebuild_counts():
    assert rebuild([(1, 2), [3]], [4, 5, 6]) == [(4, 5), [6]]
    with pytest.raises(ValueError, match="got 2 arrays, wanted 3"):
        rebuild([(1, 2), [3]], [4, 5])
