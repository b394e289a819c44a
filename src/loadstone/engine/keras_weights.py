"""Weights of Keras alone, and the model that they go into: built here, matched, loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone import readers
from loadstone.adapters.keras import into as targets
from loadstone.adapters.keras.into import Architecture, Layout
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Assignment, Replay, TargetProblem, TensorFact
from loadstone.engine import examples as proofs
from loadstone.engine.given import modules_of
from loadstone.environment import guarantees, here
from loadstone.environment.infer import infer
from loadstone.errors import UsageError
from loadstone.inputs import examples as batches
from loadstone.readers import tf_checkpoint
from loadstone.readers._tf_members import split
from loadstone.runtime import keras_slots, keras_weights
from loadstone.runtime.held import RefusedError
from loadstone.runtime.keras_pairs import Slot
from loadstone.runtime.keras_run import KerasRun
from loadstone.runtime.rows import MisfitError

ARCHITECTURE: Final = "keras-json"
_CALLS: Final = 50  # of each kind, the reader lists no more
_NUMBERS: Final = re.compile(r"bool|u?int(8|16|32|64)|b?float(16|32|64)|complex(64|128)")


def takes(artifact: Artifact) -> bool:
    """Whether the artifact is weights that a model of Keras may be built for."""
    if artifact.format == tf_checkpoint.FORMAT:
        return artifact.content == "state-dict" and not artifact.damage
    alone = artifact.format == "keras-h5" and artifact.content == "state-dict"
    return alone and not artifact.damage


def target(into: Any, code: Sequence[str] = (), *, trust: bool = False) -> Any:
    """Return `into`, as an `Architecture` where it is the file of one.

    Raises `UsageError` for one that runs code when it is opened, `OSError`.
    """
    held = modules_of(None, code)
    found = described(into, held, trust=trust)
    if found is None:
        return into
    if other := guarantees.other_python(infer(found), here.here()):
        raise UsageError(f"`{into}`: {other}, and it is not built here")
    text = Path(found.path).read_text("utf-8")
    generation = found.detail.get("generation")
    return Architecture(found.path, text, generation, custom(found), held, trust)


def custom(artifact: Artifact) -> tuple[str, ...]:
    """Return the names of one's own that a configuration of Keras holds."""
    return tuple(name for name in str(artifact.detail.get("custom") or "").split(", ") if name)


def architecture(into: Any) -> Artifact | None:
    """Return what the file of an architecture is, None where `into` is no file.

    Raises `UsageError` for another file, `OSError`.
    """
    if not isinstance(into, str) or ":" in into or not Path(into).is_file():
        return None
    found = readers.read(into)
    if found.format != ARCHITECTURE:
        raise UsageError(f"`{into}` is no architecture that `to_json` of a Keras model wrote")
    return found


def described(
    into: Any, code: Mapping[str, Any] | None = None, *, trust: bool = False
) -> Artifact | None:
    """Return what the file of an architecture is, None where `into` is no file.

    Raises `UsageError` for another file, and for one that runs code when it is opened, other than
    what is given as `code`: bytecode of Lambda layers runs with `trust`; `OSError`.
    """
    found = architecture(into)
    if found is None or found.opening_runs_code in ("no", "library") or is_given(found, code):
        return found
    what, instead = "code of its own", "give the code instead"
    if found.detail.get("lambdas"):
        if trust and not found.damage:
            return found
        what = "Lambda layers as bytecode"
        instead = "give a function that builds the model, `--into FILE:build`, or trust it"
        instead += " (`loadstone predict --trust`)"
    raise UsageError(f"`{into}` holds {what}, which would run: {instead}")


def is_given(artifact: Artifact, code: Mapping[str, Any] | None) -> bool:
    """Whether all that opening it would run is imported from modules that are given."""
    modules = code["modules"] if code else {}
    calls = [call.rpartition(".")[0] for call in artifact.calls]
    whole = not artifact.damage and artifact.opening_runs_code == "yes" and len(calls) < _CALLS
    return whole and bool(calls) and all(module in modules for module in calls)


def slots(artifact: Artifact) -> tuple[Layout, list[Slot]]:
    """Return the layout and the variables of a file of weights.

    Raises `RefusedError` where an older Keras laid them out otherwise.
    """
    if artifact.format == tf_checkpoint.FORMAT:
        objects = artifact.detail.get("objects")
        return ("objects" if objects else "variables"), checkpoint_slots(artifact)
    import h5py

    with h5py.File(artifact.path, "r") as file:
        layout, found = keras_slots.of_hdf5(file)
    return ("named" if layout == "named" else "placed"), found


def checkpoint_slots(artifact: Artifact) -> list[Slot]:
    """Return the variables of a checkpoint that are the model's, by their keys and full names."""
    names = tf_checkpoint.full_names(artifact)
    found = []
    for state in artifact.state_dicts:
        if state.role != "model":
            continue
        for key, fact in state.tensors.items():
            full = names.get(key, "") if names else key
            found.append({**keras_slots.of_key(key, full, fact.shape), "at": _at(fact)})
    return found


