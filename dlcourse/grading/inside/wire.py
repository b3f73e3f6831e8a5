"""How the grader and the sandbox speak: frames of plain data, checked before memory is spent.

A frame is two lengths, a JSON header and raw buffers.  What can cross is a short list: None, bool,
int, float, str, list, tuple, dict, arrays and NumPy numbers of a few dtypes.  Nothing is pickled
and no object of the sender is rebuilt, so a hostile ``__eq__`` or ``__reduce__`` stays at home.
This module also runs inside the sandbox, where there is only the standard library and NumPy.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

from dlcourse.grading.inside.packing import (
    MAX_BODY,
    MAX_HEADER,
    Decoder,
    EncodeError,
    Encoder,
    ProtocolError,
    Special,
)

_PREFIX = struct.Struct("<II")


#: Read at once where more may be on the way.
_CHUNK = 1 << 16


__all__ = [
    "Buffered",
    "ClosedError",
    "EncodeError",
    "ProtocolError",
    "Special",
    "decode",
    "encode",
    "receive",
    "send",
]


def _refuse(constant: str) -> None:
    raise ProtocolError(f"{constant} in a header")


_WRITE = json.JSONEncoder(separators=(",", ":")).encode
_READ = json.JSONDecoder(parse_constant=_refuse).decode


class ClosedError(ConnectionError):
    """The peer hung up."""


class Buffered:
    """The receiving end of a channel whose peer sends frames ahead: many come in one read.

    Parameters
    ----------
    channel : socket.socket
        A connected stream; from now on only this object may read from it.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._ahead = memoryview(b"")
        self._timeout: float | None = None

    def gettimeout(self) -> float | None:
        """Like that of a socket."""
        return self._timeout

    def settimeout(self, seconds: float | None) -> None:
        """Like that of a socket; the channel learns it when it is read."""
        self._timeout = seconds

    def recv_into(self, view: memoryview) -> int:
        """Like that of a socket; what was read ahead comes first."""
        if not self._ahead:
            if self._timeout != self._channel.gettimeout():
                self._channel.settimeout(self._timeout)
            if len(view) >= _CHUNK:
                return self._channel.recv_into(view)
            self._ahead = memoryview(self._channel.recv(_CHUNK))
        count = min(len(view), len(self._ahead))
        view[:count] = self._ahead[:count]
        self._ahead = self._ahead[count:]
        return count

    def frame(self) -> tuple[bytes, bytearray] | None:
        """Take the two halves of a frame that is here as a whole; None when it is not."""
        ahead = self._ahead
        if len(ahead) < _PREFIX.size:
            return None
        middle, end = _places(*_PREFIX.unpack_from(ahead))
        if len(ahead) < end:
            return None
        self._ahead = ahead[end:]
        return bytes(ahead[_PREFIX.size : middle]), bytearray(ahead[middle:end])


def encode(value: Any, special: Special | None = None) -> bytes:
    """Turn a value into a frame.

    Parameters
    ----------
    value : object
        Plain data, nested at most `MAX_DEPTH` deep.
    special : callable, optional
        Gets what is not plain data; returns a JSON value whose one key starts with ``$``, or
        None when it does not know the value either.

    Returns
    -------
    bytes
        The frame.

    Raises
    ------
    EncodeError
        The value cannot cross, or is too big.
    """
    encoder = Encoder(special)
    header = _WRITE(encoder.node(value)).encode("ascii")
    if len(header) > MAX_HEADER:
        raise EncodeError("too many separate parts; put the numbers into one array")
    body = b"".join(encoder.buffers)
    return _PREFIX.pack(len(header), len(body)) + header + body


def decode(header: bytes, body: bytes | bytearray, special: Special | None = None) -> Any:
    """Turn the two halves of a frame back into a value.

    Parameters
    ----------
    header, body : bytes
        What `receive` returned.
    special : callable, optional
        Gets the JSON values made by the sender's `special`; without it they are refused.

    Returns
    -------
    object
        Fresh plain data; arrays are writable and own their memory.

    Raises
    ------
    ProtocolError
        The frame is malformed or over a limit.
    """
    try:
        tree = _READ(header.decode("ascii"))
        decoder = Decoder(body, special)
        value = decoder.value(tree)
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise ProtocolError(f"malformed frame ({type(error).__name__})") from None
    if decoder.position != len(body):
        raise ProtocolError("bytes left over in a frame")
    return value


def send(channel: socket.socket, frame: bytes, deadline: float | None = None) -> None:
    """Send a frame.

    Parameters
    ----------
    channel : socket.socket
        A connected stream.
    frame : bytes
        From `encode`.
    deadline : float, optional
        On the clock of `time.monotonic`.

    Raises
    ------
    TimeoutError
        The peer did not read in time.
    ClosedError
        The peer hung up.
    """
    _arm(channel, deadline)
    try:
        channel.sendall(frame)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise ClosedError("the peer hung up") from error


def receive(
    channel: socket.socket | Buffered, deadline: float | None = None
) -> tuple[bytes, bytearray]:
    """Receive the two halves of a frame.

    Parameters
    ----------
    channel : socket.socket or Buffered
        A connected stream.
    deadline : float, optional
        On the clock of `time.monotonic`; a peer that trickles bytes does not move it.

    Returns
    -------
    tuple of bytes
        Header and body.

    Raises
    ------
    TimeoutError
        No whole frame came in time.
    ClosedError
        The peer hung up.
    ProtocolError
        The peer announced more than the limits.
    """
    here = channel.frame() if isinstance(channel, Buffered) else None
    if here is not None:
        return here
    prefix = _exactly(channel, _PREFIX.size, deadline)
    middle, end = _places(*_PREFIX.unpack(prefix))
    rest = _exactly(channel, end - _PREFIX.size, deadline)
    return bytes(rest[: middle - _PREFIX.size]), rest[middle - _PREFIX.size :]


def _places(header_size: int, body_size: int) -> tuple[int, int]:
    """Say where a frame's body begins and where it ends; refuse a frame over the limits."""
    if header_size > MAX_HEADER or body_size > MAX_BODY:
        raise ProtocolError(f"a frame of {header_size} + {body_size} bytes was announced")
    middle = _PREFIX.size + header_size
    return middle, middle + body_size


def _arm(channel: socket.socket | Buffered, deadline: float | None) -> None:
    if deadline is None:
        if channel.gettimeout() is not None:  # to set it again would cost a system call
            channel.settimeout(None)
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    channel.settimeout(left)


def _exactly(channel: socket.socket | Buffered, size: int, deadline: float | None) -> bytearray:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        _arm(channel, deadline)
        try:
            count = channel.recv_into(view[got:])
        except ConnectionResetError as error:
            raise ClosedError("the peer hung up") from error
        if not count:
            raise ClosedError("the peer hung up")
        got += count
    return data
