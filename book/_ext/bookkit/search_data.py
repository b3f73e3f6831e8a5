"""The text of every section, for the search page.

Sphinx's own index finds whole words only and fetches pages to show a snippet, which a browser
refuses when the book is opened from a folder.  A book of this size can carry its text instead:
``search-data.js`` is loaded by the search page alone, as a plain script.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from bookkit.predict import predict_answer
from bookkit.quiz import quiz_answers

#: Answers stay out, as a search should not give a question away; displayed TeX is not text.
_HIDDEN = (nodes.comment, nodes.raw, nodes.math_block, predict_answer, quiz_answers)

#: Long lists that a program wrote, for instructors: found by their titles. Their text would weigh
#: as much as three chapters.
_BY_TITLE = ("messages",)


def _section_text(section: nodes.section) -> Iterator[str]:
    """Text of a section without its subsections."""
    for child in section.children:
        if isinstance(child, nodes.section | nodes.title | nodes.comment | addnodes.desc):
            continue
        yield from _leaves(child)


def _leaves(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, _HIDDEN):
        return
    if isinstance(node, nodes.math):
        yield re.sub(r"[\\{}]", "", node.astext())
    elif isinstance(node, nodes.Text):
        yield node.astext()
    elif isinstance(node, nodes.TextElement):
        yield "".join(part for child in node.children for part in _leaves(child))
    else:
        for child in node.children:
            yield from _leaves(child)


def _entries(app: Sphinx) -> Iterator[dict[str, str]]:
    # Of equal finds, a chapter's comes before that of the library's reference.
    for docname in sorted(app.env.found_docs, key=lambda name: ("library" in name, name)):
        page = app.env.titles[docname].astext()
        url = app.builder.get_target_uri(docname)
        for section in app.env.get_doctree(docname).findall(nodes.section):
            title = section.next_node(nodes.title)
            top = isinstance(section.parent, nodes.document)
            yield {
                "page": page,
                "title": title.astext() if title else page,
                "url": url if top else f"{url}#{section['ids'][0]}",
                "text": "" if docname in _BY_TITLE else _one_line(_section_text(section)),
            }
        yield from _library_entries(app, docname, page, url)


def _one_line(parts: Iterator[str]) -> str:
    return " ".join(" ".join(parts).split())


def _library_entries(app: Sphinx, docname: str, page: str, url: str) -> Iterator[dict[str, str]]:
    """Functions and classes of the library, each a find of its own; code is not text."""
    for entry in app.env.get_doctree(docname).findall(addnodes.desc):
        signature = entry.next_node(addnodes.desc_signature)
        content = entry.next_node(addnodes.desc_content)
        parts = [p for p in content.children if isinstance(p, nodes.paragraph | nodes.field_list)]
        text = "".join(leaf for part in parts for leaf in (*_leaves(part), " "))
        module = signature["module"].removeprefix("dlcourse.")
        yield {
            "page": page,
            "title": f"{module}.{signature['fullname']}",
            "url": f"{url}#{signature['ids'][0]}",
            "text": " ".join(text.split()),
        }


def _write(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    data = json.dumps(list(_entries(app)), ensure_ascii=False, separators=(",", ":"))
    target = Path(app.outdir, "_static", "search-data.js")
    target.write_text(f"window.bookSections = {data};\n", encoding="utf-8")


def _forget_index(app: Sphinx) -> None:
    """Keep Sphinx from asking for its own index, which is removed from every finished site.

    It would warn, and so fail the build, whenever only some of the pages are written.
    """
    if app.builder.name == "html":
        app.builder.load_indexer = lambda _docnames: None  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    """Write the data when the pages are written."""
    app.connect("builder-inited", _forget_index)
    app.connect("build-finished", _write)
