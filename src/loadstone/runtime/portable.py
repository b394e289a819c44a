"""A pickled booster in its library's own format, which the library's later versions read.

That is XGBoost's JSON and LightGBM's text. A wrapper of scikit-learn has the classes besides.
"""

import importlib
import math
import os
import tempfile
from typing import Any, Callable, Dict, Optional, Tuple

Labels = Optional[Dict[str, Any]]  # dtype and values of the classes, as JSON
_PLAIN = (bool, int, float, str)


class UnportableError(Exception):
    """The model is not written in another format; `why` says it."""

    def __init__(self, why: str) -> None:
        super(UnportableError, self).__init__(why)
        self.why = why


def exported(model: Any) -> Tuple[str, bytes, Labels]:
    """Return the format, the bytes and the classes of a loaded model file.

    Raises `UnportableError`, and whatever its library raises.
    """
    if hasattr(model, "whole"):
        return (*model.whole(), None)
    inner = model.model
    library = type(inner).__module__.split(".")[0]
    if library == "xgboost":
        version = importlib.import_module("xgboost").__version__
        if int(version.split(".")[0]) < 1:
            raise UnportableError("xgboost {} writes no JSON".format(version))  # noqa: EM103 - messages read better where they are raised
        data = _written(_xgboost(inner).save_model, "model.json")
        return "xgboost-json", data, labels(inner)
    if library == "lightgbm":
        booster = getattr(inner, "booster_", inner)
        return "lightgbm-text", _written(booster.save_model, "model.txt"), labels(inner)
    raise UnportableError("`{}` is of no library that has a format of its own".format(library))  # noqa: EM103 - as above


def _xgboost(model: Any) -> Any:
    """Return the booster of a wrapper, with the trees that the wrapper predicts with."""
    if not hasattr(model, "get_booster"):
        return model
    missing = getattr(model, "missing", None)
    if missing is not None and not math.isnan(missing):
        why = "it takes {!r} for missing, which only its wrapper knows"
        raise UnportableError(why.format(missing))
    booster = model.get_booster()
    best = getattr(model, "best_iteration", None)  # training stopped early: later trees are unused
    return booster if best is None else booster[: best + 1]


def _written(save: Callable[[str], Any], name: str) -> bytes:
    """Return what a library writes to a file of this name."""
    with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
        path = os.path.join(folder, name)
        save(path)
        with open(path, "rb") as file:
            return file.read()


def labels(model: Any) -> Labels:
    """Return the classes of a classifier as JSON, None where the model has none."""
    if not hasattr(model, "predict_proba"):
        return None
    import numpy as np

    found = np.asarray(model.classes_)
    values = found.tolist()
    if found.ndim != 1 or not all(isinstance(item, _PLAIN) for item in values):
        raise UnportableError("its classes are neither numbers nor texts")
    return {"dtype": found.dtype.str, "values": values}


def classes(told: Labels) -> Any:
    """Return the classes that `labels` told, as an array."""
    import numpy as np

    return None if told is None else np.array(told["values"], dtype=np.dtype(told["dtype"]))


def classified(found: Any, known: Any, asked: bool) -> Dict[str, Any]:  # noqa: FBT001 - as a model is asked
    """Return classes, and probabilities if `asked`, as the libraries' wrappers make them.

    `found`, a booster's answer, is the probability of the second of two classes, or a column each.
    """
    import numpy as np

    probabilities = found if found.ndim > 1 else np.vstack((1.0 - found, found)).transpose()
    chosen = known[np.argmax(probabilities, axis=1)]
    beside = {"probabilities": probabilities, "classes": known} if asked else {}
    return dict(beside, predictions=chosen)
