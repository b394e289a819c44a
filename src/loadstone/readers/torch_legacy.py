"""torch's format of before 1.6: five pickles, then each storage's length and bytes.

https://github.com/pytorch/pytorch/blob/main/torch/serialization.py, `_legacy_load`.
"""

from __future__ import annotations

from typing import Any

from loadstone.core import dtypes
from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Artifact, Damage
from loadstone.readers import _contents, _crlf, _magic
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles, buffer_of
from loadstone.readers._records import Place
from loadstone.readers._source import Buffer
from loadstone.readers._tensors import STORAGES, Storage, Tensors
from loadstone.readers.torch_zip import parts, producer
from loadstone.runtime.pickles import Global, Pairs, Persistent, Stream

_MAGIC = 0x1950A86A20F9469CFC6C
_NAMES = ("magic", "protocol version", "system", "object", "storage keys")


@dataclass(slots=True)
class _Storages:
    """Where each storage's bytes lie, and how far the file reaches."""

    places: dict[str, Place] = field(default_factory=dict)
    end: int = 0
    need: int = 0


def sniff(opened: Opened) -> bool:
    """Return whether it starts with the magic number, pickled by any protocol."""
    return _magic.legacy(opened.head)


def read(opened: Opened) -> Artifact:
    """Return the tensors of the fourth pickle, over the storages behind the fifth."""
    converted = _crlf.damage(opened)
    if converted is not None:
        return opened.artifact(
            "torch-legacy",
            "container",
            framework="torch",
            opening_runs_code="unknown",
            damage=(converted,),
        )
    with buffer_of(opened.source) as data:
        return _read(opened, data)


def _read(opened: Opened, data: Buffer) -> Artifact:
    pickles = Pickles(limits=opened.limits)
    streams = _five(data, 0, pickles)
    for stream in streams[3:4]:
        _name_classes(stream)
    byteorder = _byteorder(streams)
    known = _declared(streams[3]) if len(streams) > 3 else {}
    storages = _Storages()
    if len(streams) == 5:
        storages = _places(data, streams[4], known, byteorder)
    tensors = Tensors(lambda node: _resolve(node, known, storages), byteorder)
    found = _contents.read(streams[3].value if len(streams) > 3 else None, tensors)
    _damage(opened.source.size, streams, storages, found, pickles)
    pickles.damage += found.damage
    return opened.artifact(
        "torch-legacy",
        found.content,
        framework="torch",
        producer=producer(found.entries, {}),
        state_dicts=tuple(found.state_dicts),
        entries=found.entries,
        modules=tuple(found.modules),
        devices=tuple(tensors.devices),
        detail={"byteorder": byteorder} | _sources(streams) | pickles.detail(),
        **pickles.facts(),
    )


def _five(data: Buffer, start: int, pickles: Pickles) -> list[Stream]:
    streams: list[Stream] = []
    at = start
    for name in _NAMES:
        stream = pickles.read(data, at, what=name)
        if stream is None:
            break
        streams.append(stream)
        at = stream.end
    return streams


def _name_classes(stream: Stream) -> None:
    """Let each call name its class: this format gives classes by persistent ids, with their source.

    The loader only compares the source with that of the class here: `_check_container_source`.
    """
    for call in stream.calls:
        made = values.class_of(call) if type(call.func) is Persistent else None
        pid = values.items(call.func.pid) if made is not None else None
        if pid is None or type(pid[1]) is not Global:
            continue
        call.func = pid[1]
        call.func.uses.discard("reference")
        call.func.uses.add("new" if call.how == "new" else "call")
        call.func.uses.update(["build"] * bool(call.states))
        call.func.uses.update(["items"] * bool(call.appended or call.added or call.pairs))


def _byteorder(streams: list[Stream]) -> str:
    told = streams[2].value if len(streams) > 2 else None
    little = told.get("little_endian", default=True) if isinstance(told, Pairs) else True
    return "big" if little is False else "little"


def _declared(stream: Stream) -> dict[str, tuple[str, int]]:
    """Return the element type and count of each storage, as its persistent ids say."""
    known: dict[str, tuple[str, int]] = {}
    for node in stream.persistent:
        told = parts(node)
        if told is not None and told[0] in STORAGES:
            known.setdefault(told[1] or "", (STORAGES[told[0]], told[3]))
    return known


