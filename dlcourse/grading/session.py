"""One submission in the sandbox, seen from the grader: run its cells, call its functions.

Nothing that a student does raises here: it comes back as an outcome or an answer.  What raises is
a fault of the machinery.
"""

from __future__ import annotations

import secrets
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from dlcourse.grading.inside import wire
from dlcourse.grading.spec import Answer, Case, Function, Made, Random

_PATIENCE_SECONDS = 0.5
_ROOM_FOR_NOTE = 100
#: Longer than any sentence of an honest worker: more is a forgery, and would fill the records.
_LONGEST_SENTENCE = 1_000
_MOST_WARNINGS = 32
#: After a call as quick as this, so many are sent at once, and so many bytes: a socket holds more.
_QUICK_SECONDS, _MOST_AHEAD, _ROOM_AHEAD = 0.05, 32, 32 << 10


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


#: What came back; None when the session ended instead.
Reply = dict[str, Any] | None

#: Says whether a reply has the parts that it must have.
Check = Callable[[dict[str, Any]], bool]

#: What a submission used: ``wall_s``, ``cpu_s`` and ``peak_bytes``.
Resources = dict[str, float]

#: Ends the child; gets the seconds to wait for it to end by itself, gives status and resources.
Stop = Callable[[float], tuple[int | None, Resources]]


class Session:
    """A forked child that holds one submission.  Made by `Sandbox.session`."""

    def __init__(self, channel: socket.socket, limits: Limits, stop: Stop) -> None:
        self._channel = channel
        self._incoming = wire.Buffered(channel)
        self._limits = limits
        self._stop = stop
        self._left = limits.total_seconds
        self._batch = 0
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

    def call(self, name: str, case: Case, echo: bool = True, seconds: float = 0.0) -> Answer:
        """Call a function of the submission with fresh copies of the arguments.

        Parameters
        ----------
        name : str
            The function: as it was when a cell's `takes` named it, else as it is now.
        case : Case
            The arguments.
        echo : bool, default True
            Have the arguments sent back as they are after the call.
        seconds : float
            Wall time that the call may take; 0 for that of the limits.

        Returns
        -------
        Answer
            What came back.  After an answer with `fatal` the session is over.

        Raises
        ------
        EncodeError
            The arguments themselves cannot cross: a mistake in the task.
        """
        [(answer, _)] = self.calls(name, [case], echo, seconds)
        return answer

    def calls(
        self, name: str, cases: Sequence[Case], echo: bool = True, seconds: float = 0.0
    ) -> Generator[tuple[Answer, bool]]:
        """Call a function again and again; quick calls are sent ahead, so that nobody waits.

        Parameters
        ----------
        name : str
            The function, as in `call`.
        cases : sequence of Case
            The arguments of each call.
        echo : bool, default True
            Have the arguments sent back as they are after the call.
        seconds : float
            Wall time that each call may take; 0 for that of the limits.

        Yields
        ------
        answer : Answer
            What came back, in order.  After an answer with `fatal` the session is over and
            nothing more comes.
        late : bool
            Whether the call used up its time; those after it are answered without being tried.

        Raises
        ------
        EncodeError
            The arguments themselves cannot cross: a mistake in the task.
        """
        allowed = seconds or self._limits.call_seconds
        seconds = min(allowed, self._left)
        self._batch += 1
        request = {"op": "call", "name": name, "batch": self._batch, "echo": echo}
        requests = (request | _question(case) for case in cases)
        with closing(self._exchange(requests, seconds, _check_answer)) as replies:
            for reply, spent in replies:
                late = spent >= allowed
                if reply is None:
                    yield Answer(error=self._over, fatal=True), late
                    return
                error, value = reply["error"], reply["value"]
                late = late or error == f"took longer than {seconds:g} s"
                yield Answer(value, error, reply["warnings"], reply["arguments"]), late

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

    def _ask(self, request: dict[str, Any], seconds: float, check: Check) -> Reply:
        """Exchange one frame for one; None when the session is over, and `_over` says why."""
        [(reply, _)] = self._exchange([request], seconds, check)
        return reply

    def _exchange(
        self, requests: Iterable[dict[str, Any]], seconds: float, check: Check
    ) -> Generator[tuple[Reply, float]]:
        """Exchange frames for frames in order; each reply comes with the time it took."""
        if self._over:
            yield None, 0.0
        waiting, most = deque(requests), 1
        while waiting and not self._over:
            nonces = self._send(waiting, seconds, most)
            try:
                while nonces:
                    reply, spent = self._receive(nonces.popleft(), seconds, check)
                    most = _MOST_AHEAD if spent < _QUICK_SECONDS else 1
                    yield reply, spent
                    if reply is None:
                        return
            finally:
                # Who stops early leaves no reply behind for the next question.
                while nonces and not self._over:
                    self._receive(nonces.popleft(), seconds, check)

    def _send(self, waiting: deque[dict[str, Any]], seconds: float, most: int) -> deque[str]:
        """Send some requests together, and say which nonces will answer them."""
        nonces: deque[str] = deque()
        frames: list[bytes] = []
        budget = min(seconds, self._left)
        while waiting and len(frames) < most and sum(map(len, frames)) < _ROOM_AHEAD:
            nonces.append(secrets.token_hex(8))
            request = waiting.popleft() | {"nonce": nonces[-1], "seconds": budget}
            frames.append(wire.encode(request, _as_data))
        with self._watched(seconds) as deadline:
            wire.send(self._channel, b"".join(frames), deadline)
        return nonces

    def _receive(self, nonce: str, seconds: float, check: Check) -> tuple[Reply, float]:
        """Receive one reply and the time it took; None when the session ended instead."""
        if self._over:
            return None, 0.0
        reply: Reply = None
        started = time.monotonic()
        with self._watched(seconds) as deadline:
            came = wire.decode(*wire.receive(self._incoming, deadline))
            if type(came) is not dict or came.get("nonce") != nonce or not check(came):
                raise wire.ProtocolError("not an answer to the question")
            reply = came
        return reply, time.monotonic() - started

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[float]:
        """Give the body its deadline, count its time, and end the session where it fails."""
        seconds = min(seconds, self._left)
        started = time.monotonic()
        try:
            yield started + seconds + self._limits.grace_seconds
        except TimeoutError:
            self._end(f"took longer than {seconds:g} s and could not be interrupted", 0.0)
        except wire.ClosedError:
            self._end("", _PATIENCE_SECONDS)
        except wire.ProtocolError as error:
            self._end(f"the process sent something that is not an answer ({error})", 0.0)
        finally:
            self._left -= time.monotonic() - started
        if self._left <= 0:
            self._end(f"took longer than {self._limits.total_seconds:g} s in all", 0.0)

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


