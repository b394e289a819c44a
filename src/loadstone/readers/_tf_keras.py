"""What Keras 2 keeps beside a SavedModel, in `keras_metadata.pb`: classes, names, configurations.

https://github.com/keras-team/tf-keras/blob/master/tf_keras/protobuf/saved_metadata.proto
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import Damage, GlobalFact, ModuleFact
from loadstone.readers import _keras_config
from loadstone.readers._json import NotJson, parse
from loadstone.readers._keras_signature import signature
from loadstone.readers._protobuf import BYTES, NotProtobuf, Wire

_NODES = 5_000
_TEXT = 8 << 20
_ADDED = {"Normalization": "invert", "TextVectorization": "encoding"}
_KEPT = ("name", "dtype", "trainable", "stateful", "must_restore_from_config")


@dataclass(slots=True)
class Keras:
    """The layers, models and metrics that Keras would revive."""

    modules: list[ModuleFact] = field(default_factory=list)
    globals: dict[str, GlobalFact] = field(default_factory=dict)
    lambdas: list[str] = field(default_factory=list)  # layers that hold bytecode
    called: dict[str, None] = field(default_factory=dict)  # other code that building one calls
    external: dict[str, None] = field(default_factory=dict)  # what loads, or may load, more
    version: str = ""
    root: str = ""  # its class
    root_config: bool | None = None  # whether the root's configuration says anything
    inputs: tuple[str, ...] = ()  # in the order that it is called with
    compiled: bool = False
    training: object = None  # how it was compiled
    damage: list[Damage] = field(default_factory=list)


def read(data: bytes) -> Keras:
    """Return what the bytes of a `keras_metadata.pb` say."""
    found = Keras()
    wire = Wire(data, limit=100_000)
    try:
        for item in wire.fields():
            if item.number != 1 or item.wire != BYTES or len(found.modules) >= _NODES:
                continue
            path = identifier = ""
            text = b""
            for part in wire.inside(item):
                if part.number == 3:
                    path = wire.text(part, 500)
                elif part.number == 4:
                    identifier = wire.text(part, 200)
                elif part.number == 5:
                    text = wire.raw(part, _TEXT)
            add(found, path, identifier, text)
    except NotProtobuf as error:
        kind = "truncated" if error.kind == "truncated" else error.kind
        why = f"`keras_metadata.pb` is no record: {error.why}"
        found.damage.append(Damage(kind, why, detail={"member": "keras_metadata.pb"}))
    return found


def add(found: Keras, path: str, identifier: str, text: bytes) -> None:
    """Add one object, whose configuration is JSON."""
    try:
        value, _ = parse(text)
    except NotJson:
        value = {}
    held: Mapping[str, Any] = value if isinstance(value, dict) else {}
    name = held.get("class_name")
    class_name = name if isinstance(name, str) else ""
    place = path.removeprefix("root").removeprefix(".")
    attributes = {
        key: held[key]
        for key in _KEPT
        if isinstance(held.get(key), str | int | float | bool) and len(str(held[key])) < 500
    }
    attributes |= _added(class_name, held.get("config"))
    attributes["identifier"] = identifier
    found.modules.append(ModuleFact(place, "keras", class_name[:200], attributes))
    if ">" in class_name:  # registered under a package: `my_pkg>Attention`
        module, _, last = class_name[:200].rpartition(">")
        found.globals.setdefault(class_name, GlobalFact(module, last, ("config",)))
    _lambdas(found, held, place)
    _outside(found, held)
    if not place:
        found.root = class_name
        config = held.get("config")
        found.root_config = bool(config) if isinstance(config, dict) else None
        said = signature(held)
        found.inputs = tuple(port.name for port in said.inputs) if said is not None else ()
        found.compiled = "training_config" in held
        found.training = held.get("training_config")
        version = held.get("keras_version")
        found.version = version[:50] if isinstance(version, str) else found.version


def _added(class_name: str, config: object) -> dict[str, str | bool]:
    """Return the arguments of a layer that came with later versions of Keras 2."""
    name = _ADDED.get(class_name, "")
    value = config.get(name) if isinstance(config, dict) else None
    return {name: value} if isinstance(value, str | bool) and len(str(value)) < 500 else {}


def _lambdas(found: Keras, held: Mapping[str, Any], place: str) -> None:
    if held.get("class_name") == "Lambda" and len(found.lambdas) < 100:
        config = held.get("config")
        kind = config.get("function_type") if isinstance(config, dict) else None
        if kind != "function":
            found.lambdas.append(f"Lambda at `{place}`")


def _outside(found: Keras, held: Mapping[str, Any]) -> None:
    """Add what building an object of its configuration calls and loads."""
    training = held.get("training_config")
    for config in (held, training) if held.get("class_name") else (training,):
        said = (
            _keras_config.read(None, config) if config is training else _keras_config.read(config)
        )
        found.lambdas += [f"the bytecode of `{item.path}`" for item in said.lambdas][:20]
        foreign = (f"{module}.{name}" for module, name in said.imports.items())
        found.called.update(dict.fromkeys([*said.called, *foreign]))
        found.external.update(dict.fromkeys(said.external))
        if not said.whole:
            found.external.setdefault("a configuration that was not read to its end")


def classes(modules: Iterable[ModuleFact]) -> list[str]:
    """Return the names of the classes, each once."""
    return list(dict.fromkeys(module.name for module in modules if module.name))
