"""Pickle an object, with the user's own classes and functions by source and not by name.

A pickle holds the names of classes and functions, which are gone where it is opened. Those of the
project, and functions that have no name that finds them, are put into a capture instead; the pickle
refers to them by persistent ids, https://docs.python.org/3/library/pickle.html#persistence-of-external-objects.
"""

from __future__ import annotations

import io
import pickle
from types import FunctionType

from loadstone.inputs.capture import Captured, capture
from loadstone.inputs.capture_modules import home_of
from loadstone.runtime.own_code import PREFIX


def pickled(value: object) -> tuple[bytes, Captured | None, tuple[str, ...]]:
    """Return the pickle of `value`, what was captured for it if anything, and the names of that.

    Raises what `pickle` raises, and whatever the object's
    own `__reduce__` or `__getstate__` do.
    """
    written = io.BytesIO()
    pickler = _Pickler(written)
    pickler.dump(value)
    if not pickler.own:
        return written.getvalue(), None, ()
    return written.getvalue(), capture(pickler.own), tuple(pickler.own)


class _Pickler(pickle.Pickler):
    """Notes what is the user's own."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.own: dict[str, object] = {}
        self._names: dict[int, str] = {}

    def persistent_id(self, obj: object) -> str | None:
        """Return the name of a class or function of the user's, None for anything else."""
        if not isinstance(obj, (type, FunctionType)) or not _is_own(obj):
            return None
        if id(obj) not in self._names:
            self._names[id(obj)] = name = self._named(obj)
            self.own[name] = obj
        return PREFIX + self._names[id(obj)]

    def _named(self, obj: type | FunctionType) -> str:
        kind = "class" if isinstance(obj, type) else "function"
        name = f"{kind}:{obj.__module__}.{obj.__qualname__}"
        count = 1
        while (f"{name}#{count}" if count > 1 else name) in self.own:
            count += 1
        return f"{name}#{count}" if count > 1 else name


def _is_own(obj: type | FunctionType) -> bool:
    module = obj.__module__
    return isinstance(module, str) and home_of(module) == "project"
