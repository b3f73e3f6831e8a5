"""Runs the cells of a notebook in a Jupyter kernel: magics, display, widgets, top-level await.

The kernel is ipykernel's own and answers the messages of a notebook, in memory instead of over
sockets: nothing listens, so nothing can be forged, and the walls are those of every submission.
It is made before the fork.  Runs inside the sandbox.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import logging
import os
import re
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.magics import ExecutionMagics, ScriptMagics
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from traitlets.config import Config

from dlcourse.grading.inside import cells, worker

NO_SHELL = "shell commands are not run while grading; the cell goes on without this one"

_NOT_FOUND = 127
_LEADING_OPTIONS = re.compile(r"(?:\s*-[a-zA-Z]+\s*\d*)*")


class _Messages(Session):
    """Takes what the kernel would send to a notebook's page, and prints the text."""

    def send(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Take a message; `Session.send` gets a stream, a message or its type, and its parts."""
        _, message, *parts = args
        if isinstance(message, str):
            content, parent = (*parts, None, None)[:2]
            content = kwargs.get("content", content)
            message = self.msg(message, content, kwargs.get("parent", parent))
        for text in _texts(message["msg_type"], message["content"]):
            sys.stdout.write(f"{text}\n")
        return dict(message)


def _texts(kind: str, content: dict[str, Any]) -> list[str]:
    """Find what a message shows as plain text."""
    if kind in ("display_data", "update_display_data", "execute_result"):
        bundles = [content["data"]]
    elif kind == "execute_reply":
        # What `name?` answers comes with the reply.
        bundles = [payload.get("data", {}) for payload in content.get("payload", ())]
    else:
        bundles = []
    return [bundle["text/plain"] for bundle in bundles if "text/plain" in bundle]


class _Exit(ZMQExitAutocall):
    """``exit()`` ends the cell, as in the fast engine, not the notebook."""

    def __call__(self, *code: object) -> None:
        raise SystemExit(*code)


class _Compiler(XCachingCompiler):
    """Compiles a cell under the name that the grader gave it, for the lines of errors."""

    cell = "<cell>"

    def get_code_name(self, *_: object) -> str:
        """Name the cell that runs."""
        return self.cell


class _Shell(ZMQInteractiveShell):
    """A notebook's shell without shell commands and without tracebacks that nobody reads."""

    _last_traceback = None

    def system(self, cmd: str) -> None:
        """Say that the command does not run; a command that fails does not stop a cell."""
        print(f"{cmd.strip()}: {NO_SHELL}")  # noqa: T201
        self.user_ns["_exit_code"] = _NOT_FOUND

    system_piped = system_raw = system

    def getoutput(self, cmd: str, *_: object, **__: object) -> Any:
        """Give no lines."""
        from IPython.utils.text import SList

        self.system(cmd)
        return SList()

    def showtraceback(self, *_: object, **__: object) -> None:
        """Leave errors to the grader."""

    showsyntaxerror = showtraceback

    def enable_gui(self, gui: object = None) -> None:
        """Open no windows."""

    def enable_matplotlib(self, gui: object = None) -> tuple[str, str]:  # noqa: ARG002
        """Draw no pictures: nobody looks while grading."""
        return "inline", "agg"


class _Kernel(IPythonKernel):
    """ipykernel's kernel, asked in this process."""

    shell: Any
    session: Any
    shell_class = _Shell

    def __init__(self) -> None:
        quiet = Config()
        # Both would start threads, which do not live through a fork.
        quiet.HistoryManager.enabled = False
        quiet.IPythonKernel._execute_sleep = 0.0
        quiet.InteractiveShell.colors = "nocolor"
        super().__init__(
            config=quiet,
            log=logging.getLogger("kernel"),
            session=_Messages(key=os.urandom(16)),
            profile_dir=ProfileDir(),
            compiler_class=_Compiler,
            # The kernel asks which thread it is in.
            shell_channel_thread=types.SimpleNamespace(parent_thread=None),
        )

    def raw_input(self, prompt: object = "") -> str:
        """Answer ``input()`` as the fast engine does."""
        return worker.no_input(prompt)

    def getpass(self, prompt: str = "", *_: Any, **__: Any) -> str:
        """Answer ``getpass.getpass()`` in the same way."""
        return worker.no_input(prompt)


class KernelWorker(worker.Worker):
    """A worker whose cells run in the kernel."""

    def __init__(self, channel: socket.socket, output_bytes: int, kernel: _Kernel) -> None:
        super().__init__(channel, output_bytes, kernel.shell.user_ns)
        self.kernel = kernel
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        sys.modules["__main__"] = kernel.shell.user_module

    def execute(self, source: str, name: str) -> None:
        """Run a cell; raises what the student's code raised.

        Parameters
        ----------
        source : str
            The cell.
        name : str
            Stands for its file name.
        """
        source = cells.tidy(source)
        shell = self.kernel.shell
        shell.compile.cell = name
        shell.last_execution_result = None
        raised = self._ask(source)
        result = shell.last_execution_result
        if result is not None and result.error_before_exec is not None:
            self._complain(source, name)
        error = result and (result.error_before_exec or result.error_in_exec)
        if isinstance(raised, worker.OwnError):
            # Time was up while the cell waited, and ending its wait was an error of its own.
            raise raised.with_traceback(error.__traceback__ if error else raised.__traceback__)
        failure: BaseException | None = error or raised
        if failure is not None:
            raise failure

    def _complain(self, source: str, name: str) -> None:
        """Raise Python's own error of syntax; IPython's often only says "incomplete input"."""
        code = self.kernel.shell.transform_cell(source)
        compile(code, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)

    def _ask(self, source: str) -> BaseException | None:
        """Send an ``execute_request``; give what escaped from the kernel itself."""
        content = {"code": source, "silent": False, "stop_on_error": False, "allow_stdin": False}
        request = self.kernel.session.msg("execute_request", content)
        self.kernel.set_parent([], request)
        task = self.loop.create_task(self.kernel.execute_request(None, [], request))
        try:
            self.loop.run_until_complete(task)
        except BaseException as escaped:
            task.cancel()
            with contextlib.suppress(BaseException):
                self.loop.run_until_complete(task)
            return escaped
        return None


def prepare() -> Callable[[socket.socket, int], KernelWorker]:
    """Make the kernel that children inherit.

    Returns
    -------
    callable
        Makes the worker of a child from its channel and its cap on output.
    """
    # Not `tempfile.gettempdir`, which remembers: a child may have another one.
    os.environ.setdefault("IPYTHONDIR", os.environ.get("TMPDIR", "/tmp"))
    # Slow to import, and used by the first cell.
    with contextlib.suppress(ImportError):
        import ipywidgets  # noqa: F401
    kernel = _Kernel()
    _tame(kernel.shell)
    return lambda channel, output_bytes: KernelWorker(channel, output_bytes, kernel)


def _tame(shell: _Shell) -> None:
    """Replace the magics that start processes or take long."""
    shell.exiter = _Exit(shell)
    shell.user_ns.update(exit=shell.exiter, quit=shell.exiter)
    manager = shell.magics_manager
    for name in ScriptMagics(shell).magics["cell"]:
        manager.register_function(_script(shell, name), "cell", name)
    timeit = ExecutionMagics(shell).timeit

    def timeit_once(line: str, cell: str | None = None, local_ns: Any = None) -> Any:
        return timeit(once(line), cell, local_ns)

    timeit_once.needs_local_scope = True  # type: ignore[attr-defined]
    manager.register_function(timeit_once, "line_cell", "timeit")


def _script(shell: _Shell, name: str) -> Callable[[str, str], None]:
    return lambda line, _: shell.system(f"%%{name} {line}")


def once(line: str) -> str:
    """Have ``%timeit`` run its statement once, unless the student says how often.

    Nobody reads the time while grading, and by default it takes seconds of the submission's.

    Parameters
    ----------
    line : str
        What follows the magic.

    Returns
    -------
    str
        The same with options.
    """
    found = _LEADING_OPTIONS.match(line)
    given = found[0] if found else ""
    return "".join(f"-{option} 1 " for option in "nr" if f"-{option}" not in given) + line
