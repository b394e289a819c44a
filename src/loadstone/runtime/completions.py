"""What a version of scikit-learn looks for in an estimator that an older one did not write.

A parameter that is new has the default of its class; the rest stands in two tables, of attributes
(`completion_attributes`) and of what is held otherwise (`completion_changes`), read from the
sources of the versions. Whether the model then predicts what it did is not known from any of this:
predictions tell.
"""

import importlib
import inspect
from typing import Any, Dict, Iterator, Sequence, Tuple

from .completion_attributes import ATTRIBUTES
from .completion_changes import CHANGES, STATES, SUBSTITUTES, Change, Convert, Version

__all__ = ["ATTRIBUTES", "CHANGES", "SUBSTITUTES", "Version"]

_WIDE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

# parameters that have another name since a version
_RENAMED = (
    ("OneHotEncoder", "sparse_output", "sparse"),
    ("BaseBagging BaseWeightBoosting CalibratedClassifierCV", "estimator", "base_estimator"),
    ("_BaseChain RANSACRegressor SelfTrainingClassifier", "estimator", "base_estimator"),
    ("AgglomerativeClustering FeatureAgglomeration", "metric", "affinity"),
)


def version_of(text: str) -> Version:
    """Return major and minor of a version; empty where it is none."""
    parts = text.split(".")[:2]
    return tuple(map(int, parts)) if len(parts) == 2 and all(map(str.isdigit, parts)) else ()


def _generator(kind: Any = "MT19937") -> Any:
    """Return a bit generator of NumPy's, named by a text up to 1.23 and by its class since."""
    if not isinstance(kind, (str, type)):
        return kind
    name = kind if isinstance(kind, str) else kind.__name__
    return getattr(importlib.import_module("numpy.random"), name)()


def random(name: str) -> Any:
    """Return a constructor of `numpy.random._pickle` that takes what any NumPy wrote.

    None where the NumPy here does so itself, which 2 and later do.
    """
    numpy = importlib.import_module("numpy")
    if int(numpy.__version__.split(".")[0]) > 1:
        return None
    if name == "__bit_generator_ctor":
        return _generator
    kinds = {"__randomstate_ctor": "RandomState", "__generator_ctor": "Generator"}
    made = getattr(numpy.random, kinds.get(name, ""), None)
    return made and (lambda kind="MT19937", *_: made(_generator(kind)))


def metrics(module: str, name: str) -> Tuple[str, ...]:
    """Return where a distance of the neighbours' trees may be: it has its width since 1.3."""
    if module.split(".", maxsplit=1)[0] != "sklearn" or not module.endswith("dist_metrics"):
        return ()
    found = (name + "64", name[:-2]) if name != "newObj" else (name,)
    return tuple("sklearn.metrics._dist_metrics." + item for item in found)


def _is_of(kind: type, classes: str) -> bool:
    wanted = classes.split()
    return any(
        item.__name__ in wanted and item.__module__.split(".")[0] == "sklearn"
        for item in kind.__mro__
    )


def changes(kind: type, saved: Version, here: Version) -> Iterator[Change]:
    """Yield what else is written in an object of a class."""
    for item in CHANGES:
        if saved and saved < item.saved and here >= item.here and _is_of(kind, item.classes):
            yield item


def missing(made: Any, here: Version) -> Iterator[Tuple[str, Any]]:
    """Yield the attributes that the class looks for here and the object does not have."""
    held, kind = made.__dict__, type(made)
    for new, default in _parameters(kind).items():
        if new in held:
            continue
        old = [old for classes, name, old in _RENAMED if name == new and _is_of(kind, classes)]
        if old and old[0] in held:
            yield new, held[old[0]]
        elif default is not inspect.Parameter.empty:
            yield new, default
    for item in ATTRIBUTES:
        if item.name not in held and here >= item.since and _is_of(kind, item.classes):
            try:
                value = item.make(made)
            except (AttributeError, KeyError):
                continue  # it was not fitted, or is older than what the entry was read from
            yield item.name, value


def _parameters(kind: type) -> Dict[str, Any]:
    """Return the parameters of an estimator's class with their defaults."""
    if not hasattr(kind, "get_params"):
        return {}
    asked = list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]
    return {item.name: item.default for item in asked if item.kind not in _WIDE}


def states(kind: type) -> Sequence[Convert]:
    """Return what is done to the state of an object of a class before the class sees it."""
    return STATES.get(kind.__name__, [])
