"""Indexes of neighbours in a pickle, which the C++ of their library parses, and nothing here does.

`Index.__setstate__` of faiss hands bytes to `deserialize_index`; that of hnswlib copies arrays to
where its own numbers say. What such bytes lead the code to is not followed, so it is not known.
"""

from typing import Any

from .audited_tables import FAISS, HNSWLIB
from .pickle_boosters import Elsewhere
from .pickle_scalars import Buffer
from .pickle_values import Blob, Disagreement, Global, Pairs, Stream

__all__ = ["follow"]

_ON_DISK, _PIECE = b"ilod", 1 << 20
_WHOSE = {**dict.fromkeys(FAISS, "faiss"), **dict.fromkeys(HNSWLIB, "hnswlib")}


def follow(stream: Stream, buffer: Buffer) -> None:
    """Note of each index that its library's C++ parses what it is filled with."""
    told = set()
    for call in stream.calls:
        func = call.func
        whose = _WHOSE.get(func.module) if isinstance(func, Global) else None
        if not whose or not call.states:
            continue
        if whose == "faiss" and any(_is_on_disk(state, buffer) for state in call.states):
            call.payload = Elsewhere("its lists lie in a file that it names", "faiss")
        if whose not in told:
            told.add(whose)
            text = f"the C++ of {whose} parses the index inside"
            stream.disagreements.append(Disagreement("native", call.at, text))


def _is_on_disk(state: Any, buffer: Buffer) -> bool:
    """Whether an index may hold the mark of lists that lie in another file."""
    held = [value for _, value in state] if isinstance(state, Pairs) else [state]
    for value in held:
        if isinstance(value, bytes) and _ON_DISK in value:
            return True
        end = value.offset + value.length if isinstance(value, Blob) else 0
        for at in range(value.offset if end else 0, end, _PIECE):
            if _ON_DISK in bytes(buffer[at : min(end, at + _PIECE + len(_ON_DISK))]):
                return True
    return False
