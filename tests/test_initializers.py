"""Initial weights: the variance that each rule promises, and what it keeps alive."""

import numpy as np
import pytest

from dlcourse.activations import relu, tanh
from dlcourse.initializers import he_normal, lecun_normal, xavier_normal, xavier_uniform

VARIANCES = {
    xavier_uniform: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    xavier_normal: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    lecun_normal: lambda fan_in, fan_out: 1 / fan_in,
    he_normal: lambda fan_in, fan_out: 2 / fan_in,
}
RULES = pytest.mark.parametrize("rule", VARIANCES, ids=lambda rule: rule.__name__)


@RULES
@pytest.mark.parametrize("shape", [(400, 100), (100, 400)])
def test_mean_and_variance(rule, shape):
    W = rule(*shape, np.random.default_rng(0))
    wanted = VARIANCES[rule](*shape)
    assert W.shape == shape
    assert abs(W.mean()) < 5 * np.sqrt(wanted / W.size)
    assert W.var() == pytest.approx(wanted, rel=5 * np.sqrt(2 / W.size))


@RULES
def test_the_shape_of_the_distribution(rule):
    W = rule(200, 200, np.random.default_rng(1))
    kurtosis = np.mean(W**4) / W.var() ** 2
    assert kurtosis == pytest.approx(1.8 if rule is xavier_uniform else 3.0, abs=0.1)
    if rule is xavier_uniform:
        assert np.abs(W).max() <= np.sqrt(6 / 400)
        assert np.abs(W).max() > 0.99 * np.sqrt(6 / 400)


@RULES
def test_equal_generators_give_equal_weights(rule):
    one, same, other = (rule(5, 3, np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@RULES
def test_dtype_and_bad_fans(rule):
    assert rule(5, 3, np.random.default_rng(0)).dtype == np.float64
    assert rule(5, 3, np.random.default_rng(0), dtype="float32").dtype == np.float32
    with pytest.raises(ValueError, match="fan_in: got 0, wanted at least 1"):
        rule(0, 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="fan_out: got 0, wanted at least 1"):
        rule(3, 0, np.random.default_rng(0))


@pytest.mark.parametrize(("rule", "activation"), [(he_normal, relu), (lecun_normal, tanh)])
def test_signals_survive_twenty_layers(rule, activation):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(64, 256))
    for _ in range(20):
        x = activation(x @ rule(256, 256, rng))
    assert 0.1 < np.sqrt(np.mean(x**2)) < 2
