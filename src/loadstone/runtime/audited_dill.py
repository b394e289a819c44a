"""What dill and cloudpickle name by words: types, and what stands in a module."""

from typing import Any, List, Optional

from .audited_table import entry_of
from .pickle_values import Call, Global, TupleItems

__all__ = [
    "BY_WORD",
    "DILL",
    "LOOKED_UP",
    "NAMED_TUPLES",
    "TYPED",
    "found_by_dill",
    "listed",
    "named_by_dill",
    "type_named",
    "type_word",
]

DILL = ("dill._dill", "dill.dill")
# functions that give a type of Python's own by a word, which another call then calls
TYPED = frozenset(
    ["cloudpickle.cloudpickle._builtin_type", "dill._dill._load_type", "dill.dill._load_type"]
)
# how dill names what stands in a compiled module
LOOKED_UP = tuple(f"{module}._get_attr" for module in DILL)
NAMED_TUPLES = tuple(f"{module}._create_namedtuple" for module in DILL)
# what dill names by a word, and the table by its own name
BY_WORD = {"PartialType": ("functools", "partial"), "ItemGetterType": ("operator", "itemgetter")}
_IMPORTED = tuple(f"{module}._import_module" for module in DILL)


def listed(call: Call) -> List[Any]:
    """Return what a call is given, where that stands in a tuple; else nothing."""
    return list(call.args) if isinstance(call.args, list) else []


def type_word(call: Call) -> str:
    """Return the word of the type that is called, where it is one of Python's own; else nothing."""
    func = call.func
    return type_named(func) if isinstance(func, Call) and func.path in TYPED else ""


def type_named(call: Call) -> str:
    """Return the word that a type is named by; nothing where it is none."""
    args = listed(call)
    return args[0] if len(args) == 1 and isinstance(args[0], str) else ""


def found_by_dill(call: Call) -> Optional[Global]:
    """Return what dill looks up in a module that the table has, as it does for compiled functions.

    `numpy.core.multiarray` hands on what stands in the compiled module beside it. What is Python's
    own is told by its path elsewhere, and is never found so.
    """
    args = call.args if isinstance(call.args, list) else []
    held = args[0] if len(args) == 2 and isinstance(args[0], Call) else None
    if call.path not in LOOKED_UP or held is None or held.path not in _IMPORTED:
        return None
    if call.states or call.pairs or held.states or held.pairs or call.kwargs or held.kwargs:
        return None
    named = held.args if isinstance(held.args, list) else []
    if not all(isinstance(word, str) for word in (*named, args[1])):
        return None
    if len(named) != 1 or not args[1].isidentifier():
        return None
    module = named[0].replace("._multiarray_umath", ".multiarray")
    found = Global(module, args[1], call.at)
    entry = entry_of(found.module, found.name)
    # the machine, and the reader of joblib's arrays, follow types and classes by their own names
    if entry is None or found.name == "dtype" or "new" in entry.uses:
        return None
    return found if entry.library not in ("python", "generated") else None


def named_by_dill(call: Call) -> Optional[Global]:
    """Return what dill names by a word, or a named tuple that it names by its module.

    It makes a named tuple of those names where the module has none.
    """
    args = listed(call)
    if call.states or call.pairs or call.kwargs:
        return None
    if call.path in TYPED:
        module, name = BY_WORD.get(type_named(call), ("", ""))
        return Global(module, name, call.at) if name else None
    if call.path not in NAMED_TUPLES or len(args) not in (3, 4):
        return None
    fields_of = args[1] if isinstance(args[1], TupleItems) else [None]
    if not all(isinstance(word, str) for word in (args[0], args[2], *fields_of)):
        return None
    if not args[0].isidentifier():
        return None
    entry = entry_of(args[2], args[0])
    own = entry is not None and entry.library == "generated" and "named" in entry.uses
    return Global(args[2], args[0], call.at) if own else None
