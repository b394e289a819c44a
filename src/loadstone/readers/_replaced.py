"""Bytes that were no UTF-8, each replaced by U+FFFD: the file was read and written as text.

<https://www.unicode.org/versions/latest/core-spec/chapter-3/#G66453>
"""

from __future__ import annotations

from loadstone.core.facts import Damage
from loadstone.readers._opened import Opened

_SAMPLE = 1 << 20
_MARK = "\N{REPLACEMENT CHARACTER}"
_LEAST = 2  # no format writes it by itself in bytes that are else valid UTF-8 and not text


def damage(opened: Opened) -> Damage | None:
    """Return the damage, where what should be any bytes is UTF-8 with replacements."""
    sample = opened.source.pread(0, _SAMPLE)
    try:
        text = sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3 or len(sample) < _SAMPLE:  # not cut inside a character
            return None
        text = sample[: error.start].decode("utf-8")
    found = text.count(_MARK)
    if found < _LEAST:
        return None
    return Damage(
        "replaced",
        "bytes that are no UTF-8 were replaced by U+FFFD: the file was copied as text",
        sample.find(_MARK.encode()),
        {"replaced": found},
    )
