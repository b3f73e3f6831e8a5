"""The student's side of the wall: runs cells, then answers calls, one frame in and one out.

Nothing here is trusted by the grader: student code shares the process and can change all of it,
which can only hurt that submission.  Runs inside the sandbox.
"""

from __future__ import annotations

import builtins
import os
import random
import signal
import socket
import sys
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.grading.inside import cells, rules, stub, wire

_MOST_WARNINGS = 16
#: What is said of the calls after one that took too long.
TOO_LATE = "not tried: an earlier call of this task took too long"
#: A student's bare ``except`` may swallow the interrupt, so it comes again.
_AGAIN_SECONDS = 0.25
#: What a request does not say.
_USUAL: dict[str, Any] = {"echo": False, "kwargs": {}, "hides": (), "made": {}, "then": ()}


class OwnError(BaseException):
    """An error of the worker's, whose text is already the sentence to show."""


class TimeUpError(OwnError):
    """Raised in student code when its time is over."""


class Alarm:
    """Interrupts the block after some seconds of wall time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.armed = False

    def __enter__(self) -> None:
        self.armed = True
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, max(self.seconds, 1e-3), _AGAIN_SECONDS)

    def __exit__(self, *_: object) -> None:
        self.armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: object) -> None:
        if self.armed:
            raise TimeUpError(f"took longer than {self.seconds:g} s")


class Worker:
    """One submission: its namespace, and the functions set aside for the grader's calls."""

    def __init__(
        self, channel: socket.socket, output_bytes: int, namespace: dict[str, Any] | None = None
    ) -> None:
        self.channel = channel
        self.output_bytes = output_bytes
        self.namespace = cells.main_namespace() if namespace is None else namespace
        self.snapshots: dict[str, Any] = {}
        self.tired = -1  # the batch whose other calls are not tried

    def serve(self) -> None:
        """Answer requests until the grader hangs up."""
        incoming = wire.Buffered(self.channel)
        while True:
            wire.send(self.channel, self._reply(*wire.receive(incoming)))

    def execute(self, source: str, name: str) -> None:
        """Run a cell; raises what the student's code raised.

        Parameters
        ----------
        source : str
            The cell.
        name : str
            Stands for its file name.
        """
        exec(cells.compile_cell(source, name), self.namespace)

    def _reply(self, header: bytes, body: bytearray) -> bytes:
        made: list[Any] = []
        request = _USUAL | wire.decode(header, body, lambda node: _made(node, made))
        if request["op"] == "cell":
            return wire.encode({"nonce": request["nonce"], **self._cell(request)})
        return self._call(request, made)

    def _cell(self, request: dict[str, Any]) -> dict[str, Any]:
        name = f"<cell {request['id']}>"
        capture = cells.Capture(self.output_bytes)
        sys.stdout = sys.stderr = capture.stream
        error, line = "", None
        try:
            with Alarm(request["seconds"]):
                self.execute(request["source"], name)
        except BaseException as caught:
            error, line = _sentence(caught), cells.line_of(caught, name)
        for taken in request["takes"]:
            if taken in self.namespace:
                self.snapshots[taken] = self.namespace[taken]
        _close_figures()
        return {"error": error, "line": line, "stdout": capture.text()}

    def _call(self, request: dict[str, Any], made: list[Any]) -> bytes:
        name = request["name"]
        args = request["args"]
        reply = {"nonce": request["nonce"], "value": None}
        if request["echo"]:
            reply["arguments"] = args
        sys.stdout = sys.stderr = cells.Capture(0).stream
        started = time.monotonic()
        unmade: list[str] = []
        try:
            if request["batch"] == self.tired:
                raise OwnError(TOO_LATE)
            with Alarm(request["seconds"]):
                supplied = self._supplied(request, unmade)
                value, warned = self._answer(name, supplied, request)
                if warned:
                    reply["warnings"] = warned
                reply["value"] = rules.visible(value, request["hides"])
                return _encode_reply(reply, made)
        except BaseException as caught:
            said = cells.unwritten(caught, self._function(name)) or _sentence(caught)
            said = rules.at_fault(said, unmade)
            return wire.encode({"nonce": request["nonce"], "value": None, "error": said})
        finally:
            if time.monotonic() - started >= request["seconds"]:
                self.tired = request["batch"]

    def _function(self, name: str) -> Any:
        return self.snapshots.get(name, self.namespace.get(name))

    def _own(self, name: str) -> Any:
        function = self._function(name)
        if function is None:
            raise OwnError(f"{name} is not defined")
        return function

    def _supplied(self, request: dict[str, Any], unmade: list[str]) -> list[Any]:
        """Fill in the arguments that other functions of the student's make, if they can."""
        args = list(request["args"])
        for place, (name, given, part, otherwise) in request["made"].items():
            try:
                value = self._own(name)(*given)
                args[place] = value if part is None else value[part]
            except (Exception, SystemExit, OwnError) as error:
                if type(error) is TimeUpError:
                    raise
                args[place] = otherwise
                if part is None:
                    unmade.append(f"{name} does not work yet: {_sentence(error)}")
        return args

    def _answer(
        self, name: str, args: list[Any], request: dict[str, Any]
    ) -> tuple[Any, tuple[str, ...]]:
        function = self._own(name)
        seen: dict[str, None] = {}

        def keep(message: Any, category: type[Warning], *_: object, **__: object) -> None:
            text = str(message)
            if rules.is_numeric(category, text) and len(seen) < _MOST_WARNINGS:
                seen[text[: cells.MESSAGE_LENGTH]] = None

        with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
            warnings.simplefilter("always")
            warnings.showwarning = keep
            value = rules.settled(function(*args, **request["kwargs"]))
            if request["then"]:
                value = self._handed_on(value, *request["then"])
        return value, tuple(seen)

    def _handed_on(self, value: Any, name: str, more: tuple[Any, ...]) -> Any:
        function = self._own(name)
        try:
            return rules.settled(function(value, *more))
        except NotImplementedError:
            raise OwnError(f"{name} is not written yet") from None


