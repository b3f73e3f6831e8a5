"""The training loop: batches, runs that repeat, resume, stop, and leave files behind."""

import builtins
import csv
import io

import numpy as np
import pytest
import torch

from dlcourse.backprop import mlp_loss_and_grads
from dlcourse.callbacks import (
    ProgressBar,
    early_stopping,
    keep_best,
    keep_last,
    stop_early,
    write_csv,
)
from dlcourse.checkpoints import load_checkpoint, save_checkpoint
from dlcourse.optimizers import adamw, sgd
from dlcourse.pytrees import leaves, rebuild
from dlcourse.schedules import cosine_decay
from dlcourse.stepping import OptimizerState
from dlcourse.training import Snapshot, minibatches, train


def problem(seed=0, n=50):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
    params = [
        (rng.normal(size=(3, 8)), np.zeros(8)),
        (rng.normal(size=(8, 2)), np.zeros(2)),
    ]
    return params, (X, y)


def validate(params):
    loss, _ = mlp_loss_and_grads(params, *problem(9, 20)[1])
    return {"val_loss": float(loss)}


def go(epochs=6, seed=1, **kwargs):
    params, data = problem()
    optimizer = adamw(cosine_decay(0.05, 40, warmup=3))
    kwargs = {"size": 8, "rng": np.random.default_rng(seed), "evaluate": validate} | kwargs
    return train(params, data, mlp_loss_and_grads, optimizer, epochs=epochs, **kwargs)


def assert_same_run(one, other):
    assert one.history == other.history
    assert one.rng_state == other.rng_state
    assert one.state.steps == other.state.steps
    for mine, theirs in zip(leaves(one.params), leaves(other.params), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    for mine, theirs in zip(one.state.memories, other.state.memories, strict=True):
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(a, b)


# Mini-batches.


@pytest.mark.parametrize(("n", "size"), [(10, 3), (10, 10), (10, 99), (9, 3), (1, 1)])
def test_every_row_comes_once_with_its_target(n, size):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    batches = list(minibatches(X, y, size, np.random.default_rng(0)))
    assert [len(part) for part, _ in batches[:-1]] == [size] * (len(batches) - 1)
    assert 1 <= len(batches[-1][0]) <= size
    for rows, targets in batches:
        np.testing.assert_array_equal(rows[:, 0], 2 * targets)
    assert sorted(np.concatenate([targets for _, targets in batches])) == list(range(n))


def test_rows_are_dealt_anew_and_equal_seeds_deal_alike():
    def deal(rng):
        return [tuple(y) for _, y in minibatches(np.zeros((12, 1)), np.arange(12), 4, rng)]

    rng = np.random.default_rng(3)
    first, second = deal(rng), deal(rng)
    assert first != second
    assert {frozenset(batch) for batch in first} != {frozenset(batch) for batch in second}
    assert first == deal(np.random.default_rng(3))


def test_batches_of_tensors_are_tensors_dealt_as_numpy_deals():
    _, (X, y) = problem()
    by_numpy = minibatches(X, y, 8, np.random.default_rng(4))
    by_torch = minibatches(torch.tensor(X), torch.tensor(y), 8, np.random.default_rng(4))
    for (a, b), (c, d) in zip(by_numpy, by_torch, strict=True):
        assert isinstance(c, torch.Tensor)
        np.testing.assert_array_equal(a, c.numpy())
        np.testing.assert_array_equal(b, d.numpy())


def test_batches_name_what_does_not_fit_before_the_first_is_asked_for():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"got X \(3, 1\) and y \(2,\)"):
        minibatches(np.ones((3, 1)), np.ones(2), 2, rng)
    with pytest.raises(ValueError, match="got size = 0, wanted at least 1 row"):
        minibatches(np.ones((3, 1)), np.ones(3), 0, rng)


# The loop.


def test_training_learns_and_keeps_its_arguments():
    params, data = problem()
    before = [w.copy() for w in leaves(params)], [part.copy() for part in data]
    optimizer = sgd(0.5)
    rng = np.random.default_rng(0)
    run = train(params, data, mlp_loss_and_grads, optimizer, epochs=60, size=10, rng=rng)
    assert run.values("loss")[-1] < 0.5 * run.values("loss")[0]
    assert run.state.steps == 60 * 5
    for now, old in zip([*leaves(params), *data], [*before[0], *before[1]], strict=True):
        np.testing.assert_array_equal(now, old)


def test_the_recorded_loss_is_the_mean_over_the_examples():
    seen = []

    def spy(params, X, y):
        loss, grads = mlp_loss_and_grads(params, X, y)
        seen.append((float(loss), len(X)))
        return loss, grads

    params, data = problem()
    rng = np.random.default_rng(0)
    run = train(params, data, spy, sgd(0.1), epochs=1, size=8, rng=rng)
    assert [n for _, n in seen] == [8] * 6 + [2]
    assert run.values("loss") == [pytest.approx(sum(x * n for x, n in seen) / 50, rel=1e-12)]


