"""Judges whether what code is given are values, of which none may run more when it is used.

Code that is given an object iterates it, converts it, calls it, or looks an attribute up in it. So
what is named is no value unless it was read for that, and an object only where its class makes
numbers, texts and tables of what it holds.
"""

import re
from typing import Any, List, Optional, Tuple

from .audited_dill import (
    DILL,
    LOOKED_UP,
    NAMED_TUPLES,
    TYPED,
    found_by_dill,
    named_by_dill,
    type_word,
)
from .audited_sizes import is_short
from .audited_table import entry_of
from .audited_walks import spread, walks
from .pickle_values import (
    Call,
    Extension,
    Global,
    Items,
    ListItems,
    Pairs,
    Stream,
    TupleItems,
    as_partial,
    walk,
)

__all__ = [
    "FACTORIES",
    "LOUD",
    "MANAGERS",
    "PATTERNS",
    "UNPICKLE_BLOCK",
    "beside_blocks",
    "class_of",
    "fields",
    "filling",
    "given",
    "holds_codes",
    "is_block",
    "is_inert",
    "is_plain_factory",
    "is_quiet",
    "is_value",
    "is_zone",
    "is_zone_class",
    "library_of",
    "names_a_function",
    "nested_in",
    "pairs_of",
]  # fmt: skip

