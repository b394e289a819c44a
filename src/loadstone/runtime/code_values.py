"""Rebuild captured values from their flat table; standard library, Python 3.6+, numpy on demand.

`values.json` holds a list of nodes that refer to one another by number. A node becomes an object
in two steps, made and then filled, so that shared and cyclic references come back as they were.
Every builder is a generator that yields the references it waits for: depth costs no recursion.
"""
# ruff: noqa: B905 - `zip(strict=)` is Python 3.10

import base64
import collections
import importlib
import pathlib
import re
import types
from typing import Any, Callable, Dict, Generator, List, NoReturn, Optional, Sequence, Tuple

Task = Generator[Any, Any, Any]
UNREADY = object()  # what a reference gives while it is still being made, in a cycle
REFILLED = ("list", "dict", "set", "deque", "defaultdict", "counter", "odict")


class CodeUnavailable(Exception):  # noqa: N818 - it names what is so, not an error made
    """Captured code or data cannot be had here: `name` is what, `why` the reason."""

    def __init__(self, name: str, why: str) -> None:
        super(CodeUnavailable, self).__init__("`{}` {}".format(name, why))
        self.name = name
        self.why = why


class Missing:
    """Stands where something could not be captured; any use raises `CodeUnavailable`."""

    def __init__(self, name: str, why: str) -> None:
        self.__dict__["_missing"] = (name, why)

    def _fail(self, *_: Any, **__: Any) -> NoReturn:
        name, why = self.__dict__["_missing"]
        raise CodeUnavailable(name, "was not captured: " + why)

    __getattr__ = __setattr__ = __call__ = __getitem__ = __iter__ = __len__ = __bool__ = _fail
    __next__ = __enter__ = __contains__ = __add__ = __mul__ = __lt__ = _fail


def import_module(name: str) -> Any:
    """Return the module `name` of this environment; `CodeUnavailable` where it does not import."""
    try:
        return importlib.import_module(name)
    except Exception as error:
        why = "does not import here: {}: {}".format(type(error).__name__, error)
        raise CodeUnavailable(name, why) from error


def import_name(module: str, name: str) -> Any:
    """Return `module.name` (dots allowed in both); `CodeUnavailable` where there is none."""
    value = import_module(module)
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except AttributeError as error:  # noqa: PERF203 - a handful of parts
            version = getattr(import_module(module.split(".", maxsplit=1)[0]), "__version__", "")
            why = "is not in {} {}".format(module, version).rstrip()
            raise CodeUnavailable(module + "." + name, why) from error
    return value


