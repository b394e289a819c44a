"""How wide the terminal is, as `shutil.get_terminal_size` tells; its imports take longer."""

from __future__ import annotations

import os
import sys


def columns(otherwise: int) -> int:
    """Return the columns of the terminal: `COLUMNS`, or what the system says, or `otherwise`."""
    try:
        asked = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        asked = 0
    if asked > 0:
        return asked
    stream = sys.__stdout__
    if stream is None:
        return otherwise
    try:
        return os.get_terminal_size(stream.fileno()).columns or otherwise
    except (AttributeError, ValueError, OSError):  # closed, detached, or no terminal
        return otherwise
