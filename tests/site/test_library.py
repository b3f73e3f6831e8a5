"""The reference of the library: every public name, once, with links to the book."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
from pathlib import Path

import pytest
from floors import FLOOR_2, FLOOR_3

import dlcourse
from dlcourse import site

sys.path.insert(0, str(site.ROOT / "book" / "_ext"))
from bookkit.library import documented, public_members, summary
from bookkit.library_places import cite_places

#: Left out of the reference, each with the reason.
NOT_SHOWN = {
    "inplace_torch": "the same names as inplace_numpy, on tensors",
    "gpu": "needs torch, which building the site does not",
}
PAGES = documented(site.ROOT / "book")
MODULES = [name for names in PAGES.values() for name in names]


def page_of(book: Path, module: str) -> str:
    page = next(page for page, names in PAGES.items() if module in names)
    return (book / f"{page}.html").read_text(encoding="utf-8")


def test_every_module_of_the_lower_floors_is_on_one_page():
    found = {module.name for module in pkgutil.iter_modules(dlcourse.__path__)}
    assert sorted(MODULES) == sorted(found - FLOOR_2 - FLOOR_3 - set(NOT_SHOWN))


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_an_entry(book: Path, module: str):
    members = public_members(importlib.import_module(f"dlcourse.{module}"))
    page = page_of(book, module)
    assert members
    for name in members:
        assert page.count(f'id="dlcourse.{module}.{name}"') == 1, name


@pytest.mark.parametrize("page", PAGES)
def test_entries_are_whole(book: Path, page: str):
    """Nothing of the docstrings' markup is left over, and every function shows its code."""
    text = (book / f"{page}.html").read_text(encoding="utf-8")
    modules = [importlib.import_module(f"dlcourse.{name}") for name in PAGES[page]]
    functions = [f for m in modules for f in public_members(m).values() if inspect.isfunction(f)]
    assert text.count("The code") == len(functions)
    assert text.count(">Examples<") >= 1
    prose = re.sub(r"<pre>.*?</pre>|<annotation.*?</annotation>", "", text, flags=re.DOTALL)
    for left in (":math:", "`", "problematic", "]_", "-----", ":book:"):
        assert left not in prose, left


def test_pages_are_not_too_long(book: Path):
    sizes = {page: (book / f"{page}.html").stat().st_size for page in [*PAGES, "library"]}
    assert {page: size for page, size in sizes.items() if size > 300_000} == {}


def test_the_index_names_everything(book: Path):
    index = (book / "library.html").read_text(encoding="utf-8")
    for module in MODULES:
        for name in public_members(importlib.import_module(f"dlcourse.{module}")):
            assert f'.html#dlcourse.{module}.{name}"' in index, name


def test_places_of_the_book_are_linked(book: Path):
    page = page_of(book, "activations")
    sigmoid = page.partition('id="dlcourse.activations.sigmoid"')[2].partition("</dl>\n</dd>")[0]
    number = re.search(
        r'href="neuron.html#equation-eq-sigmoid"[^>]*><span>Equation \((.*?)\)', sigmoid
    )
    chapter = (book / "neuron.html").read_text(encoding="utf-8")
    assert number
    assert f'<span class="eqno">({number[1]})' in chapter
    assert 'id="equation-eq-sigmoid"' in chapter
    assert re.search(r'href="neuron.html"[^>]*><span>chapter 1<', sigmoid)
    assert re.search(r'href="neuron.html#[\w-]+"[^>]*><span>Section “Gates”<', page)


def test_the_notes_name_equations_as_their_pages_do(book: Path):
    ledger = (book / "ledger.html").read_text(encoding="utf-8")
    link = r'href="([\w-]+\.html)#(equation-[\w-]+)"[^>]*>equation \((.*?)\)<'
    found = set(re.findall(link, ledger))
    assert len(found) > 30
    for name, anchor, number in found:
        page = (book / name).read_text(encoding="utf-8")
        _, _, behind = page.partition(f'id="{anchor}"')
        assert behind.partition('class="eqno">(')[2].startswith(f"{number})"), anchor


def test_search_finds_functions_and_not_their_code(book: Path):
    data = (book / "_static" / "search-data.js").read_text(encoding="utf-8")
    entries = json.loads(data.partition("=")[2].rstrip(";\n"))
    found = {entry["title"]: entry for entry in entries}
    softmax = found["rows.softmax"]
    assert softmax["url"].endswith(".html#dlcourse.rows.softmax")
    assert "Turn each row of scores into probabilities" in softmax["text"]
    assert "keepdims" not in softmax["text"]
    chapters = [index for index, entry in enumerate(entries) if "library" not in entry["url"]]
    assert max(chapters) < min(set(range(len(entries))) - set(chapters))


def test_citations_are_marked():
    text = 'Equation\n`eq-x` of chapter 2; Section "A\nb" of chapter 31, and `name`.'
    assert cite_places(text) == (
        ":book:`Equation|eq-x|` of :book:`chapter||2`; "
        ":book:`Section|A b|31` of :book:`chapter||31`, and `name`."
    )


def test_a_place_that_is_not_written_yet_is_words(tools, tmp_path: Path):
    from projects import make_project

    text = "# Page\n\nSee {book}`Equation|eq-nowhere|`, {book}`Section|No|9`, {book}`chapter||9`.\n"
    project = make_project(tmp_path, {"index": text}, "format: jb-book\nroot: index\n")
    page = (site.build(project, project) / "index.html").read_text(encoding="utf-8")
    seen = re.sub(r"<[^>]+>", "", page)
    assert "See Equation eq-nowhere, Section “No”, chapter 9." in seen


def test_a_summary_has_no_formula():
    def loss():
        """Log loss: mean of :math:`x`, and :math:`y`."""

    def plain():
        """Split rows: one part each.

        More.
        """

    assert summary(loss) == "Log loss"
    assert summary(plain) == "Split rows: one part each"
