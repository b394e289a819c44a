"""The slow pass over TensorFlow's shards: the checksum of every tensor, as far as time allows."""

from __future__ import annotations

from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _tf_bundle
from loadstone.readers._crc32c import crc32c, masked
from loadstone.readers._source import Source
from loadstone.readers._tf_members import Members, split

_BYTES = 8 << 20  # about a second; of a larger model, its smallest tensors are checked
_PIECE = 1 << 20


def verify(path: str, artifact: Artifact) -> tuple[Damage, ...]:
    """Return the tensors whose bytes do not match the checksum in the index."""
    folder = path if artifact.is_folder else split(path)[0]
    prefix = artifact.detail.get("prefix")
    name = prefix if isinstance(prefix, str) else "variables/variables"
    members = Members(folder)
    with members.open(f"{name}.index") as source:
        index = _tf_bundle.read_index(source)
    left = _BYTES
    damage: list[Damage] = []
    plain = [entry for entry in index.entries if entry.dtype != "string" and not entry.slices]
    for entry in sorted(plain, key=lambda item: item.size):
        left -= entry.size
        if left < 0 or len(damage) >= 100:
            break
        shard = _tf_bundle.shard_name(name, entry.shard, index.shards)
        with members.open(shard) as source:
            if _checksum(source, entry) != entry.crc:
                why = f"the bytes of `{entry.name}` do not match their checksum"
                detail = {"key": entry.name, "member": shard}
                damage.append(Damage("crc", why, entry.offset, detail))
    return tuple(damage)


def _checksum(source: Source, entry: _tf_bundle.Entry) -> int:
    crc = 0
    for at in range(0, entry.size, _PIECE):
        crc = crc32c(source.pread(entry.offset + at, min(_PIECE, entry.size - at)), crc)
    return masked(crc)
