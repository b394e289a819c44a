"""Formats that are recognised and not read here: the right loader is another one."""

from __future__ import annotations

from loadstone.core.facts import Artifact, Content
from loadstone.readers import _magic
from loadstone.readers._opened import Opened

_CONTENT: dict[str, Content] = {
    "hdf5": "container",
    "gguf": "container",
    "npy": "tensor",
}
_FRAMEWORK = {"gguf": "ggml", "npy": "numpy"}
_MODELS = ("torch-legacy", "safetensors", "zip", "hdf5", "gguf", "pickle", "tar")
_ONNX_VERSIONS = range(1, 64)


def empty(opened: Opened) -> Artifact:
    """Return a file of no bytes."""
    return opened.artifact("empty", "none")


def zeros(opened: Opened) -> Artifact:
    """Return a file of zero bytes."""
    return opened.artifact("zeros", "none")


def unknown(opened: Opened) -> Artifact:
    """Return a file that nothing recognised."""
    detail = {"first": opened.head[:16].hex(" ")}
    return opened.artifact("unknown", "none", opening_runs_code="unknown", detail=detail)


def is_zeros(opened: Opened) -> bool:
    """Return whether the first and the last 64 KB are zero bytes."""
    if opened.head.strip(b"\0"):
        return False
    size = opened.source.size
    first = opened.source.pread(0, 65536)
    last = opened.source.pread(max(0, size - 65536), 65536)
    return not first.strip(b"\0") and not last.strip(b"\0")


def is_onnx(opened: Opened) -> bool:
    """Field 1 is a varint that is an IR version, and what follows are fields of a ModelProto.

    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
    """
    head = opened.head
    if len(head) < 4 or head[0] != 0x08 or head[1] not in _ONNX_VERSIONS:
        return False
    key = head[2]  # f2-f4 texts, f5 varint, f6 text, f7 graph, f8 opset: numbers 2 to 8
    if key not in (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42):
        return False
    return _field_fits(head, 2, opened.source.size)


def _field_fits(head: bytes, at: int, size: int) -> bool:
    """Whether the length of the field at `at` stays inside the file."""
    if head[at] & 7 == 0:
        return True
    length, shift = 0, 0
    for byte in head[at + 1 : at + 11]:
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return at + 1 + length <= size
    return False


_HERE = ("hdf5", "gguf", "npy", "gzip", "bzip2", "xz", "zstd")


def sniff(opened: Opened) -> bool:
    """Return whether the signature is of a format that is not read here."""
    return _magic.word(opened.head) in _HERE


def read_onnx(opened: Opened) -> Artifact:
    """Return an ONNX model, recognised by its first fields."""
    detail = {"ir_version": opened.head[1]}
    return opened.artifact("onnx", "program", framework="onnx", detail=detail)


def read(opened: Opened) -> Artifact:
    """Return a file known by its signature alone."""
    word = _magic.word(opened.head) or "unknown"
    detail: dict[str, str | int | float | bool | None] = {}
    content = _CONTENT.get(word, "container")
    if word == "gzip":
        detail = _gzip(opened)
    elif word == "npy":
        detail = _npy(opened)
    elif word == "gguf":
        detail = {"version": int.from_bytes(opened.head[4:8], "little")}
    return opened.artifact(word, content, framework=_FRAMEWORK.get(word), detail=detail)


def _gzip(opened: Opened) -> dict[str, str | int | float | bool | None]:
    """Return the name in the header, and what the first bytes inside are (RFC 1952)."""
    import zlib

    try:
        unpack = zlib.decompressobj(31)
        head = unpack.decompress(opened.source.pread(0, 65536), 4096)
    except zlib.error:
        return {"inner": None}
    name = None
    if len(opened.head) > 10 and opened.head[3] & 8 and not opened.head[3] & 4:
        name = opened.head[10 : opened.head.find(b"\0", 10)].decode("latin-1")[:200]
    return {"members": name, "inner": _magic.guess(head)}


def _npy(opened: Opened) -> dict[str, str | int | float | bool | None]:
    """Return the header, which is the text of a Python dictionary (numpy.lib.format)."""
    head = opened.head
    wide = head[6:7] > b"\1"
    start = 12 if wide else 10
    length = int.from_bytes(head[8:start], "little")
    text = head[start : start + min(length, 4000)].decode("latin-1").strip()
    return {"header": text[:200], "pickled": "'O'" in text or "|O" in text}


def is_model(word: str) -> bool:
    """Whether a file inside an archive is one that a model comes in."""
    return word in _MODELS
