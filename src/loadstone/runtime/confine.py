"""What this process may not do: reach a network, take more memory than it is given.

No network on Linux: a filter of system calls (https://docs.kernel.org/userspace-api/seccomp_filter.html)
that refuses every socket but local ones, or a network namespace of its own. Elsewhere there is
none, and `apply` says so. Memory by RLIMIT_AS, where the system has it.
"""

import ctypes
import platform
import struct
import sys
from typing import Any, Dict, List, Tuple

_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # | errno
_EACCES, _ENOSYS = 13, 38
_LOCAL = 1  # AF_UNIX
_IO_URING = 425  # its requests, sockets too, pass no filter
# of the machine: its number for a filter, and of `socket`
_MACHINES: Dict[str, Tuple[int, int]] = {
    "x86_64": (0xC000003E, 41),
    "aarch64": (0xC00000B7, 198),
}
_LOAD, _JEQ, _JGE, _RETURN = 0x20, 0x15, 0x35, 0x06


def apply(*, network: bool = True, memory: int = 0) -> Dict[str, Any]:
    """Confine this process and its children for good; return what could be done."""
    done: Dict[str, Any] = {"network": "", "memory": 0}
    if memory:
        done["memory"] = _limit_memory(memory)
    if not network:
        done["network"] = _no_network()
    return done


def _limit_memory(size: int) -> int:
    try:
        import resource
    except ImportError:
        return 0
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = size if hard in (resource.RLIM_INFINITY, -1) else min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ValueError, OSError):
        return 0
    return size


def _no_network() -> str:
    """Return what took the network away: "seccomp", "namespace", or "" where nothing did."""
    if not sys.platform.startswith("linux"):
        return ""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if _filter(libc):
            return "seccomp"
        if libc.unshare(_NEWNET) == 0 or libc.unshare(_NEWUSER | _NEWNET) == 0:
            return "namespace"
    except (OSError, AttributeError):
        pass
    return ""


def _filter(libc: Any) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None or struct.calcsize("P") != 8 or sys.byteorder != "little":
        return False
    code = b"".join(struct.pack("<HBBI", *step) for step in _program(*machine))
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("<H6xQ", len(code) // 8, ctypes.addressof(held))
    told = ctypes.create_string_buffer(program, len(program))
    zero = ctypes.c_ulong(0)
    if libc.prctl(_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    return bool(libc.prctl(_SECCOMP, ctypes.c_ulong(_FILTER), told, zero, zero) == 0)


def _program(machine: int, socket: int) -> List[Tuple[int, int, int, int]]:
    """Return the filter: code, steps to skip if so, if not, and a number."""
    return [
        (_LOAD, 0, 0, 4),  # the machine that the call is for
        (_JEQ, 1, 0, machine),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_JGE, 0, 1, 0x40000000),  # the other calling convention of x86-64
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_JEQ, 0, 1, _IO_URING),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_JEQ, 1, 0, socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, 16),  # the family of the socket
        (_JEQ, 0, 1, _LOCAL),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE | _EACCES),
    ]
