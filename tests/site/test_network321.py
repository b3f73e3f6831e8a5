"""The 3-2-1 network that a reader steps through computes what `dlcourse.graphs` computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcourse.figures import graph321
from dlcourse.gradcheck import numerical_gradient
from dlcourse.graphs import forward_321, step_321

STEPS = 12


@pytest.fixture(scope="module")
def used(browse, specimen) -> dict[str, Any]:
    return browse("network321.mjs", specimen, "specimen.html")


def _states(used: dict[str, Any]) -> list[dict[str, Any]]:
    keyboard = used["keyboard"]
    return [*keyboard["steps"], *(value for value in keyboard.values() if isinstance(value, dict))]


def _arrays(params: dict[str, list]) -> dict[str, np.ndarray]:
    return {name: np.array(value) for name, value in params.items()}


def test_it_computes_what_the_library_computes(used):
    for state in _states(used):
        given, found = state["given"], state["found"]
        params, x = _arrays(given["params"]), np.array(given["x"])
        hidden, out = forward_321(params, x)
        np.testing.assert_allclose(found["a1"], hidden, rtol=1e-12)
        assert found["a2"] == pytest.approx(float(out), rel=1e-12)
        assert found["loss"] == pytest.approx(0.5 * (given["target"] - float(out)) ** 2, rel=1e-12)
        moved = step_321(params, x, given["target"], given["rate"])
        for name, value in moved.items():
            np.testing.assert_allclose(found["moved"][name], value, rtol=1e-12, atol=1e-14)
        assert found["after"] == pytest.approx(float(forward_321(moved, x)[1]), rel=1e-12)


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
def test_its_slopes_are_those_that_differences_measure(used, name):
    state = used["keyboard"]["changed"]
    given = state["given"]
    params, x = _arrays(given["params"]), np.array(given["x"])

    def loss(value: np.ndarray) -> float:
        out = forward_321({**params, name: value}, x)[1]
        return 0.5 * (given["target"] - float(out)) ** 2

    measured = numerical_gradient(loss, params[name])
    np.testing.assert_allclose(state["found"]["grads"][name], measured, atol=1e-9)
    assert np.abs(measured).max() > 1e-4


def test_it_starts_with_the_network_of_the_notes(used):
    first = used["keyboard"]["steps"][0]
    assert used["keyboard"]["reached"]
    for name, value in graph321.PARAMS.items():
        assert first["given"]["params"][name] == value.tolist()
    assert (first["given"]["x"], first["given"]["rate"]) == ([1, 0, 1], 0.9)


def test_numbers_appear_when_they_are_known(used):
    steps = used["keyboard"]["steps"]
    assert [state["step"] for state in steps] == list(range(STEPS + 1))
    assert len({state["said"] for state in steps}) == STEPS + 1
    slopes_known = [sum(row[2] != "·" for row in state["table"]) for state in steps]
    assert slopes_known == [0] * 8 + [3] * 3 + [11] * 2
    assert [state["table"][0][3] != "·" for state in steps] == [False] * STEPS + [True]
    assert all(state["lit"] for state in steps[1:])
    run = graph321.one_pass()
    assert f"{run.a2:.4f}" in steps[4]["said"]
    assert f"{run.loss:.4f}" in steps[5]["said"]
    assert f"−{-run.d_z2:.4f}" in steps[7]["said"]


def test_the_table_and_the_arrows_show_the_numbers(used):
    last = used["keyboard"]["steps"][STEPS]
    moved = step_321(graph321.PARAMS, graph321.X, graph321.TARGET, graph321.LEARNING_RATE)
    wanted = [*moved["W1"].ravel(), *moved["W2"].ravel(), *moved["b1"], *moved["b2"]]
    shown = [float(row[3].replace("−", "-")) for row in last["table"]]
    assert shown == pytest.approx(wanted, abs=6e-5)
    wires = [float(text.replace("−", "-")) for text in last["wires"]]
    assert wires == pytest.approx([*moved["W1"].ravel(), *moved["W2"].ravel()], abs=6e-4)


def test_buttons_and_sliders(used):
    keyboard = used["keyboard"]
    assert keyboard["back"]["step"] == STEPS - 1
    assert (keyboard["next"]["step"], keyboard["next"]["rounds"]) == (0, 1)
    assert keyboard["next"]["given"]["params"] == keyboard["back"]["found"]["moved"]
    assert keyboard["rounds"]["rounds"] == 4
    changed = keyboard["changed"]["given"]
    assert (changed["x"], changed["target"], changed["rate"]) == ([1, 1.5, 1], 0, 1.4)
    assert keyboard["reset"]["given"] == keyboard["steps"][0]["given"]
    assert keyboard["before"]["step"] == 0


def test_without_scripts_a_text_stands_there(used):
    assert used["plain"] is True
