"""What checks of Keras's weights share: how places are told beside names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loadstone.core.edits import PlaceWeights
from loadstone.core.facts import Artifact, Assignment
from loadstone.core.findings import Place, Row

ORDER: Final = {
    "named": "`load_weights` takes the layers of HDF5 in their order, and never compares names",
    "placed": "`load_weights` goes by places such as `layers/dense_1`, and never compares names",
    "variables": "a checkpoint of this kind is restored by the names of variables",
    "objects": "a checkpoint goes by attributes, and by places such as `layer_with_weights-1`",
}


def place(found: Assignment) -> Place | None:
    """Return where the code is that builds the model."""
    return Place(found.file, line=found.line) if found.file else None


def generation(found: Assignment) -> int:
    """Return the first number of the Keras that builds the model: 3 of `keras 3.15.0`."""
    library, _, version = found.library.partition(" ")
    first = version.partition(".")[0]
    return int(first) if library == "keras" and first.isdecimal() else 2


def rows(found: Sequence[tuple[str, str, str]]) -> tuple[Row, ...]:
    """Return a row for each of the first layers: where its place and where its name leads."""
    return tuple(Row(old, f"{taken or 'none'} → {own}") for old, taken, own in found[:4])


def by_name(artifact: Artifact, moved: Sequence[tuple[str, str, str]]) -> PlaceWeights:
    """Return what writes the weights of `moved` layers where their names lead.

    Whatever Keras builds the model reads a file whose name ends so.
    """
    stem = artifact.name.removesuffix(".weights.h5")
    for suffix in (".h5", ".hdf5", ".keras", ".index"):
        stem = stem.removesuffix(suffix)
    return PlaceWeights(
        f"{stem}.fixed.weights.h5", tuple(f"`{old}` goes by its name" for old, *_ in moved)
    )