def test_equal_seeds_give_equal_runs_and_other_seeds_others():
    assert_same_run(go(), go())
    assert go().history != go(seed=2).history


def test_torch_takes_the_same_run():
    params, data = problem()
    tensors = rebuild(params, [torch.tensor(w) for w in leaves(params)])
    settings = {"epochs": 3, "size": 8}
    by_torch = train(
        tensors,
        tuple(torch.tensor(part) for part in data),
        mlp_loss_and_grads,
        sgd(0.1),
        rng=np.random.default_rng(1),
        **settings,
    )
    by_numpy = train(
        params, data, mlp_loss_and_grads, sgd(0.1), rng=np.random.default_rng(1), **settings
    )
    assert by_torch.values("loss") == pytest.approx(by_numpy.values("loss"), rel=1e-12)
    for one, other in zip(leaves(by_numpy.params), leaves(by_torch.params), strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.parametrize("at", [0, 1, 4])
def test_a_run_resumed_from_a_file_is_the_run_that_was_never_interrupted(tmp_path, suffix, at):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    path = tmp_path / f"run.{suffix}"
    save_checkpoint(path, go(epochs=at))
    resumed = go(seed=777, resume=load_checkpoint(path))  # the seed is overruled
    assert_same_run(resumed, go())
    assert [type(layer) for layer in resumed.params] == [tuple, tuple]


def test_noise_drawn_from_the_same_generator_resumes_too(tmp_path):
    def run(epochs, resume=None):
        rng = np.random.default_rng(5)

        def noisy(params, X, y):
            return mlp_loss_and_grads(params, X + 0.1 * rng.normal(size=X.shape), y)

        params, data = problem()
        settings = {"epochs": epochs, "size": 8, "rng": rng, "resume": resume}
        return train(params, data, noisy, sgd(0.1), **settings)

    assert_same_run(run(5, resume=run(2)), run(5))


@pytest.mark.parametrize("bits", ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
def test_checkpoints_keep_every_generator_of_numpy(tmp_path, bits):
    def fresh(seed):
        return np.random.Generator(getattr(np.random, bits)(seed))

    save_checkpoint(tmp_path / "run.npz", go(epochs=2, rng=fresh(3)))
    run = load_checkpoint(tmp_path / "run.npz")
    resumed, whole = go(epochs=4, rng=fresh(8), resume=run), go(epochs=4, rng=fresh(3))
    assert resumed.history == whole.history


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"epochs": -1}, "got epochs = -1 and 50 rows"),
        ({"size": 0}, "got size = 0"),
        ({"callbacks": [stop_early(2, watch="accuracy")]}, "each epoch records epoch, loss, val_l"),
    ],
)
def test_the_loop_names_what_does_not_fit(kwargs, words):
    with pytest.raises(ValueError, match=words):
        go(**kwargs)


def test_no_data_is_no_training():
    with pytest.raises(ValueError, match="0 rows of data"):
        train([], (np.ones((0, 3)), np.ones(0)), None, sgd(0.1), epochs=1, size=1, rng=None)


# Early stopping.


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "expected"),
    [
        ([5, 4, 3], 2, 0.0, (2, 2)),
        ([5, 4, 4.5, 4.2, 3], 2, 0.0, (3, 1)),
        ([5, 4, 4.5, 3, 3.5, 3.2], 2, 0.0, (5, 3)),
        ([3, 3, 3, 3], 3, 0.0, (3, 0)),
        ([3.0, 2.75, 2.75, 1.0], 2, 0.25, (2, 0)),  # exactly min_delta is no improvement
        ([3.0, 2.75, 2.5, 2.25], 2, 0.2, (3, 3)),
        ([3.0, 2.75, 2.5, 2.25], 2, 0.25, (3, 2)),  # small steps add up against the best
        ([np.nan, 2.0, np.nan, 1.0], 3, 0.0, (3, 3)),
        ([1.0], 1, 0.0, (0, 0)),
    ],
)
def test_early_stopping_by_hand(losses, patience, min_delta, expected):
    assert early_stopping(losses, patience, min_delta) == expected


@pytest.mark.parametrize(
    ("losses", "patience", "delta"), [([], 1, 0.0), ([1], 0, 0.0), ([1], 1, -1.0)]
)
def test_early_stopping_names_what_is_out_of_range(losses, patience, delta):
    with pytest.raises(ValueError, match=f"got {len(losses)} losses, patience = {patience}"):
        early_stopping(losses, patience, delta)


@pytest.mark.parametrize("largest", [False, True])
def test_a_run_stops_where_the_rule_says(largest):
    values = iter([5.0, 4.0, 4.5, 4.2, 3.0, 2.0])
    sign = -1 if largest else 1
    stop = stop_early(2, watch="score", largest=largest)
    run = go(evaluate=lambda params: {"score": sign * next(values)}, callbacks=[stop])
    assert run.epoch == 4  # epoch 3, counted from 0


