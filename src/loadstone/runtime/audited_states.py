"""Judges what made objects are filled with, given to and hashed by, where that could run more.

Audited names only make values. But what is called may iterate what it is given, convert it, or
look an attribute up in it, and a method of a library or a function that the stream put under that
name would run. So calls are given nothing but values (`is_inert`), a state is a plain container
without names that Python itself looks up (`is_filled`), and what is hashed runs no method of a
library (`is_key`).
"""

import re
import threading
from typing import Any, Dict, List, Optional, Set, Tuple

from .audited_table import entry_of
from .pickle_values import (
    Call,
    Extension,
    Global,
    Items,
    ListItems,
    Opaque,
    Pairs,
    Persistent,
    Stream,
    TupleItems,
    walk,
)

__all__ = [
    "FACTORIES", "MANAGERS", "begin", "beside_blocks", "class_of", "end", "is_filled", "is_inert",
    "is_kept", "is_key", "is_plain_factory", "is_text_as_bytes", "is_zone_class",
    "names_a_function", "pairs_of", "type_word",
]  # fmt: skip

# Keys of a state that look like names which Python looks up, and are none. pydantic's are read by
# its own `__setstate__`, and some libraries keep their version so.
_NAMES = frozenset(
    ["__networkx_cache__", "__orig_class__", "__FILE_RESOURCE_DATA__"]
    + ["__dict__", "__doc__", "__name__", "__module__", "__qualname__", "__version__"]
    + ["__fields_set__", "__private_attribute_values__"]
    + ["__pydantic_" + name + "__" for name in ("fields_set", "extra", "private", "root_model")]
)
_LIBRARIES = frozenset(["python", "numpy", "pandas", "scipy", "sklearn", "torch", "values"])
# their methods that fill an object were read: what a list or a tuple holds is only kept
_READ = frozenset(["numpy", "pandas"])
_VALUES = frozenset(
    ["numpy", "pandas", "scipy", "values"]
)  # also classes of theirs that are made by NEWOBJ
# they hold attributes that the stream chooses, or call what they hold
_HOLDERS = frozenset(
    [
        ("argparse", "Namespace"),
        ("types", "SimpleNamespace"),
        ("functools", "partial"),
        ("builtins", "getattr"),
        ("__builtin__", "getattr"),
        ("numpy", "vectorize"),
        ("numpy.lib.function_base", "vectorize"),
        *(("collections", name) for name in ("ChainMap", "UserDict", "UserList", "UserString")),
    ]
)
_ARRAYS = frozenset(
    [
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
    ]
)
# functions that give a type of Python's own by a word, which another call then calls
_TYPED = frozenset(
    ["cloudpickle.cloudpickle._builtin_type", "dill._dill._load_type", "dill.dill._load_type"]
)
# what makes a plain default when a key of a `defaultdict` is looked up
FACTORIES = frozenset(
    [
        "int",
        "float",
        "str",
        "bool",
        "list",
        "dict",
        "tuple",
        "object",
        "set",
        "frozenset",
        "long",
        "unicode",
        "OrderedDict",
        "Counter",
        "deque",
        "defaultdict",
    ]
)
_RECONSTRUCTED = frozenset(
    ["numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"]
)
_ZONES = ("zoneinfo.ZoneInfo", "pendulum.tz.timezone.Timezone")
UNPICKLE_BLOCK = "pandas._libs.internals._unpickle_block"
MANAGERS = frozenset(
    "pandas.core.internals.managers." + name for name in ("BlockManager", "SingleBlockManager")
)
# parsed from a text; `audited_arguments` wants one that names no file
_PROJECTIONS = frozenset([("pyproj.crs.crs", "CRS"), ("pyproj.crs", "CRS")])
_MAKERS = frozenset(["copyreg._reconstructor", "copy_reg._reconstructor"])
_CLASSES = frozenset(["numpy.ndarray", "numpy.matrix", "numpy.matrixlib.defmatrix.matrix"])
_SCALARS = re.compile(r"(float|complex|int|uint)\d+\Z|(bool|str|bytes|object|datetime64)_?\Z")
# they keep what they are given, and do no more with it
_KEEPERS = frozenset(
    [
        ("argparse", "Namespace"),
        ("types", "SimpleNamespace"),
        ("functools", "partial"),
        ("builtins", "getattr"),
        ("__builtin__", "getattr"),
    ]
)
# dictionaries that are their own attributes, and are filled with themselves
_THEMSELVES = frozenset(["statsmodels.tools.tools.Bunch"])
_OF_SPACY = frozenset(
    [
        *("spacy.vocab.unpickle_vocab", "spacy.strings.StringStore", "spacy.tokenizer.Tokenizer"),
        *("spacy.vectors.unpickle_vectors", "spacy.morphology.unpickle_morphology"),
        "spacy.tokens.doc.unpickle_doc",
    ]
)
# what they call takes what they make
_TOGETHER = ("statsmodels.tsa.statespace._", "spacy.", "plotly.graph_objs.", "pint.")
_CONTAINERS = frozenset(["set", "frozenset", "OrderedDict", "Counter", "deque", "defaultdict"])


