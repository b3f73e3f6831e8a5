"""What chapter 4 draws: landscapes, races, noise and searches keep what their captions say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlcourse.figures import batches, descent, memory, races, scales, searching
from dlcourse.figures.landscapes import LANDSCAPES, RACERS, run
from dlcourse.figures.style import LIGHT, to_moving_svg, to_svg
from dlcourse.gradcheck import numerical_gradient, relative_error
from dlcourse.schedules import stable_lr_limit


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_slope_of_a_landscape_is_the_slope_of_its_height(name):
    rng, land = np.random.default_rng(0), LANDSCAPES[name]
    for w in rng.uniform(-2, 2, (5, 2)):
        numerical = numerical_gradient(lambda v: land.heights(v)[0], w)
        assert relative_error(land.heights(w)[1], numerical) < 1e-7


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_lowest_points_are_lowest_and_have_height_zero(name):
    land = LANDSCAPES[name]
    left, right, bottom, top = land.window
    x, y = np.meshgrid(np.linspace(left, right, 301), np.linspace(bottom, top, 301))
    assert land.heights(np.stack([x, y]))[0].min() >= 0
    for goal in land.goals:
        value, slope = land.heights(np.array(goal))
        assert value == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(slope, 0, atol=1e-12)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_racers_start_together_and_end_lower(name):
    land = LANDSCAPES[name]
    assert set(land.rates) == set(RACERS)
    for racer in RACERS:
        path = run(land, racer, races.STEPS)
        assert path.shape == (races.STEPS + 1, 2)
        assert tuple(path[0]) == land.start
        assert land.heights(path[-1])[0] < land.heights(path[0])[0] / 2


def test_the_race_goes_as_its_caption_says():
    ends = {
        (place, racer): land.heights(run(land, racer, races.STEPS)[-1])[0]
        for place, land in LANDSCAPES.items()
        for racer in races.HEADS
    }
    assert ends["bowl", "SGD"] < ends["bowl", "momentum"]
    assert ends["valley", "momentum"] < 0.1 * min(
        ends["valley", racer] for racer in races.HEADS if racer != "momentum"
    )
    assert ends["bumps", "momentum"] < 0.01
    assert all(ends["bumps", racer] > 0.3 for racer in races.HEADS if racer != "momentum")
    saddle = LANDSCAPES["saddle"]
    early = {racer: abs(run(saddle, racer, 10)[-1][1]) for racer in races.HEADS}
    assert min(early[name] for name in ("AdaGrad", "RMSProp", "Adam")) > 0.2
    assert max(early["SGD"], early["momentum"]) < 0.1


def test_the_motion_of_the_race_ends_in_its_still():
    picture = races.race(LIGHT)
    ids = re.findall(r'id="((?:path|head)-[\w-]+)"', to_svg(picture))
    wanted = {
        f"{p}-{place}-{r}" for p in ("path", "head") for place in LANDSCAPES for r in races.HEADS
    }
    assert wanted == set(ids)
    assert len(ids) == len(wanted)
    for name in wanted:
        assert f"#{name}" in picture.motion
    last = re.findall(r"100%\{([^}]*)\}", picture.motion)
    assert len(last) == len(wanted)
    assert set(last) <= {
        *("stroke-dashoffset:0.0", "transform:translate(0.0px,-0.0px)"),
        "transform:translate(0.0px,0.0px)",
    }
    moving = to_moving_svg(picture)
    assert "prefers-reduced-motion: no-preference" in moving
    assert moving.count("</svg>") == 1


def test_rates_of_the_figure_stand_on_both_sides_of_the_threshold():
    limit = float(stable_lr_limit(np.diag(descent.CURVATURES)))
    assert descent.RATES[2] < limit < descent.RATES[3]
    far = [np.hypot(*descent.descend_bowl(rate, 100)[-1]) for rate in descent.RATES]
    assert far[2] < far[1] < far[0] < 2.6 < far[3]


def test_only_clipping_survives_the_cliff():
    assert np.abs(descent.cliff_walk(None)).max() > 10
    assert np.abs(descent.cliff_walk(1.0)).max() <= 1.6
    slope = numerical_gradient(lambda w: descent.cliff_loss(w)[0], np.array(0.02))
    assert relative_error(descent.cliff_loss(0.02)[1], slope) < 1e-6


def test_single_examples_do_not_settle():
    X, y = batches.line_data()
    goal = np.linalg.lstsq(X, y, rcond=None)[0]
    ends = {size: batches.walk(size)[-20:] - goal for size in batches.SIZES}
    assert np.ptp(ends[1], axis=0).max() > 0.05
    assert np.hypot(*ends[256][-1]) < 0.05


def test_noise_falls_with_the_root_of_the_batch():
    without, replaced = batches.measured_noise()
    law = batches.spread_of_one() / np.sqrt(batches.NOISE_SIZES)
    np.testing.assert_allclose(replaced, law, rtol=0.15)
    assert without[-1] == pytest.approx(0, abs=1e-12)


def test_only_the_correction_keeps_the_first_steps_of_adam_in_bounds():
    corrected, plain = memory.adam_lengths(50)
    np.testing.assert_allclose(corrected, 1)
    assert plain[0] == pytest.approx(0.1 / np.sqrt(0.001))
    assert plain.max() > 6


def test_gradients_of_the_normalized_network():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 64)), rng.integers(10, size=6)
    for normalized in (False, True):
        params = scales.start_params(0, normalized)
        _, grads = scales.loss_and_grads(params, X, y)
        for place in range(len(params[0])):

            def loss(array, params=params, place=place):
                first = (*params[0][:place], array, *params[0][place + 1 :])
                return scales.loss_and_grads([first, *params[1:]], X, y)[0]

            numerical = numerical_gradient(loss, params[0][place])
            np.testing.assert_allclose(grads[0][place], numerical, atol=1e-7)


def test_random_search_sees_more_values_than_a_grid():
    grid, random = searching.searches()
    assert len(grid) == len(random) == searching.POINTS
    values = [{round(trial.settings["matters"], 9) for trial in t} for t in (grid, random)]
    assert (len(values[0]), len(values[1])) == (4, 16)
    assert min(t.score for t in random) < min(t.score for t in grid)