def test_a_resumed_run_stops_where_the_whole_run_stops():
    def run(**kwargs):
        values = dict(enumerate([5.0, 4.0, 4.5, 4.2, 3.0, 2.0]))
        done = kwargs["resume"].epoch if "resume" in kwargs else 0
        rest = iter([values[i] for i in range(done, 6)])
        return go(evaluate=lambda params: {"val_loss": next(rest)}, **kwargs)

    whole = run(callbacks=[stop_early(2)])
    half = run(epochs=3, callbacks=[stop_early(2)])
    assert_same_run(run(resume=half, callbacks=[stop_early(2)]), whole)


# Files.


@pytest.mark.parametrize("largest", [False, True])
def test_the_best_checkpoint_is_the_best_epoch(tmp_path, largest):
    values, kept = iter([5.0, 2.0, 4.0, 2.0, 3.0]), []
    sign = -1 if largest else 1
    keep = keep_best(tmp_path / "best.npz", watch="score", largest=largest)
    spy = [keep, lambda run: kept.append(run.params)]
    go(epochs=5, evaluate=lambda params: {"score": sign * next(values)}, callbacks=spy)
    best = load_checkpoint(tmp_path / "best.npz")
    assert best.epoch == 2
    for one, other in zip(leaves(best.params), leaves(kept[1]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_last_checkpoint_and_the_log_hold_the_whole_run(tmp_path):
    files = [keep_last(tmp_path / "last.npz"), write_csv(tmp_path / "log.csv")]
    half = go(epochs=2, callbacks=files)
    assert_same_run(load_checkpoint(tmp_path / "last.npz"), half)
    run = go(resume=half, callbacks=files)
    assert_same_run(load_checkpoint(tmp_path / "last.npz"), run)
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [float(row["val_loss"]) for row in rows] == run.values("val_loss")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.npz", "log.csv"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_checkpoints_keep_dtype_nesting_and_scalars(tmp_path, suffix, dtype):
    if suffix == "safetensors":
        pytest.importorskip("safetensors")
    params = [(np.ones((2, 3), dtype).T, [np.asarray(2.0, dtype)]), np.zeros(0, dtype)]
    path = tmp_path / f"run.{suffix}"
    save_checkpoint(path, Snapshot(params, adamw().init(params), {}))
    back = load_checkpoint(path)
    assert [type(back.params), type(back.params[0]), type(back.params[0][1])] == [list, tuple, list]
    for one, other in zip(leaves(params), leaves(back.params), strict=True):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        np.testing.assert_array_equal(one, other)


def test_checkpoints_of_tensors_come_back_as_what_one_likes(tmp_path):
    leaf = torch.ones(2, dtype=torch.float32, requires_grad=True)
    save_checkpoint(tmp_path / "run.npz", Snapshot([leaf], OptimizerState(0, ()), {}))
    assert isinstance(load_checkpoint(tmp_path / "run.npz").params[0], np.ndarray)
    (back,) = load_checkpoint(tmp_path / "run.npz", like=torch.zeros(1)).params
    assert isinstance(back, torch.Tensor)
    assert back.dtype == torch.float32


def test_other_files_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.ones(2))
    with pytest.raises(ValueError, match="wanted one that save_checkpoint wrote"):
        load_checkpoint(tmp_path / "other.npz")
    with pytest.raises(ValueError, match=r"wanted a name that ends in \.npz or \.safetensors"):
        save_checkpoint(tmp_path / "run.pt", go(epochs=0))
    assert not (tmp_path / "run.pt").exists()


def without(monkeypatch, package):
    """Make the import of a package fail, as where it is not installed."""
    true_import = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] == package:
            raise ImportError(name)
        return true_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_without_safetensors_the_error_says_what_to_do(tmp_path, monkeypatch):
    without(monkeypatch, "safetensors")
    with pytest.raises(ImportError, match=r"pip install safetensors, or end the name in \.npz"):
        save_checkpoint(tmp_path / "run.safetensors", go(epochs=0))


# The bar.


def test_the_bar_shows_the_epochs_and_the_loss():
    console = pytest.importorskip("rich.console").Console(
        file=io.StringIO(), force_terminal=True, width=100
    )
    with ProgressBar(epochs=6, console=console) as bar:
        run = go(callbacks=[bar])
    assert f"epoch 6, loss {run.values('loss')[-1]:.4g}" in console.file.getvalue()


def test_without_rich_the_run_is_silent_and_the_same(monkeypatch, capsys):
    without(monkeypatch, "rich")
    with ProgressBar(epochs=6) as bar:
        assert_same_run(go(callbacks=[bar]), go())
    assert capsys.readouterr() == ("", "")
