"""One submission in the sandbox, seen from the grader: run its cells, call its functions.

Nothing that a student does raises here: it comes back as an outcome or an answer.  What raises is
a fault of the machinery.
"""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from dlcourse.grading.exchange import Exchange, Resources, Stop
from dlcourse.grading.inside import wire
from dlcourse.grading.spec import Answer, Case, Made

_ROOM_FOR_NOTE = 100
#: Longer than any sentence of an honest worker: more is a forgery, and would fill the records.
_LONGEST_SENTENCE = 1_000
_MOST_WARNINGS = 32


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


class Session:
    """A forked child that holds one submission.  Made by `Sandbox.session`."""

    def __init__(self, channel: socket.socket, limits: Limits, stop: Stop) -> None:
        self._limits = limits
        self._line = Exchange(channel, limits.total_seconds, limits.grace_seconds, stop)
        self._batch = 0

    @property
    def resources(self) -> Resources:
        """What the submission used; empty until the session ends."""
        return self._line.resources

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
        [(answer, _)] = self.calls(name, [(case, echo)], seconds)
        return answer

    def calls(
        self, name: str, cases: Iterable[tuple[Case, bool]], seconds: float = 0.0
    ) -> Generator[tuple[Answer, bool]]:
        """Call a function again and again; quick calls are sent ahead, so that nobody waits.

        Parameters
        ----------
        name : str
            The function, as in `call`.
        cases : iterable of tuple
            The arguments of each call, and whether they are sent back as they are after it.
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
        seconds = min(allowed, self._line.left)
        self._batch += 1
        request = {"op": "call", "name": name, "batch": self._batch}
        requests = (request | _question(case, echo) for case, echo in cases)
        with closing(self._line.ask_all(requests, seconds, _check_answer)) as replies:
            for reply, spent in replies:
                late = spent >= allowed
                if reply is None:
                    yield Answer(error=self._line.over, fatal=True), late
                    return
                error, value = reply.get("error", ""), reply["value"]
                late = late or error == f"took longer than {seconds:g} s"
                warned, arguments = reply.get("warnings", ()), reply.get("arguments", ())
                yield Answer(value, error, warned, arguments), late

    def close(self) -> None:
        """End the child, if it has not ended, and fill in `resources`."""
        self._line.end("the session was closed", 0.0)

    def _run_cell(self, cell: Cell) -> CellOutcome:
        request = {"op": "cell", "id": cell.id, "source": cell.source, "takes": cell.takes}

        def check(reply: dict[str, Any]) -> bool:
            return _check_outcome(reply, self._limits.output_bytes)

        try:
            reply = self._line.ask(request, self._limits.cell_seconds, check)
        except wire.EncodeError as error:
            return CellOutcome(cell.id, error=f"the cell cannot be run: {error}")
        if reply is None:
            return CellOutcome(cell.id, error=self._line.over, fatal=True)
        return CellOutcome(cell.id, reply["error"] or None, reply["line"], reply["stdout"])


def _is_sentence(text: Any) -> bool:
    return type(text) is str and len(text) <= _LONGEST_SENTENCE


def _question(case: Case, echo: bool) -> dict[str, Any]:
    """Write a case as data, without what is as usual.

    What the student's own functions make crosses as a recipe.
    """
    made = {place: arg for place, arg in enumerate(case.args) if isinstance(arg, Made)}
    question = {
        "args": tuple(None if place in made else arg for place, arg in enumerate(case.args)),
        "echo": echo,
        "kwargs": dict(case.kwargs),
        "hides": case.hides,
        "made": {
            place: (arg.function, arg.args, arg.part, arg.otherwise) for place, arg in made.items()
        },
        "then": () if case.then is None else (case.then.function, case.then.args),
    }
    return {part: value for part, value in question.items() if part == "args" or value}


def _check_outcome(reply: dict[str, Any], output_bytes: int) -> bool:
    line, stdout = reply.get("line"), reply.get("stdout")
    return (
        _is_sentence(reply.get("error"))
        and (line is None or type(line) is int)
        and type(stdout) is str
        and len(stdout) <= output_bytes + _ROOM_FOR_NOTE
    )


def _check_answer(reply: dict[str, Any]) -> bool:
    warnings = reply.get("warnings", ())
    return (
        "value" in reply
        and _is_sentence(reply.get("error", ""))
        and type(warnings) is tuple
        and len(warnings) <= _MOST_WARNINGS
        and all(map(_is_sentence, warnings))
        and type(reply.get("arguments", ())) is tuple
    )
