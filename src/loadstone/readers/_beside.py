"""Files that a model names and that lie beside it: whether they are there, and how long.

They are looked at and never opened, and no path is followed out of the folder.
"""

from __future__ import annotations

import os
import stat

from loadstone.core.facts import Damage
from loadstone.readers._opened import Opened

_FILES = 2_000


class Beside:
    """The folder that a model lies in."""

    def __init__(self, opened: Opened) -> None:
        self.folder = os.path.dirname(opened.path) or "."  # noqa: PTH120 - kept as it was given
        self.known = opened.depth == 0  # what is inside an archive has no folder
        self._sizes: dict[str, int | None] = {}

    def size(self, location: str) -> int | None:
        """Return the bytes of a regular file inside the folder, or nothing."""
        if location not in self._sizes:
            look = self.known and is_inside(location) and len(self._sizes) < _FILES
            self._sizes[location] = self._look(location) if look else None
        return self._sizes[location]

    def problem(self, location: str, need: int, tensors: int) -> Damage | None:
        """Return what is wrong with a file that is to hold `need` bytes at least."""
        if not self.known:
            return None
        detail: dict[str, str | int | float | bool | None] = {
            "member": location[:400],
            "tensors": tensors,
            "need": need,
        }
        if not is_inside(location):
            why = f"`{location[:200]}` is to be read, which is not inside the folder of the model"
            return Damage("outside", why, None, detail)
        have = self.size(location)
        if have is None:
            if self._leads_out(location):
                return None  # a link, as caches make them: its target is not looked at
            why = f"`{location[:200]}` holds {tensors} tensors and is not in the folder"
            return Damage("missing-member", why, None, detail)
        if have < need:
            why = f"`{location[:200]}` has {have} bytes, its tensors need {need}"
            return Damage("short-member", why, None, detail | {"have": have})
        return None

    def _path(self, location: str) -> str:
        return os.path.join(self.folder, location)  # noqa: PTH118 - the path is kept as given

    def _leads_out(self, location: str) -> bool:
        real = os.path.realpath(self._path(location))
        root = os.path.realpath(self.folder)
        return os.path.commonpath([real, root]) != root

    def _look(self, location: str) -> int | None:
        try:
            if self._leads_out(location):
                return None
            found = os.stat(self._path(location))  # noqa: PTH116 - as above
        except (OSError, ValueError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None


def is_inside(location: str) -> bool:
    """Return whether a path stays in the folder that it starts in, on any system."""
    parts = location.replace("\\", "/").split("/")
    return (
        bool(location)
        and "\0" not in location
        and ":" not in parts[0]
        and not (parts[0] == "" or ".." in parts)
    )