def _places(
    data: Buffer, stream: Stream, known: dict[str, tuple[str, int]], byteorder: str
) -> _Storages:
    found = _Storages(end=stream.end, need=stream.end)
    for node in values.items(stream.value) or ():
        key = values.key(node)
        word, count = known.get(key, ("uint8", 0))
        length = bytes(data[found.end : found.end + 8]) if found.end == found.need else b""
        if len(length) == 8:
            count = int.from_bytes(length, "big" if byteorder == "big" else "little")
            count = count if count < 1 << 60 else 0
        nbytes = dtypes.nbytes(word, count)
        at = found.need + 8
        found.need = at + nbytes
        if found.need <= len(data):
            found.end = found.need
            found.places[key] = Place("", at, nbytes)
    return found


def _resolve(node: Any, known: dict[str, tuple[str, int]], storages: _Storages) -> Storage | None:
    told = parts(node)
    if told is None or told[1] not in known or told[0] not in STORAGES:
        return None
    kind, key, device, count = told
    word = STORAGES[kind]
    nbytes = dtypes.nbytes(word, count)
    place = storages.places.get(key or "")
    pid = values.items(node.pid) or ()
    view = values.items(pid[5]) if len(pid) > 5 else None
    if place is not None and view is not None and len(view) == 3:
        width = dtypes.BITS[word] // 8
        first, length = view[1], view[2]
        if type(first) is not int or type(length) is not int or first < 0 or length < 0:
            return None
        place = Place(place.file, place.offset + first * width, length * width)
        nbytes = length * width
    elif place is not None and place.size < nbytes:
        place = None
    return Storage(word, key or "", device, nbytes, place)


def _damage(
    size: int,
    streams: list[Stream],
    storages: _Storages,
    found: _contents.Contents,
    pickles: Pickles,
) -> None:
    facts = [fact for state in found.state_dicts for fact in state.tensors.values()]
    detail: dict[str, str | int | float | bool | None] = {"have": size}
    if streams and streams[0].value != _MAGIC:
        pickles.damage.append(Damage("malformed", "the magic number is another one", 0))
    if len(streams) < 5:
        if any(item.kind == "truncated" for item in pickles.damage):
            detail |= {"whole": 0, "of": len(facts)}
            last = pickles.damage[-1]
            pickles.damage[-1] = Damage("truncated", last.why, size, detail)
        return
    if storages.need > size:
        whole = sum(fact.extent is not None for fact in facts)
        detail |= {"need": storages.need, "whole": whole, "of": len(facts)}
        why = f"the file has {size} bytes, its storages need {storages.need}"
        pickles.damage.append(Damage("truncated", why, size, detail))
    elif storages.need < size:
        left = size - storages.need
        why = f"{left} bytes follow the last storage"
        pickles.damage.append(Damage("trailing", why, storages.need, {"bytes": left}))


def _sources(streams: list[Stream]) -> dict[str, str | int | float | bool | None]:
    """Which classes have their source text in the file, as this format kept it."""
    names: dict[str, None] = {}
    for node in streams[3].persistent if len(streams) > 3 else ():
        pid = values.items(node.pid)
        if pid is not None and len(pid) > 3 and pid[0] == "module" and pid[3]:
            names.setdefault(values.dotted(pid[1]))
    return {"sources": ", ".join(list(names)[:20])} if names else {}


def nested_storage(data: Buffer, start: int, length: int, pickles: Pickles) -> Storage | None:
    """Return the one storage of a small legacy file inside a pickle (`_load_from_bytes`)."""
    header = bytes(data[start : start + min(length, 1 << 16)])
    inner = Pickles(limits=pickles.limits)
    streams = _five(header, 0, inner)
    pickles.disagreements += inner.disagreements[:5]
    if len(streams) < 5:
        pickles.damage += inner.damage[:1]
        return None
    pickles.nested += [stream for stream in streams if stream.globals][:5]
    told = parts(streams[3].value)
    if told is None or told[0] not in STORAGES:
        return None
    word = STORAGES[told[0]]
    nbytes = dtypes.nbytes(word, told[3])
    at = streams[4].end + 8
    place = Place("", start + at, nbytes) if at + nbytes <= length else None
    return Storage(word, f"{start}:{told[1]}", told[2], nbytes, place)