class _Walks(threading.local):
    """What the walks of one verdict saw, so that all of them together look at each node once.

    A walk that fails has said that the verdict is `yes`: those after it are not taken.
    """

    def __init__(self) -> None:
        self.seen: Optional[Dict[str, Set[int]]] = None
        self.failed = False

    def of(self, kind: str) -> Set[int]:
        """Return the nodes that walks of a kind saw."""
        return set() if self.seen is None else self.seen.setdefault(kind, set())

    def fail(self) -> bool:
        """Note that a walk failed."""
        self.failed = self.seen is not None
        return False


_walks = _Walks()


def begin() -> None:
    """Begin a verdict, whose streams stay as they are until `end`."""
    _walks.seen, _walks.failed = {}, False


def end() -> None:
    """Forget what was seen."""
    _walks.seen, _walks.failed = None, False


def is_inert(value: Any, own: str = "", *, kept: bool = False) -> bool:
    """Whether code that is given a value runs nothing but what values of libraries do.

    Objects of generated classes are not, but for those of pandas, numpy and scipy: any of their
    methods may have been written to open a file. Those of the library `own` may stand in it, and
    any in the blocks of a frame that is filled with it, where it is `kept`.
    """
    if _walks.failed:
        return True
    seen = _walks.of("kept " + own if kept else "inert " + own)
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (Items, Opaque)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Pairs):
            waiting += [part for pair in node for part in pair]
        elif isinstance(node, Items):
            waiting += node
        elif isinstance(node, Call):
            path = getattr(class_of(node)[0], "path", "") if own else ""
            if own == "spacy" and _is_own(path, own):
                continue
            own_one = bool(own) and _is_own(path, own)
            if not (own_one or _is_value(node)) or any(map(names_a_function, node.states)):
                return _walks.fail()
            if _holds_functions(node):
                return _walks.fail()
            waiting += beside_blocks(node) if kept else [node.args, node.kwargs, *_filling(node)]
        elif isinstance(node, Extension):
            return _walks.fail()
    return True


def _is_own(path: str, own: str) -> bool:
    return path in _OF_SPACY if own == "spacy" else path.split(".", maxsplit=1)[0] == own


def names_a_function(state: Any) -> bool:
    """Whether a state puts something that can be called where a method of its object may stand."""
    parts = state if isinstance(state, TupleItems) else [state]
    held = [value for part in parts if isinstance(part, Pairs) for _, value in part]
    return any(isinstance(value, Global) and not _is_type(value) for value in held)


def _holds_functions(call: Call) -> bool:
    """Whether a dictionary of a library, whose items may be its attributes, holds functions."""
    return _library(class_of(call)[0]) != "python" and any(
        isinstance(value, Global) and not _is_type(value) for _, value in pairs_of(call)
    )


def _is_type(item: Global) -> bool:
    """Whether it is one of the types of single values, which a call would only make."""
    if item.module == "typing" or item.path in _CLASSES:
        return True
    return is_plain_factory(item) or (item.module == "numpy" and bool(_SCALARS.match(item.name)))


def beside_blocks(call: Call) -> List[Any]:
    """Return what a call is given and filled with, but for blocks of objects.

    pandas keeps those as they are (0.25 to 3.0), and each of the objects is told of by itself.
    """
    made, _ = class_of(call)
    args = list(call.args) if isinstance(call.args, list) else [call.args]
    if call.path == UNPICKLE_BLOCK and not (call.states or call.appended or call.pairs):
        return [*_unblocked(args[:1]), *args[1:], call.kwargs]
    if not isinstance(made, Global) or made.path not in MANAGERS:
        return [call.args, call.kwargs, *_filling(call)]
    return [*args, call.kwargs, *(part for state in call.states for part in _of_manager(state))]


