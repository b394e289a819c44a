"""Files of a given size that hold as much of one thing as fits: each way that a real one can grow.

A way is found in a seed: a count, a list, a field, an element, a line, a member, an opcode. What is
around it stays as it was, so that a reader goes on to what was repeated. `python maximal.py
[READER …]` tries every way of every seed, and prints the slowest and the largest.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import pickletools
import random
import struct
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import seeds
import watched

from loadstone import readers

Grow = Callable[[int], bytes]
Way = tuple[str, Grow]
INTS = 4000  # bytes of a file whose numbers are tried
PADS = (bytes(4), b"\4\0\0\0", b"\1\1\1\1")
SECONDS, MB = int(os.environ.get("SECONDS", "30")), int(os.environ.get("MB", "16"))
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def ways(case: seeds.Case) -> Iterator[tuple[str, Callable[[int], seeds.Case]]]:
    """Yield what can be made of a case: a label, and what makes it of a size in bytes."""
    for name, data in sorted(case.files.items()):
        for label, grow in of(data, name):

            def made(size: int, name: str = name, grow: Grow = grow) -> seeds.Case:
                return seeds.Case({**case.files, name: grow(size)}, case.entry)

            yield f"{name}: {label}", made
    if not case.entry:
        yield "many files", lambda size: _many_files(case, size)


def _many_files(case: seeds.Case, size: int) -> seeds.Case:
    more = {f"more/{n:05d}.bin": b"" for n in range(size // 2000)}
    return seeds.Case({**case.files, **more}, case.entry)


def of(data: bytes, name: str) -> Iterator[Way]:
    """Yield the ways of one file, by what it is."""
    if data[:4] == b"PK\3\4":
        yield from _zip(data)
    elif data[:2] == b"\x1f\x8b":
        inner = gzip.decompress(data)
        for label, grow in of(inner, name):
            yield f"gzip, {label}", lambda size, grow=grow: gzip.compress(grow(size * 8), 1)
    elif data[8:9] == b"{" and int.from_bytes(data[:8], "little") + 8 <= len(data):
        length = 8 + int.from_bytes(data[:8], "little")
        for label, grow in _json(data[8:length]):
            yield f"header {label}", lambda size, grow=grow: _headed(grow(size), data[length:])
    elif data.lstrip()[:1] in (b"{", b"["):
        yield from _json(data)
    elif data.lstrip()[:1] == b"<":
        yield from _xml(data)
    elif (body := _body(data)) is not None:
        yield from _pickle(body)
    elif _is_text(data):
        yield from _lines(data)
    else:
        if (fields := _fields(data, 0, len(data))) is not None:
            yield from _protobuf(data, fields)
        yield from _numbers(data)


def _headed(header: bytes, rest: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header + rest


def filled(unit: bytes, size: int) -> bytes:
    """Return `unit` as often as fits."""
    return unit * max(1, size // max(1, len(unit)))


def _zip(data: bytes) -> Iterator[Way]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {item.filename: archive.read(item) for item in archive.infolist()}
    yield "members", lambda size: _members(held, size)
    for name, inner in held.items():
        for label, grow in of(inner, name):
            yield (
                f"{name}: {label}",
                lambda size, name=name, grow=grow: seeds.zipped({**held, name: grow(size)}),
            )


def _members(held: dict[str, bytes], size: int) -> bytes:
    """Return an archive whose directory names one member more and more often."""
    out = io.BytesIO(seeds.zipped(held))
    end = out.getvalue().rindex(b"PK\5\6")
    start = out.getvalue().index(b"PK\1\2")
    central = out.getvalue()[start:end]
    length = 46 + struct.unpack_from("<H", central, 28)[0]
    first = bytearray(central[:length])
    name = bytes(first[46:length])
    root, dot, suffix = name.rpartition(b".")
    entries = [central]
    for number in range(size // (length + 8)):
        name = root[:20] + b"/%07x" % number + dot + suffix
        head = bytearray(first[:46])
        head[28:30] = struct.pack("<H", len(name))
        entries.append(bytes(head) + name)
    body = b"".join(entries)
    count = len(entries) - 1 + len(held)
    many = min(count, 0xFFFF)
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, many, many, len(body), start, 0)
    if count > 0xFFFE:
        at = start + len(body)
        tail = (
            struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(body), start)
            + struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
            + tail
        )
    return out.getvalue()[:start] + body + tail


def _json(data: bytes) -> Iterator[Way]:
    try:
        value = json.loads(data)
    except ValueError:
        yield from _lines(data)
        return
    for path in _places(value, ()):
        yield (
            f"at {'.'.join(map(str, path)) or 'the root'}",
            lambda size, path=path: json.dumps(_grown(value, path, size)).encode(),
        )


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value[:2])
    if isinstance(value, (dict, list)):
        for key, item in list(inside)[:12]:
            if isinstance(item, (dict, list, str)) and len(path) < 8:
                yield from (
                    _places(item, (*path, key)) if not isinstance(item, str) else [(*path, key)]
                )


def _grown(value: Any, path: tuple[Any, ...], size: int) -> Any:
    if path:
        new = dict(value) if isinstance(value, dict) else list(value)
        new[path[0]] = _grown(value[path[0]], path[1:], size)
        return new
    if isinstance(value, str):
        return (value or "a") * (size // max(1, len(value)))
    items = list(value.values()) if isinstance(value, dict) else value
    unit = min(items, key=lambda item: len(json.dumps(item)), default=0)
    count = size // (len(json.dumps(unit)) + (14 if isinstance(value, dict) else 2))
    if isinstance(value, dict):
        return {**value, **{f"k{number:06x}": unit for number in range(count)}}
    return [*value, *[unit] * count]


def _xml(data: bytes) -> Iterator[Way]:
    try:
        root = ET.fromstring(data)
    except ET.ParseError:
        return
    parents = {child: parent for parent in root.iter() for child in parent}
    seen = set()
    for element in root.iter():
        if element in parents and element.tag not in seen:
            seen.add(element.tag)
            yield f"<{element.tag}>", lambda size, element=element: _repeated(root, element, size)


def _repeated(root: Any, element: Any, size: int) -> bytes:
    text = ET.tostring(element)
    whole = ET.tostring(root)
    return whole.replace(text, filled(text, size), 1)


def _is_text(data: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        data[:4096].decode()
        return b"\0" not in data[:4096]
    return False


def _lines(data: bytes) -> Iterator[Way]:
    lines = data.splitlines(keepends=True)
    for at, line in list(enumerate(lines))[:60]:
        head, tail = b"".join(lines[: at + 1]), b"".join(lines[at + 1 :])
        yield f"line {at}", lambda size, h=head, line=line, t=tail: h + filled(line, size) + t
        word = line.split()[-1] if line.split() else b"a"
        before = b"".join(lines[:at]) + line.rstrip(b"\n")
        yield (
            f"words of line {at}",
            lambda size, b=before, w=b" " + word, t=tail: b + filled(w, size) + b"\n" + t,
        )


def _body(data: bytes) -> bytes | None:
    """Return a pickle without its start, its frames and its end."""
    out, end = [], 0
    try:
        for opcode, _, at in pickletools.genops(data):
            if out and out[-1][1] is None:
                out[-1] = (out[-1][0], at)
            if opcode.name not in ("PROTO", "FRAME", "STOP"):
                out.append((at, None))
            end = at
    except Exception:  # noqa: BLE001 - `genops` raises many kinds
        return None
    if not out:
        return None
    return b"".join(data[start : end if stop is None else stop] for start, stop in out)


def _pickle(body: bytes) -> Iterator[Way]:
    start = b"\x80\4"
    yield "copies in a list", lambda size: start + b"](" + filled(body, size) + b"e."
    yield "copies, dropped", lambda size: start + filled(body + b"0", size) + body + b"."
    for name, unit in (
        ("dictionaries", b"}"),
        ("numbers", b"K\1"),
        ("tuples in tuples", b")\x85\x86"[1:2]),
        ("names", b"cos\na\n"),
        ("memos", b"N\x94"),
        ("texts", b"\x8c\1a"),
    ):
        first = b")" if name == "tuples in tuples" else b"]("
        last = b"." if name == "tuples in tuples" else b"e."
        yield name, lambda size, u=unit, f=first, e=last: start + f + filled(u, size) + e
        yield (
            f"{name} beside it",
            lambda size, u=unit, f=first, e=last: (
                start + f + filled(u, size) + e[:-1] + b"0" + body + b"."
            ),
        )
    yield "keys", lambda size: start + b"}(" + filled(b"\x8c\1aK\1", size) + b"u."


Field = tuple[int, int, int, int]  # start, start of the value, end, wire type


def _fields(data: bytes, at: int, end: int) -> list[Field] | None:
    found: list[Field] = []
    while at < end:
        start = at
        tag, at = _varint(data, at, end)
        if tag is None or tag >> 3 == 0:
            return None
        kind = tag & 7
        if kind == 0:
            value, stop = _varint(data, at, end)
            if value is None:
                return None
        elif kind == 2:
            length, at = _varint(data, at, end)
            if length is None or at + length > end:
                return None
            stop = at + length
        elif kind in (1, 5):
            stop = at + (8 if kind == 1 else 4)
            if stop > end:
                return None
        else:
            return None
        found.append((start, at, stop, kind))
        at = stop
    return found or None


def _varint(data: bytes, at: int, end: int) -> tuple[int | None, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    return None, at


def _coded(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _protobuf(data: bytes, fields: list[Field]) -> Iterator[Way]:
    yield from _messages(data, fields, lambda inner: inner, "", 0)


def _messages(
    data: bytes, fields: list[Field], wrap: Callable[[bytes], bytes], path: str, depth: int
) -> Iterator[Way]:
    start, end = fields[0][0], fields[-1][2]
    seen: dict[int, int] = {}
    for first, value, stop, kind in fields:
        tag, _ = _varint(data, first, end)
        seen[tag] = seen.get(tag, 0) + 1
        if seen[tag] > 2:
            continue
        here = f"{path}.{tag >> 3}".lstrip(".")
        before, unit, after = data[start:first], data[first:stop], data[stop:end]
        yield (
            f"field {here}",
            lambda size, b=before, u=unit, a=after: wrap(b + filled(u, size) + a),
        )
        if kind == 2:
            head = _coded(tag)
            for label, pad in (("packed", b"\1"), ("empty fields", head + b"\0")):
                yield (
                    f"field {here}, {label}",
                    lambda size, b=before, h=head, p=pad, a=after: wrap(
                        b + h + _coded(len(filled(p, size))) + filled(p, size) + a
                    ),
                )
            inside = _fields(data, value, stop)
            if inside is not None and depth < 7:

                def around(
                    inner: bytes, b: bytes = before, h: bytes = head, a: bytes = after
                ) -> bytes:
                    return wrap(b + h + _coded(len(inner)) + inner + a)

                yield from _messages(data, inside, around, here, depth + 1)


def _numbers(data: bytes) -> Iterator[Way]:
    """Each number that may be a count, made as large as what follows can hold."""
    for at in range(min(len(data) - 4, INTS)):
        for width, order in ((4, "<"), (8, "<"), (8, ">")):
            raw = data[at : at + width]
            value = int.from_bytes(raw, "little" if order == "<" else "big")
            if (
                len(raw) < width
                or not 0 < value < 1 << 16
                or (width == 8 and at % 4 and order == "<")
            ):
                continue
            for pad in PADS:
                for unit in (1, 8):
                    yield (
                        f"{width} bytes at {at}, {order}{unit}, of {pad.hex()}",
                        lambda size, at=at, w=width, o=order, p=pad, u=unit: (
                            data[:at]
                            + (size // u).to_bytes(w, "little" if o == "<" else "big")
                            + data[at + w :]
                            + filled(p, size)
                        ),
                    )


def measured(case: seeds.Case) -> tuple[float, int, str]:
    """Read a case in a process of its own: processor time, megabytes, the format."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = case.write(Path(folder))
        out, into = os.pipe()
        if (child := os.fork()) == 0:
            begin, before = watched.took()
            try:
                found = readers.read(path).format
            except OSError as error:
                found = type(error).__name__
            took, most = watched.took()
            os.write(into, json.dumps([round(took - begin, 2), most - before, found]).encode())
            os._exit(0)
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
    seconds, most, found = json.loads(told or b'[99, 0, "died"]')
    return seconds, most, found


def every(reader: str) -> list[tuple[str, Callable[[int], seeds.Case]]]:
    """Return the ways of all seeds of a reader, in an order that is always the same."""
    found = [
        (f"{number} {label}", make)
        for number, case in enumerate(seeds.SEEDS[reader]())
        for label, make in ways(case)
    ]
    random.Random(0).shuffle(found)
    return sorted(found, key=lambda item: " bytes at " in item[0])  # numbers last: there are many


def main(names: list[str]) -> None:
    """Try the ways of every seed for a while, and print what took longest and most."""
    for name in names or sorted(seeds.SEEDS):
        told: list[tuple[float, int, str, str]] = []
        begun = time.monotonic()
        for label, make in every(name):
            if time.monotonic() - begun > SECONDS:
                break
            told.append((*measured(make(MB << 20)), label))
        worst = [*sorted(told, reverse=True)[:2], max(told, key=lambda item: item[1])]
        print(f"{name}: {len(told)} ways of {MB} MB", flush=True)
        for seconds, most, found, label in dict.fromkeys(worst):
            print(f"   {seconds:.2f} s  +{most} MB  {found}  {label}", flush=True)


if __name__ == "__main__":
    watched.ready()
    main(sys.argv[1:])
