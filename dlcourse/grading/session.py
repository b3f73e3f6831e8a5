"""One submission in the sandbox, seen from the grader: run its cells, call its functions.

Nothing that a student does raises here: it comes back as an outcome or an answer.  What raises is
a fault of the machinery.
"""

from __future__ import annotations

import secrets
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dlcourse.grading.inside import wire
from dlcourse.grading.spec import Answer, Case, Function, Made, Random

_PATIENCE_SECONDS = 0.5
_ROOM_FOR_NOTE = 100


class InfrastructureError(RuntimeError):
    """The machinery failed, not the submission: try again, and never mark it down."""


@dataclass(frozen=True)
class Limits:
    """How much one submission may use.

    Parameters
    ----------
    cell_seconds, call_seconds : float
        Wall time of one cell, and of one call of a function.
    total_seconds : float
        Wall time of all cells and calls together.
    grace_seconds : float
        How long code that ignores the interrupt may go on before its process is killed.
    memory_bytes : int
        Address space on top of what NumPy and matplotlib take.
    file_bytes, tmp_bytes : int
        Size of one file, and of all files.
    output_bytes : int
        How much of what a cell prints is kept.
    """

    cell_seconds: float = 10.0
    call_seconds: float = 2.0
    total_seconds: float = 60.0
    grace_seconds: float = 2.0
    memory_bytes: int = 1 << 30
    file_bytes: int = 64 << 20
    tmp_bytes: int = 64 << 20
    output_bytes: int = 64 << 10


@dataclass(frozen=True)
class Cell:
    """A cell to run; `takes` names the functions to set aside for `Session.call` after it."""

    id: str
    source: str
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellOutcome:
    """How a cell went; `fatal` says that the process is gone and later cells did not run."""

    id: str
    error: str | None = None
    line: int | None = None
    stdout: str = ""
    fatal: bool = False


#: What a submission used: ``wall_s``, ``cpu_s`` and ``peak_bytes``.
Resources = dict[str, float]

#: Ends the child; gets the seconds to wait for it to end by itself, gives status and resources.
Stop = Callable[[float], tuple[int | None, Resources]]