def _of_manager(state: Any) -> List[Any]:
    """Return what stands in the containers of a manager's state, but for blocks of objects."""
    found: List[Any] = []
    parts = list(state) if isinstance(state, TupleItems) else [state]
    waiting, blocks = [*parts[:1], *parts[2:]], parts[1:2]
    if blocks and isinstance(blocks[0], ListItems):
        listed = _walks.of("listed blocks")  # one list may be the blocks of many managers
        held = blocks[0]
        blocks = [] if id(held) in listed else list(held)
        listed.add(id(held))
    seen = _walks.of("managers")
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Items):
            found.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            pairs = node if isinstance(node, Pairs) else []
            blocks += [value for key, value in pairs if isinstance(key, str) and key == "values"]
            waiting += [key for key, _ in pairs] if pairs else node
            waiting += [
                value for key, value in pairs if not isinstance(key, str) or key != "values"
            ]
    return [*found, *_unblocked(blocks)]


def _unblocked(blocks: List[Any]) -> List[Any]:
    return [one for one in blocks if not (isinstance(one, Call) and _is_array_of_objects(one))]


def _is_array_of_objects(call: Call) -> bool:
    if call.path in _RECONSTRUCTED:
        kinds = [
            part
            for state in call.states
            for part in (state if isinstance(state, TupleItems) else ())
            if isinstance(part, Call) and part.path == "numpy.dtype"
        ]
        words = [kind.args[0] for kind in kinds if isinstance(kind.args, TupleItems) and kind.args]
        return bool(words) and all(
            isinstance(word, str) and word.lstrip("|") in ("O", "O4", "O8") for word in words
        )
    return isinstance(call.payload, Stream) and call.path == "joblib.numpy_pickle.NumpyArrayWrapper"


def class_of(call: Call) -> Tuple[Any, str]:
    """Return what is called and how, an object of protocols 0 and 1 as those after them make it."""
    args = call.args
    if call.path in _MAKERS and isinstance(args, list) and len(args) == 3:
        return args[0], "new"
    return call.func, call.how


def pairs_of(call: Call) -> List[Tuple[Any, Any]]:
    """Return the items of a dictionary that was made, also those of protocols 0 and 1."""
    args = call.args if call.path in _MAKERS and isinstance(call.args, list) else []
    made = args[2] if len(args) == 3 and isinstance(args[2], Pairs) else []
    return [*made, *call.pairs]


def _filling(call: Call) -> List[Any]:
    if isinstance(call.payload, Stream):  # an array of objects, which joblib unpickles
        return [call.payload.value]
    return [*call.states, *call.appended, *call.added, *(value for _, value in call.pairs)]


def _is_value(call: Call) -> bool:
    """Whether a call makes a value of a library whose values were read."""
    func, how = class_of(call)
    if not isinstance(func, Global):
        made = _is_zone(call.func) or _is_made_by_partial(call.func)
        return made or (type_word(call) or "MethodType") not in ("MethodType", "SimpleNamespace")
    if (func.module, func.name) in _HOLDERS or not _is_plain_default(call):
        return _is_of_pattern(call)
    entry = entry_of(func.module, func.name)
    if entry is None or (func.module, func.name) in _ARRAYS:
        # another finding tells of the one; the other becomes an array
        return isinstance(call.payload, Stream) or not any(map(_holds_objects, call.states))
    if entry.library == "generated":
        return func.module.split(".")[0] in _VALUES or entry.uses >= {"call"}
    if entry.library == "python":
        return not call.states
    parsed = (func.module, func.name) in _PROJECTIONS
    return parsed or entry.library in (_VALUES if how == "new" else _LIBRARIES)


def _holds_objects(state: Any) -> bool:
    """Whether an array that is announced holds objects, which another pickle makes."""
    dtypes = [
        node.args[0] if isinstance(node.args, TupleItems) and node.args else None
        for node in walk(state)
        if isinstance(node, Call) and node.path == "numpy.dtype"
    ]
    return not all(isinstance(word, str) and "O" not in word for word in dtypes)


def type_word(call: Call) -> str:
    """Return the word of the type that is called, where it is one of Python's own; else nothing."""
    func = call.func
    if not isinstance(func, Call) or func.path not in _TYPED:
        return ""
    args = func.args if isinstance(func.args, list) else []
    return args[0] if len(args) == 1 and isinstance(args[0], str) else ""


def _is_of_pattern(call: Call) -> bool:
    """Whether it is a method of a pattern, kept by name."""
    args = call.args if isinstance(call.args, list) else []
    own = call.path in ("builtins.getattr", "__builtin__.getattr") and len(args) == 2
    return own and isinstance(args[0], Call) and args[0].path == "re._compile"


