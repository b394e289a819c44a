"""What a load of a skops schema makes, as the values of a pickle, so that `audited` judges both.

skops makes an object as NEWOBJ and BUILD do, and calls a constructor as REDUCE does. What it gives
them decides what runs: `builtins.getattr`, `copyreg._reconstructor` and `argparse.Namespace` are
audited, and together they call anything.
"""

import json
from typing import Any, Callable, Dict, List, Tuple

from .pickle_values import Call, Global, Items, ListItems, Opaque, Pairs, Stream, TupleItems

_Schema = Dict[str, Any]


class NotSkopsError(ValueError):
    """A node that skops does not write."""


def stream(schema: Any) -> Stream:
    """Return what a load makes and calls, in the form of a pickle.

    Raises `NotSkopsError` where a node is not as skops writes it, `RecursionError` where they are
    nested too deep.
    """
    _Same().number(schema)
    made = _Made()
    made.stream.value = made.value(schema)
    return made.stream


class _Same:
    """Finds whether nodes of one `__id__` are the same, as skops takes the first for all of them.

    A value's number stands for its content; the file of an array may be another.
    """

    def __init__(self) -> None:
        self.numbers: Dict[Any, int] = {}
        self.ids: Dict[Any, int] = {}

    def number(self, item: Any) -> int:
        if isinstance(item, dict):
            parts = tuple((k, self.number(v)) for k, v in item.items() if not _is_passing(k, v))
            key: Any = ("dict", parts)
        elif isinstance(item, list):
            key = ("list", tuple(map(self.number, item)))
        else:
            key = (type(item), repr(item))
        found = self.numbers.setdefault(key, len(self.numbers))
        if isinstance(item, dict) and "__id__" in item:
            told = item["__id__"]
            if type(told) is not int or self.ids.setdefault(told, found) != found:
                raise NotSkopsError("two nodes have one `__id__`, and are not the same")
        return found


def _is_passing(key: str, value: Any) -> bool:
    return (key == "__id__" and type(value) is int) or (key == "file" and isinstance(value, str))


class _Made:
    """Makes the values, and keeps the globals and calls among them."""

    def __init__(self) -> None:
        self.stream = Stream(0)
        self.globals: Dict[Tuple[str, str], Global] = {}

    def value(self, node: Any) -> Any:
        make = _MAKERS.get(str(node.get("__loader__"))) if isinstance(node, dict) else None
        if make is None:
            raise NotSkopsError("a node is of no kind that is read")
        return make(self, node)

    def named(self, module: Any, name: Any, *uses: str) -> Global:
        key = (str(module), str(name))
        if key not in self.globals:
            self.globals[key] = Global(key[0], key[1], 0)
            self.stream.globals.append(self.globals[key])
        self.globals[key].uses.update(uses or ("reference",))
        return self.globals[key]

    def call(self, func: Global, args: List[Any], state: Any = None, how: str = "reduce") -> Call:
        made = Call(func, args, how, 0)
        func.uses.add("new" if how == "new" else "call")
        if state is not None and not (isinstance(state, Items) and not state):
            _require_names(state)
            func.uses.add("build")
            made.states = [state]
        self.stream.calls.append(made)
        return made

    def listed(self, items: Any) -> List[Any]:
        if not isinstance(items, list):
            raise NotSkopsError("what a node holds is no list")
        return [self.value(item) for item in items]

    def args(self, node: Any) -> List[Any]:
        found = self.value(node)
        if not isinstance(found, (ListItems, TupleItems)):
            raise NotSkopsError("arguments are no list")
        return list(found)


def _require_names(state: Any) -> None:
    """Raise `NotSkopsError` where a state that is no dictionary would act as one."""
    if isinstance(state, Items) and not isinstance(state, Pairs):
        for item in state:
            first = item[0] if isinstance(item, Items) and len(item) == 2 else None
            if isinstance(first, (Opaque, Items)) or str(first)[:2] == "__":
                raise NotSkopsError("a state is no dictionary")


