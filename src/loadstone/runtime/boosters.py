"""Boosters in their libraries' own formats: what each library's own `predict` gives by default.

A CatBoost model of classes answers with the class, as `CatBoostClassifier.predict` does, and one of
counts as `CatBoostRegressor.predict` does. An XGBoost model that its wrapper for scikit-learn saved
is asked with what the wrapper knows: where training stopped, and which number stands for missing.
"""

import importlib
import inspect
import json
import math
import os
import re
import tempfile
from typing import Any, Dict, List, Optional

from . import categories, portable
from . import rows as given
from .held import Held
from .rows import MisfitError

Output = Dict[str, Any]
_SUFFIX = {"xgboost-json": ".json", "xgboost-ubj": ".ubj", "xgboost-binary": ".model"}
_CATBOOST = {"catboost": "cbm", "catboost-json": "json"}  # and what its loader calls them


class Booster:
    """A booster; each library's has its own way to be asked."""

    how = "predict"
    classes: Any = None  # of a classifier whose booster this is

    def __init__(self, kind: str, held: Held) -> None:
        self.kind = kind
        self.notes: List[str] = []
        with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
            self.model = self.open(held.write(folder, "model" + _SUFFIX.get(kind, "")))
        self.names = self._names()

    def open(self, path: str) -> Any:
        """Return the library's model of the file at `path`."""
        raise NotImplementedError

    def ask(self, rows: Any) -> Any:
        """Return what the library predicts."""
        raise NotImplementedError

    def feature_names(self) -> Any:
        """Return the names that the model holds."""
        return getattr(self.model, "feature_names", None)

    def _names(self) -> Optional[List[str]]:
        found = self.feature_names()
        return [str(name) for name in found] if found else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        kind = type(self.model)
        named = self.names if self.names and not _made_up(self.names) else None
        return {"model": kind.__module__ + "." + kind.__name__, "how": "predict", "names": named}

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - always by name
        """Return predictions; of a classifier whose classes are known, those and probabilities."""
        found = self.ask(rows)
        if self.classes is None:
            return {"predictions": found}
        return portable.classified(found, self.classes, probabilities)

    def take(self, rows: Any) -> Any:
        """Return rows as an array or a frame, the columns in the model's order."""
        if given.are_records(rows):
            made_up = self.names is None or _made_up(self.names)
            names = None if made_up and not _has(rows, self.names or []) else self.names
            if names is None:
                listed = ", ".join("`{}`".format(name) for name in given.names_of(rows)[:6])
                note = (
                    "the model holds no names of columns: the rows are taken in their own order, "
                )
                self.notes.append(note + listed)
            self.notes += given.unused(rows, names)
            return self.named(rows, names)
        taken = given.array(rows) if isinstance(rows, list) else rows
        shape: Any = getattr(taken, "shape", ())
        if self.names is not None and len(shape) == 2 and shape[1] != len(self.names):
            why = "the rows have {} columns, and the model was fitted on {}"
            raise MisfitError(why.format(shape[1], len(self.names)))
        return taken

    def named(self, rows: Any, names: Optional[List[str]]) -> Any:
        """Return named rows as the library takes them."""
        if given.is_frame(rows):
            return given.frame(rows, names)
        return given.matrix(rows, names)


def _made_up(names: List[str]) -> bool:
    numbered = [re.sub(r"^(f|Column_|)(?=\d+$)", "", name) for name in names]
    return numbered == [str(at) for at in range(len(names))]


def _has(rows: Any, names: List[str]) -> bool:
    there = given.names_of(rows)
    return bool(names) and all(name in there for name in names)


