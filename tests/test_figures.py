"""Every figure function of the book, found by looking: it draws, it speaks, it repeats itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba_array

import dlcourse.figures
from dlcourse.activations import relu_grad, sigmoid, softmax
from dlcourse.figures import activations, classical, layers, made, neuron, start
from dlcourse.figures.style import DARK, LIGHT, Picture, Theme, to_svg
from dlcourse.layers import mlp_forward

THEMES = (LIGHT, DARK)


def _figures() -> dict[str, Callable[[Theme], Picture]]:
    found = {}
    for module_info in pkgutil.iter_modules(dlcourse.figures.__path__):
        module = importlib.import_module(f"dlcourse.figures.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            signature = inspect.signature(function)
            draws = signature.return_annotation == "Picture" and "theme" in signature.parameters
            if draws and function.__module__ == module.__name__:
                found[f"{module_info.name}.{name}"] = function
    return found


FIGURES = _figures()


@cache
def _drawn(name: str, theme: Theme) -> tuple[Picture, str]:
    picture = FIGURES[name](theme)
    return picture, to_svg(picture)


def test_discovery_finds_the_figures_of_both_chapters():
    assert len(FIGURES) >= 15
    assert {"neuron.diagram", "layers.fold", "start.timeline"} <= set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_in_both_themes_and_says_the_same(name):
    (light, light_svg), (dark, dark_svg) = (_drawn(name, theme) for theme in THEMES)
    assert light_svg.lstrip().startswith("<?xml")
    assert "<path" in dark_svg
    assert light_svg != dark_svg
    assert light.alt == dark.alt


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_svg(name):
    assert to_svg(FIGURES[name](LIGHT)) == _drawn(name, LIGHT)[1]


@pytest.mark.parametrize("name", FIGURES)
def test_alt_text_is_whole_sentences(name):
    alt = _drawn(name, LIGHT)[0].alt
    assert len(alt) > 80
    assert alt.endswith(".")
    assert "  " not in alt
    assert "{" not in alt
    assert not re.search(r"\bnan\b|np\.float", alt)


@pytest.mark.parametrize("name", FIGURES)
def test_ticks_and_labels_take_the_colors_of_the_theme(name):
    figure = _drawn(name, DARK)[0].figure
    wrong = {LIGHT.ink, LIGHT.muted, "black"}
    for axis in figure.axes:
        labels = [*axis.get_xticklabels(), *axis.get_yticklabels(), *axis.texts, axis.title]
        assert not wrong & {label.get_color() for label in labels}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", FIGURES)
def test_a_hatch_can_be_seen_on_its_face(name, theme):
    """SVG has no opacity for a hatched face, so a pale copy of the hatch's color will not do."""
    figure = _drawn(name, theme)[0].figure
    hatched = figure.findobj(lambda artist: bool(getattr(artist, "get_hatch", lambda: "")()))
    for artist in hatched:
        faces = np.atleast_2d(to_rgba_array(artist.get_facecolor()))
        hatch_color = getattr(artist, "get_hatchcolor", artist.get_edgecolor)
        hatches = np.atleast_2d(to_rgba_array(hatch_color()))
        assert np.all(faces[:, 3] == 1)
        assert np.abs(faces[:, None, :3] - hatches[None, :, :3]).max(axis=2).min() > 0.2


def test_the_alt_text_of_the_diagram_holds_the_computed_answer():
    alt = neuron.diagram(LIGHT).alt
    z = neuron.EXAMPLE_X @ neuron.EXAMPLE_W + neuron.EXAMPLE_B
    assert f"z = {z:.2g}" in alt
    assert f"a = {float(sigmoid(z)):.2f}" in alt


def test_the_alt_text_of_softmax_holds_the_computed_shares():
    alt = activations.softmax_bars(LIGHT).alt
    for share in softmax(activations.EXAMPLE_LOGITS):
        assert f"{share:.3f}" in alt


def test_the_alt_text_of_the_regions_holds_the_counted_cells():
    shallow = layers.count_regions(made.horseshoe_network(6, 4), 2.4)
    deep = layers.count_regions(layers.deep_network(), 2.4)
    alt = layers.regions(LIGHT).alt
    assert f"into {shallow} cells" in alt
    assert f"into {deep} cells" in alt


def test_counting_regions_agrees_with_three_lines_in_general_position():
    W = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    params = [(W, np.array([0.0, 0.0, -0.5])), (np.ones((3, 2)), np.zeros(2))]
    assert layers.count_regions(params, 2.0) == 7


def test_the_folded_layer_separates_what_no_line_does():
    X, y = made.horseshoe()
    hidden = mlp_forward(X, made.horseshoe_network(), lambda z: np.maximum(z, 0))[0]
    assert made.accuracy(made.horseshoe_network(), X, y) > 0.97
    assert hidden.min() == 0
    assert relu_grad(hidden).mean() < 0.8  # the fold does something: many coordinates are cut to 0


def test_random_layers_have_the_promised_shapes_and_scale():
    layers_ = made.random_layers((400, 50, 3), np.random.default_rng(0))
    assert [W.shape for W, _ in layers_] == [(400, 50), (50, 3)]
    assert np.isclose(layers_[0][0].std(), np.sqrt(2 / 400), rtol=0.02)


def test_descending_lowers_the_error_and_leaves_its_start_alone():
    X, y = made.horseshoe()
    first = made.random_layers((2, 8, 2), np.random.default_rng(3))
    kept = [(W.copy(), b.copy()) for W, b in first]
    trained = made.descend(first, X, y, steps=200)
    assert made.accuracy(trained, X, y) > made.accuracy(first, X, y)
    assert all(np.array_equal(W, V) for (W, _), (V, _) in zip(first, kept, strict=True))


def test_curves_of_the_classifiers_cross_as_the_text_says():
    bayes, logistic = classical.measured_errors(False)
    assert bayes[0] < logistic[0]
    bayes, logistic = classical.measured_errors(True)
    assert logistic[-1] < bayes[-1]


def test_more_data_helps_the_network_more():
    one, many = made.errors_by_size(start.SIZES)
    assert many[0] > one[0]
    assert many[-1] < one[-1]


def test_classes_differ_by_marker_not_only_by_color():
    figure = layers.bends(LIGHT).figure
    clouds = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    shapes = {len(cloud.get_paths()[0].vertices) for cloud in clouds}
    assert len(clouds) == 2
    assert len(shapes) == 2


def test_the_timeline_is_in_order_and_its_winters_hold():
    years = [year for year, _ in start.EVENTS]
    assert years == sorted(set(years))
    assert all(first < last for first, last in start.WINTERS)
