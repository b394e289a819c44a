"""One model file: loaded by what it is, and asked for predictions; in this process or in its own.

`kind` is the word of the reader, one of `kinds`.
"""

import importlib
import sys
import warnings
from typing import Any, Dict, List, Optional

from . import lookups
from .errors import in_a_line

_NAMES = ("numpy", "scipy", "pandas", "scikit-learn", "xgboost", "lightgbm", "catboost")
_CLASSES = {
    "savedmodel": ("tensorflow_model", "SavedModel"),
    "tf-graph": ("tensorflow_model", "GraphModel"),
    "tflite": ("tensorflow_lite", "LiteModel"),
    "transformers": ("transformers_model", "folder"),
    "sentence-transformers": ("transformers_model", "folder"),
}
_LAZY = ("tensorflow", "theano", "keras", "tf_keras", "torch", "transformers", "tokenizers")
_QUIET = ("InconsistentVersionWarning",)  # a pair of versions is judged by predictions
# of what libraries themselves use: nothing that the model's user could change
_UNTOLD = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning)
_MODULES = {"scikit-learn": "sklearn"}


def load(
    path: str,
    kind: str,
    *,
    trust: bool = False,
    digest: Optional[str] = None,
    external: bool = False,
    hints: Optional[Dict[str, Any]] = None,
) -> Any:
    """Return the model of the file at `path`, with `predict` and `describe`.

    `hints` are what its reader knows and its library would not ask.

    Raises `held.RefusedError` where it is not loaded, and whatever its library raises.
    """
    if kind == "onnx":
        from .onnx_model import OnnxModel

        return OnnxModel(path, digest, external, (hints or {}).get("labels"))
    if kind in ("pickle", "joblib"):
        return _unpickled(path, digest, trust, hints or {})
    if kind == "skops":
        from . import skops_file
        from .estimators import Estimator

        return Estimator(skops_file.load(path, trust=trust, digest=digest))
    if kind in _CLASSES:
        module, name = _CLASSES[kind]
        made = getattr(importlib.import_module("." + module, __package__), name)
        return made(path, digest, hints or {})
    if kind in ("keras-h5", "keras", "tf-checkpoint"):
        return _keras(kind, path, digest, hints or {}, trust)
    from . import boosters

    return boosters.load(kind, path, digest, (hints or {}).get("labels"))


def _keras(kind: str, path: str, digest: Optional[str], hints: Dict[str, Any], trust: bool) -> Any:  # noqa: FBT001 - private, called once
    if hints.get("target"):
        from .keras_weights import KerasWeights

        return KerasWeights(kind, path, digest, hints, trust=trust)
    from .keras_model import KerasModel

    return KerasModel(kind, path, digest, hints, trust=trust)


def _unpickled(path: str, digest: Optional[str], trust: bool, hints: Dict[str, Any]) -> Any:  # noqa: FBT001 - private, called once
    from . import checked
    from .estimators import Estimator
    from .own_code import Own

    own = Own(hints.get("code"))
    with own.given, warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        model, _ = checked.load(path, trust=trust, digest=digest, own=own)
        made = _native(model, own.given) or Estimator(model, own.given)
    made.notes += told(found)
    return made


def _native(model: Any, given: Any) -> Any:
    """Return a model of Keras's or a booster that was pickled, asked as one from a file is."""
    from . import boosters

    keras = next(filter(None, map(_keras_of, type(model).__mro__)), "")
    if keras:
        from .keras_model import UnpickledKeras

        return UnpickledKeras(model, keras, given)
    top, name = type(model).__module__.split(".")[0], type(model).__name__
    kinds = {"xgboost": boosters.XGBoost, "lightgbm": boosters.LightGBM}
    if name != "Booster" or top not in kinds:
        return None
    made = kinds[top].__new__(kinds[top])
    made.kind, made.model, made.notes = "pickle", model, []
    made.names = made._names()  # noqa: SLF001 - made without its file
    return made


def _keras_of(kind: type) -> str:
    """Return the Keras that a class of models belongs to, "" for another class."""
    top = kind.__module__.partition(".")[0]
    return top if kind.__name__ == "Model" and top in ("keras", "tf_keras") else ""


def told(found: List[Any]) -> List[str]:
    """Return the warnings of a load in a line each, without those that versions differ."""
    lines: Dict[str, None] = {}
    for item in found:
        name = item.category.__name__
        text = " ".join(str(item.message).split())
        if (
            name in _QUIET
            or issubclass(item.category, _UNTOLD)
            or text.startswith("Trying to unpickle estimator")
        ):
            continue
        lines["{}: {}".format(name, in_a_line(text, 300))] = None
    return list(lines)


def predict(
    model: Any,
    rows: Any,
    *,
    probabilities: bool = False,
    moved: Optional[int] = None,
    saved: Optional[Dict[str, Any]] = None,
) -> Dict[str, Any]:
    """Return the outputs for a batch of rows.

    With the seed `moved`, weights, inputs and outputs are numbers beside what they are. With what
    was `saved` of its vocabularies and encoders, what they do not know is under `coverage`.
    """
    if moved is None and saved is not None:
        with lookups.recording(lookups.saved_counts(saved)) as log:
            found = _counted(model, rows, probabilities)
        return dict(found, coverage=lookups.summary(log))
    if moved is None:
        return model.predict(rows, probabilities=probabilities)  # type: ignore[no-any-return]
    import numpy as np

    from . import neighbours

    state = np.random.RandomState(moved)
    with neighbours.moved(model.weights(), state):
        found = model.predict(neighbours.tree(rows, state), probabilities=probabilities)
    return neighbours.tree(found, state)  # type: ignore[no-any-return]


def _counted(model: Any, rows: Any, probabilities: bool) -> Dict[str, Any]:  # noqa: FBT001 - private, called once
    """Return the outputs, while what the model does not know of its rows is noted."""
    if hasattr(model, "counted"):
        model.counted()
    if getattr(model, "takes", "") not in ("texts", "questions"):
        return model.predict(rows, probabilities=probabilities)  # type: ignore[no-any-return]
    from .transformers_form import Whole

    Whole(model).count(rows)
    with lookups.paused():
        return model.predict(rows, probabilities=probabilities)  # type: ignore[no-any-return]


def numbers(model: Any) -> Optional[int]:
    """Return how many numbers the weights are that can be moved, None of what has none such."""
    if not hasattr(model, "weights"):
        return None
    import numpy as np

    return sum(int(np.prod(item.shape)) for item in model.weights())


def versions() -> Dict[str, str]:
    """Return the versions of the libraries that are imported in this process."""
    found = {}
    for name in (*_NAMES, "statsmodels", "onnxruntime", "onnx", "joblib", "skops", *_LAZY):
        module = sys.modules.get(_MODULES.get(name, name))
        version = getattr(module, "__version__", None)
        if version is not None:
            found[name] = str(version)
    return found
