"""Code of the library on a page, without its docstring.

A page tells at length what a function's docstring says in brief; shown together, the four lines
of code drown.  ``literalinclude`` of a whole Python object therefore leaves the docstring out,
unless ``:docstring:`` asks for it.
"""

from __future__ import annotations

import ast
import textwrap
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude


def without_docstrings(code: str) -> str:
    """Cut the docstrings of a piece of Python out, and nothing else.

    Parameters
    ----------
    code : str
        Source of a function or class.

    Returns
    -------
    str
        The same lines without those of docstrings.
    """
    lines = code.splitlines()
    dropped: set[int] = set()
    for node in ast.walk(ast.parse(textwrap.dedent(code))):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or ast.get_docstring(node) is None:
            continue
        docstring = node.body[0]
        dropped.update(range(docstring.lineno - 1, docstring.end_lineno or docstring.lineno))
        after = docstring.end_lineno or 0
        if after < len(lines) and not lines[after].strip():
            dropped.add(after)
    return "\n".join(line for index, line in enumerate(lines) if index not in dropped)


class LibraryInclude(LiteralInclude):
    """``literalinclude`` that shows what the code does, once."""

    option_spec: ClassVar[dict[str, Any]] = {
        **LiteralInclude.option_spec,
        "docstring": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Include as Sphinx does, then cut the docstrings of an object."""
        found = super().run()
        partial = {"lines", "start-at", "start-after", "end-at", "end-before", "docstring"}
        if "pyobject" in self.options and not partial & self.options.keys():
            for block in (b for node in found for b in node.findall(nodes.literal_block)):
                code = without_docstrings(block.astext())
                block.rawsource, block.children = code, []
                block += nodes.Text(code)
        return found


def setup(app: Sphinx) -> None:
    """Put the directive in the place of Sphinx's."""
    app.add_directive("literalinclude", LibraryInclude, override=True)
