"""Which reader reads what: an ordered table, decided by content and never by suffix.

A row has the word, what the first bytes have to be for its reader to be imported at all, whether
the file is one of its, and what it says of it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers import _also_pickle, _hdf5, _inflate, _magic
from loadstone.readers._later import later
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import Records
from loadstone.readers._source import FileSource, Part

_BOM = b"\xef\xbb\xbf"
_LEVELDB = bytes.fromhex("57fb808b247547db")
_FASTTEXT = (793712314).to_bytes(4, "little")
_MAPS = tuple(bytes([first]) for first in (*range(0x81, 0x90), 0xDE, 0xDF))  # of msgpack
Maybe = Callable[[Opened], bool]
Sniff = Callable[[Opened], bool]
Read = Callable[[Opened], Artifact]
_undone = later("_crlf", "checked")
Row = tuple[str, Maybe, Sniff, Read]
# what a pickle without a magic begins with
_OLD = tuple(bytes([byte]) for byte in _magic.TEXT_STARTS + _magic.LENGTHS)


def _starts(*signatures: bytes) -> Maybe:
    return lambda opened: opened.head.startswith(signatures)


def _identified(signature: bytes) -> Maybe:
    return lambda opened: opened.head[4:8] == signature  # as flatbuffers are


def _opens(*marks: bytes) -> Maybe:
    return lambda opened: opened.head.removeprefix(_BOM).lstrip()[:1] in marks


def _holds(*words: bytes) -> Maybe:
    return lambda opened: any(word in opened.head for word in words)


def _ends(signature: bytes) -> Maybe:
    width = len(signature)
    return lambda opened: (
        opened.source.pread(max(0, opened.source.size - width), width) == signature
    )


def _is_tar(opened: Opened) -> bool:
    return _magic.tar(opened.head)


def _any(_: Opened) -> bool:
    return True


def _row(word: str, maybe: Maybe, module: str, sniff: str = "sniff", read: str = "read") -> Row:
    return word, maybe, later(module, sniff), later(module, read)


TABLE: tuple[Row, ...] = (
    ("empty", lambda opened: opened.source.size == 0, _any, later("_foreign", "empty")),
    _row("zeros", _starts(b"\0"), "_foreign", "is_zeros", "zeros"),
    _row("git-lfs-pointer", _starts(b"version "), "_text", "is_lfs", "read_lfs"),
    _row("tflite", _identified(b"TFL3"), "tflite"),
    _row("coreml", _starts(b"\x08"), "coreml"),
    _row("savedmodel", _starts(b"\x08"), "savedmodel"),
    _row("tf-checkpoint", _ends(_LEVELDB), "tf_checkpoint"),
    _row("tf-meta-graph", _starts(b"\x0a"), "tf_graph", "sniff_meta", "read_meta"),
    _row("tf-graph", _starts(b"\x0a"), "tf_graph"),
    _row("zip", _starts(b"PK"), "archive"),
    _row("torch-tar", _is_tar, "torch_tar"),  # `torch.load` looks for these before others
    _row("tar", _is_tar, "tar"),
    _row("torch-legacy", lambda opened: _magic.legacy(opened.head), "torch_legacy"),
    _row("safetensors", lambda opened: opened.head[8:9] == b"{", "safetensors"),
    _row("catboost", _starts(b"CBM1"), "catboost"),
    _row("catboost-json", _opens(b"{"), "catboost_json"),
    _row("lightgbm", _opens(b"t", b"{"), "lightgbm"),
    _row("xgboost", _opens(b"{", b"[", b"b"), "xgboost"),
    _row("xgboost-ubj", _starts(b"{"), "xgboost_ubj"),
    _row(
        "xgboost-binary",
        _holds(b"bs64\t", b"binf", b"gbtree", b"gblinear", b"dart"),
        "xgboost_binary",
    ),
    _row("fasttext", _starts(_FASTTEXT), "fasttext"),
    _row("compressed pickle", lambda opened: _inflate.kind(opened.head) is not None, "compressed"),
    _row("npy", _starts(b"\x93NUMPY"), "npy"),
    _row("gguf", _starts(b"GGUF", b"FUGG", b"lmgg", b"fmgg", b"tjgg", b"algg"), "gguf"),
    _row("ort", _identified(b"ORTM"), "onnx", "sniff_ort", "read_ort"),
    _row("paddle", _starts(b"\x0a"), "paddle"),
    _row("paddle parameters", _starts(b"\0" * 16), "paddle", "sniff_parameters", "read_parameters"),
    _row("flax msgpack", _starts(*_MAPS), "flax_msgpack"),
    _row("pmml", _opens(b"<"), "pmml"),
    _row("openvino", _opens(b"<"), "openvino"),
    _row("paddle json", _opens(b"{"), "paddle", "sniff_json", "read_json"),
    _row("hdf5", lambda opened: _hdf5.find(opened.source, opened.head) is not None, "hdf5"),
    _row("foreign", lambda opened: _magic.word(opened.head) is not None, "_foreign"),
    _row("pickle", _starts(b"\x80"), "pickle"),
    _row("safetensors-index", _opens(b"{"), "safetensors_index"),
    _row("keras shards", _opens(b"{"), "keras_shards"),
    _row("tfjs", _opens(b"{"), "tfjs"),
    _row("tf-graph-text", _opens(b"n"), "tf_graph", "sniff_text", "read_text"),
    _row("text pickle", _starts(*_OLD), "pickle", "sniff_text"),
    _row("keras architecture", _opens(b"{", b"b", b"c"), "keras_json"),
    _row("mlem", _starts(b"artifacts:"), "mlem"),
    _row("text", _any, "_text", "is_text"),
    _row("onnx", _starts(b"\x08"), "onnx"),
    _row("onnx tensor", _starts(b"\x08", b"\x0a", b"\x10"), "onnx", "sniff_tensor", "read_tensor"),
    _row("old pickle", _starts(*_OLD), "pickle", "sniff_old"),
    ("unknown", _any, _any, later("_foreign", "unknown")),
)


def read(path: str | os.PathLike[str]) -> Artifact:
    """Return the facts of the file or folder at `path`, without running any of it.

    Raises `OSError` where it cannot be opened: `FileNotFoundError`, `PermissionError`,
    `Unreadable` for what is no regular file. Nothing that the bytes hold raises.
    """
    pausing = gc.isenabled()
    gc.disable()  # facts are no garbage, and looking for it among many takes half of the time
    try:
        return _read(path)
    finally:
        if pausing:
            gc.enable()


def _read(path: str | os.PathLike[str]) -> Artifact:
    given = os.fspath(path)
    if os.path.isdir(given):  # noqa: PTH112 - the path is kept as it was given
        folder: Artifact = later("folder", "read")(given)
        return folder
    if not os.path.exists(given):  # noqa: PTH110 - as above
        checkpoint: Artifact | None = later("tf_checkpoint", "read_prefix")(given)
        if checkpoint is not None:
            return checkpoint
    with FileSource(given) as source:
        opened = Opened(given, source, source.pread(0, HEAD))
        inside = _around(given, opened)
        if inside is not None:
            return inside
        return read_opened(opened)


def read_opened(opened: Opened) -> Artifact:
    """Return the facts of opened bytes, by the first reader that knows them."""
    for _, maybe, sniff, reader in TABLE:
        if maybe(opened) and sniff(opened):
            found = _also_pickle.checked(opened, reader(opened))
            return _undone(opened, found, read_opened) if _lost(found) else found
    raise AssertionError("the last row takes every file")


_LOST = {"malformed", "truncated", "trailing", "missing-member"}


def _lost(found: Artifact) -> bool:
    """Whether no reader took the file whole, and none said that its line endings were converted."""
    kinds = {item.kind for item in found.damage}
    lost = found.format == "unknown" or bool(kinds & _LOST)
    return lost and "crlf" not in kinds


def _around(given: str, opened: Opened) -> Artifact | None:
    """Return the model in a folder that the file at `given` is a part of."""
    name = os.path.basename(given)  # noqa: PTH119 - the path is kept as it was given
    found: Artifact | None = None
    if name == "data.pkl":
        found = later("folder", "archive_around")(given, opened)
    elif name.endswith((".pb", ".pbtxt")):
        found = later("savedmodel", "around")(given, opened)
    elif ".data-" in name or name.endswith(".index") or name == "checkpoint":
        found = later("tf_checkpoint", "around")(given, opened)
    return found


def nested(opened: Opened, records: Records, name: str) -> Artifact | None:
    """Return the facts of a record that is an artifact of its own, if it is stored as it is."""
    place = records.place(name)
    if place is None or place.packed is not None or opened.depth > 2 or records.is_folder:
        return None
    part = Part(opened.source, place.offset, place.size)
    inner = read_opened(
        Opened(opened.path, part, part.pread(0, HEAD), opened.depth + 1, opened.limits)
    )
    return replace(
        inner,
        state_dicts=tuple(
            replace(
                state,
                tensors={key: _moved(fact, place.offset) for key, fact in state.tensors.items()},
            )
            for state in inner.state_dicts
        ),
    )


def _moved(fact: TensorFact, by: int) -> TensorFact:
    if fact.extent is None:
        return fact
    return replace(fact, extent=replace(fact.extent, offset=fact.extent.offset + by))
