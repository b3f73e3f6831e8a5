"""A seccomp filter in plain BPF: no processes, no sockets, no signals to others, no kernel doors.

Threads stay possible.  The filter is a list of what is refused, because NumPy and the C library
use more calls than anybody can list for every version; what keeps the rest harmless is that there
is nothing to open (mount namespace, Landlock) and nobody to reach (network and PID namespaces).
Runs inside the sandbox.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

# Refused with EPERM: numbers on x86_64 and aarch64, -1 where the call does not exist.
_REFUSED = {
    # other processes and programs
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    # the network and what else crosses processes
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # memory that no resource limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # file systems and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "mknod": (133, -1),
    "mknodat": (259, 33),
    # parts of the kernel with a history of holes, and the machine itself
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "personality": (135, 92),
    "acct": (163, 89),
    "syslog": (103, 116),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
}
#: machine -> (column above, audit architecture, clone, clone3, kill, tgkill)
_MACHINES = {
    "x86_64": (0, 0xC000003E, 56, 435, 62, 234),
    "aarch64": (1, 0xC00000B7, 220, 435, 129, 131),
}

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_CLONE_THREAD = 0x00010000
_X32_BIT = 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER_MODE = 38, 22, 2

Instruction = tuple[int, int, int, int]


def supported() -> bool:
    """Say whether there is a table of system calls for this machine.

    Returns
    -------
    bool
        True on x86_64 and aarch64.
    """
    return platform.machine() in _MACHINES


def program(pid: int, machine: str) -> list[Instruction]:
    """Write the filter.

    Parameters
    ----------
    pid : int
        The one process that may be sent signals: the caller itself.
    machine : str
        As `platform.machine` names it.

    Returns
    -------
    list of tuple
        BPF instructions: code, jump if true, jump if false, constant.
    """
    column, architecture, clone, clone3, kill, tgkill = _MACHINES[machine]
    lines: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        lines += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    for numbers in _REFUSED.values():
        lines += _refuse(numbers[column], errno.EPERM)
    # The C library falls back to clone, whose flags a filter can read.
    lines += _refuse(clone3, errno.ENOSYS)
    lines += _only_if(clone, (_ANY_BIT, 1, 0, _CLONE_THREAD))
    for call_number in (kill, tgkill):
        lines += _only_if(call_number, (_EQUAL, 1, 0, pid))
    return [*lines, (_RETURN, 0, 0, _ALLOW)]


def _refuse(number: int, error: int) -> list[Instruction]:
    if number < 0:
        return []
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]


def _only_if(number: int, test: Instruction) -> list[Instruction]:
    """Allow a call when `test` holds of its first argument; the number stays loaded otherwise."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        test,
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def install() -> None:
    """Put the filter on this process, for good.

    Raises
    ------
    OSError
        The kernel has no seccomp filters, or refuses this one.
    """
    lines = program(os.getpid(), platform.machine())
    packed = b"".join(struct.pack("<HBBI", *line) for line in lines)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("<HxxxxxxQ", len(lines), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_PR_SET_SECCOMP, _FILTER_MODE, header)):
        if libc.prctl(*arguments) < 0:
            raise OSError(ctypes.get_errno(), "seccomp: " + os.strerror(ctypes.get_errno()))
