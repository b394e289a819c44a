"""The directory of a zip archive, read from its end, without reading the members.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, and miniz as torch uses it:
offsets are absolute, data descriptors and zip64 are common, CRCs are not looked at.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage
from loadstone.readers._source import Source

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_TAIL = 65535 + 22 + 20 + 56
_DIRECTORY = 128 << 20  # the largest directory that is read
_MEMBERS = 1_000_000
_TOLD = 100  # disagreements
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")


class NoDirectory(Exception):  # noqa: N818 - it is a state of the file, not a fault of ours
    """The archive's directory is not where it has to be."""

    def __init__(self, why: str, at: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.at = at


@dataclass(slots=True)
class Member:
    """One entry of the central directory."""

    name: str
    header: int  # offset of its local header
    size: int
    packed: int  # bytes that it takes in the archive
    method: int
    flags: int
    crc: int
    data: int = -1  # offset of its first byte, once known
    padded: bool = False  # its local header carries the padding of torch's writer
    next: int = 0  # offset of what follows it: another header, or the directory


@dataclass(slots=True)
class Directory:
    """The members of an archive in the order of its directory, and what is wrong with it."""

    members: list[Member]
    start: int = 0  # of the central directory
    damage: list[Damage] = field(default_factory=list)
    disagreements: list[Damage] = field(default_factory=list)

    def disagree(self, kind: str, text: str, at: int, member: str = "") -> None:
        """Note a disagreement; a hostile directory has any number, the first are told."""
        if len(self.disagreements) < _TOLD:
            detail = {"member": member} if member else {}
            self.disagreements.append(Damage(kind, text, at, detail))


def read_directory(source: Source) -> Directory:
    """Return the directory of the archive in `source`.

    Raises `NoDirectory` where there is none to read.
    """
    tail_at = max(0, source.size - _TAIL)
    tail = source.pread(tail_at, _TAIL)
    ends = _ends(source, tail, tail_at)
    if not ends:
        raise NoDirectory("the archive has no end-of-central-directory record", source.size)
    at, count, size, start = ends[-1]
    directory = Directory([], start)
    if len(ends) > 1:
        directory.disagree(
            "two-directories", "the archive ends twice, with two directories", ends[0][0]
        )
    elif (other := tail.find(END, at - tail_at + 4)) >= 0:
        directory.disagree(
            "two-directories",
            "what follows the archive ends as an archive does, and may be read in its place",
            tail_at + other,
        )
    comment = int.from_bytes(tail[at - tail_at + 20 : at - tail_at + 22], "little")
    after = source.size - (at + 22 + comment)
    if after > 0:
        directory.damage.append(
            Damage(
                "trailing", f"{after} bytes follow the archive", at + 22 + comment, {"bytes": after}
            )
        )
    if size > _DIRECTORY:
        raise NoDirectory(f"the directory takes {size} bytes, the limit is {_DIRECTORY}", start)
    data = (
        tail[start - tail_at : start - tail_at + size]
        if start >= tail_at
        else source.pread(start, size)
    )
    _entries(data, count, directory)
    _neighbours(directory)
    return directory


def _ends(source: Source, tail: bytes, tail_at: int) -> list[tuple[int, int, int, int]]:
    """Return every end record that points at a directory: its offset, entries, size, start."""
    found: list[tuple[int, int, int, int]] = []
    at = tail.find(END)
    while at >= 0 and len(found) < 8:
        if at + 22 <= len(tail):
            count, size, start = _end(source, tail, tail_at, at)
            where = tail_at + at
            if start + size <= where and (
                (count == 0 and size == 0) or source.pread(start, 4) == CENTRAL
            ):
                found.append((where, count, size, start))
        at = tail.find(END, at + 1)
    return found


def _end(source: Source, tail: bytes, tail_at: int, at: int) -> tuple[int, int, int]:
    count, size, start = _END.unpack_from(tail, at)[4:7]
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        where = int.from_bytes(tail[at - 12 : at - 4], "little")
        inside = where - tail_at
        record = tail[inside : inside + 56] if inside >= 0 else source.pread(where, 56)
        if len(record) == 56 and record[:4] == b"PK\x06\x06":
            return _END64.unpack(record)[7:10]
    return count, size, start


def _entries(data: bytes, count: int, directory: Directory) -> None:
    at = 0
    members = directory.members
    seen: dict[bytes, int] = {}
    while at + 46 <= len(data) and data[at : at + 4] == CENTRAL and len(members) < _MEMBERS:
        (
            _,
            _,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            named,
            extra,
            comment,
            _,
            _,
            _,
            header,
        ) = _CENTRAL.unpack_from(data, at)
        raw = data[at + 46 : at + 46 + named]
        if 0xFFFFFFFF in (size, packed, header):
            size, packed, header = zip64(
                data[at + 46 + named : at + 46 + named + extra], size, packed, header
            )
        name = raw.decode("utf-8", "backslashreplace")
        key = raw.lower() if raw.endswith((b".pkl", b".PKL")) else raw  # miniz ignores case
        if key in seen:
            directory.disagree(
                "duplicate-member", f"`{name}` is in the archive twice", header, name
            )
        seen[key] = header
        members.append(Member(name, header, size, packed, method, flags, crc))
        at += 46 + named + extra + comment
    if len(members) != count or at != len(data):
        directory.disagree(
            "directory-count",
            f"the directory announces {count} members in {len(data)} bytes "
            f"and holds {len(members)} in {at}",
            directory.start,
        )


def zip64(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        if tag == 1:
            values = [int.from_bytes(body[i : i + 8], "little") for i in range(0, len(body) - 7, 8)]
            if size == 0xFFFFFFFF and values:
                size = values.pop(0)
            if packed == 0xFFFFFFFF and values:
                packed = values.pop(0)
            if header == 0xFFFFFFFF and values:
                header = values.pop(0)
            break
        at += 4 + length
    return size, packed, header


def _neighbours(directory: Directory) -> None:
    end = directory.start
    for member in sorted(directory.members, key=lambda item: item.header, reverse=True):
        member.next = end
        if member.header < end:
            end = member.header
        else:
            directory.disagree(
                "overlap", f"`{member.name}` lies over another member", member.header, member.name
            )


def locate(source: Source, member: Member) -> list[Damage]:
    """Set `member.data` from its local header; return where the header says otherwise."""
    header = source.pread(member.header, 30 + 512)
    if len(header) < 30 or header[:4] != LOCAL:
        return [
            Damage(
                "missing-member",
                f"`{member.name}` is not where the directory says",
                member.header,
                {"member": member.name},
            )
        ]
    _, _, flags, method, _, _, crc, packed, size, named, extra = _LOCAL.unpack_from(header)
    member.data = member.header + 30 + named + extra
    member.padded = header[30 + named : 32 + named] == b"FB" and member.data % 64 == 0
    raw = header[30 : 30 + named] if named <= 512 else source.pread(member.header + 30, named)
    differing = []
    if raw.decode("utf-8", "backslashreplace") != member.name:
        differing.append("name")
    if method != member.method:
        differing.append("method")
    if (flags ^ member.flags) & ~0x0808:
        differing.append("flags")
    if not flags & 8:
        local = (packed, size, crc)
        known = (member.packed, member.size, member.crc)
        if 0xFFFFFFFF not in local[:2] and local != known:
            differing.append("size or CRC")
    if not differing:
        return []
    what = ", ".join(differing)
    return [
        Damage(
            "local-header",
            f"the header before `{member.name}` and the directory differ in {what}",
            member.header,
            {"member": member.name, "differ": what},
        )
    ]


def place(member: Member) -> bool:
    """Set `member.data` by arithmetic, in an archive that torch's writer made.

    It aligns data to 64 bytes and puts a descriptor of 16 or 24 bytes behind it; only one of
    the two can fit. Where none does, the local header has to be read.
    """
    if member.method != STORED or not member.packed or not member.flags & 8:
        return False
    least = member.header + 30 + len(member.name)
    for after in (16, 24):
        at = member.next - member.packed - after
        if at % 64 == 0 and least <= at < least + 128:
            member.data = at
            return True
    return False


def content(source: Source, member: Member, limit: int) -> bytes:
    """Return the bytes of a located member; at most `limit` and a byte more."""
    if member.method == STORED:
        return source.pread(member.data, min(member.size, limit + 1))
    if member.method != DEFLATED:
        return b""
    out = io.BytesIO()  # gives its bytes without a copy
    stream(source, member, out.write, limit + 1)
    return out.getvalue()


def stream(
    source: Source, member: Member, take: Callable[[bytes], object], limit: int | None = None
) -> str:
    """Feed the bytes of a located member to `take` in chunks; return what went wrong, or ""."""
    left = member.packed
    at = member.data
    total = 0
    unpack = None
    if member.method == DEFLATED:
        import zlib

        unpack = zlib.decompressobj(-15)
    elif member.method != STORED:
        return f"compression method {member.method} is not supported"
    while left > 0 and (limit is None or total < limit):
        data = source.pread(at, min(left, 1 << 20))
        if not data:
            return "the file ends inside it"
        at += len(data)
        left -= len(data)
        if unpack is None:
            take(data if limit is None else data[: limit - total])
            total += len(data)
            continue
        import zlib

        try:
            while data and (limit is None or total < limit):
                room = 1 << 20 if limit is None else min(1 << 20, limit - total)
                chunk = unpack.decompress(data, room)
                take(chunk)
                total += len(chunk)
                data = unpack.unconsumed_tail
        except zlib.error as error:
            return f"its compressed bytes are damaged: {error}"
        if unpack.eof:
            break
    return ""
