"""Judges what Python's own functions are given: text, bytes, modules, types and signatures.

Also of values of others that are bytes and little more: messages and images.
"""

import re
from typing import Any, List

from .audited_states import is_text_as_bytes
from .audited_table import allows, is_module_known
from .audited_values import is_inert, is_plain_factory
from .pickle_values import Blob, Call, Global, Items, ListItems, Opaque, Pairs, TupleItems

__all__ = [
    "are_bytes",
    "is_codec",
    "is_image",
    "is_imported",
    "is_in_memory",
    "is_message",
    "is_signature",
    "is_type_of_others",
    "is_whole_number",
]

_CODECS = frozenset(("latin1", "latin-1", "ascii", "utf-8"))
_FRACTION = r"-?\d{1,600}(/\d{1,600})?\Z"
_MEMORY = (3, 4)  # parts of bytes in memory, and of a text: it says how its lines end
_PAIR = 2
_IMAGE = 5  # parts of its state


def is_codec(_: Call, args: List[Any]) -> bool:
    """Whether a text is made bytes by a codec that pickle itself writes."""
    return len(args) == 2 and isinstance(args[1], str) and args[1] in _CODECS


def is_imported(call: Call, args: List[Any]) -> bool:
    """Judge a module that dill imports, in which it then looks a function up."""
    word = args[0] if len(args) == 1 and isinstance(args[0], str) else ""
    plain = not (call.states or call.pairs or call.kwargs)
    return plain and is_module_known(word.replace("._multiarray_umath", ".multiarray"))


def is_in_memory(call: Call, _: List[Any]) -> bool:
    """Judge bytes in memory: they are given nothing, and filled with bytes and a number."""
    return not call.args and all(
        isinstance(state, TupleItems)
        and len(state) in _MEMORY
        and (isinstance(state[0], str) or _are_bytes(state[0]))
        and not any(isinstance(part, (Items, Opaque)) for part in state[1:-1])
        and (state[-1] is None or (isinstance(state[-1], Pairs) and not state[-1]))
        for state in call.states
    )


def is_message(call: Call, args: List[Any]) -> bool:
    """Judge a message of protobuf: it is given nothing, and parses the bytes of its state."""
    return not (args or call.kwargs or call.pairs or call.appended or call.added) and all(
        isinstance(state, Pairs)
        and [key for key, _ in state] == ["serialized"]
        and _are_bytes(state.get("serialized"))
        for state in call.states
    )


def is_image(call: Call, args: List[Any]) -> bool:
    """Judge an image: information that it keeps, a mode, a size, colours and bytes.

    Later versions write behind those where its file lay, and what its layers were.
    """
    return not args and all(
        isinstance(state, ListItems)
        and len(state) in range(_IMAGE, _IMAGE + 4)
        and isinstance(state[0], Pairs)
        and _are_bytes(state[4])
        and is_inert(state)
        for state in call.states
    )


def are_bytes(args: List[Any]) -> bool:
    """Whether what is given is bytes, once, and nothing else."""
    return len(args) == 1 and _are_bytes(args[0])


def _are_bytes(held: Any) -> bool:
    return isinstance(held, (bytes, Blob)) or is_text_as_bytes(held)


def is_type_of_others(call: Call, args: List[Any]) -> bool:
    """Judge a type of others, which is made of types alone, and keeps them."""
    if len(args) != _PAIR or not isinstance(args[0], Global) or call.states or call.kwargs:
        return False
    own = is_plain_factory(args[0])
    if args[0].path == "typing.Literal":
        return not any(isinstance(value, Opaque) for value in _listed_or_one(args[1]))
    if call.path == "_operator.getitem":
        own = args[0].module == "typing"
    return own and allows(args[0]) and all(map(_is_named_type, _listed_or_one(args[1])))


def _listed_or_one(value: Any) -> List[Any]:
    """Return the parts of a tuple, also of those in it; of any other value itself."""
    if not isinstance(value, (TupleItems, ListItems)):
        return [value]
    return [part for held in value for part in (held if isinstance(held, ListItems) else [held])]


def _is_named_type(value: Any) -> bool:
    if isinstance(value, Call):
        named = ("_operator.getitem", "types.GenericAlias", "builtins.type", "__builtin__.type")
        return value.path in named
    return value is None or (isinstance(value, Global) and allows(value))


def is_signature(call: Call, args: List[Any]) -> bool:
    """Judge the signature of a function: a tuple of parameters, each made by its name and kind."""
    held = args[0] if len(args) == 1 and isinstance(args[0], TupleItems) else [None]
    own = all(
        isinstance(one, Call) and one.path == "inspect.Parameter" and one.how == "reduce"
        for one in held
    )
    return own and not call.kwargs


def is_whole_number(_: Call, args: List[Any]) -> bool:
    """Whether a fraction is made of whole numbers, or of their text without an exponent."""
    if len(args) == 1 and isinstance(args[0], str):
        return bool(re.match(_FRACTION, args[0]))
    return 0 < len(args) <= 2 and all(type(item) is int for item in args)
