"""The ``picture`` directive: a numbered figure drawn by a function of `dlcourse.figures`.

.. code-block:: md

   ```{picture} neuron.activation_gallery
   :name: fig-activations
   The caption, in MyST.
   ```

A picture with motion is written twice, as a still and as the same SVG with its motion; `book.js`
adds the button that plays it.  Without scripts, and on paper, there is the still.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from pathlib import Path
from typing import Any, ClassVar

import matplotlib.pyplot as plt
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from dlcourse.figures.style import DARK, LIGHT, Picture, Theme, to_moving_svg, to_svg

#: Points of an SVG to pixels of a page.
_PIXELS = 4 / 3


class picture(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """The two drawings of a figure, as SVG text, with what replaces them."""


class PictureDirective(SphinxDirective):
    """Draw a figure for light and dark pages and number it."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "name": directives.unchanged,
        "figclass": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return a figure node, so that numbers and references work as for any other figure."""
        drawing = picture(name=self.arguments[0], **self._drawings())
        figure = nodes.figure("", drawing, classes=["picture", *self.options.get("figclass", [])])
        self.set_source_info(figure)
        self.add_name(figure)
        if self.content:
            figure += self._caption()
        return [figure]

    def _drawings(self) -> dict[str, str]:
        """SVG for each theme and the alt text; kept until the library changes."""
        cache = Path(self.env.app.outdir).parent / ".picture_cache" / self.config.library_key
        kept = cache / f"{self.arguments[0]}.json"
        if kept.exists():
            return json.loads(kept.read_text(encoding="utf-8"))
        drawings = {}
        for theme in (LIGHT, DARK):
            drawn = self._draw(theme)
            drawings[theme.name], drawings["alt"] = to_svg(drawn), drawn.alt
            if drawn.motion:
                drawings[f"{theme.name}-moving"] = to_moving_svg(drawn)
            plt.close(drawn.figure)
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(drawings), encoding="utf-8")
        return drawings

    def _draw(self, theme: Theme) -> Picture:
        path = self.arguments[0]
        module, _, function = path.rpartition(".")
        try:
            draw = getattr(importlib.import_module(f"dlcourse.figures.{module}"), function)
            drawn = draw(theme)
        except Exception as error:
            raise self.error(
                f"picture {path!r}: {type(error).__name__}: {error}. Wanted: a function "
                f"{function or path}(theme) -> Picture in dlcourse/figures/{module or '...'}.py"
            ) from error
        if not isinstance(drawn, Picture) or not drawn.alt.strip():
            raise self.error(
                f"picture {path!r} came back without alt text. "
                "Return Picture(figure, alt) with a sentence that says what the figure shows."
            )
        return drawn

    def _caption(self) -> nodes.caption:
        box = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, box)
        if len(box) != 1 or not isinstance(box[0], nodes.paragraph):
            raise self.error(f"picture {self.arguments[0]!r}: the caption must be one paragraph")
        return nodes.caption(box[0].rawsource, "", *box[0].children)


def _pixels(svg: str) -> tuple[int, int]:
    """Size of a drawing in CSS pixels, so that the page keeps its place while it loads."""
    found = re.search(r'<svg[^>]*?height="([\d.]+)pt"[^>]*?width="([\d.]+)pt"', svg)
    if not found:
        found = re.search(r'<svg[^>]*?viewBox="0 0 (?P<w>[\d.]+) (?P<h>[\d.]+)"', svg)
        return (round(float(found["w"]) * _PIXELS), round(float(found["h"]) * _PIXELS))
    return round(float(found[2]) * _PIXELS), round(float(found[1]) * _PIXELS)


def _visit_html(self: HTML5Translator, node: picture) -> None:
    for theme in (LIGHT.name, DARK.name):
        width, height = _pixels(node[theme])
        moving = f"{theme}-moving"
        motion = f'data-moving="{_write(self, node, moving)}" ' if moving in node else ""
        self.body.append(
            f'<img class="for-{theme}" src="{_write(self, node, theme)}" loading="lazy" {motion}'
            f'width="{width}" height="{height}" alt="{self.attval(node["alt"])}">'
        )
    raise nodes.SkipNode


def _write(self: HTML5Translator, node: picture, version: str) -> str:
    """Address of one drawing, whose name changes with its content."""
    folder = Path(self.builder.outdir, self.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(node[version].encode()).hexdigest()[:8]
    file = f"{node['name'].replace('.', '-')}-{version}-{digest}.svg"
    (folder / file).write_text(node[version], encoding="utf-8")
    return f"{self.builder.imgpath}/{file}"


def setup(app: Sphinx) -> None:
    """Register the directive and its node."""
    app.add_node(picture, html=(_visit_html, None))
    app.add_directive("picture", PictureDirective)
