"""Judges what libraries' own loaders call of an object after they unpickled it.

`SaveLoad.load` of gensim calls methods of the object, and of objects in it, and each asks for more:
https://github.com/piskvorky/gensim/blob/develop/gensim/utils.py. `load_learner` of fastai moves the
data of a learner to the processor. What stands in the state of an object under a method's name
would be called in its place.
"""

import re
from typing import Any, Iterator, Set, Tuple

from .audited_table import allows
from .audited_values import class_of, is_value, names_a_function, pairs_of
from .pickle_values import Call, Global, Opaque, Pairs, Stream, TupleItems

__all__ = ["is_loaded_by_gensim", "moves_itself"]

# where models of gensim keep a function
_FUNCTIONS = frozenset(["hashfxn", "wlocal", "wglobal", "scoring", "normalize"])
_ON_CLASS = "gensim.utils.call_on_class_only"  # raises an error
_CONTAINERS = (
    *("collections.", "numpy.random.", "scipy.sparse."),
    "joblib.numpy_pickle.NumpyArrayWrapper",
)
_LEARNER = r"fastai\.(\w+\.)*learner\.\w*Learner\Z"
_ROWS = ("fastai.tabular.core.TabularPandas", "fastai.collab.TabularCollab")
_MOVED = ("cpu", "to")


def is_loaded_by_gensim(call: Call) -> bool:
    """Whether an object of gensim's holds only what no loader calls, where it is one."""
    made, _ = class_of(call)
    if not isinstance(made, Global) or not made.module.startswith("gensim."):
        return True
    return all(
        isinstance(state, Pairs) and all(_is_kept(key, value) for key, value in state)
        for state in call.states
    )


def _is_kept(key: Any, value: Any) -> bool:
    """Whether a value of a model's is none that can be called, or stands where functions do."""
    if isinstance(value, Global):
        plain = not names_a_function(Pairs([("", value)]))
        return plain or key in _FUNCTIONS or value.path == _ON_CLASS
    if not isinstance(value, Call):
        return not isinstance(value, Opaque)
    made, _ = class_of(value)
    path = made.path if isinstance(made, Global) else ""
    if path.startswith("gensim."):
        return allows(made)
    weighs = key in _FUNCTIONS and _is_weight(value)
    return weighs or is_value(value) or path.startswith(_CONTAINERS)


def _is_weight(value: Call) -> bool:
    """Whether it is a partial of a function of gensim's, which has no attributes of its own."""
    held = [value.args, *value.states]
    return value.path == "functools.partial" and all(
        isinstance(part, TupleItems)
        and isinstance(part[0], Global)
        and part[0].module.startswith("gensim.")
        and not any(part[3:])
        for part in held
        if part
    )


def moves_itself(stream: Stream) -> bool:
    """Whether something in a learner of fastai's would be called when its data are moved."""
    if not any(re.match(_LEARNER, item.path) for item in stream.globals):
        return False
    seen: Set[int] = set()
    return any(
        key in _MOVED and isinstance(value, Opaque) and not _is_of_rows(value)
        for call in stream.calls
        for key, value in _named(call, seen)
        if isinstance(key, str)
    )


def _is_of_rows(value: Any) -> bool:
    """Whether it is a table of fastai's, which is no function, and which batches are made of."""
    made = class_of(value)[0] if isinstance(value, Call) else None
    return isinstance(made, Global) and made.path in _ROWS


def _named(call: Call, seen: Set[int]) -> Iterator[Tuple[Any, Any]]:
    """Yield the items and attributes of an object, those of a dictionary once."""
    yield from pairs_of(call)
    for state in call.states:
        for part in state if isinstance(state, TupleItems) else [state]:
            if isinstance(part, Pairs) and id(part) not in seen:
                seen.add(id(part))
                yield from part
