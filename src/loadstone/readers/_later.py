"""Readers that are imported when a file is one of theirs: most of a start's time is saved."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def later(module: str, name: str) -> Callable[..., Any]:
    """Return the function `name` of a reader, which is imported when it is first called."""

    def function(*given: Any) -> Any:
        return getattr(import_module(f"loadstone.readers.{module}"), name)(*given)

    return function
