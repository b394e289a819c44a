"""The forms of a Keras or TensorFlow model in a bundle: a `.keras` file, and a SavedModel.

Classes and functions of one's own come from the bundle, by the names that stand in the file.
`safe_mode` is never turned off: what was bytecode in the file is code of the bundle.
"""

import importlib
import os
import tempfile
from typing import Any, Callable, Dict, List, Mapping

from .keras_model import choose_backend, library, loaded
from .keras_run import arrays
from .ports import cast, feed_of
from .rows import packed
from .tensorflow_model import opened, outputs, quiet


def load_keras(form: Mapping[str, Any], data: Any, roots: Mapping[str, Any]) -> Any:
    """Return the model of the `.keras` file `data`, without what it was trained with."""
    quiet()
    keras, _ = library(form)
    objects = {name: roots[root] for name, root in form["objects"].items()}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        with open(path, "wb") as file:
            file.write(data)
        return loaded(keras, path, objects=objects)


def backend_of(forms: List[Dict[str, Any]]) -> None:
    """Let Keras 3 start with the backend that the model was saved with, or one that is here."""
    for form in forms:
        if form["kind"] == "keras":
            choose_backend(str(form["backend"]))


class SavedRun:
    """A SavedModel that is asked with batches, and answers as the model did that it was made of."""

    takes_batch = True

    def __init__(self, form: Mapping[str, Any], folder: str) -> None:
        quiet()
        self._run = opened(importlib.import_module("tensorflow"), folder)
        ports = {port.name: port for port in self._run.inputs}
        self.inputs = [ports[name] for name in form["inputs"]]
        self._outputs = form["outputs"]

    def __call__(self, batch: Any) -> Any:
        """Return the outputs: one array, a tuple, or a dict of them."""
        batch = arrays(batch)
        if isinstance(batch, tuple) and len(batch) == len(self.inputs):
            pairs = zip(self.inputs, batch)  # noqa: B905 - Python 3.6 has no `strict`
            feed = {port.name: cast(values, port) for port, values in pairs}
        else:
            feed = feed_of(packed(batch), self.inputs)
        found = outputs(self._run(feed))
        if isinstance(self._outputs, dict):
            found = found if isinstance(found, dict) else {"": found}
            return {name: found.get(key, found.get("")) for name, key in self._outputs.items()}
        if isinstance(self._outputs, list):
            return tuple(found[key] for key in self._outputs)
        return found


def load_savedmodel(form: Mapping[str, Any], read: Callable[[str], Any]) -> SavedRun:
    """Return the program of the folder that the form lists; its files are needed while it loads."""
    root = form["folder"]
    with tempfile.TemporaryDirectory() as folder:
        for name in form["files"]:
            path = os.path.join(folder, *inside(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(read("{}/{}".format(root, name)))
        os.makedirs(os.path.join(folder, "variables"), exist_ok=True)
        return SavedRun(form, folder)


def inside(name: str) -> List[str]:
    """Return the parts of a name below a folder; raises `ValueError` where it leads out."""
    parts = name.split("/")
    if not all(parts) or ".." in parts or any("\\" in part or ":" in part for part in parts):
        raise ValueError("`{}` leads out of the folder".format(name))  # noqa: EM103 - messages read better where they are raised
    return parts


def calls(model: Any) -> Any:
    """Return what predicts with a loaded model."""
    from .keras_run import KerasRun

    return model if isinstance(model, SavedRun) else KerasRun(model)
