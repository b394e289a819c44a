"""Files of a pipeline of spaCy's that its own loaders read as msgpack: maps, lists and values.

srsly 1.0 to 2.5 makes numbers, texts and arrays of numpy's of them, and thinc and spaCy fill what
the configuration made: neither looks a name up. https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from loadstone.readers import _within
from loadstone.readers._little import Cursor, Ended
from loadstone.readers._records import FolderRecords
from loadstone.readers.flax_msgpack import Odd, item

__all__ = ["judged"]

_SHARED = ("tokenizer", "vocab/key2row", "vocab/lookups.bin")
_OF_COMPONENTS = ("model", "moves", "patterns", "lookups/lookups.bin", "tag_map")
_DEPTH = 64
_VALUES = 2_000_000  # of all files of a folder


def judged(records: FolderRecords, components: Collection[str]) -> Iterator[str]:
    """Yield the files that are msgpack to their end, of a pipeline and its own components."""
    names = [*_SHARED, *(f"{one}/{name}" for one in components for name in _OF_COMPONENTS)]
    left = _VALUES
    for name in dict.fromkeys(names):
        if name in records and left > 0:
            try:
                with _within.open_in(records.root, name) as source:
                    cursor = Cursor(source, 0, "big")
                    left = _walk(cursor, left)
                    if cursor.at == source.size:
                        yield name
            except (OSError, Ended, Odd):
                continue


def _walk(cursor: Cursor, left: int) -> int:
    """Step over one value, and return how many more may come."""
    waiting = [1]
    while waiting:
        if not waiting[-1]:
            waiting.pop()
            continue
        waiting[-1] -= 1
        left -= 1
        at, found = cursor.at, item(cursor)
        if left < 0 or len(waiting) > _DEPTH or found.kind == "ext":
            raise Odd("it has more values than the limit, or others than msgpack's own", at)
        if found.kind in {"map", "array"}:
            waiting.append(found.size * (2 if found.kind == "map" else 1))
        elif found.kind in {"text", "bytes"}:
            cursor.hop(found.size)
    return left
