"""skops' files: judged node by node by what skops does with each, and only then given to skops.

https://skops.readthedocs.io/en/stable/persistence.html. Its own list of trusted types is asked for
besides. It was passed by before: `trusted=True` (CVE-2024-37065, until 0.9), an `OperatorFuncNode`
that said another module than `operator` (CVE-2025-54412) and a `MethodNode` that said another class
than it binds (CVE-2025-54413, both until 0.11). So a node is judged by what is looked up and
called, and with what, and not by what it says of itself.
"""

import importlib
import io
import json
import re
import warnings
import zipfile
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from . import audited, skops_values
from .audited_table import entry_of
from .held import Held, RefusedError

SCHEMA = "schema.json"
_PROTOCOL = 2  # skops 0.7 and later write it; the nodes of older ones were not read
_NODES = 200_000
Asked = NamedTuple("Asked", [("module", str), ("name", str), ("uses", Tuple[str, ...])])

# what a load makes of these, whatever class they say they are of
_INERT = (
    *("JsonNode", "BytesNode", "BytearrayNode", "SliceNode", "DTypeNode"),
    *("MaskedArrayNode", "SparseMatrixNode"),
)
_PLAIN = {
    "DictNode": ("builtins.dict", "collections.OrderedDict"),
    "ListNode": ("builtins.list",),
    "TupleNode": ("builtins.tuple",),
    "SetNode": ("builtins.set", "builtins.frozenset"),
    "RandomStateNode": ("numpy.random.RandomState", "numpy.random.mtrand.RandomState"),
}
# how the class that a node names is used
_USES = {
    "ObjectNode": ("new", "build"),
    "LossNode": ("call",),
    "ConstructorFromReduceNode": ("call",),
    "TypeNode": (),
    "FunctionNode": (),
}
_SCALARS = re.compile(
    r"ndarray|bool_?|str_|bytes_|u?int\d+|float\d+|complex\d+|datetime64|timedelta64"
)
_KEYS = ("builtins.str", "builtins.int", "builtins.float", "builtins.bool")
_REFUSED = ("refused",)  # a use that no entry has


def asked(schema: Any) -> Iterator[Asked]:
    """Yield what a load of a schema looks up, and how it uses it.

    Raises `ValueError` where it holds more nodes than are read.
    """
    waiting, seen = [schema], 0
    while waiting:
        item = waiting.pop()
        seen += 1
        if seen > _NODES * 4:
            raise ValueError("not all of it was looked at")
        if isinstance(item, dict):
            if isinstance(item.get("__loader__"), str):
                for found in _node(item):
                    yield found
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _node(node: Dict[str, Any]) -> Iterator[Asked]:
    loader = node["__loader__"]
    module, name = str(node.get("__module__")), str(node.get("__class__"))
    path = "{}.{}".format(module, name)
    if loader == "DictNode":
        for found in _keys(node.get("key_types")):
            yield found
    if loader in _INERT or path in _PLAIN.get(loader, ()):
        return
    if loader == "NdArrayNode":
        if module != "numpy" or not _SCALARS.fullmatch(name):
            yield Asked(module, name, _REFUSED)
    elif loader == "TreeNode":
        yield Asked("sklearn.tree._tree", "Tree", ("call", "build"))
    elif loader == "OperatorFuncNode":
        yield Asked("operator", name, ("call",))
    elif loader == "MethodNode":
        content = node.get("content")
        bound = content.get("func") if isinstance(content, dict) else None
        yield Asked(module, "{}.{}".format(name, bound), _REFUSED)
    elif loader in _USES:
        yield Asked(module, name, _USES[loader])
    else:  # a partial, a generator, a mapping with a factory, or a node that is not known
        yield Asked(module, name, _REFUSED)


def _keys(node: Any) -> Iterator[Asked]:
    """Yield what a dictionary's keys are given to, where it is no plain type."""
    kinds = node.get("content") if isinstance(node, dict) else None
    for kind in kinds if isinstance(kinds, list) else ():
        held = kind if isinstance(kind, dict) else {}
        module, name = str(held.get("__module__")), str(held.get("__class__"))
        scalar = module == "numpy" and name != "ndarray" and _SCALARS.fullmatch(name)
        if "{}.{}".format(module, name) not in _KEYS and not scalar:
            yield Asked(module, name, _REFUSED)


def is_audited(item: Asked) -> bool:
    """Whether what is looked up may be used so."""
    entry = entry_of(item.module, item.name)
    return entry is not None and entry.uses.issuperset(item.uses)


def foreign(schema: Any) -> List[str]:
    """Return what a load of a schema looks up or calls that is not audited, each once.

    Raises `ValueError` or `RecursionError` where it is not as skops writes it.
    """
    found = [item for item in asked(schema) if not is_audited(item)]
    names = ["{}.{}".format(item.module, item.name) for item in found]
    return list(dict.fromkeys(names)) or audited.verdict(skops_values.stream(schema))[1]


def judge(data: bytes) -> List[str]:
    """Return the names in a file that are not audited.

    Raises `RefusedError` where it cannot be read to its end.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            schema = json.loads(archive.read(SCHEMA).decode("utf-8"))
        names = foreign(schema)
    except (ValueError, KeyError, RecursionError, zipfile.BadZipFile) as error:
        raise RefusedError("it cannot be read: {}".format(error), "unread") from error  # noqa: EM103 - messages read better where they are raised
    if not isinstance(schema, dict) or schema.get("protocol") != _PROTOCOL:
        told = schema.get("protocol") if isinstance(schema, dict) else None
        raise RefusedError("its protocol is {}, and {} is read".format(told, _PROTOCOL), "unread")  # noqa: EM103 - as above
    return names


def load(path: str, *, trust: bool = False, digest: Optional[str] = None) -> Any:
    """Return the object that a file holds.

    Raises `RefusedError` where it names what is not audited and `trust` is not given, or where its
    bytes are not those of `digest`, and whatever skops raises.
    """
    held = Held(path)
    held.match(digest)
    if not trust:
        names = judge(held.raw)
        if names:
            why = "it calls what is not audited: " + ", ".join(names[:4])
            raise RefusedError(why, "unaudited", tuple(names))
    skops = importlib.import_module("skops.io")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trusted = skops.get_untrusted_types(data=held.raw)
        return skops.loads(held.raw, trusted=trusted)
