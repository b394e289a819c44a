"""Pickles in the attributes of an HDF5 file, which PyTables unpickles as it looks at them.

`pandas.read_hdf` opens a file so. A text of an attribute that ends as a pickle does is unpickled,
and so is each row of an array whose `PSEUDOATOM` is `object`; hickle unpickles datasets.
https://github.com/PyTables/PyTables/blob/master/tables/attributeset.py
"""

from __future__ import annotations

from collections.abc import Iterator

from loadstone.core.facts import RunsCode
from loadstone.readers._hdf5 import NotHdf5
from loadstone.readers._hdf5_objects import Objects, Value
from loadstone.readers._opened import Opened
from loadstone.readers._packed_pickles import Judged

__all__ = ["runs"]

_PICKLES = 8 << 20  # bytes of all together
_LEAST = 3


def runs(opened: Opened, objects: Objects) -> tuple[RunsCode, tuple[str, ...]]:
    """Return what unpickling the attributes of a file runs, and calls."""
    judged = Judged(opened)
    left = _PICKLES
    try:
        for path, name, value in _attributes(objects):
            if _is_listed(name, value):
                judged.note("unknown", (f"the pickles in `{path[:200] or name}`",))
            for text in value.texts:
                if len(text) < _LEAST or text[-1:] != b"." or not judged.looks(text[:4096]):
                    continue
                left -= len(text)
                judged.add(text[: max(0, left)], len(text))
    except NotHdf5:
        judged.note("unknown")
    return judged.word, judged.calls


def _attributes(objects: Objects) -> Iterator[tuple[str, str, Value]]:
    """Yield each attribute of each object, with the path of the object."""
    waiting, seen = [(objects.file.root, "")], {objects.file.root}
    while waiting:
        address, path = waiting.pop()
        for name, value in objects.attributes(address).items():
            yield path, name, value
        for link in objects.links(address).values():
            if link.address is not None and link.address not in seen:
                seen.add(link.address)
                waiting.append((link.address, f"{path}/{link.name}"))


def _is_listed(name: str, value: Value) -> bool:
    """Whether it says that the rows of an array, or all datasets, are pickles."""
    if name == "PSEUDOATOM":
        return value.texts not in ((b"vlstring",), (b"vlunicode",))
    return name in ("HICKLE_VERSION", "HICKLE_PYTHON_VERSION")
