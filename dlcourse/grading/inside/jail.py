"""What a forked child does to itself before any student code: namespaces, limits, filters.

The strong form gives every submission its own user, mount and PID namespaces with an empty /tmp
and no /proc, so nothing survives from one submission to the next; what an IPC namespace would hold
is refused by the filter.  Where nested namespaces are refused, Landlock and seccomp keep the
children apart.  Runs inside the sandbox.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from dataclasses import dataclass

from dlcourse.grading.inside import landlock, seccomp

_NEWNS, _NEWUSER, _NEWPID = 0x00020000, 0x10000000, 0x20000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REC, _MS_PRIVATE = 1 << 14, 1 << 18
_PR_SET_DUMPABLE = 4
_CAPABILITY_HEADER = b"\x22\x05\x08\x20" + bytes(4)  # _LINUX_CAPABILITY_VERSION_3, this process
_INODES = 4096
_PROCESSES = 64
_DESCRIPTORS = 64


@dataclass(frozen=True)
class Jail:
    """Which walls a child builds; `landlock` is the ABI, 0 for none."""

    nested: bool
    landlock: int
    seccomp: bool = True


@dataclass(frozen=True)
class Bounds:
    """How much a child may use."""

    memory_bytes: int
    file_bytes: int
    tmp_bytes: int
    cpu_seconds: int


def drop_user(uid: int) -> None:
    """Become an ordinary user, so that a way out of the sandbox would not lead to root.

    Parameters
    ----------
    uid : int
        User and group to become.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # A change of user hides /proc/self, which the maps of a user namespace are written to.
    _libc().prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def enter(jail: Jail, bounds: Bounds, folder: str) -> None:
    """Close this process in, for good; in the nested form the caller goes on as a grandchild.

    Parameters
    ----------
    jail : Jail
        Which walls.
    bounds : Bounds
        How much it may use.
    folder : str
        The one writable directory.

    Raises
    ------
    OSError
        A wall could not be built; the caller must not run student code.
    """
    limit(bounds)
    if jail.nested:
        _unshare()
        _leave_to_child()
        _mount_private(folder, bounds.tmp_bytes)
    _drop_capabilities()
    os.chdir(folder)
    # Counted for this user namespace only when it is set after entering it.
    resource.setrlimit(resource.RLIMIT_NPROC, (_PROCESSES, _PROCESSES))
    if jail.landlock:
        landlock.restrict(read=_readable(), write=[folder, "/dev/null"])
    if jail.seccomp:
        seccomp.install()


def limit(bounds: Bounds) -> None:
    """Set the resource limits that need no sandbox.

    Parameters
    ----------
    bounds : Bounds
        How much it may use; memory is counted on top of what the process has now.
    """
    used = address_space()
    memory = used + bounds.memory_bytes if used else resource.RLIM_INFINITY
    for which, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, bounds.file_bytes),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, bounds.cpu_seconds),
    ):
        _, hard = resource.getrlimit(which)
        limits = [bound for bound in (value, hard) if bound != resource.RLIM_INFINITY]
        lowered = min(limits, default=resource.RLIM_INFINITY)
        resource.setrlimit(which, (lowered, lowered))


def address_space() -> int:
    """Measure the virtual memory of this process.

    Returns
    -------
    int
        Bytes; 0 where /proc does not say.
    """
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            pages = int(file.read().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _unshare() -> None:
    uid, gid = os.getuid(), os.getgid()
    _check(_libc().unshare(_NEWUSER | _NEWNS | _NEWPID), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "wb", buffering=0) as file:
            file.write(text.encode())


def _leave_to_child() -> None:
    """Fork into the new PID namespace; what stays behind waits, and ends as the child ended."""
    # SIGTERM means "kill the child": held back until there is one to kill.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    pid = os.fork()
    if pid:
        signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    if pid == 0:
        return
    os.closerange(0, 256)
    try:
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number != signal.SIGKILL:
                signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        os._exit(os.waitstatus_to_exitcode(status))
    finally:
        os._exit(1)


def _mount_private(folder: str, size: int) -> None:
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None)
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _mount("tmpfs", "/proc", "tmpfs", flags | _MS_RDONLY, "size=4k,nr_inodes=2")
    options = f"size={size},nr_inodes={_INODES},mode=0700"
    _mount("tmpfs", folder, "tmpfs", flags, options)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None) -> None:
    words = [None if word is None else word.encode() for word in (source, target, kind, data)]
    result = _libc().mount(*words[:3], ctypes.c_ulong(flags), words[3])
    _check(result, f"mount {target}")


def _drop_capabilities() -> None:
    _check(_libc().capset(_CAPABILITY_HEADER, bytes(24)), "capset")


def _readable() -> list[str]:
    """Everything that bubblewrap put here, less /proc and /tmp, which show other processes."""
    return ["/" + name for name in os.listdir("/") if name not in ("proc", "tmp")]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
