"""Judges the arguments and states of audited globals that are harmless for some of them only."""

import re
from typing import Any, Callable, Dict, Iterator, List, Tuple

from .audited_libraries import MODELS
from .audited_states import (
    MANAGERS,
    beside_blocks,
    class_of,
    is_inert,
    is_plain_factory,
    is_text_as_bytes,
    names_a_function,
    type_word,
)
from .audited_table import OPTIMIZERS, allows, entry_of
from .pickle_values import (
    Blob,
    Call,
    Global,
    Items,
    ListItems,
    Opaque,
    Pairs,
    Stream,
    TupleItems,
    walk,
)

__all__ = ["are_audited", "is_audited_partial", "is_partial_kept", "is_typed", "is_zone"]

_CODECS = frozenset(("latin1", "latin-1", "ascii", "utf-8"))
_TYPES = frozenset(
    [
        "object",
        "dict",
        "list",
        "tuple",
        "set",
        "frozenset",
        "int",
        "long",
        "float",
        "complex",
        "str",
        "unicode",
    ]
)
_GENERATORS = frozenset(["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
_FRACTION = re.compile(r"-?\d{1,600}(/\d{1,600})?\Z")
_ARRAYS = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_RANDOM = "numpy.random._pickle"
_INDEXES = re.compile(r"pandas(\.core)?(\.indexes\.\w+)?\Z")

_LANGUAGES = (
    *("Arabic", "Danish", "Dutch", "English", "Finnish", "French", "German", "Hungarian"),
    *("Italian", "Norwegian", "Porter", "Portuguese", "Romanian", "Russian", "Spanish", "Swedish"),
)
_METHODS = {
    ("lifelines.fitters.nelson_aalen_fitter", "NelsonAalenFitter"): (
        "_variance_f_smooth",
        "_variance_f_discrete",
        "_additive_f_smooth",
        "_additive_f_discrete",
        "plot",
    ),
    **{("nltk.stem.snowball", name + "Stemmer"): ("stem",) for name in _LANGUAGES},
}

_OF_PATTERNS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")
_UNICODE = ("__builtin__.unicode",)
_KEPT = ("functools.partial", "builtins.getattr", "__builtin__.getattr")
# their `__init__` sets numbers and containers; nltk 3.10, river 0.26
_DEFAULTS = frozenset(
    [
        *(("nltk.probability", name) for name in ("FreqDist", "ConditionalFreqDist")),
        ("deap.tools.support", "Logbook"),
        *(("river.proba." + name.lower(), name) for name in ("Gaussian", "Multinomial", "Beta")),
        *(("river.stats." + name.lower(), name) for name in ("Mean", "Var", "Count")),
        *(("river.stats." + name, name[:3].title()) for name in ("minimum", "maximum")),
    ]
)
# what a vocabulary of spaCy's calls beside the attributes of words: they look a word up
_OF_WORDS = frozenset(
    [
        ("functools", "partial"),
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("spacy.util", "_get_attr_unless_lookup"),
        ("spacy.lookups", "Table"),
    ]
)
_WORDS = ("MethodType", "slice", "bytearray", "bytes", "complex", "range", "NoneType")
_GETATTR = ("builtins.getattr", "__builtin__.getattr")
_SHAPES = re.compile(r"(?:[A-Za-z_]\w*, ?)*[A-Za-z_]\w*\Z")

# the methods that scipy makes for a distribution from its state, by `exec`: this text and no other
_NAMES = r"(?:[A-Za-z_]\w*, ?)*"
_PARSE = re.compile(
    r"\ndef _parse_args\(self, (%(n)s) loc=0(?:, scale=1)?\):\n"
    r"    return \(\1\), loc, (?:scale|1)\n\n"
    r"def _parse_args_rvs\(self, \1 loc=0(?:, scale=1)?, size=None\):\n"
    r"    return self\._argcheck_rvs\(\1 loc, (?:scale|1), size=size\)\n\n"
    r"def _parse_args_stats\(self, \1 loc=0(?:, scale=1)?, moments='mv'\):\n"
    r"    return \(\1\), loc, (?:scale|1), moments\n\Z" % {"n": _NAMES}
)


def are_audited(call: Call, func: Global) -> bool:
    """Whether what is called, and what its result is filled with, is harmless."""
    args = list(call.args) if isinstance(call.args, list) else []
    rule = _RULES.get((func.module, func.name))
    if rule is not None:
        return rule(call, args)
    entry = entry_of(func.module, func.name)
    if entry is None or entry.library != "generated":
        return call.how != "new" or _made(call, func)
    return _generated(call, entry.uses)


_BOOSTERS = ("xgboost.core", "lightgbm.basic", "catboost.core")
# what a module of torch looks names up in when it is filled, by its own `__getattr__`, or asks
_HELD = (
    *("_parameters", "_buffers", "_modules", "all_weights", "_all_weights", "_flat_weights"),
    *("bidirectional", "bias", "num_layers", "proj_size", "_flat_weights_names"),
)


def _made(call: Call, func: Global) -> bool:
    """Judge an object of a class that was added by hand."""
    if (
        func.module in OPTIMIZERS
        or func.module in _BOOSTERS
        or func.module[:7] in ("pandas.", "polars.")
    ):
        return is_inert(call.args) and _is_whole_of(call, "")
    if func.module.startswith("easydict"):  # what is put into it is copied
        return is_inert(call.args) and all(is_inert(value, "easydict") for _, value in call.pairs)
    if not func.module.startswith("torch.nn."):
        return is_inert(call.args)
    return not call.args and _is_module(call)


def _is_module(call: Call) -> bool:
    """Whether the dictionaries of a module, in which it looks names up, are Python's own."""
    return all(isinstance(state, Pairs) for state in call.states) and all(
        _is_plainly_held(value) for state in call.states for key, value in state if key in _HELD
    )


def _is_plainly_held(value: Any) -> bool:
    if isinstance(value, Call):
        return value.path == "collections.OrderedDict" and not value.states
    return not isinstance(value, Opaque)


def is_audited_partial(func: Any) -> bool:
    """Whether a `functools.partial` is called whose function may be called with anything."""
    if not isinstance(func, Call) or func.path != "functools.partial":
        return False
    args = list(func.args) if isinstance(func.args, list) else []
    kept = args[:1] + [state[0] for state in func.states if _partial(func, args)]
    return _partial(func, args) and all(
        allows(item, "call") and (item.module, item.name) not in _RULES for item in kept
    )


def is_partial_kept(call: Call) -> bool:
    """Whether what a partial is called with is harmless for its function."""
    held = call.func.args if isinstance(call.func.args, list) else []
    given = TupleItems([*held[1:], *(call.args if isinstance(call.args, list) else [])])
    for state in call.func.states:
        given += state[1:3]
    plain = not (call.states or call.appended or call.added or call.pairs)
    return plain and is_inert(given) and is_inert(call.kwargs)


def is_zone(call: Call) -> bool:
    """Whether a time zone is looked up by its name, with a method that is found by `getattr`."""
    func, args = call.func, call.args
    if not isinstance(func, Call) or func.path not in _GETATTR or not _method(func, _listed(func)):
        return False
    if call.states or call.appended or call.added or call.pairs or call.kwargs:
        return False
    kinds = [type(item) for item in args] if isinstance(args, list) else []
    return _is_zone_class(_listed(func)[0]) and kinds in ([str, int], [str, bool])


def is_typed(call: Call) -> bool:
    """Whether one of Python's own types is called, which cloudpickle or dill names by a word."""
    word = type_word(call)
    if not word or call.states or call.appended or call.added or call.pairs or call.kwargs:
        return False
    if word == "MethodType":
        args = _listed(call)
        return len(args) == 2 and _is_function(args[0])
    return word in _WORDS and is_inert(call.args)


def _typed(_: Call, args: List[Any]) -> bool:
    return len(args) == 1 and isinstance(args[0], str) and args[0] in _WORDS


def _array_of_jax(call: Call, args: List[Any]) -> bool:
    """Judge an array of jax's, which is made by numpy."""
    if len(args) != 4 or not isinstance(args[0], Global) or not isinstance(args[3], Pairs):
        return False
    own = args[0].path in _ARRAYS and isinstance(args[1], TupleItems) and not call.states
    return own and _array_class(call, list(args[1])) and all(map(is_inert, args[2:]))


def _vocabulary(call: Call, args: List[Any]) -> bool:
    """Judge a vocabulary of spaCy's, which calls what its nested pickle holds with a word."""
    held = call.payload
    if not isinstance(held, Stream) or len(args) != 7 or held.nested:
        return False
    return all(
        (item.module.startswith("spacy.lang.") and item.module.endswith("lex_attrs"))
        or (item.module, item.name) in _OF_WORDS
        for item in held.globals
    )


def _document(call: Call, _: List[Any]) -> bool:
    """Judge a document, which updates its dictionaries with those of its nested pickle."""
    held = call.payload.value if isinstance(call.payload, Stream) else None
    return isinstance(held, TupleItems) and all(isinstance(part, Pairs) for part in held)


def _array_of_dill(call: Call, args: List[Any]) -> bool:
    """Judge an array that dill makes: what makes it, for what, its state, no attributes."""
    if len(args) != 4 or call.states or not isinstance(args[0], Global) or args[3] is not None:
        return False
    own = args[0].path in _ARRAYS and isinstance(args[1], TupleItems)
    return own and _array_class(call, list(args[1])) and is_inert(args[2])


def _listed(call: Call) -> List[Any]:
    return list(call.args) if isinstance(call.args, list) else []


def _is_zone_class(item: Any) -> bool:
    return isinstance(item, Global) and (item.module, item.name) == ("zoneinfo", "ZoneInfo")


def _generated(call: Call, uses: Any) -> bool:
    """Judge an object of a class whose rule was that NEWOBJ and BUILD run nothing of its own."""
    if isinstance(call.kwargs, Pairs) and call.kwargs:
        return False
    if call.how == "new" and "named" not in uses and not is_inert(call.args):
        return False
    if not all(_CONDITIONS[use](call) for use in uses if use[0] == "@"):
        return False
    filled = "slots" in uses or "@cython" in uses  # Cython writes a `__setstate__` of its own
    return filled or not any(_has_slots(state, uses) for state in call.states)


def _is_remade(call: Call) -> bool:
    """Judge what Cython writes for a class: an empty object, filled from a tuple of values."""
    args = _listed(call)
    if len(args) != 3 or not isinstance(args[0], Global) or not isinstance(args[1], int):
        return False
    own = (call.path or "").split(".")[0]
    same = args[0].module.split(".")[0] == own
    last = args[2][-1] if isinstance(args[2], Items) and args[2] else None
    if isinstance(last, Call) and not is_inert(last):  # a `__dict__` is updated with it
        return False
    return same and is_inert(args[2], own) and all(is_inert(state, own) for state in call.states)


def _is_of_ngboost(state: Any) -> bool:
    """Whether the classes that a state names, whose methods are called, are ngboost's own."""
    named = ("Dist", "Score", "_basedist", "Manifold")
    if not isinstance(state, Pairs) or isinstance(state.get("K"), Opaque):
        return False
    return not isinstance(state.get("Dist_name"), Opaque) and all(
        isinstance(value, Global) and value.module.split(".")[0] == "ngboost"
        for key, value in state
        if key in named
    )


def _has_slots(state: Any, uses: Any) -> bool:
    """Whether BUILD would call `setattr`, which runs the setters of properties."""
    if not isinstance(state, TupleItems) or len(state) != 2 or not state[1]:
        return False
    return "private" not in uses or not all(
        isinstance(key, str) and key[:1] == "_" for key in _keys(state[1])
    )


def _keys(state: Any) -> List[Any]:
    return [key for key, _ in state] if isinstance(state, Pairs) else [None]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (
        isinstance(value, Call) and (value.path or "").startswith("numpy.") and is_inert(value)
    )


# methods that scipy calls when it fills a distribution
_ATTACHING = frozenset(
    [
        "_attach_methods",
        "_attach_argparser_methods",
        "_construct_argparser",
        "_construct_doc",
        "_updated_ctor_param",
    ]
)


def _is_template(state: Any) -> bool:
    """Whether a distribution is made by the template alone, or by names that scipy checks."""
    if isinstance(state, TupleItems) and len(state) == 2 and isinstance(state[0], Pairs):
        shapes = state[0].get("shapes")
        return shapes is None or (isinstance(shapes, str) and bool(_SHAPES.match(shapes)))
    if not all(isinstance(key, str) for key in _keys(state)):
        return False
    if not _ATTACHING.isdisjoint(_keys(state)) or not _is_number(state.get("moment_type", 0)):
        return False
    told = [value for key, value in state if key == "_parse_arg_template"]
    return all(isinstance(text, str) and _PARSE.match(text) for text in told)


def _is_without_formula(state: Any) -> bool:
    keys = _keys(state)
    return all(isinstance(key, str) for key in keys) and not any(
        key.startswith("restore_") for key in keys
    )


# filled with blocks, some of which they keep as they are
_FRAMES = MANAGERS | frozenset(
    f"pandas.{place}"
    for place in ("core.frame.DataFrame", "core.series.Series", "DataFrame", "Series")
)


def _is_whole(call: Call) -> bool:
    return _is_whole_of(call, (call.path or "").split(".")[0])


def _is_whole_of(call: Call, own: str) -> bool:
    """Whether what an object is filled with and given are values, none under a method's name."""
    values = [value for _, value in call.pairs]
    if any(map(names_a_function, call.states)):
        return False
    if call.path in MANAGERS:
        return all(is_inert(part, own, kept=True) for part in [*beside_blocks(call), *values])
    kept = call.path in _FRAMES
    return all(is_inert(state, own, kept=kept) for state in [*call.states, *values])


def _is_of_hook(state: Any) -> bool:
    """Whether what torch asks of a hook's state, if it is true, is a truth."""
    return isinstance(state, Pairs) and isinstance(state.get("with_module"), bool)


def _is_of_features(state: Any) -> bool:
    """Whether what sklearn-pandas iterates is lists."""
    features = state.get("features") if isinstance(state, Pairs) else None
    return isinstance(features, Items) and all(
        # a list of transformers is made a pipeline, which prints some; a fourth part is called
        isinstance(item, Items) and len(item) in (2, 3) and not isinstance(item[1], ListItems)
        for item in features
    )


def _is_temporary(state: Any) -> bool:
    """Whether a file that is written, and deleted at the end, is a new one among the temporary."""
    if not isinstance(state, Pairs) or state.get("name", "") is not None:
        return False
    words = [state.get("prefix"), state.get("suffix")]
    return is_inert(state) and all(
        isinstance(word, str) and not {"/", "\\"} & set(word) for word in words
    )


def _is_of_callbacks(state: Any) -> bool:
    """Whether what matplotlib would call, and holds weakly, are methods that are kept by name."""
    if not isinstance(state, Pairs):
        return False
    return all(
        (key == "exception_handler" and isinstance(value, Global))
        or (key == "callbacks" and _are_by_name(value))
        or (not isinstance(value, Global) and is_inert(value))
        for key, value in state
    )


def _are_by_name(held: Any) -> bool:
    kept = [of for _, of in held] if isinstance(held, Pairs) else [None]
    return all(
        isinstance(of, Pairs)
        and all(
            isinstance(key, int) and isinstance(item, Call) and item.path in _GETATTR
            for key, item in of
        )
        for of in kept
    )


def _is_of_pydantic(state: Any) -> bool:
    """Whether the fields of a model, and what is told of them, stand in Python's own containers."""
    return isinstance(state, Pairs) and not any(
        isinstance(value, Opaque)
        for key, value in state
        if not isinstance(key, str) or key[:2] == "__"
    )


def _is_wrapped(state: Any) -> bool:
    """Whether a state has attributes in the place of what torchmetrics wraps, and wraps it with."""
    return not {"update", "compute", "_wrap_update", "_wrap_compute"}.isdisjoint(
        key if isinstance(key, str) else "update" for key in _keys(state)
    )


def _is_of_pmdarima(state: Any) -> bool:
    """Whether its version is a text, and no other file is named that older versions unpickle."""
    if not isinstance(state, Pairs) or not all(isinstance(key, str) for key in _keys(state)):
        return False
    if "_warn_for_older_version" in _keys(state):  # it is called
        return False
    version = state.get("pkg_version_", "")
    return isinstance(version, str) and state.get("tmp_pkl_") is None


# by the words of `names/`
_CONDITIONS: Dict[str, Callable[[Call], bool]] = {
    "@inert": lambda call: _is_whole_of(call, "") and _names_no_file(call),
    "@bare": lambda call: not call.args and not call.kwargs,
    "@hook": lambda call: all(map(_is_of_hook, call.states)),
    "@own": _is_whole,
    "@dict": lambda call: all(isinstance(state, Pairs) for state in call.states),
    "@bytes": lambda call: all(
        isinstance(state, (bytes, Blob)) or is_text_as_bytes(state) for state in call.states
    ),
    "@cython": _is_remade,
    "@module": _is_module,
    "@ngboost": lambda call: all(map(_is_of_ngboost, call.states)),
    "@features": lambda call: all(map(_is_of_features, call.states)),
    "@pmdarima": lambda call: all(map(_is_of_pmdarima, call.states)),
    "@temporary": lambda call: all(map(_is_temporary, call.states)),
    "@torchmetrics": lambda call: _is_module(call) and not any(map(_is_wrapped, call.states)),
    "@pydantic": lambda call: all(map(_is_of_pydantic, call.states)),
    "@callbacks": lambda call: all(map(_is_of_callbacks, call.states)),
    "@template": lambda call: all(map(_is_template, call.states)),
    "@no-formula": lambda call: all(map(_is_without_formula, call.states)),
}


def _factory(call: Call, args: List[Any]) -> bool:
    """Judge a default factory; with one that is not plain the dictionary counts as no value."""
    if call.states:  # they could be another
        return False
    return not args or args[0] is None or _is_factory(args[0])


# what makes PROJ read the file of that name
_FILE = re.compile(r"init(?!\W{1,8}(epsg|esri|iau2000):)", re.IGNORECASE)


def _projection(call: Call, _: List[Any]) -> bool:
    """Judge a projection, parsed from a text that names no file."""
    if call.how not in ("reduce", "new") or not _is_whole_of(call, ""):
        return False
    return is_inert(call.args) and are_projections([call.args, *call.states])


def are_projections(values: List[Any]) -> bool:
    """Whether no text in values makes PROJ read a file."""
    return not any(_FILE.search(text) for value in values for text in _texts(value))


def _names_no_file(call: Call) -> bool:
    """Whether what geopandas parses as a projection names no file."""
    return not (call.path or "").startswith("geopandas.") or are_projections([*call.states])


def _texts(value: Any) -> Iterator[str]:
    inside = [node for node in walk(value) if isinstance(node, Items)]
    yield from (part for node in [[value], *inside] for part in node if isinstance(part, str))
    for node in inside:
        for pair in node if isinstance(node, Pairs) else []:
            if isinstance(pair[0], str):
                yield f"{pair[0]}={pair[1]}"


def _is_factory(item: Any) -> bool:
    """Whether a call without arguments makes a value, or calls a method that the library keeps."""
    if isinstance(item, Call) and item.path == "functools.partial":
        held = [part for state in item.states for part in state[:3]]
        return all(_is_factory(part) or is_inert(part) for part in [*_listed(item), *held])
    if isinstance(item, Global):
        plain = is_plain_factory(item) or (item.module, item.name) in _DEFAULTS
        kept = not allows(item, "new") and not allows(item, "class")
        return allows(item) and (plain or kept)
    return _is_function(item)


def _is_function(item: Any) -> bool:
    """Whether a value is a function of the table, or a method or partial that was judged itself."""
    if isinstance(item, Call):
        return item.path in _KEPT or type_word(item) == "MethodType"
    return allows(item)


def _codec(_: Call, args: List[Any]) -> bool:
    return len(args) == 2 and isinstance(args[1], str) and args[1] in _CODECS


def _rebuild_from_type(_: Call, args: List[Any]) -> bool:
    return (
        len(args) == 4
        and allows(args[0], "call")
        and allows(args[1])
        and not (
            allows(args[1], "class")  # its own method would fill it
        )
    )


def _reconstructor(call: Call, args: List[Any]) -> bool:
    """Judge `copyreg._reconstructor(class, base, state)`, as protocols 0 and 1 have it."""
    uses = ["new"] + ["build"] * bool(call.states)
    uses += ["items"] * bool(call.appended or call.added or call.pairs)
    if len(args) != 3 or not allows(args[0], *uses) or not isinstance(args[1], Global):
        return False
    if args[1].module not in ("builtins", "__builtin__") or args[1].name not in _TYPES:
        return False
    made = Call(args[0], TupleItems(), "new", call.at)
    made.states, made.appended, made.added = call.states, call.appended, call.added
    made.pairs, made.payload = call.pairs, call.payload
    return are_audited(made, args[0])


def _counts(call: Call, args: List[Any]) -> bool:
    """Judge a model of counts, which calls a method of its own and compares a word."""
    plain = all(
        isinstance(state, Pairs)
        and "_initialize" not in _keys(state)
        and isinstance(state.get("loglike_method", ""), str)
        for state in call.states
    )
    return not args and plain


def _none(_: Call, args: List[Any]) -> bool:
    return len(args) == 1 and args[0] is None


def _method(call: Call, args: List[Any]) -> bool:
    """Judge a method that is looked up and kept; nothing here calls what is kept.

    Of an object only methods that are known to be no properties, whose code would run.
    """
    if call.states or call.appended or call.added or call.pairs:
        return False
    if len(args) != 2 or not isinstance(args[1], str) or not args[1].isidentifier():
        return False
    if args[1].startswith("__") or _is_zone_class(args[0]):
        return args[1] == "_unpickle"  # of time zones, and nothing with two underlines
    if isinstance(args[0], Call):
        return _is_bound(args[0], args[1])
    return allows(args[0], "new") or _is_of_text(args[0], args[1])


def _is_of_text(item: Any, name: str) -> bool:
    own = isinstance(item, Global) and item.path in ("builtins.str", "__builtin__.str", *_UNICODE)
    return own and allows(Global("builtins", "str." + name, 0))


def _is_bound(call: Call, name: str) -> bool:
    """Whether what an object has by a name is a method, and no property."""
    if call.path == "re._compile":
        return name in _OF_PATTERNS
    made, how = class_of(call)
    if not isinstance(made, Global) or how != "new":
        return False
    if allows(made, "@template"):  # a distribution of scipy's
        return name == "_entropy"
    own = name in _METHODS.get((made.module, made.name), ())
    return own or allows(Global(made.module, f"{made.name}.{name}", 0), "method")


def _whole_numbers(_: Call, args: List[Any]) -> bool:
    if len(args) == 1 and isinstance(args[0], str):
        return bool(_FRACTION.match(args[0]))
    return 0 < len(args) <= 2 and all(type(item) is int for item in args)


def _partial(call: Call, args: List[Any]) -> bool:
    """Judge a function that is kept, with a state that names it again."""
    if call.kwargs or not args or not _is_function(args[0]):
        return False
    return all(
        isinstance(state, TupleItems) and len(state) == 4 and _is_function(state[0])
        for state in call.states
    )


def _array_class(call: Call, args: List[Any]) -> bool:
    """Judge an empty array of one of numpy's own classes."""
    named = [item for item in args if isinstance(item, Global)]
    own = bool(args) and args[0] in named and all(map(_is_numpy, named))
    return own and all(map(_keeps_objects, call.states))


def _keeps_objects(state: Any) -> bool:
    """Whether an array only keeps the objects that it is filled with, and converts none."""
    if not isinstance(state, TupleItems) or len(state) not in (4, 5):
        return is_inert(state)
    kind = state[-3]
    word = _listed(kind)[:1] if isinstance(kind, Call) and kind.path == "numpy.dtype" else []
    plain = isinstance(word[0], str) and word[0].lstrip("|") in ("O", "O4", "O8") if word else False
    return is_inert(state if not plain else TupleItems(state[:-1]))


def _is_inertly_filled(call: Call, _: List[Any]) -> bool:
    return all(map(is_inert, call.states))


def _masked(call: Call, args: List[Any]) -> bool:
    return _array_class(call, args) and _is_inertly_filled(call, args)


def _announced(call: Call, args: List[Any]) -> bool:
    """Judge what announces an array, of a class of numpy's own, which a method of it would fill."""
    held = [state.get("subclass") for state in call.states if isinstance(state, Pairs)]
    return not args and all(isinstance(item, Global) and _is_numpy(item) for item in held)


def _is_numpy(item: Global) -> bool:
    return allows(item) and item.module.split(".")[0] == "numpy"


def _ufunc(_: Call, args: List[Any]) -> bool:
    if len(args) != 2 or not all(isinstance(item, str) for item in args):
        return False
    return (args[0] == "numpy" or args[0].startswith(("numpy.core.", "numpy._core."))) and (
        allows(Global("numpy.core.umath", args[1], 0))
    )


def _generator(call: Call, args: List[Any]) -> bool:
    return (
        all(map(is_inert, call.states))
        and all(map(_is_generator, args[:1]))
        and all(map(_is_maker, args[1:]))
    )


def _is_generator(item: Any) -> bool:
    if isinstance(item, Call):
        return item.path == _RANDOM + ".__bit_generator_ctor"
    if isinstance(item, Global):
        return item.module.startswith("numpy.random._") and item.name in _GENERATORS
    return isinstance(item, str) and item in _GENERATORS


def _is_maker(item: Any) -> bool:
    return isinstance(item, Global) and item.path == _RANDOM + ".__bit_generator_ctor"


def _local(_: Call, args: List[Any]) -> bool:
    """Judge a file system that is made: the local one, by words and numbers only."""
    if len(args) != 3 or not isinstance(args[2], Pairs) or args[1]:
        return False
    own = (
        isinstance(args[0], Global)
        and args[0].path == "fsspec.implementations.local.LocalFileSystem"
    )
    return own and not any(isinstance(part, (Items, Opaque)) for pair in args[2] for part in pair)


def _class_beside(call: Call, args: List[Any]) -> bool:
    """Judge a function that makes an object of a class, which has to stand in its own module."""
    func = call.func
    return (
        bool(args)
        and isinstance(func, Global)
        and allows(args[0])
        and args[0].module == func.module
    )


def _index(_: Call, args: List[Any]) -> bool:
    return bool(args) and allows(args[0]) and bool(_INDEXES.match(args[0].module))


def _array_of_pandas(_: Call, args: List[Any]) -> bool:
    return bool(args) and allows(args[0]) and args[0].module.split(".")[0] == "pandas"


_Rule = Callable[[Call, List[Any]], bool]
_RULES: Dict[Tuple[str, str], _Rule] = {
    ("cloudpickle.cloudpickle", "_builtin_type"): _typed,
    ("dill._dill", "_load_type"): _typed,
    ("dill._dill", "_create_array"): _array_of_dill,
    ("spacy.vocab", "unpickle_vocab"): _vocabulary,
    ("spacy.tokens.doc", "unpickle_doc"): _document,
    # it calls what splits words with each of its rules: methods of patterns only
    ("spacy.tokenizer", "Tokenizer"): lambda _, args: (
        not any(isinstance(item, Global) for item in args)
    ),
    ("sentencepiece", "SentencePieceProcessor"): lambda call, _: _CONDITIONS["@bytes"](call),
    ("jax._src.array", "_reconstruct_array"): _array_of_jax,
    ("collections", "defaultdict"): _factory,
    ("_codecs", "encode"): _codec,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type,
    ("copyreg", "_reconstructor"): _reconstructor,
    ("copy_reg", "_reconstructor"): _reconstructor,
    ("random", "Random"): _is_inertly_filled,
    ("geopandas.array", "GeometryArray"): lambda call, _: _CONDITIONS["@inert"](call),
    ("torch.nn.utils.rnn", "PackedSequence"): lambda call, _: is_inert(call.args),
    ("fsspec.spec", "make_instance"): _local,
    ("statsmodels.discrete.discrete_model", "NegativeBinomial"): _counts,
    ("polars.schema", "Schema"): lambda call, _: _CONDITIONS["@inert"](call),
    ("builtins", "type"): _none,
    ("__builtin__", "type"): _none,
    ("builtins", "getattr"): _method,
    ("__builtin__", "getattr"): _method,
    ("fractions", "Fraction"): _whole_numbers,
    ("functools", "partial"): _partial,
    ("numpy.core.multiarray", "_reconstruct"): _array_class,
    ("numpy._core.multiarray", "_reconstruct"): _array_class,
    ("numpy.ma.core", "_mareconstruct"): _masked,
    ("numpy", "dtype"): _is_inertly_filled,
    ("numpy.random", "__RandomState_ctor"): _is_inertly_filled,
    ("numpy.random.mtrand", "__RandomState_ctor"): _is_inertly_filled,
    ("sklearn.tree._tree", "Tree"): _is_inertly_filled,
    ("uuid", "UUID"): _is_inertly_filled,
    ("dateutil.tz.tz", "tzoffset"): _is_inertly_filled,
    ("numpy.core", "_ufunc_reconstruct"): _ufunc,
    ("numpy._core", "_ufunc_reconstruct"): _ufunc,
    (_RANDOM, "__randomstate_ctor"): _generator,
    (_RANDOM, "__generator_ctor"): _generator,
    (_RANDOM, "__bit_generator_ctor"): _generator,
    ("pandas.core.indexes.base", "_new_Index"): _index,
    ("pandas.indexes.base", "_new_Index"): _index,
    ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"): _index,
    ("pandas.core.indexes.period", "_new_PeriodIndex"): _index,
    ("pandas.core.indexes.interval", "_new_IntervalIndex"): _index,
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"): _array_of_pandas,
}
for _module in ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"):
    _RULES[_module, "NumpyArrayWrapper"] = _announced
for _module, _names_of in MODELS.items():
    for _name in _names_of.split():
        _RULES[_module, _name] = lambda call, _: not call.args and _CONDITIONS["@pydantic"](call)
for _module in ("scipy.spatial.qhull", "scipy.spatial._qhull"):
    for _name in ("Delaunay", "ConvexHull", "Voronoi"):
        _RULES[_module, _name] = lambda call, _: _is_whole_of(call, "")
for _name in ("BPE", "WordPiece", "WordLevel", "Unigram"):  # two texts are files that they read
    _RULES["tokenizers.models", _name] = lambda call, _: _CONDITIONS["@bare"](call)
for _module in ("nltk.tree", "nltk.tree.tree"):  # an item by a tuple is put into a branch
    _RULES[_module, "Tree"] = lambda call, _: not call.args and not call.pairs
for _module in ("pyproj.crs.crs", "pyproj.crs"):
    _RULES[_module, "CRS"] = _projection
for _module in (
    "sklearn.neighbors.kd_tree",
    "sklearn.neighbors.ball_tree",
    "sklearn.neighbors._kd_tree",
    "sklearn.neighbors._ball_tree",
    "sklearn.neighbors.dist_metrics",
    "sklearn.neighbors._dist_metrics",
    "sklearn.metrics._dist_metrics",
    "hdbscan.dist_metrics",
):
    _RULES[_module, "newObj"] = _class_beside
for _module in ("numpy.random.bit_generator", "numpy.random._bit_generator"):
    _RULES[_module, "__pyx_unpickle_SeedSequence"] = _class_beside
    _RULES[_module, "__pyx_unpickle_SeedlessSeedSequence"] = _class_beside
