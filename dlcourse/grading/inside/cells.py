"""Runs the cells of a notebook without Jupyter: one namespace, output captured up to a cap.

Runs inside the sandbox.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import types
from typing import Any

# What these do in a notebook changes no answer, so a script can leave them out.
_HARMLESS = re.compile(
    r"^([ \t]*)%(matplotlib|config|load_ext|reload_ext|autoreload|precision)\b.*$", re.MULTILINE
)
# `%%capture name` sets a name, which later cells may use.
_HARMLESS_FIRST = re.compile(r"\A(\s*)%%(time|capture)[ \t]*$", re.MULTILINE)
_NAME = re.compile(r"%%?\w+")
_CUT = "\n... (the rest of the output was cut)\n"
MESSAGE_LENGTH = 300


def compile_cell(source: str, name: str) -> types.CodeType:
    """Compile a cell; magics that change no answer are left out, line numbers stay.

    Parameters
    ----------
    source : str
        The cell as the student wrote it.
    name : str
        Stands for the file name in tracebacks.

    Returns
    -------
    code
        Ready for ``exec``.

    Raises
    ------
    SyntaxError
        The cell is not Python, or has a magic or a shell line that cannot be left out.
    """
    source = tidy(source)
    try:
        ast.parse(source, name)
    except SyntaxError:
        source = plain(source)
    try:
        return compile(source, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise _explained(error, source) from None


def tidy(source: str) -> str:
    """Take away what editors leave at the start of a file and at the ends of lines.

    Parameters
    ----------
    source : str
        A cell.

    Returns
    -------
    str
        The same, with plain newlines.
    """
    return source.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def plain(source: str) -> str:
    """Leave out the magics that change no answer; line numbers stay.

    Parameters
    ----------
    source : str
        A cell that is not Python as it stands.

    Returns
    -------
    str
        The same with ``pass`` instead of them.
    """
    return _HARMLESS_FIRST.sub(r"\1pass", _HARMLESS.sub(r"\1pass", source))


def _explained(error: SyntaxError, source: str) -> SyntaxError:
    lines = source.split("\n")
    at = (error.lineno or 1) - 1
    line = lines[at].strip() if at < len(lines) else ""
    if not line.startswith(("%", "!")):
        return error
    what = "shell commands" if line.startswith("!") else f"the magic {_NAME.findall(line)[0]}"
    sentence = f"{what} cannot be used while grading: write plain Python"
    return SyntaxError(sentence, (error.filename, error.lineno, 1, line))


class Capture(io.RawIOBase):
    """Where prints go: keeps the first bytes, swallows the rest, never blocks."""

    def __init__(self, cap: int) -> None:
        self.data = bytearray()
        self.cap = cap
        self.cut = False
        self.stream = io.TextIOWrapper(
            self,  # type: ignore[type-var]
            encoding="utf-8",
            errors="backslashreplace",
            write_through=True,
        )

    def writable(self) -> bool:
        """Say that writing is possible."""
        return True

    def write(self, data: Any) -> int:
        """Keep what fits."""
        room = self.cap - len(self.data)
        self.data += bytes(data[:room]) if room > 0 else b""
        self.cut = self.cut or len(data) > room
        return len(data)

    def close(self) -> None:
        """Stay open: a student may close ``sys.stdout``, and the next print must not fail."""

    def text(self) -> str:
        """Give what was kept."""
        return bytes(self.data).decode("utf-8", "replace") + (_CUT if self.cut else "")


def describe(error: BaseException) -> str:
    """Write an error on one line, whatever its class does.

    Parameters
    ----------
    error : BaseException
        Raised by student code.

    Returns
    -------
    str
        ``TypeName: message``, cut to `MESSAGE_LENGTH`.
    """
    name = str(type(error).__name__)
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        text = " ".join(str(text)[: 4 * MESSAGE_LENGTH].split())
    except BaseException:
        text = ""
    return f"{name}: {text}"[:MESSAGE_LENGTH] if text else name


def unwritten(error: BaseException, function: Any) -> str:
    """Name the other function, not written yet, that one calls.

    Parameters
    ----------
    error : BaseException
        What the call raised.
    function : callable
        The function under test.

    Returns
    -------
    str
        A sentence; empty when it is the function itself that is not written, or another error.
    """
    if not isinstance(error, NotImplementedError) or not hasattr(function, "__code__"):
        return ""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None:
        return ""
    inmost = step.tb_frame.f_code
    if inmost is function.__code__ or inmost.co_name == function.__name__:
        return ""
    return f"it calls {inmost.co_name}, which is not written yet"


def line_of(error: BaseException, name: str) -> int | None:
    """Find the line of a cell that an error came from.

    Parameters
    ----------
    error : BaseException
        What the cell raised.
    name : str
        The name that the cell was compiled under.

    Returns
    -------
    int or None
        The innermost line of this cell; None when there is none.
    """
    if isinstance(error, SyntaxError) and error.filename == name:
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == name:
            line = step.tb_lineno
        step = step.tb_next
    return line


def main_namespace() -> dict[str, Any]:
    """Make the namespace that the cells share: that of a fresh ``__main__`` module.

    Returns
    -------
    dict
        Its variables.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    return module.__dict__
