"""Which engine runs a submission: plain Python the fast one, notebook language a Jupyter kernel.

Both run in the same sandbox, with the same limits, and lead to the same verdict.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable

from dlcourse.grading.inside import cells
from dlcourse.grading.reading import LONGEST, parse_python

FAST, KERNEL = "fast", "kernel"
#: What the kernel engine is made of; without it, such submissions wait.
NEEDED = "ipykernel"

_PACKAGES = frozenset({"IPython", "ipykernel", "ipywidgets", "comm", "traitlets"})
_NAMES = frozenset({"get_ipython", "In", "Out"})
#: Cells without any of these are plain Python; most are, and are not parsed here.
_HINT = re.compile(r"[%!?]|await|async|" + "|".join(rf"\b{word}\b" for word in _PACKAGES | _NAMES))
# Blanks only, and never given back: else a cell of blanks would take quadratic time.
_START = r"^[ \t]*+(?:[\w, ]++=[ \t]*+)?"
#: In a cell that is not Python: a magic, a shell line, a question for help.
_LANGUAGE = re.compile(rf"{_START}[%!]|^[ \t]*+\?|\?[ \t]*+$", re.MULTILINE)
#: Programs that a notebook would run.
SHELL = re.compile(rf"{_START}!|^[ \t]*+%%(?:bash|sh|script|system)\b", re.MULTILINE)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def choose(sources: Iterable[str]) -> str:
    """Choose the engine for a notebook.

    Parameters
    ----------
    sources : iterable of str
        The code that will run, cell by cell.

    Returns
    -------
    str
        "kernel" when a cell needs one; else "fast".
    """
    return KERNEL if any(_needs_kernel(source) for source in sources) else FAST


def kernel_is_installed() -> bool:
    """Say whether the kernel engine can run here.

    Returns
    -------
    bool
        True when ipykernel is installed.
    """
    return importlib.util.find_spec(NEEDED) is not None


def engine_versions(engine: str) -> dict[str, str]:
    """Name the versions that an engine's answers may depend on.

    Parameters
    ----------
    engine : str
        "fast" or "kernel".

    Returns
    -------
    dict of str
        Distribution to version; empty for the fast engine, which adds nothing to Python's.
    """
    names = ("ipykernel", "ipython") if engine == KERNEL else ()
    return {name: importlib.metadata.version(name) for name in names}


def _needs_kernel(source: str) -> bool:
    if len(source) > LONGEST or not _HINT.search(source):
        return False
    source = cells.tidy(source)
    tree = parse_python(source) or parse_python(cells.plain(source))
    if tree is None:
        return bool(_LANGUAGE.search(source))
    return _is_notebook_code(tree)


def _is_notebook_code(tree: ast.Module) -> bool:
    """Whether Python code waits outside of functions or asks for the notebook's tools."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, inside = waiting.pop()
        if not inside and (isinstance(node, _WAITING) or getattr(node, "is_async", False)):
            return True
        if _imported(node) & _PACKAGES or getattr(node, "id", "") in _NAMES:
            return True
        inside = inside or isinstance(node, _FUNCTIONS)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return False


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module.split(".")[0]}
    return set()
