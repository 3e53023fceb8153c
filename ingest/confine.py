"""What a reading process may not do: take too much, reach the network, start or meddle with programs."""

import contextlib
import ctypes
import os
import platform
import resource
import socket
import struct
from typing import Any, NoReturn

from ingest.limits import Limits

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06

# Numbers of system calls by machine: socket connect execve execveat ptrace kill setsid setpgid
# process_vm_readv process_vm_writev io_uring_setup. Source: the kernel's syscall tables.
_CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 62, 112, 109, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 129, 157, 154, 270, 271, 425)),
}
_FIRST_X32_CALL = 0x40000000


def leave_network() -> None:
    """Move this process into a network of its own without an interface, where the kernel allows it."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def cap(limits: Limits) -> None:
    """Limit memory, processor time, files written and files open; they hold for good."""
    for what, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        # The soft limit ends it with a signal that says why; a reader that ignores it meets the hard one.
        (resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 5),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, ceiling = resource.getrlimit(what)
        wanted = (soft, hard)
        if ceiling != resource.RLIM_INFINITY:
            wanted = (min(soft, ceiling), min(hard, ceiling))
        with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, wanted)


def refuse_network() -> None:
    """Make Python's own sockets fail with a plain error."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise OSError("no network while reading a document")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, refuse)


def refuse_calls() -> bool:
    """Have the kernel refuse sockets, programs, debugging and signals; False where it cannot."""
    machine = platform.machine()
    if machine not in _CALLS or os.uname().sysname != "Linux":
        return False
    program = _filter(*_CALLS[machine])
    code = ctypes.create_string_buffer(program)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    instructions = Program(len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(instructions), 0, 0) == 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A BPF program: the number of the call is compared with each that is refused."""
    # Each compare jumps to the last instruction, which refuses; the one before it allows. Calls of another
    # architecture have other numbers, so all of them are refused.
    count = len(calls)
    code = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, count + 3, architecture),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, count + 1, 0, _FIRST_X32_CALL),
    ]
    code += [(_EQUAL, count - place, 0, number) for place, number in enumerate(calls)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