class Values:
    """The table of nodes, and what was made of it so far."""

    def __init__(self, nodes: List[Dict[str, Any]], read_data: Callable[[str], bytes]) -> None:
        self.nodes = nodes
        self.read_data = read_data
        self.made: Dict[int, Any] = {}
        self.definitions = 0  # how many class bodies and decorators have run
        self._later: List[int] = []
        self._filled: List[Tuple[int, int]] = []
        self._packs: Dict[str, Any] = {}

    def get(self, ref: Any) -> Any:
        """Return the object that `ref` stands for, with all that it reaches made and filled."""
        value = self._run(self.one(ref))
        while self._later:
            again, self._later = self._later, []
            for nid in again:
                self._run(self._fill(nid))
            if self._later == again:
                name = str(again[0])
                raise CodeUnavailable(name, "is part of an endless cycle")
        if value is UNREADY:
            name = str(ref)
            raise CodeUnavailable(name, "is part of an endless cycle")
        return value

    def refill(self) -> None:
        """Give back their captured content to containers that decorators have since changed."""
        for nid, when in self._filled:
            node = self.nodes[nid]
            if when < self.definitions and len(self.made[nid]) != len(node.get("k", node["v"])):
                self._run(self._fill(nid))

    def one(self, ref: Any) -> Task:
        """Yield what `ref` needs; return its value, or `UNREADY`."""
        if type(ref) is not list:
            return ref
        if ref[0] == "r":
            return (yield ref[1])
        return _inline(ref)

    def many(self, refs: Sequence[Any]) -> Task:
        """Return the list of values of `refs`, or None where one of them is `UNREADY`."""
        if not any(type(ref) is list for ref in refs):
            return refs
        values = []
        complete = True
        for ref in refs:
            value = ref
            if type(ref) is list:
                value = (yield ref[1]) if ref[0] == "r" else _inline(ref)
                complete = complete and value is not UNREADY
            values.append(value)
        return values if complete else None

    def _run(self, task: Task) -> Any:
        stack: List[Tuple[Optional[int], Task]] = [(None, task)]
        active = set()
        value = None
        while stack:
            nid, current = stack[-1]
            try:
                want = current.send(value)
            except StopIteration as stop:
                stack.pop()
                active.discard(nid)
                value = stop.value if nid is None else self.made.get(nid, UNREADY)
                continue
            if want in self.made or want in active:
                value = self.made.get(want, UNREADY)
            else:
                active.add(want)
                stack.append((want, self._build(want)))
                value = None
        return value

    def _build(self, nid: int) -> Task:
        node = self.nodes[nid]
        value = yield from getattr(self, "_make_" + node["t"])(node)
        if value is not UNREADY:
            self.made[nid] = value
            yield from self._fill(nid)

    def _fill(self, nid: int) -> Task:
        node = self.nodes[nid]
        fill = getattr(self, "_fill_" + node["t"], None)
        if fill is None:
            return
        if not (yield from fill(node, self.made[nid])):
            self._later.append(nid)
        elif node["t"] in REFILLED:
            self._filled.append((nid, self.definitions))

    # Containers. `yield from ()` makes a generator of a builder that waits for nothing.

    def _make_list(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return []

    def _fill_list(self, node: Dict[str, Any], value: List[Any]) -> Task:
        items = yield from self.many(node["v"])
        if items is not None:
            value[:] = items
        return items is not None

    def _make_tuple(self, node: Dict[str, Any]) -> Task:
        items = yield from self.many(node["v"])
        return UNREADY if items is None else tuple(items)

    def _make_frozenset(self, node: Dict[str, Any]) -> Task:
        items = yield from self.many(node["v"])
        return UNREADY if items is None else frozenset(items)

    def _make_slice(self, node: Dict[str, Any]) -> Task:
        items = yield from self.many(node["v"])
        return UNREADY if items is None else slice(*items)

    def _make_range(self, node: Dict[str, Any]) -> Task:
        return range(*(yield from self.many(node["v"])))

    def _make_set(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return set()

    def _fill_set(self, node: Dict[str, Any], value: Any) -> Task:
        items = yield from self.many(node["v"])
        if items is not None:
            value.clear()
            value.update(items)
        return items is not None

    def _make_deque(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return collections.deque(maxlen=node["max"])

    def _fill_deque(self, node: Dict[str, Any], value: Any) -> Task:
        items = yield from self.many(node["v"])
        if items is not None:
            value.clear()
            value.extend(items)
        return items is not None

    def _make_dict(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return {}

    def _make_odict(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return collections.OrderedDict()

    def _make_counter(self, _node: Dict[str, Any]) -> Task:
        yield from ()
        return collections.Counter()

    def _make_defaultdict(self, node: Dict[str, Any]) -> Task:
        factory = yield from self.one(node["factory"])
        # A factory that is being made is set when the dict is filled.
        return collections.defaultdict(None if factory is UNREADY else factory)

    def _fill_dict(self, node: Dict[str, Any], value: Any) -> Task:
        keys = yield from self.many(node["k"])
        values = yield from self.many(node["v"])
        if keys is None or values is None:
            return False
        value.clear()
        if type(value) is dict:
            value.update(zip(keys, values))
        else:
            for key, item in zip(keys, values):
                dict.__setitem__(value, key, item)
        return True

    def _fill_odict(self, node: Dict[str, Any], value: Any) -> Task:
        keys = yield from self.many(node["k"])
        values = yield from self.many(node["v"])
        if keys is None or values is None:
            return False
        value.clear()
        value.update(zip(keys, values))
        return True

    _fill_counter = _fill_dict

    def _fill_defaultdict(self, node: Dict[str, Any], value: Any) -> Task:
        factory = yield from self.one(node["factory"])
        if factory is UNREADY:
            return False
        value.default_factory = factory
        return (yield from self._fill_dict(node, value))

    # Leaves.

    def _make_bytearray(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return bytearray(base64.b64decode(node["v"]))

    def _make_proxy(self, node: Dict[str, Any]) -> Task:
        value = yield from self.one(node["v"])
        return UNREADY if value is UNREADY else types.MappingProxyType(value)

    def _make_pattern(self, node: Dict[str, Any]) -> Task:
        return re.compile((yield from self.one(node["v"])), node["flags"])

    def _make_path(self, node: Dict[str, Any]) -> Task:
        return getattr(pathlib, node["k"])((yield from self.one(node["v"])))

    def _make_missing(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return Missing(node["name"], node["why"])

    def _make_module(self, node: Dict[str, Any]) -> Task:
        yield from ()
        for name in node["also"]:
            import_module(name)
        return import_module(node["name"])

    def _make_global(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return import_name(node["module"], node["name"])


def _inline(ref: List[Any]) -> Any:
    kind, value = ref
    if kind == "i":
        return int(value, 16)
    if kind == "f":
        return float(value)
    if kind == "b":
        return base64.b64decode(value)
    if kind == "s":
        return "".join(map(chr, value))
    if kind == "c":
        return complex(*(_inline(part) if type(part) is list else part for part in value))
    if kind == "x":
        return {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[value]
    name = str(kind)
    raise CodeUnavailable(name, "is of a kind that this version cannot read")