def _is_sentence(text: Any) -> bool:
    return type(text) is str and len(text) <= _LONGEST_SENTENCE


def _question(case: Case) -> dict[str, Any]:
    """Write a case as data; what the student's own functions make crosses as a recipe."""
    made = {place: arg for place, arg in enumerate(case.args) if isinstance(arg, Made)}
    return {
        "args": tuple(None if place in made else arg for place, arg in enumerate(case.args)),
        "kwargs": dict(case.kwargs),
        "hides": case.hides,
        "made": {
            place: (arg.function, arg.args, arg.part, arg.otherwise) for place, arg in made.items()
        },
        "then": None if case.then is None else (case.then.function, case.then.args),
    }


def _check_outcome(reply: dict[str, Any], output_bytes: int) -> bool:
    line, stdout = reply.get("line"), reply.get("stdout")
    return (
        _is_sentence(reply.get("error"))
        and (line is None or type(line) is int)
        and type(stdout) is str
        and len(stdout) <= output_bytes + _ROOM_FOR_NOTE
    )


def _check_answer(reply: dict[str, Any]) -> bool:
    warnings = reply.get("warnings")
    return (
        "value" in reply
        and _is_sentence(reply.get("error"))
        and type(warnings) is tuple
        and len(warnings) <= _MOST_WARNINGS
        and all(map(_is_sentence, warnings))
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
