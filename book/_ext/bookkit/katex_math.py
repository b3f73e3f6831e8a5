"""Formulas as HTML at build time, all of a book in one run of KaTeX.

A reader then needs no script for a formula, and no other host.  A formula that KaTeX cannot
read is a warning with its place, so it fails a build with ``-W``.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from dlcourse.site import require_node

logger = logging.getLogger(__name__)

_SCRIPT = Path(__file__).with_name("katex_batch.mjs")
_NUMBERED = ("align", "alignat", "equation", "gather")

# What must not begin a line, if it follows a formula.
_CLOSING = re.compile(r"[,.;:!?)\]’”]+")

Formula = tuple[str, bool]


class Renderer:
    """A table from formulas to HTML that is filled in batches.

    Parameters
    ----------
    macros : dict
        TeX macros that every formula may use.
    """

    def __init__(self, macros: dict[str, str]) -> None:
        self._macros = macros
        self._known: dict[Formula, dict[str, str]] = {}

    def prepare(self, formulas: list[Formula]) -> None:
        """Render the formulas that are not in the table yet, in one process."""
        new = [formula for formula in dict.fromkeys(formulas) if formula not in self._known]
        if not new:
            return
        asked = {
            "macros": self._macros,
            "formulas": [{"tex": tex, "display": display} for tex, display in new],
        }
        done = subprocess.run(
            [require_node(), str(_SCRIPT)],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(
                f"KaTeX did not run: {done.stderr.strip()[-400:]}\n"
                "Run `npm ci --ignore-scripts` in the repository's root."
            )
        self._known.update(zip(new, json.loads(done.stdout), strict=True))

    def html(self, formula: Formula, node: nodes.Node) -> str:
        """Return a formula as HTML; a formula that cannot be read is a warning."""
        self.prepare([formula])
        answer = self._known[formula]
        if "error" in answer:
            logger.warning("formula %r: %s", formula[0], answer["error"], location=node)
            return "<code></code>"
        return answer["html"]


def _display_tex(node: nodes.math_block) -> str:
    """TeX of a displayed formula; Sphinx, not KaTeX, puts the equation numbers."""
    tex = node.astext().strip()
    if node.get("nowrap"):
        for name in _NUMBERED:
            tex = tex.replace(f"{{{name}}}", f"{{{name}*}}")
        return tex
    if r"\\" in tex and not tex.startswith(r"\begin"):
        return rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def _formula(node: nodes.Element) -> Formula:
    if isinstance(node, nodes.math_block):
        return _display_tex(node), True
    return node.astext(), False


def _prepare_all(app: Sphinx, env: BuildEnvironment) -> None:
    if app.builder.format != "html":
        return
    formulas = [
        _formula(node)
        for docname in sorted(env.found_docs)
        for kind in (nodes.math, nodes.math_block)
        for node in env.get_doctree(docname).findall(kind)
    ]
    _renderer(app).prepare(formulas)


def _renderer(app: Sphinx) -> Renderer:
    if not hasattr(app, "book_formulas"):
        app.book_formulas = Renderer(app.config.katex_macros)  # type: ignore[attr-defined]
    return app.book_formulas  # type: ignore[attr-defined]


def _tie(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Keep a short formula and the punctuation after it on one line.

    A browser may break a line behind any piece of a formula, even before a comma.  A formula
    of several pieces stays as it is: tied together it could be wider than a phone.
    """
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(nodes.math)):
        parent, place = node.parent, node.parent.index(node) + 1
        after = parent[place] if place < len(parent) else None
        mark = isinstance(after, nodes.Text) and _CLOSING.match(after)
        if not mark or _renderer(app).html(_formula(node), node).count('class="base"') != 1:
            continue
        # By place: equal texts are equal to docutils, and the first would be taken for this one.
        parent[place] = nodes.Text(after[mark.end() :])
        tied = nodes.inline("", "", node.deepcopy(), nodes.Text(mark[0]), classes=["tied"])
        parent[place - 1] = tied


def _visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    html = _renderer(self.builder.app).html(_formula(node), node)
    self.body.append(f'<span class="math">{html}</span>')
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    html = _renderer(self.builder.app).html(_formula(node), node)
    number = get_node_equation_number(self, node) if node["number"] else ""
    if number and "amsmath" in node["classes"]:
        # MyST gives a random id; a page that did not change should not differ.
        node["ids"] = [f"equation-{number}".replace(".", "-")]
    self.body.append(self.starttag(node, "div", CLASS="math-block"))
    self.body.append(f'<div class="math-scroll scroll-box">{html}</div>')
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register KaTeX as the renderer that ``html_math_renderer: katex`` asks for."""
    app.add_config_value("katex_macros", {}, "html", types=[dict])
    app.add_html_math_renderer("katex", (_visit_inline, None), (_visit_block, None))
    app.connect("env-updated", _prepare_all)
    app.connect("doctree-resolved", _tie)
