"""Judges objects of kornia's, nltk's, scipy's and statsmodels' that some values alone allow."""

from typing import Any, List

from .audited_conditions import is_module
from .audited_values import class_of, is_inert, nested_in
from .pickle_values import Call, Global, Pairs, TupleItems

__all__ = ["are_features", "is_seasonal", "is_tree_of_nodes", "is_uncompiled"]

_OF_TREE = ["data", "leafsize", "m", "maxes", "mins", "n", "tree"]
_NODES = ("KDTree.innernode", "KDTree.leafnode")
_STL, _PERIODS = 12, 1 << 20  # arguments of a decomposition, and the longest period
_FEATURES = frozenset(
    "nltk.featstruct." + name for name in ("Feature", "SlashFeature", "RangeFeature")
)


def is_tree_of_nodes(call: Call, args: List[Any]) -> bool:
    """Judge a tree as scipy up to 1.5 wrote it, in Python; a later one takes only a tuple."""
    made, how = class_of(call)
    plain = not (args or call.kwargs or call.pairs)
    if getattr(made, "path", "") != "scipy.spatial.kdtree.KDTree" or how != "new" or not plain:
        return False
    state = call.states[0] if len(call.states) == 1 else None
    if not isinstance(state, Pairs) or sorted(str(key) for key, _ in state) != _OF_TREE:
        return False
    top = state.get("tree")
    func = class_of(top)[0] if isinstance(top, Call) else None
    node = nested_in(func) if isinstance(func, Call) else func
    held = TupleItems([value for key, value in state if key != "tree"])
    return (
        isinstance(node, Global)
        and node.module == "scipy.spatial.kdtree"
        and node.name in _NODES
        and is_inert(held)
    )


def is_seasonal(call: Call, args: List[Any]) -> bool:
    """Judge a decomposition of a series, which makes arrays of its length and its period."""
    return (
        len(args) == _STL
        and not (call.states or call.kwargs or call.pairs)
        and is_inert(args[0])
        and all(
            value is None or (type(value) in (bool, int) and value < _PERIODS) for value in args[1:]
        )
    )


def are_features(call: Call, args: List[Any]) -> bool:
    """Judge features of nltk's by their names, which are texts or features; values are kept."""
    if args or call.kwargs or not all(isinstance(state, Pairs) for state in call.states):
        return False
    told = [pair for state in call.states for pair in state]
    plain = all(key in ("_frozen", "_hash") and type(held) in (bool, int) for key, held in told)
    return plain and all(isinstance(key, str) or _is_feature(key) for key, _ in call.pairs)


def _is_feature(key: Any) -> bool:
    made, how = class_of(key) if isinstance(key, Call) else (None, "")
    return how == "new" and getattr(made, "path", "") in _FEATURES


def is_uncompiled(call: Call, args: List[Any]) -> bool:
    """Judge a module of kornia's, which is compiled again by what its state keeps for that."""
    return (
        not args
        and is_module(call)
        and all(
            isinstance(state, Pairs)
            and all(isinstance(key, str) for key, _ in state)
            and all(value is None for key, value in state if key == "_compile_kwargs")
            for state in call.states
        )
    )
