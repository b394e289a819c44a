"""A SavedModel of a live model: one signature, whose inputs and outputs are flat and named.

https://www.tensorflow.org/guide/saved_model
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadstone.adapters.live import Call, Form, NotMadeError, quiet
from loadstone.runtime.errors import describe
from loadstone.runtime.keras_forms import load_savedmodel

FOLDER = "forms/saved_model"


@dataclass
class Taken:
    """What a model takes: its arrays by name, and how they become its arguments again."""

    arrays: dict[str, Any]
    kind: str  # one, list, tuple or dict
    sizes: Mapping[str, Any]  # of those that say them

    @classmethod
    def of(cls, given: Any, names: list[str] | None = None, sizes: Any = None) -> Taken:
        """Return this of a batch as the model takes it."""
        if isinstance(given, dict):
            return cls(dict(given), "dict", sizes or {})
        if isinstance(given, (list, tuple)):
            names = names or [f"input_{at}" for at in range(len(given))]
            pairs = dict(zip(names, given, strict=True))
            return cls(pairs, type(given).__name__, sizes or {})
        return cls({(names or ["input"])[0]: given}, "one", sizes or {})

    def specs(self, tensorflow: Any) -> list[Any]:
        """Return the specifications, with a first axis of any size."""
        made = []
        for name, array in self.arrays.items():
            texts = array.dtype.kind in "OSU"
            dtype = tensorflow.string if texts else tensorflow.as_dtype(array.dtype)
            sizes = self.sizes.get(name) or [None, *array.shape[1:]]
            made.append(tensorflow.TensorSpec(sizes, dtype, name=_word(name)))
        return made

    def whole(self, values: tuple[Any, ...]) -> Any:
        """Return values as the model takes them."""
        if self.kind == "dict":
            return dict(zip(self.arrays, values, strict=True))
        if self.kind == "one":
            return values[0]
        return list(values) if self.kind == "list" else values


def _word(name: str) -> str:
    """Return a name as TensorFlow allows it for an argument."""
    made = "".join(letter if letter.isalnum() else "_" for letter in name)
    return made if made[:1].isalpha() else f"input_{made}"


class _Flat:
    """Gives the outputs of a function as a flat dict, and keeps how they were."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.shape: Any = None

    def __call__(self, *values: Any) -> dict[str, Any]:
        found = self.function(*values)
        if isinstance(found, dict):
            self.shape = {str(name): f"output_{at}" for at, name in enumerate(found)}
            return {f"output_{at}": item for at, item in enumerate(found.values())}
        if isinstance(found, (list, tuple)):
            self.shape = [f"output_{at}" for at in range(len(found))]
            return dict(zip(self.shape, found, strict=True))
        return {"output_0": found}


def of_keras(keras: Any, model: Any, taken: Taken) -> tuple[Form, Call]:
    """Return the SavedModel of a Keras model, and its call, loaded again.

    Raises `NotMadeError`.
    """
    import tensorflow as tf

    flat = _Flat(lambda *values: model(taken.whole(values), training=False))

    def write(folder: str) -> None:
        archive = keras.export.ExportArchive()
        archive.track(model)
        archive.add_endpoint("serve", flat, input_signature=taken.specs(tf))
        archive.write_out(folder)

    if not hasattr(keras, "export"):
        raise NotMadeError(f"Keras {keras.__version__} has no `keras.export`")
    return _form(write, taken, flat)


def of_object(root: Any, function: Callable[..., Any], taken: Taken) -> tuple[Form, Call]:
    """Return the SavedModel of an object of TensorFlow, whose `function` it serves.

    Raises `NotMadeError`.
    """
    import tensorflow as tf

    flat = _Flat(lambda *values: function(taken.whole(values)))

    def write(folder: str) -> None:
        served = tf.function(flat, input_signature=taken.specs(tf))
        signatures = {"serving_default": served.get_concrete_function()}
        tf.saved_model.save(root, folder, signatures=signatures)

    return _form(write, taken, flat)


def _form(write: Callable[[str], None], taken: Taken, flat: _Flat) -> tuple[Form, Call]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with quiet():
                write(folder)
        except Exception as error:
            raise NotMadeError(describe(error)) from error
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        }
    entry = {
        "kind": "savedmodel",
        "folder": FOLDER,
        "files": list(files),
        "inputs": [_word(name) for name in taken.arrays],
        "outputs": flat.shape,
    }
    parts: dict[str, list[Any]] = {f"{FOLDER}/{name}": [data] for name, data in files.items()}
    try:
        loaded = load_savedmodel(entry, lambda name: parts[name][0])
    except Exception as error:
        raise NotMadeError(f"it does not load again: {error}"[:300]) from error
    return Form(entry, parts), loaded
