"""What the stream at hand can show: its width, its characters, its colours."""

from __future__ import annotations

import os
import sys
from typing import Literal, TextIO

from loadstone.cli.width import columns
from loadstone.render.view import SYMBOLS, View

WIDEST = 100  # columns; longer lines are hard to read


def view_of(
    stream: TextIO,
    *,
    verbose: bool = False,
    flags: str = "",
    verb: Literal["check", "predict"] = "check",
) -> View:
    """Return how to write to `stream`: NO_COLOR, FORCE_COLOR and the encoding are honoured."""
    return View(
        width=_width(stream),
        unicode=_encodes(stream, SYMBOLS),
        colour=_coloured(stream),
        verbose=verbose,
        flags=flags,
        verb=verb,
    )


def write(text: str, stream: TextIO | None = None) -> None:
    """Write `text` to `stream`; characters that its encoding lacks are escaped."""
    out = stream or sys.stdout
    encoding = getattr(out, "encoding", None) or "utf-8"
    out.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _width(stream: TextIO) -> int:
    if not is_terminal(stream):
        return WIDEST
    return max(40, min(WIDEST, columns(WIDEST)))


def is_terminal(stream: TextIO) -> bool:
    """Return whether somebody is looking."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # a stream that is closed or not a real one
        return False


def _coloured(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _encodes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
