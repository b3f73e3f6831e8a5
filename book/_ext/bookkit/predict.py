"""The ``predict`` directive: a question first, its answer folded until the reader opens it.

.. code-block:: md

   ```{predict}
   What will the sum be?
   +++
   Zero: the terms cancel.
   ```
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

_SEPARATOR = "+++"


class predict(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """A question and, as its last child, the folded answer."""


class predict_answer(nodes.General, nodes.Element):  # noqa: N801
    """The folded answer."""


class PredictDirective(SphinxDirective):
    """Ask for a prediction, then show what happens."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Split the content at ``+++`` and parse both halves."""
        lines = [line.rstrip() for line in self.content]
        if lines.count(_SEPARATOR) != 1:
            raise self.error(
                f"predict: got {lines.count(_SEPARATOR)} lines that hold only {_SEPARATOR}, "
                "wanted one, between the question and the answer"
            )
        cut = lines.index(_SEPARATOR)
        question = predict()
        answer = predict_answer()
        self._parse(self.content[:cut], 0, question, "question")
        self._parse(self.content[cut + 1 :], cut + 1, answer, "answer")
        question += answer
        return [question]

    def _parse(self, lines: StringList, start: int, into: nodes.Element, part: str) -> None:
        self.state.nested_parse(lines, self.content_offset + start, into)
        if not into.children:
            raise self.error(f"predict: the {part} is empty")


def _visit(self: HTML5Translator, _node: predict) -> None:
    self.body.append(
        '<div class="predict" role="group" aria-label="Predict, then compare">'
        '<p class="box-title">Predict</p>'
    )


def _depart(self: HTML5Translator, _node: predict) -> None:
    self.body.append("</div>\n")


def _visit_answer(self: HTML5Translator, _node: predict_answer) -> None:
    self.body.append(
        '<details class="fold"><summary>Compare with the answer</summary><div class="fold-body">'
    )


def _depart_answer(self: HTML5Translator, _node: predict_answer) -> None:
    self.body.append("</div></details>")


def setup(app: Sphinx) -> None:
    """Register the directive and its nodes."""
    app.add_node(predict, html=(_visit, _depart))
    app.add_node(predict_answer, html=(_visit_answer, _depart_answer))
    app.add_directive("predict", PredictDirective)
