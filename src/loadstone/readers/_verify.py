"""The slow pass over a whole artifact: every header, and the CRC of every member of a zip."""

from __future__ import annotations

import os

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _zip
from loadstone.readers._later import later
from loadstone.readers._source import FileSource, Source


def verify(path: str | os.PathLike[str], artifact: Artifact) -> tuple[Damage, ...]:
    """Return the damage that only reading every byte shows.

    A CRC field of zero says that none was computed, and is no damage. Raises `OSError` where the
    file cannot be opened.
    """
    if artifact.format in ("tf-checkpoint", "savedmodel"):
        found: tuple[Damage, ...] = later("_tf_verify", "verify")(os.fspath(path), artifact)
        return found
    if artifact.format == "dcp":
        told: tuple[Damage, ...] = later("dcp", "verify")(os.fspath(path), artifact)
        return told
    if artifact.is_folder:
        return ()
    with FileSource(os.fspath(path)) as source:
        if source.pread(0, 4) != _zip.LOCAL:
            return ()
        try:
            directory = _zip.read_directory(source)
        except _zip.NoDirectory:
            left = later("_truncated_npz", "checked")(source) if artifact.format == "npz" else ()
            return tuple(item for member in left for item in _crc(source, member))
        known = {(item.kind, item.detail.get("member")) for item in artifact.damage}
        return tuple(
            item
            for member in directory.members
            for item in _member(source, member)
            if (item.kind, item.detail.get("member")) not in known
        )


def _member(source: Source, member: _zip.Member) -> list[Damage]:
    found = _zip.locate(source, member)
    if member.data < 0 or member.flags & _zip.ENCRYPTED:
        return found
    return found + _crc(source, member)


def _crc(source: Source, member: _zip.Member) -> list[Damage]:
    """Return what reading a member to its end shows."""
    import zlib

    found: list[Damage] = []
    state = {"crc": 0, "size": 0}

    def take(chunk: bytes) -> None:
        state["crc"] = zlib.crc32(chunk, state["crc"])
        state["size"] += len(chunk)

    why = _zip.stream(source, member, take)
    detail = {"member": member.name}
    if not why and state["size"] != member.size:
        why = f"it holds {state['size']} bytes, the directory says {member.size}"
    if why:
        found.append(Damage("malformed", f"`{member.name}`: {why}", member.data, detail))
    elif member.crc and state["crc"] != member.crc:
        text = f"the bytes of `{member.name}` do not match their CRC"
        found.append(Damage("crc", text, member.data, detail))
    return found
