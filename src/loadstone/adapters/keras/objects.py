"""Which classes and functions of one's own a Keras configuration names, and the live ones.

https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

import base64
import marshal
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loadstone.adapters.live import Problem

_OWN = ("keras", "tf_keras", "tensorflow", "builtins")
_MARSHALLED = ("4w", "Yw")  # how code objects start, with and without a reference
_PARTS = {  # of a `Lambda` layer of Keras 2, and where each tells its module
    "function": "module",
    "output_shape": "output_shape_module",
    "mask": "mask_module",
}
_LAMBDA = "loadstone_lambda_{}"


@dataclass
class Objects:
    """What a file needs: the name in the file to the live class or function."""

    live: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def named(keras: Any, model: Any, config: Any) -> Objects:
    """Return what `config` names that is not Keras's own.

    Functions without a name are given one in `config`, and their bytecode is taken out of it: they
    are kept by their source, as all others.
    """
    found = Objects()
    held = _Held(keras, model)
    for node in _nodes(config):
        for part in _PARTS if isinstance(node.get("config"), dict) else ():
            _unnamed_of_2(node["config"], part, held, found)
        if node.get("class_name", "__lambda__") == "__lambda__":
            _unnamed(node, held, found)
        elif node["class_name"] == "function":
            _note(found, held, str(node["config"]), node)
        elif "registered_name" in node or "module" in node:
            key = str(node.get("registered_name") or node["class_name"])
            _note(found, held, key, node)
    return found


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if ("class_name" in tree and "config" in tree) or _is_bytecode(tree):
            yield tree
        for item in list(tree.values()):
            yield from _nodes(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)


def _is_bytecode(tree: dict[str, Any]) -> bool:
    """Whether this is how Keras 3 writes an activation without a name, which it cannot read."""
    value = tree.get("value")
    if list(tree) != ["value"] or not isinstance(value, list) or len(value) != 3:
        return False
    return isinstance(value[0], str) and value[0][:2] in _MARSHALLED


def _is_own(module: str) -> bool:
    return module.partition(".")[0] in _OWN


def _note(found: Objects, held: _Held, key: str, node: dict[str, Any]) -> None:
    is_function = node["class_name"] == "function"
    value = held.function(node) if is_function else held.class_of(node, key)
    module = str(node.get("module") or "")
    if value is None:
        if module and not _is_own(module):
            why = f"no class or function of that name is to be found in `{module}`"
            found.problems.append(
                (key, why, "register it: `keras.saving.register_keras_serializable`")
            )
        return
    if _is_own(value.__module__):
        return
    found.live[key] = value
    if key in held.twice:
        held.twice.remove(key)
        why = "two classes or functions of the model have this name in its file"
        supply = "register one under another name: `keras.saving.register_keras_serializable`"
        found.problems.append((key, why, supply))


def _unnamed(node: dict[str, Any], held: _Held, found: Objects) -> None:
    """Name a function that has none, and keep the live one."""
    config = node.get("config", node)
    key = _kept(config.get("code") or config["value"][0], held, found)
    if key:
        node.clear()
        node.update(module="builtins", class_name="function", config=key)
        node["registered_name"] = "function"


def _unnamed_of_2(config: dict[str, Any], part: str, held: _Held, found: Objects) -> None:
    """Do so for a part of a `Lambda` layer of Keras 2, which writes every function as bytecode."""
    if config.get(f"{part}_type") != "lambda":
        return
    value = config[part]
    parts = value.get("items") or value["config"]["value"] if isinstance(value, dict) else value
    key = _kept(parts[0], held, found)
    if key:
        config.update({part: key, f"{part}_type": "function", _PARTS[part]: None})


def _kept(raw: str, held: _Held, found: Objects) -> str:
    """Return the name under which the live function of this bytecode is kept, "" if none is."""
    code = marshal.loads(base64.b64decode(raw))  # noqa: S302 - what this process has just written
    function = held.of_code(code)
    key = _LAMBDA.format(sum(name.startswith(_LAMBDA.format("")) for name in found.live))
    if function is None:
        why = "the function without a name is not to be found in the layers"
        found.problems.append((key, why, "give it a name with `def`"))
        return ""
    found.live[key] = function
    return key


class _Held:
    """The classes and functions that the layers of a live model hold."""

    def __init__(self, keras: Any, model: Any) -> None:
        self.keras = keras
        self.functions: dict[str, Any] = {}
        self.classes: dict[str, Any] = {}
        self.unnamed: list[types.FunctionType] = []
        self.twice: set[str] = set()  # names of several
        self._seen: set[int] = set()
        for layer in model._flatten_layers():  # noqa: SLF001 - the only walk that both Keras have
            self._take(layer, 3)

    def _take(self, value: Any, depth: int) -> None:
        if id(value) in self._seen or not depth:
            return
        self._seen.add(id(value))
        if isinstance(value, types.FunctionType):
            if value.__name__ == "<lambda>":
                self.unnamed.append(value)
            else:
                self._hold(self.functions, value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._take(item, depth)
        elif isinstance(value, dict):
            for item in list(value.values()):
                self._take(item, depth)
        elif hasattr(value, "get_config"):
            self._hold(self.classes, type(value))
            for item in list(getattr(value, "__dict__", {}).values()):
                self._take(item, depth - 1)

    def _hold(self, known: dict[str, Any], value: Any) -> None:
        name = str(self.keras.utils.get_registered_name(value))
        if known.setdefault(name, value) is not value and not _is_own(value.__module__):
            self.twice.add(name)

    def of_code(self, code: types.CodeType) -> types.FunctionType | None:
        """Return the first function of this code that was not asked for yet."""
        for at, function in enumerate(self.unnamed):
            if function.__code__ == code:
                return self.unnamed.pop(at)
        return next((item for item in self.functions.values() if item.__code__ == code), None)

    def function(self, node: dict[str, Any]) -> Any:
        """Return the function that a node names."""
        name = str(node["config"])
        held = self.functions.get(name)
        return held if held is not None else self._elsewhere(name, node, name)

    def class_of(self, node: dict[str, Any], key: str) -> Any:
        """Return the class that a node names."""
        held = self.classes.get(key)
        return held if held is not None else self._elsewhere(key, node, str(node["class_name"]))

    def _elsewhere(self, key: str, node: dict[str, Any], name: str) -> Any:
        found = self.keras.utils.get_registered_object(key)
        module = sys.modules.get(str(node.get("module")))
        return found if found is not None else getattr(module, name, None)
