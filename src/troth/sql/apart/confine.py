"""What this process gives up before it opens anything: programs, sockets, files but one, and what it may use up.

It cannot be had back, by whatever code comes to run in here. Linux holds all of it (where Landlock is there, since
5.13); elsewhere the limits alone are set. `confine` says what is held.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

FILES, NETWORK, PROGRAMS, LIMITS = "files", "network", "programs", "limits"
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # of prctl
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION, _BENEATH = 1, 1
_READ_FILE = 1 << 2
# how many rights over files each version of Landlock knows
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_LATER_RIGHTS = 16
_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_THREAD = 0x10000  # clone: a thread, and no process
# sockets, other programs, other processes, and a second way to all calls; by the machine's own numbers
_DENIED = {
    "x86_64": (0xC000003E, 56, (41, 42, 53, 57, 58, 59, 62, 101, 310, 311, 322, 425)),
    "aarch64": (0xC00000B7, 220, (198, 203, 199, 221, 129, 117, 270, 271, 281, 425)),
}
_CLONE3 = 435


def confine(readable: Sequence[str], memory: int) -> list[str]:
    """Give up everything but reading these files, and threads. `memory` in bytes, above which none is given."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    held = [LIMITS]
    if sys.platform != "linux":
        return held
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return held
    if _only_these(libc, readable):
        held.append(FILES)
    if _no_sockets(libc):
        held += [NETWORK, PROGRAMS]
    return held


def within(seconds: float) -> None:
    """The process is ended when it has used so much more of the processor than it has now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _only_these(libc: ctypes.CDLL, readable: Sequence[str]) -> bool:
    """Landlock: no file is opened, made, removed or run any more; these may be read."""
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return False
    rights = (1 << _RIGHTS.get(version, _LATER_RIGHTS)) - 1
    network = 3 if version >= 4 else 0  # bind, connect
    scoped = 3 if version >= 6 else 0  # abstract sockets, signals
    asked = struct.pack("=QQQ", rights, network, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, asked, size, 0)
    if ruleset < 0:
        return False
    for path in readable:
        if Path(path).exists():
            file = os.open(path, os.O_PATH | os.O_CLOEXEC)
            libc.syscall(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", _READ_FILE, file), 0)
            os.close(file)
    done = bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return done


def _no_sockets(libc: ctypes.CDLL) -> bool:
    """Seccomp: these calls fail; a new process does too, while a thread may begin."""
    if platform.machine() not in _DENIED or sys.maxsize < 1 << 32:
        return False
    kind, clone, denied = _DENIED[platform.machine()]
    no = _ERRNO | _EPERM
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),  # the kind of machine: another numbers its calls otherwise
        (_EQUAL, 1, 0, kind),
        (_RETURN, 0, 0, no),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_AT_LEAST, 0, 1, 0x40000000),  # the same calls under other numbers
        (_RETURN, 0, 0, no),
        (_EQUAL, 0, 1, _CLONE3),  # what it is to make cannot be looked at: clone is used instead
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]
    for call in denied:
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, no)]
    steps += [
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, 16),  # its first argument
        (_SET, 1, 0, _THREAD),
        (_RETURN, 0, 0, no),
        (_RETURN, 0, 0, _ALLOW),
    ]
    written = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = ctypes.create_string_buffer(written, len(written))
    found = struct.pack("@HP", len(steps), ctypes.addressof(program))
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.c_char_p(found), 0, 0) == 0)
