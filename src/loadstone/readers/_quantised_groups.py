"""Weights that GPTQ and AWQ quantised in groups: which tensors make one, by what its config says.

https://github.com/AutoGPTQ/AutoGPTQ/blob/main/auto_gptq/nn_modules/qlinear/qlinear_cuda.py,
https://github.com/casper-hansen/AutoAWQ/blob/main/awq/modules/linear/gemm.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers._bytes import tensor_bytes
from loadstone.readers._inside import NotWhole
from loadstone.readers._quantised import Groups, Plain

_BITS: Final = {"gptq": (2, 3, 4, 8), "awq": (4,)}
_ADDED: Final = {"gptq": 1, "gptq_v2": 0}  # to the zeros, by how they are written
_FLOATS: Final = ("float16", "bfloat16", "float32")
_WORD: Final = 32


def plain(
    path: str, artifact: Artifact, tensors: Mapping[str, TensorFact]
) -> Iterator[tuple[str, Plain]]:
    """Yield each tensor made plain, unread; raises `NotWhole` where it is not known how."""
    method = str(artifact.detail.get("quantization") or "")
    if method not in _BITS:
        raise NotWhole("how GPTQ and AWQ pack is told by the config: give the folder that holds it")
    told = json.loads(str(artifact.detail.get("packing") or "{}"))
    used: set[str] = set()
    for key in tensors:
        stem = key.removesuffix("qweight")
        if stem != key:
            parts = {name: tensors.get(f"{stem}{name}") for name in ("qweight", "qzeros", "scales")}
            used |= {f"{stem}{name}" for name in (*parts, "g_idx")}
            how = _how(path, stem, method, told, parts, tensors.get(f"{stem}g_idx"))
            yield f"{stem}weight", how
    for key, fact in tensors.items():
        if key not in used:
            yield key, Plain(replace(fact, extent=None, device=None), fact)


def _how(  # noqa: PLR0917 - what is read, and what is said of it
    path: str,
    stem: str,
    method: str,
    told: Mapping[str, Any],
    parts: Mapping[str, TensorFact | None],
    index: TensorFact | None,
) -> Plain:
    bits = told.get("bits") or told.get("w_bit")
    if bits not in _BITS[method] or told.get("dynamic"):
        raise NotWhole(f"{method} of {bits} bits, or of other bits in some layers, is not known")
    codes, zeros, scales = (_held(stem, name, fact) for name, fact in parts.items())
    across = method == "awq"
    inputs, outputs = codes.shape if across else (codes.shape[0] * _WORD // bits, codes.shape[1])
    outputs = outputs * _WORD // bits if across else outputs
    groups = scales.shape[0]
    wanted = {
        f"{stem}scales": (scales.shape, (groups, outputs)),
        f"{stem}qzeros": (zeros.shape, (groups, outputs * bits // _WORD)),
    }
    wrong = next((name for name, (is_, should) in wanted.items() if is_ != should), "")
    if wrong or scales.dtype not in _FLOATS or (codes.dtype, zeros.dtype) != ("int32", "int32"):
        raise NotWhole(f"`{wrong or stem + 'qweight'}` is not as {method} in {bits} bits packs it")
    if not inputs or inputs % _WORD or outputs % _WORD:
        raise NotWhole(f"`{stem}qweight` is padded, and how is not known")
    size = told.get("group_size") or told.get("q_group_size")
    group = _group(path, stem, index, inputs, groups, inputs if size == -1 else size)
    if across:
        _refuse_other_awq(told, index)
        how = Groups(codes, zeros, scales, bits, group, across=True)
    else:
        how = Groups(codes, zeros, scales, bits, group, _added(path, stem, told, zeros, bits))
    return Plain(TensorFact(scales.dtype, (outputs, inputs)), how)


def _held(stem: str, name: str, fact: TensorFact | None) -> TensorFact:
    if fact is None or fact.extent is None or len(fact.shape) != 2:
        raise NotWhole(f"`{stem}{name}` is {fact or 'not there'}")
    return fact


def _refuse_other_awq(told: Mapping[str, Any], index: TensorFact | None) -> None:
    version = str(told.get("version") or "gemm").lower()
    if version != "gemm" or told.get("zero_point") is False or index is not None:
        raise NotWhole(f"AWQ of the version `{version}`, or without zero points, is not known")


def _group(  # noqa: PLR0917 - what is read, and what is said of it
    path: str, stem: str, index: TensorFact | None, inputs: int, groups: int, size: Any
) -> TensorFact | int:
    """Return the group of each input: as an index of them says, else so many in a row."""
    if index is None:
        if type(size) is not int or size <= 0 or -(-inputs // size) != groups:
            raise NotWhole(f"`{stem}scales` has {groups} groups, which are not of {size} inputs")
        return size
    numbers = _words(path, index) if index.dtype == "int32" else []
    if index.shape != (inputs,) or not numbers or max(numbers) >= groups:
        raise NotWhole(f"`{stem}g_idx` is {index}, and names not one of {groups} groups an input")
    return index


def _added(path: str, stem: str, told: Mapping[str, Any], zeros: TensorFact, bits: int) -> int:
    """Return what is added to the zeros, where every library adds it in the same way."""
    written = str(told.get("checkpoint_format") or "gptq")
    if written not in _ADDED or told.get("is_marlin_format"):
        raise NotWhole(f"GPTQ written as `{written}` is not known")
    data = b"".join(tensor_bytes(path, zeros)) if _ADDED[written] else b""
    if _highest(data, bits):
        why = "holds the highest number, which libraries count on from in two ways"
        raise NotWhole(f"`{stem}qzeros` {why}")
    return _ADDED[written]


def _highest(data: bytes, bits: int) -> bool:
    """Whether all bits of one of the numbers that follow each other in `data` are set."""
    mask = (1 << bits) - 1
    if 8 % bits == 0:
        return any(byte >> at & mask == mask for byte in set(data) for at in range(0, 8, bits))
    blocks = {data[at : at + 4 * bits] for at in range(0, len(data), 4 * bits)}
    numbers = [int.from_bytes(block, "little") for block in blocks]
    return any(number >> at * bits & mask == mask for number in numbers for at in range(_WORD))


def _words(path: str, fact: TensorFact) -> list[int]:
    data = b"".join(tensor_bytes(path, fact))
    return list(memoryview(data).cast("I")) if data else []
