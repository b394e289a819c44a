"""Questions to the inert nodes of a pickle: what is called, what is inside, what to call it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from loadstone.core import dtypes
from loadstone.runtime.pickles import Blob, Call, Global, Items, Pairs, Persistent

_MAPPINGS = {
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.Counter",
    "builtins.dict",
    "__builtin__.dict",
    "torch._C._ImperativeEngine",
    "types.MappingProxyType",
    "easydict.EasyDict",
}
_COLLECTIONS = {
    "torch.Size",
    "builtins.set",
    "builtins.frozenset",
    "__builtin__.set",
    "__builtin__.frozenset",
}
_REBUILD = ("copyreg._reconstructor", "copy_reg._reconstructor")
_COMPILED = "torch._dynamo.eval_frame.OptimizedModule"
_NEWOBJ = ("copyreg.__newobj__", "copy_reg.__newobj__", "copyreg.__newobj_ex__")
_ARRAYS = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_SCALARS = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
_BY_VALUE = ("cloudpickle.", "dill.")
_FUNCTIONS = ("_make_function", "_create_function", "_make_skel_func")
_FORMATS = {"f2": "<e", "f4": "<f", "f8": "<d"}
_DTYPES = dtypes.NUMPY | {"O8": "object"}
Pair = tuple[Any, Any]


def is_call(node: Any) -> bool:
    """Whether `node` is the result of a call."""
    return type(node) is Call


def called(node: Any) -> str:
    """Return the dotted path of what is called, or ""."""
    return node.path or "" if type(node) is Call else ""


def args(node: Any) -> Sequence[Any]:
    """Return the arguments of a call."""
    found = items(node.args) if type(node) is Call else None
    return found if found is not None else ()


def items(node: Any) -> Sequence[Any] | None:
    """Return what a tuple, a list or a set holds, or nothing where it is none."""
    if isinstance(node, Items) and not isinstance(node, Pairs):
        return node
    if type(node) is Call and node.path in _COLLECTIONS:  # torch.Size, and sets before protocol 4
        inner = args(node)
        return items(inner[0]) if inner else None
    return None


def sizes(node: Any) -> tuple[int, ...] | None:
    """Return a shape or strides: integers that are not negative, 64 at most."""
    inner = items(node)
    if inner is None or len(inner) > 64:
        return None
    if all(type(size) is int and 0 <= size < 1 << 63 for size in inner):
        return tuple(inner)
    return None


def pairs(node: Any) -> Sequence[Pair] | None:
    """Return the pairs of a dictionary of any kind, or nothing where it is none."""
    if isinstance(node, Pairs):
        return node
    if type(node) is not Call or node.path not in _MAPPINGS:
        return None
    if node.pairs:
        return node.pairs
    given = args(node)
    inner = items(given[-1]) if given else None
    if inner is None:
        return given[-1] if given and isinstance(given[-1], Pairs) else ()
    found = [items(pair) for pair in inner]  # protocols 0 and 1: OrderedDict([[key, value], ...])
    return [(pair[0], pair[1]) for pair in found if pair is not None and len(pair) == 2]


def key(node: Any) -> str:
    """Return the key of a dictionary as text."""
    if type(node) is str:
        return node.encode("utf-8", "backslashreplace").decode()
    if type(node) in (int, float, bool) or node is None:
        return str(node)
    if type(node) is bytes:
        return node.decode("utf-8", "backslashreplace")
    return describe(node)


def dotted(node: Any) -> str:
    """Return the dotted path of a global, or ""."""
    return node.path if type(node) is Global else ""


def dotted_last(node: Any) -> str:
    """Return the last name of a global, or of a text that holds one."""
    if type(node) is Global:
        return node.name.rsplit(".", 1)[-1]
    return node.rsplit(".", 1)[-1] if type(node) is str else ""


def class_of(node: Any) -> tuple[str, str] | None:
    """Return module and name of the class that `node` is an object of."""
    if type(node) is not Call:
        return None
    made = node.func
    given = args(node)
    if node.path in _REBUILD or node.path in _NEWOBJ:
        made = given[0] if given else None
    if type(made) is Persistent:  # torch's legacy format puts the source beside the class
        inner = items(made.pid)
        made = inner[1] if inner is not None and len(inner) > 1 and inner[0] == "module" else None
    return (made.module, made.name) if type(made) is Global else None


def attributes(node: Any) -> dict[str, Any]:
    """Return the attributes that BUILD gives to an object."""
    found: dict[str, Any] = {}
    if type(node) is not Call:
        return found
    if node.path == _COMPILED and args(node):  # torch.compile: a reduce over the module it wraps
        return {"_parameters": Pairs(), "_modules": Pairs([("_orig_mod", args(node)[0])])}
    for state in node.states:
        parts: Sequence[Any] = [state]
        inner = items(state)
        if inner is not None and len(inner) == 2:  # what __dict__ and what __slots__ hold
            parts = inner
        for part in parts:
            if isinstance(part, Pairs):
                found |= {name: value for name, value in part if type(name) is str}
    return found


def array(node: Any) -> tuple[str, tuple[int, ...]] | None:
    """Return element type and shape of a numpy array."""
    if called(node) not in _ARRAYS or not node.states:
        return None
    state = items(node.states[-1])
    if state is None or len(state) < 3:
        return None
    shape = sizes(state[1])
    return (_dtype(state[2]), shape) if shape is not None else None


def _dtype(node: Any) -> str:
    given = args(node)
    if called(node) == "numpy.dtype" and given and isinstance(given[0], str):
        return _DTYPES.get(given[0], given[0][:40])
    return "unknown"


def _scalar(node: Any) -> str:
    given = args(node)
    if len(given) < 2:
        return "numpy scalar"
    number = _number(node)
    name = _dtype(given[0])
    return f"numpy {name}" if number is None else f"numpy {name} {number!r}"


def _number(node: Any) -> int | float | None:
    """Return the value of one number of numpy's, from its bytes."""
    given = args(node)
    if len(given) < 2:
        return None
    inner = args(given[0])
    code = inner[0].lstrip("<|=") if inner and isinstance(inner[0], str) else ""
    data = given[1]
    encoded = args(data)
    if called(data) == "_codecs.encode" and encoded and isinstance(encoded[0], str):
        data = encoded[0][:64].encode("latin-1", "replace")  # protocol 2 has no bytes
    elif isinstance(data, str):
        data = data[:64].encode("latin-1", "replace")  # of Python 2
    if type(data) is not bytes:
        return None
    if code in _FORMATS and len(data) == int(code[1:]):
        import struct

        return float(struct.unpack(_FORMATS[code], data)[0])
    if code[:1] in ("i", "u", "b") and code:
        return int.from_bytes(data, "little", signed=code[0] == "i")
    return None


