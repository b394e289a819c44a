"""Named records: the members of a zip archive, or the files of the folder it was unpacked into."""

from __future__ import annotations

import os
import stat
from typing import Protocol

from loadstone.core.classes import dataclass
from loadstone.core.facts import Damage
from loadstone.readers import _within, _zip
from loadstone.readers._source import Source

LIMIT = 128 << 20  # the largest record that is read whole
_START = 1 << 20  # of a longer one, what is kept
_FILES = 100_000
LEVELS = 8  # of folders in folders
_LINKS = 20  # that lead nowhere, told
_TOLD = 200  # of what is wrong with members: a hostile archive has any number


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of a record lie."""

    file: str
    offset: int
    size: int
    packed: int | None = None  # compressed bytes, where it is deflated


class Records(Protocol):
    """Named stretches of bytes, and what was seen wrong with them on the way."""

    names: list[str]
    damage: list[Damage]
    disagreements: list[Damage]
    is_folder: bool

    def __contains__(self, name: object) -> bool: ...

    def size(self, name: str) -> int:
        """Return the bytes of a record."""
        ...

    def read(self, name: str) -> bytes:
        """Return the bytes of a record; what cannot be read is noted, and comes back short."""
        ...

    def place(self, name: str) -> Place | None:
        """Return where the bytes of a record lie, or nothing where they do not."""
        ...


class ZipRecords:
    """The members of a zip archive."""

    is_folder = False

    def __init__(self, source: Source, directory: _zip.Directory) -> None:
        self.source = source
        self.directory = directory
        self.damage = directory.damage
        self.disagreements = directory.disagreements
        self.names = [member.name for member in directory.members]
        self._members: dict[str, _zip.Member] = {}
        for member in directory.members:
            self._members.setdefault(member.name, member)  # the first, as torch does
        self._read: dict[str, bytes] = {}
        self._torch_wrote: bool | None = None
        self._told = {(item.kind, item.why, item.at) for item in self.disagreements}
        encrypted = [m.name for m in directory.members if m.flags & _zip.ENCRYPTED]
        if encrypted:
            self.damage.append(
                Damage(
                    "encrypted",
                    f"{len(encrypted)} members are encrypted, `{encrypted[0]}` first",
                    detail={"member": encrypted[0], "members": len(encrypted)},
                )
            )

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def member(self, name: str) -> _zip.Member:
        """Return the directory's entry of a record."""
        return self._members[name]

    def size(self, name: str) -> int:
        """Return the bytes of a record, as the directory says."""
        return self._members[name].size

    def read(self, name: str) -> bytes:
        """Return the bytes of a record, checked against its CRC."""
        if name in self._read:
            return self._read[name]
        member = self._members[name]
        if member.data < 0 or not member.padded:
            self._locate(member)
        data = _zip.content(self.source, member, LIMIT) if member.data >= 0 else b""
        self._note(member, data)
        self._read[name] = data = data if len(data) <= LIMIT else data[:_START]
        return data

    def _locate(self, member: _zip.Member) -> None:
        for item in _zip.locate(self.source, member):
            key = (item.kind, item.why, item.at)
            if key in self._told:
                continue
            self._told.add(key)
            if item.kind == "missing-member":
                self.damage.append(item)
            elif len(self.disagreements) < _TOLD:
                self.disagreements.append(item)
        if self._torch_wrote is None:
            self._torch_wrote = member.padded

    def _note(self, member: _zip.Member, data: bytes) -> None:
        import zlib

        detail = {"member": member.name}
        if len(data) > LIMIT:
            why = f"`{member.name}` is longer than the limit of {LIMIT} bytes"
            self.damage.append(Damage("limit", why, member.header, detail))
        elif len(data) != member.size:
            why = f"`{member.name}` holds {len(data)} bytes, the directory says {member.size}"
            self.damage.append(Damage("malformed", why, member.header, detail))
        elif member.crc and zlib.crc32(data) != member.crc:
            why = f"the bytes of `{member.name}` do not match their CRC"
            self.damage.append(Damage("crc", why, member.data, detail))

    def place(self, name: str) -> Place | None:
        """Return where the bytes of a record lie."""
        member = self._members.get(name)
        if member is None or member.flags & _zip.ENCRYPTED:
            return None
        if member.data < 0 and not (self._torch_wrote and _zip.place(member)):
            self._locate(member)
        if member.data < 0 or member.method not in (_zip.STORED, _zip.DEFLATED):
            return None
        packed = member.packed if member.method == _zip.DEFLATED else None
        return Place("", member.data, member.size, packed)


class FolderRecords:
    """The files of a folder, by their paths relative to it."""

    is_folder = True

    def __init__(self, root: str) -> None:
        self.root = root
        self.damage: list[Damage] = []
        self.disagreements: list[Damage] = []
        self.left: list[str] = []  # folders that lie too deep
        self._sizes = dict(_walk(root, self.damage, self.left))
        self.names = list(self._sizes)

    def __contains__(self, name: object) -> bool:
        return name in self._sizes

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return self._sizes[name]

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        try:
            with _within.open_in(self.root, name) as source:
                return source.pread(0, LIMIT)
        except OSError as error:
            self.damage.append(
                Damage("missing-member", f"`{name}`: {error}", detail={"member": name})
            )
            return b""

    def place(self, name: str) -> Place | None:
        """Return where the bytes of a file lie."""
        return Place(name, 0, self._sizes[name]) if name in self._sizes else None


def _walk(root: str, damage: list[Damage], left: list[str]) -> list[tuple[str, int]]:
    """Return the files and their sizes; `left` gets the folders that are not looked into."""
    found: list[tuple[str, int]] = []
    waiting = [("", 0)]
    while waiting and len(found) < _FILES:
        folder, depth = waiting.pop()
        try:
            inside = sorted(os.scandir(os.path.join(root, folder)), key=lambda item: item.name)  # noqa: PTH118
        except OSError:
            continue
        for item in inside:
            name = f"{folder}/{item.name}" if folder else item.name
            if item.is_symlink() and not _stays(root, name, damage):
                continue
            try:
                kind = item.stat(follow_symlinks=True)
            except OSError:
                continue
            if stat.S_ISREG(kind.st_mode):
                found.append((_clean(name), kind.st_size))
            elif stat.S_ISDIR(kind.st_mode) and not item.is_symlink():
                if depth < LEVELS:
                    waiting.append((name, depth + 1))
                else:
                    left.append(name)
    return found


def _stays(root: str, name: str, damage: list[Damage]) -> bool:
    """Whether a link leads to something inside; what it leads to otherwise is not opened."""
    target = _within.leads_to(root, name)
    found = _within.outside(_clean(name), target) if target else None
    if not target and not os.path.exists(os.path.join(root, name)):  # noqa: PTH110, PTH118
        why = f"the link `{_clean(name)}` leads to a file that is not there"
        found = Damage("missing-member", why, detail={"member": _clean(name)})
    if found and len(damage) < _LINKS:
        damage.append(found)
    return found is None


def _clean(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
