"""Which reader reads what: an ordered table, decided by content and never by suffix."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers import (
    _also_pickle,
    _foreign,
    _text,
    archive,
    catboost,
    compressed,
    coreml,
    fasttext,
    flax_msgpack,
    folder,
    gguf,
    lightgbm,
    mlem,
    npy,
    onnx,
    openvino,
    paddle,
    pickle,
    pmml,
    safetensors,
    safetensors_index,
    savedmodel,
    tar,
    tf_checkpoint,
    tf_graph,
    tfjs,
    tflite,
    torch_legacy,
    torch_tar,
    xgboost,
    xgboost_binary,
    xgboost_ubj,
)
from loadstone.readers._opened import HEAD, Opened
from loadstone.readers._records import Records
from loadstone.readers._source import FileSource, Part

Sniff = Callable[[Opened], bool]
Read = Callable[[Opened], Artifact]

TABLE: tuple[tuple[str, Sniff, Read], ...] = (
    ("empty", lambda opened: opened.source.size == 0, _foreign.empty),
    ("zeros", _foreign.is_zeros, _foreign.zeros),
    ("git-lfs-pointer", _text.is_lfs, _text.read_lfs),
    ("tflite", tflite.sniff, tflite.read),
    ("coreml", coreml.sniff, coreml.read),
    ("savedmodel", savedmodel.sniff, savedmodel.read),
    ("tf-checkpoint", tf_checkpoint.sniff, tf_checkpoint.read),
    ("tf-meta-graph", tf_graph.sniff_meta, tf_graph.read_meta),
    ("tf-graph", tf_graph.sniff, tf_graph.read),
    ("zip", archive.sniff, archive.read),
    ("torch-legacy", torch_legacy.sniff, torch_legacy.read),
    ("safetensors", safetensors.sniff, safetensors.read),
    ("torch-tar", torch_tar.sniff, torch_tar.read),
    ("tar", tar.sniff, tar.read),
    ("catboost", catboost.sniff, catboost.read),
    ("lightgbm", lightgbm.sniff, lightgbm.read),
    ("xgboost", xgboost.sniff, xgboost.read),
    ("xgboost-ubj", xgboost_ubj.sniff, xgboost_ubj.read),
    ("xgboost-binary", xgboost_binary.sniff, xgboost_binary.read),
    ("fasttext", fasttext.sniff, fasttext.read),
    ("compressed pickle", compressed.sniff, compressed.read),
    ("npy", npy.sniff, npy.read),
    ("gguf", gguf.sniff, gguf.read),
    ("ort", onnx.sniff_ort, onnx.read_ort),
    ("paddle", paddle.sniff, paddle.read),
    ("paddle parameters", paddle.sniff_parameters, paddle.read_parameters),
    ("flax msgpack", flax_msgpack.sniff, flax_msgpack.read),
    ("pmml", pmml.sniff, pmml.read),
    ("openvino", openvino.sniff, openvino.read),
    ("paddle json", paddle.sniff_json, paddle.read_json),
    ("foreign", _foreign.sniff, _foreign.read),
    ("pickle", pickle.sniff, pickle.read),
    ("safetensors-index", safetensors_index.sniff, safetensors_index.read),
    ("tfjs", tfjs.sniff, tfjs.read),
    ("tf-graph-text", tf_graph.sniff_text, tf_graph.read_text),
    ("text pickle", pickle.sniff_text, pickle.read),
    ("mlem", mlem.sniff, mlem.read),
    ("text", _text.is_text, _text.read),
    ("onnx", onnx.sniff, onnx.read),
    ("onnx tensor", onnx.sniff_tensor, onnx.read_tensor),
    ("old pickle", pickle.sniff_old, pickle.read),
    ("unknown", lambda _: True, _foreign.unknown),
)


def read(path: str | os.PathLike[str]) -> Artifact:
    """Return the facts of the file or folder at `path`, without running any of it.

    Raises `OSError` where it cannot be opened: `FileNotFoundError`, `PermissionError`,
    `Unreadable` for what is no regular file. Nothing that the bytes hold raises.
    """
    given = os.fspath(path)
    if os.path.isdir(given):  # noqa: PTH112 - the path is kept as it was given
        return folder.read(given)
    if not os.path.exists(given):  # noqa: PTH110 - as above
        checkpoint = tf_checkpoint.read_prefix(given)
        if checkpoint is not None:
            return checkpoint
    with FileSource(given) as source:
        opened = Opened(given, source, source.pread(0, HEAD))
        inside = (
            folder.archive_around(given, opened)
            or savedmodel.around(given, opened)
            or tf_checkpoint.around(given, opened)
        )
        if inside is not None:
            return inside
        return read_opened(opened)


def read_opened(opened: Opened) -> Artifact:
    """Return the facts of opened bytes, by the first reader that knows them."""
    for _, sniff, reader in TABLE:
        if sniff(opened):
            return _also_pickle.checked(opened, reader(opened))
    return _foreign.unknown(opened)


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