class XGBoost(Booster):
    """`xgboost.Booster`, asked with a `DMatrix` that has the model's names."""

    def open(self, path: str) -> Any:
        """Return the booster; what xgboost takes for a format it tells by the suffix."""
        booster = importlib.import_module("xgboost").Booster()
        booster.load_model(path)
        return booster

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON, with the columns that held texts."""
        known = categories.described(categories.of_xgboost(self.model))
        return {**super(XGBoost, self).describe(), **known}

    def named(self, rows: Any, names: Optional[List[str]]) -> Any:
        """Return rows with the categories that the model was fitted on, where it keeps them."""
        known = categories.of_xgboost(self.model)
        if not known or names is None:
            return super(XGBoost, self).named(rows, names)
        return categories.categorised(given.frame(rows, names), known, by_name=True)

    def ask(self, rows: Any) -> Any:
        """Return margins turned into what the objective predicts."""
        xgboost = importlib.import_module("xgboost")
        taken = self.take(rows)
        options: Dict[str, Any] = {}
        if "c" in (getattr(self.model, "feature_types", None) or ()):
            if not given.is_frame(taken):
                why = "the model has categories, whose codes are only in a frame with the dtype"
                raise MisfitError(why + " `category`", "categories")
            options["enable_categorical"] = True
        elif getattr(getattr(taken, "dtype", None), "hasobject", False):
            raise MisfitError("the model takes numbers, and the rows hold other values", "numbers")
        if not given.is_frame(taken):
            options["feature_names"] = self.names
        wrapper = self._wrapper()
        if isinstance(wrapper.get("missing"), (int, float)):
            options["missing"] = wrapper["missing"]
        return self.model.predict(xgboost.DMatrix(taken, **options), **self._rounds(wrapper))

    def _wrapper(self) -> Dict[str, Any]:
        """Return what the wrapper for scikit-learn that saved the model wrote, or nothing."""
        written = self.model.attributes().get("scikit_learn")
        return dict(json.loads(written), saved=True) if written else {}

    def _rounds(self, wrapper: Dict[str, Any]) -> Dict[str, Any]:
        """Return the argument that leaves out rounds after the best one, as a wrapper does."""
        told = self.model.attributes()
        if "best_iteration" not in told or self._is_linear():
            return {}
        best = int(told["best_iteration"]) + 1
        if best < getattr(self.model, "num_boosted_rounds", lambda: math.inf)():
            used = (
                "no later ones are used, as by the wrapper that saved the model"
                if wrapper
                else "later ones are used too, as by `Booster.predict`"
            )
            self.notes.append("training was best at round {}: {}".format(best, used))
        if not wrapper:
            return {}
        if "iteration_range" in inspect.signature(self.model.predict).parameters:
            return {"iteration_range": (0, best)}
        return {"ntree_limit": int(told.get("best_ntree_limit", best))}

    def _is_linear(self) -> bool:
        """Whether there are no trees; before 1.0 it cannot be told, and changes nothing."""
        if not hasattr(self.model, "save_config"):
            return False
        learner = json.loads(self.model.save_config())["learner"]
        return bool(learner["gradient_booster"]["name"] == "gblinear")


class LightGBM(Booster):
    """`lightgbm.Booster` of a text model."""

    def open(self, path: str) -> Any:
        """Return the booster."""
        return importlib.import_module("lightgbm").Booster(model_file=path)

    def feature_names(self) -> Any:
        """Return the names that the model holds."""
        return self.model.feature_name()

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON, with the columns that held texts."""
        known = categories.told_of_lightgbm(self.model, self.names or ())
        return {**super(LightGBM, self).describe(), **categories.described(known)}

    def named(self, rows: Any, names: Optional[List[str]]) -> Any:
        """Return rows with the categories that the model was fitted on, where it has some."""
        if not getattr(self.model, "pandas_categorical", None):
            return super(LightGBM, self).named(rows, names)
        frame = given.frame(rows, names)
        return categories.categorised(frame, categories.of_lightgbm(self.model, frame.columns))

    def ask(self, rows: Any) -> Any:
        """Return what the objective predicts."""
        return self.model.predict(self.take(rows))


class CatBoost(Booster):
    """A CatBoost model in its own format; of a classifier, the classes and probabilities."""

    def open(self, path: str) -> Any:
        """Return the model as the class that its loss belongs to."""
        catboost = importlib.import_module("catboost")
        model = catboost.CatBoost()
        model.load_model(path, format=_CATBOOST[self.kind])
        loss = _loss(model)
        self.classifies = loss in _OF_CLASSES
        if self.classifies or loss in _NOT_RAW:
            kind = catboost.CatBoostClassifier if self.classifies else catboost.CatBoostRegressor
            model = kind()
            model.load_model(path, format=_CATBOOST[self.kind])
        return model

    def feature_names(self) -> Any:
        """Return the names that the model holds."""
        return self.model.feature_names_

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON, with the columns that are texts to it."""
        texts = categories.told_of_catboost(self.model)
        return {**super().describe(), **({"texts": texts} if texts else {})}

    def named(self, rows: Any, names: Optional[List[str]]) -> Any:
        """Return named rows as lists: categories stay texts or whole numbers."""
        if given.is_frame(rows):
            return given.frame(rows, names)
        wanted, rows = given.ordered(rows, names)
        columns = [list(given.column(rows, name)) for name in wanted]
        return [list(cells) for cells in zip(*columns)]  # noqa: B905 - as above

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - always by name
        """Return predictions, and probabilities of a classifier."""
        taken = self.take(rows)
        if isinstance(rows, list) and getattr(getattr(taken, "dtype", None), "hasobject", False):
            taken = rows
        found: Output = {"predictions": self.model.predict(taken)}
        if self.classifies and probabilities:
            found["probabilities"] = self.model.predict_proba(taken)
            found["classes"] = self.model.classes_
        return found


_OF_CLASSES = ("Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll")
_NOT_RAW = ("Poisson", "Tweedie", "RMSEWithUncertainty")  # the regressor converts the sum of trees


def _loss(model: Any) -> str:
    """Return the name of the loss that a CatBoost model was trained for, "" where it has none."""
    try:
        return str(model.get_all_params().get("loss_function", "")).partition(":")[0]
    except Exception:  # noqa: BLE001 - a model without its parameters
        return ""


def load(
    kind: str, path: str, digest: Optional[str], labels: Optional[Dict[str, Any]] = None
) -> Booster:
    """Return the booster of a file; `labels` are the classes that its own file does not hold.

    Raises `RefusedError` where its bytes are not those of `digest`.
    """
    held = Held(os.fspath(path))
    held.match(digest)
    made = XGBoost if kind.startswith("xgboost") else CatBoost if kind in _CATBOOST else LightGBM
    booster = made(kind, held)
    booster.classes = portable.classes(labels)
    return booster
