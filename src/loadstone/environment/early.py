"""The process that a file was last predicted in, begun again before the file is read.

It is a guess, kept by the file's path, size and time of change, and by what was wished for. Where
it is wrong, a process was started in vain; nothing of what is decided rests on it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from loadstone.atomic import new_file
from loadstone.environment import cache
from loadstone.environment.run import ProcessFailedError, Runtime, begin
from loadstone.environment.wishes import Wishes

if TYPE_CHECKING:
    from loadstone.core.facts import Artifact


class Early:
    """The process of one file, which imports libraries while the file is judged."""

    def __init__(
        self, path: str | os.PathLike[str], env: str, wishes: Wishes | None = None
    ) -> None:
        self._env, self._wishes = env, wishes or Wishes()
        self._place = _place(path, env, self._wishes)
        self._started: Runtime | None = None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, ProcessFailedError):
            kept = json.loads(self._place.read_bytes())
            self._started = begin(str(kept["python"]), [str(name) for name in kept["modules"]])

    def process(self, artifact: Artifact, modules: Sequence[str]) -> Runtime | None:
        """Return the process of the environment that the file is for, where that one is built.

        A process that was begun for another is ended.
        """
        from loadstone.environment import rebuild

        python = rebuild.cached(artifact, self._env, self._wishes)
        if self._started is not None and self._started.python != python:
            self.close()
        if self._started is None and python is not None:
            self._started = begin(python, modules)
        return self._started

    def note(self, python: str, modules: Sequence[str]) -> None:
        """Keep what the file was loaded in, for the next time; a full disk keeps nothing."""
        said = json.dumps({"python": python, "modules": list(modules)}).encode()
        with contextlib.suppress(OSError):
            if not (self._place.is_file() and self._place.read_bytes() == said):
                self._place.parent.mkdir(parents=True, exist_ok=True)
                with new_file(self._place, overwrite=True) as file:
                    file.write(said)

    def close(self) -> None:
        """End the process."""
        if self._started is not None:
            self._started.kill()
            self._started = None


def _place(path: str | os.PathLike[str], env: str, wishes: Wishes) -> Path:
    real = Path(os.path.realpath(path))
    seen = ""
    with contextlib.suppress(OSError):
        state = real.stat()
        seen = f"{state.st_size} {state.st_mtime_ns}"
    wished = [sorted(wishes.pins.items()), wishes.python, str(wishes.wheelhouse or "")]
    key = cache.digest(str(real), seen, env, json.dumps(wished))
    return cache.begun() / f"{key}.json"
