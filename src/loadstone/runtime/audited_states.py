"""Judges what made objects are filled with and given to, where that could run more.

Audited names only make values. But what is called may iterate what it is given, convert it, or
look an attribute up in it, and a method of a library or a function that the stream put under that
name would run. So calls are given nothing but values (`audited_values`), a state is a plain
container without names that Python itself looks up (`is_filled`), and what is hashed runs no method
of a library (`audited_keys`).
"""

from typing import Any, List, Set

from .audited_keys import is_key
from .audited_spacy import PIPES, attributes_of
from .audited_table import allows, entry_of
from .audited_values import (
    MANAGERS,
    UNPICKLE_BLOCK,
    beside_blocks,
    class_of,
    fields,
    given,
    holds_codes,
    is_inert,
    library_of,
    nested_in,
    pairs_of,
)
from .pickle_values import Call, Global, Items, Opaque, Pairs, Persistent, TupleItems

__all__ = ["ITERATORS", "has_plain_names", "is_filled", "is_kept", "is_text_as_bytes"]

# Keys of a state that look like names which Python looks up, and are none. pydantic's are read by
# its own `__setstate__`, and some libraries keep their version so.
_NAMES = frozenset(
    [
        "__networkx_cache__",
        "__overloads__",
        "__orig_class__",
        "__skforecast_tags__",
        "__FILE_RESOURCE_DATA__",
    ]
    + ["__dict__", "__doc__", "__name__", "__module__", "__qualname__", "__version__"]
    + ["__mpl_version__", "__stored_args__", "__signature__", "__wrapped__", "__annotations__"]
    + ["__args__", "__kwargs__", "__fields_set__", "__private_attribute_values__"]
    + ["__pydantic_" + name + "__" for name in ("fields_set", "extra", "private", "root_model")]
)
# their methods that fill an object were read: what a list or a tuple holds is only kept
_READ = frozenset(["numpy", "pandas"])
# they keep what they are given, where they take no more of it than its iterator
ITERATORS = (
    *(
        (module, name)
        for module in ("builtins", "__builtin__")
        for name in ("iter", "reversed", "enumerate")
    ),
    ("builtins", "zip"),
    *(
        ("itertools", name)
        for name in (
            *("chain", "islice", "repeat", "cycle", "product", "permutations", "combinations"),
            *("combinations_with_replacement", "accumulate", "zip_longest", "compress"),
            *("izip", "izip_longest"),
        )
    ),
)
# they keep what they are given, and do no more with it
_KEEPERS = frozenset(
    [
        ("functools", "partial"),
        ("builtins", "getattr"),
        ("__builtin__", "getattr"),
        ("dill._dill", "_get_attr"),
        ("dill.dill", "_get_attr"),
        ("dill._dill", "_create_ftype"),
        ("dill.dill", "_create_ftype"),
        ("inspect", "Signature"),
        ("_operator", "getitem"),
        ("types", "GenericAlias"),
        *ITERATORS,
    ]
)
_ARRAYS_BY_DILL = (("dill._dill", "_create_array"), ("dill.dill", "_create_array"))
_FEATURES = ("nltk.featstruct.FeatDict", "nltk.featstruct.FeatList")
_WEIGHTS = "torchvision.models._api.Weights"
_PRESETS = "torchvision.transforms._presets"
_NAMESPACES = frozenset([("argparse", "Namespace"), ("types", "SimpleNamespace")])
# dictionaries that are their own attributes, and are filled with themselves
_THEMSELVES = frozenset(["statsmodels.tools.tools.Bunch"])
# what they call takes what they make
_TOGETHER = (
    *("statsmodels.tsa.statespace._", "spacy.", "plotly.graph_objs.", "pint."),
    "datasets.features.features.",
)
_CONTAINERS = frozenset(
    ["set", "frozenset", "list", "OrderedDict", "Counter", "deque", "defaultdict"]
)


# what putting items into an object looks up in it, unless it is one of Python's own
_ADDING = frozenset(["append", "extend", "add", "update"])


