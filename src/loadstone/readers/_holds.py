"""What a pickle without torch's tensors holds: a model, weights in arrays, or plain data."""

from __future__ import annotations

import re
from typing import Any

from loadstone.core.classes import dataclass, field, replace
from loadstone.core.facts import Content, Damage, SignatureFact, StateDict, TensorFact
from loadstone.readers import _arrays, _fitted, _label_orders, _objects
from loadstone.readers import _values as values
from loadstone.readers._objects import Plain
from loadstone.readers._source import Buffer
from loadstone.readers._tensors import Odd
from loadstone.runtime.pickles import Pairs

_ENTRIES = 200
_WEIGHTS = re.compile(
    r"(^|[._/])(weights?|bias|biases|kernel|gamma|beta|running_(mean|var)|embeddings?)([._/:]|\d*$)",
    re.IGNORECASE,
)
_TUPLES = ("builtins.tuple", "__builtin__.tuple")
_PADDLE = "StructuredToParameterName@@"
_STEP = re.compile(r"_(moment[12]|beta[12]_pow_acc|velocity|momentum|inf_norm)_\d+$")
_TABLES = ("pandas", "polars", "pyarrow", "xarray")


@dataclass(slots=True)
class Holds:
    """The facts that a value gives."""

    content: Content = "object"
    state_dicts: list[StateDict] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    modules: tuple[Any, ...] = ()
    signatures: tuple[SignatureFact, ...] = ()
    framework: str | None = None
    damage: list[Damage] = field(default_factory=list)
    detail: dict[str, Plain] = field(default_factory=dict)


def read(root: Any, data: Buffer, *, placed: bool) -> Holds:
    """Return what `root` holds; `placed` says that its bytes lie in the file as they are."""
    found = Holds()
    pairs = values.pairs(root)
    if pairs is not None:
        found.entries = {values.key(key): _text(value) for key, value in pairs[:_ENTRIES]}
    fact = _arrays.fact(root, placed=placed)
    if fact is not None:
        if isinstance(fact, TensorFact):
            found.content = "tensor"
            found.state_dicts = [StateDict("", {"": fact}, role="other")]
        found.detail["data"] = f"array {_shown(fact)}"
        return found
    own = _of_paddle(root, placed=placed)
    several = [own] if own is not None else _inside_of_paddle(root, placed=placed)
    if several:
        found.content = "state-dict" if own is not None else "checkpoint"
        found.framework = "paddle"
        found.state_dicts = several
        return found
    own = _weights(root, placed=placed)
    if own is not None:
        found.content = "state-dict"
        found.state_dicts = [own]
        found.entries = {}
        return found
    several = _weights_inside(root, placed=placed)
    if several:
        found.content = "checkpoint"
        found.state_dicts = several
        return found
    tree = _objects.read(root, data, placed=placed)
    found.damage = tree.damage
    found.state_dicts = tree.states()
    found.modules = tuple(tree.modules)
    if tree.is_model:
        found.content = "model"
        found.framework = tree.framework
        found.signatures = _fitted.signatures(tree)
        found.detail |= _fitted.detail(tree, data)
        found.detail |= _label_orders.in_pickle(root, tree, data)
        return found
    if not tree.modules:
        told = _data(root)
        if told:
            found.detail["data"] = told
    return found


def _of_paddle(root: Any, *, placed: bool) -> StateDict | None:
    """Return what `paddle.save` writes of a layer or an optimizer: it adds a map of names."""
    held = {values.key(key): value for key, value in values.pairs(root) or ()}
    names = values.pairs(held.pop(_PADDLE, None))
    if names is None:
        return None
    tensors: dict[str, TensorFact] = {}
    others: dict[str, str] = {}
    for key, value in held.items():
        fact = _arrays.fact(value, placed=placed)
        if isinstance(fact, TensorFact):
            tensors[key] = fact
        else:
            others[key] = _text(value)
    return _state("", tensors, others)


def _state(path: str, tensors: dict[str, TensorFact], others: dict[str, str]) -> StateDict:
    """Return a state dict of PaddlePaddle's: that of an optimizer keeps moments or velocities."""
    kept = any(_STEP.search(key) for key in tensors)
    return StateDict(path, tensors, others, "optimizer" if kept else "model")


def _inside_of_paddle(root: Any, *, placed: bool) -> list[StateDict]:
    """Return the state dicts in a dictionary that `paddle.save` wrote: tensors with their names."""
    found = []
    for name, inside in (values.pairs(root) or ())[:_ENTRIES]:
        held = {values.key(key): value for key, value in values.pairs(inside) or ()}
        told = {key: _named(value, placed=placed) for key, value in held.items()}
        tensors = {key: fact for key, fact in told.items() if fact is not None}
        if tensors:
            others = {key: _text(held[key]) for key in held if key not in tensors}
            found.append(_state(values.key(name), tensors, others))
    return found


def _named(value: Any, *, placed: bool) -> TensorFact | None:
    """Return the tensor of a pair of its name and its array; nothing for anything else."""
    given = values.args(value) if values.called(value) in _TUPLES else ()
    pair = values.items(given[0]) if given and len(given) == 1 else None
    if pair is None or len(pair) != 2 or not isinstance(pair[0], str):
        return None
    fact = _arrays.fact(pair[1], placed=placed)
    return fact if isinstance(fact, TensorFact) else None


def _weights(root: Any, *, placed: bool) -> StateDict | None:
    """Return a dictionary of arrays whose names are those of weights."""
    pairs = values.pairs(root)
    if not pairs or not isinstance(_arrays.fact(pairs[0][1]), TensorFact):
        return None
    if not all(isinstance(key, str) for key, _ in pairs):
        return None
    if not any(_WEIGHTS.search(key) for key, _ in pairs):
        return None
    facts = {values.key(key): _arrays.fact(value, placed=placed) for key, value in pairs}
    tensors = {key: fact for key, fact in facts.items() if isinstance(fact, TensorFact)}
    if len(tensors) != len(facts):
        return None
    return StateDict("", tensors)


def _weights_inside(root: Any, *, placed: bool) -> list[StateDict]:
    """Return the dictionaries of weights in a dictionary that holds plain values beside them."""
    pairs = root if isinstance(root, Pairs) else ()
    found = []
    for key, value in pairs[:_ENTRIES]:
        if values.class_of(value) is not None and _arrays.fact(value) is None:
            return []  # an object, whose own reader tells of it
        held = _weights(value, placed=placed) if isinstance(value, Pairs) else None
        if held is not None:
            found.append(replace(held, path=values.key(key)))
    return found


def _data(root: Any) -> str | None:
    """Return what plain data is, in words; nothing for an object of another class."""
    if root is None or type(root) in (bool, int, float, str, bytes) or isinstance(root, Pairs):
        return values.describe(root)
    if values.pairs(root) is not None or values.items(root) is not None:
        return values.describe(root)
    module, name = values.class_of(root) or ("", "")
    if module.split(".")[0] in _TABLES:
        return f"{module.split('.')[0]} {values.key(name)}"
    return None


def _text(value: Any) -> str:
    fact = _arrays.fact(value)
    return values.describe(value) if fact is None else f"array {_shown(fact)}"


def _shown(fact: TensorFact | Odd) -> str:
    return fact.text.removeprefix("array ") if isinstance(fact, Odd) else str(fact)
