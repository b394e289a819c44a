"""The objects that a pickle makes, as a tree: estimators, their parameters and their arrays.

https://scikit-learn.org/stable/model_persistence.html; `_sklearn_version` is in the state of every
estimator since 0.18.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, ModuleFact, StateDict, TensorFact
from loadstone.readers import _arrays, _boosters
from loadstone.readers import _values as values
from loadstone.readers._source import Buffer
from loadstone.readers._tensors import Odd
from loadstone.runtime.pickles import Pairs

LIMIT = 20_000  # objects, and tensors
_NODES = 200_000
_DEPTH = 40
_ATTRIBUTES = 60
_LISTED = 2_000
_OTHERS = 200
# not parts of a model: values, tables, matrices and random states
_VALUES = frozenset(
    [
        "builtins",
        "__builtin__",
        "collections",
        "datetime",
        "decimal",
        "uuid",
        "pathlib",
        "fractions",
        "re",
        "time",
        "types",
        "enum",
        "functools",
        "numpy",
        "pandas",
        "torch",
        "dateutil",
        "pytz",
        "zoneinfo",
        "joblib",
        "copyreg",
        "copy_reg",
        "_codecs",
    ]
)
_LIBRARIES = {
    "sklearn": "sklearn",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "statsmodels": "statsmodels",
    "gensim": "gensim",
    "imblearn": "imblearn",
    "spacy": "spacy",
    "keras": "keras",
    "tensorflow": "tensorflow",
}
Plain = str | int | float | bool | None


@dataclass(slots=True)
class Tree:
    """The objects below a value, outer before inner."""

    modules: list[ModuleFact] = field(default_factory=list)
    tensors: dict[str, TensorFact] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    held: list[dict[str, Any]] = field(default_factory=list)  # attributes, module by module
    complete: bool = True

    @property
    def is_model(self) -> bool:
        """Whether one of the objects is an estimator, or of a library of models."""
        return any(
            "_sklearn_version" in held or module.module.split(".")[0] in _LIBRARIES
            for module, held in zip(self.modules, self.held, strict=True)
        )

    @property
    def framework(self) -> str | None:
        """The library of the outermost object that is of one."""
        tops = (_LIBRARIES.get(module.module.split(".")[0]) for module in self.modules)
        return next((name for name in tops if name), None)

    @property
    def damage(self) -> list[Damage]:
        """That not everything was looked at."""
        if self.complete:
            return []
        return [Damage("limit", f"not all objects were looked at, {LIMIT} at most")]

    def states(self) -> list[StateDict]:
        """Return the arrays of all objects, as one state dict."""
        if not self.tensors:
            return []
        return [StateDict("", self.tensors, self.others, role="other")]


def is_object(node: Any) -> bool:
    """Whether `node` is an object of a class with attributes, and no plain value."""
    if not values.is_call(node):
        return False
    module, _ = values.class_of(node) or ("", "")
    if not module or module.split(".")[0] in _VALUES:
        return False
    return node.how == "new" or bool(node.states)


def read(root: Any, data: Buffer, *, placed: bool) -> Tree:
    """Return the tree below `root`."""
    tree = Tree()
    seen: set[int] = set()
    waiting: list[tuple[str, Any, int]] = [("", root, 0)]
    visited = 0
    while waiting:
        path, node, depth = waiting.pop()
        visited += 1
        if visited > _NODES or len(tree.modules) >= LIMIT or depth > _DEPTH:
            tree.complete = False
            break
        found = _arrays.fact(node, placed=placed)
        if found is not None:
            _keep(tree, path, found)
            waiting += reversed(list(_elements(path, node, depth)))
            continue
        if id(node) in seen:
            continue
        if is_object(node):
            seen.add(id(node))
            waiting += reversed(list(_object(tree, path, node, depth, data)))
        elif values.is_call(node) or isinstance(node, (Pairs, list, tuple)):
            seen.add(id(node))
            waiting += reversed(list(_inside(path, node, depth)))
    return tree


def _keep(tree: Tree, path: str, found: TensorFact | Odd) -> None:
    if isinstance(found, TensorFact) and len(tree.tensors) < LIMIT:
        tree.tensors.setdefault(path, found)
    elif isinstance(found, Odd) and len(tree.others) < _OTHERS:
        tree.others.setdefault(path, found.text)


def _elements(path: str, node: Any, depth: int) -> Iterator[tuple[str, Any, int]]:
    """Yield what an array of objects holds: a forest keeps its trees in one."""
    found = _arrays.array(node)
    if found is not None and isinstance(found.raw, list):
        yield from _listed(path, found.raw, depth)


def _object(
    tree: Tree, path: str, node: Any, depth: int, data: Buffer
) -> Iterator[tuple[str, Any, int]]:
    held = values.attributes(node)
    module, name = values.class_of(node) or ("", "")
    tree.modules.append(ModuleFact(path, values.key(module), values.key(name), _plain(held, data)))
    tree.held.append(held)
    for key, value in list(held.items())[:_LISTED]:
        yield _join(path, values.key(key)), value, depth + 1
    yield from _inside(path, node, depth)


def _inside(path: str, node: Any, depth: int) -> Iterator[tuple[str, Any, int]]:
    """Yield what a list, a dictionary, or an object that is one holds."""
    pairs = values.pairs(node)
    if pairs is None and values.is_call(node):
        pairs = node.pairs or None
    if pairs is not None:
        for key, value in pairs[:_LISTED]:
            yield _join(path, values.key(key)), value, depth + 1
        return
    inner = values.items(node)
    if inner is None and values.is_call(node):
        inner = node.appended or None
    if inner is not None:
        yield from _listed(path, inner, depth)


def _listed(path: str, inner: Sequence[Any], depth: int) -> Iterator[tuple[str, Any, int]]:
    """Yield the items of a list; `(name, estimator)` goes by its name, as in a pipeline."""
    for number, item in enumerate(inner[:_LISTED]):
        parts = values.items(item)
        if parts is not None and 2 <= len(parts) <= 3 and type(parts[0]) is str:
            yield _join(path, values.key(parts[0])), parts[1], depth + 1
        elif values.is_call(item) or parts is not None or isinstance(item, Pairs):
            yield _join(path, str(number)), item, depth + 1


def _plain(held: Mapping[str, Any], data: Buffer) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for name, value in held.items():
        if len(found) >= _ATTRIBUTES:
            break
        booster = _boosters.embedded(name, value, data)
        if booster is not None:
            found[values.key(name)] = booster
        elif value is None or type(value) in (bool, int, float, str) or values.is_scalar(value):
            found[values.key(name)] = values.plain(value)
        elif (text := values.plain(value)) and isinstance(text, str) and text[:1] == "(":
            found[values.key(name)] = text
    return found


def _join(path: str, name: str) -> str:
    return f"{path}.{name}"[:500] if path else name[:500]
