"""The files that captured code reads beside its bundle, as a process that rehearses it sees them.

https://docs.python.org/3/library/audit_events.html: Python 3.8 and newer tell of every `open`,
those of libraries written in C excepted.
"""

import contextlib
import importlib.util
import os
import sys
from typing import Any, List, Set, Tuple

from .code import PACKAGE, WATCHING

# What the system, or Python with its packages, holds everywhere.
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/share/", "/usr/lib/", "/lib/")
_PACKAGES = ("site-packages", "dist-packages")
_LISTING = ("os", "pathlib", "pathlib._local", "pathlib._os", "glob")


class Opened:
    """Notes every existing file that captured code opens to read, and names of none.

    Of each, the function, the path, and the name that `open` was given by the code, or by a library
    for it; empty where that was no `open` of Python's. `bundle` is left out, and so are system
    files, installed packages, and what it wrote itself. A folder that it lists is noted likewise,
    and the files that a library or a path is to read or to look for.
    """

    def __init__(self, bundle: str) -> None:
        self.found: List[Tuple[str, str, str]] = []
        self.sought: List[str] = []  # names that the code asks for, or opens and are no files here
        self._written: Set[str] = set()
        roots = [bundle, sys.prefix, sys.base_prefix, sys.exec_prefix]
        self._roots = tuple(os.path.realpath(root) for root in roots)
        WATCHING.append(self._ask)
        if hasattr(sys, "addaudithook"):
            sys.addaudithook(self._hear)

    def _ask(self, name: str) -> None:
        if name not in self.sought and not self._is_held(os.path.realpath(name)):
            self.sought.append(name)

    def _hear(self, event: str, args: Any) -> None:
        if event in ("os.listdir", "os.scandir"):
            self._list(args[0])
        if event != "open" or not isinstance(args[0], (str, bytes)):
            return
        path = os.path.realpath(os.fsdecode(args[0]))
        if isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            self._written.add(path)
            return
        path = _source_of(path)
        function = _captured(sys._getframe(1))  # noqa: SLF001 - the way to a frame that is not slow
        given = os.fsdecode(args[0]) if function and isinstance(args[1], str) else ""
        if self._is_held(path) or not os.path.isfile(path):
            if given and not os.path.exists(path) and given not in self.sought:
                self.sought.append(given)
            return
        found = function, path, given
        if function and found not in self.found:
            self.found.append(found)

    def _list(self, given: Any) -> None:
        """Note a folder that captured code lists, by itself or with the standard library."""
        if given is not None and not isinstance(given, (str, bytes)):  # the number of an open one
            return
        path = os.path.realpath(os.fsdecode(given or "."))
        frame: Any = sys._getframe(2)  # noqa: SLF001 - as above
        while frame is not None and frame.f_globals.get("__name__") in _LISTING:
            frame = frame.f_back
        if frame is None or not frame.f_code.co_filename.startswith("<" + PACKAGE):
            return
        found = str(frame.f_code.co_name), path, ""
        if os.path.isdir(path) and not self._is_held(path) and found not in self.found:
            self.found.append(found)

    def _is_held(self, path: str) -> bool:
        return (
            path in self._written
            or path.startswith(_SYSTEM)
            or any(path == root or path.startswith(root + os.sep) for root in self._roots)
            or any(part in _PACKAGES for part in path.split(os.sep))
        )


def _source_of(path: str) -> str:
    """Return the source of compiled code, which is what a bundle would have to hold."""
    if path.endswith(".pyc"):
        with contextlib.suppress(ValueError, NotImplementedError):
            source = importlib.util.source_from_cache(path)
            return source if os.path.isfile(source) else path
    return path


def _captured(frame: Any) -> str:
    """Return the name of the innermost function of captured code that is running, or ""."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<" + PACKAGE):
            return str(frame.f_code.co_name)
        frame = frame.f_back
    return ""
