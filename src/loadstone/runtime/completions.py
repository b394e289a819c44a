"""What a version of scikit-learn looks for in an estimator that another one did not write.

A parameter that is not there has the default of its class; the rest stands in tables, of attributes
(`completion_attributes`), of what is held otherwise (`completion_changes`), and of both for a
version that is older than the file (`completion_older`), read from the sources of the versions.
Whether the model then predicts what it did is not known from any of this: predictions tell.
"""

import importlib
import inspect
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

from .completion_attributes import ATTRIBUTES
from .completion_changes import CHANGES, STATES, SUBSTITUTES, Convert, Version
from .completion_older import BACK, OLDER

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


class _Seed:
    """What a generator was seeded with: its state is held besides, and nothing asks for this."""

    def __setstate__(self, state: Any) -> None:
        """Take any state."""


def random(name: str) -> Any:
    """Return a constructor below `numpy.random` that takes what any NumPy wrote.

    None where the NumPy here does so itself, which 2 and later do.
    """
    numpy = importlib.import_module("numpy")
    if int(numpy.__version__.split(".")[0]) > 1:
        return None
    if name == "__bit_generator_ctor":
        return _generator
    if name == "__pyx_unpickle_SeedSequence":
        return lambda *_: _Seed()
    kinds = {"__randomstate_ctor": "RandomState", "__generator_ctor": "Generator"}
    made = getattr(numpy.random, kinds.get(name, ""), None)
    return made and (lambda kind="MT19937", *_: made(_generator(kind)))


def metrics(module: str, name: str) -> Tuple[str, ...]:
    """Return where a distance of the neighbours' trees may be: it has its width since 1.3."""
    if module.split(".", maxsplit=1)[0] != "sklearn" or not module.endswith("dist_metrics"):
        return ()
    found = (name + "64", name[:-2]) if name != "newObj" else (name,)
    homes = (
        "sklearn.metrics._dist_metrics.",
        "sklearn.neighbors._dist_metrics.",
    )  # 1.0, and before
    return tuple(home + item for home in homes for item in found)


def _is_of(kind: type, classes: str) -> bool:
    wanted = classes.split()
    return any(
        item.__name__ in wanted and item.__module__.split(".")[0] == "sklearn"
        for item in kind.__mro__
    )


def changed(made: Any, saved: Version, here: Version) -> Iterator[str]:
    """Write what else is held otherwise here in an object; yield what was done."""
    kind = type(made)
    for item in CHANGES:
        meant = saved and saved < item.saved and here >= item.here and _is_of(kind, item.classes)
        if meant and item.make(made):
            yield item.words
    for back in BACK:
        meant = saved >= back.saved and here < back.before and _is_of(kind, back.classes)
        if meant and back.make(made, here):
            yield back.words


def missing(made: Any, here: Version) -> Iterator[Tuple[str, Any]]:
    """Yield the attributes that the class looks for here and the object does not have."""
    held, kind = made.__dict__, type(made)
    asked = _parameters(kind)
    for name, default in asked.items():
        if name in held:
            continue
        other = _otherwise(kind, name)
        if other in held and other not in asked:
            yield name, held[other]
        elif default is not inspect.Parameter.empty:
            yield name, default
    wanted = [(item.name, item.classes, item.make) for item in ATTRIBUTES if here >= item.since]
    wanted += [(item.name, item.classes, item.make) for item in OLDER if here < item.before]
    for name, classes, make in wanted:
        if name not in held and _is_of(kind, classes):
            try:
                value = make(made)
            except (AttributeError, KeyError):
                continue  # it was not fitted, or is not of what the entry was read from
            yield name, value


def _otherwise(kind: type, name: str) -> Optional[str]:
    """Return what else a parameter is called in other versions."""
    for classes, new, old in _RENAMED:
        if name in (new, old) and _is_of(kind, classes):
            return old if name == new else new
    return None


def _parameters(kind: type) -> Dict[str, Any]:
    """Return the parameters of an estimator's class with their defaults."""
    if not hasattr(kind, "get_params"):
        return {}
    asked = list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]
    return {item.name: item.default for item in asked if item.kind not in _WIDE}


def states(kind: type) -> Sequence[Convert]:
    """Return what is done to the state of an object of a class before the class sees it."""
    return STATES.get(kind.__name__, [])
