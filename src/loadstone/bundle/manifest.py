"""The manifest of a bundle: what it holds, how it predicts, and every file with its digest."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Mapping
from typing import Any

from loadstone.runtime import batches
from loadstone.runtime.files import SCHEMA

_NAMED = (
    *("torch", "numpy", "tensorflow", "tensorflow-cpu", "keras", "tf-keras", "jax"),
    *("scikit-learn", "transformers", "tokenizers"),
    *("xgboost", "lightgbm", "catboost", "onnxruntime", "statsmodels", "scipy", "pandas"),
)


def manifest(
    *,
    name: str,
    framework: str,
    forms: list[dict[str, Any]],
    dropped: list[dict[str, str]],
    steps: Mapping[str, Any],
    plan: Mapping[str, str | None],
    signature: Mapping[str, Any],
    witnesses: Mapping[str, Any],
    coverage: Mapping[str, float | None],
    ranges: list[dict[str, Any]],
    code: Mapping[str, Any] | None,
    environment: Mapping[str, Any],
    unproven: list[str],
    uncaptured: list[dict[str, str]],
    parameters: int,
    files: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the manifest as JSON."""
    return {
        "schema": SCHEMA,
        "name": name,
        "created": dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
        "loadstone": importlib.metadata.version("loadstone"),
        "framework": framework,
        "parameters": parameters,
        "forms": forms,
        "dropped": dropped,
        "steps": dict(steps),
        "plan": dict(plan),
        "signature": dict(signature),
        "witnesses": dict(witnesses),
        "coverage": dict(coverage),
        "ranges": ranges,
        "code": dict(code) if code else None,
        "environment": {
            "file": "environment/environment.json",
            "versions": {
                "python": environment["python"],
                **{
                    item: environment["distributions"][item]
                    for item in _NAMED
                    if item in environment["distributions"]
                },
            },
            **{name: environment[name] for name in ("lock", "needs") if name in environment},
        },
        "unproven": unproven,
        "uncaptured": uncaptured,
        "files": files,
    }


def signature(value: Any) -> list[dict[str, Any]]:
    """Return the parts of a batch: name, kind, dtype and shape, with null for the batch axis."""
    if batches.is_frame(value):
        return [
            {"name": str(name), "kind": "column", "dtype": str(value[name].dtype)}
            for name in value.columns
        ]
    if isinstance(value, dict):
        return [{**part, "name": str(key)} for key in value for part in signature(value[key])]
    if isinstance(value, tuple):
        return [part for item in value for part in signature(item)]
    if batches.is_array(value):
        kind = "tensor" if batches.is_tensor(value) else "array"
        shape = [None, *map(int, value.shape[1:])]
        return [
            {
                "name": "",
                "kind": kind,
                "dtype": str(value.dtype).removeprefix("torch."),
                "shape": shape,
            }
        ]
    if isinstance(value, list) and value:
        return _items(value)
    return []


def _items(value: list[Any]) -> list[dict[str, Any]]:
    first = value[0]
    if isinstance(first, str):
        return [{"name": "", "kind": "text"}]
    if isinstance(first, dict):
        return [
            {"name": str(key), "kind": type(item).__name__, "depth": batches.depth(item)}
            for key, item in first.items()
        ]
    if batches.is_array(first):
        (part,) = signature(first[None])
        same = all(getattr(item, "shape", None) == first.shape for item in value)
        rest = list(first.shape) if same else [None] * len(first.shape)
        return [{**part, "shape": [None, *map(_size, rest)]}]
    depth, item = 0, first
    while isinstance(item, list) and item:
        depth, item = depth + 1, item[0]
    return [{"name": "", "kind": type(first).__name__, "depth": depth}]


def _size(size: Any) -> int | None:
    return None if size is None else int(size)
