"""fastText's binary model: arguments, the counts of the dictionary, then words and matrices.

https://github.com/facebookresearch/fastText/blob/main/src/fasttext.cc, `saveModel`; args.cc and
dictionary.cc, `save`.
"""

from __future__ import annotations

import struct

from loadstone.core.facts import Artifact, Damage
from loadstone.readers._opened import Opened

_MAGIC = 793712314
_VERSIONS = (11, 12)
_ARGS = (
    *("dim", "ws", "epoch", "min_count", "neg", "word_ngrams", "loss", "model", "bucket"),
    *("minn", "maxn", "lr_update_rate"),
)
_LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
_MODELS = {1: "cbow", 2: "skipgram", 3: "supervised"}
_HEADER = struct.Struct("<ii12id3iqq")


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
    if min(told[0], counts["words"], counts["labels"]) < 0 or counts["size"] < counts["words"]:
        damage = (Damage("malformed", "the dictionary has a negative or wrong count", 64),)
    elif counts["size"] * 10 > opened.source.size:  # a NUL, a count, a type
        why = f"the dictionary has {counts['size']} entries, for which the file is too short"
        damage = (Damage("truncated", why, opened.source.size, {"have": opened.source.size}),)
    return opened.artifact("fasttext", "model", framework="fasttext", detail=detail, damage=damage)
