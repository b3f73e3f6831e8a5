"""The race that a reader starts computes what the library computes; a picture plays when asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from projects import make_project

from dlcourse import site
from dlcourse.figures.landscapes import LANDSCAPES, RACERS, run

_TOC = "format: jb-book\nroot: index\nchapters:\n  - file: race\n"
_PAGE = """\
# A race

```{picture} races.race
Five optimizers.
```

```{picture} dropping.masks
Dropout.
```

```{widget} race
What stands here without scripts.
```
"""


@pytest.fixture(scope="module")
def raced(browse, tools, tmp_path_factory) -> dict[str, Any]:
    pages = {"index": "# Races\n\nA book with one page.\n", "race": _PAGE}
    project = make_project(tmp_path_factory.mktemp("race"), pages, _TOC)
    return browse("race.mjs", site.build(project, project), "race.html")


def _compare(state: dict[str, Any]) -> None:
    land = LANDSCAPES[state["land"]]._replace(start=tuple(state["start"]))
    for racer in state["racers"]:
        path = run(land, racer["name"], state["step"], state["factor"])
        np.testing.assert_allclose(racer["w"], path[-1], rtol=1e-9, atol=1e-12)
        low = [step for step, w in enumerate(path) if step and land.heights(w)[0] < 0.01]
        assert racer["arrived"] == (low[0] if low else None)


def test_every_racer_walks_as_in_the_library(raced):
    race = raced["race"]
    assert [state["land"] for state in race["steps"]] == list(LANDSCAPES)
    assert [racer["name"] for racer in race["start"]["racers"]] == list(RACERS)
    for state in [race["start"], *race["steps"], race["moved"], race["movedSteps"]]:
        _compare(state)
        assert state["levels"] > 1000  # the map is drawn
    assert [state["step"] for state in race["steps"]] == [25] * 4


def test_the_start_and_the_rates_are_moved_by_keyboard(raced):
    moved = raced["race"]["moved"]
    x, y = LANDSCAPES["bumps"].start
    assert moved["start"] == pytest.approx([x + 0.1, y - 0.1])
    assert moved["factor"] == pytest.approx(10**0.4)
    assert moved["step"] == 0


def test_racers_can_be_taken_out(raced):
    race = raced["race"]
    assert race["start"]["shown"] == list(RACERS)
    assert race["without"]["shown"] == [name for name in RACERS if name != "Adam"]


def test_going_back_and_getting_lost(raced):
    race = raced["race"]
    assert race["back"]["step"] == 0
    assert race["back"]["verdict"] == "Ready."
    lost = [racer["name"] for racer in race["lost"]["racers"] if racer["lost"]]
    land = LANDSCAPES[race["lost"]["land"]]
    with np.errstate(all="ignore"):
        paths = {name: run(land, name, 60, race["lost"]["factor"]) for name in RACERS}
    assert lost == [name for name, path in paths.items() if not (np.abs(path) < 1e6).all()]
    assert {"SGD", "momentum"} <= set(lost) < set(RACERS)
    assert "Lost: SGD" in race["lost"]["verdict"]


def test_the_race_runs_and_pauses(raced):
    assert raced["running"]["paused"] > 5
    assert raced["running"]["later"] == raced["running"]["paused"]


def test_less_motion_jumps_to_the_end(raced):
    assert raced["reduced"]["step"] == 200
    assert raced["reduced"]["verdict"].startswith("After 200 steps: ")
    assert raced["reduced"]["plays"] == 0


def test_a_picture_plays_when_asked_and_comes_to_rest(raced):
    names = [motion["still"].rpartition("/")[2] for motion in raced["motion"]["pictures"]]
    assert [name.rpartition("-light")[0] for name in names] == ["races-race", "dropping-masks"]
    for motion in raced["motion"]["pictures"]:
        assert "moving" not in motion["still"]
        assert "light-moving" in motion["first"]
        assert motion["first"].endswith("?1")
        assert motion["text"] == "Play again"
        assert motion["moves"]
        assert motion["rests"]


def test_without_scripts_there_is_a_still(raced):
    assert raced["plain"] == {"still": True, "buttons": 0, "errors": []}


def test_nothing_goes_wrong_on_the_way(raced):
    assert [part for part, seen in raced.items() if seen["errors"]] == []
