"""The names that Keras has itself, by version: what is none of them is the user's own."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

from loadstone.toml import loads

_PRIVATE = frozenset({  # written by Keras 2 and 3, and in no public module
    "Functional", "Graph", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod",
    "InstanceMethod", "InstanceProperty", "ModuleWrapper", "AddLoss", "AddMetric", "AnonymousLayer",
    "Policy", "PolicyV1", "DTypePolicy", "FloatDTypePolicy", "QuantizedDTypePolicy",
    "DTypePolicyMap", "QuantizedFloat8DTypePolicy", "GPTQDTypePolicy", "Int4DTypePolicy",
    "LossScaleOptimizer", "LossScaleOptimizerV3", "DynamicLossScale", "FixedLossScale",
    "InputSpec", "__lambda__", "__tensor__", "__numpy__", "__tuple__", "__typespec__",
    "_tuple_wrapper", "__ellipsis__", "__bytes__", "TensorShape", "KerasTensor", "Backend",
    "CosineDecay", "ExponentialDecay", "PiecewiseConstantDecay", "PolynomialDecay",
    "InverseTimeDecay", "CosineDecayRestarts", "LearningRateSchedule", "accuracy", "acc",
    "crossentropy", "ce", "loss",
})  # fmt: skip


@functools.cache
def _table() -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return the versions that were asked, and for each name which of them have it."""
    text = resources.files("loadstone").joinpath("data/keras_names.toml").read_text("utf-8")
    held = loads(text)
    versions = tuple(held.pop("versions"))
    found: dict[str, str] = {}
    for family in held.values():
        for pattern, names in family.items():
            for name in names.split():
                both = zip(found.get(name, "0" * len(versions)), pattern, strict=True)
                found[name] = "".join(max(pair) for pair in both)
    return versions, found


def is_own(name: str) -> bool:
    """Whether some version of Keras has the class or function itself."""
    names = _table()[1]
    if name.startswith("__") and name.endswith("__"):
        return True  # what Keras 3 writes for values: `__keras_tensor__`
    # optimizers of 2.11 call themselves `Custom>Adam`
    bare = name.removeprefix("Custom>").removeprefix("Keras>")
    short = bare[:-2] if bare.endswith(("V1", "V2")) else bare
    return any(item in names or item in _PRIVATE for item in (bare, short))


@functools.cache
def _libraries() -> Mapping[str, Mapping[str, str]]:
    """Return for each package that a library registers, the modules of what is in it."""
    text = resources.files("loadstone").joinpath("data/keras_libraries.toml").read_text("utf-8")
    return {
        package: {name: module for module, names in held.items() for name in names}
        for package, held in loads(text).items()
    }


def module_of(registered: str) -> str:
    """Return the module of a library that has what is registered: `Addons>Maxout`; "" for none."""
    package, _, name = registered.rpartition(">")
    return _libraries().get(package, {}).get(name, "") if package else ""


@functools.cache
def _functions() -> frozenset[str]:
    text = resources.files("loadstone").joinpath("data/keras_names.toml").read_text("utf-8")
    held = loads(text)
    kinds = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints")
    return frozenset(
        name for kind in kinds for names in held[kind].values() for name in names.split()
    ) - {"deserialize", "get", "serialize"}  # which look others up


def is_function(name: str) -> bool:
    """Whether it names a function, or a class, of Keras's that computes: a loss, an activation."""
    return name in _functions() or (name in _PRIVATE and name[:1].islower())


def asked() -> tuple[str, ...]:
    """Return the versions that were asked, oldest first."""
    return _table()[0]


def versions_with(name: str) -> tuple[str, ...]:
    """Return the versions that were asked and have the name; none where it is private."""
    versions, names = _table()
    pattern = names.get(name, "")
    return tuple(version for version, has in zip(versions, pattern, strict=False) if has == "1")
