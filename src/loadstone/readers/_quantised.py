"""Quantised weights: which whole numbers a tensor is made of, and what turns them back.

torch's own (https://docs.pytorch.org/docs/stable/quantization.html: a tensor with its scale in the
pickle, or a packed layer) and those of bitsandbytes
(https://github.com/bitsandbytes-foundation/bitsandbytes: absmax, a table of values, JSON). How GPTQ
and AWQ pack stands in `_quantised_groups`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers import _rank_states as states
from loadstone.readers import _values as values
from loadstone.readers._bytes import tensor_bytes
from loadstone.readers._inside import NotWhole
from loadstone.readers._source import FileSource
from loadstone.readers._tensors import Odd, Tensors, dtype_word
from loadstone.runtime.pickles import Limits

_PACKED = "._packed_params"
_FOUR = "quant_state.bitsandbytes__"
_LARGEST = 3.4e38  # of 32 bits, which torch counts in
_LONGEST = 4096  # bytes of the JSON that says how 4 bits are packed
_CODES = {"qint8": "int8", "quint8": "uint8", "qint32": "int32"}
_PARTS = ("absmax", "quant_map", "nested_absmax", "nested_quant_map")
_FLOATS = ("float16", "bfloat16", "float32")


@dataclass(frozen=True, slots=True)
class Affine:
    """`scale · (q - zero)`, with one pair for all or for each slice along an axis."""

    codes: TensorFact
    scale: float | TensorFact
    zero: int | TensorFact
    axis: int = 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """A value of a table for each number of 4 or 8 bits, times the largest of its block."""

    codes: TensorFact
    table: TensorFact
    size: int  # numbers of a block
    largest: TensorFact | Blocks  # one a block
    offset: float = 0.0  # that is added to them


@dataclass(frozen=True, slots=True)
class Rows:
    """`q · largest / 127`, with the largest of each row."""

    codes: TensorFact
    largest: TensorFact


@dataclass(frozen=True, slots=True)
class Groups:
    """`scale · (q - zero)`, with a pair for each group of inputs and each output; of its transpose.

    Codes and zeros are whole numbers of some bits, packed into words of 32.
    """

    codes: TensorFact
    zeros: TensorFact
    scales: TensorFact
    bits: int
    group: TensorFact | int  # of each input, or how many follow each other
    more: int = 0  # that is added to the zeros
    across: bool = False  # packed along the outputs and interleaved, as AWQ does


How = Affine | Blocks | Rows | Groups | TensorFact  # the last: as it lies


@dataclass(frozen=True, slots=True)
class Plain:
    """A tensor of ordinary numbers, and what it is made of."""

    fact: TensorFact
    how: How


def plain(path: str, artifact: Artifact, entry: str) -> dict[str, Plain]:
    """Return the state dict under `entry` with every quantised tensor made plain, unread.

    Raises `NotWhole` where one is packed in a way that is not known, and `OSError`.
    """
    held = next((state for state in artifact.state_dicts if state.path == entry), None)
    wrong = (*artifact.damage, *artifact.disagreements)
    if held is None or wrong:
        raise NotWhole(wrong[0].why if wrong else f"there is no state dict `{entry}`")
    if any(_FOUR in key or key.endswith("SCB") for key in held.tensors):
        if held.others:
            raise NotWhole(f"`{next(iter(held.others))}` is no tensor")
        return dict(_bitsandbytes(path, held.tensors))
    if any(key.endswith("qweight") for key in held.tensors):
        from loadstone.readers import _quantised_groups

        return dict(_quantised_groups.plain(path, artifact, held.tensors))
    if artifact.format != "torch-zip":
        raise NotWhole(f"a {artifact.format} file holds no quantised weights that are known")
    return _of_torch(path, entry)


def _of_torch(path: str, entry: str) -> dict[str, Plain]:
    with FileSource(path) as source:
        read = states.of_zip(source, path, Limits())
    if read is None or read.wrong:
        raise NotWhole("it is not whole")
    held = read.held
    for part in entry.split(".") if entry else ():
        held = states.named(held.get(part))
    found: dict[str, Plain] = {}
    for key, node in held.items():
        for name, made in _layer(read.tensors, key, node, held):
            if name in found:
                raise NotWhole(f"`{name}` is in it twice")
            found[name] = made
    return found


def _layer(
    tensors: Tensors, key: str, node: Any, held: Mapping[str, Any]
) -> Iterator[tuple[str, Plain]]:
    """Yield what an entry becomes: nothing, where it only says how inputs are quantised."""
    module, _, last = key.rpartition(".")
    both = f"{module}.scale" in held and f"{module}.zero_point" in held
    if key.endswith(f"{_PACKED}.dtype") or (both and last in ("scale", "zero_point")):
        return
    pair = values.items(node)
    if key.endswith(_PACKED * 2) and pair is not None and len(pair) == 2:
        stem = key.removesuffix(_PACKED * 2)
        yield f"{stem}.weight", _tensor(tensors, key, pair[0])
        if pair[1] is not None:
            yield f"{stem}.bias", _tensor(tensors, key, pair[1])
        return
    yield key.replace(f"{_PACKED}.", "."), _tensor(tensors, key, node)


def _tensor(tensors: Tensors, key: str, node: Any) -> Plain:
    fact = tensors.fact(node)
    if not isinstance(fact, TensorFact) or fact.extent is None:
        what = fact.text if isinstance(fact, Odd) else values.describe(node)
        raise NotWhole(f"`{key}` is {what}")
    if fact.dtype[0] != "q":
        return Plain(replace(fact, extent=None, device=None), fact)
    given = values.items(values.args(node)[4]) if len(values.args(node)) > 4 else None
    kind = values.dotted_last(given[0]) if given else ""
    if fact.dtype not in _CODES or given is None:
        raise NotWhole(f"`{key}` is {fact}, which is packed")
    codes = replace(fact, dtype=_CODES[fact.dtype], device=None)
    made = TensorFact("float32", fact.shape)
    if kind == "per_tensor_affine" and len(given) == 3:
        scale, zero = given[1:]
        if type(scale) is float and abs(scale) <= _LARGEST and type(zero) is int:
            return Plain(made, Affine(codes, scale, zero))
    if kind == "per_channel_affine" and len(given) == 4:
        scales, zeros, axis = tensors.fact(given[1]), tensors.fact(given[2]), given[3]
        if (
            isinstance(scales, TensorFact)
            and isinstance(zeros, TensorFact)
            and (scales.dtype, zeros.dtype) == ("float64", "int64")
            and scales.extent is not None
            and zeros.extent is not None
            and type(axis) is int
            and 0 <= axis < len(fact.shape)
            and scales.shape == zeros.shape == (fact.shape[axis],)
        ):
            return Plain(made, Affine(codes, scales, zeros, axis))
    raise NotWhole(f"`{key}` is quantised as {kind or 'nothing known'}")


def _bitsandbytes(path: str, tensors: Mapping[str, TensorFact]) -> Iterator[tuple[str, Plain]]:
    used: set[str] = set()
    for key in tensors:
        how = _rows(path, key, tensors, used) or _blocks(path, key, tensors, used)
        if how is not None:
            used.add(key)
            yield key, how
    for key, fact in tensors.items():
        if key not in used:
            yield key, Plain(replace(fact, extent=None, device=None), fact)


def _rows(path: str, key: str, tensors: Mapping[str, TensorFact], used: set[str]) -> Plain | None:
    """Return a weight of 8 bits."""
    stem, fact = key.removesuffix("weight"), tensors[key]
    largest, layout = tensors.get(f"{stem}SCB"), tensors.get(f"{stem}weight_format")
    if largest is None or not key.endswith("weight"):
        return None
    if fact.dtype != "int8" or len(fact.shape) != 2:
        raise NotWhole(f"`{key}` is {fact}, and no matrix of 8 bits")
    if largest.dtype != "float32" or largest.shape != fact.shape[:1]:
        raise NotWhole(f"`{stem}SCB` is {largest}")
    if layout is not None and any(b"".join(tensor_bytes(path, layout))[:8]):
        raise NotWhole(f"`{key}` lies in another order than that of rows")
    used |= {f"{stem}SCB", f"{stem}weight_format"}
    return Plain(TensorFact("float32", fact.shape), Rows(fact, largest))


def _blocks(path: str, key: str, tensors: Mapping[str, TensorFact], used: set[str]) -> Plain | None:
    """Return a weight of 4 bits."""
    fact = tensors[key]
    marks = [name for name in tensors if name.startswith(f"{key}.{_FOUR}")]
    if not marks:
        return None
    told = _json(path, tensors[marks[0]])
    names = {part: f"{key}.{part}" for part in _PARTS if f"{key}.{part}" in tensors}
    parts = {part: tensors[name] for part, name in names.items()}
    shape, size, dtype = told.get("shape"), told.get("blocksize"), told.get("dtype")
    if (
        len(marks) > 1
        or not isinstance(shape, list)
        or not all(type(length) is int and length >= 0 for length in shape)
        or dtype_word(str(dtype)) not in _FLOATS
        or type(size) is not int
        or size <= 0
        or fact.dtype != "uint8"
        or fact.extent is None
        or fact.count != (math.prod(shape) + 1) // 2
    ):
        raise NotWhole(f"`{marks[0]}` does not tell how `{key}` is packed")
    blocks = math.ceil(math.prod(shape) / size)
    table = _need(key, parts, "quant_map", TensorFact("float32", (16,)))
    largest: TensorFact | Blocks
    offset = 0.0
    if "nested_absmax" in parts:
        largest, offset = _nested(key, parts, told, blocks)
    else:
        largest = _need(key, parts, "absmax", TensorFact("float32", (blocks,)))
    used |= {*marks, *names.values()}
    made = TensorFact(str(dtype_word(str(dtype))), tuple(shape))
    return Plain(made, Blocks(fact, table, size, largest, offset))


def _nested(
    key: str, parts: Mapping[str, TensorFact], told: Mapping[str, Any], blocks: int
) -> tuple[Blocks, float]:
    """Return the largest of each block where they are quantised in turn, in 8 bits."""
    size, offset = told.get("nested_blocksize"), told.get("nested_offset")
    if (
        type(size) is not int
        or size <= 0
        or not isinstance(offset, (int, float))
        or told.get("nested_dtype") != "float32"
    ):
        raise NotWhole(f"how the largest of `{key}` are packed is not told")
    codes = _need(key, parts, "absmax", TensorFact("uint8", (blocks,)))
    table = _need(key, parts, "nested_quant_map", TensorFact("float32", (256,)))
    count = TensorFact("float32", (math.ceil(blocks / size),))
    return Blocks(codes, table, size, _need(key, parts, "nested_absmax", count)), float(offset)


def _need(key: str, parts: Mapping[str, TensorFact], name: str, wanted: TensorFact) -> TensorFact:
    found = parts.get(name)
    if found != wanted or found.extent is None:
        raise NotWhole(f"`{key}.{name}` is {found or 'not there'}, not {wanted}")
    return found


def _json(path: str, fact: TensorFact) -> dict[str, Any]:
    if fact.dtype != "uint8" or fact.nbytes > _LONGEST:
        return {}
    try:
        value = json.loads(b"".join(tensor_bytes(path, fact)))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
