"""Keras models: one file with structure and weights, loaded by the Keras that its kind is for.

https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
"""

import importlib
import importlib.util
import inspect
import os
import sys
import tempfile
from typing import Any, Dict, Iterable, List, Mapping, Optional

from . import given_code, keras_backends, keras_functions, keras_kernels, keras_pixels
from .held import Held, RefusedError
from .keras_run import KerasRun
from .portable import UnportableError
from .ports import shapes_of
from .tensorflow_model import Program, by_name, outputs
from .tf_quiet import quiet

Output = Dict[str, Any]
_INNER = "Exception encountered: "  # what Keras says before the cause, after pages of configuration
_BACKENDS = ("tensorflow", "torch", "jax")
_REGISTERING = {"Addons": "tensorflow_addons"}  # what libraries register when they are imported
_SUFFIX = {"keras-h5": ".h5", "keras": ".keras"}


class KerasModel:
    """A whole model, and how rows are told apart into its inputs."""

    how = "predict"
    _scaling: Optional[str] = None  # the layer that scales pixels, once it was looked for

    def __init__(
        self,
        kind: str,
        path: str,
        digest: Optional[str],
        hints: Mapping[str, Any],
        *,
        trust: bool,
    ) -> None:
        held = Held(path)
        held.match(digest)
        if hints.get("lambdas") and not trust:
            raise RefusedError("its Lambda layers are bytecode, and nobody trusts it", "object")
        self.notes: List[str] = []
        quiet()
        saved = str(hints.get("backend") or "")
        theano = saved if saved == keras_kernels.THEANO else ""
        choose_backend(saved, only=str(hints.get("computes") or theano))
        self._keras, self.library = library(hints)
        register(list(hints.get("custom") or ()))
        self._given = given_code.given(hints.get("code"))
        with self._given, tempfile.TemporaryDirectory() as folder:
            objects = self._given.objects(list(hints.get("custom") or ()))
            copy = held.write(folder, "model" + _SUFFIX[kind])  # the very bytes that were checked
            if kind == "keras-h5" and objects:
                keras_functions.name(copy, objects)
            self.model = loaded(self._keras, copy, objects=objects, trust=trust)
        self.notes += notes(self._keras, self.model)
        keras_kernels.expect_own(self._keras, self.model, saved)
        self._ask(own=bool(objects))

    def _ask(self, *, own: bool) -> None:
        """Note what the model takes; one of classes of one's own need not say it."""
        self._run = KerasRun(self.model)
        self.inputs = self._run.inputs
        if not (self.inputs or (own and self.model.built)):
            why = "the model was never called before it was saved: nothing says what it takes"
            raise RefusedError(why, "no-signature")
        self.order = [port.name for port in self.inputs]
        self.names = self.order if len(self.inputs) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        name = type(self.model).__name__
        return {
            "model": "{} ({})".format(name, self.library),
            "how": "predict",
            "names": self.names,
            "shapes": shapes_of(self.inputs),
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: ARG002, FBT001 - as every model
        """Return predictions: the output, or the outputs by name."""
        with self._given:  # code may import as late as here
            found = self._run(rows)
            if self._scaling is None:
                self._scaling = keras_pixels.scaling(self.model)
            if self._scaling:
                self.notes += keras_pixels.notes(self._scaling, self._run.given(rows))
        return {"predictions": outputs(self._named(found))}

    def weights(self) -> List[Any]:
        """Return the weights; a vocabulary has none."""
        held = [item for item in self.model.weights if hasattr(item, "shape")]
        return [keras_kernels.Shared(v) if hasattr(v, "get_value") else v for v in held]

    def _named(self, found: Any) -> Any:
        """Return several outputs by their names, where the model has one for each."""
        names = list(getattr(self.model, "output_names", None) or ())
        if isinstance(found, (list, tuple)) and len(names) == len(found) == len(set(names)):
            return dict(zip(names, found))  # noqa: B905 - Python 3.6 has no `strict`
        return found

    def program(self) -> Program:
        """Return the inputs, and a function of a tensor for each that gives the outputs by name.

        Raises `UnportableError` where Keras does not compute with TensorFlow.
        """
        backend = getattr(self._keras, "backend", None)
        told = getattr(backend, "backend", None)
        if callable(told) and told() != "tensorflow":
            raise UnportableError("Keras computes with {}, not with TensorFlow".format(told()))  # noqa: EM103 - messages read better where they are raised

        def call(*given: Any) -> Dict[str, Any]:
            with self._given:
                return by_name(self._named(self._run.of_tensors(given)))

        return self.inputs, call


class UnpickledKeras(KerasModel):
    """A model that a pickle held, asked as one of a file is."""

    def __init__(self, model: Any, library: str, given: given_code.Given) -> None:
        self.model, self.library, self._given = model, library, given
        self._keras = importlib.import_module(library)
        self.notes = notes(self._keras, model)
        self._ask(own=True)


def notes(keras: Any, model: Any) -> List[str]:
    """Return what a user has to know of how Keras 3 runs a model: with which backend."""
    if getattr(keras, "backend", None) is None or not hasattr(keras, "ops"):
        return []
    backend = keras.backend.backend()
    said = ["computed by Keras {} with {}".format(keras.__version__, backend)]
    others = keras_backends.others(model) if backend == "torch" else []
    if not others:
        return said
    told = ", ".join("`{}`".format(name) for name in others[:4])
    text = "Keras computes {} otherwise with torch than with TensorFlow or jax"
    return [*said, text.format(told)]


def choose_backend(saved: str = "", *, only: str = "") -> None:
    """Let Keras 3 start with the backend that the user asks for, `saved`, or another that is here.

    What the user asks for is not always where a model runs. With `only` none but that will do.
    """
    if "keras" in sys.modules:
        return
    for name in (only, os.environ.get("KERAS_BACKEND"), saved, *_BACKENDS):
        if name and importlib.util.find_spec(name) is not None:
            os.environ["KERAS_BACKEND"] = name
            if name == keras_kernels.THEANO:
                keras_kernels.prepare()
            return


def library(hints: Mapping[str, Any]) -> Any:
    """Return the Keras to load with, and its name: files of Keras 2 are not for Keras 3.

    Classes of `tf_keras` and of Keras 3 are never mixed: one of them loads all.
    """
    generation = int(hints.get("generation") or 2)
    own = _version("keras")
    if generation >= 3 or 0 < own[0] < 2 or (own[0] == 2 and own[1] < 4):
        keras_kernels.warm()
        return importlib.import_module("keras"), "keras"
    if own[0] >= 3:
        try:
            return importlib.import_module("tf_keras"), "tf_keras"
        except ImportError:
            return importlib.import_module("keras"), "keras"
    return importlib.import_module("tensorflow").keras, "tf.keras"


def register(names: Iterable[str]) -> None:
    """Import the libraries that register classes of these names, as far as they are here."""
    for package in dict.fromkeys(name.rpartition(">")[0] for name in names):
        module = _REGISTERING.get(package)
        if module and importlib.util.find_spec(module) is not None:
            importlib.import_module(module)


def _version(module: str) -> List[int]:
    """Return the version that is installed as numbers, `[0, 0]` where there is none.

    The folder's metadata tells it: to import a Keras that is not wanted may fail.
    """
    try:
        from importlib.metadata import PackageNotFoundError, version
    except ImportError:  # before Python 3.8
        pkg = importlib.import_module("pkg_resources")
        try:
            told = str(pkg.get_distribution(module).version)
        except pkg.DistributionNotFound:
            return [0, 0]
    else:
        try:
            told = version(module)
        except PackageNotFoundError:
            return [0, 0]
    return [int(part) for part in told.split(".")[:2]]


def loaded(
    keras: Any, path: str, *, objects: Optional[Mapping[str, Any]] = None, trust: bool = False
) -> Any:
    """Return the model, without what it was trained with.

    `objects` are classes and functions of one's own, by the names that stand in the file; they
    come before what an import may have registered under the same name.
    """
    load = keras.models.load_model
    known = inspect.signature(load).parameters
    own = dict(objects or {})
    wanted: Dict[str, Any] = {"compile": False, "custom_objects": own}
    if trust:
        wanted["safe_mode"] = False
    named = {name: value for name, value in wanted.items() if name in known or "kwargs" in known}
    try:
        with _scope(keras)(own):
            return load(path, **named)
    except (TypeError, ValueError) as error:
        inner = str(error).rpartition(_INNER)[2]
        if inner == str(error):
            raise
        raise type(error)(inner) from error


def _scope(keras: Any) -> Any:
    if hasattr(keras.utils, "custom_object_scope"):
        return keras.utils.custom_object_scope
    return importlib.import_module("keras.utils.generic_utils").custom_object_scope  # of Keras 1
