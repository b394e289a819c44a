"""HDF5's datatypes and dataspaces: element types as canonical words, shapes."""

from __future__ import annotations

from loadstone.core.classes import dataclass
from loadstone.readers._hdf5 import Hdf5, NotHdf5, number

_DEPTH = 4
_RANK = 32
_BITS = 62  # of the elements of one tensor
_TIME, _STRING, _OPAQUE, _COMPOUND, _REFERENCE, _ENUM, _VLEN, _ARRAY = 2, 3, 5, 6, 7, 8, 9, 10
_COMPLEX = 11  # since HDF5 2.0
_FLOATS = {(2, 5): "float16", (2, 8): "bfloat16", (4, 8): "float32", (8, 11): "float64"}
_NAMES = {
    _TIME: "times",
    4: "bit fields",
    _OPAQUE: "opaque bytes",
    _COMPOUND: "records",
    _REFERENCE: "references",
    _ENUM: "enumerated values",
    _VLEN: "sequences",
    _ARRAY: "arrays",
}


@dataclass(frozen=True, slots=True)
class Type:
    """One datatype: its class, the bytes of an element, and the word for it."""

    kind: int
    size: int
    word: str | None  # canonical; None where there is none
    text: bool = False  # a string of variable length, which lies in a global heap
    big: bool = False  # the bytes of an element are big-endian

    @property
    def name(self) -> str:
        """What the elements are, in words."""
        return self.word or _NAMES.get(self.kind, "values of another kind")

    @property
    def is_string(self) -> bool:
        """Whether it is text, of fixed or of variable length."""
        return self.text or self.kind == _STRING


def parse(data: bytes, depth: int = 0) -> Type:  # noqa: PLR0911 - one return a class of types
    """Return the datatype of a message."""
    version, kind = number(data, 0, 1) >> 4, data[0] & 15
    bits, size = number(data, 1, 3), number(data, 4, 4)
    if depth > _DEPTH or not 1 <= version <= 5:
        raise NotHdf5(f"a datatype has the version {version}")
    big = bool(bits & 1) and kind in (0, 1, 4)
    if kind == 0:
        word = f"{'' if bits & 8 else 'u'}int{8 * size}" if size in (1, 2, 4, 8) else None
        return Type(kind, size, word, big=big)
    if kind == 1:
        return Type(kind, size, _float(data, size), big=big)
    if kind == _STRING:
        return Type(kind, size, f"bytes{8 * size}" if size else None)
    if kind == _OPAQUE:
        return Type(kind, size, f"void{8 * size}" if size else None)
    if kind == _VLEN:
        text = bits & 15 == 1
        return Type(kind, size, "string" if text else None, text=text)
    if kind == _ENUM:
        base = parse(data[8:], depth + 1)
        return Type(kind, size, "bool" if base.size == 1 and _is_bool(data, version) else base.word)
    if kind == _COMPLEX:
        return Type(kind, size, _pair(parse(data[8:], depth + 1), size))
    if kind == _COMPOUND and bits & 0xFFFF == 2:
        return Type(kind, size, _complex(data, version, size, depth))
    return Type(kind, size, None)


def _float(data: bytes, size: int) -> str | None:
    if len(data) < 20:
        return None
    return _FLOATS.get((size, data[13])) or ("longdouble" if size == 16 else None)


def _is_bool(data: bytes, version: int) -> bool:
    """Whether the names are those that h5py gives to `bool`."""
    names = data[20:36] if version < 3 else data[20:31]
    return names.startswith((b"FALSE\0\0\0TRUE\0", b"FALSE\0TRUE\0"))


def _complex(data: bytes, version: int, size: int, depth: int) -> str | None:
    """Return the word for a record of `r` and `i`, as h5py writes complex numbers."""
    if data[8:10] != b"r\0":
        return None
    at = 8 + 2 if version >= 3 else 8 + 8
    at += {1: 32, 2: 4}.get(version, (max(1, (max(size, 1) - 1).bit_length() + 7) // 8))
    return _pair(parse(data[at:], depth + 1), size)


def _pair(base: Type, size: int) -> str | None:
    words = {"float32": "complex64", "float64": "complex128", "longdouble": "clongdouble"}
    return words.get(base.word or "") if 2 * base.size == size else None


def shape(file: Hdf5, data: bytes) -> tuple[int, ...] | None:
    """Return the sizes of a dataspace; nothing where it is of no elements at all."""
    version, rank = number(data, 0, 1), number(data, 1, 1)
    if version not in (1, 2) or rank > _RANK:
        raise NotHdf5(f"a dataspace has the version {version} and {rank} axes")
    if version == 2 and number(data, 3, 1) == 2:
        return None
    start = 8 if version == 1 else 4
    sizes = tuple(file.length(data, start + axis * file.lengths) for axis in range(rank))
    if sum(size.bit_length() for size in sizes) > _BITS:
        raise NotHdf5("a dataspace has more elements than any file holds")
    return sizes


def stored(file: Hdf5, data: bytes) -> tuple[str, int, int | None]:
    """Return how the elements are stored, at which address, and in how many bytes if it says."""
    version = number(data, 0, 1)
    if version in (1, 2):
        kind = number(data, 2, 1)
        if kind == 1:
            return "contiguous", file.offset(data, 8), None
        return ("chunked" if kind == 2 else "compact"), file.undefined, None
    if version not in (3, 4, 5):
        raise NotHdf5(f"a layout has the version {version}")
    kind = number(data, 1, 1)
    if kind == 1:
        return "contiguous", file.offset(data, 2), file.length(data, 2 + file.offsets)
    return {0: "compact", 2: "chunked"}.get(kind, "virtual"), file.undefined, None
