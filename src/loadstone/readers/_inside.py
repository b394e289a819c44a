"""The one model file inside an archive or a compressed file: which it is, and its bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TypeVar

from loadstone.readers import _inflate, _magic, _tar, _zip
from loadstone.readers._source import FileSource, Source

LOOKED = 64  # files of an archive whose first bytes are looked at
_MODELS = ("torch-legacy", "safetensors", "zip", "hdf5", "gguf", "pickle")
Entry = TypeVar("Entry")
Take = Callable[[bytes], object]


class NotWhole(ValueError):  # noqa: N818 - it says what the file inside is
    """The file inside cannot be taken out as it was put in; the message says why."""


class Changed(NotWhole):
    """The bytes of a part are others than those that were written."""


def is_model(word: str) -> bool:
    """Whether a file inside an archive is one that a model comes in, by its first bytes."""
    return word in _MODELS


def only_model(names: list[str], head: Callable[[str], bytes]) -> str | None:
    """Return the only file that a model comes in; nothing where none is, or several."""
    if len(names) > LOOKED:
        return None
    found = [name for name in names if is_model(_magic.guess(head(name)))]
    return found[0] if len(found) == 1 else None


def unwrap(path: str | os.PathLike[str], member: str, take: Take) -> None:
    """Feed the bytes of the file inside to `take`; "" is the inside of a compressed file.

    Raises `NotWhole` where a size or a checksum does not match, or where it is not told which
    file is meant, after some or all of the bytes were given; `OSError` as reading does.
    """
    with FileSource(os.fspath(path)) as source:
        head = source.pread(0, 512)
        if not member:
            _compressed(source, _inflate.kind(head), take)
        elif head[:4] == _zip.LOCAL:
            _of_zip(source, member, take)
        else:
            _of_tar(source, member, take)


def _compressed(source: Source, word: str | None, take: Take) -> None:
    if word is None:
        raise NotWhole("it is not compressed in a way that is known here")
    try:
        for chunk in _inflate.chunks(source, word):
            take(chunk)
    except _inflate.Damaged as error:
        raise NotWhole(str(error)) from error


def _of_zip(source: Source, name: str, take: Take) -> None:
    try:
        directory = _zip.read_directory(source)
    except _zip.NoDirectory as error:
        raise NotWhole(error.why) from error
    member = _one(name, (item for item in directory.members if item.name == name))
    odd = [*directory.disagreements, *_zip.locate(source, member)]
    if odd:
        raise NotWhole(odd[0].why)
    if member.flags & _zip.ENCRYPTED:
        raise NotWhole(f"`{name}` is encrypted")
    import zlib

    crc, size = 0, 0

    def checked(chunk: bytes) -> None:
        nonlocal crc, size
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        take(chunk)

    why = _zip.stream(source, member, checked)
    if why:
        raise NotWhole(f"`{name}`: {why}")
    if (crc, size) != (member.crc, member.size):
        raise NotWhole(f"the bytes of `{name}` do not match their CRC")


def _of_tar(source: Source, name: str, take: Take) -> None:
    found, differ = _tar.entries(source)
    entry = _one(name, (item for item in found if item.name == name))
    if differ:
        raise NotWhole(differ[0].why)
    if entry.offset + entry.size > source.size:
        raise NotWhole(f"the archive ends inside `{name}`")
    end = entry.offset + entry.size
    for at in range(entry.offset, end, 1 << 20):
        take(source.pread(at, min(1 << 20, end - at)))


def _one(name: str, found: Iterable[Entry]) -> Entry:
    members = list(found)
    if len(members) != 1:
        raise NotWhole(f"the archive holds `{name}` {len(members)} times")
    return members[0]
