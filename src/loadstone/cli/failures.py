"""One line on standard error for what could not be done."""

from __future__ import annotations

import sys

from loadstone.cli.exits import FAILED
from loadstone.cli.terminal import view_of, write

_ROW = "\n  "


def fail(message: str) -> int:
    """Print the error, and return its exit code."""
    view = view_of(sys.stderr)
    lines = f"error: {message}".split(_ROW)  # those of a table; another line break is not ours
    write(_ROW.join(map(view.text, lines)) + "\n", sys.stderr)
    return FAILED


def describe(error: OSError) -> str:
    """Return `model.pth: no such file or directory` rather than `[Errno 2] …`."""
    if error.strerror is None:
        return str(error) or type(error).__name__
    reason = error.strerror[0].lower() + error.strerror[1:]
    return f"{error.filename}: {reason}" if error.filename else reason