def _is_plain_default(call: Call) -> bool:
    """Whether looking a key up runs nothing that is unread, which a default factory may be."""
    if call.path != "collections.defaultdict" or not isinstance(call.args, list):
        return True
    made = call.args[0] if call.args else None
    return made is None or is_plain_factory(made)


def is_plain_factory(made: Any) -> bool:
    """Whether it is one of Python's own types, which makes a value when it is given nothing."""
    own = isinstance(made, Global) and made.module in ("builtins", "__builtin__", "collections")
    return own and made.name in FACTORIES


def _is_made_by_partial(func: Any) -> bool:
    """Whether a partial is called of a function that makes values, as pandas 1.4 has its blocks."""
    if not isinstance(func, Call) or func.path != "functools.partial" or not func.states:
        return False
    args = list(func.args) if isinstance(func.args, list) else []
    kept = args[:1] + [state[0] if isinstance(state, Items) else None for state in func.states]
    entries = [entry_of(item.module, item.name) for item in kept if isinstance(item, Global)]
    return len(entries) == len(kept) and all(
        entry is not None and entry.library in _VALUES and "call" in entry.uses for entry in entries
    )


def _is_zone(func: Any) -> bool:
    """Whether it is a method of time zones, which `audited_arguments` looks at."""
    args = func.args if isinstance(func, Call) and isinstance(func.args, list) else []
    return bool(args) and is_zone_class(args[0])


def is_zone_class(item: Any) -> bool:
    """Whether it is a class of time zones, which looks them up in tables by their names."""
    return isinstance(item, Global) and item.path in _ZONES


def is_key(value: Any) -> bool:
    """Whether hashing a value, and comparing it with others, runs no method of a library."""
    if _walks.failed:
        return True
    seen = _walks.of("key")
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (Items, Opaque)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Pairs):
            waiting += [part for pair in node for part in pair]
        elif isinstance(node, Items):
            waiting += node
        elif isinstance(node, Call):
            uses = _hashes(node)
            held = [node.args, node.kwargs, *node.states, *node.appended, *node.added]
            if uses is None or (_is_compared(node) and not all(map(_is_plainly_hashed, held))):
                return _walks.fail()
            waiting += held if uses else [node.args]  # a tuple of a library's is hashed with both
        elif isinstance(node, Extension):
            return _walks.fail()
    return True


def _is_compared(call: Call) -> bool:
    """Whether its own methods compute with what it holds."""
    func, _ = class_of(call)
    entry = entry_of(func.module, func.name) if isinstance(func, Global) else None
    return entry is not None and entry.library == "generated" and "fields" in entry.uses


def _is_plainly_hashed(value: Any) -> bool:
    """Whether all that stands in a value are values, or objects of this kind."""
    return all(
        _is_compared(node) or _is_value(node) for node in walk(value) if isinstance(node, Call)
    )


def _hashes(call: Call) -> Any:
    """Return whether what a made object holds is hashed with it; None where a method would run."""
    func, _ = class_of(call)
    if not isinstance(func, Global):
        return False if _is_zone(func) else None
    entry = entry_of(func.module, func.name)
    if entry is None or entry.library != "generated":
        return True
    if "key" in entry.uses:
        return False
    return True if "fields" in entry.uses else None


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


def is_filled(call: Call) -> bool:
    """Whether an object is filled once, from a plain container of names that nobody looks up."""
    if len(call.states) > 1:  # the first could put there what the second calls
        return False
    if (call.appended or call.added) and not _ADDING.isdisjoint(_names_in(call)):
        return False
    keys = [key for key, _ in pairs_of(call)]
    if (call.states or call.appended) and any(isinstance(key, Call) for key in keys):
        return False  # it may be equal to such a name
    if call.path == "functools.partial":
        return all(map(_is_of_partial, call.states)) and not call.pairs
    made, _ = class_of(call)
    library, own = _library(made), _own_of(made)
    root = made.module.partition(".")[0] if isinstance(made, Global) else ""
    if library != "python" and any(map(_is_looked_up, keys)):
        return False
    return all(
        _is_plain(state, library, own, root) or (state is call and call.path in _THEMSELVES)
        for state in call.states
    )


