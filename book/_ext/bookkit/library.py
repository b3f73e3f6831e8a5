"""The reference of the library: its docstrings as entries, with the code, linked to the book.

Sphinx's autodoc and napoleon do the work.  This module decides what is an entry, and rewrites
the few things of a docstring that read well in a terminal and less so on a page: names in
backticks become links, references a list, and the places that a docstring cites the links of
`library_places`.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.library_places import cite_places
from bookkit.listings import without_docstrings

_AUTOMODULE = re.compile(r"^\.\. automodule:: dlcourse\.(\w+)$", re.MULTILINE)
_NAME = re.compile(r"(?<![:`\w])`([A-Za-z_][\w.]*)`(?!`)")
_REFERENCE = re.compile(r"^\.\. \[(\d)\] ", re.MULTILINE)
_NUMPYDOC_EXAMPLES = "Examples\n--------"


def documented(source: Path) -> dict[str, list[str]]:
    """Find which page documents which modules.

    Parameters
    ----------
    source : Path
        Folder of the book's pages.

    Returns
    -------
    dict
        Modules of the library by the name of their page, both in order.
    """
    pages = sorted(source.glob("library-*.md"))
    return {page.stem: _AUTOMODULE.findall(page.read_text(encoding="utf-8")) for page in pages}


def public_members(module: ModuleType) -> dict[str, Any]:
    """Collect the functions and classes that a module defines for others, in its own order.

    Parameters
    ----------
    module : module
        A module of the library.

    Returns
    -------
    dict
        Objects by name.
    """
    return {
        name: thing
        for name, thing in vars(module).items()
        if (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__ == module.__name__
        and not name.startswith("_")
    }


def summary(thing: Any) -> str:
    """First sentence of a docstring, without its formula.

    Parameters
    ----------
    thing : object
        Module, class or function.

    Returns
    -------
    str
        Words, with names in backticks.
    """
    first = " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
    words, formula, _ = first.partition(":math:")
    return (words.rpartition(": ")[0] or words if formula else words).rstrip(".,: ")


def _rewrite(app: Sphinx, what: str, name: str, _thing: Any, _options: Any, lines: list) -> None:
    text = "\n".join(lines)
    head, examples, tail = text.partition(_NUMPYDOC_EXAMPLES)
    head = _REFERENCE.sub(r"\1. \\", head.replace("]_", "]"))
    home = name if what == "module" else ".".join(name.split(".")[:2])
    modules = {module for names in documented(Path(app.srcdir)).values() for module in names}
    head = _NAME.sub(lambda found: _link(found[1], home, modules), cite_places(head))
    lines[:] = (head + examples + tail).split("\n")


def _link(name: str, home: str, modules: set[str]) -> str:
    """Turn a name into a link, if it is one of the library; else it is set as code."""
    if name in modules:
        return f":py:mod:`{name} <dlcourse.{name}>`"
    first, _, rest = name.partition(".")
    places = [(home, name), (f"dlcourse.{first}", rest)] if first in modules else [(home, name)]
    for module, member in places:
        thing = getattr(importlib.import_module(module), member, None) if member else None
        place = getattr(thing, "__module__", "")
        if place.removeprefix("dlcourse.") in modules and hasattr(thing, "__qualname__"):
            return f":py:obj:`{name} <{place}.{thing.__qualname__}>`"
    return f"``{name}``"


def _show_code(_app: Sphinx, what: str, _name: str, thing: Any, _options: Any, lines: list) -> None:
    if what != "function":
        return
    code = without_docstrings(inspect.getsource(thing))
    block = textwrap.indent(f".. code-block:: python\n\n{textwrap.indent(code, '   ')}", "   ")
    lines += ["", ".. dropdown:: The code", "", *block.split("\n"), ""]


def _skip(_app: Sphinx, what: str, _name: str, thing: Any, skip: bool, _options: Any) -> bool:
    """Leave constants and type aliases out, and the fields that a class explains itself."""
    if what == "module":
        return skip or not (inspect.isfunction(thing) or inspect.isclass(thing))
    return skip or not (inspect.isroutine(thing) or isinstance(thing, property))


class LibraryIndex(SphinxDirective):
    """Every name of the library with its first sentence, page by page."""

    def run(self) -> list[nodes.Node]:
        """Write the lists in MyST and let the page's own parser read them."""
        source, lines = Path(self.env.srcdir), []
        for page, modules in documented(source).items():
            self.env.note_dependency(str(source / f"{page}.md"))
            lines += ["", f"**[]({page}.md)**", ""]
            for name in modules:
                module = importlib.import_module(f"dlcourse.{name}")
                lines += [f"{{py:mod}}`{name} <dlcourse.{name}>`", f": {_words(module)}.", ""]
                members = public_members(module).items()
                lines += [f"  - {_entry(name, member, thing)}" for member, thing in members]
                lines += [""]
        box = nodes.container(classes=["library-index"])
        self.state.nested_parse(lines, self.content_offset, box)
        return [box]


def _entry(module: str, name: str, thing: Any) -> str:
    return f"{{py:obj}}`{name} <dlcourse.{module}.{name}>`: {_words(thing)}."


def _words(thing: Any) -> str:
    """Summary for MyST: one backtick is code there already; stars and brackets are text."""
    return re.sub(r"(?<!`)([\[\]*$<>])", r"\\\1", summary(thing))


def setup(app: Sphinx) -> None:
    """Rewrite docstrings before napoleon reads them, and add the code after it."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-docstring", _rewrite, priority=400)
    app.connect("autodoc-process-docstring", _show_code, priority=600)
    app.connect("autodoc-skip-member", _skip)
    app.add_directive("library-index", LibraryIndex)
