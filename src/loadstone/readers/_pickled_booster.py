"""The XGBoost or LightGBM model inside a pickle: how it is written, and by which version.

`Booster.__getstate__` keeps the bytes of `XGBoosterSerializeToBuffer` under `handle`: of 0.x the
old binary alone; of 1.0 to 1.5 `CONFIG-offset:` and JSON of the configuration behind the binary;
since 1.6 UBJSON of both. https://github.com/dmlc/xgboost/blob/master/src/learner.cc
LightGBM keeps its text format, under `_handle` since 4.0, whose third word is its version.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from loadstone.readers import _values as values
from loadstone.readers._source import Buffer
from loadstone.runtime.pickles import Blob, Stream

_TAIL = 1 << 16  # keys are sorted, so that the version is the last
_UBJSON = re.compile(rb"version\[#L\0{7}\x03i(.)i(.)i(.)", re.DOTALL)
_LENGTHS = (b"L", b"l", b"I", b"U", b"i")  # what a key of UBJSON starts with
_TEXT = re.compile(r"tree\s+version=(v\d+)\s")
_JSON = re.compile(rb'"version":\s*\[(\d{1,3}),\s*(\d{1,3}),\s*(\d{1,3})\]')
_BASE = re.compile(rb"base_scoreSL\0{7}(.)([\[\]\d.,E+-]{1,255})", re.DOTALL)


class Booster(NamedTuple):
    """How the model is written, and the version of its library, "" if untold.

    `binary`, `config`, `json` or `ubjson` of XGBoost; of LightGBM the format's version, such as
    `v4`. `base_score` is the text of XGBoost's, where it is told in UBJSON; `linear` that a tree of
    LightGBM has slopes in its leaves.
    """

    written: str
    version: str
    base_score: str = ""
    linear: bool = False


def find(streams: tuple[Stream, ...], data: Buffer) -> Booster | None:
    """Return what the first model of XGBoost or LightGBM is, None where there is none."""
    for stream in streams:
        for call in stream.calls:
            if values.class_of(call) == ("lightgbm.basic", "Booster"):
                state = values.attributes(call)
                text = str(state.get("_handle", state.get("handle")))
                told = _TEXT.match(text[:200])
                return Booster(told[1], "", linear="\nis_linear=1\n" in text) if told else None
            if values.class_of(call) == ("xgboost.core", "Booster"):
                held = _ends(values.attributes(call).get("handle"), data)
                if held is not None:
                    return _booster(*held)
    return None


def _booster(head: bytes, tail: bytes) -> Booster:
    if not head.startswith((b"{", b"CONFIG-offset:")):
        return Booster("binary", "")
    json = [".".join(map(str, map(int, found))) for found in _JSON.findall(tail)]
    ubjson = [".".join(str(part[0]) for part in found) for found in _UBJSON.findall(tail)]
    version = (json or ubjson or [""])[-1]
    word = "json" if head.startswith(b"{") else "config"
    if head[:1] == b"{" and head[1:2] in _LENGTHS:
        word = "ubjson"
    return Booster(word, version, _base_score(tail))


def handles(streams: tuple[Stream, ...], data: Buffer) -> list[bytes]:
    """Return what each booster of XGBoost holds, byte for byte."""
    made = [call for stream in streams for call in stream.calls]
    boosters = [call for call in made if values.class_of(call) == ("xgboost.core", "Booster")]
    found = [_held(values.attributes(call).get("handle")) for call in boosters]
    return [
        bytes(data[item.offset : item.offset + item.length])
        if isinstance(item, Blob)
        else item.encode("latin-1")
        if isinstance(item, str)
        else item
        for item in found
        if item is not None
    ]


def _base_score(tail: bytes) -> str:
    """Return `[5E-1]`: that of the model, which stands behind that of the configuration."""
    told = _BASE.findall(tail)
    return told[-1][1][: told[-1][0][0]].decode("ascii") if told else ""


def _ends(node: Any, data: Buffer) -> tuple[bytes, bytes] | None:
    """Return the first and last bytes of a `bytearray` in a pickle of any protocol."""
    held = _held(node)
    if isinstance(held, Blob):
        end = held.offset + held.length
        first = bytes(data[held.offset : held.offset + min(held.length, 64)])
        return first, bytes(data[max(held.offset, end - _TAIL) : end])
    if isinstance(held, str):
        return held[:64].encode("latin-1", "replace"), held[-_TAIL:].encode("latin-1", "replace")
    return None if held is None else (held[:64], held[-_TAIL:])


def _held(node: Any) -> Blob | bytes | str | None:
    """Return what a `bytearray` is made of: protocols 0 to 2 hold it as a text in Latin-1."""
    given = values.args(node)
    inner = given[0] if values.called(node).endswith("bytearray") and given else node
    if isinstance(inner, (Blob, bytes)):
        return inner
    told = values.args(inner)
    text = told[0] if told else inner
    return text if isinstance(text, str) else None
