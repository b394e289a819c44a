"""Functions and classes that cloudpickle and dill write as bytecode: which, and of which Python.

https://github.com/cloudpipe/cloudpickle/blob/master/cloudpickle/cloudpickle.py,
https://github.com/uqfoundation/dill/blob/master/dill/_dill.py; nothing of the bytecode is run, its
opcodes are looked at for the Python that wrote them: https://docs.python.org/3/library/dis.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from loadstone.readers import _values as values
from loadstone.readers._plain import Scalar, clean
from loadstone.readers._source import Buffer
from loadstone.runtime.pickles import Blob, Call, Stream

_CODE = ("types.CodeType", "builtins.code", "dill._dill._create_code", "dill.dill._create_code")
_CLASSES = ("_make_skeleton_class", "_make_skel_class", "_create_type", "_rehydrate_skeleton_class")
_FILLED = ("_class_setstate", "_rehydrate_skeleton_class")
_IMPORTS = ("subimport", "_import_module")
_MAKERS = ("cloudpickle", "dill")
_PYTHON = {18: "3.11 or newer", 16: "3.8 to 3.10", 15: "3.7 or older"}
_LONGEST = 1 << 16  # bytes of one function's code that are looked at
_SHOWN = 12
_INNER = ("<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>")
_CALLS = 50_000
# where the code, and the name stand among the arguments, by how many there are
_PLACES = {18: (6, 12), 16: (6, 11), 15: (5, 10)}
_RESUME_311, _RESUME_313, _RESUME_314 = 151, 149, 128
_PRECALL_311, _RETURN_CONST_312 = 166, 121


def detail(streams: Iterable[Stream], data: Buffer) -> dict[str, Scalar]:
    """Return what wrote by value, the names, the modules they import, and the Python."""
    calls = [call for stream in streams for call in stream.calls[:_CALLS]]
    codes = [code for call in calls if (code := _arguments(call))]
    maker = next((m for call in calls for m in _MAKERS if _of(call, m)), None)
    if maker is None and not codes:
        return {}
    classes = _classes(calls)
    names = [f"class {name}" for name in classes] + [
        f"function {name}" for name in _functions(codes, _methods(calls))
    ]
    imports = dict.fromkeys(_imported(calls))
    found: dict[str, Scalar] = {
        "pickled_by": maker,
        "by_value": _listed(names),
        "imports": _listed(imports),
        "code_python": _python(codes, data),
    }
    return {key: value for key, value in found.items() if value}


def _of(call: Call, maker: str) -> bool:
    return values.called(call).startswith(f"{maker}.")


def _last(call: Any) -> str:
    """Return what is called, by its last name, where one of the makers has it."""
    path = values.called(call)
    return path.rpartition(".")[2] if path.startswith(_MAKERS) else ""


def _arguments(call: Call) -> tuple[Call, list[Any]] | None:
    """Return the arguments of a code object; dill puts its line table before them."""
    is_type = values.called(call.func).endswith("._builtin_type")
    if call.path not in _CODE and not (is_type and list(values.args(call.func)) == ["CodeType"]):
        return None
    given = list(values.args(call))
    return call, given[1:] if len(given) in (17, 19) else given


def _classes(calls: list[Call]) -> list[str]:
    found: dict[str, None] = {}
    for call in calls:
        given = values.args(call)
        if _last(call) in _CLASSES and len(given) > 1 and isinstance(given[1], str):
            found.setdefault(clean(given[1], 200))
    return list(found)


def _methods(calls: list[Call]) -> set[int]:
    """Return the code objects that are called by a name of a class, by identity."""
    inside: set[int] = set()
    for call in calls:
        for node in values.args(call) if _last(call) in (*_FILLED, *_CLASSES) else ():
            for held in (node, *(values.items(node) or ())):
                for _, value in values.pairs(held) or ():
                    inside |= {id(given) for given in values.args(value)}
    return inside


def _functions(codes: list[tuple[Call, list[Any]]], methods: set[int]) -> list[str]:
    found: dict[str, None] = {}
    for call, given in codes:
        place = _PLACES.get(len(given))
        name = given[place[1]] if place else None
        if id(call) in methods or not isinstance(name, str):
            continue
        last = name.rpartition("<locals>.")[2]
        if "." not in last and last not in _INNER:
            found.setdefault(clean(last, 200))
    return list(found)


def _imported(calls: list[Call]) -> Iterator[str]:
    for call in calls:
        given = values.args(call)
        if _last(call) in _IMPORTS and given and isinstance(given[0], str):
            yield clean(given[0], 200)


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    rest = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _python(codes: list[tuple[Call, list[Any]]], data: Buffer) -> str | None:
    """Return the Python of the bytecode, as exactly as its arguments and opcodes tell."""
    if not codes:
        return None
    count = len(codes[0][1])
    if count != 18:
        return _PYTHON.get(count)
    opcodes: set[int] = set()
    for _, given in codes:
        opcodes |= set(_bytes(given[6], data)[::2]) if len(given) == 18 else set()
    return _since_311(opcodes)


def _since_311(opcodes: set[int]) -> str:
    if _RESUME_314 in opcodes and not opcodes & {_RESUME_311, _RESUME_313}:
        return "3.14 or newer"
    if _RESUME_313 in opcodes and _RESUME_311 not in opcodes:
        return "3.13"
    if _RESUME_311 in opcodes:
        if _PRECALL_311 in opcodes:
            return "3.11"
        return "3.12" if _RETURN_CONST_312 in opcodes else "3.11 or 3.12"
    return _PYTHON[18]


def _bytes(node: Any, data: Buffer) -> bytes:
    if type(node) is Blob:
        return bytes(data[node.offset : node.offset + min(node.length, _LONGEST)])
    if isinstance(node, bytes):
        return node[:_LONGEST]
    given = values.args(node)
    if values.called(node) == "_codecs.encode" and given and isinstance(given[0], str):
        return given[0][:_LONGEST].encode("latin-1", "replace")
    return b""
