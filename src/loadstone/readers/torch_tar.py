"""torch's format of before 0.1.10: a tar of `storages`, `tensors` and `pickle`.

https://github.com/pytorch/pytorch/blob/main/torch/serialization.py, `legacy_load`.
"""

from __future__ import annotations

import struct
from typing import Any

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers import _contents, _magic, _tar
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._records import LIMIT, Place
from loadstone.readers._tensors import STORAGES, Odd, Storage, Tensors
from loadstone.runtime.pickles import Persistent

_COUNT = 1_000_000


def sniff(opened: Opened) -> bool:
    """Return whether it is a tar with the three members."""
    if not _magic.tar(opened.head):
        return False
    found, _ = _tar.entries(opened.source, 8)
    return {item.name.removeprefix("./") for item in found} >= _tar.TORCH


class _Tar:
    """The storages and tensors of the file, by the keys that its pickles give them."""

    def __init__(self, opened: Opened, members: dict[str, _tar.Entry]) -> None:
        self.opened = opened
        self.members = members
        self.pickles = Pickles(limits=opened.limits)
        self.storages: dict[str, Storage] = {}
        self.tensors: dict[str, TensorFact | Odd | None] = {}

    def read_storages(self) -> None:
        """`storages`: a count, then a pickle, a length and the bytes of each, then the views."""
        entry = self.members["storages"]
        number, at = self._first(entry)
        for _ in range(number):
            told, at = self._next(entry, at)
            if told is None or len(told) < 3:
                return
            word = STORAGES.get(values.dotted_last(told[2]))
            raw = self.opened.source.pread(entry.offset + at, 8)
            if word is None or len(raw) < 8:
                return
            nbytes = dtypes.nbytes(word, int.from_bytes(raw, "little") & (1 << 60) - 1)
            key = values.key(told[0])
            device = told[1] if isinstance(told[1], str) else None
            place = Place("", entry.offset + at + 8, nbytes)
            whole = at + 8 + nbytes <= entry.size
            self.storages[key] = Storage(word, key, device, nbytes, place if whole else None)
            at += 8 + nbytes
        views, _ = self._next(entry, at)
        for view in views or ():
            self._view(values.items(view))

    def _view(self, told: Any) -> None:
        if told is None or len(told) != 4:
            return
        root = self.storages.get(values.key(told[1]))
        first, count = told[2], told[3]
        if root is None or root.place is None or type(first) is not int or type(count) is not int:
            return
        width = dtypes.BITS[root.dtype] // 8
        if first < 0 or count < 0 or (first + count) * width > root.nbytes:
            return
        place = Place("", root.place.offset + first * width, count * width)
        self.storages[values.key(told[0])] = Storage(
            root.dtype, root.key, root.device, count * width, place
        )

    def read_tensors(self, maker: Tensors) -> None:
        """`tensors`: a count, then a pickle, sizes, strides and the offset of each."""
        entry = self.members["tensors"]
        number, at = self._first(entry)
        for _ in range(number):
            told, at = self._next(entry, at)
            raw = self.opened.source.pread(entry.offset + at, 8 + 64 * 16 + 8)
            if told is None or len(told) < 3 or len(raw) < 8:
                return
            (rank,) = struct.unpack_from("<i", raw)
            if not 0 <= rank <= 64 or len(raw) < 16 + 16 * rank:
                return
            numbers = struct.unpack_from(f"<{2 * rank + 1}q", raw, 8)
            storage = self.storages.get(values.key(told[1]))
            self.tensors[values.key(told[0])] = maker.view(
                storage, numbers[-1], numbers[:rank], numbers[rank:-1]
            )
            at += 16 + 16 * rank

    def read_object(self, maker: Tensors) -> _contents.Contents:
        """`pickle`: the object, which names its tensors by persistent ids."""
        entry = self.members["pickle"]
        data = self.opened.source.pread(entry.offset, min(entry.size, LIMIT))
        stream = self.pickles.read(data, what="pickle", base=entry.offset)
        return _contents.read(stream.value if stream else None, maker)

    def tensor(self, node: Any) -> TensorFact | Odd | None:
        """Return the tensor of a persistent id."""
        if type(node) is not Persistent or values.items(node.pid) is not None:
            return None
        return self.tensors.get(values.key(node.pid))

    def _first(self, entry: _tar.Entry) -> tuple[int, int]:
        data = self.opened.source.pread(entry.offset, min(entry.size, 4096))
        stream = self.pickles.read(data, what=entry.name, base=entry.offset)
        if stream is None or type(stream.value) is not int:
            return 0, 0
        return max(0, min(stream.value, _COUNT)), stream.end

    def _next(self, entry: _tar.Entry, at: int) -> tuple[Any, int]:
        room = min(entry.size - at, 1 << 16)
        data = self.opened.source.pread(entry.offset + at, room)
        stream = self.pickles.read(data, what=entry.name, base=entry.offset + at)
        if stream is None:
            return None, at
        return values.items(stream.value), at + stream.end


def read(opened: Opened) -> Artifact:
    """Return the tensors of the three members."""
    found, differ = _tar.entries(opened.source)
    members = {item.name.removeprefix("./"): item for item in reversed(found)}
    tar = _Tar(opened, members)
    tar.pickles.disagreements += differ
    tar.read_storages()
    maker = Tensors(lambda _: None, persistent=tar.tensor)
    tar.read_tensors(maker)
    contents = tar.read_object(maker)
    devices = dict.fromkeys(item.device for item in tar.storages.values() if item.device)
    return opened.artifact(
        "torch-tar",
        contents.content,
        framework="torch",
        state_dicts=tuple(contents.state_dicts),
        entries=contents.entries,
        modules=tuple(contents.modules),
        devices=tuple(devices),
        detail=tar.pickles.detail(),
        **tar.pickles.facts(),
    )
