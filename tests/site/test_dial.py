"""The bias-variance dial and the ledger in a real browser, against the library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcourse.evaluation import bias_variance, expected_error
from dlcourse.figures.waves import CURVE_NOISE, wave
from dlcourse.ledger import read_note
from dlcourse.neighbors import knn_predict
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.site import ROOT

STATES = ("start", "loose", "stiff", "full", "fewer", "quiet", "neighbors", "one", "again")


@pytest.fixture(scope="module")
def turned(browse, specimen) -> dict[str, Any]:
    return browse("dial.mjs", specimen, "specimen.html")


def _predict(state: dict[str, Any], y: np.ndarray) -> np.ndarray:
    x, grid, setting = np.array(state["x"]), np.array(state["grid"]), int(state["setting"])
    if state["model"] == "polynomial":
        return polynomial_predict(polynomial_fit(x, y, setting), grid)
    return knn_predict(x[:, None], y, grid[:, None], setting)


@pytest.mark.parametrize("name", STATES)
def test_the_dial_computes_what_the_library_computes(turned, name):
    state = turned["dial"][name]
    observed, grid = np.array(state["y"]), np.array(state["grid"])
    assert observed.shape == (int(state["runs"]), int(state["n"]))
    predictions = np.array([_predict(state, y) for y in observed])
    np.testing.assert_allclose(state["predictions"], predictions, rtol=1e-6, atol=1e-8)
    bias2, variance = bias_variance(predictions, wave(grid))
    error = expected_error(predictions, np.array(state["noisy"]))
    noise = float(state["sigma"]) ** 2
    wanted = {"bias2": bias2, "variance": variance, "noise": noise, "error": error}
    wanted["total"] = bias2 + variance + noise
    for key, value in wanted.items():
        assert float(state[key]) == pytest.approx(float(value), rel=1e-6, abs=1e-10), key
    shown = [f"{float(state[key]):.3f}" for key in ("bias2", "variance", "noise", "total", "error")]
    assert state["cells"] == shown
    assert state["curves"] == 25


@pytest.mark.parametrize("name", STATES)
def test_the_data_of_the_dial_have_the_noise_it_names(turned, name):
    state = turned["dial"][name]
    sigma = float(state["sigma"])
    for values, at in (("y", "x"), ("noisy", "grid")):
        rest = np.array(state[values]) - wave(np.array(state[at]))
        assert abs(rest.mean()) < 4 * sigma / np.sqrt(rest.size)
        assert abs(rest.std() - sigma) < 4 * sigma / np.sqrt(2 * rest.size)


def test_the_dial_is_turned_by_keyboard(turned):
    dial = turned["dial"]
    settings = [int(dial[name]["setting"]) for name in STATES]
    assert settings == [5, 10, 0, 12, 12, 12, 3, 1, 1]
    assert float(dial["start"]["sigma"]) == CURVE_NOISE
    assert [dial[name]["model"] for name in ("quiet", "neighbors")] == ["polynomial", "neighbors"]
    assert "degree" in dial["start"]["labels"]
    assert "neighbors k" in dial["one"]["labels"]
    assert dial["again"]["y"] != dial["one"]["y"]
    assert dial["again"]["x"] == dial["one"]["x"]


def test_the_dial_trades_bias_for_variance_and_says_so(turned):
    stiff, loose = turned["dial"]["stiff"], turned["dial"]["full"]
    assert float(loose["bias2"]) < 0.1 * float(stiff["bias2"])
    assert float(loose["variance"]) > float(stiff["variance"])
    assert stiff["verdict"].endswith("Most of it is bias².")


def test_without_a_script_there_is_a_still_and_the_whole_ledger(turned):
    _, rows = read_note(ROOT / "book" / "ledger" / "001.toml")
    assert turned["plain"] == {"still": True, "rows": len(rows), "controls": False}


def test_the_ledger_is_filtered_and_sorted(turned):
    _, rows = read_note(ROOT / "book" / "ledger" / "001.toml")
    states = turned["ledger"]
    assert states["start"]["shown"] == [row.anchor for row in rows]
    mistakes = [row for row in rows if row.verdict in ("slip", "wrong")]
    assert states["mistakes"]["shown"] == [row.anchor for row in mistakes]
    assert states["mistakes"]["status"] == f"{len(mistakes)} of {len(rows)} claims"
    assert sorted(states["sorted"]["topics"], key=str.lower) == states["sorted"]["topics"]
    assert set(states["sorted"]["shown"]) == set(states["mistakes"]["shown"])
    assert states["found"]["topics"] == ["Final grades"]
    assert states["none"]["shown"] == []
    assert not states["none"]["table"]
    assert states["opened"]
