"""Weights of Keras alone, brought into a model that is built for them, and compared after.

Each variable gets what the file holds for it, or nothing is loaded: no `skip_mismatch`, no
`expect_partial`. https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
"""

import contextlib
import importlib
import os
import tempfile
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from . import given_code, keras_gates, keras_objects, keras_slots
from .held import Held, RefusedError, match_folder
from .keras_model import KerasModel, choose_backend, library, notes, register
from .keras_pairs import Slot, decide
from .keras_run import KerasRun
from .tf_quiet import quiet

LIBRARIES = ("keras", "tf_keras", "tensorflow")


class KerasWeights(KerasModel):
    """A model that code or an architecture builds, with every variable from the file."""

    def __init__(
        self,
        kind: str,
        path: str,
        digest: Optional[str],
        hints: Mapping[str, Any],
        *,
        trust: bool = False,
    ) -> None:
        if hints.get("lambdas") and not trust:
            raise RefusedError("its Lambda layers are bytecode, and nobody trusts it", "object")
        self.notes: List[str] = []
        quiet()
        choose_backend()
        _be_eager(hints)
        target = hints["target"]
        with given_code.given(hints.get("code")) as given:
            self._given = given
            self.model = _built(target, given, hints, trust=trust)
            source = Source(kind, path, digest, hints)
            reading = str(hints.get("reading") or "")
            found = load(self.model, source, exact="json" in target, reading=reading)
        if not hints.get("gates"):
            expect_same_functions(self.model, found, source.version)
        if found["unnamed"]:
            told = ", ".join("`{}`".format(name) for name in found["unnamed"][:4])
            note = "{} layers of equal shapes are told apart by their places alone: {}"
            self.notes.append(note.format(len(found["unnamed"]), told))
        self.library = kinds(self.model)[0]
        self.notes += notes(importlib.import_module(self.library), self.model)
        self._run = KerasRun(self.model)
        self.inputs = self._run.inputs
        self.order = [port.name for port in self.inputs]
        self.names = self.order if len(self.inputs) > 1 else None

    def whole(self) -> Tuple[str, bytes]:
        """Return the kind of file that its Keras writes models as, and the model as one."""
        keras = importlib.import_module(self.library)
        three = self.library == "keras" and str(keras.__version__).startswith("3")
        kind, suffix = ("keras", ".keras") if three else ("keras-h5", ".h5")
        with self._given:
            return kind, _written_whole(self.model, suffix)


def _be_eager(hints: Mapping[str, Any]) -> None:
    """Let the Keras in TensorFlow 1 set variables as that of TensorFlow 2 does, by assigning."""
    _, name = library(hints)
    if name == "tf.keras":
        tensorflow = importlib.import_module("tensorflow")
        if str(tensorflow.__version__).startswith("1."):
            tensorflow.compat.v1.enable_eager_execution()


def _written_whole(model: Any, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + suffix)
        model.save(path)
        with open(path, "rb") as file:
            return file.read()


class Source:
    """The variables of a file: what they are, and their values."""

    def __init__(
        self, kind: str, path: str, digest: Optional[str], hints: Mapping[str, Any]
    ) -> None:
        self._file: Any = None
        self.version = ""  # of Keras, where the file says it
        if kind == "tf-checkpoint":
            self._open_checkpoint(path, digest, hints)
            return
        held = Held(path)
        held.match(digest)
        self._file = _in_memory(held)
        self.version = keras_slots.version_of(self._file.attrs)
        if "model_config" in self._file.attrs:  # of a whole model
            self._file = self._file.get("model_weights", self._file)
        self.layout, self.slots = keras_slots.of_hdf5(self._file)

    def _open_checkpoint(self, path: str, digest: Optional[str], hints: Mapping[str, Any]) -> None:
        self._folder = os.path.dirname(path)
        match_folder(self._folder, hints.get("parts") or (), digest)
        self.layout, self.slots = hints["layout"], list(hints["slots"])

    def read(self, slot: Slot) -> Any:
        """Return the values of a variable; raises `RefusedError` where they lie in parts."""
        if self._file is not None:
            return self._file[slot["key"]][()]
        import numpy as np

        at = slot.get("at")
        if at is None:
            why = "`{}` lies in the file in parts, or is no array of numbers"
            raise RefusedError(why.format(label(slot)), "object", (label(slot),))
        with open(os.path.join(self._folder, at["file"]), "rb") as file:
            file.seek(at["offset"])
            raw = file.read(at["nbytes"])
        brain = at["dtype"] == "bfloat16"
        dtype = np.dtype("uint16" if brain else at["dtype"]).newbyteorder(at["order"])
        values = np.frombuffer(raw, dtype)
        if brain:  # the upper half of a float32
            values = (values.astype(np.uint32) << 16).view(np.float32)
        return values.reshape(slot["shape"])


