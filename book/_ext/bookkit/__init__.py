"""What the book adds to Sphinx: pictures, quizzes, predictions, widgets, ledgers, own pages."""

from __future__ import annotations

from sphinx.application import Sphinx

from bookkit import (
    execution_key,
    katex_math,
    ledger,
    library,
    library_places,
    listings,
    page_assets,
    page_shell,
    pictures,
    predict,
    quiz,
    search_data,
    widget,
)

_PARTS = (
    execution_key,
    katex_math,
    library,
    library_places,
    listings,
    ledger,
    pictures,
    predict,
    quiz,
    widget,
    page_shell,
    search_data,
    page_assets,  # last: it packs the fonts that the other parts' pages need
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register every part of the book's own extension."""
    for part in _PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
