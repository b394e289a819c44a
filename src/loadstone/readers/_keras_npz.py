"""The weights of a `.keras` archive in an npz: for each layer a pickled dictionary of arrays.

https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py, `NpzIOStore`:
Keras 2 puts arrays into the dictionaries, Keras 3 its variables, of whichever backend.
"""

from __future__ import annotations

from typing import Any

from loadstone.core import dtypes
from loadstone.core.facts import Artifact, TensorFact
from loadstone.readers import _arrays, _keras_weights, _members, _zip, npz
from loadstone.readers import _values as values
from loadstone.readers._opened import Opened
from loadstone.readers._pickled import Pickles
from loadstone.readers._records import FolderRecords, Records, ZipRecords
from loadstone.readers._source import MemorySource, Part, Source
from loadstone.readers._within import open_in

FORMAT = "npz"
_LAYERS = 20_000


def read(opened: Opened, records: Records, name: str) -> Artifact | None:
    """Return the tensors in `name`, nothing where it cannot be read."""
    if isinstance(records, FolderRecords):
        with open_in(records.root, name) as source:
            return _read(opened, source)
    place = records.place(name)
    if place is None or not isinstance(records, ZipRecords):
        return None
    if place.packed is None:
        return _read(opened, Part(records.source, place.offset, place.size))
    small = place.size <= _members.UNPACKED
    return _read(opened, MemorySource(records.read(name))) if small else None


def _read(opened: Opened, source: Source) -> Artifact | None:
    try:
        inside = ZipRecords(source, _zip.read_directory(source))
    except _zip.NoDirectory:
        return None
    held = _keras_weights.Held()
    pickles = Pickles(inside.damage, inside.disagreements, limits=opened.limits)
    for name in inside.names[:_LAYERS]:
        layer = name.removesuffix(".npy")
        for key, value in npz.pickled(inside, name, pickles):
            path = f"{layer}/{values.key(key)}"
            fact = _arrays.fact(value, placed=False) or _variable(value)
            if isinstance(fact, TensorFact):
                held.tensors[path] = fact
            else:
                held.others[path] = fact.text if fact is not None else values.describe(value)
    return opened.artifact(
        FORMAT,
        "container",
        framework="keras",
        state_dicts=tuple(_keras_weights.states(held, "")),
        **pickles.facts(),
    )


def _variable(node: Any) -> TensorFact | None:
    """Return a variable of Keras 3 by what it says of itself."""
    held = values.attributes(node)
    shape, kind = values.sizes(held.get("_shape")), held.get("_dtype")
    if shape is None or not isinstance(kind, str) or not dtypes.known(kind):
        return None
    return TensorFact(kind, shape)
