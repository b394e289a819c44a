"""A torch module from its structure and tensors: no constructor arguments and no pickle.

Each submodule is made with `__new__`, given an empty `torch.nn.Module` state, and then filled
with the attributes, parameters, buffers, children and hooks that `structure.json` lists.
"""

import functools
import types
from typing import Any, Callable, Dict, List, Mapping

from . import transformers_config
from .code_values import import_name
from .values import decode

SCHEMA = "loadstone.structure/1"


class StructureUnreadableError(Exception):
    """The structure does not fit the tensors, the code or this version of torch."""


def build(structure: Dict[str, Any], stored: Mapping[str, Any], roots: Mapping[str, Any]) -> Any:
    """Return the module in eval mode.

    `stored` maps the names of safetensors files (`model`, `extra`) to their tensors, `roots` the
    names of captured classes and objects to those objects.
    """
    if structure.get("schema") != SCHEMA:
        raise StructureUnreadableError("its schema is `{}`".format(structure.get("schema")))  # noqa: EM103 - messages read better where they are raised
    made = structure.get("transformers")
    try:
        builder = Builder(structure, stored, roots)
        if made is not None and transformers_config.is_other(made):
            return transformers_config.build(made, builder.named()).eval()
        model = builder.build()
    except (KeyError, IndexError) as error:
        raise StructureUnreadableError("the structure lacks {}".format(error)) from error  # noqa: EM103 - messages read better where they are raised
    return model.eval()


class Builder:
    """Makes modules and tensors of one structure, each once."""

    def __init__(
        self, structure: Dict[str, Any], stored: Mapping[str, Any], roots: Mapping[str, Any]
    ) -> None:
        self.nodes: List[Dict[str, Any]] = structure["modules"]
        self.table: Dict[str, Dict[str, Any]] = structure["tensors"]
        self.stored = stored
        self.roots = roots
        self.made: Dict[str, Any] = {}
        self.modules: List[Any] = []

    def build(self) -> Any:
        """Return the root module, filled."""
        import torch

        for node in self.nodes:
            module = torch.nn.Module.__new__(self.class_of(node["class"]))
            torch.nn.Module.__init__(module)
            self.modules.append(module)
        for node, module in reversed(list(zip(self.nodes, self.modules))):  # noqa: B905 - Python 3.6 has no `strict`
            self.fill(node, module)
        for node, module in zip(self.nodes, self.modules):  # noqa: B905 - Python 3.6 has no `strict`
            self.hooks(node, module)
        return self.modules[0]

    def named(self) -> Dict[str, Callable[[], Any]]:
        """Return what gives each parameter and buffer, by its path in the module."""
        return {
            ".".join(filter(None, (node["path"], name))): functools.partial(self.tensor, key)
            for node in self.nodes
            for kind in ("parameters", "buffers")
            for name, key in node[kind].items()
            if key is not None and name not in node["transient"]
        }

    def class_of(self, reference: Dict[str, str]) -> Any:
        """Return the captured or installed class."""
        if "root" in reference:
            return self.roots[reference["root"]]
        return import_name(reference["module"], reference["name"])

    def fill(self, node: Dict[str, Any], module: Any) -> None:
        """Give a bare module its state, by its own `__setstate__`."""
        state = dict(module.__dict__)
        for name, tree in node["attributes"].items():
            state[name] = decode(tree, (), self.reference)
        for kind in ("parameters", "buffers"):
            held = state["_" + kind]
            for name, key in node[kind].items():
                held[name] = None if key is None else self.tensor(key)
        for name, at in node["modules"].items():
            state["_modules"][name] = None if at is None else self.modules[at]
        state["_non_persistent_buffers_set"] = set(node["transient"])
        state["training"] = node["training"]
        if node.get("parametrized"):
            module.__dict__.update(state)
            self.parametrize(module, node["parametrized"])
        else:
            module.__setstate__(state)

    def parametrize(self, module: Any, names: List[str]) -> None:
        """Make the class of a parametrized module again, which torch derives as it goes."""
        from torch.nn.utils import parametrize

        parametrize._inject_new_class(module)  # noqa: SLF001 - no public way runs no forward
        for name in names:
            parametrize._inject_property(module, name)  # noqa: SLF001 - as above

    def hooks(self, node: Dict[str, Any], module: Any) -> None:
        """Register the forward hooks in their order."""
        for hook in node["hooks"]:
            function = decode(hook["function"], (), self.reference)
            options = {"with_kwargs": True} if hook["kwargs"] else {}
            if hook["kind"] == "before":
                module.register_forward_pre_hook(function, **options)
            else:
                if hook["always"]:
                    options["always_call"] = True
                module.register_forward_hook(function, **options)

    def tensor(self, key: str) -> Any:
        """Return the one tensor object of `key`; tied names share it."""
        if key not in self.made:
            self.made[key] = self.make(self.table[key])
        return self.made[key]

    def make(self, entry: Dict[str, Any]) -> Any:
        """Return a new tensor or parameter over stored memory."""
        import torch

        tensor = self.stored[entry["file"]][entry["name"]]
        if "as" in entry:  # an element type that safetensors does not have
            tensor = tensor.reshape(-1).view(getattr(torch, entry["as"])).reshape(entry["shape"])
        if "stride" in entry:
            tensor = tensor.as_strided(entry["shape"], entry["stride"], entry["first"])
        if entry["parameter"]:
            kind = import_name("torch.nn.parameter", entry["parameter"])
            return kind(tensor, requires_grad=entry["grad"])
        return tensor.requires_grad_(True) if entry["grad"] else tensor  # noqa: FBT003 - the flag is the value

    def reference(self, tree: Dict[str, Any]) -> Any:  # noqa: PLR0911 - one return a kind of value
        """Return what a node stands for that plain values do not have."""
        kind = tree["$"]
        if kind == "stored":
            return self.tensor(tree["key"])
        if kind == "module":
            return self.modules[tree["at"]]
        if kind == "root":
            return self.roots[tree["name"]]
        if kind == "name":
            return import_name(tree["module"], tree["name"])
        if kind == "method":
            return getattr(self.modules[tree["at"]], tree["name"])
        if kind == "bound":
            function = decode(tree["function"], (), self.reference)
            return types.MethodType(function, self.modules[tree["at"]])
        if kind == "partial":
            function = decode(tree["function"], (), self.reference)
            args = decode(tree["args"], (), self.reference)
            return functools.partial(function, *args, **decode(tree["kwargs"], (), self.reference))
        if kind in _CONTAINERS:
            container = import_name("collections", _CONTAINERS[kind])
            keys = decode(tree["k"], (), self.reference)
            return container(zip(keys, decode(tree["v"], (), self.reference)))  # noqa: B905 - Python 3.6 has no `strict`
        raise StructureUnreadableError("`{}` is not a kind of attribute".format(kind))  # noqa: EM103 - messages read better where they are raised


_CONTAINERS = {"odict": "OrderedDict"}