# values that no text is equal to, by how their paths begin
_NO_TEXTS = ("datetime.", "decimal.", "fractions.", "uuid.", "pandas._libs.tslibs.")
_OF_NUMPY = frozenset(["numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"])


def _is_looked_up(key: Any) -> bool:
    """Whether a key may be a name that is looked up in the object itself: `__array__` and others.

    A dictionary whose items are its attributes gives what was put under it.
    """
    if isinstance(key, Call) and key.path in _OF_NUMPY:
        key = _number_or_text(key)
    if isinstance(key, str):
        return key[:2] == "__" and key[-2:] == "__" and key not in _NAMES
    if not isinstance(key, Call) or (key.path or "").startswith(_NO_TEXTS):
        return False
    entry = entry_of(key.func.module, key.func.name) if isinstance(key.func, Global) else None
    return entry is None or not entry.uses >= {"call", "key"}  # which are enumerations


def _number_or_text(call: Call) -> Any:
    """Return a text of numpy's, or 0 for a number; what is neither as it is."""
    args = list(call.args) if isinstance(call.args, list) else []
    words = args[0].args if args and isinstance(args[0], Call) else None
    word = words[0] if isinstance(words, list) and words else None
    if not isinstance(word, str):
        return call
    kind, held = word.lstrip("<>=|")[:1], args[1] if len(args) > 1 else None
    if kind in "biufcmM":
        return 0
    if kind == "U" and isinstance(held, Call) and is_text_as_bytes(held):
        held = held.args[0] if isinstance(held.args, list) and held.args else None
    elif kind == "U" and isinstance(held, bytes):
        held = held.decode("latin-1")
    return held.replace("\0", "") if isinstance(held, str) else call


def is_filled(call: Call) -> bool:  # noqa: PLR0911 - a rule each
    """Whether an object is filled once, from a plain container of names that nobody looks up."""
    if len(call.states) > 1 and not _is_announced_again(call):
        return False  # the first could put there what the second calls
    made, _ = class_of(call)
    if isinstance(made, Global) and made.path in _FEATURES:
        return True  # by its own rule
    if (call.appended or call.added) and not _ADDING.isdisjoint(_names_in(call)):
        return False
    keys = [key for key, _ in pairs_of(call)]
    if (call.states or call.appended or call.added) and any(isinstance(k, Call) for k in keys):
        return False  # it may be equal to such a name
    if call.path == "functools.partial":
        return all(map(_is_of_partial, call.states)) and not call.pairs
    if call.path == "torch.utils.hooks.RemovableHandle":
        return all(map(_is_of_handle, call.states)) and not call.pairs
    path = (made.module, made.name) if isinstance(made, Global) else None
    if path in ITERATORS or path == ("torch", "ScriptObject"):
        return not (call.pairs or call.appended or call.added)  # by its own rule
    library, own = library_of(made), _own_of(made)
    root = made.module.partition(".")[0] if isinstance(made, Global) else ""
    if library != "python" and any(map(_is_looked_up, keys)):
        return False
    remade = isinstance(made, Global) and made.name.startswith("__pyx_unpickle_")
    looked_at = attributes_of if call.path in PIPES else fields
    return all(
        _is_plain(looked_at(state) if remade else state, library, own, root)
        or (state is call and getattr(made, "path", "") in _THEMSELVES)
        for state in call.states
    )


def _is_announced_again(call: Call) -> bool:
    """Whether what announces an array is filled with nothing, as its own bytes may read."""
    return call.path == "joblib.numpy_pickle.NumpyArrayWrapper" and all(
        state is None or (isinstance(state, Items) and not state) for state in call.states[1:]
    )


def _is_of_partial(state: Any) -> bool:
    """Whether a partial only keeps its state: a function, a tuple, a dictionary, its attributes."""
    if not isinstance(state, TupleItems) or len(state) != 4 or not isinstance(state[1], TupleItems):
        return False
    plain = all(part is None or isinstance(part, Pairs) for part in state[2:])
    return plain and (state[3] is None or has_plain_names(state[3]))