def is_scalar(node: Any) -> bool:
    """Whether `node` is one number of numpy's."""
    return called(node) in _SCALARS


def plain(node: Any) -> str | int | float | bool | None:  # noqa: PLR0911 - one a kind of node
    """Return a plain value that JSON can hold; text is cut, other nodes are described."""
    if node is None or type(node) is bool:
        return node
    if type(node) is int:
        return node if abs(node) < 1 << 63 else hex(node)[:60]
    if type(node) is float:
        return node if math.isfinite(node) else str(node)
    if type(node) is str:
        text = node[:200]
        return text.encode("utf-8", "backslashreplace").decode()
    if is_scalar(node):
        number = _number(node)
        return describe(node) if number is None else plain(number)
    inner = items(node)
    if (
        inner is not None
        and len(inner) <= 16
        and all(type(v) in (int, float, bool, str) for v in inner)
    ):
        return "(" + ", ".join(repr(v)[:40] for v in inner) + ")"
    return describe(node)


def _by_value(node: Any) -> str | None:
    """Return what cloudpickle and dill wrote as code: a function, a class, an object of one."""
    path, given = called(node), args(node)
    if path == "cloudpickle.cloudpickle._fill_function" and given:
        return _by_value(given[0])
    typed = args(node.func) if type(node) is Call and called(node.func).endswith("_type") else ()
    if (path.startswith(_BY_VALUE) and path.endswith(_FUNCTIONS)) or list(typed) == ["LambdaType"]:
        code = args(given[0]) if given else ()
        told = [item for item in (*given[1:3], *code[10:14]) if type(item) is str]
        return (
            f"function {key(told[-1]).split('<locals>.')[-1]}, by value"[:200]
            if told
            else "function, by value"
        )
    if path.startswith(_BY_VALUE) and path.endswith(("_make_skeleton_class", "_create_type")):
        name = given[1] if len(given) > 1 and type(given[1]) is str else "?"
        return f"class {key(name)}, by value"[:200]
    if type(node) is Call and type(node.func) is Call:
        made = _by_value(node.func)
        return f"object of {made}" if made and made.startswith("class") else None
    return None


def describe(node: Any) -> str:  # noqa: PLR0911 - one return a kind of node
    """Return what a value is, in a few words."""
    if node is None:
        return "None"
    if type(node) is str:
        short = node if len(node) <= 60 else node[:57] + "..."
        return "str " + repr(short.encode("utf-8", "backslashreplace").decode())
    if type(node) is int:
        return f"int {node}" if abs(node) < 1 << 200 else "int of many digits"
    if type(node) in (bool, float):
        return f"{type(node).__name__} {node}"
    if isinstance(node, (bytes, bytearray)):
        return f"bytes of {len(node)}"
    if type(node) is Blob:
        return f"{'str' if node.kind == 'string' else node.kind} of {node.length}"
    return _describe_made(node)


def _describe_made(node: Any) -> str:
    """Return what a container is, or what is made by a call."""
    held = pairs(node)
    if held is not None or isinstance(node, Items):
        return f"dict of {len(held)}" if held is not None else f"{node.kind} of {len(node)}"
    if type(node) is Global:
        return f"reference to {node.path}"
    if called(node) in _SCALARS:
        return _scalar(node)
    found = array(node)
    if found is not None:
        return f"numpy array {found[0]} {'×'.join(map(str, found[1])) or 'scalar'}"
    return _by_value(node) or _describe_object(node)


def _describe_object(node: Any) -> str:
    named = class_of(node)
    if named is not None:
        what = (
            "object of"
            if node.how == "new" or called(node) in _REBUILD or node.states
            else "result of"
        )
        return f"{what} {'.'.join(named)}"[:200]
    return "persistent object" if type(node) is Persistent else "object"
