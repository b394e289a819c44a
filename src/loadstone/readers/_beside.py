"""Files that a model names and that lie beside it: whether they are there, and how long.

They are looked at and never opened, and no path is followed out of the folder.
"""

from __future__ import annotations

import os

from loadstone.core.facts import Damage
from loadstone.readers._opened import Opened
from loadstone.readers._within import is_inside, leads_to, outside, size_in

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
            self._sizes[location] = size_in(self.folder, location) if look else None
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
            target = leads_to(self.folder, location)
            if target:
                return outside(location, target)
            why = f"`{location[:200]}` holds {tensors} tensors and is not in the folder"
            return Damage("missing-member", why, None, detail)
        if have < need:
            why = f"`{location[:200]}` has {have} bytes, its tensors need {need}"
            return Damage("short-member", why, None, detail | {"have": have})
        return None