def _in_memory(held: Held) -> Any:
    """Return an HDF5 file of the bytes that were checked; h5py before 2.9 takes paths alone."""
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = held.write(folder, "weights.h5")
        return h5py.File(path, "r", driver="core", backing_store=False)


def _built(target: Mapping[str, Any], given: Any, hints: Mapping[str, Any], *, trust: bool) -> Any:
    """Return the model of an architecture, or what a class or function of the code gives."""
    if "json" in target:
        keras, _ = library(hints)
        register(list(hints.get("custom") or ()))
        objects = given.objects(list(hints.get("custom") or ()))
        return from_json(keras, target["json"], objects, trust=trust)
    found = given.module(target["module"])
    for part in target["name"].split("."):
        if not hasattr(found, part):
            why = "the code that was given has no `{}`".format(target["name"])
            raise RefusedError(why, "object", (target["name"],))
        found = getattr(found, part)
    return found(*target["args"], **target["kwargs"])


def from_json(keras: Any, text: str, objects: Mapping[str, Any], *, trust: bool = False) -> Any:
    """Return the model of an architecture; with `trust` bytecode of its Lambda layers runs."""
    with _unsafe(keras) if trust else contextlib.ExitStack():
        return keras.models.model_from_json(text, custom_objects=dict(objects))


def _unsafe(keras: Any) -> Any:
    """Return what lets a Keras run bytecode, which those before 2.12 do unasked."""
    top = keras.layers.Lambda.__module__.partition(".layers.")[0]
    try:
        library = importlib.import_module(top + ".saving.serialization_lib")
    except ImportError:
        return contextlib.ExitStack()
    return library.SafeModeScope(safe_mode=False)


def kinds(model: Any) -> List[str]:
    """Return the libraries whose `Model` it is, none for another thing."""
    tops = [
        base.__module__.partition(".")[0]
        for base in type(model).__mro__
        if base.__name__ == "Model"
    ]
    return [top for top in tops if top in LIBRARIES]


def expect_variables(model: Any) -> None:
    """Raise `RefusedError` where what was built is no model of Keras, or not built."""
    if not kinds(model):
        why = "it gives a `{}`, which is no model of Keras".format(type(model).__name__)
        raise RefusedError(why, "object")
    if not model.weights or not model.built:
        why = "it has no variables before it is called: let a function build it and call it once"
        raise RefusedError(why, "object")


def expect_same_functions(model: Any, found: Mapping[str, Any], saved: str) -> None:
    """Raise `RefusedError` where layers have other gates than in the Keras that wrote them."""
    name = kinds(model)[0]
    first = keras_gates.numbers(getattr(importlib.import_module(name), "__version__", ""))[:1]
    here = first[0] if name == "keras" and first else 2
    numbers = keras_gates.numbers(saved)
    told = keras_gates.renamed(found["functions"], numbers, here)
    told = told or keras_gates.defaults(found["functions"], numbers, here)
    if told:
        why = "Keras {} made `{}` of `{}` another function than the one here, and weights fit both"
        raise RefusedError(why.format(saved, told[0][2], told[0][0]), "object", (told[0][0],))


def matched(
    model: Any, layout: str, slots: List[Slot], *, exact: bool, force: bool = False
) -> Dict[str, Any]:
    """Return how variables of a file go into a model's, and under `variables` these by key."""
    expect_variables(model)
    if layout == "objects" and kinds(model)[0] == "keras" and hasattr(model, "path"):
        slots, reached = keras_objects.found(model, slots)
        ours, variables = keras_slots.of_reached(model, reached)
    else:
        ours, variables = keras_slots.of_model(model, layout)
        if layout == "objects":
            slots = keras_slots.below_root(slots, ours)
    found = decide(slots, ours, exact=exact, force=force)
    functions = keras_gates.uses(model)
    if exact:  # an architecture tells its gates
        functions = [use for use in functions if use[3] == keras_gates.HARD]
    return dict(found, variables=variables, total=len(ours), functions=functions)


