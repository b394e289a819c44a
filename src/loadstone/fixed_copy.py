"""A file that is written anew before it loads: its fixed copy, in a folder that goes again."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from loadstone import mending
from loadstone.core.edits import FileEdit
from loadstone.core.report import Found, Report
from loadstone.errors import LoadError
from loadstone.render import phrases
from loadstone.render.exception import message

T = TypeVar("T")


def mends(report: Report, fix: str | None) -> bool:
    """Whether `fix` names the safety of a fix in `report` that writes the file anew."""
    wanted = {None: (), "safe": ("safe",), "unsafe": ("safe", "unsafe")}[fix]
    return any(
        isinstance(edit, FileEdit)
        for safety in wanted
        for item in phrases.fixable(report, safety=safety)
        for edit in (item.finding.fix.edits if item.finding.fix else ())
    )


def load(
    path: str,
    fix: str | None,
    settings: Mapping[str, Any],
    read: Callable[[str], T],
) -> tuple[T, tuple[Found, ...], Callable[[], None]]:
    """Return what `read` makes of the fixed copy, the findings that were fixed, and what ends it.

    `settings` are those of `mending.fix`. Raises as that does and as `read`; `LoadError` where
    nothing was written. Reports then name the file at `path`.
    """
    folder = tempfile.TemporaryDirectory(prefix="loadstone-", ignore_cleanup_errors=True)
    with contextlib.ExitStack() as stack:
        stack.callback(folder.cleanup)
        report = mending.fix(path, unsafe=fix == "unsafe", out=f"{folder.name}/", **settings)
        if not report.wrote:
            raise LoadError(report, message(report))
        try:
            found = read(report.wrote[0])
        except LoadError as error:
            told = error.report.of_copy(path, report.fixed)
            raise LoadError(told, message(told)) from error
        stack.pop_all()
    return found, report.fixed, folder.cleanup
