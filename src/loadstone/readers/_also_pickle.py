"""Whether bytes of another format are a pickle too, whose machine would call something.

`pickle.load` obeys each opcode before it reads the next: what follows a call need not be sound.
"""

from __future__ import annotations

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.readers._opened import HEAD, Opened

_MOST = 1 << 18  # bytes that are looked at
_CALLS = ("REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD")
_LEAST = 2  # opcodes before a call: it takes a callable and its arguments from the stack
_STARTS = frozenset(
    b"(cilLdSVINFgp]})GBCKJMTUX\x80\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96"
)


def checked(opened: Opened, found: Artifact) -> Artifact:
    """Return the facts; that opening runs nothing is taken back where a pickle would call."""
    if found.opening_runs_code == "no" and calls(opened):
        return replace(found, opening_runs_code="unknown")
    return found


def calls(opened: Opened) -> bool:
    """Whether the machine reaches a call before it stops or fails."""
    if not opened.head or opened.head[0] not in _STARTS:
        return False
    told = reaches(opened.head)
    if told is None and opened.source.size > HEAD:
        told = reaches(opened.source.pread(0, _MOST))
    return told is True


def reaches(data: bytes) -> bool | None:
    """Whether the opcodes reach a call; nothing where only the end of `data` is in the way."""
    import pickletools
    import warnings

    at = 0
    try:
        with warnings.catch_warnings():  # `genops` warns of odd escapes
            warnings.simplefilter("ignore")
            for count, (opcode, _, place) in enumerate(pickletools.genops(data)):
                at = place or 0
                if opcode.name in _CALLS and count >= _LEAST:
                    return True
    except (ValueError, OverflowError, UnicodeError, MemoryError) as error:
        cut = (
            "not enough data" in str(error) or "exhausted" in str(error) or "newline" in str(error)
        )
        return None if cut and at + HEAD > len(data) else False
    return False
