"""The ``quiz`` directive: one question, two or more choices, and why each is right or wrong.

.. code-block:: md

   ```{quiz} and-gate
   Which bias makes it an AND gate?

   - [ ] `0.5`
     > Then it fires for every input.
   - [x] `-1.5`
     > Only 1 + 1 is above 1.5.
   ```

Without a script the explanations are a folded list; with one, each appears when it is asked for.
"""

from __future__ import annotations

import re
from string import ascii_uppercase
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

_MARK = re.compile(r"^\[([ xX])\]\s*")


class quiz(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """A self-check: context, question, choices, answers."""


class quiz_question(nodes.General, nodes.Element):  # noqa: N801
    """The sentence that the choices answer: the legend of the group of buttons."""


class quiz_choice(nodes.General, nodes.Element):  # noqa: N801
    """One choice: a radio button and its label."""


class quiz_answers(nodes.General, nodes.Element):  # noqa: N801
    """The list of explanations."""


class quiz_answer(nodes.General, nodes.Element):  # noqa: N801
    """Why one choice is right or wrong."""


class QuizDirective(SphinxDirective):
    """Parse the question and its choices; refuse a quiz that would leave a reader alone."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Build the quiz from a parsed list of marked choices."""
        slug = self.arguments[0]
        if not re.fullmatch(r"[a-z0-9-]+", slug):
            raise self._refuse("the name may hold only lower-case letters, digits and '-'")
        box = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, box)
        if len(box) < 2 or not isinstance(box[-1], nodes.bullet_list):
            raise self._refuse("wanted a question, then a list of choices as the last thing")
        *context, question, choices = box.children
        if not isinstance(question, nodes.paragraph):
            raise self._refuse("the last thing before the choices must be the question's sentence")
        parsed = [self._choice(item) for item in choices.children]
        right = sum(good for good, _, _ in parsed)
        if len(parsed) < 2 or right != 1:
            raise self._refuse(
                f"got {len(parsed)} choices, {right} right; wanted exactly one right"
            )
        return [self._assemble(slug, context, question, parsed)]

    def _choice(self, item: nodes.Element) -> tuple[bool, list[nodes.Node], list[nodes.Node]]:
        """Read one list item: is it right, its text, its explanation."""
        *text, why = item.children if len(item) > 1 else (*item.children, None)
        mark = _MARK.match(text[0].astext()) if text else None
        if not mark or not isinstance(text[0], nodes.paragraph):
            raise self._refuse(
                f"{item.astext().splitlines()[0][:40]!r} does not start with '[ ]' or '[x]'"
            )
        if not isinstance(why, nodes.block_quote) or not why.astext().strip():
            raise self._refuse(
                f"the choice {text[0].astext()[:40]!r} has no explanation; "
                "add a line '  > why' under it"
            )
        first = text[0][0]
        text[0].replace(first, nodes.Text(_MARK.sub("", first.astext())))
        return mark[1] != " ", [n for p in text for n in p.children], list(why.children)

    def _assemble(
        self,
        slug: str,
        context: list[nodes.Node],
        question: nodes.paragraph,
        parsed: list[tuple[bool, list[nodes.Node], list[nodes.Node]]],
    ) -> quiz:
        whole = quiz("", *context, slug=slug, ids=[f"quiz-{slug}"])
        whole += quiz_question("", *question.children)
        answers = quiz_answers()
        for index, (right, text, why) in enumerate(parsed):
            facts = {"slug": slug, "index": index, "right": right}
            whole += quiz_choice("", *text, **facts)
            answers += quiz_answer("", *why, **facts)
        whole += answers
        return whole

    def _refuse(self, why: str) -> Exception:
        return self.error(f"quiz {self.arguments[0]!r}: {why}")


def _visit_quiz(self: HTML5Translator, node: quiz) -> None:
    self.body.append(
        f'<form class="quiz" id="quiz-{node["slug"]}" data-quiz="{node["slug"]}">'
        '<p class="box-title">Question</p>'
    )


def _depart_quiz(self: HTML5Translator, _node: quiz) -> None:
    self.body.append("</form>\n")


def _visit_question(self: HTML5Translator, _node: quiz_question) -> None:
    self.body.append("<fieldset><legend>")


def _depart_question(self: HTML5Translator, _node: quiz_question) -> None:
    self.body.append("</legend>")


def _visit_choice(self: HTML5Translator, node: quiz_choice) -> None:
    name, index = f"quiz-{node['slug']}", node["index"]
    self.body.append(
        f'<div class="quiz-choice"><input type="radio" name="{name}" id="{name}-{index}" '
        f'value="{index}"><label for="{name}-{index}">'
        f'<span class="quiz-letter">{ascii_uppercase[index]}</span> <span>'
    )


def _depart_choice(self: HTML5Translator, _node: quiz_choice) -> None:
    self.body.append("</span></label></div>")


def _visit_answers(self: HTML5Translator, _node: quiz_answers) -> None:
    self.body.append(
        '</fieldset><button type="submit" class="button script-only">Check my answer</button>'
        '<div class="quiz-verdict" role="status" aria-live="polite"></div>'
        '<details class="fold quiz-answers"><summary>Answers, with reasons</summary>'
        '<div class="fold-body">'
    )


def _depart_answers(self: HTML5Translator, _node: quiz_answers) -> None:
    self.body.append("</div></details>")


def _visit_answer(self: HTML5Translator, node: quiz_answer) -> None:
    letter, verdict = ascii_uppercase[node["index"]], "right" if node["right"] else "wrong"
    self.body.append(
        f'<div class="quiz-answer" data-verdict="{verdict}">'
        f'<p class="quiz-answer-title">{letter} is {verdict}.</p>'
    )


def _depart_answer(self: HTML5Translator, _node: quiz_answer) -> None:
    self.body.append("</div>")


def setup(app: Sphinx) -> None:
    """Register the directive and its nodes."""
    app.add_node(quiz, html=(_visit_quiz, _depart_quiz))
    app.add_node(quiz_question, html=(_visit_question, _depart_question))
    app.add_node(quiz_choice, html=(_visit_choice, _depart_choice))
    app.add_node(quiz_answers, html=(_visit_answers, _depart_answers))
    app.add_node(quiz_answer, html=(_visit_answer, _depart_answer))
    app.add_directive("quiz", QuizDirective)
