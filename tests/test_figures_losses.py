"""What the pictures of chapter 2 claim is what the library computes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlcourse.figures import information as shown
from dlcourse.figures import losses, surfaces
from dlcourse.figures.style import LIGHT
from dlcourse.information import entropy, kl_divergence, surprise


@pytest.mark.parametrize(("name", "base", "said"), losses.UNITS)
def test_every_number_of_the_notes_lies_on_the_curve_of_its_unit_and_no_other(name, base, said):
    others = [other for _, other, _ in losses.UNITS if other != base]
    for p, value in said:
        assert abs(surprise(p, base) - value) < 0.01, name
        gaps = [abs(surprise(p, other) - value) for other in others]
        assert abs(surprise(p, base) - value) < min(gaps)


def test_the_marbles_have_the_entropy_that_the_alt_text_says():
    assert entropy(shown.MARBLES).item() == pytest.approx(1.4056, abs=1e-4)
    assert entropy(shown.MARBLES, math.e).item() == pytest.approx(0.9743, abs=1e-4)
    assert "1.406 bits" in shown.entropy_areas(LIGHT).alt


def test_the_survey_has_the_ratios_of_the_notes():
    assert (shown.YEAR_1 / shown.YEAR_2).tolist() == [1.0, 0.25, 4.0]
    assert shown.YEAR_1.sum() == pytest.approx(1)
    assert shown.YEAR_2.sum() == pytest.approx(1)


def test_one_bell_covers_both_humps_or_sits_on_one():
    (wide_mean, wide), (narrow_mean, narrow) = shown.best_bells().values()
    mean = 0.62 * -1.6 + 0.38 * 1.8  # of the two humps; covering matches mean and variance
    spread = 0.62 * (0.6**2 + 1.6**2) + 0.38 * (0.7**2 + 1.8**2) - mean**2
    assert wide_mean == pytest.approx(mean, abs=0.05)
    assert wide == pytest.approx(math.sqrt(spread), abs=0.05)
    assert narrow_mean == pytest.approx(-1.6, abs=0.1)
    assert narrow == pytest.approx(0.6, abs=0.1)


def test_the_two_directions_differ_for_the_start_of_the_widget():
    forward = kl_divergence(shown.START_P, shown.START_Q)
    assert np.isfinite(forward)
    assert np.isinf(kl_divergence(shown.START_Q, shown.START_P))


def test_three_ends_of_training_lie_in_valleys():
    losses_, ends = surfaces.network_plane()
    assert losses_.shape == (45, 45)
    assert max(ends) < 0.05
    assert surfaces.between_ends() > 10 * max(ends)


def test_only_the_form_with_log1p_keeps_a_small_loss():
    right = surfaces.computed_losses(np.array([30.0, 50.0]), 0)
    assert right["with log1p"] == pytest.approx(np.exp([-30.0, -50.0]), rel=1e-12)
    assert right["log-softmax"][1] == 0
    wrong = surfaces.computed_losses(np.array([800.0]), 1)
    assert np.isinf(wrong["log of softmax"][0])
    assert wrong["log-softmax"][0] == wrong["with log1p"][0] == 800
