"""What chapter 5 draws: fits, penalties, masks and cures keep what their captions say."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlcourse.figures import dropping, few_digits, penalties
from dlcourse.figures.style import LIGHT, to_svg
from dlcourse.gradcheck import numerical_gradient
from dlcourse.polynomials import ridge_fit


def test_gradients_of_the_regularized_network():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((5, 64)), rng.integers(10, size=5)
    params = [
        (rng.standard_normal((64, 4)), np.zeros(4)),
        (rng.standard_normal((4, 10)), np.zeros(10)),
    ]
    method = few_digits.Method(penalty=0.1, p_drop=0.5)

    def total(W):
        changed = [params[0], (W, params[1][1])]
        loss, _ = few_digits.loss_and_grads(method, np.random.default_rng(1))(changed, X, y)
        return loss + 0.1 * np.sum(W**2)

    _, grads = few_digits.loss_and_grads(method, np.random.default_rng(1))(params, X, y)
    np.testing.assert_allclose(grads[1][0], numerical_gradient(total, params[1][0]), atol=1e-6)


def test_shifted_images_reach_the_network():
    X, y = few_digits.split()[0]
    params = [(np.eye(64), np.zeros(64)), (np.ones((64, 10)), np.zeros(10))]
    plain = few_digits.loss_and_grads(few_digits.Method(), np.random.default_rng(0))(params, X, y)
    shifted = few_digits.loss_and_grads(few_digits.Method(shift=1), np.random.default_rng(0))(
        params, X, y
    )
    assert not np.allclose(plain[1][1][0], shifted[1][1][0])


def test_training_and_held_out_images_are_different_ones():
    (X, y), (X_new, y_new) = few_digits.split(0, 0.0)
    assert (len(X), len(X_new)) == (few_digits.IMAGES, 800)
    pool = {row.tobytes() for row in X_new}
    assert sum(row.tobytes() in pool for row in X) == 0
    lied = few_digits.split(0, 1.0)[0][1]
    assert 0.02 < np.mean(lied == y) < 0.25
    np.testing.assert_array_equal(few_digits.split(0, 1.0)[1][1], y_new)


def test_losses_part_and_stopping_helps():
    seen = few_digits.history("none")
    best = int(seen["val_loss"].argmin())
    assert seen["train_loss"][-1] < 0.6 * seen["train_loss"][best]
    assert seen["val_loss"][-1] > 1.1 * seen["val_loss"][best]
    assert seen["test_accuracy"][best] > seen["test_accuracy"][-1]


def test_the_lasso_solves_its_conditions():
    """At the minimum the slope of the error is lambda where a weight lives, and less elsewhere."""
    rng = np.random.default_rng(0)
    X, lam = rng.standard_normal((40, 5)), 30.0
    y = X @ [2.0, -1.0, 0.0, 0.0, 0.3] + rng.standard_normal(40)
    X, y = X - X.mean(axis=0), y - y.mean()
    w = penalties.lasso_fit(X, y, lam, rounds=500)
    slope = 2 * X.T @ (y - X @ w)
    alive = w != 0
    assert alive.any()
    assert not alive.all()
    np.testing.assert_allclose(slope[alive], lam * np.sign(w[alive]), rtol=1e-8)
    assert np.all(np.abs(slope[~alive]) <= lam)
    np.testing.assert_allclose(penalties.lasso_fit(X, y, 0.0, 500), ridge_fit(X, y)[0], atol=1e-8)


def test_the_diamond_is_touched_at_a_corner_and_the_disk_is_not():
    np.testing.assert_allclose(penalties.touching("L1"), [1, 0], atol=1e-4)
    round_ = penalties.touching("L2")
    assert np.hypot(*round_) == pytest.approx(1)
    assert round_.min() > 0.05


def test_only_l1_arrives_at_zero():
    squared, absolute = penalties.shrinking()
    assert squared[-1] > 0
    assert absolute[-1] == 0
    np.testing.assert_allclose(squared, 0.94 ** np.arange(61))


def test_only_decoupled_decay_shrinks_all_alike():
    apart = [penalties.decayed(True, noise, 1000) for noise in (0.01, 100.0)]
    inside = [penalties.decayed(False, noise, 1000) for noise in (0.01, 100.0)]
    np.testing.assert_allclose(apart, np.exp(-1), rtol=0.03)
    assert inside[0] < 0.3 < apart[0]
    assert inside[1] > 0.95


def test_means_over_masks_settle_at_what_is_used_at_test_time():
    means, targets = dropping.running_means()
    for name, goal in targets.items():
        assert means[name][-1] == pytest.approx(goal, abs=0.03)
    assert targets["plain"] == pytest.approx(0.8 * targets["inverted"])


def test_masks_in_motion_end_in_the_still():
    picture, kept = dropping.masks(LIGHT), dropping.unit_masks()
    assert kept[:, : dropping.LAYERS[0]].all()
    assert kept[:, -dropping.LAYERS[-1] :].all()
    hidden = kept[:, dropping.LAYERS[0] : -dropping.LAYERS[-1]]
    assert 0.3 < hidden.mean() < 0.7
    ids = re.findall(r'id="((?:unit|wire)-[\d-]+)"', to_svg(picture))
    assert len(ids) == len(set(ids)) == sum(dropping.LAYERS) + 3 * 6 + 6 * 6 + 6 * 2
    for name in ids:
        assert f"#{name} " in picture.motion
    for unit, alive in enumerate(kept[-1]):
        frames = re.search(rf"@keyframes b-unit-{unit}\{{(.*)\}}\n", picture.motion)[1]
        shades = [float(shade) for shade in re.findall(r"%\{fill-opacity:([\d.]+);", frames)]
        assert [shade == 1 for shade in shades[:-1]] == kept[:, unit].tolist()
        assert (shades[-1] == 1) == alive
