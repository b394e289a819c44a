"""Judges whether hashing what a pickle hashes, and comparing it, runs no method of a library."""

from typing import Any

from .audited_table import entry_of
from .audited_values import class_of, is_value, is_zone
from .audited_walks import spread, walks
from .pickle_values import Call, Extension, Global, walk

__all__ = ["is_key"]

_PATHS = ("pathlib", "pathlib._local")


def is_key(value: Any) -> bool:
    """Whether hashing a value, and comparing it with others, runs no method of a library."""
    if walks.failed:
        return True
    seen = walks.of("key")
    waiting = [value]
    for node in spread(waiting, seen):
        if isinstance(node, Call):
            uses = _hashes(node)
            if node.states:
                func, _ = class_of(node)
                if isinstance(func, Global) and func.module in _PATHS:
                    return walks.fail()  # its slots are read when it is hashed
            held = [node.args, node.kwargs, *node.states, *node.appended, *node.added]
            if uses is None or (_is_compared(node) and not all(map(_is_plainly_hashed, held))):
                return walks.fail()
            waiting += held if uses else [node.args]  # a tuple of a library's is hashed with both
        elif isinstance(node, Extension):
            return walks.fail()
    return True


def _is_compared(call: Call) -> bool:
    """Whether its own methods compute with what it holds."""
    func, _ = class_of(call)
    entry = entry_of(func.module, func.name) if isinstance(func, Global) else None
    return entry is not None and entry.library == "generated" and "fields" in entry.uses


def _is_plainly_hashed(value: Any) -> bool:
    """Whether all that stands in a value are values, or objects of this kind."""
    return all(
        _is_compared(node) or is_value(node) for node in walk(value) if isinstance(node, Call)
    )


def _hashes(call: Call) -> Any:
    """Return whether what a made object holds is hashed with it; None where a method would run."""
    func, _ = class_of(call)
    if not isinstance(func, Global):
        return False if is_zone(func) else None
    entry = entry_of(func.module, func.name)
    if entry is not None and "key" in entry.uses:
        return False
    if entry is None or entry.library != "generated":
        return True
    return True if "fields" in entry.uses else None