def _is_of_partial(state: Any) -> bool:
    """Whether a partial only keeps its state: a function, a tuple, a dictionary, its attributes."""
    if not isinstance(state, TupleItems) or len(state) != 4 or not isinstance(state[1], TupleItems):
        return False
    plain = all(part is None or isinstance(part, Pairs) for part in state[2:])
    return plain and (state[3] is None or _has_plain_names(state[3]))


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
    return {key for key, _ in held if isinstance(key, str)}


def _library(made: Any) -> str:
    entry = entry_of(made.module, made.name) if isinstance(made, Global) else None
    return "" if entry is None else entry.library


def is_text_as_bytes(state: Any) -> bool:
    """Whether a value is the bytes of a text, as old protocols write bytes."""
    return isinstance(state, Call) and state.path == "_codecs.encode"


def _is_plain(state: Any, library: str, own: str, root: str) -> bool:
    if is_text_as_bytes(state):
        return True
    if isinstance(state, Opaque):  # pandas fills a frame from its blocks
        return library == "generated" and isinstance(state, Call) and _of_pandas(state)
    if isinstance(state, Pairs):
        return _has_plain_names(state)
    if isinstance(state, TupleItems) and len(state) == 2:
        parts = [part for part in state if part is not None]
        if all(isinstance(part, Pairs) for part in parts):
            # a setter of a class that was added by hand may look up what it is given
            set_by_name = state[1] if library not in ("generated", "python") else None
            return all(map(_has_plain_names, parts)) and is_inert(set_by_name, root)
    # a loader asks an object whether it is empty, and a method may iterate what is in a list
    return library in _READ or not isinstance(state, Items) or is_inert(state, own)


def _of_pandas(state: Call) -> bool:
    return (state.path or "").startswith("pandas.") and is_inert(state)


def _has_plain_names(state: Pairs) -> bool:
    for key, value in state:
        if isinstance(key, Opaque):
            return False
        if key == "__dict__" and isinstance(value, Pairs) and not _has_plain_names(value):
            return False
        if not isinstance(key, str):
            continue
        if key[:2] == "__" and key[-2:] == "__" and key not in _NAMES:
            return False
        if key == "_sklearn_version" and not isinstance(value, str):  # it is compared and printed
            return False
    return True


def is_kept(call: Call) -> bool:
    """Whether what a call is given is only kept, or made into a value of what are values."""
    func = call.func
    if not isinstance(func, Global) or (func.module, func.name) in _KEEPERS:
        return True
    args = list(call.args) if isinstance(call.args, list) else []
    if func.name == "_reconstructor" and func.module in ("copyreg", "copy_reg"):
        held = (Items, Opaque) if _is_made_of_text(args[1:2]) else Opaque
        return len(args) == 3 and not isinstance(args[2], held) and _are_keys(args[1:])
    if func.module in ("builtins", "__builtin__", "collections") and func.name in _CONTAINERS:
        args = args[1:] if func.name == "defaultdict" else args  # a factory: nothing here calls it
        return not call.kwargs and all(_is_container(arg, func.name) for arg in args)
    own = func.module.partition(".")[0] if f"{func.module}.".startswith(_TOGETHER) else ""
    if func.path == UNPICKLE_BLOCK or func.path in MANAGERS:
        return all(is_inert(part, kept=True) for part in beside_blocks(call))
    if (func.module, func.name) == ("spacy.vocab", "unpickle_vocab"):  # the last two are only kept
        return is_inert(TupleItems(args[:5]), own)
    return is_inert(call.args, own) and is_inert(call.kwargs)


def _is_made_of_text(bases: List[Any]) -> bool:
    """Whether a text or a number is made, which asks what it is given for its text."""
    names = ("object", "dict", "list", "tuple", "set", "frozenset")
    return not all(isinstance(base, Global) and base.name in names for base in bases)


def _are_keys(args: List[Any]) -> bool:
    base, items = args
    hashed = isinstance(base, Global) and base.name in ("set", "frozenset")
    return not hashed or is_key(items)


def _is_container(arg: Any, name: str) -> bool:
    """Judge what a container is made of: it iterates it, and hashes the items or the keys."""
    if isinstance(arg, Opaque):
        return isinstance(arg, (Global, Persistent))  # a default factory; others cannot be iterated
    if name == "OrderedDict" and not isinstance(arg, Pairs):
        pairs = arg if isinstance(arg, Items) else []
        return all(isinstance(pair, Items) and all(map(is_key, pair[:1])) for pair in pairs)
    if name in ("set", "frozenset", "Counter") and not isinstance(arg, Pairs):
        return is_key(arg)
    return True
