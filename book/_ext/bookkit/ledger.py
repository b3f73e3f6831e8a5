"""The ``ledger`` directive: one set of notes, claim by claim, computed while the page is read.

.. code-block:: md

   ```{ledger} 000
   ```

   ```{ledger-counts}
   ```

Rows come from ``book/ledger`` by way of `dlcourse.ledger`.  A row that contradicts itself stops
the build.  A row names places in the book; the first that exists when all pages are read is
linked, and a chapter that is not written yet breaks nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from bookkit.library_places import equation_number
from dlcourse.ledger import VERDICTS, Row, faults, read_note

_HEADS = (("says", "The notes say"), ("true", "What is true"), ("verdict", "Verdict"))


class ledger(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """The table of one set of notes."""


class ledger_row(nodes.General, nodes.Element):  # noqa: N801
    """One claim; its children are cells."""


class ledger_cell(nodes.General, nodes.Element):  # noqa: N801
    """What the notes say, what is true, or the verdict."""


class ledger_how(nodes.General, nodes.Element):  # noqa: N801
    """The folded expressions of a row, with what came out of them."""


class ledger_link(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801
    """A place that may turn out not to exist; replaced by a link or by nothing."""


class _Ledger(SphinxDirective):
    def _note(self, path: Path) -> tuple[str, list[Row]]:
        self.env.note_dependency(str(path))
        try:
            return read_note(path)
        except (OSError, ValueError) as error:
            raise self.error(f"ledger: {error}") from error

    @property
    def _folder(self) -> Path:
        return Path(self.env.srcdir, "ledger")

    def _parse(self, text: str, into: nodes.Element) -> None:
        lines = StringList(text.splitlines(), source=self.env.doc2path(self.env.docname))
        self.state.nested_parse(lines, self.content_offset, into)


class LedgerDirective(_Ledger):
    """Show one set of notes."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Compute every row and lay it out."""
        title, rows = self._note(self._folder / f"{self.arguments[0]}.toml")
        table = ledger(note=self.arguments[0], title=title)
        for row in rows:
            wrong = list(faults(row))
            if wrong:
                raise self.error(f"ledger {row.anchor} ({row.topic}): {'; '.join(wrong)}")
            table += self._row(row)
        return [table]

    def _row(self, row: Row) -> ledger_row:
        line = ledger_row(ids=[row.anchor], verdict=row.verdict, topic=row.topic)
        says = ledger_cell(column="says")
        says += nodes.paragraph("", row.topic, classes=["ledger-topic"])
        self._parse(row.says, says)
        true = ledger_cell(column="true")
        self._parse(row.truth, true)
        if row.computable:
            true += self._how(row)
        true += ledger_link(labels=row.labels)
        line += [says, true, ledger_cell(column="verdict", verdict=row.verdict)]
        return line

    def _how(self, row: Row) -> ledger_how:
        how = ledger_how()
        for expression, result in _results(row):
            code = nodes.literal("", expression)
            how += nodes.paragraph("", "", code, nodes.Text(f" {result}"))
        return how


class LedgerCountsDirective(_Ledger):
    """Count the verdicts of every set of notes."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Write the counts as a table, and a sentence that sums them up."""
        notes = {path.stem: self._note(path) for path in sorted(self._folder.glob("*.toml"))}
        everything = [row for _, rows in notes.values() for row in rows]
        computed = sum(row.computable for row in everything)
        box = nodes.Element()
        text = [f"{len(everything)} claims, {computed} of them computed when this page was built."]
        text += ["", f"| notes | claims | {' | '.join(VERDICTS)} |", "|---" * (2 + len(VERDICTS))]
        text[-1] += "|"
        for name, (_, rows) in [*notes.items(), ("all", ("", everything))]:
            counts = Counter(row.verdict for row in rows)
            cells = " | ".join(str(counts[verdict]) for verdict in VERDICTS)
            text.append(f"| {name} | {len(rows)} | {cells} |")
        self._parse("\n".join(text), box)
        return box.children


