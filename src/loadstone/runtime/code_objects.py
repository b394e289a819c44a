"""Rebuild captured arrays, tensors and instances; numpy and torch only where they are met."""
# ruff: noqa: B905 - `zip(strict=)` is Python 3.10

import collections
import functools
import types
from typing import Any, Dict

from .code_values import UNREADY, Task, Values, import_module, import_name
from .tensors import of_bits


class Objects(Values):
    """The nodes that are more than plain containers."""

    # Arrays and tensors.

    def _make_dtype(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return self._npy(node["file"]).dtype

    def _make_array(self, node: Dict[str, Any]) -> Task:
        yield from ()
        whole = self._npy(node["file"])
        if "at" in node:
            size = 1
            for axis in node["s"]:
                size *= axis
            part = whole[node["at"] : node["at"] + size]
            whole = part.reshape(node["s"], order=node["o"]).copy(order="A")
        whole.flags.writeable = node["w"]
        return whole

    def _make_scalar(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return self._npy(node["file"])[node["at"]]

    def _make_objects(self, node: Dict[str, Any]) -> Task:
        yield from ()
        import numpy as np

        return np.empty(node["s"], dtype=object)

    def _fill_objects(self, node: Dict[str, Any], value: Any) -> Task:
        items = yield from self.many(node["v"])
        if items is not None:
            flat = value.reshape(-1)
            for at, item in enumerate(items):
                flat[at] = item
        return items is not None

    def _make_torch(self, node: Dict[str, Any]) -> Task:
        yield from ()
        return import_name("torch", node["name"])

    def _make_tensor(self, node: Dict[str, Any]) -> Task:
        array = yield node["v"][1]
        torch = import_module("torch")
        tensor = of_bits(array.copy(), node["dtype"]).reshape(node["s"])
        if node["parameter"]:
            return torch.nn.Parameter(tensor, requires_grad=node["grad"])
        return tensor.requires_grad_(node["grad"])

    def _npy(self, name: str) -> Any:
        if name not in self._packs:
            self._packs[name] = self.read_data(name)
        return self._packs[name]

    # Objects.

    def _make_call(self, node: Dict[str, Any]) -> Task:
        function = yield from self.one(node["fn"])
        args = yield from self.many(node["a"])
        names = node.get("kw", {})
        values = yield from self.many(list(names.values()))
        if function is UNREADY or args is None or values is None:
            return UNREADY
        return function(*args, **dict(zip(names, values)))

    def _fill_call(self, node: Dict[str, Any], value: Any) -> Task:
        items = yield from self.many(node.get("v", ()))
        keys = yield from self.many(node.get("k", ()))
        values = yield from self.many(node.get("kv", ()))
        state = yield from self.one(node.get("state"))
        if state is UNREADY or items is None or keys is None or values is None:
            return False
        for item in items:
            value.append(item)
        for key, item in zip(keys, values):
            value[key] = item
        if "state" in node:
            _set_state(value, state)
        return True

    def _make_layer(self, node: Dict[str, Any]) -> Task:
        """Return a layer of Keras, with the words that it had learnt."""
        cls = yield from self.one(node["cls"])
        config = yield from self.one(node["config"])
        words = yield from self.many(node.get("vocabulary", ()))
        names = node.get("set", {})
        functions = yield from self.many(list(names.values()))
        if cls is UNREADY or config is UNREADY or words is None or functions is None:
            return UNREADY
        layer = cls(**config) if node.get("new") else cls.from_config(dict(config))
        for name, function in zip(names, functions):
            setattr(layer, name, function)
        if words:
            weights = {"idf_weights": node["weights"]} if "weights" in node else {}
            layer.set_vocabulary(list(words), **weights)
        return layer

    def _make_new(self, node: Dict[str, Any]) -> Task:
        cls = yield from self.one(node["fn"])
        args = yield from self.many(node["a"])
        if cls is UNREADY or args is None:
            return UNREADY
        return cls.__new__(cls, *args)

    def _fill_new(self, node: Dict[str, Any], value: Any) -> Task:
        return (yield from self._fill_call(node, value))

    def _make_enum(self, node: Dict[str, Any]) -> Task:
        cls = yield from self.one(node["cls"])
        value = yield from self.one(node["v"])
        if cls is UNREADY or value is UNREADY:
            return UNREADY
        return cls[node["name"]] if "name" in node else cls(value)

    def _make_attr(self, node: Dict[str, Any]) -> Task:
        value = yield from self.one(node["of"])
        if value is UNREADY:
            return UNREADY
        if not node["raw"]:
            return getattr(value, node["name"])
        value = vars(value)[node["name"]]
        value = getattr(value, "fget", value)
        return getattr(value, "__func__", value)

    def _make_method(self, node: Dict[str, Any]) -> Task:
        parts = yield from self.many([node["fn"], node["self"]])
        return UNREADY if parts is None else types.MethodType(parts[0], parts[1])

    def _make_lru(self, node: Dict[str, Any]) -> Task:
        function = yield from self.one(node["fn"])
        if function is UNREADY:
            return UNREADY
        return functools.lru_cache(maxsize=node["maxsize"], typed=node["typed"])(function)

    def _make_dispatch(self, node: Dict[str, Any]) -> Task:
        base = yield from self.one(node["fn"])
        return UNREADY if base is UNREADY else functools.singledispatch(base)

    def _fill_dispatch(self, node: Dict[str, Any], value: Any) -> Task:
        types = yield from self.many(node["k"])
        functions = yield from self.many(node["v"])
        if types is None or functions is None:
            return False
        for cls, function in zip(types, functions):
            value.register(cls, function)
        return True

    def _make_namedtuple(self, node: Dict[str, Any]) -> Task:
        defaults = yield from self.many(node["defaults"])
        if defaults is None:
            return UNREADY
        cls = collections.namedtuple(node["name"], node["fields"])  # type: ignore[misc]
        cls.__new__.__defaults__ = tuple(defaults)
        cls._field_defaults = dict(
            zip(node["fields"][-len(defaults) :], defaults) if defaults else ()
        )
        return cls


def _set_state(value: Any, state: Any) -> None:
    """Do what `copy` does with a state: `__setstate__`, else attributes and slots."""
    if hasattr(value, "__setstate__"):
        value.__setstate__(state)
        return
    slots = None
    if isinstance(state, tuple) and len(state) == 2:
        state, slots = state
    if state:
        value.__dict__.update(state)
    for name, item in (slots or {}).items():
        object.__setattr__(value, name, item)
