"""safetensors: a length, a JSON header, and the tensors' bytes without a gap.

https://huggingface.co/docs/safetensors/index#format; strict as the reference implementation is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, Damage, Extent, StateDict, TensorFact
from loadstone.readers import _magic
from loadstone.readers._json import NotJson, parse
from loadstone.readers._opened import Opened

_FRAMEWORKS = {"pt": "torch", "tf": "tensorflow", "flax": "flax", "np": "numpy", "mlx": "mlx"}
_TOLD = 100  # of what is wrong
HEADER_LIMIT = 100_000_000


def sniff(opened: Opened) -> bool:
    """Return whether a plausible length stands before the opening brace of a header."""
    if _magic.safetensors(opened.head):
        return True
    fits = 8 + int.from_bytes(opened.head[:8], "little") <= opened.source.size
    return fits and opened.head[8:9] == b"{"


def read(opened: Opened) -> Artifact:
    """Return the tensors that the header names."""
    source = opened.source
    length = int.from_bytes(opened.head[:8], "little")
    damage: list[Damage] = []
    disagreements: list[Damage] = []
    metadata: Mapping[str, str] = {}
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    if length > HEADER_LIMIT:
        why = f"the header takes {length} bytes, the limit is {HEADER_LIMIT}"
        damage.append(Damage("limit", why, 0, {"header": length}))
    elif 8 + length > source.size:
        why = f"the file ends inside its header of {length} bytes"
        detail = {"have": source.size, "need": 8 + length, "whole": 0}
        damage.append(Damage("truncated", why, source.size, detail))
    else:
        try:
            header, twice = parse(source.pread(8, length), odd_texts=False)
        except NotJson as error:
            damage.append(Damage(error.kind, error.of("the header"), 8 + error.at))
            header, twice = {}, []
        disagreements += [
            Damage("duplicate-key", f"`{key}` is in the header twice", 8, {"key": key})
            for key in twice
        ]
        if isinstance(header, dict):
            metadata = _metadata(header.pop("__metadata__", None), damage)
            tensors, others = _tensors(header, 8 + length, source.size, damage)
        else:
            damage.append(Damage("malformed", "the header is no JSON object", 8))
    return opened.artifact(
        "safetensors",
        "state-dict",
        framework=_FRAMEWORKS.get(metadata.get("format", "")),
        producer=_producer(metadata),
        state_dicts=(StateDict("", tensors, others),),
        damage=tuple(damage),
        disagreements=tuple(disagreements),
        opening_runs_code="unknown" if disagreements else "no",
        detail={f"metadata.{key}": value[:200] for key, value in list(metadata.items())[:50]},
    )


def _producer(metadata: Mapping[str, str]) -> dict[str, str | None]:
    known = {"format": metadata.get("format")}
    known |= {
        key.removesuffix("_version"): value
        for key, value in metadata.items()
        if key.endswith("_version")
    }
    return {key: value for key, value in known.items() if value}


def _metadata(value: object, damage: list[Damage]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or any(not isinstance(item, str) for item in value.values()):
        damage.append(Damage("malformed", "`__metadata__` does not map names to text", 8))
        return {}
    return {str(key): item for key, item in value.items()}


def _tensors(
    header: dict[str, Any], start: int, size: int, damage: list[Damage]
) -> tuple[dict[str, TensorFact], dict[str, str]]:
    spans: list[tuple[int, int, str]] = []
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    for name, entry in header.items():
        found = _entry(entry)
        if found is None:
            others[name] = _describe(entry)
            damage.append(Damage("malformed", f"`{name}` is no tensor", 8, {"key": name}))
            continue
        dtype, shape, first, last = found
        spans.append((first, last, name))
        word = dtypes.SAFETENSORS.get(dtype)
        if word is None:
            others[name] = f"tensor {dtype} {'×'.join(map(str, shape))}"
            continue
        fact = TensorFact(word, shape, None, _extent(shape, start, (first, last)))
        if fact.nbytes != last - first:
            why = f"`{name}` holds {last - first} bytes, {fact} takes {fact.nbytes}"
            damage.append(Damage("malformed", why, start + first, {"key": name}))
        tensors[name] = fact
    del damage[_TOLD:]
    _tile(spans, start, size, damage)
    return tensors, others


def _entry(entry: object) -> tuple[str, tuple[int, ...], int, int] | None:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        return None
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or not _sizes(shape) or not _sizes(offsets):
        return None
    if len(offsets) != 2 or offsets[0] > offsets[1] or len(shape) > 64:
        return None
    return dtype, tuple(shape), offsets[0], offsets[1]


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(
        type(item) is int and 0 <= item < 1 << 63 for item in value
    )


def _extent(shape: tuple[int, ...], start: int, span: tuple[int, int]) -> Extent:
    stride: list[int] = []
    step = 1
    for size in reversed(shape):
        stride.insert(0, step)
        step *= max(size, 1)
    first, last = span
    return Extent("", start + first, last - first, 0, tuple(stride), str(first))


def _tile(spans: list[tuple[int, int, str]], start: int, size: int, damage: list[Damage]) -> None:
    spans.sort()
    at = 0
    for first, last, name in spans:
        if first != at:
            what = "overlaps the tensor before it" if first < at else "leaves a gap before it"
            damage.append(Damage("malformed", f"`{name}` {what}", start + first, {"key": name}))
            break
        at = last
    need = start + max((last for _, last, _ in spans), default=0)
    if need > size:
        whole = sum(start + last <= size for _, last, _ in spans)
        detail = {"have": size, "need": need, "whole": whole, "of": len(spans)}
        why = f"the file has {size} bytes, its tensors need {need}"
        damage.append(Damage("truncated", why, size, detail))
    elif need < size:
        why = f"{size - need} bytes follow the last tensor"
        damage.append(Damage("trailing", why, need, {"bytes": size - need}))


def _describe(entry: object) -> str:
    return f"{type(entry).__name__}, not a tensor"
