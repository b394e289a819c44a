"""A model of Keras that weights are for: built here by the user's code, or from an architecture."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from loadstone.adapters import reference as references
from loadstone.core.facts import Assignment, TargetProblem
from loadstone.runtime import given_code, keras_weights
from loadstone.runtime.held import RefusedError
from loadstone.runtime.keras_model import choose_backend, library
from loadstone.runtime.keras_pairs import Slot
from loadstone.runtime.tf_quiet import quiet

Layout = Literal["named", "placed", "objects", "variables"]


@dataclass(frozen=True, slots=True)
class Architecture:
    """What `to_json` wrote."""

    path: str
    text: str
    generation: Any  # of Keras: 2 or 3
    custom: tuple[str, ...] = ()  # classes and functions of one's own
    code: Mapping[str, Any] | None = None  # the modules that hold them
    trust: bool = False  # bytecode of Lambda layers runs


def is_here() -> bool:
    """Whether some Keras is installed."""
    return any(importlib.util.find_spec(name) for name in keras_weights.LIBRARIES)


def absent(into: Any) -> TargetProblem | None:
    """Return that no Keras is installed to build the model, None where one is."""
    if is_here():
        return None
    return TargetProblem(text_of(into), "framework-missing", "Keras is not installed here")


def built(into: Any) -> Any:
    """Return the model, or a `TargetProblem`; what is no model of Keras comes back as it is.

    `into` is an `Architecture`, a reference as text, a class, a factory, or a ready model.
    Raises `BadReferenceError` where a reference cannot be read.
    """
    problem = absent(into)
    if problem is not None:
        return problem
    quiet()
    choose_backend()
    if isinstance(into, Architecture):
        return _of_json(into)
    if is_keras(into):
        return into
    reference = references.named(into)
    found = references.find(reference) if isinstance(into, str) else into
    if isinstance(found, TargetProblem) or is_keras(found):
        return found
    return references.call(reference, found, lambda make: make())


def text_of(into: Any) -> str:
    """Return how a target is told."""
    if isinstance(into, Architecture):
        return into.path
    return into if isinstance(into, str) else references.named(into).text


def _of_json(described: Architecture) -> Any:
    try:
        keras, _ = library({"generation": described.generation})
        with given_code.given(described.code) as given:
            objects = given.objects(list(described.custom))
            trust = described.trust
            return keras_weights.from_json(keras, described.text, objects, trust=trust)
    except Exception as error:  # noqa: BLE001 - Keras raises anything at a configuration
        told = " ".join(str(error).split())
        why = f"{type(error).__name__}: {told}"
        return TargetProblem(described.path, "constructor-raised", why[:300])


def is_keras(model: Any) -> bool:
    """Whether it is a model of any Keras; on the torch backend it is a module of torch too."""
    return bool(keras_weights.kinds(model))


def assignment(layout: Layout, theirs: list[Slot], into: Any) -> Assignment | TargetProblem | None:
    """Return how variables of a file go into the model that `into` builds, or why there is none.

    None where it builds no model of Keras.
    """
    model, reference = built(into), text_of(into)
    if isinstance(model, TargetProblem):
        return model
    if not is_keras(model):
        return None
    file, line = _place(into)
    try:
        exact = isinstance(into, Architecture)
        with contextlib.redirect_stdout(sys.stderr):
            found = keras_weights.matched(model, layout, theirs, exact=exact)
    except RefusedError as error:
        why = f"`{reference}`: {error.why}"
        return TargetProblem(reference, "not-a-model", why, file=file, line=line)
    return Assignment(
        reference=reference,
        name=type(model).__name__,
        library=_library(model),
        layout=layout,
        total=found["total"],
        missing=_labels(found["missing"]),
        unexpected=_labels(found["unexpected"]),
        mismatched=tuple((_shaped(a), _shaped(b)) for a, b in found["mismatched"]),
        moved=tuple(tuple(item) for item in found["moved"]),
        open=tuple(tuple(item) for item in found["open"]),
        unnamed=tuple(found["unnamed"]),
        functions=tuple(found["functions"]),
        file=file,
        line=line,
    )


def _place(into: Any) -> tuple[str | None, int | None]:
    """Return where the class or function is defined that builds the model."""
    if isinstance(into, Architecture):
        return None, None
    if not isinstance(into, str):
        return references.place(into if hasattr(into, "__qualname__") else type(into))
    found = references.find(references.parse(into))
    return (None, None) if isinstance(found, TargetProblem) else references.place(found)


def _labels(found: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(_shaped(item) for item in found)


def _shaped(item: Slot) -> str:
    return f"{keras_weights.label(item)} {'×'.join(map(str, item['shape']))}".rstrip()


def _library(model: Any) -> str:
    """Return the library and its version: `keras 3.15.0`."""
    name = keras_weights.kinds(model)[0]
    version = getattr(importlib.import_module(name), "__version__", "")
    return f"{name} {version}".strip()