PATTERNS = ("re._compile", "regex._regex.compile")  # what makes them
_LIBRARIES = frozenset(["python", "numpy", "pandas", "scipy", "sklearn", "torch", "values"])
_VALUES = frozenset(
    ["numpy", "pandas", "scipy", "values"]
)  # also classes of theirs that are made by NEWOBJ
# they hold attributes that the stream chooses, call what they hold, or count without an end
_HOLDERS = frozenset(
    [
        ("argparse", "Namespace"),
        ("types", "SimpleNamespace"),
        ("functools", "partial"),
        *(
            ("itertools", name)
            for name in (
                *("count", "repeat", "cycle", "product", "permutations", "combinations"),
                *("combinations_with_replacement", "accumulate"),
            )
        ),
        *(("ipaddress", name) for name in ("IPv4Network", "IPv6Network")),
        ("operator", "itemgetter"),
        ("_operator", "getitem"),
        ("types", "GenericAlias"),
        *(
            (module, name)
            for module in DILL
            for name in ("_get_attr", "_import_module", "_create_ftype")
        ),
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
NEW_BLOCK = "pandas.core.internals.blocks.new_block"
MANAGERS = frozenset(
    "pandas.core.internals.managers." + name for name in ("BlockManager", "SingleBlockManager")
)
# parsed from a text; `audited_arguments` wants one that names no file
_PROJECTIONS = frozenset([("pyproj.crs.crs", "CRS"), ("pyproj.crs", "CRS")])
_CODED = ("Categorical", "CategoricalIndex", "MultiIndex")
_MAKERS = frozenset(["copyreg._reconstructor", "copy_reg._reconstructor"])
_CLASSES = frozenset(["numpy.ndarray", "numpy.matrix", "numpy.matrixlib.defmatrix.matrix"])
_SCALARS = r"(float|complex|int|uint)\d+\Z|(bool|str|bytes|object|datetime64)_?\Z"
# what makes an object of a class that it is given, which `audited_arguments` or C code judges
_OF_CLASSES = frozenset(
    [
        *("_reconstruct", "_mareconstruct", "_reconstructor", "newObj", "_reconstruct_array"),
        *("_new_Index", "_new_DatetimeIndex", "_new_PeriodIndex", "_new_IntervalIndex"),
        *("_new_TimedeltaIndex", "_array_reconstructor"),
        *("__generator_ctor", "__randomstate_ctor", "__bit_generator_ctor", "__RandomState_ctor"),
        *(
            "_create_array",
            "_rebuild_from_type",
            "_rebuild_from_type_v2",
            "_fa_rebuild_tensor",
            "make_instance",
            "_recreate_irreducible_unit",
        ),
        *("_picklable_subplot_class_constructor", "_create_empty_object_of_class"),
        *("_unpickle_quantity", "_unpickle_unit", "_unpickle_measurement"),  # which pint ignores
    ]
)
# libraries whose named functions and types were read one by one, and make values when called
_QUIET = frozenset(["python", "numpy", "pandas", "scipy", "torch", "values"])
LOUD = frozenset(["numpy.memmap", "numpy.vectorize", "builtins.print", "__builtin__.print"])
# classes of generated names that compute with what they hold, and do no more
_COMPUTING = (
    r"pandas\.([A-Z]\w*|arrays\.\w+|core\.(frame\.DataFrame|series\.Series))\Z"
    r"|pandas\.(_libs|core\.(arrays|dtypes|indexes|internals))\."
    r"|scipy\.interpolate\.|numpy\.polynomial\."
)
# what of a library may stand in its own objects, where those ask it for its methods
_PARTS = {
    # whose arrays it keeps, where other code that is given a matrix multiplies it or goes over it:
    # indices that lead outside of one make scipy write there
    "implicit": ("scipy.sparse.csr.", "scipy.sparse._csr."),
    "networkx": ("networkx.classes.",),
    "datasets": ("datasets.features.",),
    "astropy": (
        "astropy.units.",
        "astropy.table.column.",
        "astropy.utils.data_info.",
        "astropy.coordinates.angles",
        "astropy.time.formats.",
        "astropy.time.core.Time",
    ),
    "mne": (
        *("mne._fiff.meas_info.", "mne._fiff.proj.", "mne._fiff._digitization.", "mne.transforms."),
        *("mne.io.meas_info.", "mne.io.proj.", "mne.io._digitization.", "mne.utils._bunch."),
        "mne.annotations._Annotations",
    ),
}
_OF_SPACY = frozenset(
    [
        *("spacy.vocab.unpickle_vocab", "spacy.strings.StringStore", "spacy.tokenizer.Tokenizer"),
        *("spacy.vectors.unpickle_vectors", "spacy.morphology.unpickle_morphology"),
        "spacy.tokens.doc.unpickle_doc",
    ]
)


def is_inert(value: Any, own: str = "", *, kept: bool = False) -> bool:
    """Whether code that is given a value runs nothing but what values of libraries do.

    Objects of generated classes are not, but for those of pandas, numpy and scipy: any of their
    methods may have been written to open a file. Those of the library `own` may stand in it, and
    any in the blocks of a frame that is filled with it, where it is `kept`.
    """
    if walks.failed:
        return True
    seen = walks.of("kept " + own if kept else "inert " + own)
    waiting = [value]
    for node in spread(waiting, seen):
        if isinstance(node, Call):
            path = getattr(class_of(node)[0], "path", "") if own else ""
            if own == "spacy" and _is_own(path, own):
                continue
            own_one = bool(own) and _is_own(path, own)
            if not (own_one or is_value(node)) or any(map(names_a_function, node.states)):
                return walks.fail()
            if _holds_functions(node) or not is_short(node):
                return walks.fail()
            waiting += beside_blocks(node) if kept else [given(node), node.kwargs, *filling(node)]
        elif isinstance(node, Extension) or (isinstance(node, Global) and not is_quiet(node)):
            return walks.fail()
    return True


def holds_codes(value: Any) -> bool:
    """Whether something of pandas' stands in a value that looks objects up by codes of its own.

    Where code makes an array of it, pandas follows what lies at each code, wherever that leads.
    """
    seen = walks.of("codes")
    waiting = [value]
    for node in spread(waiting, seen):
        if isinstance(node, Call):
            waiting += [node.func, node.args, node.kwargs, *filling(node)]
        elif isinstance(node, Global) and node.name in _CODED and node.module[:6] == "pandas":
            return not walks.fail()
    return False


def is_quiet(item: Global) -> bool:
    """Whether what is named makes a value when it is called, and does no more.

    Of names that were generated nobody read what a call of them would do.
    """
    entry = entry_of(item.module, item.name)
    if entry is None:
        return True  # its name is told
    if entry.library == "pandas" and item.name[:1].isupper():
        return True
    plain = entry.library in _QUIET and not entry.uses and item.path not in LOUD
    return plain or _is_type(item)


def given(call: Call) -> Any:
    """Return what a call is given, but for the classes that it makes objects of.

    What Cython writes for a class sets the fields of the object to what stands in a tuple, and
    nothing asks what is named in it.
    """
    func, args = call.func, call.args
    if not isinstance(func, Global) or not isinstance(args, TupleItems):
        return args
    if func.name.startswith("__pyx_unpickle_"):
        return TupleItems([fields(arg) for arg in args if not isinstance(arg, Global)])
    if func.name not in _OF_CLASSES:
        return args
    if func.name == "_create_array":  # what dill looked up is a class of this kind
        args = TupleItems(
            [arg for arg in args if not (isinstance(arg, Call) and found_by_dill(arg))]
        )
    return TupleItems([arg for arg in args if not isinstance(arg, Global)])


def fields(state: Any) -> Any:
    """Return what Cython fills an object with, its attributes too, but for what is only named."""
    if not isinstance(state, TupleItems):
        return state
    held = TupleItems()
    for part in state:
        for pair in part if isinstance(part, Pairs) else [("", part)]:
            plain = isinstance(pair[0], str) and pair[0][:2] != "__"
            held += [one for one in pair if not plain or not isinstance(one, Global)]
    return held


def _is_own(path: str, own: str) -> bool:
    if own in _PARTS:
        return path.startswith(_PARTS[own])
    return path in _OF_SPACY if own == "spacy" else path.split(".", maxsplit=1)[0] == own


def names_a_function(state: Any) -> bool:
    """Whether a state puts something that can be called where a method of its object may stand."""
    parts = state if isinstance(state, TupleItems) else [state]
    held = [value for part in parts if isinstance(part, Pairs) for _, value in part]
    if isinstance(state, (TupleItems, ListItems)) and all(isinstance(one, Items) for one in state):
        # a dictionary that is updated with it takes pairs, and two keys of a dictionary for one
        for one in state:
            held += [key for key, _ in one] if isinstance(one, Pairs) else one
    return any(isinstance(value, Global) and not _is_type(value) for value in held)


def _holds_functions(call: Call) -> bool:
    """Whether a dictionary of a library, whose items may be its attributes, holds functions."""
    return library_of(class_of(call)[0]) != "python" and any(
        isinstance(value, Global) and not _is_type(value) for _, value in pairs_of(call)
    )


def library_of(made: Any) -> str:
    """Return which part of the table has what is named."""
    entry = entry_of(made.module, made.name) if isinstance(made, Global) else None
    return "" if entry is None else entry.library


def _is_type(item: Global) -> bool:
    """Whether it is one of the types of single values, which a call would only make."""
    if item.module == "typing" or item.path in _CLASSES:
        return True
    if item.module.startswith("polars.datatypes") and entry_of(item.module, item.name) is not None:
        return True
    return is_plain_factory(item) or (
        item.module == "numpy" and bool(re.match(_SCALARS, item.name))
    )


def beside_blocks(call: Call) -> List[Any]:
    """Return what a call is given and filled with, but for blocks of objects.

    pandas keeps those as they are (0.25 to 3.0), and each of the objects is told of by itself.
    """
    made, _ = class_of(call)
    args = list(call.args) if isinstance(call.args, list) else [call.args]
    block = call.path == UNPICKLE_BLOCK or is_block(call)
    if block and not (call.states or call.appended or call.pairs):
        return [*_unblocked(args[:1]), *args[1:], call.kwargs]
    if not isinstance(made, Global) or made.path not in MANAGERS:
        return [given(call), call.kwargs, *filling(call)]
    return [*args, call.kwargs, *(part for state in call.states for part in _of_manager(state))]


def is_block(call: Call) -> bool:
    """Whether a block is made by a partial of `new_block` with its dimension, as in pandas 1.3."""
    if not _is_made_by_partial(call.func):
        return False
    func = as_partial(call.func)
    bare = len(func.args) == 1 and not any(state[1] for state in func.states)
    named = [func.args, *func.states]
    return bare and all(getattr(held[0], "path", "") == NEW_BLOCK for held in named)


def _of_manager(state: Any) -> List[Any]:
    """Return what stands in the containers of a manager's state, but for blocks of objects."""
    found: List[Any] = []
    parts = list(state) if isinstance(state, TupleItems) else [state]
    waiting, blocks = [*parts[:1], *parts[2:]], parts[1:2]
    if blocks and isinstance(blocks[0], ListItems):
        listed = walks.of("listed blocks")  # one list may be the blocks of many managers
        held = blocks[0]
        blocks = [] if id(held) in listed else list(held)
        listed[id(held)] = held
    seen = walks.of("managers")
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Items):
            found.append(node)
        elif id(node) not in seen:
            seen[id(node)] = node
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
    """Return what is called and how; what is made of a class that it is given, as if by NEWOBJ.

    Those are objects of protocols 0 and 1, and arrays of classes that are not numpy's.
    """
    args = call.args
    if call.path in _MAKERS and isinstance(args, list) and len(args) == 3:
        return args[0], "new"
    func = call.func
    if isinstance(func, Call):
        func = nested_in(func) or func
    path = func.path if isinstance(func, Global) else None
    made = args[0] if path in _RECONSTRUCTED and isinstance(args, list) and args else None
    if isinstance(made, Global) and made.module.partition(".")[0] != "numpy":
        return made, "new"
    return func, call.how


def nested_in(call: Call) -> Optional[Global]:
    """Return a class of the table that stands in another, as protocols before 4 look it up."""
    args = call.args if isinstance(call.args, list) else []
    if call.path in LOOKED_UP:
        return found_by_dill(call)
    if call.path in TYPED or call.path in NAMED_TUPLES:
        return named_by_dill(call)
    if call.path not in ("builtins.getattr", "__builtin__.getattr") or len(args) != 2:
        return None
    if not isinstance(args[0], Global) or not isinstance(args[1], str) or call.states:
        return None
    made = Global(args[0].module, f"{args[0].name}.{args[1]}", call.at)
    entry = entry_of(made.module, made.name)
    return made if entry is not None and entry.library == "generated" else None


def pairs_of(call: Call) -> List[Tuple[Any, Any]]:
    """Return the items of a dictionary that was made, also those of protocols 0 and 1."""
    args = call.args if call.path in _MAKERS and isinstance(call.args, list) else []
    made = args[2] if len(args) == 3 and isinstance(args[2], Pairs) else []
    return [*made, *call.pairs]


def filling(call: Call) -> List[Any]:
    """Return what a made object is filled with."""
    if isinstance(call.payload, Stream):  # an array of objects, which joblib unpickles
        return [call.payload.value]
    return [*call.states, *call.appended, *call.added, *(value for _, value in call.pairs)]


def is_value(call: Call) -> bool:
    """Whether a call makes a value of a library whose values were read."""
    func, how = class_of(call)
    if not isinstance(func, Global):
        made = is_zone(call.func) or _is_made_by_partial(call.func)
        return made or (type_word(call) or "MethodType") not in ("MethodType", "SimpleNamespace")
    if (func.module, func.name) in _HOLDERS or not _is_plain_default(call):
        return _is_of_pattern(call)
    entry = entry_of(func.module, func.name)
    if entry is None or (func.module, func.name) in _ARRAYS:
        # another finding tells of the one; the other becomes an array
        return isinstance(call.payload, Stream) or not any(map(_holds_objects, call.states))
    if entry.library == "generated":
        enumerated = "call" in entry.uses and "build" not in entry.uses
        return enumerated or bool(re.match(_COMPUTING, func.path))
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


def _is_of_pattern(call: Call) -> bool:
    """Whether it is a method of a pattern, kept by name."""
    args = call.args if isinstance(call.args, list) else []
    own = call.path in ("builtins.getattr", "__builtin__.getattr") and len(args) == 2
    return own and isinstance(args[0], Call) and args[0].path in PATTERNS


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
    func = as_partial(func)
    if not isinstance(func, Call) or func.path != "functools.partial" or not func.states:
        return False
    args = list(func.args) if isinstance(func.args, list) else []
    kept = args[:1] + [state[0] if isinstance(state, Items) else None for state in func.states]
    entries = [entry_of(item.module, item.name) for item in kept if isinstance(item, Global)]
    return len(entries) == len(kept) and all(
        entry is not None and entry.library in _VALUES and "call" in entry.uses for entry in entries
    )


def is_zone(func: Any) -> bool:
    """Whether it is a method of time zones, which `audited_arguments` looks at."""
    args = func.args if isinstance(func, Call) and isinstance(func.args, list) else []
    return bool(args) and is_zone_class(args[0])


def is_zone_class(item: Any) -> bool:
    """Whether it is a class of time zones, which looks them up in tables by their names."""
    return isinstance(item, Global) and item.path in _ZONES
