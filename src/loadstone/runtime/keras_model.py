"""Keras models: one file with structure and weights, loaded by the Keras that its kind is for.

https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
"""

import importlib
import inspect
import tempfile
from typing import Any, Dict, List, Mapping, Optional

from .held import Held, RefusedError
from .ports import Port, feed_of
from .tensorflow_model import outputs, quiet

Output = Dict[str, Any]
_SUFFIX = {"keras-h5": ".h5", "keras": ".keras"}


class KerasModel:
    """A whole model, and how rows are told apart into its inputs."""

    how = "predict"

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
        self.notes: List[str] = []
        quiet()
        self._keras, self.library = _library(hints)
        with tempfile.TemporaryDirectory() as folder:  # the very bytes that were checked
            copy = held.write(folder, "model" + _SUFFIX[kind])
            self.model = _loaded(self._keras, copy, trust=trust)
        self.inputs = _inputs(self.model)
        self.names = [port.name for port in self.inputs] if len(self.inputs) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        name = type(self.model).__name__
        return {
            "model": "{} ({})".format(name, self.library),
            "how": "predict",
            "names": self.names,
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: ARG002, FBT001 - as every model
        """Return predictions: the output, or the outputs by name."""
        feed = feed_of(rows, self.inputs)
        given = [_texts(feed[port.name]) for port in self.inputs]
        found = self.model.predict(given[0] if len(given) == 1 else given, verbose=0)
        names = list(getattr(self.model, "output_names", None) or ())
        if isinstance(found, (list, tuple)) and len(names) == len(found) == len(set(names)):
            found = dict(zip(names, found))  # noqa: B905 - Python 3.6 has no `strict`
        return {"predictions": outputs(found)}


def _library(hints: Mapping[str, Any]) -> Any:
    """Return the Keras to load with, and its name: files of Keras 2 are not for Keras 3.

    Classes of `tf_keras` and of Keras 3 are never mixed: one of them loads all.
    """
    generation = int(hints.get("generation") or 2)
    own = _version("keras")
    if generation >= 3 or 0 < own[0] < 2 or (own[0] == 2 and own[1] < 4):
        return importlib.import_module("keras"), "keras"
    if own[0] >= 3:
        try:
            return importlib.import_module("tf_keras"), "tf_keras"
        except ImportError:
            return importlib.import_module("keras"), "keras"
    return importlib.import_module("tensorflow").keras, "tf.keras"


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


def _loaded(keras: Any, path: str, *, trust: bool) -> Any:
    """Return the model, without what it was trained with."""
    load = keras.models.load_model
    known = inspect.signature(load).parameters
    wanted: Dict[str, Any] = {"compile": False}
    if trust:
        wanted["safe_mode"] = False
    named = {name: value for name, value in wanted.items() if name in known or "kwargs" in known}
    return load(path, **named)


def _inputs(model: Any) -> List[Port]:
    tensors = getattr(model, "inputs", None)
    if not tensors:
        why = "the model was never called before it was saved: nothing says what it takes"
        raise RefusedError(why, "no-signature")
    names = list(getattr(model, "input_names", None) or ())
    if len(names) != len(tensors):
        names = [str(item.name).split(":")[0] for item in tensors]
    return [
        Port(name, _word(item.dtype), _sizes(item.shape))
        for name, item in zip(names, tensors)  # noqa: B905 - Python 3.6 has no `strict`
    ]


def _word(dtype: Any) -> str:
    name = str(getattr(dtype, "name", dtype))
    return {"string": "str", "bfloat16": "float32"}.get(name, name)


def _sizes(shape: Any) -> Optional[List[Any]]:
    if shape is None or getattr(shape, "ndims", 0) is None:
        return None
    sizes = [getattr(size, "value", size) for size in shape]
    return [None if size is None else int(size) for size in sizes]


def _texts(values: Any) -> Any:
    """Return texts as TensorFlow's own strings, which every Keras takes."""
    if values.dtype.kind != "O":
        return values
    return importlib.import_module("tensorflow").constant([_each(item) for item in values.tolist()])


def _each(item: Any) -> Any:
    return [_each(part) for part in item] if isinstance(item, list) else str(item)
