"""Landlock: of all files, only those named here can be opened, and only to read.

It needs no privilege and no namespace, so it holds where namespaces cannot be had.
Runs inside the sandbox.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same on every architecture
_VERSION_FLAG, _RULE_PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_DEVICES, _MAKE_SOCKET = (1 << 6) | (1 << 11), 1 << 9
_FIRST_ABI, _REFER, _TRUNCATE, _IOCTL = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_FOR_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ = _READ_FILE | _READ_DIR
_TCP, _SCOPES = 0b11, 0b11
_PR_SET_NO_NEW_PRIVS = 38


def version() -> int:
    """Ask the kernel for its Landlock ABI.

    Returns
    -------
    int
        0 when there is none.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION_FLAG))


def restrict(read: Iterable[str], write: Iterable[str]) -> None:
    """Confine this process, for good.

    Where the ABI has them, TCP, signals and abstract sockets outside are refused as well.

    Parameters
    ----------
    read : iterable of str
        Files and directories that can be read.
    write : iterable of str
        Files and directories in which everything but devices and sockets can be made.

    Raises
    ------
    OSError
        A path does not exist, or the kernel refuses.
    """
    abi = version()
    handled = _FIRST_ABI
    handled |= (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    handled |= _IOCTL if abi >= 5 else 0
    attributes = struct.pack("<QQQ", handled, _TCP, _SCOPES)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _call(_CREATE, attributes[:size], ctypes.c_size_t(size), 0)
    everything = handled & ~(_MAKE_DEVICES | _MAKE_SOCKET | _IOCTL | _EXECUTE)
    for paths, access in ((read, _READ), (write, everything)):
        for path in paths:
            _allow(ruleset, path, access & handled)
    _no_new_privileges()
    _call(_RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):
        access &= _FOR_FILES
    _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("<Qi", access, handle), 0)
    os.close(handle)


def _no_new_privileges() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")


def _call(*arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "landlock: " + os.strerror(ctypes.get_errno()))
    return int(result)