class Session:
    """A forked child that holds one submission.  Made by `Sandbox.session`."""

    def __init__(self, channel: socket.socket, limits: Limits, stop: Stop) -> None:
        self._channel = channel
        self._limits = limits
        self._stop = stop
        self._left = limits.total_seconds
        self._over = ""
        self._closed = False
        self.resources: Resources = {}

    def run_cells(self, cells: Sequence[Cell]) -> list[CellOutcome]:
        """Run cells in order, in one namespace.

        Parameters
        ----------
        cells : sequence of Cell
            The notebook.

        Returns
        -------
        list of CellOutcome
            One for each cell that was tried; the last one is fatal when the process ended in it.
        """
        outcomes: list[CellOutcome] = []
        for cell in cells:
            outcomes.append(self._run_cell(cell))
            if outcomes[-1].fatal:
                break
        return outcomes

    def call(
        self, name: str, case: Case, echo: bool = True, seconds: float | None = None
    ) -> Answer:
        """Call a function of the submission with fresh copies of the arguments.

        Parameters
        ----------
        name : str
            The function: as it was when a cell's `takes` named it, else as it is now.
        case : Case
            The arguments.
        echo : bool, default True
            Have the arguments sent back as they are after the call.
        seconds : float, optional
            Wall time that the call may take; that of the limits by default.

        Returns
        -------
        Answer
            What came back.  After an answer with `fatal` the session is over.

        Raises
        ------
        EncodeError
            The arguments themselves cannot cross: a mistake in the task.
        """
        made = {place: arg for place, arg in enumerate(case.args) if isinstance(arg, Made)}
        request = {
            "op": "call",
            "name": name,
            "args": tuple(None if place in made else arg for place, arg in enumerate(case.args)),
            "kwargs": dict(case.kwargs),
            "hides": case.hides,
            "made": {place: _recipe(arg) for place, arg in made.items()},
            "then": None if case.then is None else (case.then.function, case.then.args),
            "echo": echo,
        }
        reply = self._ask(request, seconds or self._limits.call_seconds, _check_answer)
        if reply is None:
            return Answer(error=self._over, fatal=True)
        return Answer(
            value=reply["value"],
            error=reply["error"],
            warnings=reply["warnings"],
            arguments=reply["arguments"],
        )

    def close(self) -> None:
        """End the child, if it has not ended, and fill in `resources`."""
        self._end("the session was closed", 0.0)

    def _run_cell(self, cell: Cell) -> CellOutcome:
        request = {"op": "cell", "id": cell.id, "source": cell.source, "takes": cell.takes}

        def check(reply: dict[str, Any]) -> bool:
            return _check_outcome(reply, self._limits.output_bytes)

        try:
            reply = self._ask(request, self._limits.cell_seconds, check)
        except wire.EncodeError as error:
            return CellOutcome(cell.id, error=f"the cell cannot be run: {error}")
        if reply is None:
            return CellOutcome(cell.id, error=self._over, fatal=True)
        return CellOutcome(cell.id, reply["error"] or None, reply["line"], reply["stdout"])

    def _ask(
        self, request: dict[str, Any], seconds: float, check: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """Exchange one frame for one; None when the session is over, and `_over` says why."""
        if self._over:
            return None
        nonce = secrets.token_hex(8)
        seconds = min(seconds, self._left)
        frame = wire.encode(request | {"nonce": nonce, "seconds": seconds}, _as_data)
        started = time.monotonic()
        deadline = started + seconds + self._limits.grace_seconds
        try:
            wire.send(self._channel, frame, deadline)
            reply = wire.decode(*wire.receive(self._channel, deadline))
            if type(reply) is not dict or reply.get("nonce") != nonce or not check(reply):
                raise wire.ProtocolError("not an answer to the question")
        except TimeoutError:
            self._end(f"took longer than {seconds:g} s and could not be interrupted", 0.0)
        except wire.ClosedError:
            self._end("", _PATIENCE_SECONDS)
        except wire.ProtocolError as error:
            self._end(f"the process sent something that is not an answer ({error})", 0.0)
        finally:
            self._left -= time.monotonic() - started
        if self._over:
            return None
        if self._left <= 0:
            self._end(f"took longer than {self._limits.total_seconds:g} s in all", 0.0)
        return reply

    def _end(self, reason: str, patience: float) -> None:
        if self._closed:
            return
        self._closed = True
        self._channel.close()
        status, self.resources = self._stop(patience)
        self._over = reason or _epitaph(status)


def _as_data(value: Any) -> Any:
    """Arguments that are not plain data cross as a description."""
    if isinstance(value, Function):
        return {"$function": [value.kind, [float(c) for c in value.coefficients]]}
    return {"$random": int(value.seed)} if isinstance(value, Random) else None


def _recipe(made: Made) -> tuple[Any, ...]:
    return made.function, made.args, made.part, made.otherwise


def _check_outcome(reply: dict[str, Any], output_bytes: int) -> bool:
    line, stdout = reply.get("line"), reply.get("stdout")
    return (
        type(reply.get("error")) is str
        and (line is None or type(line) is int)
        and type(stdout) is str
        and len(stdout) <= output_bytes + _ROOM_FOR_NOTE
    )


def _check_answer(reply: dict[str, Any]) -> bool:
    warnings = reply.get("warnings")
    return (
        "value" in reply
        and type(reply.get("error")) is str
        and type(warnings) is tuple
        and all(type(text) is str for text in warnings)
        and type(reply.get("arguments")) is tuple
    )


def _epitaph(status: int | None) -> str:
    if status is None:
        return "the process cut its line to the grader"
    if status >= 0:
        return f"the process ended itself (exit status {status})"
    if -status == signal.SIGKILL:
        return "the process was killed (signal 9): too much memory or processor time"
    names = {number.value: number.name for number in signal.Signals}
    return f"the process crashed (signal {-status}, {names.get(-status, 'unknown')})"
