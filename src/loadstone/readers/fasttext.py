"""fastText's binary model: arguments, the counts of the dictionary, then words and two matrices.

https://github.com/facebookresearch/fastText/blob/main/src/fasttext.cc, `saveModel`; args.cc and
dictionary.cc, `save`.
"""

from __future__ import annotations

import struct

from loadstone.core.facts import Artifact, Damage, Extent, StateDict, TensorFact
from loadstone.readers._opened import Opened
from loadstone.readers._source import Source

_MAGIC = 793712314
_VERSIONS = (11, 12)
_ARGS = (
    *("dim", "ws", "epoch", "min_count", "neg", "word_ngrams", "loss", "model", "bucket"),
    *("minn", "maxn", "lr_update_rate"),
)
_LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
_MODELS = {1: "cbow", 2: "skipgram", 3: "supervised"}
_HEADER = struct.Struct("<ii12id3iqq")
_SHAPE = struct.Struct("<?qq")  # whether the matrix is quantized, its rows and columns
_WORDS, _ENTRIES = 64 << 20, 3_000_000  # of a dictionary that is walked: the file ends oddly


def sniff(opened: Opened) -> bool:
    """Return whether it starts with the magic number and a version that was written."""
    if len(opened.head) < 8:
        return False
    magic, version = struct.unpack_from("<ii", opened.head)
    return magic == _MAGIC and version in _VERSIONS


def read(opened: Opened) -> Artifact:
    """Return the arguments and the counts."""
    if len(opened.head) < _HEADER.size:
        why = f"the header has {len(opened.head)} bytes of {_HEADER.size}"
        cut = Damage("truncated", why, len(opened.head), {"have": opened.source.size})
        return opened.artifact("fasttext", "model", framework="fasttext", damage=(cut,))
    _, version, *told = _HEADER.unpack_from(opened.head)
    detail: dict[str, str | int | float | bool | None] = {"version": version}
    detail |= dict(zip(_ARGS, told, strict=False))
    detail["loss"] = _LOSSES.get(told[6], str(told[6]))
    detail["model"] = _MODELS.get(told[7], str(told[7]))
    counts = dict(zip(("size", "words", "labels", "tokens", "pruned"), told[13:], strict=True))
    detail |= {name: count for name, count in counts.items() if name != "size"}
    damage: tuple[Damage, ...] = ()
    tensors: dict[str, TensorFact] = {}
    if min(told[0], counts["words"], counts["labels"]) < 0 or counts["size"] < counts["words"]:
        damage = (Damage("malformed", "the dictionary has a negative or wrong count", 64),)
    elif counts["size"] * 10 > opened.source.size:  # a NUL, a count, a type
        why = f"the dictionary has {counts['size']} entries, for which the file is too short"
        damage = (Damage("truncated", why, opened.source.size, {"have": opened.source.size}),)
    else:
        rows = counts["labels"] if told[7] == 3 else counts["words"]
        tensors = _from_the_end(opened.source, told[0], rows, counts["words"], told[8])
        if not tensors:
            detail["quantized"], damage = _walked(opened.source, counts["size"], counts["pruned"])
    return opened.artifact(
        "fasttext",
        "model",
        framework="fasttext",
        state_dicts=(StateDict("", tensors),) if tensors else (),
        detail=detail,
        damage=damage,
    )


def _from_the_end(
    source: Source, dim: int, rows: int, words: int, bucket: int
) -> dict[str, TensorFact]:
    """Return the two matrices by their sizes, which the header tells; none where it is not so.

    Behind the dictionary, whose length is told nowhere, stand the vectors of the words and of the
    buckets, and then those of the labels or of the words, and nothing else.
    """
    last = source.size - 4 * rows * dim
    for of in (words + bucket, words):
        first = last - _SHAPE.size - 4 * of * dim
        if of < 0 or first < _HEADER.size + _SHAPE.size:
            continue
        if _shape(source, first) == (of, dim) and _shape(source, last) == (rows, dim):
            return {"input": _matrix(first, of, dim), "output": _matrix(last, rows, dim)}
    return {}


def _shape(source: Source, at: int) -> tuple[int, int] | None:
    """Return rows and columns of the matrix whose numbers begin at `at`, if it is a plain one."""
    data = source.pread(at - _SHAPE.size, _SHAPE.size)
    if len(data) < _SHAPE.size or data[0]:
        return None
    _, rows, columns = _SHAPE.unpack(data)
    return rows, columns


def _matrix(at: int, rows: int, columns: int) -> TensorFact:
    extent = Extent("", at, 4 * rows * columns, 0, (columns, 1), str(at))
    return TensorFact("float32", (rows, columns), extent=extent)


def _walked(source: Source, entries: int, pruned: int) -> tuple[bool | None, tuple[Damage, ...]]:
    """Return whether the first matrix is quantized, and what is missing of two that are not."""
    at = _after_words(source, entries)
    if at is None:
        whole = entries <= _ENTRIES and source.size <= _HEADER.size + _WORDS
        why = f"the file ends in the dictionary of {entries} entries"
        cut = Damage("truncated", why, source.size, {"have": source.size})
        return None, (cut,) if whole else ()
    at += 8 * max(0, pruned)
    for name in ("input", "output"):
        data = source.pread(at, _SHAPE.size)
        if data[:1] == b"\x01":
            return True, ()
        if len(data) < _SHAPE.size:
            return None, (_cut(source, name, at + _SHAPE.size),)
        _, rows, columns = _SHAPE.unpack(data)
        at += _SHAPE.size + 4 * rows * columns
        if min(rows, columns) < 0:
            return None, (Damage("malformed", f"the matrix `{name}` has a negative size", at),)
        if at > source.size:
            return False, (_cut(source, name, at),)
    return False, ()


def _cut(source: Source, name: str, need: int) -> Damage:
    why = f"the file ends in the matrix `{name}`"
    return Damage("truncated", why, source.size, {"have": source.size, "need": need})


def _after_words(source: Source, entries: int) -> int | None:
    """Return where the dictionary ends: each entry is a text, a NUL, a count and a type."""
    data = source.pread(_HEADER.size, min(source.size - _HEADER.size, _WORDS))
    at = 0
    if entries > _ENTRIES:
        return None
    for _ in range(entries):
        end = data.find(b"\0", at)
        if end < 0:
            return None
        at = end + 10
    return _HEADER.size + at
