"""numpy's `.npy`: a signature, a version, a header that is a Python literal, the elements.

https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from loadstone.core import dtypes
from loadstone.core.classes import dataclass
from loadstone.core.facts import Artifact, Damage, StateDict, TensorFact
from loadstone.readers import _dense
from loadstone.readers import _values as values
from loadstone.readers._literal import NotLiteral, parse
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles, buffer_of
from loadstone.runtime.pickles import Stream

SIGNATURE = b"\x93NUMPY"
LARGEST = 10_000  # bytes of a header; numpy refuses longer ones too
_PLAIN = dtypes.NUMPY | {"f12": "void96", "c24": "void192"}  # long doubles of 32-bit Linux
_SIZED = {"S": ("bytes", 8), "a": ("bytes", 8), "U": ("str", 32), "V": ("void", 8)}
_TIMES = {"M8": "datetime64", "m8": "timedelta64"}


class NotNpy(Exception):  # noqa: N818 - the bytes' fault
    """The header cannot be read. `kind` is `malformed`, `truncated` or `limit`."""

    def __init__(self, why: str, at: int, kind: str = "malformed") -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.kind = kind


class Kind(NamedTuple):
    """An element type of numpy."""

    dtype: str
    byteorder: Literal["little", "big"] = "little"
    fields: tuple[str, ...] = ()
    pickled: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a `.npy` says."""

    kind: Kind
    shape: tuple[int, ...]
    fortran: bool
    start: int  # of the elements
    version: int

    @property
    def fact(self) -> TensorFact:
        """The tensor, without the place of its bytes."""
        return TensorFact(self.kind.dtype, self.shape)


def sniff(opened: Opened) -> bool:
    """Return whether it starts with numpy's signature."""
    return opened.head.startswith(SIGNATURE)


def read(opened: Opened) -> Artifact:
    """Return the array, or what the pickle of an array of objects names."""
    detail: dict[str, str | int | float | bool | None] = {}
    try:
        found = header(opened.source.pread(0, LARGEST + 12))
    except NotNpy as error:
        damage = Damage(error.kind, error.why, error.at)
        return opened.artifact(
            "npy", "tensor", framework="numpy", damage=(damage,), opening_runs_code="unknown"
        )
    detail |= describe(found)
    if found.kind.pickled:
        return _objects(opened, found, detail)
    kind = found.kind
    place = _dense.extent(
        kind.dtype, found.shape, found.start, fortran=found.fortran, byteorder=kind.byteorder
    )
    fact = TensorFact(kind.dtype, found.shape, None, place)
    return opened.artifact(
        "npy",
        "tensor",
        framework="numpy",
        state_dicts=(StateDict("", {"": fact}, role="other"),),
        damage=_ends(found.start + fact.nbytes, opened.source.size),
        detail=detail,
    )


def _ends(need: int, size: int) -> tuple[Damage, ...]:
    if need > size:
        why = f"the file has {size} bytes, its array needs {need}"
        return (Damage("truncated", why, size, {"have": size, "need": need, "whole": 0, "of": 1}),)
    if need < size:
        why = f"{size - need} bytes follow the array"
        return (Damage("trailing", why, need, {"bytes": size - need}),)
    return ()


def _objects(
    opened: Opened, found: Header, detail: dict[str, str | int | float | bool | None]
) -> Artifact:
    pickles = Pickles(limits=opened.limits)
    with buffer_of(opened.source) as data:
        stream = pickles.read(data, found.start)
        detail |= inside(stream)
    if stream is not None and stream.end < opened.source.size:
        pickles.damage += _ends(stream.end, opened.source.size)
    framework = pickles.framework
    return opened.artifact(
        "npy",
        "object" if framework not in (None, "numpy") else "tensor",
        framework=framework or "numpy",
        state_dicts=(StateDict("", {"": found.fact}, role="other"),),
        detail=pickles.detail() | detail,
        **pickles.facts(),
    )


def first(stream: Stream | None) -> Any:
    """Return the first object of a pickled array, None where there is none."""
    value = stream.value if stream else None
    states = getattr(value, "states", ())
    state = values.items(states[-1]) if states else None
    held = values.items(state[4]) if state is not None and len(state) > 4 else None
    return held[0] if held else None


