"""A live torch module as a structure and tensors: classes by name, attributes as typed JSON."""

from __future__ import annotations

import functools
import inspect
import types
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loadstone.adapters.live import Names
from loadstone.adapters.torch import configured
from loadstone.adapters.torch.tensors import Stored
from loadstone.adapters.torch.wrapped import plain
from loadstone.runtime.torch_model import SCHEMA
from loadstone.runtime.values import UnrecordableError, encode

# What `torch.nn.Module.__init__` makes; kept by the builder's own means.
_OWN = (
    "_parameters",
    "_buffers",
    "_modules",
    "_non_persistent_buffers_set",
    "training",
    "_is_full_backward_hook",
)


@dataclass
class Native:
    """The structure, its tensors, and the live objects that must be captured as code."""

    structure: dict[str, Any]
    stored: Stored
    roots: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)  # name, why, supply


def native(model: Any, names: Names) -> Native:
    """Return the native form of `model`; what it cannot hold is among the problems."""
    return _Writer(model, names).write()


class _Writer:
    def __init__(self, model: Any, names: Names) -> None:
        self.names = names
        self.order: list[tuple[str, Any]] = []
        self.index: dict[int, int] = {}
        self.native = Native({}, Stored())
        self.named: dict[int, str] = {}
        self._list(model, "")

    def _list(self, module: Any, path: str) -> int:
        """Give `module` and every module below it a number."""
        if id(module) in self.index:
            return self.index[id(module)]
        at = self.index[id(module)] = len(self.order)
        self.order.append((path, module))
        for name, child in module._modules.items():  # noqa: SLF001 - there is no public view
            if child is not None:
                self._list(plain(child), f"{path}.{name}" if path else name)
        return at

    def write(self) -> Native:
        self._tensors_first()
        nodes: list[dict[str, Any]] = []
        while len(nodes) < len(self.order):  # attributes may reach further modules
            path, module = self.order[len(nodes)]
            nodes.append(self._module(path, module))
        self.native.structure = {
            "schema": SCHEMA,
            "framework": "torch",
            "modules": nodes,
            "tensors": self.native.stored.table,
        }
        made = configured.told(self.order[0][1])
        if made is not None:
            self.native.structure["transformers"] = made
        return self.native

    def _tensors_first(self) -> None:
        """Give parameters and buffers their state dict names before attributes are met."""
        for path, module in self.order:
            prefix = f"{path}." if path else ""
            transient = module._non_persistent_buffers_set  # noqa: SLF001 - there is no public view
            for name, tensor in module._parameters.items():  # noqa: SLF001 - as above
                if tensor is not None:
                    self.native.stored.add(prefix + name, tensor, "model")
            for name, tensor in module._buffers.items():  # noqa: SLF001 - as above
                if tensor is not None:
                    file = "extra" if name in transient else "model"
                    self.native.stored.add(prefix + name, tensor, file)

    def _module(self, path: str, module: Any) -> dict[str, Any]:
        stored, prefix = self.native.stored, f"{path}." if path else ""
        parametrized = _parametrized(module)
        kind = type(module).__bases__[0] if parametrized else type(module)
        node: dict[str, Any] = {
            "path": path,
            "class": self._class(kind),
            "training": module.training,
            "attributes": {},
            "transient": sorted(module._non_persistent_buffers_set),  # noqa: SLF001 - as above
            "hooks": self._hooks(prefix, module),
        }
        if parametrized:
            node["parametrized"] = list(module.parametrizations)
        for group in ("parameters", "buffers"):
            held = getattr(module, f"_{group}")
            node[group] = {
                name: None if tensor is None else stored.key(tensor)
                for name, tensor in held.items()
            }
        node["modules"] = {
            name: None if child is None else self.index[id(plain(child))]
            for name, child in module._modules.items()  # noqa: SLF001 - as above
        }
        for name, value in self._state(module, parametrized=bool(parametrized)).items():
            self._attribute(node["attributes"], prefix, name, value)
        return node

    def _state(self, module: Any, *, parametrized: bool) -> dict[str, Any]:
        state = dict(vars(module))
        own_getstate = getattr(type(module), "__getstate__", None)
        if (
            not parametrized
            and own_getstate is not None
            and own_getstate is not getattr(object, "__getstate__", None)
        ):
            given = module.__getstate__()
            state = dict(given) if isinstance(given, dict) else state
        return {
            name: value
            for name, value in state.items()
            if name not in _OWN
            and not (name.startswith("_") and name.endswith("_hooks"))
            and not name.endswith(("_hooks_with_kwargs", "_hooks_always_called"))
        }

    def _attribute(self, into: dict[str, Any], prefix: str, name: str, value: Any) -> None:
        try:
            into[name] = encode(value, _NoArrays(), self._other(prefix + name))
        except (UnrecordableError, RecursionError):
            into[name] = self._root(prefix + name, value)

    def _other(self, where: str) -> Callable[[Any], Any]:
        count = 0

        def other(value: Any) -> Any:
            nonlocal count
            kind = type(value)
            if kind in _PLAIN:
                return None
            count += 1
            return self._reference(where if count == 1 else f"{where}#{count}", value)

        return other

    def _reference(self, where: str, value: Any) -> Any:  # noqa: PLR0911 - one return a kind of value
        import torch

        value = plain(value)
        if isinstance(value, torch.nn.Module):
            return {"$": "module", "at": self._list_late(value, where)}
        if isinstance(value, torch.Tensor):
            if not self.native.stored.has(value):
                self.native.stored.add(where, value, "extra", loose=True)
            return {"$": "stored", "key": self.native.stored.key(value)}
        if isinstance(value, (torch.Size, torch.dtype, torch.device)):
            return None
        if isinstance(value, types.MethodType) and id(value.__self__) in self.index:
            return self._method(where, value)
        if type(value) is functools.partial:
            parts = {"function": value.func, "args": value.args, "kwargs": dict(value.keywords)}
            return {
                "$": "partial",
                **{
                    name: encode(part, _NoArrays(), self._other(f"{where}.{name}"))
                    for name, part in parts.items()
                },
            }
        if type(value) is OrderedDict:
            other = self._other(where)
            keys = [encode(key, _NoArrays(), other) for key in value]
            items = [encode(item, _NoArrays(), other) for item in value.values()]
            return {"$": "odict", "k": keys, "v": items}
        return self._root(where, value)

    def _method(self, where: str, value: types.MethodType) -> dict[str, Any]:
        """Name a method of a module's class; a function that was bound to it comes by source."""
        owner, function = value.__self__, value.__func__
        at, name = self.index[id(owner)], function.__name__
        if getattr(type(owner), name, None) is function:
            return {"$": "method", "at": at, "name": name}
        return {"$": "bound", "at": at, "function": self._root(where, function)}

    def _list_late(self, module: Any, where: str) -> int:
        if id(module) not in self.index:
            first = len(self.order)
            self._list(module, where)
            for path, new in self.order[first:]:
                held = {**new._parameters, **new._buffers}  # noqa: SLF001 - as above
                for name, tensor in held.items():
                    if tensor is not None:
                        self.native.stored.add(f"{path}.{name}", tensor, "extra", loose=True)
        return self.index[id(module)]

    def _class(self, kind: type) -> dict[str, str]:
        if self.names.is_project(kind.__module__):
            name = f"class:{kind.__module__}.{kind.__qualname__}"
            if self.native.roots.get(name, kind) is not kind:  # two classes of one name
                name = f"{name}#{len(self.native.roots)}"
            self.native.roots[name] = kind
            return {"root": name}
        return {"module": kind.__module__, "name": kind.__qualname__}

    def _root(self, where: str, value: Any) -> dict[str, Any]:
        found = self.names.where_is(value) if callable(value) else None
        if found is not None:
            return {"$": "name", "module": found[0], "name": found[1]}
        name = self.named.setdefault(id(value), f"attr:{where}")
        held = self._modules_in(value)
        if held:
            why = f"the function holds `{held[0]}`, a module of the model itself, as a variable"
            supply = "write a function of `self` and bind it with `types.MethodType`"
            self.native.problems.append((where, why, supply))
        self.native.roots[name] = value
        return {"$": "root", "name": name}

    def _modules_in(self, function: Any) -> list[str]:
        """Return the modules of this model that a function closes over or has as defaults."""
        if not isinstance(function, types.FunctionType):
            return []
        held = inspect.getclosurevars(function).nonlocals
        for name, parameter in inspect.signature(function).parameters.items():
            held = {**held, name: parameter.default}
        return [name for name, item in held.items() if id(item) in self.index]

    def _hooks(self, prefix: str, module: Any) -> list[dict[str, Any]]:
        hooks = []
        for kind, held in (("before", "_forward_pre_hooks"), ("after", "_forward_hooks")):
            for number, function in getattr(module, held).items():
                with_kwargs = getattr(module, f"{held}_with_kwargs", {})
                always = getattr(module, f"{held}_always_called", {})
                where = f"{prefix}{held[1:-1]}"
                hooks.append(
                    {
                        "kind": kind,
                        "function": encode(function, _NoArrays(), self._other(where)),
                        "kwargs": number in with_kwargs,
                        "always": number in always,
                    }
                )
        return hooks


class _NoArrays(list[Any]):
    """Attributes hold no arrays beside the structure; numpy ones are captured as data."""

    def append(self, _item: Any) -> None:
        raise UnrecordableError("large array", "")


_PLAIN = frozenset(
    (type(None), bool, int, float, str, bytes, complex, list, tuple, dict, set, frozenset)
)


def _parametrized(module: Any) -> bool:
    from torch.nn.utils import parametrize

    return parametrize.is_parametrized(module) and type(module).__name__.startswith("Parametrized")
