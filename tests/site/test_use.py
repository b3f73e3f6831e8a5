"""What a reader can do on a page by keyboard, with a mouse, without scripts, and on paper."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from dlcourse import activations
from dlcourse.neuron import gate_weights, neuron

CORNERS = list(itertools.product((0.0, 1.0), repeat=2))
ACTIVATIONS = {
    "step": lambda z: (np.asarray(z) > 0).astype(float),
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
    "ReLU": activations.relu,
}


@pytest.fixture(scope="module")
def used(browse, specimen) -> dict[str, Any]:
    return browse("use.mjs", specimen, "specimen.html")


def test_quiz_is_answered_by_keyboard(used):
    quiz = used["quiz"]
    assert quiz["reached"]
    first = quiz["first"]
    assert (first["checked"], first["answer"], first["live"]) == (0, "wrong", "polite")
    assert "Not this one" in first["verdict"]  # in words, not in a color alone
    assert first["whys"][0] in first["verdict"]
    last = quiz["last"]
    assert (last["checked"], last["answer"]) == (last["right"], "right")
    assert "Right." in last["verdict"]


def test_quiz_takes_its_verdict_back_when_the_choice_changes(used):
    assert used["quiz"]["moved"]["verdict"] == ""
    assert used["quiz"]["moved"]["answer"] is None


def test_quiz_remembers(used):
    assert used["quiz"]["reloaded"]["answer"] == "right"


def test_prediction_opens_by_keyboard(used):
    assert used["predict"]["reached"]
    assert (used["predict"]["before"], used["predict"]["after"]) == (False, True)


def _states(widget: dict[str, Any]) -> list[dict[str, Any]]:
    named = [widget[key] for key in ("start", "or", "nand", "xor", "slid", "lineMoved")]
    moved = [widget[key] for key in ("turned", "inputMoved", "dragged")]
    return [*named, *moved, *widget["activations"].values()]


def test_widget_computes_what_the_library_computes(used):
    states = _states(used["widget"])
    assert {state["activation"] for state in states} == set(ACTIVATIONS)
    for state in states:
        g = ACTIVATIONS[state["activation"]]
        w, b = np.array([float(state["w1"]), float(state["w2"])]), float(state["b"])
        inputs = np.array([[float(state["x1"]), float(state["x2"])], *CORNERS])
        shown = [state, *state["corners"]]
        z = [float(row["z"]) for row in shown]
        a = [float(row["a"]) for row in shown]
        np.testing.assert_allclose(z, neuron(inputs, w, b, lambda z: z), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(a, neuron(inputs, w, b, g), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("gate", ["and", "or", "nand"])
def test_widget_shows_the_gates_of_the_library(used, gate):
    state = used["widget"]["start" if gate == "and" else gate]
    w, b = gate_weights(gate)
    assert [float(state[key]) for key in ("w1", "w2", "b")] == [*w, b]
    assert state["right"] == "4"
    assert state["verdictText"].startswith(gate.upper())


def test_widget_says_that_xor_cannot_be_done(used):
    state = used["widget"]["xor"]
    assert state["right"] == "3"
    assert "No line gets all four" in state["verdictText"]


def test_three_corners_are_the_most_a_line_gets_for_xor():
    """The widget says so: try every neuron of a fine grid."""
    wanted = np.array([0, 1, 1, 0])
    grid = np.linspace(-3, 3, 25)
    w1, w2, b = (axis.ravel() for axis in np.meshgrid(grid, grid, grid))
    z = np.array(CORNERS) @ np.stack([w1, w2]) + b
    assert ((z > 0) == (wanted[:, None] == 1)).sum(axis=0).max() == 3


def test_widget_controls_are_reached_and_change_it(used):
    widget = used["widget"]
    assert all(widget[key] for key in ("reached", "reachedSelect", "reachedSlider"))
    assert widget["reachedHandle"] == "slider"
    assert float(widget["slid"]["w1"]) == pytest.approx(float(widget["xor"]["w1"]) - 0.7)
    assert float(widget["lineMoved"]["b"]) == pytest.approx(float(widget["slid"]["b"]) + 0.1)
    assert widget["turned"]["w1"] != widget["lineMoved"]["w1"]
    assert float(widget["inputMoved"]["x1"]) == pytest.approx(float(widget["turned"]["x1"]) - 0.05)
    assert widget["dragged"]["b"] != widget["inputMoved"]["b"]


def test_shell(used):
    assert used["shell"] == {
        "skip": "skip-link",
        "main": "main",
        "before": "light",
        "after": "dark",
    }
    assert used["menu"] == {"before": False, "open": True, "after": False}


def test_search_finds_beginnings_of_words(used):
    assert used["search"]["hits"]
    assert used["search"]["marked"].lower() == "sigmo"
    assert used["search"]["none"].startswith("Nothing found")


def test_page_without_scripts(used):
    assert used["plain"] == {"still": True, "answers": True, "button": False, "contents": True}


def test_page_on_paper(used):
    assert used["print"] == {
        "folded": 0,
        "answers": True,
        "bar": False,
        "missing": 0,
        "clipped": 0,
    }
