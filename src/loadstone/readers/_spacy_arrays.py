"""The weights of a pipeline of spaCy's: thinc's models as msgpack, and the table of word vectors.

thinc 8 lists the layers and, in the same order, their parameters; thinc 7 lists those that have
some. Arrays are maps, as msgpack-numpy writes them.
https://github.com/explosion/thinc/blob/main/thinc/model.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from loadstone.core.facts import Damage, TensorFact
from loadstone.readers import _dense, _members, _within, npy
from loadstone.readers._little import Cursor, Ended
from loadstone.readers._opened import Opened
from loadstone.readers._plain import clean, mapping, sequence
from loadstone.readers._records import FolderRecords
from loadstone.readers.flax_msgpack import Odd, item

__all__ = ["tensors"]

_VECTORS = "vocab/vectors"
_DEPTH = 64
_VALUES = 300_000  # of one file
_TEXT = 4096  # bytes of a text or a key that is taken; longer ones stay where they lie
_TENSORS = 100_000


class _Blob(NamedTuple):
    """Bytes that were not read."""

    at: int
    size: int


class _Short(NamedTuple):
    """Bytes that were, and where they lie."""

    data: bytes
    at: int


def tensors(
    opened: Opened, records: FolderRecords, components: list[str], damage: list[Damage]
) -> dict[str, TensorFact]:
    """Return the weights of the components, by component, layer and parameter, and the vectors."""
    found: dict[str, TensorFact] = {}
    for component in components:
        name = f"{component}/model"
        if name not in records or not records.size(name):
            continue
        try:
            with _within.open_in(records.root, name) as source:
                held = _Values(Cursor(source, 0, "big")).value(0)
        except OSError:
            continue
        except Ended:
            why = f"`{name}` ends inside its values"
            damage.append(Damage("truncated", why, detail={"member": name}))
            continue
        except Odd as error:
            if error.kind == "limit":
                continue
            why = f"`{name}`: {error.why}"
            damage.append(Damage(error.kind, why, error.at, {"member": name}))
            continue
        for key, value in _parameters(held):
            fact = _fact(value, name)
            if fact is not None and len(found) < _TENSORS:
                found[clean(f"{component}.{key}")] = fact
    if records.size(_VECTORS) if _VECTORS in records else 0:
        found |= _vectors(opened, records)
    return found


def _vectors(opened: Opened, records: FolderRecords) -> dict[str, TensorFact]:
    inner = _members.artifact(opened, records, _VECTORS)
    states = inner.state_dicts if inner is not None else ()
    fact = next((fact for state in states for fact in state.tensors.values()), None)
    return {"vocab.vectors": fact} if fact is not None and fact.count else {}


class _Values:
    """Makes what msgpack holds of it: maps, lists, texts, numbers; long bytes stay in the file."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.left = _VALUES

    def value(self, depth: int) -> Any:
        """Return the value at the cursor."""
        self.left -= 1
        at = self.cursor.at
        if self.left < 0 or depth > _DEPTH:
            raise Odd("it has more values than the limit", at, "limit")
        found = item(self.cursor)
        if found.kind == "int":
            return found.size
        if found.kind == "array":
            return [self.value(depth + 1) for _ in range(found.size)]
        if found.kind == "map":
            return {self._key(): self.value(depth + 1) for _ in range(found.size)}
        if found.kind in {"text", "bytes"} and found.size <= _TEXT:
            at = self.cursor.at
            data = self.cursor.take(found.size)
            return data.decode("utf-8", "replace") if found.kind == "text" else _Short(data, at)
        if found.kind in {"text", "bytes", "ext"}:
            at = self.cursor.at
            self.cursor.hop(found.size)
            return _Blob(at, found.size)
        return None

    def _key(self) -> str:
        at = self.cursor.at
        found = item(self.cursor)
        if found.kind == "int":
            return str(found.size)
        if found.kind not in {"text", "bytes"} or found.size > _TEXT:
            raise Odd("a key is no text", at)
        return self.cursor.take(found.size).decode("utf-8", "replace")


def _parameters(held: Any) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of a model, by the number and the name of the layer and their own name."""
    layers = mapping(held)
    nodes = sequence(layers.get("nodes"))
    for number, one in enumerate(sequence(layers.get("params"))):
        node = mapping(nodes[number]) if number < len(nodes) else {}
        word = node.get("name")
        stem = f"{number}.{word}" if isinstance(word, str) else str(number)
        for key, value in mapping(one).items():
            yield f"{stem}.{key}", value
    for number, one in enumerate(sequence(layers.get("weights"))):
        for given in sequence(mapping(one).get("params")):
            word = _plain(mapping(given).get("name"))
            yield f"{number}.{word}", mapping(given).get("value")


def _plain(value: Any) -> str:
    if isinstance(value, _Short):
        return value.data.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _fact(value: Any, file: str) -> TensorFact | None:
    """Return an array of msgpack-numpy's, and where it lies."""
    held = mapping(value)
    if "nd" not in held or _plain(held.get("kind")) not in {"", "None"}:
        return None
    kind = npy.element(_plain(held.get("type")))
    shape, data = held.get("shape"), held.get("data")
    if kind is None or not isinstance(shape, list) or not _dense.is_shape(shape):
        return None
    size = len(data.data) if isinstance(data, _Short) else getattr(data, "size", -1)
    fact = TensorFact(kind.dtype, tuple(shape))
    if size != fact.nbytes or not isinstance(data, (_Blob, _Short)):
        return fact
    place = _dense.extent(kind.dtype, fact.shape, data.at, file=file, byteorder=kind.byteorder)
    return TensorFact(kind.dtype, fact.shape, None, place)
