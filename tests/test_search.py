"""Searching: every branch of a grid once, random points in range, and a log scale that is one."""

import math

import numpy as np
import pytest

from dlcourse.search import best_trial, grid_search, network_space, random_search
from dlcourse.spaces import Draw, GridDraw, OptunaDraw, RandomDraw, log_uniform


def branching(draw):
    """A space whose questions depend on the answers."""
    if draw.choice("kind", ["shallow", "deep"]) == "shallow":
        return ("shallow", draw.uniform("rate", 0.0, 1.0))
    depth = draw.integer("depth", 2, 3)
    return ("deep", *(draw.integer(f"width{i}", 1, 2) for i in range(depth)))


def test_log_uniform_is_uniform_in_the_logarithm():
    x = log_uniform(1e-4, 1.0, 20_000, np.random.default_rng(0))
    assert x.shape == (20_000,)
    assert x.min() >= 1e-4
    assert x.max() <= 1.0
    ranks = np.sort(np.log10(x)) / 4 + 1  # uniform on [0, 1]
    steps = np.arange(1, 20_001) / 20_000
    assert np.abs(ranks - steps).max() < 1.63 / math.sqrt(20_000)  # Kolmogorov, 1 %
    again = log_uniform(1e-4, 1.0, 20_000, np.random.default_rng(0))
    np.testing.assert_array_equal(x, again)
    assert log_uniform(0.1, 0.1, 3, np.random.default_rng(1)).tolist() == [0.1] * 3


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (2, 1), (1, math.inf), (math.nan, 1)])
def test_a_log_scale_needs_positive_bounds(low, high):
    with pytest.raises(ValueError, match="wanted finite 0 < low <= high"):
        log_uniform(low, high, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"rate: got .* wanted finite 0 < low <= high"):
        RandomDraw(np.random.default_rng(0)).log_uniform("rate", low, high)


def test_a_grid_takes_every_branch_once():
    points = [trial.described for trial in grid_search(branching, lambda point: 0, levels=3)]
    shallow = [("shallow", rate) for rate in (0.0, 0.5, 1.0)]
    two = [("deep", a, b) for a in (1, 2) for b in (1, 2)]
    three = [("deep", a, b, c) for a in (1, 2) for b in (1, 2) for c in (1, 2)]
    assert points == shallow + two + three


def test_settings_are_those_of_the_branch_taken():
    trials = grid_search(branching, lambda point: 0, levels=2)
    assert trials[0].settings == {"kind": "shallow", "rate": 0.0}
    assert list(trials[-1].settings) == ["kind", "depth", "width0", "width1", "width2"]


def test_grids_are_spaced_as_the_setting_is_drawn():
    def space(draw):
        return draw.log_uniform("rate", 0.01, 1.0)

    rates = [trial.described for trial in grid_search(space, lambda rate: 0, levels=3)]
    assert rates == pytest.approx([0.01, 0.1, 1.0])
    widths = grid_search(lambda draw: draw.integer("width", 10, 20), float, levels=3)
    assert [trial.described for trial in widths] == [10, 15, 20]
    single = grid_search(lambda draw: draw.uniform("x", 2.0, 2.0), float, levels=5)
    assert [trial.described for trial in single] == [2.0]
    with pytest.raises(ValueError, match="got levels = 1, wanted at least 2"):
        grid_search(space, float, levels=1)


def test_random_search_stays_in_range_takes_both_branches_and_repeats():
    trials = random_search(branching, lambda point: len(point), 200, np.random.default_rng(3))
    kinds = [trial.settings["kind"] for trial in trials]
    assert 60 < kinds.count("deep") < 140
    for trial in trials:
        assert trial.score == len(trial.described)
        assert all(1 <= v <= 2 for k, v in trial.settings.items() if k.startswith("width"))
        assert 0 <= trial.settings.get("rate", 0) <= 1
    widths = {v for t in trials for k, v in t.settings.items() if k.startswith("width")}
    assert widths == {1, 2}
    assert trials == random_search(branching, len, 200, np.random.default_rng(3))
    assert trials != random_search(branching, len, 200, np.random.default_rng(4))


