"""The ``widget`` directive: a place for one of the scripts in ``_static/widgets``.

.. code-block:: md

   ```{widget} neuron
   What a reader without scripts sees instead: text, or a picture.
   ```

Numbers that a widget shares with the library are handed to it here, so that none is typed twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from dlcourse.figures import graph321
from dlcourse.figures.information import START_P, START_Q
from dlcourse.figures.landscapes import LANDSCAPES
from dlcourse.figures.waves import CURVE_NOISE
from dlcourse.neuron import gate_weights


def _neuron() -> dict[str, Any]:
    presets = {}
    for gate in ("and", "or", "nand"):
        weights, bias = gate_weights(gate)
        presets[gate] = [*(float(w) for w in weights), float(bias)]
    return {"gates": presets}


def _distributions() -> dict[str, Any]:
    return {"presets": {"start": {"p": START_P.tolist(), "q": START_Q.tolist()}}}


def _race() -> dict[str, Any]:
    return {
        name: {
            "title": land.title,
            "start": land.start,
            "window": land.window,
            "goals": land.goals,
            "rates": land.rates,
        }
        for name, land in LANDSCAPES.items()
    }


def _dial() -> dict[str, Any]:
    return {"noise": CURVE_NOISE}


def _network321() -> dict[str, Any]:
    params = {name: value.tolist() for name, value in graph321.PARAMS.items()}
    return {
        "params": params,
        "x": graph321.X.tolist(),
        "target": graph321.TARGET,
        "rate": graph321.LEARNING_RATE,
    }


#: What each widget is called, and the function that gives its numbers.
_WIDGETS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "dial": ("The bias-variance dial", _dial),
    "neuron": ("A neuron with two inputs", _neuron),
    "distributions": ("Two distributions and four measures", _distributions),
    "race": ("A race of optimizers", _race),
    "network321": ("A network of three inputs, two hidden units and one output", _network321),
}


class widget(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """A container that a script fills; its children are what stands there without one."""


class WidgetDirective(SphinxDirective):
    """Place a widget."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Check that the widget exists and has something to show without a script."""
        name = self.arguments[0]
        script = Path(self.env.srcdir, "_static", "widgets", f"{name}.js")
        if name not in _WIDGETS or not script.is_file():
            raise self.error(f"widget {name!r}: wanted one of {sorted(_WIDGETS)}, with {script}")
        self.env.note_dependency(str(script))
        box = widget(name=name)
        self.state.nested_parse(self.content, self.content_offset, box)
        if not box.children:
            raise self.error(f"widget {name!r}: write what a reader without scripts should see")
        return [box]


def _visit(self: HTML5Translator, node: widget) -> None:
    title, numbers = _WIDGETS[node["name"]]
    self.body.append(
        f'<section class="widget" id="widget-{node["name"]}" data-widget="{node["name"]}" '
        f'data-numbers="{self.attval(json.dumps(numbers()))}" aria-label="{title}">'
        f'<p class="box-title">Try it: {title[0].lower()}{title[1:]}</p>'
        '<div class="widget-still">'
    )


def _depart(self: HTML5Translator, _node: widget) -> None:
    self.body.append("</div></section>\n")


def setup(app: Sphinx) -> None:
    """Register the directive and its node."""
    app.add_node(widget, html=(_visit, _depart))
    app.add_directive("widget", WidgetDirective)
