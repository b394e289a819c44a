"""What the encoders inside an estimator were fitted on, by column: categories, and texts.

https://scikit-learn.org/stable/modules/preprocessing.html#encoding-categorical-features
"""

import importlib
import json
import re
import weakref
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .rows import MisfitError

ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")
VECTORIZERS = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer")
_LETS_THROUGH = ("SimpleImputer",)  # what hands texts on as they are
_MOST = 1024  # of a column
# what XGBoost numbers the types of its arrays by, of whole numbers
_WHOLE = {9: "i1", 10: "u1", 11: "i2", 12: "u2", 13: "i4", 14: "u4", 15: "i8", 16: "u8"}
_KEPT: Any = weakref.WeakKeyDictionary()  # of each booster: the whole model is written to be asked
# What `pandas.read_csv` takes for missing, unless it is told otherwise.
MISSING = frozenset(
    (
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
        *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
    )
)


def fitted(first: Any) -> Dict[str, List[str]]:
    """Return the texts that columns may hold, where all that an encoder knows of one are texts.

    `first` is the step that sees the rows as they are given. Nothing of what is told by places.
    """
    return {name: known for name, known in _known(first) if len(known) <= _MOST}


def texts(first: Any) -> Dict[str, List[str]]:
    """Return the columns that held texts in the fit, whatever their cells look like in a CSV file.

    With each, those of its values that `pandas.read_csv` takes for missing.
    """
    found = missing_like(dict(_known(first)))
    for picked, transformer in _transformers(first):
        if isinstance(picked, str) and type(_head(transformer)).__name__ in VECTORIZERS:
            found.setdefault(picked, [])
    return found


def missing_like(known: Dict[str, List[Any]]) -> Dict[str, List[str]]:
    """Return the columns whose values are all texts, with those that look as if missing."""
    return {
        name: [cell for cell in values if cell in MISSING]
        for name, values in known.items()
        if values and all(isinstance(cell, str) for cell in values)
    }


def of_lightgbm(booster: Any, names: Sequence[Any]) -> Dict[Any, List[Any]]:
    """Return the columns that a booster of LightGBM took as pandas' categories, with these.

    The model keeps the categories in the order of such columns, and says of each column whether its
    values are listed or a range. Raises `MisfitError` where that does not tell which are meant.
    """
    known = getattr(booster, "pandas_categorical", None)
    if not known:
        return {}
    text = booster.model_to_string(num_iteration=1)
    told = re.search(r"^feature_infos=(.*)$", text, re.MULTILINE)
    infos = told.group(1).split(" ") if told else []
    pairs = zip(names, infos)  # noqa: B905 - Python 3.6 has no `strict`
    found = [name for name, info in pairs if info != "none" and not info.startswith("[")]
    if len(found) != len(known):
        why = "which columns are categories cannot be told: give a frame with the dtype"
        raise MisfitError(why + " `category`", "categories")
    return dict(zip(found, known))  # noqa: B905 - as above


def told_of_lightgbm(booster: Any, names: Sequence[Any]) -> Dict[Any, List[Any]]:
    """Return what `of_lightgbm` does, and nothing where it raises."""
    try:
        return of_lightgbm(booster, names)
    except MisfitError:
        return {}


def of_xgboost(booster: Any) -> Dict[str, List[Any]]:
    """Return the columns that a booster of XGBoost took as categories, with these.

    It keeps them from 3.1 on, texts and whole numbers, in the order of their codes.
    https://xgboost.readthedocs.io/en/stable/tutorials/categorical.html
    """
    found: Optional[Dict[str, List[Any]]] = _KEPT.get(booster)
    if found is None:
        found = _KEPT[booster] = _kept_by_xgboost(booster)
    return found


def _kept_by_xgboost(booster: Any) -> Dict[str, List[Any]]:
    types = list(getattr(booster, "feature_types", None) or ())
    names = list(getattr(booster, "feature_names", None) or ())
    if "c" not in types or len(types) != len(names):
        return {}
    try:
        written = bytes(booster.save_raw("json"))
    except TypeError:  # older ones have no format to choose, and keep no categories
        return {}
    model = json.loads(written.decode())["learner"]["gradient_booster"]
    model = model.get("gbtree", model)["model"]  # of DART, inside
    kept = [_cells(told) for told in (model.get("cats") or {}).get("enc") or ()]
    if len(kept) != len(names):
        return {}
    found = zip(names, types, kept)  # noqa: B905 - Python 3.6 has no `strict`
    return {name: cells for name, kind, cells in found if kind == "c"}


def _cells(told: Dict[str, Any]) -> List[Any]:
    """Return the categories of one column of XGBoost's: whole numbers, or UTF-8 cut by offsets.

    Numbers are of numpy's type that the column had. Texts that 3.1 to 3.2 cut amid a letter end
    with a sign that stands for it.
    """
    if "offsets" not in told:
        kind = importlib.import_module("numpy").dtype(_WHOLE[told["type"]]).type
        return [kind(value) for value in told["values"]]
    text = bytes(code & 255 for code in told["values"])
    ends = told["offsets"]
    pairs = zip(ends, ends[1:])  # noqa: B905, RUF007 - as above, and no `pairwise`
    return [text[at:end].decode(errors="replace") for at, end in pairs]


def told_of_catboost(model: Any) -> Dict[str, List[str]]:
    """Return the columns that a model of CatBoost takes as categories or texts, as `texts` does.

    It turns both into text before it looks them up: the number 7 of a fit is found by `7`.
    """
    if not callable(getattr(model, "get_cat_feature_indices", None)):
        return {}
    places = [*model.get_cat_feature_indices(), *model.get_text_feature_indices()]
    return {str(model.feature_names_[at]): [] for at in places}


