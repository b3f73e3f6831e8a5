"""Import nbgrader without the second that a grammar of web addresses would take."""

from __future__ import annotations

import sys
from types import ModuleType


def load_api() -> ModuleType:
    """Import `nbgrader.api`.

    nbgrader imports nbformat, that jsonschema, and that compiles the grammar of RFC 3987 wherever
    the package for it is installed.  It does without when there is none, and the schema of
    notebooks has no web address in it.

    Returns
    -------
    module
        nbgrader's models and its `Gradebook`.
    """
    grammar = "rfc3987_syntax"
    hidden = grammar not in sys.modules
    if hidden:
        sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        from nbgrader import api
    finally:
        if hidden:
            del sys.modules[grammar]
    module: ModuleType = api
    return module
