"""A whole Keras file with the code that it names: loaded here, and compared with the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Load
from loadstone.core.words import count, listed
from loadstone.engine.given import modules_of
from loadstone.engine.run import Facts, run_checks
from loadstone.environment import asking as askings
from loadstone.runtime import keras_slots, keras_weights
from loadstone.runtime.held import RefusedError

_STOPS = ("file", "trust")
_WEIGHTS = "model.weights.h5"


def loaded(
    artifact: Artifact, facts: Mapping[type, object], into: Any, code: Sequence[str]
) -> Facts:
    """Return how a load with the code of `into` and `code` went, whose modules are run here.

    Nothing where the file itself stands against it. Raises `UsageError` where there is no such
    source.
    """
    modules = modules_of(into, code)
    if run_checks(facts, stages=_STOPS).errors:
        return {}
    asking, told = askings.opened(artifact, None, Load(), code=modules)
    if asking is None:
        return {Load: told}
    return {Load: _compared(artifact, asking, told)}


def _compared(artifact: Artifact, asking: Any, told: Load) -> Load:
    """Return the load, failed where a variable is not what the file holds."""
    model = asking.model.model
    kept = [keras_slots.values_of(variable).copy() for variable in model.weights]
    total = len(kept)
    try:
        with _weights(artifact) as file:
            layout, theirs = keras_slots.of_hdf5(file)
            found = keras_weights.matched(model, layout, theirs, exact=True)
            for variable, values in zip(model.weights, kept, strict=True):
                keras_slots.assign(variable, values)
            left = [keras_weights.label(item) for item in found["missing"]]
            wrong = keras_weights.differing(found, lambda slot: file[slot["key"]][()])
    except RefusedError as error:
        return replace(told, loaded=True, why=f"in this process; not compared: {error.why}")
    finally:
        asking.close()
    if not found["pairs"]:
        why = "in this process; not compared: its weights lie as another Keras has them"
        return replace(told, loaded=True, why=why)
    if left or wrong:
        why = f"the load leaves {listed([*left, *wrong][:4])} other than the file has it"
        return replace(told, error="object", why=why, names=tuple([*left, *wrong][:4]))
    why = f"in this process, {count(total, 'variable')} as the file has them"
    return replace(told, loaded=True, why=why)


def _weights(artifact: Artifact) -> Any:
    """Return the open HDF5 file, or the group of it, that holds the weights."""
    import h5py

    if artifact.format != "keras":
        return _Group(h5py.File(artifact.path, "r"))
    with zipfile.ZipFile(artifact.path) as archive:
        name = next(item for item in archive.namelist() if item.endswith(_WEIGHTS))
        return h5py.File(io.BytesIO(archive.read(name)), "r")


class _Group:
    """The weights inside a whole model of HDF5, closed with the file."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __enter__(self) -> Any:
        return self._file.get("model_weights", self._file)

    def __exit__(self, *_: object) -> None:
        self._file.close()
