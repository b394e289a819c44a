"""The manifest of a bundle: what it holds, how it predicts, and every file with its digest."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Mapping
from typing import Any

from loadstone.runtime.manifest_shape import SCHEMA

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
    coverage: Mapping[str, Mapping[str, int] | None],
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
