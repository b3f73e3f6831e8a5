"""The book keeps its promises: labels, figures, sources and computed numbers are all there."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from dlcourse.grading.tasks import UNITS

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
#: Numbered chapters by page; the library's docstrings name them by number.
NUMBERS = {
    "neuron": 1,
    "losses": 2,
    "backprop": 3,
    "optimizers": 4,
    "regularization": 5,
    "bias-variance": 6,
    "project": 7,
}
CHAPTERS = {page: number for page, number in NUMBERS.items() if (BOOK / f"{page}.md").exists()}
PAGES = ("start", *CHAPTERS)
TEXTS = {page: (BOOK / f"{page}.md").read_text(encoding="utf-8") for page in PAGES}
ALL = "\n".join(TEXTS.values())
BIB = (BOOK / "references.bib").read_text(encoding="utf-8")

#: Anchors that graded tasks send a student to.
ANCHORS = sorted(
    {
        tuple(task.section.split(".html#"))
        for unit in UNITS
        for task in unit.tasks
        if task.section.split(".")[0] in CHAPTERS
    }
)


def _docstrings() -> str:
    found = []
    for path in sorted((ROOT / "dlcourse").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                found.append(ast.get_docstring(node) or "")
    return "\n".join(found)


DOCS = _docstrings()
LABELS = [
    (page, label)
    for page, number in CHAPTERS.items()
    for label in sorted(set(re.findall(rf"`((?:eq|tab)-[\w-]+)` of chapter {number}\b", DOCS)))
]
TITLES = [
    (page, title)
    for page, number in CHAPTERS.items()
    for title in sorted(set(re.findall(rf'Section\s+"([^"]+)"\s+of\s+chapter {number}\b', DOCS)))
]


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_library_names_labels_and_sections_at_all(page):
    assert sum(named == page for named, _ in LABELS) > 2
    assert sum(named == page for named, _ in TITLES) > 0


@pytest.mark.parametrize(("page", "label"), LABELS)
def test_every_label_that_the_library_names_is_in_its_chapter(page, label):
    assert f"({label})" in TEXTS[page] or f":name: {label}" in TEXTS[page]


@pytest.mark.parametrize(("page", "title"), TITLES)
def test_every_section_that_the_library_names_is_in_its_chapter(page, title):
    assert re.search(rf"^#+ {re.escape(title)}$", TEXTS[page], re.MULTILINE)


@pytest.mark.parametrize(("page", "anchor"), ANCHORS)
def test_anchors_of_graded_tasks_stand_before_a_heading(page, anchor):
    assert re.search(rf"^\({anchor}\)=\n#+ ", TEXTS[page], re.MULTILINE)


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


@pytest.mark.parametrize(("page", "least"), [("start", 8), *((page, 8) for page in CHAPTERS)])
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