def _is_of_handle(state: Any) -> bool:
    """Whether a handle is of dictionaries that are Python's own, and a number that is compared."""
    if not isinstance(state, TupleItems) or len(state) not in (2, 3) or type(state[1]) is not int:
        return False
    more = state[2] if len(state) > 2 else None
    held = [state[0], *(more if isinstance(more, TupleItems) else [more])]
    return all(
        one is None or (isinstance(one, Call) and one.path == "collections.OrderedDict")
        for one in held
    )


def _own_of(made: Any) -> str:
    """Return the library whose objects may stand in a state, where that is its condition."""
    entry = entry_of(made.module, made.name) if isinstance(made, Global) else None
    if entry is None or entry.uses.isdisjoint(["@own", "@cython"]):
        return ""
    return str(made.module.partition(".")[0])


def _names_in(call: Call) -> Set[str]:
    """Return the names of the attributes that an object may have got from its stream."""
    held = pairs_of(call)
    for state in call.states:
        for part in state if isinstance(state, TupleItems) else [state]:
            held += part if isinstance(part, Pairs) else []
            own = part.get("__dict__") if isinstance(part, Pairs) else None
            held += own if isinstance(own, Pairs) else []
    return {key for key, _ in held if isinstance(key, str)}


def is_text_as_bytes(state: Any) -> bool:
    """Whether a value is the bytes of a text, as old protocols write bytes."""
    return isinstance(state, Call) and state.path == "_codecs.encode"


def _is_plain(state: Any, library: str, own: str, root: str) -> bool:
    if is_text_as_bytes(state):
        return True
    if isinstance(state, Opaque):  # pandas fills a frame from its blocks
        return library == "generated" and isinstance(state, Call) and _of_pandas(state)
    if isinstance(state, Pairs):
        return has_plain_names(state)
    if isinstance(state, TupleItems) and len(state) == 2:
        parts = [part for part in state if part is not None]
        if all(isinstance(part, Pairs) for part in parts):
            if isinstance(state[1], Pairs) and any(key == "__dict__" for key, _ in state[1]):
                return False  # it would take the place of all that is known of its attributes
            # a setter of a class that was added by hand may look up what it is given
            set_by_name = state[1] if library not in ("generated", "python") else None
            return all(map(has_plain_names, parts)) and is_inert(set_by_name, root)
    # a loader asks an object whether it is empty, and a method may iterate what is in a list
    return library in _READ or not isinstance(state, Items) or is_inert(state, own)


def _of_pandas(state: Call) -> bool:
    return (state.path or "").startswith("pandas.") and is_inert(state)


def has_plain_names(state: Pairs) -> bool:
    """Whether no name of a state is one that Python or a library looks up in an object."""
    for key, value in state:
        if isinstance(key, Opaque):
            return False
        if key == "__dict__" and isinstance(value, Pairs) and not has_plain_names(value):
            return False
        if not isinstance(key, str):
            continue
        if key[:2] == "__" and key[-2:] == "__" and key not in _NAMES:
            return False
        if key == "_sklearn_version" and not isinstance(value, str):  # it is compared and printed
            return False
    return True


def is_kept(call: Call) -> bool:  # noqa: PLR0911 - a rule each
    """Whether what a call is given is only kept, or made into a value of what are values."""
    func = nested_in(call.func) if isinstance(call.func, Call) else call.func
    if not isinstance(func, Global):
        return True
    named = (func.module, func.name)
    if named in _KEEPERS or named in _NAMESPACES:  # these ask what they are given for its keys
        return named in _KEEPERS or not call.args
    args = list(call.args) if isinstance(call.args, list) else []
    if named in _ARRAYS_BY_DILL:  # by its own rule: objects are only kept
        return not call.kwargs
    if func.name == "_reconstructor" and func.module in ("copyreg", "copy_reg"):
        held = (Items, Opaque) if _is_made_of_text(args[1:2]) else Opaque
        return len(args) == 3 and not isinstance(args[2], held) and _are_keys(args[1:])
    if func.module in ("builtins", "__builtin__", "collections") and func.name in _CONTAINERS:
        args = args[1:] if func.name == "defaultdict" else args  # a factory: nothing here calls it
        return not call.kwargs and all(_is_container(arg, func.name) for arg in args)
    own = func.module.partition(".")[0] if f"{func.module}.".startswith(_TOGETHER) else ""
    if _names_weights(func):
        return _is_weights(call)
    if func.path == UNPICKLE_BLOCK or func.path in MANAGERS:
        return all(is_inert(part, kept=True) for part in beside_blocks(call))
    if (func.module, func.name) == ("spacy.vocab", "unpickle_vocab"):  # the last two are only kept
        return is_inert(TupleItems(args[:5]), own)
    if func.name == "FrozenList":  # it goes over what it is given
        return all(isinstance(arg, Items) and is_inert(arg) for arg in args)
    if func.module[:7] not in ("pandas", "pandas.") and holds_codes(call.args):
        return False
    return is_inert(given(call), own) and is_inert(call.kwargs)


