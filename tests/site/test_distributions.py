"""The two distributions that a reader drags show the numbers of `dlcourse.information`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from dlcourse.figures.information import START_P, START_Q
from dlcourse.information import cross_entropy_dist, entropy, kl_divergence

BASES = {"bits": 2.0, "nats": math.e, "bans": 10.0}


@pytest.fixture(scope="module")
def used(browse, specimen) -> dict[str, Any]:
    return browse("distributions.mjs", specimen, "specimen.html")


def _states(used: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for value in used["keyboard"].values() if isinstance(value, dict)] + [
        used["mouse"]
    ]


def test_it_computes_what_the_library_computes(used):
    states = _states(used)
    assert {state["unit"] for state in states} == set(BASES)
    for state in states:
        p, q, base = np.array(state["p"]), np.array(state["q"]), BASES[state["unit"]]
        wanted = {
            "hp": entropy(p, base),
            "hpq": cross_entropy_dist(p, q, base),
            "dpq": kl_divergence(p, q, base),
            "dqp": kl_divergence(q, p, base),
        }
        for key, value in wanted.items():
            got = float(state[key].replace("Infinity", "inf"))
            assert got == pytest.approx(value.item(), rel=1e-12, abs=1e-12), (key, state)
            shown = state["cells"][key].replace("∞", "inf").split()
            assert float(shown[0]) == pytest.approx(value.item(), abs=6e-4)
            assert shown[1] == state["unit"]


def test_shares_always_sum_to_one_and_the_sliders_tell_them(used):
    for state in _states(used):
        assert sum(state["p"]) == pytest.approx(1, abs=1e-12)
        assert sum(state["q"]) == pytest.approx(1, abs=1e-12)
        assert state["sliders"] == pytest.approx([*state["p"], *state["q"]], abs=6e-4)
        assert len(set(state["labels"])) == 8


def test_keys_move_one_bar_and_the_others_make_room(used):
    keyboard = used["keyboard"]
    assert keyboard["reached"]
    assert keyboard["start"]["p"] == START_P.tolist()
    assert keyboard["start"]["q"] == START_Q.tolist()
    raised = keyboard["raised"]["p"]
    assert raised[0] == pytest.approx(START_P[0] + 0.07)
    rest = np.array(raised[1:]) / START_P[1:].clip(1e-9)
    assert rest[0] == pytest.approx(rest[1])
    assert keyboard["zero"]["p"][0] == 0
    assert keyboard["one"]["p"] == [1, 0, 0, 0]
    assert keyboard["lowered"]["p"] == pytest.approx([0.9, 0.1 / 3, 0.1 / 3, 0.1 / 3])


def test_the_impossible_is_said_in_words(used):
    state = used["keyboard"]["impossible"]
    assert state["dpq"] == "Infinity"
    assert "impossible" in state["verdict"]
    assert state["cells"]["dpq"].startswith("∞")


def test_buttons(used):
    before, keyboard = used["keyboard"]["bans"], used["keyboard"]
    assert keyboard["swap p and q"]["p"] == before["q"]
    assert keyboard["swap p and q"]["q"] == before["p"]
    assert keyboard["q = p"]["q"] == keyboard["q = p"]["p"]
    assert float(keyboard["q = p"]["dpq"]) == 0
    assert sorted(keyboard["p one-hot"]["p"]) == [0, 0, 0, 1]
    assert keyboard["start again"]["p"] == START_P.tolist()


def test_dragging_raises_the_bar(used):
    assert used["mouse"]["q"][0] > START_Q[0] + 0.1
    assert used["mouse"]["p"] == START_P.tolist()


def test_without_scripts_a_text_stands_there(used):
    assert used["plain"] is True
