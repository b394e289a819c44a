"""A lock into an environment: built beside its final place, named when whole, checked again."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import os
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone.atomic import temporary
from loadstone.core.classes import dataclass
from loadstone.environment import cache, download, interpreters, uv
from loadstone.environment.resolve import Lock

_SAMPLE: Final = 24  # files whose hash is compared when an environment is reused
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """An environment on this machine."""

    path: Path
    python: Path  # the interpreter to run
    version: str  # of the interpreter: "3.8.18"
    versions: dict[str, str]
    seconds: float = 0.0  # that building took; 0 where it was there


class BuildFailedError(Exception):
    """An environment that could not be built: which requirement, why, and what to try."""

    def __init__(self, why: str, lines: Sequence[str] = (), attempt: str = "") -> None:
        super().__init__(f"{why}; {attempt}" if attempt else why)
        self.why = why
        self.lines = tuple(lines)
        self.attempt = attempt


def build(
    lock: Lock,
    places: Sequence[str] = (),
    *,
    say: Say = lambda _: None,
) -> Built:
    """Return the environment of `lock`, from the cache where it is there and whole.

    Raises `BuildFailedError` and `uv.UvMissingError`.
    """
    final = cache.environments() / key(lock)
    found = reused(lock)
    if found:
        return found
    if final.exists():
        say(f"the environment {final.name} is damaged and is built again")
        cache.remove(final)
    interpreter = interpreters.of(lock.python)
    if interpreter is None:
        why = f"Python {lock.python}, which the lock is for, is not on this machine"
        raise BuildFailedError(why, (), f"try `{interpreters.get(lock.python)}`")
    final.parent.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    say(f"building Python {interpreter.minor} with {_told(lock)}{download.announced(lock.text)}")
    with temporary(final, folder=True) as folder:
        _fill(folder, lock, interpreter.path, places)
        _record(folder, lock, interpreter)
        try:
            folder.rename(final)
        except OSError:  # another process built the same meanwhile
            if not (final / cache.RECORD).is_file():
                raise
    took = time.perf_counter() - begun
    return Built(final, python_of(final), interpreter.version, lock.versions, took)


def key(lock: Lock) -> str:
    """Return the name of a lock's environment: its main version of Python and a digest."""
    return f"python{lock.python}-{cache.digest(lock.text, lock.python)}"


def python_of(folder: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _told(lock: Lock) -> str:
    names = [f"{name} {version}" for name, version in lock.versions.items()]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


def _fill(folder: Path, lock: Lock, interpreter: str, places: Sequence[str]) -> None:
    """Make the virtual environment in `folder` and install what the lock says."""
    try:
        uv.run(
            [
                *("venv", "--quiet", "--allow-existing", "--relocatable", "--no-python-downloads"),
                *("--python", interpreter, str(folder)),
            ]
        )
        pylock = folder / "pylock.toml"
        pylock.write_text(lock.text, "utf-8")
        only = [] if lock.built else ["--only-binary", ":all:"]
        uv.run(
            [
                *("pip", "sync", "--quiet", "--python", str(python_of(folder))),
                *(*only, *places, str(pylock)),
            ]
        )
    except uv.UvFailedError as error:
        raise BuildFailedError(*_explained(lock, error.lines)) from error


def _explained(lock: Lock, lines: tuple[str, ...]) -> tuple[str, tuple[str, ...], str]:
    """Say which requirement failed, and what to try."""
    text = "\n".join(lines)
    named = next((name for name in lock.versions if f"`{name}" in text or f" {name}==" in text), "")
    what = f"`{named}` {lock.versions[named]}" if named else "the environment"
    why = f"{what} could not be installed for Python {lock.python}"
    if "No space left on device" in text or "os error 28" in text:
        return why, lines, "make room on the disk: `loadstone env prune` removes what was built"
    if uv.is_of_network(lines):
        return why, lines, "try again with a network, or with `--wheelhouse FOLDER --offline`"
    if named in lock.built:
        return why, lines, "it has no wheel for this Python: try another one with `--python`"
    return why, lines, f"try another version with `--with '{named or 'PACKAGE'}==VERSION'`"


def _record(folder: Path, lock: Lock, interpreter: interpreters.Interpreter) -> None:
    said = {
        "schema": "loadstone.built/1",
        "python": interpreter.version,
        "interpreter": os.path.realpath(interpreter.path),
        "versions": lock.versions,
        "date": lock.date,
    }
    (folder / cache.RECORD).write_text(json.dumps(said), "utf-8")


def attempt(built: Built, imports: Sequence[str]) -> None:
    """Import modules in an environment, which compiles them; it is not kept where one fails.

    Raises `BuildFailedError`.
    """
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    answer = subprocess.run(  # noqa: S603 - the interpreter that was just installed
        [str(built.python), "-I", "-c", code, *imports],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if answer.returncode:
        cache.remove(built.path)
        lines = [line for line in answer.stderr.splitlines() if line.strip()][-6:]
        why = f"{', '.join(f'`{name}`' for name in imports)} cannot be imported in what was built"
        if answer.returncode < 0:
            why += f": the process was ended by signal {-answer.returncode}"
        raise BuildFailedError(why, lines, "try another version with `--with` or `--python`")


def reused(lock: Lock) -> Built | None:
    """Return the environment that is there, None where it is not or is not whole any more."""
    final = cache.environments() / key(lock)
    try:
        said: dict[str, Any] = json.loads((final / cache.RECORD).read_bytes())
        if not Path(said["interpreter"]).is_file() or not python_of(final).exists():
            return None
    except (OSError, ValueError, KeyError):
        return None
    if not _whole(final):
        return None
    os.utime(final / cache.RECORD)
    return Built(final, python_of(final), said["python"], said["versions"])


def condemned(python: str) -> bool:
    """Whether the environment of an interpreter is of the cache and damaged: it is not reused then.

    Every file is compared with its hash: for one in which a library cannot be imported.
    """
    folder = Path(python).parent.parent
    record = folder / cache.RECORD
    if folder.parent != cache.environments() or not record.is_file() or _whole(folder, None):
        return False
    record.unlink()
    return True


def _whole(folder: Path, most: int | None = _SAMPLE) -> bool:
    """Whether `most` files, chosen at random, or all have the hashes of their RECORDs."""
    records = [
        *folder.glob("lib/python3*/site-packages/*.dist-info/RECORD"),
        *folder.glob("Lib/site-packages/*.dist-info/RECORD"),
    ]
    if not records and json.loads((folder / cache.RECORD).read_bytes())["versions"]:
        return False
    rows = [
        (record.parent.parent, row)
        for record in records
        for row in record.read_text("utf-8").splitlines()
        if ",sha256=" in row
    ]
    several = len(rows) if most is None else min(most, len(rows))
    chosen = random.Random().sample(rows, several)  # noqa: S311 - no secret
    names = csv.reader(row for _, row in chosen)
    return all(
        _is_as_recorded(place / name, said)
        for (place, _), (name, said, *_) in zip(chosen, names, strict=True)
    )


def _is_as_recorded(path: Path, said: str) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    found = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return found == said.removeprefix("sha256=")
