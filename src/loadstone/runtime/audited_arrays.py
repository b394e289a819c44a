"""Judges arrays, numbers and generators of numpy's, whoever names what makes them."""

from typing import Any, List

from .audited_dill import found_by_dill, listed
from .audited_quantities import is_array_with_unit
from .audited_states import is_text_as_bytes
from .audited_table import allows
from .audited_values import is_inert
from .pickle_values import Blob, Call, Global, Opaque, Pairs, Stream, TupleItems

__all__ = [
    "ARRAYS",
    "RANDOM",
    "is_announced",
    "is_array",
    "is_array_of_cupy",
    "is_array_of_dill",
    "is_array_of_jax",
    "is_generator",
    "is_inertly_filled",
    "is_masked_array",
    "is_plain_array",
    "is_scalar",
    "is_ufunc",
]

_GENERATORS = frozenset(["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
ARRAYS = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
RANDOM = "numpy.random._pickle"
# modules that ufuncs are looked up in: any other would be imported
_OF_UFUNCS = frozenset(
    [
        "numpy",
        *(f"numpy.{core}.umath" for core in ("core", "_core")),
        *(f"numpy.{core}._multiarray_umath" for core in ("core", "_core")),
    ]
)
_SPECIAL = "scipy.special._ufuncs"
_PARTS = 5  # of an array: a version, a shape, a type, an order, bytes or objects
_MASKED = 7  # parts of a masked array: those of an array, its mask, what stands under that


def is_array_of_jax(call: Call, args: List[Any]) -> bool:
    """Judge an array of jax's, which is made by numpy."""
    if len(args) != 4 or not isinstance(args[0], Global) or not isinstance(args[3], Pairs):
        return False
    own = args[0].path in ARRAYS and isinstance(args[1], TupleItems) and not call.states
    return (
        own
        and not _lists(args[2])
        and is_array(call, list(args[1]))
        and all(map(is_inert, args[2:]))
    )


def is_array_of_cupy(call: Call, args: List[Any]) -> bool:
    """Judge an array of CuPy's: it is given one of numpy's, which is judged by itself."""
    return (
        len(args) == 1 and isinstance(args[0], Call) and args[0].path in ARRAYS and not call.states
    )


def is_array_of_dill(call: Call, args: List[Any]) -> bool:
    """Judge an array that dill makes: what makes it, for what, its state, no attributes."""
    if len(args) != 4 or call.states or not _are_values(args[3]):
        return False
    made = found_by_dill(args[0]) if isinstance(args[0], Call) else args[0]  # up to 0.3.5
    own = isinstance(made, Global) and made.path in ARRAYS
    own = own and all(isinstance(arg, TupleItems) for arg in args[1:3])
    return own and is_array(call, list(args[1])) and _keeps_objects(args[2])


def _are_values(attributes: Any) -> bool:
    """Whether attributes that are put on an array are none, or values by plain names."""
    if attributes is None:
        return True
    held = attributes if isinstance(attributes, Pairs) else [("__", None)]
    plain = not any(
        isinstance(value, Opaque) or not isinstance(key, str) or key[:2] == "__"
        for key, value in held
    )
    return plain and isinstance(attributes, Pairs) and is_inert(attributes)


def _lists(state: Any) -> bool:
    """Whether an array may be filled with a list, whose objects nobody counted when it was."""
    held = state[4] if isinstance(state, TupleItems) and len(state) == _PARTS else None
    return not isinstance(held, (bytes, Blob)) and not is_text_as_bytes(held)


def is_scalar(_: Call, args: List[Any]) -> bool:
    """Judge one number of numpy's; of an object dtype it is what is given, also a function."""
    words = listed(args[0])[:1] if args and isinstance(args[0], Call) else []
    plain = bool(words) and isinstance(words[0], str) and "O" not in words[0]
    held = [item for item in args[1:] if not is_text_as_bytes(item)]
    return plain or not any(isinstance(item, Opaque) for item in held)


def is_plain_array(value: Any) -> bool:
    """Whether it is nothing, or an array of numpy's plain class."""
    if not isinstance(value, Call):
        return value is None
    if (value.path or "").endswith(".numeric._frombuffer"):
        return True
    made: Any = None
    if value.path in ARRAYS:
        made = listed(value)[0] if listed(value) else None
    elif value.path == "joblib.numpy_pickle.NumpyArrayWrapper":
        states = [state for state in value.states if isinstance(state, Pairs)]
        plain = len(states) == 1 and not isinstance(value.payload, Stream)  # no objects
        made = states[0].get("subclass") if plain else None
    return isinstance(made, Global) and made.path == "numpy.ndarray"


def is_array(call: Call, args: List[Any]) -> bool:
    """Judge an empty array of one of numpy's own classes, without room for anything."""
    if len(args) != 3 or not isinstance(args[1], TupleItems) or list(args[1]) != [0]:
        return False
    named = [item for item in args if isinstance(item, Global)]
    own = bool(args) and args[0] in named and all(map(_is_numpy, named))
    if not own and is_array_with_unit(call, args):
        return True
    return own and all(map(_keeps_objects, call.states))


def _keeps_objects(state: Any) -> bool:
    """Whether an array only keeps the objects that it is filled with, and converts none."""
    if not isinstance(state, TupleItems) or len(state) not in (4, 5):
        return is_inert(state)
    kind = state[-3]
    word = listed(kind)[:1] if isinstance(kind, Call) and kind.path == "numpy.dtype" else []
    plain = isinstance(word[0], str) and word[0].lstrip("|") in ("O", "O4", "O8") if word else False
    return is_inert(state if not plain else TupleItems(state[:-1]))


def is_inertly_filled(call: Call, _: List[Any]) -> bool:
    """Whether an array is filled with values."""
    return all(map(is_inert, call.states))


def is_masked_array(call: Call, args: List[Any]) -> bool:
    """Judge a masked array of numpy's own classes, as a search of scikit-learn's holds."""
    if len(args) != 4 or not isinstance(args[2], TupleItems) or list(args[2]) != [0]:
        return False
    named = [item for item in args if isinstance(item, Global)]
    own = args[0] in named and all(map(_is_numpy, named))
    return own and is_inert(TupleItems(args[1:])) and all(map(_keeps_masked, call.states))


def _keeps_masked(state: Any) -> bool:
    """Whether objects under a mask are only kept; what stands in for those left out is a value."""
    if not isinstance(state, TupleItems) or len(state) != _MASKED:
        return is_inert(state)
    return _keeps_objects(TupleItems(state[:5])) and is_inert(TupleItems(state[5:]))


def is_announced(call: Call, args: List[Any]) -> bool:
    """Judge what announces an array, of a class of numpy's own, which a method of it would fill."""
    states = [state for at, state in enumerate(call.states) if state or not at]
    held = [state.get("subclass") for state in states if isinstance(state, Pairs)]
    return not args and all(isinstance(item, Global) and _is_numpy(item) for item in held)


def _is_numpy(item: Global) -> bool:
    return allows(item) and item.module.split(".")[0] == "numpy"


def is_ufunc(_: Call, args: List[Any]) -> bool:
    """Judge a function of numpy's that is looked up by a module and a name."""
    if len(args) != 2 or not all(isinstance(item, str) for item in args):
        return False
    if args[0] == _SPECIAL:
        named = Global(_SPECIAL, args[1], 0)
        return allows(named) and not allows(named, "new")
    return args[0] in _OF_UFUNCS and allows(Global("numpy.core.umath", args[1], 0))


def is_generator(call: Call, args: List[Any]) -> bool:
    """Judge a generator of random numbers: one of numpy's own, made by its own function."""
    return (
        all(map(is_inert, call.states))
        and all(map(_is_named_generator, args[:1]))
        and all(map(_is_maker, args[1:]))
    )


def _is_named_generator(item: Any) -> bool:
    if isinstance(item, Call):
        return item.path == RANDOM + ".__bit_generator_ctor"
    if isinstance(item, Global):
        return item.module.startswith("numpy.random._") and item.name in _GENERATORS
    return isinstance(item, str) and item in _GENERATORS


def _is_maker(item: Any) -> bool:
    return isinstance(item, Global) and item.path == RANDOM + ".__bit_generator_ctor"
