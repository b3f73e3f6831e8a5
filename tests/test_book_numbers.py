"""The book keeps its promises: labels, figures, sources and computed numbers are all there."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
PAGES = ("start", "neuron", "bias-variance")
TEXTS = {page: (BOOK / f"{page}.md").read_text(encoding="utf-8") for page in PAGES}
ALL = "\n".join(TEXTS.values())
BIB = (BOOK / "references.bib").read_text(encoding="utf-8")

#: Anchors that graded tasks send a student to.
ANCHORS = {
    *("sec-neuron", "sec-sigmoid", "sec-tanh", "sec-relu", "sec-leaky-relu", "sec-softmax"),
    *("sec-gates", "sec-xor", "sec-collapse", "sec-layers", "sec-naive-bayes"),
}


def _docstrings() -> str:
    found = []
    for path in sorted((ROOT / "dlcourse").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                found.append(ast.get_docstring(node) or "")
    return "\n".join(found)


DOCS = _docstrings()
LABELS = sorted(set(re.findall(r"`((?:eq|tab)-[\w-]+)` of chapter 1", DOCS)))
TITLES = sorted(set(re.findall(r'Section\s+"([^"]+)"\s+of\s+chapter 1', DOCS)))


def test_the_library_names_labels_and_sections_at_all():
    assert len(LABELS) > 10
    assert len(TITLES) > 3


@pytest.mark.parametrize("label", LABELS)
def test_every_label_that_the_library_names_is_in_chapter_1(label):
    assert f"({label})" in TEXTS["neuron"] or f":name: {label}" in TEXTS["neuron"]


@pytest.mark.parametrize("title", TITLES)
def test_every_section_that_the_library_names_is_in_chapter_1(title):
    assert re.search(rf"^#+ {re.escape(title)}$", TEXTS["neuron"], re.MULTILINE)


@pytest.mark.parametrize("anchor", sorted(ANCHORS))
def test_anchors_of_graded_tasks_stand_before_a_heading(anchor):
    assert re.search(rf"^\({anchor}\)=\n#+ ", TEXTS["neuron"], re.MULTILINE)


@pytest.mark.parametrize("name", re.findall(r"```\{picture\} (\S+)", ALL))
def test_every_picture_names_a_function(name):
    module, _, function = name.partition(".")
    assert callable(getattr(importlib.import_module(f"dlcourse.figures.{module}"), function))


@pytest.mark.parametrize("page", PAGES)
def test_every_number_in_the_text_is_handed_over_by_a_cell(page):
    text = TEXTS[page]
    wanted = set(re.findall(r"\{glue:text\}`([\w-]+)", text))
    given = set(re.findall(r'note\("([\w-]+)"', text))
    patterns = re.findall(r'note\(f"([^"]+)"', text)
    made = [re.sub(r"\\\{[^}]*\\\}", r"[\\w-]*", re.escape(pattern)) for pattern in patterns]
    assert wanted
    for name in sorted(wanted - given):
        assert any(re.fullmatch(pattern, name) for pattern in made), name


@pytest.mark.parametrize("page", PAGES)
def test_cells_that_hand_over_numbers_assert_something(page):
    cells = re.findall(r"```\{code-cell\}.*?\n(.*?)\n```", TEXTS[page], re.DOTALL)
    handing = [cell for cell in cells if "note(" in cell and "def note" not in cell]
    assert handing
    assert all("assert " in cell for cell in handing)


@pytest.mark.parametrize(("page", "least"), [("start", 5), ("neuron", 8), ("bias-variance", 8)])
def test_quizzes_are_many_and_their_right_answers_are_spread(page, least):
    blocks = re.findall(r"```\{quiz\} \S+\n(.*?)\n```", TEXTS[page], re.DOTALL)
    places = [re.findall(r"^- \[([ x])\]", block, re.MULTILINE).index("x") for block in blocks]
    assert len(blocks) >= least
    assert max(places.count(place) for place in range(4)) <= len(blocks) / 2


def test_sources_and_citations_agree():
    lists = re.findall(r"\{cite:[pt]\}`([^`]+)`", ALL)
    cited = {key.strip() for keys in lists for key in keys.split(",")}
    assert cited == set(re.findall(r"^@\w+\{([^,]+),", BIB, re.MULTILINE))


@pytest.mark.parametrize("entry", re.findall(r"^@\w+\{.*?^\}", BIB, re.MULTILINE | re.DOTALL))
def test_a_source_is_well_formed(entry):
    fields = dict(re.findall(r"^\s+(\w+)\s*=\s*\{(.*)\},?$", entry, re.MULTILINE))
    assert {"author", "title"} <= set(fields)
    assert re.fullmatch(r"(19|20)\d\d", fields.get("year", "1900"))
    assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none"))
    if entry.startswith("@article"):
        assert {"journal", "volume", "pages", "year"} <= set(fields)
