"""Reports and artifacts as text, JSON, SARIF, HTML …: one file an output format, all pure."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from loadstone.render.view import View

if TYPE_CHECKING:
    from loadstone.core.report import Report

__all__ = ["FORMATS", "View", "render"]

FORMATS: Final = ("text", "concise", "json", "sarif", "github", "html", "markdown")


def render(kind: str, reports: Sequence[Report], view: View | None = None) -> str:
    """Return `reports` in the output format `kind`, one of `FORMATS`.

    Every format's module has one `render(reports, view)`; only the one asked for is imported.
    """
    if kind not in FORMATS:
        raise ValueError(f"`{kind}` is not an output format; those are {', '.join(FORMATS)}")
    module = importlib.import_module(f"loadstone.render.{kind}")
    return cast("str", module.render(reports, view or View()))
