"""Import nbgrader's models without the servers and grammars that come with them."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType


def load_api() -> ModuleType:
    """Import `nbgrader.api`, in a third of the time that it would take.

    The package itself imports its extensions of Jupyter's server, which no gradebook needs.  Where
    nobody has imported it yet, it stands there unread: its modules are found, and its own
    ``__init__`` is not run.

    nbgrader imports nbformat, that jsonschema, and that compiles the grammar of RFC 3987 wherever
    the package for it is installed.  It does without when there is none, and the schema of
    notebooks has no web address in it.

    Returns
    -------
    module
        nbgrader's models and its `Gradebook`.
    """
    if "nbgrader" not in sys.modules:
        found = PathFinder.find_spec("nbgrader")
        if found is not None:
            sys.modules["nbgrader"] = module_from_spec(found)
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
