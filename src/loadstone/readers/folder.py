"""Folders: an unzipped torch archive, a distributed checkpoint, shards, or only files.

A path to the `data.pkl` of an unzipped archive is taken as the archive.
"""

from __future__ import annotations

import os

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, RunsCode
from loadstone.readers import (
    _class_paths,
    _collection,
    _outside,
    _roles,
    archive,
    bentoml,
    bundle,
    coreml,
    dcp,
    deepspeed,
    hf,
    hf_cache,
    hf_many,
    keras,
    keras_shards,
    mar,
    mlflow,
    onnx,
    openvino,
    orbax,
    safetensors_index,
    savedmodel,
    spacy,
    tf_checkpoint,
    tfjs,
    training,
)
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import FolderRecords
from loadstone.readers._source import MemorySource
from loadstone.readers._suffixes import OTHERS, SUFFIXES
from loadstone.readers._within import LINK, open_in, size_in, unfollowed

_CANDIDATES = 8
_FORMATS = (
    (dcp.sniff, dcp.read),
    (coreml.sniff_package, coreml.read_package),
    (orbax.sniff, orbax.read),
    (mlflow.sniff, mlflow.read),
    (spacy.sniff, spacy.read),
    (bentoml.sniff, bentoml.read),
    (mar.sniff_folder, mar.read_folder),
    (hf_many.is_diffusers, hf_many.read_diffusers),
    (hf_many.is_sentences, hf_many.read_sentences),
    (hf.sniff, hf.read),
    (keras.sniff_folder, keras.read_folder),
    (deepspeed.sniff, deepspeed.read),
    (training.is_megatron, training.read_megatron),
    (training.is_training, training.read_training),
    (hf.lacks_config, hf.read),
)
_GRAPHS = ((onnx.sniff, onnx.read), (openvino.sniff, openvino.read))
_INDEXES = (
    (".safetensors.index.json", safetensors_index.sniff, safetensors_index.read),
    (keras_shards.SUFFIX, keras_shards.sniff, keras_shards.read),
)


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
    links = [item for item in records.damage if item.kind == LINK]
    found = _read(opened, records)
    told = [*_class_paths.named(records.names), *_class_paths.tagged(records)]
    if told:
        word, calls = _outside.together(found.opening_runs_code, found.calls, told)
        found = replace(found, opening_runs_code=word, calls=calls)
    if not links:
        return found
    runs: RunsCode = "yes" if found.opening_runs_code == "yes" else "unknown"
    return replace(found, damage=unfollowed(found.damage, links), opening_runs_code=runs)


def _read(opened: Opened, records: FolderRecords) -> Artifact:
    path = opened.path
    if bundle.sniff(records) is not None:
        return bundle.read(opened, records, "")
    if hf_cache.snapshots(path, records):
        return hf_cache.read(path, records, read)
    if _collection.is_collection(records):
        return _only_files(opened, records)
    for known, reader in _FORMATS:
        if known(records):
            return reader(opened, records)
    return (
        savedmodel.read_folder(path)
        or tf_checkpoint.read_folder(path)
        or tfjs.read_folder(path)
        or _indexed(path, records)
        or _unpacked(opened, records)
        or savedmodel.read_below(path, records.names)
        or _only_files(opened, records)
    )


def archive_around(path: str, opened: Opened) -> Artifact | None:
    """Return the unzipped archive whose `data.pkl` lies at `path`, if it is one."""
    if os.path.basename(path) != "data.pkl" or opened.head[:1] != b"\x80":  # noqa: PTH119
        return None
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - the path is kept as it was given
    if size_in(folder, "version") is None:
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


def _unpacked(opened: Opened, records: FolderRecords) -> Artifact | None:
    return archive.read_records(opened, records) if _is_unpacked(records) else None


def _indexed(path: str, records: FolderRecords) -> Artifact | None:
    """Return the model of the only index of the folder, if no other model lies beside its files."""
    at_top = [name for name in records.names if "/" not in name]
    indexes = [
        (name, sniff, read)
        for ending, sniff, read in _INDEXES
        for name in at_top
        if name.endswith(ending)
    ]
    if len(indexes) != 1:
        return None
    ((name, sniff, reader),) = indexes
    with open_in(path, name) as source:
        opened = Opened(path, source, source.pread(0, HEAD))
        if not sniff(opened):
            return None
        named = source.pread(0, source.size)
        others = [item for item in at_top if item.lower().endswith(SUFFIXES)]
        if any(item.encode() not in named for item in others):
            return None
        found = reader(opened)
        return replace(found, detail={**found.detail, "index": name})


def _graphs(path: str, records: FolderRecords) -> tuple[set[str], set[str]]:
    """Return the graphs among the files, and those that hold their weights."""
    graphs: set[str] = set()
    data: set[str] = set()
    named = [name for name in records.names if name.lower().endswith((".onnx", ".xml"))]
    for name in named[:_CANDIDATES]:
        with open_in(path, name) as source:
            inner = Opened(f"{path}/{name}", source, source.pread(0, HEAD))
            reader = next((read for sniff, read in _GRAPHS if sniff(inner)), None)
            if reader is None:
                continue
            found = reader(inner)
        around = name.rpartition("/")[0]
        files = {f.extent.file for s in found.state_dicts for f in s.tensors.values() if f.extent}
        graphs.add(name)
        data.update(f"{around}/{file}" if around else file for file in files if file)
    return graphs, data - graphs


def _only_files(opened: Opened, records: FolderRecords) -> Artifact:
    graphs, data = _graphs(opened.path, records)
    endings = (*SUFFIXES, *OTHERS)
    candidates = [
        name
        for name in records.names
        if (name.lower().endswith(endings) or name in graphs) and name not in data
    ]
    candidates.sort(key=lambda name: (name.count("/"), name))
    detail: dict[str, str | int | float | bool | None] = {
        "candidates": ", ".join(candidates[:_CANDIDATES]),
        "count": len(records.names),
    }
    if records.left:
        detail["not_looked_into"] = f"{records.left[0]}/"
    if "config.json" in records and candidates:
        detail["config"] = "config.json"
    return opened.artifact(
        "folder",
        "container",
        is_folder=True,
        parts=_roles.parts(opened, records, tuple(candidates)),
        damage=tuple(records.damage),
        detail=detail,
    )