def inside(stream: Stream | None) -> dict[str, str]:
    """Return what the first object of a pickled array is, in words."""
    held = first(stream)
    return {} if held is None else {"holds": values.describe(held)}


def describe(found: Header) -> dict[str, str | int | float | bool | None]:
    """Return what a header says beyond type and shape."""
    detail: dict[str, str | int | float | bool | None] = {
        "version": found.version,
        "pickled": found.kind.pickled,
    }
    if found.fortran:
        detail["fortran_order"] = True
    if found.kind.fields:
        detail["fields"] = ", ".join(found.kind.fields)[:400]
    return detail


def header(data: bytes) -> Header:
    """Return the header that `data`, the first bytes of a `.npy`, begins with.

    Raises `NotNpy`.
    """
    version = data[6] if len(data) > 6 else 0
    if version not in (1, 2, 3) or not data.startswith(SIGNATURE):
        raise NotNpy(f"there is no version {version} of `.npy`", min(6, len(data)))
    first = 10 if version == 1 else 12
    length = int.from_bytes(data[8:first], "little")
    if length > LARGEST:
        raise NotNpy(f"the header takes {length} bytes, the limit is {LARGEST}", 8, "limit")
    if len(data) < first + length:
        raise NotNpy("the file ends inside its header", len(data), "truncated")
    text = data[first : first + length].decode("utf-8" if version == 3 else "latin-1", "replace")
    try:
        held = parse(text)
    except NotLiteral as error:
        raise NotNpy(f"the header is not understood: {error}", first) from error
    if not isinstance(held, dict) or set(held) != {"descr", "fortran_order", "shape"}:
        raise NotNpy("the header does not name `descr`, `fortran_order` and `shape`", first)
    shape = held["shape"]
    if not isinstance(shape, tuple) or not _dense.is_shape(shape):
        raise NotNpy("the header holds no shape", first)
    kind = element(held["descr"])
    if kind is None:
        raise NotNpy("the header holds no element type", first)
    return Header(kind, shape, held["fortran_order"] is True, first + length, version)


def element(descr: Any) -> Kind | None:
    """Return the element type that a `descr` means, or nothing where it means none."""
    if isinstance(descr, str):
        return _named(descr)
    if isinstance(descr, list) and descr and len(descr) <= 1000:
        return _structure(descr)
    return None


def _named(text: str) -> Kind | None:
    order: Literal["little", "big"] = "big" if text[:1] == ">" else "little"
    code = text.lstrip("<>=|")
    if code[:1] == "O":
        return Kind("object", pickled=True)
    if code[:2] in _TIMES:
        unit = code[2:]
        plain = unit.strip("[]").isalnum() and len(unit) < 10
        return Kind(_TIMES[code[:2]] + (unit if plain else ""), order)
    if code in _PLAIN:
        return Kind(_PLAIN[code], order)
    word, unit_bits = _SIZED.get(code[:1], ("", 0))
    if not word or not code[1:].isdecimal() or len(code) > 10:
        return None
    return Kind(f"{word}{int(code[1:]) * unit_bits}", order)


def _structure(fields: list[Any]) -> Kind | None:
    from loadstone.core import dtypes

    bits = 0
    named: list[str] = []
    pickled = False
    for entry in fields:
        if not isinstance(entry, tuple) or len(entry) not in (2, 3):
            return None
        inner = element(entry[1])
        shape = entry[2] if len(entry) == 3 else ()
        shape = shape if isinstance(shape, tuple) else (shape,)
        if inner is None or not _dense.is_shape(shape):
            return None
        fact = TensorFact(inner.dtype, shape)
        pickled = pickled or inner.pickled
        bits += dtypes.bits(inner.dtype) * fact.count
        name = entry[0][-1] if isinstance(entry[0], tuple) and entry[0] else entry[0]
        if name:
            named.append(f"{str(name)[:60]} {fact}")
    if bits >= 1 << 39:
        return None
    return Kind("object" if pickled else f"void{bits}", "little", tuple(named), pickled)
