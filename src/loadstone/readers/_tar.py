"""Tar archives: a model that was packed, or torch's own format of before 0.1.10.

https://www.gnu.org/software/tar/manual/html_node/Standard.html, walked header by header.
"""

from __future__ import annotations

from loadstone.core.classes import dataclass
from loadstone.core.facts import Damage
from loadstone.readers import _magic
from loadstone.readers._plain import clean, whole
from loadstone.readers._source import Source

_MEMBERS = 10_000
TORCH = {"storages", "tensors", "pickle"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: its name, where its bytes start, and how many."""

    name: str
    offset: int
    size: int
    kind: bytes


def entries(source: Source, limit: int = _MEMBERS) -> tuple[list[Entry], list[Damage]]:
    """Return the members in order, and where readers of this tar would differ."""
    found: list[Entry] = []
    differ: list[Damage] = []
    at = 0
    long_name: str | None = None
    pax_size: int | None = None
    while len(found) < limit:
        head = source.pread(at, 512)
        if len(head) < 512 or not head.strip(b"\0"):
            break
        size = _number(head[124:136])
        if not _magic.tar(head):
            break
        if size is None:
            why = "a size is no octal number, and readers take it for different ones"
            differ.append(Damage("tar-size", why, at))
            break
        kind = head[156:157]
        data = at + 512
        if kind in b"xgLK" and kind:
            body = source.pread(data, min(size, 1 << 20))
            if kind == b"L":
                long_name = body.rstrip(b"\0").decode("utf-8", "backslashreplace")
            elif kind == b"x":
                fields = _pax(body)
                long_name = fields.get("path", long_name)
                told = fields.get("size")
                pax_size = whole(told)
                if told is not None and pax_size is None:
                    why = f"the size in a PAX record, `{clean(told, 40)}`, is read as any number"
                    differ.append(Damage("pax-size", why, at))
        else:
            name = long_name or head[:100].split(b"\0")[0].decode("utf-8", "backslashreplace")
            if pax_size is not None and pax_size != size:
                why = (
                    f"the size of `{name}` is {size} in its header and {pax_size} in its PAX record"
                )
                differ.append(Damage("pax-size", why, at, {"member": name}))
                size = pax_size
            found.append(Entry(name, data, size, kind))
            long_name, pax_size = None, None
        at = data + (size + 511) // 512 * 512
    return found, differ


def _number(field: bytes) -> int | None:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.strip(b"\0 ")
    if text.strip(b"01234567"):
        return None
    return int(text or b"0", 8)


def _pax(body: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while at < len(body):
        space = body.find(b" ", at, at + 12)
        if space < 0 or not body[at:space].isdigit():
            break
        end = at + int(body[at:space])
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not equals or end <= space:
            break
        fields[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        at = end
    return fields
