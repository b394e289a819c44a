"""A saved model loads and predicts what it predicted, or Loadstone says exactly why not.

    import loadstone

    loadstone.check("model.pth", into="net:Net")       # what is wrong, and what fixes it
    loadstone.save(model, "model.lode", examples=x)    # model, code, preprocessing, proof
    loadstone.load("model.lode").predict(x)            # the same predictions, or LoadError

The names below are imported when they are first used.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loadstone.core.report import Report
    from loadstone.engine import check, inspect
    from loadstone.errors import LoadError, SaveError, UsageError
    from loadstone.explaining import explain
    from loadstone.loading import load, predict
    from loadstone.mending import fix
    from loadstone.predictor import Predictor
    from loadstone.saving import save

__version__ = "0.1.0.dev0"
__all__ = [
    "LoadError",
    "Predictor",
    "Report",
    "SaveError",
    "UsageError",
    "check",
    "explain",
    "fix",
    "inspect",
    "load",
    "predict",
    "save",
]

_HOMES = {
    "LoadError": "loadstone.errors",
    "Predictor": "loadstone.predictor",
    "Report": "loadstone.core.report",
    "SaveError": "loadstone.errors",
    "UsageError": "loadstone.errors",
    "check": "loadstone.engine",
    "explain": "loadstone.explaining",
    "fix": "loadstone.mending",
    "inspect": "loadstone.engine",
    "load": "loadstone.loading",
    "predict": "loadstone.loading",
    "save": "loadstone.saving",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module `loadstone` has no attribute `{name}`")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    if "IPython" in sys.modules:
        importlib.import_module("loadstone.render.notebook").register()
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})