def _at(fact: TensorFact) -> dict[str, Any] | None:
    """Return where the numbers of a variable lie, None where they lie in parts or are texts."""
    extent = fact.extent
    if extent is None or not _NUMBERS.fullmatch(fact.dtype):
        return None
    order = "<" if extent.byteorder == "little" else ">"
    word = {"file": extent.file, "offset": extent.offset, "nbytes": extent.nbytes}
    return {**word, "dtype": fact.dtype, "order": order}


def files(artifact: Artifact) -> tuple[str, list[str]]:
    """Return the folder of a checkpoint, and its files."""
    folder = artifact.path if artifact.is_folder else split(artifact.path)[0]
    return folder, [part.path for part in artifact.parts]


def assignment(
    artifact: Artifact, into: Any, code: Sequence[str] = (), *, trust: bool = False
) -> Assignment | TargetProblem | None:
    """Return how the weights go into the model that `into` builds, or why it cannot be built.

    None where it builds no model of Keras.
    """
    aim = target(into, code, trust=trust)
    if artifact.format == tf_checkpoint.FORMAT and not (
        isinstance(aim, Architecture) or targets.is_here()
    ):
        return None  # a class of PyTorch may be meant
    problem = targets.absent(aim)
    if problem is not None:
        return problem  # before the file is opened: what reads HDF5 comes with Keras
    try:
        layout, theirs = slots(artifact)
    except RefusedError as error:
        raise UsageError(f"`{artifact.path}`: {error.why}") from error
    return targets.assignment(layout, theirs, aim)


def loaded(
    artifact: Artifact, into: Any, code: Sequence[str] = (), *, reading: str, trust: bool = False
) -> Any:
    """Return the model with every variable of the file, each compared after.

    Raises `UsageError` where it cannot be built or the weights do not fit it.
    """
    aim = target(into, code, trust=trust)
    model = targets.built(aim)
    if isinstance(model, TargetProblem):
        raise UsageError(model.why)
    hints: dict[str, Any] = {"prefix": artifact.detail.get("prefix")}
    path = artifact.path
    if artifact.format == tf_checkpoint.FORMAT:
        folder, parts = files(artifact)
        path = str(Path(folder, parts[0]))
        hints["layout"], hints["slots"] = slots(artifact)
    source = keras_weights.Source(artifact.format, path, None, hints)
    try:
        exact = isinstance(aim, Architecture)
        keras_weights.load(model, source, exact=exact, reading=reading)
    except RefusedError as error:
        raise UsageError(f"`{artifact.path}`: {error.why}") from error
    return model


def written(
    artifact: Artifact, into: Any, code: Sequence[str] = (), *, reading: str, trust: bool = False
) -> bytes:
    """Return what `load_weights` of the model takes, with every variable of the file.

    Raises `UsageError` as `loaded` does.
    """
    model = loaded(artifact, into, code, reading=reading, trust=trust)
    try:
        return keras_weights.written(model)
    except RefusedError as error:
        raise UsageError(f"`{artifact.path}`: {error.why}") from error


class _Predicting:
    """The model, asked layer by layer with batches of rows."""

    def __init__(self, model: Any) -> None:
        self._run = KerasRun(model)
        self.weights = [item for item in model.weights if hasattr(item, "shape")]

    def predict(self, inputs: Any) -> Any:
        """Return the outputs of a batch."""
        return self._run(inputs)


def replay(
    artifact: Artifact,
    into: Any,
    code: Sequence[str],
    found: Assignment,
    given: Any,
    *,
    trust: bool = False,
) -> tuple[Assignment, Replay | None]:
    """Load the weights, predict the examples, and compare with the outputs expected of them.

    Where names and places disagree, both ways are tried: the assignment says which gives the
    outputs. None where no outputs are expected. Raises `ValueError` for examples that do not fit.
    """
    try:
        examined = batches.read(proofs.read(given))
    except batches.NoExamplesError as error:
        raise ValueError(str(error)) from error
    if examined is None or not found.fits:
        return found, None
    readings = ("places", "names") if found.open else ("safe",)
    try:
        models = {
            word: _Predicting(loaded(artifact, into, code, reading=word, trust=trust))
            for word in readings
        }
        if not examined.has_expected:
            models[readings[0]].predict(examined.inputs)
            return found, None
        told = {
            word: proofs.compared(model, examined, model.weights) for word, model in models.items()
        }
    except MisfitError as error:
        raise ValueError(f"the examples do not fit: {error.why}") from error
    if not found.open:
        return found, told["safe"]
    right = [word for word, replayed in told.items() if replayed.whole != "differs"]
    reproduced = right[0] if len(right) == 1 else "both" if right else "neither"
    return replace(found, reproduced=reproduced), None
