"""Inputs in words: what a model takes by its signature, and what was given instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.core.words import listed
from loadstone.runtime import batches


def expected(kind: str | None, inputs: Sequence[Mapping[str, Any]]) -> str:
    """Return what a model with this signature takes; empty where the signature does not tell."""
    if len(inputs) == 1 and inputs[0].get("kind") == "file":
        return "paths of files"
    if kind == "texts":
        return "texts"
    if kind in ("records", "frame") and inputs:
        names = listed([str(item["name"]) for item in inputs])
        return f"{'records' if kind == 'records' else 'rows'} with {names}"
    if kind in ("array", "tensor") and len(inputs) == 1:
        return of_part(inputs[0])
    if kind == "items" and len(inputs) == 1:
        return f"a list whose items are a `{inputs[0].get('kind')}` each"
    return ""


def of_part(part: Mapping[str, Any]) -> str:
    """Return the dtype and shape of an array of the signature: float32 N×3."""
    return _array(str(part.get("dtype")), part.get("shape") or ())


def given(value: Any) -> str:
    """Return what `value` is: its kind, dtype and shape."""
    if isinstance(value, (str, bytes)):
        return "a text"
    if batches.is_frame(value):
        return f"a frame with {listed([str(name) for name in value.columns])}"
    if isinstance(value, dict):
        return f"a record with {listed([str(name) for name in value])}"
    if batches.is_array(value):
        return _array(str(value.dtype).removeprefix("torch."), value.shape)
    if isinstance(value, (list, tuple)):
        return _list(list(value))
    return f"a `{type(value).__name__}`"


def _list(items: list[Any]) -> str:
    if not items:
        return "nothing"
    lengths = {len(item) for item in items if isinstance(item, (list, tuple))}
    if len(lengths) > 1:
        return f"a list of rows of {min(lengths)} to {max(lengths)} values"
    words = sorted({_word(item) for item in items})
    return f"a list of {' and '.join(words)}"


def _word(item: Any) -> str:
    if isinstance(item, (str, bytes)):
        return "texts"
    if isinstance(item, dict):
        return f"records with {listed([str(name) for name in item])}"
    if isinstance(item, (list, tuple)):
        words = sorted({_word(part) for part in item})
        return f"rows of {' and '.join(words)}" if words else "empty rows"
    return "numbers" if isinstance(item, (int, float)) else f"`{type(item).__name__}`"


def _array(dtype: str, shape: Sequence[int | None]) -> str:
    return f"{dtype} {sizes(shape)}".strip()


def sizes(shape: Sequence[int | None]) -> str:
    """Return the sizes of axes, N for a free one: N×3×16."""
    return "×".join("N" if size is None else str(size) for size in shape)
