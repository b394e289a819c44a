"""Pickles that lie in a zip or a tar, which loaders unpickle without unpacking the archive.

`pandas.read_pickle` does so of the only file of an archive, `sktime.base.load` of its two.
https://pandas.pydata.org/docs/reference/api/pandas.read_pickle.html
"""

from __future__ import annotations

from loadstone.core.classes import dataclass
from loadstone.core.facts import RunsCode
from loadstone.readers import _also_pickle, _magic
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._source import Buffer, MemorySource


@dataclass(slots=True)
class Judged:
    """What unpickling the members that were looked at runs, together."""

    opened: Opened
    word: RunsCode = "no"
    calls: tuple[str, ...] = ()

    def looks(self, head: bytes) -> bool:
        """Return whether a member that begins so begins as a pickle."""
        inner = self._inner(head)
        if _magic.legacy(head):  # torch's, which nobody unpickles in an archive
            return False
        return _magic.pickled(head) or _also_pickle.calls(inner)

    def add(self, data: Buffer, size: int) -> None:
        """Judge a member of `size` bytes, of which `data` are there: it is known whole or not."""
        from loadstone.readers import pickle

        found = pickle.read_bytes(self._inner(bytes(data[:4096])), data, packed=True)
        self.note(found.opening_runs_code, found.calls)
        if len(data) < size:
            self.note("unknown")

    def note(self, word: RunsCode, calls: tuple[str, ...] = ()) -> None:
        """Let the verdict be no better than `word`."""
        self.word = max(self.word, word, key=WORST.index)
        self.calls = tuple(dict.fromkeys((*self.calls, *calls)))

    def _inner(self, head: bytes) -> Opened:
        around = self.opened
        return Opened(around.path, MemorySource(head), head, around.depth + 1, around.limits)
