"""Chapter 6 has what the library and the graded tasks send a reader to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "book" / "bias-variance.md").read_text(encoding="utf-8")
LIBRARY = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "dlcourse").glob("*.py")))
LABELS = sorted(set(re.findall(r"`(eq-[\w-]+)` of chapter 6", LIBRARY)))
TITLES = sorted(set(re.findall(r'Section\s+"([^"]+)"\s+of\s+chapter 6', LIBRARY)))
#: Anchors that graded tasks and the ledger link to.
ANCHORS = [
    *(
        "sec-too-simple",
        "sec-polynomials",
        "sec-how-good",
        "sec-decomposition",
        "sec-neighbors",
        "sec-trees",
    ),
    *("sec-best-question", "sec-svm", "sec-many-networks", "sec-learning-curves"),
    *("sec-double-descent", "sec-hold-back", "sec-leave-one-out", "sec-k-folds", "sec-bagging"),
    "sec-three-kinds",
]


def test_the_library_names_places_in_the_chapter():
    assert len(LABELS) >= 4
    assert len(TITLES) >= 8


@pytest.mark.parametrize("label", LABELS)
def test_a_formula_that_the_library_names_is_there(label):
    assert f"$$ ({label})" in TEXT


@pytest.mark.parametrize("title", TITLES)
def test_a_section_that_the_library_names_is_there(title):
    assert re.search(rf"^\(sec-[\w-]+\)=\n#+ {re.escape(title)}$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("anchor", ANCHORS)
def test_an_anchor_stands_before_a_heading(anchor):
    assert re.search(rf"^\({anchor}\)=\n#+ ", TEXT, re.MULTILINE)


def test_the_chapter_has_its_parts():
    assert TEXT.count("```{picture}") >= 8
    assert TEXT.count("```{quiz}") >= 8
    assert TEXT.count("```{predict}") >= 2
    assert TEXT.count("{admonition} What goes wrong") >= 3
    assert "```{widget} dial" in TEXT


def test_no_number_is_handed_to_a_formula():
    """Inside of a formula the text of the role would be printed as it stands."""
    formulas = re.findall(r"(?<!\$)\$(?!\$)[^$]+\$(?!\$)", TEXT)
    assert len(formulas) > 70
    assert not [formula for formula in formulas if "{glue:" in formula]
