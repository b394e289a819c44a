"""The categories that the encoders inside an estimator of scikit-learn were fitted on, by column.

https://scikit-learn.org/stable/modules/preprocessing.html#encoding-categorical-features
"""

from typing import Any, Dict, Iterator, List, Tuple

ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")
_LETS_THROUGH = ("SimpleImputer",)  # what hands texts on as they are
_MOST = 1024  # of a column


def fitted(first: Any) -> Dict[str, List[str]]:
    """Return the texts that columns may hold, where all that an encoder knows of one are texts.

    `first` is the step that sees the rows as they are given. Nothing of what is told by places.
    """
    found: Dict[str, List[str]] = {}
    for columns, encoder in _encoders(first):
        held = getattr(encoder, "categories_", None)
        if not isinstance(held, (list, tuple)) or len(held) != len(columns):
            continue
        for name, values in zip(columns, held):  # noqa: B905 - Python 3.6 has no `strict`
            known = [value for value in values.tolist() if not _is_missing(value)]
            texts = bool(known) and all(isinstance(value, str) for value in known)
            if texts and len(known) <= _MOST and isinstance(name, str):
                found[name] = known
    return found


def _encoders(first: Any) -> Iterator[Tuple[List[Any], Any]]:
    """Yield the encoders with the columns that each is given."""
    if type(first).__name__ != "ColumnTransformer":
        names = getattr(first, "feature_names_in_", None)
        if names is not None and _encoder(first) is not None:
            yield list(names), first
        return
    every = list(getattr(first, "feature_names_in_", ()))
    for told in getattr(first, "transformers_", ()):
        encoder = _encoder(told[1])
        if encoder is not None and len(told) == 3:
            yield _columns(told[2], every), encoder


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


def _encoder(transformer: Any) -> Any:
    """Return the encoder that a transformer is, or begins with; None where it is none."""
    steps = getattr(transformer, "steps", None)
    for _, step in steps if isinstance(steps, list) else [("", transformer)]:
        if type(step).__name__ in ENCODERS:
            return step
        if type(step).__name__ not in _LETS_THROUGH:
            return None
    return None


def _is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ == "NAType"  # noqa: PLR0124 - nan