def load(model: Any, source: Source, *, exact: bool, reading: str) -> Dict[str, Any]:
    """Give the model every variable of the file, and compare each one after.

    Raises `RefusedError` where one has no counterpart. Where names tell otherwise than places,
    `reading` decides: `safe` takes the names where only what is frozen differs, `names` and
    `places` one or the other always; "" raises.
    """
    found = matched(model, source.layout, source.slots, exact=exact, force=reading == "names")
    left = [label(item) for item in found["missing"] + found["unexpected"]]
    left += [label(pair[1]) for pair in found["mismatched"]]
    if left:
        told = ", ".join("`{}`".format(name) for name in left[:4])
        raise RefusedError("the weights do not fit: {}".format(told), "object", tuple(left[:4]))  # noqa: EM103 - messages read better where they are raised
    if found["open"] and reading not in ("names", "places"):
        why = "names and places of layers disagree: which is meant cannot be told"
        raise RefusedError(why, "object", tuple(item[0] for item in found["open"][:4]))
    if found["moved"] and not reading:
        why = "by their places, layers of the file go into others than by their names"
        raise RefusedError(why, "object", tuple(item[0] for item in found["moved"][:4]))
    for theirs, ours in found["pairs"]:
        keras_slots.assign(found["variables"][ours["key"]], source.read(theirs))
    settle(model)
    prove(found, source)
    return found


def settle(model: Any) -> None:
    """Let each `Normalization` compute with the variables that it was given, as a load would."""
    for layer in keras_gates.layers_of(model):
        if any(base.__name__ == "Normalization" for base in type(layer).__mro__):
            settled = getattr(layer, "finalize_state", None)
            if callable(settled) and layer.built:
                settled()


def prove(found: Mapping[str, Any], source: Source) -> None:
    """Raise `RefusedError` unless every variable holds what the file does."""
    wrong = differing(found, source.read)
    if wrong:
        why = "`{}` is not what the file holds: it changes when it is set".format(wrong[0])
        raise RefusedError(why, "object", tuple(wrong[:4]))


def differing(found: Mapping[str, Any], read: Callable[[Slot], Any]) -> List[str]:
    """Return the variables that hold something else than the file does."""
    import numpy as np

    wrong = [label(ours) for _, ours in found["mismatched"]]
    for theirs, ours in found["pairs"]:
        held = np.asarray(keras_slots.values_of(found["variables"][ours["key"]]))
        given = np.asarray(read(theirs)).astype(held.dtype)
        if not same(held, given):
            wrong.append(label(ours))
    return wrong


def written(model: Any) -> bytes:
    """Return a file of the model's weights that its `load_weights` was seen to take.

    Raises `RefusedError` where a variable then holds something else. The model is as it was.
    """
    import numpy as np

    variables = list(model.weights)
    held = [np.array(keras_slots.values_of(variable)) for variable in variables]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.weights.h5")
        model.save_weights(path)
        for variable, values in zip(variables, held):  # noqa: B905 - Python 3.6 has no `strict`
            keras_slots.assign(variable, values == 0)  # another value than it holds
        model.load_weights(path)
        for variable, values in zip(variables, held):  # noqa: B905 - as above
            if not same(np.asarray(keras_slots.values_of(variable)), values):
                why = "`{}` is not what was written: it changes when it is loaded"
                raise RefusedError(why.format(variable.name), "object", (variable.name,))
        with open(path, "rb") as file:
            return file.read()


def same(held: Any, given: Any) -> bool:
    """Whether two arrays hold the same numbers, NaN in the same places."""
    equal = (held == given) | ((held != held) & (given != given))  # noqa: PLR0124 - NaN is not itself
    return bool(equal.all())


def label(slot: Slot) -> str:
    """Return a variable in words: its layer and its own name."""
    last = slot["inner"].rpartition("/")[2]
    return "{}/{}".format(slot["layer"] or slot["group"], last)
