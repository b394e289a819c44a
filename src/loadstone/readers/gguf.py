"""GGUF, ggml's file: counts, key-value pairs, tensor infos, then the tensors, each aligned.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import os
import re
import struct
from typing import Literal

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _dense
from loadstone.readers._little import Cursor, Ended
from loadstone.readers._opened import Opened
from loadstone.readers._within import leads_to, outside, size_in

Scalar = str | int | float | bool | None
OLD = {b"lmgg": "ggml", b"fmgg": "ggmf", b"tjgg": "ggjt", b"algg": "ggla"}
_TYPES = {
    0: "float32",
    1: "float16",
    2: "q4_0",
    3: "q4_1",
    6: "q5_0",
    7: "q5_1",
    8: "q8_0",
    9: "q8_1",
    10: "q2_k",
    11: "q3_k",
    12: "q4_k",
    13: "q5_k",
    14: "q6_k",
    15: "q8_k",
    16: "iq2_xxs",
    17: "iq2_xs",
    18: "iq3_xxs",
    19: "iq1_s",
    20: "iq4_nl",
    21: "iq3_s",
    22: "iq2_s",
    23: "iq4_xs",
    24: "int8",
    25: "int16",
    26: "int32",
    27: "int64",
    28: "float64",
    29: "iq1_m",
    30: "bfloat16",
    34: "tq1_0",
    35: "tq2_0",
    39: "mxfp4",
}
_VALUES = {
    0: ("uint8", "B"),
    1: ("int8", "b"),
    2: ("uint16", "H"),
    3: ("int16", "h"),
    4: ("uint32", "I"),
    5: ("int32", "i"),
    6: ("float32", "f"),
    7: ("bool", "?"),
    10: ("uint64", "Q"),
    11: ("int64", "q"),
    12: ("float64", "d"),
}
_STRING, _ARRAY = 8, 9
_PAIRS = 2000
_TOLD = 200  # pairs that are kept
_TENSORS = 80_000
_TEXTS = 3_000_000  # stepped over in one file; the largest vocabularies have half a million
_TEXT = 200
_NESTED = 1000  # arrays in an array
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


class _Odd(Exception):  # noqa: N818 - the bytes' fault
    """What stands here is not what the format says."""

    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


def sniff(opened: Opened) -> bool:
    """Return whether it starts with the letters of GGUF, or with those of what came before it."""
    return opened.head[:4] in (b"GGUF", b"FUGG") or (
        opened.head[:4] in OLD and opened.source.size > 8
    )


def read(opened: Opened) -> Artifact:
    """Return the pairs and the tensors that the header names."""
    if opened.head[:4] in OLD:
        return _old(opened)
    return _Header(opened).read()


def _old(opened: Opened) -> Artifact:
    word = OLD[opened.head[:4]]
    detail: dict[str, Scalar] = {"magic": word}
    if word != "ggml":
        detail["version"] = int.from_bytes(opened.head[4:8], "little")
    return opened.artifact("ggml", "model", framework="ggml", detail=detail)


class _Header:
    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        raw = opened.head[4:8]
        little = int.from_bytes(raw, "little")
        big = int.from_bytes(raw, "big")
        order: Literal["little", "big"] = "big" if big < little else "little"
        self.version = min(little, big)
        self.cursor = Cursor(opened.source, 8, order)
        self.width = 4 if self.version == 1 else 8
        self.detail: dict[str, Scalar] = {"version": self.version}
        if order == "big":
            self.detail["byteorder"] = "big"
        self.alignment = 32
        self.damage: list[Damage] = []
        self.tensors: dict[str, TensorFact] = {}
        self.others: dict[str, str] = {}
        self.texts = _TEXTS
        self.told = 0

    def read(self) -> Artifact:
        try:
            self._all()
        except Ended as error:
            why = "the file ends inside its header"
            detail = {"have": self.opened.source.size, "whole": 0}
            self.damage.append(Damage("truncated", why, error.at, detail))
        except _Odd as error:
            self.damage.append(Damage(error.kind, error.why, error.at))
        self._shards()
        return self.opened.artifact(
            "gguf",
            "model",
            framework="ggml",
            state_dicts=(StateDict("", self.tensors, self.others),),
            damage=tuple(self.damage),
            detail=self.detail,
        )

    def _all(self) -> None:
        if not 1 <= self.version <= 3:
            raise _Odd(f"there is no version {self.version} of GGUF", 4, "version")
        cursor = self.cursor
        tensors, pairs = cursor.uint(self.width), cursor.uint(self.width)
        if pairs > _PAIRS or tensors > _TENSORS:
            raise _Odd(f"{tensors} tensors and {pairs} pairs are more than are read", 8, "limit")
        for _ in range(pairs):
            self._pair()
        alignment = self.detail.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
            raise _Odd(f"`{alignment}` is no alignment", cursor.at)
        infos = [self._info() for _ in range(tensors)]
        start = -(-cursor.at // alignment) * alignment
        self._place(infos, start)

    def _text(self, longest: int = _TEXT) -> str:
        length = self.cursor.uint(self.width)
        kept = self.cursor.take(min(length, longest))
        self.cursor.hop(length - len(kept))
        return kept.decode("utf-8", "backslashreplace")

    def _pair(self) -> None:
        key = self._text()
        at = self.cursor.at
        kind = self.cursor.uint(4)
        value: Scalar
        if kind == _STRING:
            value = self._text()
        elif kind == _ARRAY:
            value = self._array(0)
        elif kind in _VALUES:
            value = self._scalar(_VALUES[kind][1])
        else:
            raise _Odd(f"`{key}` is of type {kind}, which there is not", at)
        self.told += 1
        if self.told <= _TOLD or key == "general.alignment":
            self.detail[key] = value

    def _scalar(self, code: str) -> Scalar:
        order = ">" if self.cursor.order == "big" else "<"
        value: Scalar
        (value,) = struct.unpack(order + code, self.cursor.take(struct.calcsize(code)))
        return str(value) if isinstance(value, float) and not math.isfinite(value) else value

    def _array(self, depth: int) -> str:
        at = self.cursor.at
        kind, count = self.cursor.uint(4), self.cursor.uint(self.width)
        if kind in _VALUES:
            word, code = _VALUES[kind]
            self.cursor.hop(count * struct.calcsize(code))
            return f"{word} {count}"
        self.texts -= count
        if self.texts < 0:
            raise _Odd(f"an array of {count} texts is longer than the limit", at, "limit")
        if kind == _STRING:
            self.cursor.hop_texts(count, self.width)
            return f"string {count}"
        if kind == _ARRAY and depth < 4 and count <= _NESTED:
            for _ in range(count):
                self._array(depth + 1)
            return f"array {count}"
        raise _Odd(f"an array is of type {kind}, which there is not", at)

    def _info(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self._text(1000)
        at = self.cursor.at
        axes = self.cursor.uint(4)
        if axes > 8:
            raise _Odd(f"`{name[:80]}` has {axes} axes", at)
        sizes = tuple(self.cursor.uint(self.width) for _ in range(axes))
        if not _dense.is_shape(sizes):
            raise _Odd(f"`{name[:80]}` has no shape", at)
        return name, sizes[::-1], self.cursor.uint(4), self.cursor.uint(8)

    def _place(self, infos: list[tuple[str, tuple[int, ...], int, int]], start: int) -> None:
        size = self.opened.source.size
        need, whole = start if infos else 0, 0
        for name, shape, kind, offset in infos:
            word = _TYPES.get(kind)
            if word is None:
                self.others[name] = f"tensor of ggml's type {kind} {'×'.join(map(str, shape))}"
                continue
            fact = TensorFact(word, shape)
            unit = dtypes.BLOCKS.get(word, (1, 0))[0]
            if shape and shape[-1] % unit:
                why = f"`{name[:80]}`: rows of {shape[-1]} are no whole blocks of `{word}`"
                self.damage.append(Damage("malformed", why, start + offset, {"key": name}))
                self.others[name] = f"tensor {fact}"
                continue
            if name in self.tensors:
                why = f"`{name[:80]}` is in the header twice"
                self.damage.append(Damage("malformed", why, None, {"key": name}))
            place = _dense.extent(word, shape, start + offset, byteorder=self.cursor.order)
            self.tensors[name] = TensorFact(word, shape, None, place)
            need = max(need, start + offset + place.nbytes)
            whole += start + offset + place.nbytes <= size
        if need > size:
            detail = {"have": size, "need": need, "whole": whole, "of": len(infos)}
            why = f"the file has {size} bytes, its tensors need {need}"
            self.damage.append(Damage("truncated", why, size, detail))

    def _shards(self) -> None:
        """Look for the other files of a model that is kept in several, by name alone."""
        match = _SHARD.search(self.opened.path)
        count = self.detail.get("split.count")
        if match is None or self.opened.depth or not isinstance(count, int) or count < 2:
            return
        folder = os.path.dirname(self.opened.path)  # noqa: PTH120 - the path is kept as given
        base = os.path.basename(self.opened.path)[: -len(match[0])]  # noqa: PTH119
        for number in range(1, min(count, 1000) + 1):
            name = f"{base}-{number:05}-of-{count:05}.gguf"
            target = leads_to(folder, name)
            if target:
                self.damage.append(outside(name, target))
            elif size_in(folder, name) is None:
                why = f"the shard `{name}` is not in the folder"
                self.damage.append(Damage("missing-member", why, None, {"member": name}))