def _json(_: _Made, node: _Schema) -> Any:
    return _plain(json.loads(node["content"])) if isinstance(node.get("content"), str) else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Pairs((key, _plain(item)) for key, item in value.items())
    return ListItems(map(_plain, value)) if isinstance(value, list) else value


def _dict(made: _Made, node: _Schema) -> Pairs:
    types, content = node.get("key_types"), node.get("content")
    kinds = _below(types, "content") if _is(types, "ListNode") else None
    if not isinstance(kinds, list) or not all(_is(kind, "TypeNode") for kind in kinds):
        raise NotSkopsError("the types of keys are no list of types")
    if not isinstance(content, dict):
        raise NotSkopsError("what a dictionary holds is none")
    made.listed(kinds)
    return Pairs((key, made.value(item)) for key, item in content.items())


def _is(node: Any, *loaders: str) -> bool:
    return isinstance(node, dict) and node.get("__loader__") in loaders


def _below(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, dict) else None


def _array(made: _Made, node: _Schema) -> Any:
    if node.get("type") == "json":
        if not _is(node.get("shape"), "TupleNode", "ListNode", "JsonNode"):
            raise NotSkopsError("a shape is no tuple")
        made.value(node["shape"])
        return ListItems(made.listed(node.get("content")))
    return _numbers(made, node)


def _numbers(_: _Made, __: _Schema) -> None:
    """Return nothing for what numpy, scipy or Python make of a file without pickle."""


def _of_arrays(_: _Made, node: _Schema) -> None:
    """Judge a masked array, or a dtype, which is looked up in an array."""
    content = node.get("content")
    held = [content] if _is(node, "DTypeNode") else [_below(content, k) for k in ("data", "mask")]
    if not all(_is(part, "NdArrayNode", "JsonNode") for part in held):
        raise NotSkopsError("what is made of an array is given something else")
    if any(_below(part, "type") == "json" for part in held):
        raise NotSkopsError("what is made of an array is given objects")


def _set(made: _Made, node: _Schema) -> Call:
    items = ListItems(made.listed(node.get("content")))
    return made.call(made.named("builtins", "set"), [items])


def _random_state(made: _Made, node: _Schema) -> Call:
    func = made.named("numpy.random", "__RandomState_ctor")
    return made.call(func, [made.value(node.get("content"))])


def _reference(made: _Made, node: _Schema) -> Global:
    return made.named(node.get("__module__"), node.get("__class__"))


def _object(made: _Made, node: _Schema) -> Call:
    content = node.get("content")
    state = None if content is None else made.value(content)
    return made.call(_reference(made, node), [], state, "new")


def _constructed(made: _Made, node: _Schema) -> Call:
    return made.call(_reference(made, node), made.args(node.get("content")))


def _reduced(made: _Made, node: _Schema) -> Call:
    tree = _is(node, "TreeNode")
    func = made.named("sklearn.tree._tree", "Tree") if tree else _reference(made, node)
    args = made.args(_below(node.get("__reduce__"), "args"))
    return made.call(func, args, made.value(node.get("content")))


_MAKERS: Dict[str, Callable[[_Made, _Schema], Any]] = {
    "JsonNode": _json,
    "DictNode": _dict,
    "ListNode": lambda made, node: ListItems(made.listed(node.get("content"))),
    "TupleNode": lambda made, node: TupleItems(made.listed(node.get("content"))),
    "SetNode": _set,
    "BytesNode": _numbers,
    "BytearrayNode": _numbers,
    "SliceNode": _numbers,
    "NdArrayNode": _array,
    "SparseMatrixNode": _numbers,
    "MaskedArrayNode": _of_arrays,
    "DTypeNode": _of_arrays,
    "RandomStateNode": _random_state,
    "TypeNode": _reference,
    "FunctionNode": _reference,
    "ObjectNode": _object,
    "ConstructorFromReduceNode": _constructed,
    "TreeNode": _reduced,
    "LossNode": _reduced,
}
