"""The line to a submission's process: a frame out, a frame back, each within its time.

Each question carries a nonce that nobody can guess, so an answer can only be to it.  A process
that is late, hangs up or sends something else is ended, and the line says why.
"""

from __future__ import annotations

import secrets
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dlcourse.grading.inside import wire
from dlcourse.grading.spec import Function, Random

_PATIENCE_SECONDS = 0.5
#: After a call as quick as this, so many are sent at once, and so many bytes: a socket holds more.
_QUICK_SECONDS, _MOST_AHEAD, _ROOM_AHEAD = 0.05, 32, 32 << 10

#: What came back; None when the line went down instead.
Reply = dict[str, Any] | None

#: Says whether a reply has the parts that it must have.
Check = Callable[[dict[str, Any]], bool]

#: What a submission used: ``wall_s``, ``cpu_s`` and ``peak_bytes``.
Resources = dict[str, float]

#: Ends the child; gets the seconds to wait for it to end by itself, gives status and resources.
Stop = Callable[[float], tuple[int | None, Resources]]


class Exchange:
    """Questions and answers over a channel, until one of them fails.

    `over` says why the line is down, `left` how many of its seconds are left, and `resources`
    what the process used, once it has ended.

    Parameters
    ----------
    channel : socket
        To the worker.
    total_seconds : float
        Wall time of all exchanges together.
    grace_seconds : float
        How much longer than it may take an answer is waited for.
    stop : callable
        Ends the process.
    """

    def __init__(
        self, channel: socket.socket, total_seconds: float, grace_seconds: float, stop: Stop
    ) -> None:
        self._channel = channel
        self._incoming = wire.Buffered(channel)
        self._total, self._grace = total_seconds, grace_seconds
        self._stop = stop
        self._closed = False
        self.left = total_seconds
        self.over = ""
        self.resources: Resources = {}

    def ask(self, request: dict[str, Any], seconds: float, check: Check) -> Reply:
        """Exchange one frame for one; None when the line is down, and `over` says why."""
        [(reply, _)] = self.ask_all([request], seconds, check)
        return reply

    def ask_all(
        self, requests: Iterable[dict[str, Any]], seconds: float, check: Check
    ) -> Generator[tuple[Reply, float]]:
        """Exchange frames for frames in order; each reply comes with the time it took."""
        if self.over:
            yield None, 0.0
        waiting, most = deque(requests), 1
        while waiting and not self.over:
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
                while nonces and not self.over:
                    self._receive(nonces.popleft(), seconds, check)

    def end(self, reason: str, patience: float) -> None:
        """End the process, if it has not ended; without a `reason`, its exit status is one.

        Parameters
        ----------
        reason : str
            Why the line is down from now on.
        patience : float
            Seconds to wait for the process to end by itself.
        """
        if self._closed:
            return
        self._closed = True
        self._channel.close()
        status, self.resources = self._stop(patience)
        self.over = reason or _epitaph(status)

    def _send(self, waiting: deque[dict[str, Any]], seconds: float, most: int) -> deque[str]:
        """Send some requests together, and say which nonces will answer them."""
        nonces: deque[str] = deque()
        frames: list[bytes] = []
        budget = min(seconds, self.left)
        while waiting and len(frames) < most and sum(map(len, frames)) < _ROOM_AHEAD:
            nonces.append(secrets.token_hex(8))
            request = waiting.popleft() | {"nonce": nonces[-1], "seconds": budget}
            frames.append(wire.encode(request, _as_data))
        with self._watched(seconds) as deadline:
            wire.send(self._channel, b"".join(frames), deadline)
        return nonces

    def _receive(self, nonce: str, seconds: float, check: Check) -> tuple[Reply, float]:
        """Receive one reply and the time it took; None when the line went down instead."""
        if self.over:
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
        """Give the body its deadline, count its time, and end the process where it fails."""
        seconds = min(seconds, self.left)
        started = time.monotonic()
        try:
            yield started + seconds + self._grace
        except TimeoutError:
            self.end(f"took longer than {seconds:g} s and could not be interrupted", 0.0)
        except wire.ClosedError:
            self.end("", _PATIENCE_SECONDS)
        except wire.ProtocolError as error:
            self.end(f"the process sent something that is not an answer ({error})", 0.0)
        finally:
            self.left -= time.monotonic() - started
        if self.left <= 0:
            self.end(f"took longer than {self._total:g} s in all", 0.0)


def _as_data(value: Any) -> Any:
    """Arguments that are not plain data cross as a description."""
    if isinstance(value, Function):
        return {"$function": [value.kind, [float(c) for c in value.coefficients]]}
    return {"$random": int(value.seed)} if isinstance(value, Random) else None


def _epitaph(status: int | None) -> str:
    if status is None:
        return "the process cut its line to the grader"
    if status >= 0:
        return f"the process ended itself (exit status {status})"
    if -status == signal.SIGKILL:
        return "the process was killed (signal 9): too much memory or processor time"
    names = {number.value: number.name for number in signal.Signals}
    return f"the process crashed (signal {-status}, {names.get(-status, 'unknown')})"
