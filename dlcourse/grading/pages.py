"""HTML pages of one file: escaped by default, and told to load and run nothing but their own."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.grading.plain import number, plain

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_BRIEF, _LONGEST = 600, 20_000


def page(template: str, *, style: str = "pages.css", script: str = "", **context: Any) -> str:
    """Fill a template in.

    Parameters
    ----------
    template : str
        File name in ``templates``.
    style, script : str
        File names of the style sheet and the script to put into the page; a content security
        policy allows these two by their digests and forbids everything else.
    **context
        What the template uses.  Texts are cleaned and escaped.

    Returns
    -------
    str
        The page.
    """
    from markupsafe import Markup

    css = (_TEMPLATES / style).read_text("utf-8")
    code = (_TEMPLATES / script).read_text("utf-8") if script else ""
    policy = f"default-src 'none'; style-src {_allow(css)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {_allow(code)}" if code else ""
    own = {"style": Markup(css), "script": Markup(code), "policy": Markup(policy)}
    return _environment().get_template(template).render(**context, **own)


def _allow(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=_fit_to_show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["brief"] = functools.partial(plain, limit=_BRIEF)
    environment.filters["source"] = functools.partial(plain, limit=_LONGEST)
    return environment


def _fit_to_show(value: Any) -> Any:
    """Clean whatever a template prints; what is already HTML stays."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return plain(value, limit=_LONGEST + 100)  # room for the note about what was cut
    return "" if value is None else value
