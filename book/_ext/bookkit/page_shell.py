"""What surrounds the text of a page: the book's own layout, with only the assets it needs.

The theme's layout loads about 840 KB on every page (an icon font twice over, Bootstrap, Thebe)
and has fourteen fixed accessibility faults.  ``_templates/layout.html`` replaces it; this module
tells that template which style sheets and scripts the page at hand uses.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from bookkit.ledger import ledger
from bookkit.quiz import quiz
from bookkit.widget import widget

_DESCRIPTION_LENGTH = 155
#: What nearly every page needs: asked for early, so that the text does not jump when they come.
_TEXT_FONTS = ("fonts/inter.woff2", "fonts/source-serif.woff2")
_ITALIC_FONTS = ("fonts/source-serif-italic.woff2",)
_MATH_FONTS = ("katex/fonts/KaTeX_Main-Regular.woff2", "katex/fonts/KaTeX_Math-Italic.woff2")


def _add_assets(
    _app: Sphinx,
    _pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    body = _tidy(context.get("body") or "")
    context["body"] = body
    styles = ["pygments.css"] if 'class="highlight"' in body else []
    styles += ["katex/katex.css"] if 'class="katex"' in body else []
    # The book styles dropdowns itself; only cards, grids and tabs need 47 KB of styles.
    styles += (
        ["sphinx-design.css"]
        if re.search(r"sd-tab-set|sd-container|sd-card sd-sphinx", body)
        else []
    )
    scripts = ["book.js"]
    if doctree is not None:
        scripts += ["quiz.js"] if any(doctree.findall(quiz)) else []
        scripts += ["ledger.js"] if any(doctree.findall(ledger)) else []
        names = {node["name"] for node in doctree.findall(widget)}
        scripts += [f"widgets/{name}.js" for name in sorted(names)]
    context["page_styles"] = [*styles, "book.css"]
    context["page_scripts"] = scripts
    context["page_fonts"] = [
        *_TEXT_FONTS,
        *(_ITALIC_FONTS if "<em>" in body else ()),
        *(_MATH_FONTS if "katex/katex.css" in styles else ()),
    ]
    context["page_contents"] = _contents(context)
    context["page_description"] = _description(doctree)


def _tidy(body: str) -> str:
    """Correct what other extensions write and no setting of theirs changes."""
    body = re.sub(r"<script\b.*?</script>", "", body, flags=re.DOTALL)  # Thebe's
    # A label that contradicts the text it labels, and an id that every theorem of a page gets.
    body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    body = body.replace('-content" id="proof-content">', '-content">')
    body = body.replace(' role="doc-biblioentry"', ' role="listitem"')  # the list has role="list"
    proof = r'(<div class="proof admonition"[^>]*>\s*<p>)Proof\. '
    body = re.sub(proof, r'\1<span class="proof-word">Proof.</span> ', body)
    return _tidy_tables(body)


def _tidy_tables(body: str) -> str:
    """Let wide tables scroll; give every header cell text, or make it no header."""
    body = re.sub(r"<table\b", '<div class="table-scroll scroll-box"><table', body)
    body = body.replace("</table>", "</table></div>")
    body = re.sub(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>", r"<td\1></td>", body)
    # Screen readers are told of formulas by MathML; a header needs plain text beside it.
    formula = r'<span class="math">(.*?<annotation[^>]*>(.*?)</annotation>.*?)(?=</p>|</th>)'
    spoken = r'\1<span class="visually-hidden">\3</span><span class="math" aria-hidden="true">\2'
    return re.sub(r"(<th\b[^>]*>(?:<p>)?)" + formula, spoken, body)


def _contents(context: dict[str, Any]) -> str:
    """List of the chapters, with the sections of this page under its own chapter."""
    chapters = context["toctree"](maxdepth=2, collapse=True, includehidden=True, titles_only=True)
    here = '<a class="current reference internal" href="#">'
    sections = re.search(
        r"</a>\s*(<ul>.*</ul>)\s*</li>\s*</ul>", context.get("toc") or "", re.DOTALL
    )
    before, current, after = (chapters or "").partition(here)
    if not current or not sections:
        return chapters or ""
    title, end, rest = after.partition("</a>")
    return f'{before}{here[:-1]} aria-current="page">{title}{end}{sections[1]}{rest}'


def _description(doctree: nodes.document | None) -> str:
    """First plain paragraph of the page, cut at a word."""
    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section) and len(text) > 40:
            cut = text[: _DESCRIPTION_LENGTH + 1].rsplit(" ", 1)[0]
            return text if len(text) <= _DESCRIPTION_LENGTH else f"{cut} …"
    return ""


def setup(app: Sphinx) -> None:
    """Fill the template's variables after every other extension has had its say."""
    app.connect("html-page-context", _add_assets, priority=900)
