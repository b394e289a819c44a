"""A live `tf.Module`, or an object of TensorFlow with signatures, as a save asks for it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

from loadstone.adapters import live
from loadstone.adapters.tensorflow import saved
from loadstone.runtime.keras_run import arrays, whole
from loadstone.runtime.ports import Port, feed_of
from loadstone.runtime.rows import packed
from loadstone.runtime.tensorflow_model import sizes, word

_SERVED = "serving_default"


class TensorFlow:
    """The SavedModel."""

    framework = "tensorflow"
    library = "tensorflow"

    @classmethod
    def of(cls, model: Any) -> TensorFlow:
        """Return the side of TensorFlow; raises `UnsavableError` for what nothing calls."""
        if not callable(model) and _signature(model) is None:
            kind = type(model).__name__
            why = f"`model` is a `{kind}` without `__call__` and without a signature to serve"
            raise live.UnsavableError(why)
        return cls()

    def working_copy(self, model: Any) -> contextlib.AbstractContextManager[Any]:
        """Give the object: what is called and saved changes nothing of it."""
        return contextlib.nullcontext(model)

    def call(self, model: Any) -> live.Call:
        """Return the call of its signature, or of itself."""
        return _Run(model)

    def copied(self, model: Any) -> Any:
        """Return the model: there is no training mode to compare."""
        return model

    def elsewhere(self, model: Any) -> tuple[str, live.Call] | None:  # noqa: ARG002 - as every framework
        """Return None: it is recorded where it computes."""
        return None

    def cast(self, model: Any, batch: Any) -> Any:  # noqa: ARG002 - as every framework
        """Return None: the call casts."""
        return None

    def native(self, model: Any, names: live.Names) -> live.Native:  # noqa: ARG002 - as above
        """Return no form: an object of TensorFlow is its program."""
        return live.Native(None)

    def program(self, model: Any, calls: live.Calls) -> tuple[live.Form, live.Call]:
        """Return the SavedModel."""
        run = _Run(model)
        return saved.of_object(model, run.whole, saved.Taken.of(run.given(calls[0][0][0])))

    def named(self, model: Any, batch: Any) -> tuple[dict[str, Any], Any]:
        """Return a batch by the names of the inputs; the program tells how its outputs are."""
        return saved.Taken.of(_Run(model).given(batch)).arrays, None

    def size(self, model: Any) -> tuple[int, int]:
        """Return the count of the variables' numbers, and their bytes."""
        held = self.weights(model)
        counts = [(math.prod(item.shape), item.dtype.size) for item in held]
        return sum(count for count, _ in counts), sum(count * width for count, width in counts)

    def variants(self, model: Any) -> Iterator[live.Variant]:  # noqa: ARG002 - as every framework
        """Yield none."""
        yield from ()

    def weights(self, model: Any) -> list[Any]:
        """Return the variables."""
        own = getattr(model, "variables", ())
        return list(own or getattr(_signature(model), "variables", ()))

    def first_unrepeatable(self, model: Any, run: Callable[[], Any]) -> str:  # noqa: ARG002 - as above
        """Return "": which operation it is is not looked for."""
        return ""

    def in_training(self, model: Any) -> tuple[str, ...] | None:  # noqa: ARG002 - as above
        """Return None: there is no training mode."""
        return None


def _signature(model: Any) -> Any:
    held = getattr(model, "signatures", None) or {}
    return held[_SERVED] if _SERVED in held else next(iter(held.values()), None)


class _Run:
    """Calls of one object with batches as a user has them."""

    takes_batch = True

    def __init__(self, model: Any) -> None:
        self.model = model
        self.signature = _signature(model)
        named = self.signature.structured_input_signature[1] if self.signature else {}
        self.inputs = [
            Port(name, word(item.dtype), sizes(item.shape)) for name, item in sorted(named.items())
        ]

    def given(self, batch: Any) -> Any:
        """Return the batch as arrays: one, or a tuple or dict of them."""
        batch = arrays(batch)
        return feed_of(packed(batch), self.inputs) if self.inputs else whole(batch)

    def whole(self, given: Any) -> Any:
        """Return what the object gives for tensors."""
        if self.signature is not None:
            found = self.signature(**given)
            return found if len(found) > 1 else next(iter(found.values()))
        if isinstance(given, dict):
            return self.model(**given)
        return self.model(*given) if isinstance(given, tuple) else self.model(given)

    def __call__(self, batch: Any) -> Any:
        """Return the outputs as arrays."""
        import tensorflow as tf

        given = self.given(batch)
        if isinstance(given, dict):
            made: Any = {name: tf.constant(item) for name, item in given.items()}
        elif isinstance(given, tuple):
            made = tuple(tf.constant(item) for item in given)
        else:
            made = tf.constant(given)
        return arrays(self.whole(made))
