"""A pickle of numpy 2 with the names that numpy 1 has; no other byte of what it makes is changed.

Only names that mean the same in both are given (`NAMES` of LS204): text of variable length, random
generators, and arrays whose axes were turned are pickled in a way that numpy 1 does not read.
Opcodes: https://docs.python.org/3/library/pickletools.html.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickletools
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from loadstone.checks.environment.numpy_moved import NAMES, lacks_numpy_1
from loadstone.runtime import joblib_arrays, pickles
from loadstone.runtime.held import RefusedError, inflated
from loadstone.runtime.pickle_values import Blob, Call, Global, Items, Malformed, Stream, walk

_FROM_BUFFER: Final = "numpy._core.numeric._frombuffer"
_ARGUMENTS: Final = 4  # of it, in numpy 1
_ALIGNED: Final = 16  # bytes to which joblib aligns an array
_ALIGN_ZIP: Final = 64  # bytes to which torch aligns a record of its archives
_HEADER: Final = 30 + 4  # bytes before a record, with the two lengths before its padding
_CODES: Final = {code.code.encode("latin-1"): code for code in pickletools.opcodes}
_MEMOIZE: Final = ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT")
_TEXTS: Final = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE")
_GETS: Final = ("GET", "BINGET", "LONG_BINGET")
_PACKERS: Final[tuple[tuple[bytes, Callable[[bytes], bytes]], ...]] = (
    (b"\x1f\x8b", lambda data: gzip.compress(data, 3, mtime=0)),
    (b"BZh", bz2.compress),
    (b"\xfd7zXZ\0", lzma.compress),
    (b"\x5d\0\0", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
    (b"\x78", lambda data: zlib.compress(data, 3)),
)


class _Change(NamedTuple):
    """Bytes that stand for those from `at` to `end`; None: as many as align what is behind."""

    at: int
    end: int
    data: bytes | None


def rename(path: Path, file: IO[bytes]) -> None:
    """Write the pickle at `path`, or that in an archive of torch's, with the names of numpy 1.

    A compressed file is compressed in the same way. Raises `ValueError` where it holds what numpy 1
    cannot make, or is packed in another way, and `OSError`.
    """
    with path.open("rb") as source:
        start = source.read(4)
    if start == b"PK\3\4":
        _archive(path, file)
        return
    raw = path.read_bytes()
    try:
        data = inflated(raw)
    except RefusedError as error:
        raise ValueError(error.why) from error
    made = renamed(data)
    if data is not raw:
        pack = next((pack for start, pack in _PACKERS if raw.startswith(start)), None)
        if pack is None:
            raise ValueError("it is compressed in a way that is not written here")
        made = pack(made)
    file.write(made)
    file.flush()


def renamed(data: bytes) -> bytes:
    """Return a pickle, with joblib's arrays inside, after the names were changed.

    Raises `ValueError`.
    """
    before = _read(data)
    changes = [change for part in before for change in _changes(data, *part)]
    made = _applied(data, changes)
    after = _read(made)
    if [_told(stream) for stream, _ in after] != [_told(stream, NAMES) for stream, _ in before]:
        raise ValueError("it would read back otherwise than it is to be written")
    return made


def _read(data: bytes) -> list[tuple[Stream, dict[int, int]]]:
    """Return each pickle, with where its opcodes go on behind an array, and at which byte.

    Raises `ValueError` unless all of it was read.
    """
    jumps: dict[int, int] = {}
    nested: list[Stream] = []
    step = joblib_arrays.hop(data, nested)

    def on_build(call: Call, at: int) -> int:
        end = step(call, at)
        if end != at:
            jumps[at] = end
        return end

    try:
        first = pickles.read(data, on_build=on_build)
    except Malformed as error:
        raise ValueError(f"it was not read to its end: {error}") from error
    found = [first, *nested]
    if any(stream.disagreements or stream.nested for stream in found):
        raise ValueError("it holds a pickle inside of it, or readers read it differently")
    if any(isinstance(call.payload, tuple) for stream in nested for call in stream.calls):
        raise ValueError("arrays of joblib's are inside one another")
    return [(first, jumps), *((stream, {}) for stream in nested)]


def _told(
    stream: Stream, names: Mapping[tuple[str, str], tuple[str, str]] | None = None
) -> list[Any]:
    """Return what a pickle makes, without the bytes at which it stands, names as they are given."""
    found: list[Any] = []
    for node in walk(stream.value):
        if isinstance(node, Global):
            name = (node.module, node.name)
            found.append((names or {}).get(name, name))
        elif isinstance(node, Items):
            found.append((node.kind, [_leaf(item) for item in node]))
        elif isinstance(node, Blob):
            found.append((node.kind, node.length))
        else:
            sizes = [len(part) for part in (node.states, node.appended, node.added, node.pairs)]
            found.append((type(node).__name__, getattr(node, "how", ""), sizes))
    return found


def _leaf(item: Any) -> Any:
    if isinstance(item, tuple):
        return tuple(map(_leaf, item))
    plain = isinstance(item, (str, int, float, bytes, bool, type(None)))
    return repr(item) if plain else type(item).__name__


def _changes(data: bytes, stream: Stream, jumps: Mapping[int, int]) -> Iterator[_Change]:
    """Yield what is to be changed of one pickle; raise `ValueError` for what numpy 1 lacks."""
    for found in stream.globals:
        if lacks_numpy_1(found.module, found.name):
            raise ValueError(f"numpy 1 has nothing like `{found.path}`")
    for call in stream.calls:
        if call.path == _FROM_BUFFER and len(call.args) != _ARGUMENTS:
            raise ValueError("an array in it has its axes in an order that numpy 1 does not pickle")
    inside: list[_Change] = []
    frames: list[tuple[int, int]] = []
    for name, argument, at, end, texts in _opcodes(data, stream, jumps):
        if name == "FRAME":
            frames.append((at, argument))
        elif name in ("GLOBAL", "INST"):
            module, _, thing = argument.partition(" ")
            if (module, thing) in NAMES:
                told = "\n".join(NAMES[module, thing]).encode()
                inside.append(_Change(at + 1, end, told + b"\n"))
        elif name == "STACK_GLOBAL":
            if texts in NAMES:  # the two texts are dropped, and stay in the memo for other uses
                told = b"".join(map(_text, NAMES[texts]))
                inside.append(_Change(at, at, b"00" + told))
        elif name == "BUILD" and jumps.get(end, end) != end and data[end] <= _ALIGNED:
            inside += _padding(data, stream, end)
    for at, length in frames:
        start = at + 9
        grown = sum(
            len(change.data or b"") - (change.end - change.at)
            for change in inside
            if start <= change.at and change.end <= start + length and change.data is not None
        )
        yield _Change(at + 1, start, (length + grown).to_bytes(8, "little"))
    yield from inside


def _opcodes(
    data: bytes, stream: Stream, jumps: Mapping[int, int]
) -> Iterator[tuple[str, Any, int, int, tuple[str, str] | None]]:
    """Yield each opcode: name, argument, where it starts and ends, the two texts before it."""
    file = io.BytesIO(data)
    file.seek(stream.start)
    texts: dict[int, str | None] = {}
    last: list[str | None] = [None, None]
    while (at := file.tell()) < stream.end:
        code = _CODES[file.read(1)]
        argument: Any = code.arg.reader(file) if code.arg is not None else None
        end = file.tell()
        told = (last[-2] or "", last[-1] or "") if last[-2] and last[-1] else None
        yield code.name, argument, at, end, told
        if code.name in _MEMOIZE:
            texts[len(texts) if code.name == "MEMOIZE" else int(argument)] = last[-1]
        elif code.name in _TEXTS:
            last = [last[-1], argument]
        elif code.name in _GETS:
            last = [last[-1], texts.get(int(argument))]
        elif code.name not in ("FRAME", "PROTO"):
            last = [None, None]
        file.seek(jumps.get(end, end))


def _padding(data: bytes, stream: Stream, at: int) -> Iterator[_Change]:
    """Yield that an array is to be aligned anew, where joblib aligned it."""
    for call in stream.calls:
        if isinstance(call.payload, tuple) and call.payload[0] == at + 1 + data[at]:
            if joblib_arrays.attributes(call).get("numpy_array_alignment_bytes") == _ALIGNED:
                yield _Change(at, call.payload[0], None)
            return


def _text(value: str) -> bytes:
    return b"\x8c" + bytes([len(value)]) + value.encode()


def _applied(data: bytes, changes: list[_Change]) -> bytes:
    made, last = bytearray(), 0
    for at, end, new in sorted(changes, key=lambda change: change.at):
        made += data[last:at]
        size = _ALIGNED - (len(made) + 1) % _ALIGNED
        made += bytes([size]) + b"\xff" * size if new is None else new
        last = end
    return bytes(made + data[last:])


def _archive(path: Path, file: IO[bytes]) -> None:
    """Write an archive of torch's, its `data.pkl` renamed, every other record as it is."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(file, "w") as made:
        for record in source.infolist():
            told = zipfile.ZipInfo(record.filename)
            start = file.tell() + _HEADER + len(record.filename.encode())
            told.extra = b"FB" + (size := -start % _ALIGN_ZIP).to_bytes(2, "little") + b"Z" * size
            told.file_size = record.file_size
            with source.open(record) as held, made.open(told, "w") as out:
                if record.filename.count("/") == 1 and record.filename.endswith("/data.pkl"):
                    out.write(renamed(held.read()))
                else:
                    shutil.copyfileobj(held, out, 1 << 20)
    file.flush()
