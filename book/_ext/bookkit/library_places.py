"""The places of the book that docstrings cite: links where the place exists, words where not.

A docstring says: Equation `eq-sigmoid` of chapter 1, or: Section "Gates" of chapter 1.  The
library may be ahead of the book, so a place that is not written yet is no fault.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

_LABEL = re.compile(r"\b(Equation|Table|Figure)\s+`([\w-]+)`")
_SECTION = re.compile(r'\b(Section)\s+"([^"]+)"(?=\s+of\s+chapter\s+(\d+))')
_CHAPTER = re.compile(r"\bchapter\s+(\d+)\b")

#: Page and anchor.
Place = tuple[str, str]


def cite_places(text: str) -> str:
    """Mark the cited places of a docstring with the role ``book``.

    Parameters
    ----------
    text : str
        Docstring.

    Returns
    -------
    str
        The same with roles.
    """
    text = _SECTION.sub(lambda m: f":book:`Section|{' '.join(m[2].split())}|{m[3]}`", text)
    text = _LABEL.sub(r":book:`\1|\2|`", text)
    return _CHAPTER.sub(r":book:`chapter||\1`", text)


class book_place(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils' way to name nodes)
    """A cited place, until all pages are read."""


def _role(_name: str, _raw: str, text: str, *_: Any, **__: Any) -> tuple[list[nodes.Node], list]:
    kind, label, chapter = text.split("|")
    words = f"{kind} {label or chapter}"  # what the search sees
    return [book_place("", words, kind=kind, label=label, chapter=chapter)], []


class ResolvePlaces(SphinxPostTransform):
    """Put a link, or plain words, in the place of each citation."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        """Resolve every citation of a page."""
        for node in list(self.document.findall(book_place)):
            words, place = _resolved(self.env, node)
            if place is None:
                node.replace_self(words)
                continue
            page, anchor = place
            text = nodes.inline("", "", *words)
            node.replace_self(
                make_refnode(self.app.builder, self.env.docname, page, anchor, [text])
            )


def _resolved(env: BuildEnvironment, node: nodes.Element) -> tuple[list[nodes.Node], Place | None]:
    kind, label, chapter = node["kind"], node["label"], node["chapter"]
    if kind == "chapter":
        page = _page_of_chapter(env, chapter)
        return [nodes.Text(f"chapter {chapter}")], (page, "") if page else None
    if kind == "Section":
        return [nodes.Text(f"Section “{label}”")], _section(env, label, chapter)
    if kind == "Equation" and label in env.domaindata["math"]["objects"]:
        page, _ = env.domaindata["math"]["objects"][label]
        number = equation_number(env, page, label)
        return [nodes.Text(f"Equation ({number})")], (page, f"equation-{label}")
    if label in env.domaindata["std"]["labels"]:
        page, anchor, _ = env.domaindata["std"]["labels"][label]
        return [nodes.Text(f"{kind} "), nodes.literal("", label)], (page, anchor)
    return [nodes.Text(f"{kind} "), nodes.literal("", label)], None


def _page_of_chapter(env: BuildEnvironment, chapter: str) -> str | None:
    for page, numbers in env.toc_secnumbers.items():
        if numbers.get("") == (int(chapter),):
            return page
    return None


def _section(env: BuildEnvironment, title: str, chapter: str) -> Place | None:
    page = _page_of_chapter(env, chapter)
    if page is None:
        return None
    for link in env.tocs[page].findall(nodes.reference):
        if link.astext().casefold() == title.casefold():
            return page, link["anchorname"].removeprefix("#")
    return None


def equation_number(env: BuildEnvironment, page: str, label: str) -> str:
    """Say the number of an equation as its page shows it."""
    if env.config.math_numfig and env.config.numfig:
        numbers = env.toc_fignumbers.get(page, {}).get("displaymath", {})
        return ".".join(map(str, numbers.get(f"equation-{label}", ())))
    return str(env.get_domain("math").get_equation_number_for(label))


def setup(app: Sphinx) -> None:
    """Register the role and what resolves it."""
    app.add_node(book_place)
    app.add_role("book", _role)
    app.add_post_transform(ResolvePlaces)
