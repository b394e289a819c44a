"""A live Keras model, as a save asks for it: of Keras 3 on any backend, or of Keras 2."""

from __future__ import annotations

import contextlib
import importlib
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from loadstone.adapters import live
from loadstone.adapters.keras.archive import archive
from loadstone.adapters.tensorflow import saved
from loadstone.runtime.keras_forms import load_keras
from loadstone.runtime.keras_run import KerasRun

_ALONE = "forms/model.keras"


class Keras:
    """The `.keras` file and, where TensorFlow computes, the SavedModel."""

    framework = "keras"

    def __init__(self, keras: Any) -> None:
        self.keras = keras
        self.generation = int(str(keras.__version__).partition(".")[0])
        self.backend = str(keras.backend.backend()) if self.generation >= 3 else "tensorflow"
        self.library = self.backend

    @classmethod
    def of(cls, model: Any, top: str) -> Keras:
        """Return the side of the Keras that `model` is of; raises `UnsavableError`."""
        if not model.built:
            raise live.UnsavableError("`model` has no weights yet: call it once first")
        return cls(sys.modules.get(top) or importlib.import_module(top))

    def working_copy(self, model: Any) -> contextlib.AbstractContextManager[Any]:
        """Give the model: what predicts and is saved changes nothing of it."""
        return contextlib.nullcontext(model)

    def call(self, model: Any) -> live.Call:
        """Return `predict`, with batches as a user has them."""
        return KerasRun(model)

    def copied(self, model: Any) -> Any:
        """Return the model: there is no training mode to compare."""
        return model

    def elsewhere(self, model: Any) -> tuple[str, live.Call] | None:  # noqa: ARG002 - as every framework
        """Return None: it is recorded where it computes."""
        return None

    def cast(self, model: Any, batch: Any) -> Any:  # noqa: ARG002 - as every framework
        """Return None: Keras casts by itself."""
        return None

    def native(self, model: Any, names: live.Names) -> live.Native:  # noqa: ARG002 - as above
        """Return the `.keras` file, with the classes and functions that it names as code."""
        try:
            data, found = archive(self.keras, model)
        except live.NotMadeError as error:
            return live.Native(None, why=error.why)
        roots = {f"object:{name}": value for name, value in found.live.items()}
        entry = {
            "kind": "keras",
            "file": _ALONE,
            "version": str(self.keras.__version__),
            "generation": self.generation,
            "backend": self.backend,
            "objects": {name: f"object:{name}" for name in found.live},
        }
        try:
            load_keras(entry, data, roots)
        except Exception as error:  # noqa: BLE001 - the user's own classes may raise anything
            text = " ".join(str(error).split())
            return live.Native(None, why=f"it does not load again: {text}"[:300])
        return live.Native(live.Form(entry, {_ALONE: [data]}), roots, found.problems)

    def program(self, model: Any, calls: live.Calls) -> tuple[live.Form, live.Call]:
        """Return the SavedModel."""
        if self.backend != "tensorflow":
            why = f"a SavedModel is a program of TensorFlow, and {self.backend} computes this model"
            raise live.NotMadeError(why)
        run = KerasRun(model)
        given = run.given(calls[0][0][0])
        sizes = {port.name: port.shape for port in run.inputs}
        named = list(sizes) if sizes else None
        return saved.of_keras(self.keras, model, saved.Taken.of(given, named, sizes))

    def named(self, model: Any, batch: Any) -> tuple[dict[str, Any], Any]:
        """Return a batch by the names of the inputs, and how the outputs are named."""
        run = KerasRun(model)
        given, found = run.given(batch), run(batch)
        fed = given if isinstance(given, dict) else saved.Taken.of(given, _names(run)).arrays
        if isinstance(found, dict):
            return fed, {name: name for name in found}
        if not isinstance(found, tuple):
            return fed, None
        told = list(getattr(model, "output_names", None) or ())
        unique = len(told) == len(found) == len(set(told))
        return fed, told if unique else [f"output_{at}" for at in range(len(found))]

    def size(self, model: Any) -> tuple[int, int]:
        """Return the count of the weights, and their bytes."""
        shapes = [(math.prod(item.shape), _width(item.dtype)) for item in self.weights(model)]
        return sum(count for count, _ in shapes), sum(count * width for count, width in shapes)

    def variants(self, model: Any) -> Iterator[live.Variant]:
        """Yield the call layer by layer, which rounds otherwise than a compiled one."""
        yield "called", contextlib.nullcontext(), KerasRun(model, eager=True)

    def weights(self, model: Any) -> Iterable[Any]:
        """Return the weights; a vocabulary has none."""
        return [item for item in model.weights if hasattr(item, "shape")]

    def first_unrepeatable(self, model: Any, run: Callable[[], Any]) -> str:  # noqa: ARG002 - as every framework
        """Return "": which layer it is is not looked for."""
        return ""

    def in_training(self, model: Any) -> tuple[str, ...] | None:  # noqa: ARG002 - as above
        """Return None: `predict` is never in training mode."""
        return None


def _names(run: KerasRun) -> list[str] | None:
    return [port.name for port in run.inputs] or None


def _width(dtype: Any) -> int:
    """Return the bytes of one number of `float32`, `bfloat16`, `int64`, `bool`."""
    digits = re.search(r"(\d+)$", str(getattr(dtype, "name", dtype)))
    return int(digits.group()) // 8 if digits else 1
