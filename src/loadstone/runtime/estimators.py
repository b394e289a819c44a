"""Estimators of scikit-learn, and whatever speaks as they do: boosters' own, statsmodels' results.

They predict, or transform where they have no `predict`; probabilities come beside where a model
has them. What a model takes it tells by what it holds: names, a text vectorizer, dictionaries.
"""

from typing import Any, Dict, List, Optional, Tuple

from . import batches, categories, counted, given_code, lookups
from . import rows as given
from .errors import describe
from .rows import MisfitError

METHODS = ("predict", "predict_proba", "decision_function", "score_samples", "transform")
_DEPTH = 20
# of scikit-learn since 1.0; of its ColumnTransformer 0.22 to 0.24; of CatBoost; of LightGBM
_NAMED = (
    "feature_names_in_",
    "_feature_names_in",
    "_df_columns",
    "feature_names_",
    "feature_name_",
)
Output = Dict[str, Any]


class Estimator:
    """An unpickled object that predicts or transforms, with the modules that were given to it."""

    def __init__(self, model: Any, given_to_it: Optional[given_code.Given] = None) -> None:
        self.model = model
        self._given = given_to_it or given_code.Given(None)
        self.how = _how(model)
        self.first = _first(model)
        self.names = _names(model)
        self.notes: List[str] = []
        self._counts = False

    def counted(self) -> None:
        """Let what it is made of count what it does not know: the vectorizers and encoders."""
        if not self._counts:
            self._counts = True
            counted.within(self.model)

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        kind = type(self.model)
        known = categories.fitted(self.first)
        numbered = categories.described(self._numbered(refuse=False))
        known.update(numbered.get("categories", {}))
        texts = {**categories.texts(self.first), **numbered.get("texts", {})}
        texts.update(categories.told_of_catboost(self.first))
        return {
            **({"categories": known} if known else {}),
            **({"texts": texts} if texts else {}),
            "model": kind.__module__ + "." + kind.__name__,
            "how": self.how,
            "names": None if self.names is None else [str(name) for name in self.names],
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - always by name
        """Return predictions, and probabilities where they are asked for and the model has them."""
        taken = self.take(rows)
        log = lookups.current()
        if log is not None:
            log.batch(taken, batches.count(taken), ordered=True)
        with self._given:  # code may import as late as here
            found: Output = {"predictions": plain(getattr(self.model, self.how)(taken))}
            if probabilities and self.how == "predict" and hasattr(self.model, "predict_proba"):
                with lookups.paused():  # it looks the same up again
                    found["probabilities"] = plain(self.model.predict_proba(taken))
        if "probabilities" in found:
            classes = getattr(self.model, "classes_", None)
            found["classes"] = None if classes is None else plain(classes)
        return found

    def answers(self, rows: Any) -> Tuple[Output, Dict[str, str]]:
        """Return all that the model says of rows, by method, and why where a method raises."""
        taken = self.take(rows)
        found: Output = {}
        errors: Dict[str, str] = {}
        for name in METHODS:
            method = _held(self.model, name)
            if callable(method):
                try:
                    with self._given:
                        found[name] = plain(method(taken))
                except Exception as error:  # noqa: BLE001 - whatever it raises is part of the answer
                    errors[name] = describe(error)
        return found, errors

    def take(self, rows: Any) -> Any:
        """Return rows as the model takes them."""
        kind = type(self.first).__name__
        if kind in categories.VECTORIZERS:
            return given.texts(rows)
        if kind == "DictVectorizer" or getattr(self.first, "input_type", "") == "dict":
            return _dictionaries(rows)
        if not given.are_records(rows):
            return self._array(rows)
        if _is_statsmodels(self.model):
            return _exog(self.model, rows, self.notes)
        if picks_by_name(self.first) or self.names is not None:
            return self._named(rows)
        return self._unnamed(rows)

    def _numbered(self, *, refuse: bool = True) -> Dict[Any, List[Any]]:
        """Return the columns that a booster numbered by their categories, with these.

        Raises `MisfitError` where LightGBM's cannot be told and `refuse`.
        """
        booster = _booster(self.model)
        if booster is not None:
            return categories.of_xgboost(booster)
        asked = categories.of_lightgbm if refuse else categories.told_of_lightgbm
        return asked(_held(self.first, "booster_"), self.names or ())

    def _array(self, rows: Any) -> Any:
        if isinstance(rows, list) and rows and isinstance(rows[0], str):
            return rows
        taken = given.array(rows) if isinstance(rows, list) else rows
        by_name = picks_by_name(self.first)
        if by_name and self.names is None:
            raise MisfitError(
                "the model picks its columns by name, and the rows have none", "names"
            )
        wanted = getattr(self.first, "n_features_in_", None)
        shape: Any = getattr(taken, "shape", ())
        if type(self.first).__name__ == "IsotonicRegression":
            wanted = 1
        if wanted == 1 and len(shape) == 2 and shape[0] == 1 and shape[1] > 1:
            why = "the model takes one number a row, and this is one row of {}: write `[[…], […]]`"
            raise MisfitError(why.format(shape[1]))
        if wanted and len(shape) == 2 and shape[1] != wanted:
            why = "the rows have {} columns, and the model was fitted on {}"
            raise MisfitError(why.format(shape[1], wanted))
        if self.names is not None and (by_name or hasattr(self.first, "feature_names_in_")):
            return self._in_order(taken, by_name)
        return taken

    def _in_order(self, taken: Any, by_name: bool) -> Any:  # noqa: FBT001 - private
        """Return an array as a frame with the names of the fit, as the model had it then."""
        names: List[Any] = self.names or []
        shape: Any = getattr(taken, "shape", ())
        if len(shape) != 2 or shape[1] != len(names) or not hasattr(taken, "tolist"):
            if by_name:
                why = "the model picks its columns by name: {}; the rows have no names"
                raise MisfitError(why.format(_listed(names)), "names")
            return taken
        columns = {name: given.cells(taken[:, at].tolist()) for at, name in enumerate(names)}
        if not taken.dtype.hasobject:
            columns = {name: taken[:, at] for at, name in enumerate(names)}
        try:
            frame = given.frame(columns, names)
        except MisfitError as error:
            if by_name or error.kind != "no-pandas":
                raise
            return taken
        note = "the rows have no names: their columns are taken in the order of the fit, "
        self.notes.append(note + _listed(names))
        return frame

    def _named(self, rows: Any) -> Any:
        self.notes += given.unused(rows, self.names)
        if picks_by_name(
            self.first
        ):  # it needs those that it picks, and the others in their places
            there, picked = given.names_of(rows), _picked(self.first)
            names = self.names or there
            return given.frame(rows, [name for name in names if name in there or name in picked])
        try:
            frame = given.frame(rows, self.names)
            numbered, new = self._numbered(), _booster(self.model) is not None
            return categories.categorised(frame, numbered, by_name=new) if numbered else frame
        except MisfitError as error:
            if error.kind != "no-pandas":
                raise
        return given.matrix(rows, self.names)

    def _unnamed(self, rows: Any) -> Any:
        """Take records by the order of their names: the model does not hold any."""
        names = given.names_of(rows)
        note = "the model holds no names of columns: the rows are taken in their own order, "
        self.notes.append(note + _listed(names))
        return rows if given.is_frame(rows) else given.matrix(rows, None)


def _listed(names: List[Any]) -> str:
    listed = ", ".join("`{}`".format(name) for name in names[:6])
    return listed + (", …" if len(names) > 6 else "")


def _how(model: Any) -> str:
    """Return the method that answers rows.

    Raises `MisfitError` where the object has none.
    """
    if isinstance(model, type):
        raise MisfitError("the file holds the class `{}`, no fitted model".format(model.__name__))  # noqa: EM103 - messages read better where they are raised
    for name in ("predict", "transform"):
        if callable(getattr(model, name, None)):
            return name
    kind = type(model).__name__
    if isinstance(model, dict):
        able = [repr(key) for key, item in model.items() if hasattr(item, "predict")]
        tail = "; it holds models under " + ", ".join(able[:4]) if able else ""
        raise MisfitError("the file holds a dictionary, which does not predict" + tail, "object")
    if hasattr(model, "fit_predict"):
        why = "`{}` only labels the rows that it was fitted on: it has no `predict`"
        raise MisfitError(why.format(kind), "object")
    raise MisfitError("a `{}` has neither `predict` nor `transform`".format(kind), "object")  # noqa: EM103 - as above


def _first(model: Any) -> Any:
    """Return the innermost estimator that sees the rows as they are given."""
    for _ in range(_DEPTH):
        steps = getattr(model, "steps", None)
        if isinstance(steps, list) and steps:
            model = _step(steps)
            continue
        inner = getattr(model, "best_estimator_", None)
        if inner is None:
            return model
        model = inner
    return model


def _step(steps: List[Tuple[Any, ...]]) -> Any:
    """Return the first step of a pipeline that does something."""
    for step in steps[:-1]:
        if step[1] not in (None, "passthrough"):
            return step[1]
    return steps[-1][1]


def _names(model: Any) -> Optional[List[Any]]:
    """Return the names of the columns that a model was fitted on, in order."""
    for holder in (model, _first(model)):
        for name in _NAMED:
            found = _held(holder, name)
            if found is not None and len(found) and not isinstance(found, (str, dict)):
                names = list(found)
                return None if _are_made_up(names) else names
    booster = _booster(model)
    names = list(getattr(booster, "feature_names", None) or [])
    return names if names and not _are_made_up(names) else None


def _held(holder: Any, name: str) -> Any:
    """Return an attribute, None where asking for it raises: boosters look into their model."""
    try:
        return getattr(holder, name, None)
    except Exception:  # noqa: BLE001 - properties of other libraries
        return None


def _booster(model: Any) -> Any:
    made = getattr(_first(model), "get_booster", None)
    try:
        return made() if callable(made) else None
    except Exception:  # noqa: BLE001 - xgboost raises its own where nothing was fitted
        return None


def _are_made_up(names: List[Any]) -> bool:
    """Whether names are those that a library gives to columns of an array."""
    for pattern in ("f{}", "Column_{}", "{}", "x{}"):
        if [str(name) for name in names] == [pattern.format(at) for at in range(len(names))]:
            return True
    return False


def picks_by_name(first: Any) -> bool:
    """Whether a ColumnTransformer picks columns by their names."""
    for told in getattr(first, "transformers", None) or ():
        if type(first).__name__ != "ColumnTransformer" or len(told) != 3:
            continue
        picked = told[2]
        if callable(picked) or isinstance(picked, str):
            return True
        if any(isinstance(name, str) for name in _items(picked)):
            return True
    return False


def _picked(first: Any) -> List[Any]:
    """Return the columns that a ColumnTransformer picks by name and uses."""
    fitted = getattr(first, "transformers_", None) or first.transformers
    used = [told[2] for told in fitted if not isinstance(told[1], str) or told[1] != "drop"]
    wide = [[one] if isinstance(one, str) else _items(one) for one in used]
    return [name for names in wide for name in names if isinstance(name, str)]


def _items(picked: Any) -> List[Any]:
    return list(picked) if isinstance(picked, (list, tuple)) or hasattr(picked, "shape") else []


def _dictionaries(rows: Any) -> Any:
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    if not given.are_records(rows):
        raise MisfitError("the model takes records, `{…}` a row", "names")
    names = given.names_of(rows)
    columns = [list(given.column(rows, name)) for name in names]
    return [dict(zip(names, cells)) for cells in zip(*columns)]  # noqa: B905 - Python 3.6 has no `strict`


def _is_statsmodels(model: Any) -> bool:
    return type(model).__module__.split(".")[0] == "statsmodels"


def _exog(results: Any, rows: Any, notes: List[str]) -> Any:
    """Return rows for results of statsmodels: by the names of the regressors."""
    model = getattr(results, "model", None)
    if hasattr(getattr(model, "data", None), "design_info") or hasattr(model, "formula"):
        return given.frame(rows, None)
    names = list(getattr(model, "exog_names", None) or [])
    if not names or not getattr(model, "exog", None) is not None:
        raise MisfitError("`{}` forecasts steps in time: it takes no rows".format(_kind(results)))  # noqa: EM103 - as above
    there = given.names_of(rows)
    if "const" in names and "const" not in there:
        notes.append("the rows lack `const`, which is 1 in every row, as `add_constant` makes it")
        rows = {name: given.column(rows, name) for name in there}
        rows["const"] = [1.0] * given.count(rows)
    try:
        return given.frame(rows, names)
    except MisfitError as error:
        if error.kind != "no-pandas":
            raise
    return given.matrix(rows, names)


def _kind(model: Any) -> str:
    return type(model).__name__


def plain(value: Any) -> Any:
    """Return outputs as arrays, lists of arrays, frames or sparse matrices."""
    if type(value).__name__ == "Series" and hasattr(value, "to_frame"):
        import numpy as np

        return np.asarray(value)
    if isinstance(value, (list, tuple)) and value and not hasattr(value[0], "shape"):
        import numpy as np

        return np.asarray(value)
    return value
