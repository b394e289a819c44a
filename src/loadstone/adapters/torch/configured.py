"""Whether its config tells all of a model of transformers, so that another version makes it."""

from __future__ import annotations

import json
import sys
from typing import Any

from loadstone.adapters import live

_PLAIN = (bool, int, float, str)
_OTHER = ("training", "gradient_checkpointing", "name_or_path")  # nothing of what is predicted


def told(model: Any) -> dict[str, Any] | None:
    """Return the class, config and version of a model that its config makes just so, or None."""
    kind, config = type(model), getattr(model, "config", None)
    library = sys.modules.get("transformers")
    if library is None or getattr(library, kind.__name__, None) is not kind:
        return None
    try:
        values = json.loads(config.to_json_string(use_diff=False))  # type: ignore[union-attr]
        with live.quiet():
            made = _made(kind, values)
    except Exception:  # noqa: BLE001 - a config may hold anything, or what its class refuses
        return None
    if _shape(model) != _shape(made):
        return None
    return {"class": kind.__name__, "config": values, "version": library.__version__}


def _made(kind: Any, values: dict[str, Any]) -> Any:
    """Return a model without memory for its weights."""
    import torch

    with torch.device("meta"):
        return kind(kind.config_class.from_dict(values))


def _shape(model: Any) -> list[Any]:
    """Return the modules of a model with their classes and settings, and what was put onto them."""
    return [
        (
            path,
            type(module),
            _settings(module),
            "forward" in vars(module) or module._forward_hooks or module._forward_pre_hooks,  # noqa: SLF001 - there is no public view
        )
        for path, module in model.named_modules()
    ]


def _settings(module: Any) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if type(value) in _PLAIN and name not in _OTHER and not name.startswith("_")
    }
