"""Where built environments and locks are kept: one folder a lock, under the user's cache.

`LOADSTONE_CACHE` names another place. An environment appears under its name only when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loadstone.atomic import new_file
from loadstone.core.classes import dataclass

RECORD = "loadstone.json"


def root() -> Path:
    """Return the cache's folder, which may not be there yet."""
    given = os.environ.get("LOADSTONE_CACHE")
    if given:
        return Path(given).expanduser()
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "loadstone"


def environments() -> Path:
    """Return the folder of built environments."""
    return root() / "environments"


def begun() -> Path:
    """Return the folder of what files were last predicted in."""
    return root() / "begun"


def digest(*texts: str) -> str:
    """Return a short digest of texts, in which no two lists of texts run together."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:20]


def kept_answer(key: str) -> dict[str, Any] | None:
    """Return a lock, or a release, that was had before for the same question; None without one."""
    try:
        found: dict[str, Any] = json.loads((root() / "locks" / f"{key}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found


def keep_answer(key: str, answer: dict[str, Any]) -> None:
    """Keep a lock, or a release, for the next time that the same question is asked."""
    place = root() / "locks" / f"{key}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    with new_file(place, overwrite=True) as file:
        file.write(json.dumps(answer).encode())


@dataclass(frozen=True, slots=True)
class Kept:
    """One environment of the cache."""

    path: Path
    size: int  # bytes of files that nothing else links to, as they would be freed
    used: float  # seconds since the epoch
    versions: dict[str, str]
    python: str


def kept() -> Iterator[Kept]:
    """Yield the environments of the cache, the one that was used last first."""
    folder = environments()
    found = [item for item in folder.glob("*") if (item / RECORD).is_file()]
    for path in sorted(found, key=lambda item: -(item / RECORD).stat().st_mtime):
        with contextlib.suppress(OSError, ValueError):
            record = json.loads((path / RECORD).read_bytes())
            yield Kept(
                path,
                _size(path),
                (path / RECORD).stat().st_mtime,
                record["versions"],
                record["python"],
            )


def prune(*, older_than: float = 0.0) -> list[Kept]:
    """Remove environments that were not used for `older_than` seconds, and unfinished ones.

    So are locks that were resolved so long ago.
    """
    limit = time.time() - older_than
    for lock in (root() / "locks").glob("*.json"):
        if lock.stat().st_mtime <= limit:
            lock.unlink(missing_ok=True)
    shutil.rmtree(begun(), ignore_errors=True)
    removed = [item for item in kept() if item.used <= limit]
    for item in removed:
        remove(item.path)
    for unfinished in environments().glob(".*.tmp"):
        if unfinished.stat().st_mtime < time.time() - 3600:  # none takes an hour
            shutil.rmtree(unfinished, ignore_errors=True)
    return removed


def remove(path: Path) -> None:
    """Remove an environment; it is renamed first, so that nobody finds half of it."""
    gone = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _size(path: Path) -> int:
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                state = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - many files
                total += state.st_size if state.st_nlink == 1 else 0
    return total