def test_the_search_finds_the_best():
    def space(draw):
        return draw.log_uniform("rate", 1e-4, 1.0)

    def objective(rate):
        return math.nan if rate > 0.5 else (math.log10(rate) + 2) ** 2

    found = best_trial(random_search(space, objective, 200, np.random.default_rng(0)))
    assert found.described == pytest.approx(0.01, rel=0.2)
    assert best_trial(grid_search(space, objective, levels=5)).described == pytest.approx(0.01)
    with pytest.raises(ValueError, match="got no trials"):
        best_trial([])


def check_network(network, settings):
    hidden = network["hidden"]
    blocks = settings["blocks"]
    assert len(hidden) == 2 + blocks
    assert (network["inputs"], network["outputs"]) == (784, 10)
    ranges = [(200, 400), (100, 200)] + [(50, 100)] * blocks
    for layer, (low, high) in zip(hidden, ranges, strict=True):
        assert low <= layer["units"] <= high
        assert layer["activation"] in ("tanh", "relu")
    assert all(0.1 <= layer["penalty"] <= 0.5 for layer in hidden[2:])
    assert len(settings) == 2 * 2 + 1 + 4 * blocks  # nothing is asked for layers that are not there


def test_the_space_of_the_notes_has_branches():
    trials = random_search(network_space, lambda network: 0, 60, np.random.default_rng(0))
    for trial in trials:
        check_network(trial.described, trial.settings)
    assert {trial.settings["blocks"] for trial in trials} == {2, 3, 4}
    penalties = [layer["penalty"] for t in trials for layer in t.described["hidden"][2:]]
    middle = math.sqrt(0.1 * 0.5)  # the median of a log scale, not 0.3
    assert abs(np.median(penalties) - middle) < 0.03


def test_draws_name_what_does_not_fit():
    for draw in (RandomDraw(np.random.default_rng(0)), GridDraw([], 2)):
        with pytest.raises(ValueError, match="kind: got no options"):
            draw.choice("kind", [])
        with pytest.raises(ValueError, match="width: got 3 to 2"):
            draw.integer("width", 3, 2)
        with pytest.raises(ValueError, match=r"rate: got 0\.0 to inf"):
            draw.uniform("rate", 0.0, math.inf)
        draw.uniform("rate", 0.0, 1.0)
        with pytest.raises(ValueError, match="rate: asked twice"):
            draw.uniform("rate", 0.0, 1.0)


def test_optuna_answers_the_same_questions():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seen = []

    def objective(trial):
        draw = OptunaDraw(trial)
        check_network(network_space(draw), draw.settings)
        seen.append(trial.params == draw.settings)
        return draw.settings["first.units"]

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=20)
    assert seen == [True] * 20


class Spy:
    """Takes Optuna's place: notes what it was asked."""

    def __init__(self):
        self.asked = []

    def suggest_categorical(self, name, options):
        self.asked.append((name, options))
        return options[0]

    def suggest_int(self, name, low, high):
        self.asked.append((name, low, high))
        return low

    def suggest_float(self, name, low, high, *, log):
        self.asked.append((name, low, high, log))
        return low


def test_questions_are_passed_on_with_their_scale():
    spy = Spy()
    draw: Draw = OptunaDraw(spy)
    assert draw.choice("kind", ("a", "b")) == "a"
    assert (draw.integer("n", 1, 4), draw.uniform("x", 0, 2), draw.log_uniform("r", 1, 9)) == (
        1,
        0,
        1,
    )
    expected = [("kind", ["a", "b"]), ("n", 1, 4), ("x", 0, 2, False), ("r", 1, 9, True)]
    assert spy.asked == expected