def _results(row: Row) -> Iterator[tuple[str, str]]:
    """Expressions of a row, and what they gave."""
    for name, expression in row.given.items():
        if name in _used(row):
            yield f"{name} = {expression}", ""
    if row.compute:
        yield row.compute, "gives " + ", ".join(f"{value:.6g}" for value in row.values)
    if row.origin:
        yield row.origin, f"gives the {row.said[0]} of the notes"
    if row.holds:
        yield row.holds, "is true"
    if row.fails:
        yield row.fails, "is false"


def _used(row: Row) -> set[str]:
    """Names of `given` that the row's expressions need, directly or through each other."""
    found: set[str] = set()
    waiting = [row.compute, row.origin, row.holds, row.fails]
    while waiting:
        tree = ast.parse(waiting.pop() or "0", mode="eval")
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name in (names & set(row.given)) - found:
            found.add(name)
            waiting.append(row.given[name])
    return found


def _place(env: BuildEnvironment, label: str) -> tuple[str, str, str] | None:
    """Page, anchor and name of a label, of a section or of an equation."""
    sections = env.domains["std"].data["labels"]
    if label in sections:
        return sections[label]
    equations = env.domains["math"].data["objects"]
    if label in equations:
        page, _ = equations[label]
        return page, f"equation-{label}", f"equation ({equation_number(env, page, label)})"
    return None


def _link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put links where a label exists, and nothing where none does."""
    for node in list(doctree.findall(ledger_link)):
        places = (_place(app.env, label) for label in node["labels"])
        place = next((place for place in places if place), None)
        node.replace_self(_linked(app, docname, place) if place else [])


def _linked(app: Sphinx, docname: str, place: tuple[str, str, str]) -> list[nodes.Node]:
    page, anchor, name = place
    address = app.builder.get_relative_uri(docname, page)
    reference = nodes.reference("", name, refuri=f"{address}#{anchor}", internal=True)
    chapter = app.env.titles[page].astext()
    return [nodes.paragraph("", f"{chapter}: ", reference, classes=["ledger-place"])]


def _again(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write pages with a ledger in every build: labels of other pages may have come or gone."""
    return sorted(
        name
        for name, files in env.dependencies.items()
        if any(Path(file).parent.name == "ledger" for file in files)
    )


def _visit_ledger(self: HTML5Translator, node: ledger) -> None:
    heads = "".join(f'<th scope="col">{text}</th>' for _, text in _HEADS)
    self.body.append(
        f'<table class="ledger"><caption class="visually-hidden">Notes {node["note"]}: '
        f"{self.encode(node['title'])}</caption><thead><tr>{heads}</tr></thead><tbody>"
    )


def _depart_ledger(self: HTML5Translator, _node: ledger) -> None:
    self.body.append("</tbody></table>\n")


def _visit_row(self: HTML5Translator, node: ledger_row) -> None:
    self.body.append(
        f'<tr id="{node["ids"][0]}" data-verdict="{node["verdict"]}" '
        f'data-topic="{self.attval(node["topic"])}">'
    )


def _depart_row(self: HTML5Translator, _node: ledger_row) -> None:
    self.body.append("</tr>\n")


def _visit_cell(self: HTML5Translator, node: ledger_cell) -> None:
    self.body.append(f'<td class="ledger-{node["column"]}">')
    if node["column"] == "verdict":
        verdict = node["verdict"]
        self.body.append(f'<span class="verdict verdict-{verdict}">{verdict}</span>')


def _depart_cell(self: HTML5Translator, _node: ledger_cell) -> None:
    self.body.append("</td>")


def _visit_how(self: HTML5Translator, _node: ledger_how) -> None:
    self.body.append('<details class="fold ledger-how"><summary>computed</summary>')


def _depart_how(self: HTML5Translator, _node: ledger_how) -> None:
    self.body.append("</details>")


def setup(app: Sphinx) -> None:
    """Register the directives and their nodes."""
    app.add_node(ledger, html=(_visit_ledger, _depart_ledger))
    app.add_node(ledger_row, html=(_visit_row, _depart_row))
    app.add_node(ledger_cell, html=(_visit_cell, _depart_cell))
    app.add_node(ledger_how, html=(_visit_how, _depart_how))
    app.add_node(ledger_link)
    app.add_directive("ledger", LedgerDirective)
    app.add_directive("ledger-counts", LedgerCountsDirective)
    app.connect("doctree-resolved", _link)
    app.connect("env-updated", _again)
