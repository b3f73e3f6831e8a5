"""Reads students' code without running it: bounded in time and memory, whatever is in it."""

from __future__ import annotations

import ast
import re
import warnings

#: Longer sources are not parsed: an honest cell has a few thousand characters.
LONGEST = 50_000

# Blanks and tabs only: a class that matches newlines too would make this quadratic in blank lines.
_NOT_PYTHON = re.compile(r"(?m)^[ \t]*[%!].*$")


def parse(source: str) -> ast.Module | None:
    r"""Parse a cell; lines of magic and of shell are left out.

    Parameters
    ----------
    source : str
        A cell as a student wrote it.

    Returns
    -------
    Module or None
        None when the source is not Python, or too long.

    Examples
    --------
    >>> parse("%matplotlib inline\nx = 1").body[0].lineno
    2
    >>> parse("x = (") is None
    True
    """
    return parse_python(_NOT_PYTHON.sub("", source)) if len(source) <= LONGEST else None


def parse_python(source: str) -> ast.Module | None:
    """Parse a cell as it stands.

    Parameters
    ----------
    source : str
        A cell as a student wrote it.

    Returns
    -------
    Module or None
        None when the source is not Python, or too long.

    Examples
    --------
    >>> parse_python("%matplotlib inline") is None
    True
    """
    if len(source) > LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