def described(known: Dict[Any, List[Any]]) -> Dict[str, Any]:
    """Return what a description says of a booster's categories: those of texts, and their columns.

    More than may be listed are texts all the same, and so are those that are not known to the end.
    """
    texts = missing_like(known)
    listed = {name: known[name] for name in texts if len(known[name]) <= _MOST}
    listed = {name: cells for name, cells in listed.items() if "\ufffd" not in "".join(cells)}
    return {**({"texts": texts} if texts else {}), **({"categories": listed} if listed else {})}


def categorised(frame: Any, known: Dict[Any, List[Any]], *, by_name: bool = False) -> Any:
    """Return a frame whose columns `known` have pandas' categories, numbered as in the fit.

    Columns that are categories already stay. A value that the fit did not have is missing. Where
    the library goes by the names of categories, and not by their places (`by_name`), those of the
    rows are given, as in a frame of the user's, and what is new is the library's to say.

    Raises `MisfitError` for cells of another kind than such categories.
    """
    pd, np = importlib.import_module("pandas"), importlib.import_module("numpy")
    frame = frame.copy(deep=False)  # the caller's keeps its columns
    for name, values in known.items():
        if type(frame[name].dtype).__name__ == "CategoricalDtype":
            continue
        cells, categories = list(frame[name]), values
        if by_name and values:
            kind = type(values[0])
            cells = [_of_kind(cell, kind, name) for cell in cells]
            there = dict.fromkeys(cell for cell in cells if cell is not None)
            categories = np.array(list(there), dtype=object if kind is str else kind)
        frame[name] = pd.Categorical(cells, categories=categories)
    return frame


def _of_kind(cell: Any, kind: Any, name: str) -> Any:
    """Return a cell as the categories of its column are, None where it is missing.

    Raises `MisfitError` for one of another kind: as a category it would be none, without a word.
    """
    if _is_missing(cell):
        return None
    number = kind is not str and hasattr(cell, "__index__") and not isinstance(cell, bool)
    if number or (kind is not str and isinstance(cell, float) and cell.is_integer()):
        return kind(cell)
    if kind is str and isinstance(cell, str):
        return cell
    what = "no text, and the fit held texts" if kind is str else "no whole number, as the fit held"
    raise MisfitError("`{}`: `{}` is {}".format(name, cell, what), "categories")  # noqa: EM103 - messages read better where they are raised


def _known(first: Any) -> Iterator[Tuple[str, List[str]]]:
    """Yield the columns of which all that an encoder knows are texts, with these."""
    for name, values in _by_column(first):
        known = [value for value in values if not _is_missing(value)]
        if known and isinstance(name, str) and all(isinstance(value, str) for value in known):
            yield name, known


def _by_column(first: Any) -> Iterator[Tuple[Any, List[Any]]]:
    """Yield columns with the values that an encoder knows of each."""
    if type(first).__name__ == "DictVectorizer":
        yield from _of_dictionaries(first)
    for columns, encoder in _encoders(first):
        held = getattr(encoder, "categories_", None)
        if isinstance(held, (list, tuple)) and len(held) == len(columns):
            for name, values in zip(columns, held):  # noqa: B905 - Python 3.6 has no `strict`
                yield name, values.tolist()


def _of_dictionaries(vectorizer: Any) -> Iterator[Tuple[str, List[Any]]]:
    """Yield the names whose values are texts: each is a feature, `name=value`.

    https://scikit-learn.org/stable/modules/generated/sklearn.feature_extraction.DictVectorizer.html
    """
    features = [item for item in vectorizer.feature_names_ if isinstance(item, str)]
    found: Dict[str, List[Any]] = {}
    for feature in features:
        name, mark, value = feature.partition(vectorizer.separator)
        if mark:
            found.setdefault(name, []).append(value)
    plain = set(features)
    yield from ((name, values) for name, values in found.items() if name not in plain)


def _encoders(first: Any) -> Iterator[Tuple[List[Any], Any]]:
    """Yield the encoders with the columns that each is given."""
    every = list(getattr(first, "feature_names_in_", ()))
    for picked, transformer in _transformers(first):
        head = _head(transformer)
        if type(head).__name__ in ENCODERS:
            yield _columns(picked, every), head


def _transformers(first: Any) -> Iterator[Tuple[Any, Any]]:
    """Yield what is given columns, with what is said of these: names, places, truth values."""
    if type(first).__name__ != "ColumnTransformer":
        names = getattr(first, "feature_names_in_", None)
        if names is not None:
            yield list(names), first
        return
    for told in getattr(first, "transformers_", ()):
        if len(told) == 3:
            yield told[2], told[1]


def _columns(picked: Any, every: List[Any]) -> List[Any]:
    """Return the names of the columns that are picked: by names, places, or truth values."""
    if isinstance(picked, str):
        return [picked]
    if isinstance(picked, slice) or callable(picked):
        return []
    items = list(picked)
    if items and all(str(type(item).__name__).startswith("bool") for item in items):
        items = [at for at, used in enumerate(items) if used]
    places = all(hasattr(item, "__index__") for item in items)
    if places and every and all(-len(every) <= item < len(every) for item in items):
        return [every[item] for item in items]
    return items


def _head(transformer: Any) -> Any:
    """Return the first step of a transformer that does not hand its cells on as they are."""
    steps = getattr(transformer, "steps", None)
    for _, step in steps if isinstance(steps, list) else [("", transformer)]:
        if type(step).__name__ not in _LETS_THROUGH:
            return step
    return None


def _is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ == "NAType"  # noqa: PLR0124 - nan
