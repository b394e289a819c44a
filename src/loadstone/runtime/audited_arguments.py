"""Judges the arguments and states of audited globals that are harmless for some of them only."""

import re
from typing import Any, Callable, Dict, List, Tuple

from .audited_states import is_inert
from .audited_table import OPTIMIZERS, allows, entry_of
from .pickle_values import Blob, Call, Global, Opaque, Pairs, TupleItems

__all__ = ["are_audited", "is_audited_partial"]

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
_FACTORIES = frozenset(
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
_GENERATORS = frozenset(["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
_FRACTION = re.compile(r"-?\d{1,600}(/\d{1,600})?\Z")
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
    ("minisom", "MiniSom"): (
        *("_gaussian", "_mexican_hat", "_bubble", "_triangle"),
        *("_euclidean_distance", "_cosine_distance", "_manhattan_distance", "_chebyshev_distance"),
        *("_asymptotic_decay", "_inverse_decay_to_zero", "_linear_decay_to_zero"),
        *("_inverse_decay_to_one", "_linear_decay_to_one", "asymptotic_decay"),
    ),
    **{("nltk.stem.snowball", name + "Stemmer"): ("stem",) for name in _LANGUAGES},
}

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
# what a module of torch looks names up in when it is filled, by its own `__getattr__`
_HELD = ("_parameters", "_buffers", "_modules", "all_weights", "_all_weights", "_flat_weights")


def _made(call: Call, func: Global) -> bool:
    """Judge an object of a class that was added by hand."""
    if func.module in OPTIMIZERS or func.module in _BOOSTERS or func.module[:7] == "pandas.":
        return is_inert(call.args) and all(map(is_inert, call.states))
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


def is_zone(call: Call) -> bool:
    """Whether a time zone is looked up by its name, with a method that is found by `getattr`."""
    func, args = call.func, call.args
    if not isinstance(func, Call) or func.path not in _GETATTR or not _method(func, _listed(func)):
        return False
    if call.states or call.appended or call.added or call.pairs or call.kwargs:
        return False
    kinds = [type(item) for item in args] if isinstance(args, list) else []
    return _is_zone_class(_listed(func)[0]) and kinds in ([str, int], [str, bool])


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
    return "slots" in uses or not any(_has_slots(state, uses) for state in call.states)


def _is_remade(call: Call) -> bool:
    """Judge what Cython writes for a class: an empty object, filled from a tuple of values."""
    args = _listed(call)
    if len(args) != 3 or not isinstance(args[0], Global) or not isinstance(args[1], int):
        return False
    own = (call.path or "").split(".")[0]
    return args[0].module.split(".")[0] == own and all(map(is_inert, call.states))


def _is_of_ngboost(state: Any) -> bool:
    """Whether the classes that a state names, whose methods are called, are ngboost's own."""
    named = ("Dist", "Score", "_basedist", "Manifold")
    return isinstance(state, Pairs) and all(
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


def _is_template(state: Any) -> bool:
    """Whether a distribution is made by the template alone, or by names that scipy checks."""
    if isinstance(state, TupleItems) and len(state) == 2 and isinstance(state[0], Pairs):
        shapes = state[0].get("shapes")
        return shapes is None or (isinstance(shapes, str) and bool(_SHAPES.match(shapes)))
    if not all(isinstance(key, str) for key in _keys(state)):
        return False
    told = [value for key, value in state if key == "_parse_arg_template"]
    return all(isinstance(text, str) and _PARSE.match(text) for text in told)


def _is_without_formula(state: Any) -> bool:
    keys = _keys(state)
    return all(isinstance(key, str) for key in keys) and not any(
        key.startswith("restore_") for key in keys
    )


def _is_whole(call: Call) -> bool:
    own = (call.path or "").split(".")[0]
    return all(is_inert(state, own) for state in call.states)


# by the words of `names/`
_CONDITIONS: Dict[str, Callable[[Call], bool]] = {
    "@inert": lambda call: all(map(is_inert, call.states)),
    "@own": _is_whole,
    "@dict": lambda call: all(isinstance(state, Pairs) for state in call.states),
    "@bytes": lambda call: all(isinstance(state, (bytes, Blob)) for state in call.states),
    "@cython": _is_remade,
    "@module": _is_module,
    "@ngboost": lambda call: all(map(_is_of_ngboost, call.states)),
    "@template": lambda call: all(map(_is_template, call.states)),
    "@no-formula": lambda call: all(map(_is_without_formula, call.states)),
}


def _factory(_: Call, args: List[Any]) -> bool:
    if not args or args[0] is None:
        return True
    return allows(args[0]) and args[0].name in _FACTORIES


def _codec(_: Call, args: List[Any]) -> bool:
    return len(args) == 2 and isinstance(args[1], str) and args[1] in _CODECS


def _rebuild_from_type(_: Call, args: List[Any]) -> bool:
    return len(args) == 4 and allows(args[0], "call") and allows(args[1])


def _reconstructor(call: Call, args: List[Any]) -> bool:
    """Judge `copyreg._reconstructor(class, base, state)`, as protocols 0 and 1 have it."""
    uses = ["new"] + ["build"] * bool(call.states)
    uses += ["items"] * bool(call.appended or call.added or call.pairs)
    if len(args) != 3 or not allows(args[0], *uses) or not isinstance(args[1], Global):
        return False
    if args[1].module not in ("builtins", "__builtin__") or args[1].name not in _TYPES:
        return False
    entry = entry_of(args[0].module, args[0].name)
    return entry is None or entry.library != "generated" or _generated(call, entry.uses)


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
    made = args[0].func if isinstance(args[0], Call) and args[0].how == "new" else None
    if isinstance(made, Global):
        if allows(made, "@template"):  # a distribution of scipy's
            return args[1] == "_entropy"
        return args[1] in _METHODS.get((made.module, made.name), ())
    return allows(args[0], "new")


def _whole_numbers(_: Call, args: List[Any]) -> bool:
    if len(args) == 1 and isinstance(args[0], str):
        return bool(_FRACTION.match(args[0]))
    return 0 < len(args) <= 2 and all(type(item) is int for item in args)


def _partial(call: Call, args: List[Any]) -> bool:
    """Judge a function that is kept, with a state that names it again."""
    if call.kwargs or not args or not allows(args[0]):
        return False
    return all(
        isinstance(state, TupleItems) and len(state) == 4 and allows(state[0])
        for state in call.states
    )


def _array_class(_: Call, args: List[Any]) -> bool:
    """Judge an empty array of one of numpy's own classes."""
    named = [item for item in args if isinstance(item, Global)]
    return bool(args) and args[0] in named and all(map(_is_numpy, named))


def _is_numpy(item: Global) -> bool:
    return allows(item) and item.module.split(".")[0] == "numpy"


def _ufunc(_: Call, args: List[Any]) -> bool:
    if len(args) != 2 or not all(isinstance(item, str) for item in args):
        return False
    return (args[0] == "numpy" or args[0].startswith(("numpy.core.", "numpy._core."))) and (
        allows(Global("numpy", args[1], 0)) or allows(Global("numpy.core.umath", args[1], 0))
    )


def _generator(_: Call, args: List[Any]) -> bool:
    return all(map(_is_generator, args[:1])) and all(map(_is_maker, args[1:]))


def _is_generator(item: Any) -> bool:
    if isinstance(item, Call):
        return item.path == _RANDOM + ".__bit_generator_ctor"
    if isinstance(item, Global):
        return item.module.startswith("numpy.random._") and item.name in _GENERATORS
    return isinstance(item, str) and item in _GENERATORS


def _is_maker(item: Any) -> bool:
    return isinstance(item, Global) and item.path == _RANDOM + ".__bit_generator_ctor"


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
    ("collections", "defaultdict"): _factory,
    ("_codecs", "encode"): _codec,
    ("torch._tensor", "_rebuild_from_type_v2"): _rebuild_from_type,
    ("copyreg", "_reconstructor"): _reconstructor,
    ("copy_reg", "_reconstructor"): _reconstructor,
    ("builtins", "type"): _none,
    ("__builtin__", "type"): _none,
    ("builtins", "getattr"): _method,
    ("__builtin__", "getattr"): _method,
    ("fractions", "Fraction"): _whole_numbers,
    ("functools", "partial"): _partial,
    ("numpy.core.multiarray", "_reconstruct"): _array_class,
    ("numpy._core.multiarray", "_reconstruct"): _array_class,
    ("numpy.ma.core", "_mareconstruct"): _array_class,
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
