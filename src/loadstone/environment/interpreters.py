"""Pythons on this machine, found where users have them: uv's, pyenv's, conda's and the path's.

Each is asked for its version by running it, where its name can be of the version that is wanted:
pyenv's shims answer to names of interpreters that are not there.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from loadstone.core.classes import dataclass

_ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_ANSWER = re.compile(r"3\.\d+\.\d+")
_NAME = re.compile(r"python(?:3|(3\.\d+))?(?:\.exe)?")
_OLDEST_OF_UV = 8  # the oldest minor version of Python 3 that `uv python install` brings


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One CPython: where it is, which it is, and how it was found."""

    path: str
    version: str  # "3.8.18"
    source: str  # "this Python", "uv", "pyenv", "conda", "PATH"

    @property
    def minor(self) -> str:
        """Such as "3.8"."""
        return ".".join(self.version.split(".")[:2])


def found() -> tuple[Interpreter, ...]:
    """Return the interpreters, one for each minor version and place."""
    return tuple(filter(None, map(_asked, _places())))


def of(python: str) -> Interpreter | None:
    """Return the interpreter of a minor or full version, the newest patch where several fit."""
    parts = python.split(".")
    named = (".".join(parts[:2]), "")
    asked = filter(None, (_asked(place) for place in _places() if place.minor in named))
    fitting = [item for item in asked if item.version.split(".")[: len(parts)] == parts]
    return max(
        fitting, key=lambda item: [int(part) for part in item.version.split(".")], default=None
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A program that may be an interpreter; `minor` is what the file itself is named after."""

    path: str
    source: str
    minor: str


@functools.cache
def _places() -> tuple[_Place, ...]:
    result = [_Place(sys.executable, "this Python", "{}.{}".format(*sys.version_info))]
    seen = {os.path.realpath(sys.executable)}
    for path, source in _candidates():
        real = os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            named = _NAME.fullmatch(Path(real).name)
            result.append(_Place(path, source, (named and named[1]) or ""))
    return tuple(result)


@functools.cache
def _asked(place: _Place) -> Interpreter | None:
    if place.path == sys.executable:
        version: str | None = ".".join(map(str, sys.version_info[:3]))
    else:
        version = _version(place.path)
    return Interpreter(place.path, version, place.source) if version else None


def get(python: str) -> str:
    """Return the command that brings a Python which is not here."""
    minor = int(python.split(".")[1]) if "." in python else _OLDEST_OF_UV
    if minor >= _OLDEST_OF_UV:
        return f"uv python install {python}"
    return f"conda create --name python{python} python={python}"


def _candidates() -> Iterator[tuple[str, str]]:
    for folder, source in _folders():
        yield from ((path, source) for path in _executables(folder))
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        if entry and "shims" not in Path(entry).parts:
            yield from ((path, "PATH") for path in _executables(Path(entry)))


def _folders() -> Iterator[tuple[Path, str]]:
    """Yield the `bin` folders of interpreters that managers of Pythons keep."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    managed = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv/python")
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    for root, source in ((managed, "uv"), (pyenv, "pyenv")):
        if root.is_dir():
            yield from ((_bin(folder), source) for folder in sorted(root.iterdir()))
    listed = home / ".conda/environments.txt"
    places = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    base = os.environ.get("CONDA_EXE")
    if base:
        places.append(str(Path(base).parent.parent))
    yield from ((_bin(Path(place)), "conda") for place in places if place)


def _bin(prefix: Path) -> Path:
    return prefix if os.name == "nt" else prefix / "bin"


def _executables(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if _NAME.fullmatch(entry.name))
    except OSError:
        return []
    return [str(folder / name) for name in names if os.access(folder / name, os.X_OK)]


def _version(path: str) -> str | None:
    """Return the version that an interpreter says it has, None where it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603 - an interpreter of the user's own
            [path, "-I", "-S", "-c", _ASK], capture_output=True, timeout=20, check=True, text=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    version = answer.stdout.strip()
    return version if _ANSWER.fullmatch(version) else None