def _is_made_of_text(bases: List[Any]) -> bool:
    """Whether a text or a number is made, which asks what it is given for its text."""
    names = ("object", "dict", "list", "tuple", "set", "frozenset")
    return not all(isinstance(base, Global) and base.name in names for base in bases)


def _are_keys(args: List[Any]) -> bool:
    base, items = args
    name = base.name if isinstance(base, Global) else ""
    if name == "dict" and items is not None:
        return _is_container(items, "OrderedDict")
    return name not in ("set", "frozenset") or is_key(items)


def _names_weights(made: Any) -> bool:
    """Whether it is an enumeration of the weights of a model of torchvision's."""
    own = isinstance(made, Global) and made.module.startswith("torchvision.models.")
    return own and made.name.endswith("Weights") and allows(made, "call")


def _is_weights(call: Call, depth: int = 2) -> bool:
    """Judge a choice of torchvision's weights, which is compared with those that it has; 0.13 on.

    Weights are a text, what makes transforms (kept, and compared in a partial), and what is told
    of them, another choice among that where they are quantized.
    """
    args = list(call.args) if isinstance(call.args, list) else []
    held = args[0] if len(args) == 1 and not (call.kwargs or call.states) else None
    if not isinstance(held, Call) or held.path != _WEIGHTS or held.how != "new" or held.args:
        return False
    state = held.states[0] if len(held.states) == 1 else None
    if not isinstance(state, Pairs):
        return False
    if sorted(str(key) for key, _ in state) != ["meta", "transforms", "url"]:
        return False
    meta = state.get("meta")
    if not isinstance(state.get("url"), str) or not isinstance(meta, Pairs):
        return False
    told = [part for key, value in meta if key != "unquantized" for part in (key, value)]
    below = [value for key, value in meta if key == "unquantized"]
    return (
        is_inert(TupleItems(told))
        and _is_preset(state.get("transforms"))
        and all(
            depth
            and isinstance(one, Call)
            and _names_weights(one.func)
            and _is_weights(one, depth - 1)
            for one in below
        )
    )


def _is_preset(made: Any) -> bool:
    """Whether it is a class of torchvision's transforms, or a partial of one with values."""
    if isinstance(made, Global):
        return made.module == _PRESETS and entry_of(made.module, made.name) is not None
    if not isinstance(made, Call) or made.path != "functools.partial" or made.kwargs:
        return False
    args = list(made.args) if isinstance(made.args, list) else []
    held = [args, *made.states]
    return all(
        isinstance(one, list)
        and bool(one)
        and isinstance(one[0], Global)
        and _is_preset(one[0])
        and is_inert(TupleItems(one[1:]))
        for one in held
    )


def _is_container(arg: Any, name: str) -> bool:
    """Judge what a container is made of: it iterates it, and hashes the items or the keys."""
    if isinstance(arg, Opaque):
        return isinstance(arg, (Global, Persistent))  # a default factory; others cannot be iterated
    if name in ("OrderedDict", "defaultdict") and not isinstance(arg, Pairs):
        pairs = arg if isinstance(arg, Items) else []
        return all(isinstance(pair, Items) and all(map(is_key, pair[:1])) for pair in pairs)
    if name in ("set", "frozenset", "Counter") and not isinstance(arg, Pairs):
        return is_key(arg)
    return True
