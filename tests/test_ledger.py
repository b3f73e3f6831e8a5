"""The notes, recomputed: every row is run, and a row that is wrong is caught."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.ledger import VERDICTS, Row, faults, read_note

FOLDER = Path(__file__).parents[1] / "book" / "ledger"
NOTES = {path.stem: read_note(path) for path in sorted(FOLDER.glob("*.toml"))}
ROWS = [row for _, rows in NOTES.values() for row in rows]
COMPUTED = [row for row in ROWS if row.computable]


def test_the_ledger_covers_the_five_notes():
    assert list(NOTES) == ["000", "001", "002", "003", "004"]
    assert len(ROWS) >= 200
    assert len(COMPUTED) >= 180
    assert set(Counter(row.verdict for row in ROWS)) == set(VERDICTS)
    assert all(len(rows) >= 20 and title for title, rows in NOTES.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.anchor)
def test_a_row_holds_when_it_is_computed(row):
    assert list(faults(row)) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.anchor)
def test_a_row_can_be_read(row):
    assert row.topic
    assert row.says
    assert row.truth
    assert "[[" not in row.truth
    assert not re.search(r"\bnan\b|\binf\b", row.truth)
    assert row.labels or row.verdict in ("convention", "unreadable")


def test_no_claim_is_listed_twice():
    seen = Counter((row.note, row.topic, row.says) for row in ROWS)
    assert max(seen.values()) == 1


def _moved(said: str) -> str:
    """The same number with its last digits changed by three, so that no rounding explains it."""
    digits = len(said.partition(".")[2])
    return f"{float(said) + 3 * 10.0**-digits:.{digits}f}"


NUMBERED = [row for row in ROWS if row.said and row.verdict == "agrees"]


@pytest.mark.parametrize("row", NUMBERED, ids=lambda row: row.anchor)
def test_a_changed_number_no_longer_agrees(row):
    said = (_moved(row.said[0]), *row.said[1:])
    changed = replace(row, said=said, says=row.says.replace("−", "-") + " ".join(said))
    assert any("verdict agrees" in fault for fault in faults(changed))


@pytest.mark.parametrize("row", NUMBERED, ids=lambda row: row.anchor)
def test_a_right_number_cannot_be_called_wrong(row):
    assert any("verdict wrong" in fault for fault in faults(replace(row, verdict="wrong")))


FAILING = [row for row in ROWS if row.fails]


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.anchor)
def test_a_refuted_claim_cannot_agree(row):
    assert list(faults(replace(row, verdict="agrees")))


@pytest.mark.parametrize("row", [r for r in ROWS if r.holds], ids=lambda row: row.anchor)
def test_a_claim_turned_around_is_caught(row):
    assert any("does not hold" in f for f in faults(replace(row, holds=f"not ({row.holds})")))


def _row(**changes) -> Row:
    row = Row("000", 1, "Sum", "1 + 1 = 2.0", "[[.1f]]", "agrees", ("2.0",), "1 + 1", labels=("x",))
    return replace(row, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "fine"}, "wanted one of"),
        ({"compute": "[]"}, "1 numbers of the notes and 0"),
        ({"compute": "1.94"}, "verdict agrees"),
        ({"compute": "2.2", "verdict": "rounding", "said": ("1.0",)}, "too far"),
        ({"said": ("3.0",), "compute": "3"}, "`says` has not"),
        ({"origin": "1 + 2"}, "does not give 2.0"),
        ({"fails": "1 + 1 == 2"}, "the notes were right"),
    ],
)
def test_a_wrong_row_is_refused(changes, words):
    assert list(faults(_row())) == []
    assert any(words in fault for fault in faults(_row(**changes)))


def test_an_expression_that_does_not_run_says_so():
    with pytest.raises(ValueError, match="`1 / 0` raised ZeroDivisionError"):
        list(faults(_row(compute="1 / 0")))


def test_an_unknown_key_names_the_file_and_the_row(tmp_path):
    path = tmp_path / "009.toml"
    path.write_text("title = 'x'\n[[row]]\ntopic = 'a'\nsay = 'b'\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"009\.toml, row 1: .*say"):
        read_note(path)


def test_numbers_are_put_into_the_truth():
    assert _row(compute="[2.0, 0.125]", true="[[.1f]] and [[1:.0%]]").truth == "2.0 and 12%"
