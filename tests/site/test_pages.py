"""Every page, at two widths, light and dark, zoomed, and opened from a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

BUDGET = 250_000  # bytes before images, compressed
LARGEST_SHIFT = 0.02

Entry = dict[str, Any]


@pytest.fixture(scope="module", params=["book", "specimen"])
def report(request: pytest.FixtureRequest, browse) -> list[Entry]:
    return browse("check.mjs", request.getfixturevalue(request.param))


def _where(entry: Entry) -> str:
    return f"{entry['page']} ({entry['device']}, {entry['theme']})"


def _all(report: list[Entry], key: str) -> dict[str, Any]:
    """What is wrong, by page; an entry without the key was not asked that question."""
    return {_where(entry): entry[key] for entry in report if entry.get(key)}


def test_every_page_was_looked_at_in_every_way(report, book, specimen):
    pages = {entry["page"] for entry in report}
    assert {"index.html", "search.html"} <= pages
    for page in pages:
        ways = [(e["device"], e["theme"]) for e in report if e["page"] == page]
        alike = page.startswith(("library-", "messages", "proofs"))
        assert len(ways) == len(set(ways)) == (4 if alike else 7)


def test_axe_finds_nothing(report):
    assert sum("axe" in entry for entry in report) >= 8
    assert _all(report, "axe") == {}


def test_no_console_message(report):
    assert _all(report, "messages") == {}


def test_no_request_to_another_host(report):
    assert _all(report, "outside") == {}


def test_nothing_sticks_out_or_is_cut(report):
    assert _all(report, "overflow") == {}
    assert _all(report, "cut") == {}


def test_pages_are_light(report):
    weights = {_where(e): sum(e["weights"].values()) for e in report if "weights" in e}
    assert all(weight > 10_000 for weight in weights.values())  # fonts were counted
    assert {where: w for where, w in weights.items() if w > BUDGET} == {}


def test_text_does_not_jump(report):
    shifts = {_where(entry): entry["shift"] for entry in report if "shift" in entry}
    assert {where: shift for where, shift in shifts.items() if shift > LARGEST_SHIFT} == {}


def test_pages_are_well_formed(report):
    for entry in (entry for entry in report if "lang" in entry):
        assert entry["lang"] == "en", _where(entry)
        assert entry["headings"] == 1, _where(entry)
        assert not entry["unrendered"], f"raw TeX on {_where(entry)}"
        assert entry["images"] == [], f"pictures without alt text on {_where(entry)}"
        assert entry["fontSize"] is None or 17 <= entry["fontSize"] <= 18, _where(entry)


def test_own_fonts_work_from_a_folder(report):
    for entry in (entry for entry in report if entry["device"] == "folder"):
        assert "Inter" in " ".join(entry["fonts"]), _where(entry)


def test_the_checks_see_a_bad_page(browse, tmp_path: Path):
    """A page with one fault of each kind: a check that misses its fault proves nothing."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><html><head><title>x</title></head><body><h1>a</h1>"
        '<main><section><p style="color:#ccc">pale $$x$$</p></section></main>'
        '<div style="width:3000px">wide</div>'
        '<div style="width:40px;overflow:hidden;white-space:nowrap">a line that is cut</div>'
        '<img src="https://example.invalid/x.png">'
        '<script>console.warn("careless")</script></body></html>',
        encoding="utf-8",
    )
    first = browse("check.mjs", tmp_path)[0]
    assert {fault.partition(":")[0] for fault in first["axe"]} >= {"color-contrast", "image-alt"}
    assert first["overflow"]
    assert first["cut"]
    assert first["outside"] == ["https://example.invalid/x.png"]
    assert "warning: careless" in first["messages"]
    assert first["lang"] == ""
    assert first["unrendered"]
    assert first["images"]