#: Makes a worker from its channel and its cap on output.
Make = Callable[[socket.socket, int], Worker]


def run(channel: socket.socket, output_bytes: int, make: Make) -> None:
    """Serve one submission in this process, and end it.

    Parameters
    ----------
    channel : socket.socket
        To the grader.
    output_bytes : int
        How much a cell may print.
    make : callable
        Makes the worker of the engine from both.
    """
    # Draws without a seed of the student's own are then the same on every regrade.
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    builtins.input = no_input
    # The kernel brings its own.
    vars(builtins).setdefault("display", _display)
    # Notebooks can import the files that they write.
    sys.path.insert(0, "")
    stub.install()
    try:
        make(channel, output_bytes).serve()
    except wire.ClosedError:
        pass
    finally:
        os._exit(0)


def _made(node: dict[str, Any], made: list[Any]) -> Any:
    """Build a callable or a generator from its description, and remember that it is ours."""
    if "$random" in node:
        value: Any = np.random.default_rng(node["$random"])
    else:
        value = rules.shaped(*node["$function"])
    made.append(value)
    return value


def _encode_reply(reply: dict[str, Any], made: list[Any]) -> bytes:
    def ours(value: Any) -> str | None:
        return "made by the grader" if any(value is one for one in made) else None

    try:
        return wire.encode(reply, ours)
    except wire.EncodeError:
        # Is it the value, or what the function did to its arguments?
        wire.encode(reply["value"])
        return wire.encode(reply | {"arguments": ()}, ours)


def _sentence(error: BaseException) -> str:
    if isinstance(error, wire.EncodeError):
        return f"returned {error}"[: cells.MESSAGE_LENGTH]
    if type(error) in (OwnError, TimeUpError):
        return str(error)
    return cells.describe(error)


def _close_figures() -> None:
    """Let go of the figures, as notebooks do after each cell."""
    pyplot: types.ModuleType | None = sys.modules.get("matplotlib.pyplot")
    try:
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")
    except BaseException:
        return


def _display(*objects: object, **_: object) -> None:
    print(*map(repr, objects), sep="\n")  # noqa: T201


def no_input(*_: object) -> str:
    """Stand in for ``input``: there is nobody to ask.

    Parameters
    ----------
    *_ : object
        What ``input`` takes.

    Returns
    -------
    str
        Never.

    Raises
    ------
    EOFError
        Always, in words.
    """
    raise EOFError("input() cannot be answered while grading: give the value in the cell")
