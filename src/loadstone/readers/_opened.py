"""An artifact that has been opened: its path, its bytes, its first bytes."""

from __future__ import annotations

from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Artifact, Content, RunsCode
from loadstone.readers._source import Source
from loadstone.runtime.pickle_values import Limits

HEAD = 4096
PICKLED = 64 << 20  # unpacked bytes of pickles that are read, of all members of an archive
WORST: tuple[RunsCode, ...] = ("no", "library", "unknown", "yes")  # the last is the worst


@dataclass(slots=True)
class Opened:
    """What every reader is given."""

    path: str
    source: Source
    head: bytes = field(default=b"")
    depth: int = 0  # archives around it
    limits: Limits = field(default_factory=Limits)  # of all pickles inside, together

    def artifact(self, word: str, content: Content, **facts: Any) -> Artifact:
        """Return the artifact with the facts that a reader found."""
        return Artifact(self.path, word, content, self.source.size, **facts)
