"""numpy's arrays as pickles hold them, made into facts: their element type, shape and place.

https://numpy.org/doc/stable/reference/generated/numpy.ndarray.__reduce__.html; joblib's arrays
stand in the stream behind the object that announces them (`runtime/joblib_arrays.py`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

from loadstone.core import dtypes
from loadstone.core.facts import Extent, TensorFact
from loadstone.readers import _values as values
from loadstone.readers._plain import whole
from loadstone.readers._source import Buffer
from loadstone.readers._tensors import Odd
from loadstone.runtime.joblib_arrays import WRAPPERS
from loadstone.runtime.pickles import Blob, Call, Items, Stream

_RECONSTRUCT = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_MASKED = "numpy.ma.core._mareconstruct"
_FROM_BUFFER = ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer")
_UNPACKED = {"bool": "?", "float32": "f", "float64": "d"} | {
    f"{sign}int{bits}": code if sign else code.lower()
    for bits, code in ((8, "B"), (16, "H"), (32, "I"), (64, "Q"))
    for sign in ("", "u")
}
_VALUES = 200  # elements that are read
_LONGEST = 64 << 10


class Dtype(NamedTuple):
    """An element type: a canonical word, or what numpy calls it."""

    word: str | None
    text: str
    width: int  # bytes of an element, 0 where it is not known
    big: bool


class Array(NamedTuple):
    """An array: what it is, and its bytes or values where the stream has them."""

    dtype: Dtype
    shape: tuple[int, ...]
    fortran: bool = False
    raw: Any = None  # Blob, bytes, a place (start, end), or the values of an array of objects


def dtype(node: Any) -> Dtype | None:
    """Return the element type that `numpy.dtype(...)` makes."""
    given = values.args(node)
    if values.called(node) != "numpy.dtype" or not given:
        return None
    code = given[0].decode("latin-1") if isinstance(given[0], bytes) else given[0]
    if not isinstance(code, str):
        return None
    state = values.items(node.states[-1]) if type(node) is Call and node.states else None
    order = state[1] if state is not None and len(state) > 1 else code[:1]
    bare = code.lstrip("<>=|")
    big = order in (">", b">") or code[:1] == ">"
    width = whole(bare[1:]) or 0
    word = dtypes.NUMPY.get(bare)
    if bare[:1] == "O":
        word = "object"
    elif bare[:1] in "US" and bare:
        word, width = "string", width * (4 if bare[0] == "U" else 1)
    return Dtype(word, values.key(bare[:40]), width, big)


def array(node: Any) -> Array | None:
    """Return the array that `node` makes, or nothing where it makes something else."""
    if type(node) is not Call:
        return None
    name = values.called(node)
    if values.class_of(node) in WRAPPERS:
        return _wrapped(node)
    if (name in _RECONSTRUCT or name == _MASKED) and node.states:
        return _rebuilt(values.items(node.states[-1]), node.payload)
    if name in _FROM_BUFFER:
        given = values.args(node)
        if len(given) < 3:
            return None
        return _made(given[1], given[2], given[0], fortran=len(given) > 3 and given[3] == "F")
    return None


def _rebuilt(state: Sequence[Any] | None, place: Any) -> Array | None:
    if state is None or len(state) < 5:
        return None
    raw = place if isinstance(state[4], bytes) and type(place) is tuple else state[4]
    return _made(state[2], state[1], raw, fortran=bool(state[3]))


def _made(kind: Any, size: Any, raw: Any, *, fortran: bool) -> Array | None:
    told, shape = dtype(kind), values.sizes(size)
    return None if told is None or shape is None else Array(told, shape, fortran, raw)


def _wrapped(node: Call) -> Array | None:
    held = values.attributes(node)
    if isinstance(node.payload, Stream):  # a pickle of its own: an array of objects
        inner = array(node.payload.value)
        if inner is not None:
            return inner
    return _made(
        held.get("dtype"), held.get("shape"), node.payload, fortran=held.get("order") == "F"
    )


def fact(node: Any, *, placed: bool = True) -> TensorFact | Odd | None:
    """Return the array as a tensor; one that has no canonical type is described."""
    found = array(node)
    if found is None:
        return None
    if found.dtype.word is None:
        shape = "×".join(map(str, found.shape)) or "scalar"
        return Odd(f"array {found.dtype.text} {shape}")
    return TensorFact(found.dtype.word, found.shape, None, _extent(found) if placed else None)


def _extent(found: Array) -> Extent | None:
    place = _place(found.raw)
    if place is None or found.dtype.word in ("object", "string", None):
        return None
    start, length = place
    count = 1
    for size in found.shape:
        count *= size
    if count * found.dtype.width != length:
        return None
    return Extent(
        "",
        start,
        length,
        0,
        strides(found.shape, fortran=found.fortran),
        str(start),
        "big" if found.dtype.big else "little",
    )


def _place(raw: Any) -> tuple[int, int] | None:
    if type(raw) is Blob:
        return raw.offset, raw.length
    if type(raw) is tuple:
        return raw[0], raw[1] - raw[0]
    return None


def strides(shape: tuple[int, ...], *, fortran: bool) -> tuple[int, ...]:
    """Return the strides of packed elements, row-major or column-major."""
    steps = []
    step = 1
    for size in shape if fortran else reversed(shape):
        steps.append(step)
        step *= max(size, 1)
    return tuple(steps if fortran else reversed(steps))


def elements(node: Any, data: Buffer) -> list[str | int | float | bool | None] | None:
    """Return the first values of an array of one axis, or of a list, as far as they are plain."""
    inner = values.items(node)
    if inner is not None:
        return [values.plain(item) for item in inner[:_VALUES]]
    found = array(node)
    if found is None or len(found.shape) != 1:
        return None
    if isinstance(found.raw, Items):
        return [values.plain(item) for item in found.raw[:_VALUES]]
    raw = first_bytes(found.raw, data)
    return None if raw is None else _decoded(found.dtype, raw)


def first_bytes(raw: Any, data: Buffer) -> bytes | None:
    """Return the bytes of an array, at most 64 kB of them, where the stream has them."""
    place = _place(raw)
    if place is not None:
        return bytes(data[place[0] : place[0] + min(place[1], _LONGEST)])
    encoded = values.args(raw)
    if values.called(raw) == "_codecs.encode" and encoded and isinstance(encoded[0], str):
        return encoded[0][:_LONGEST].encode("latin-1", "replace")  # protocol 2 has no bytes
    if isinstance(raw, str):  # Python 2
        return raw[:_LONGEST].encode("latin-1", "replace")
    return raw if isinstance(raw, bytes) else None


def _decoded(kind: Dtype, raw: bytes) -> list[str | int | float | bool | None] | None:
    if kind.width <= 0:
        return None
    count = min(len(raw) // kind.width, _VALUES)
    if kind.word == "string":
        parts = [raw[i * kind.width : (i + 1) * kind.width] for i in range(count)]
        codec = "latin-1" if kind.text[:1] == "S" else "utf-32-be" if kind.big else "utf-32-le"
        return [
            values.plain(part.decode(codec, "replace").rstrip("\0").replace("\ufffd", "?"))
            for part in parts
        ]
    code = _UNPACKED.get(kind.word or "")
    if code is None:
        return None
    order = ">" if kind.big else "<"
    told = struct.unpack_from(f"{order}{count}{code}", raw)
    return [values.plain(item) for item in told]
