"""Folders: an unzipped torch archive, a distributed checkpoint, shards, or only files.

A path to the `data.pkl` of an unzipped archive is taken as the archive.
"""

from __future__ import annotations

import os

from loadstone.core.facts import Artifact
from loadstone.readers import (
    archive,
    bundle,
    dcp,
    safetensors_index,
    savedmodel,
    tf_checkpoint,
    tfjs,
)
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import FolderRecords
from loadstone.readers._source import FileSource, MemorySource

_SUFFIXES = (
    ".safetensors",
    ".pth",
    ".pt",
    ".pt2",
    ".ckpt",
    ".bin",
    ".pkl",
    ".pickle",
    ".joblib",
    ".onnx",
    ".gguf",
    ".h5",
    ".keras",
    ".lode",
    ".npz",
)
_CANDIDATES = 8
_INDEX = ".safetensors.index.json"


class _Size(MemorySource):
    """A folder has no bytes of its own; its size is that of its files."""

    def __init__(self, size: int) -> None:
        super().__init__(b"")
        self.size = size


def read(path: str) -> Artifact:
    """Return what the folder at `path` is."""
    os.scandir(path).close()  # a folder that may not be listed raises
    records = FolderRecords(path)
    opened = Opened(path, _Size(sum(map(records.size, records.names))))
    if bundle.sniff(records) is not None:
        return bundle.read(opened, records, "")
    if dcp.sniff(records):
        return dcp.read(opened, records)
    tensorflow = (
        savedmodel.read_folder(path) or tf_checkpoint.read_folder(path) or tfjs.read_folder(path)
    )
    if tensorflow is not None:
        return tensorflow
    index = [name for name in records.names if name.endswith(_INDEX) and "/" not in name]
    if index:
        found = _indexed(path, index[0])
        if found is not None:
            return found
    if _is_unpacked(records):
        found = archive.read_records(opened, records)
        if found is not None:
            return found
    return savedmodel.read_below(path, records.names) or _only_files(opened, records)


def archive_around(path: str, opened: Opened) -> Artifact | None:
    """Return the unzipped archive whose `data.pkl` lies at `path`, if it is one."""
    if os.path.basename(path) != "data.pkl" or opened.head[:1] != b"\x80":  # noqa: PTH119
        return None
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - the path is kept as it was given
    if not os.path.isfile(os.path.join(folder, "version")):  # noqa: PTH113, PTH118
        return None
    records = FolderRecords(folder)
    around = Opened(path, _Size(sum(map(records.size, records.names))))
    return archive.read_records(around, records) if _is_unpacked(records) else None


def _is_unpacked(records: FolderRecords) -> bool:
    found = [name for name in records.names if name.rsplit("/", 1)[-1] == "data.pkl"]
    if not found:
        return False
    root = min(found, key=lambda name: name.count("/")).removesuffix("data.pkl")
    return f"{root}version" in records or f"{root}data/0" in records


def _indexed(path: str, name: str) -> Artifact | None:
    with FileSource(os.path.join(path, name)) as source:  # noqa: PTH118
        opened = Opened(path, source, source.pread(0, HEAD))
        return safetensors_index.read(opened) if safetensors_index.sniff(opened) else None


def _only_files(opened: Opened, records: FolderRecords) -> Artifact:
    candidates = [name for name in records.names if name.lower().endswith(_SUFFIXES)]
    candidates.sort(key=lambda name: (name.count("/"), name))
    detail: dict[str, str | int | float | bool | None] = {
        "candidates": ", ".join(candidates[:_CANDIDATES]),
        "count": len(records.names),
    }
    if "config.json" in records and candidates:
        detail["config"] = "config.json"
    return opened.artifact("folder", "container", is_folder=True, detail=detail)
