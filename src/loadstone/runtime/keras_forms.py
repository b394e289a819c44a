"""The forms of a Keras or TensorFlow model in a bundle: a `.keras` file, a SavedModel, and ONNX.

Classes and functions of one's own come from the bundle, by the names that stand in the file.
`safe_mode` is never turned off: what was bytecode in the file is code of the bundle.
"""

import importlib
import os
import tempfile
from typing import Any, Callable, Dict, List, Mapping

from .keras_model import choose_backend, library, loaded
from .keras_run import arrays
from .ports import Port, fed
from .tensorflow_model import opened, outputs
from .tf_quiet import quiet


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


class FormRun:
    """A program that is asked with batches, and answers as the model did that it was made of."""

    takes_batch = True

    def __init__(self, form: Mapping[str, Any], run: Any, ports: List[Port]) -> None:
        named = {port.name: port for port in ports}
        self._run = run  # of arrays by the names of inputs: an array, or arrays by name
        # an only input is not named: Keras numbers such names anew in each process
        self.inputs = [named[name] for name in form["inputs"]] if len(ports) > 1 else ports
        self._outputs = form["outputs"]

    def __call__(self, batch: Any) -> Any:
        """Return the outputs: one array, a tuple, or a dict of them."""
        found = self._run(fed(arrays(batch), self.inputs))
        if isinstance(self._outputs, dict):
            found = found if isinstance(found, dict) else {"": found}
            return {name: found.get(key, found.get("")) for name, key in self._outputs.items()}
        if isinstance(self._outputs, list):
            return tuple(found[key] for key in self._outputs)
        return found


def of_folder(form: Mapping[str, Any], folder: str) -> FormRun:
    """Return the SavedModel of a folder."""
    quiet()
    run = opened(importlib.import_module("tensorflow"), folder)
    return FormRun(form, lambda feed: outputs(run(feed)), run.inputs)


def load_onnx(form: Mapping[str, Any], data: bytes) -> FormRun:
    """Return the graph, which needs neither Keras nor TensorFlow."""
    from .onnx_model import OnnxModel

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        with open(path, "wb") as file:
            file.write(data)
        model = OnnxModel(path, None, False, form["labels"])  # noqa: FBT003 - as every reader has it

    def run(feed: Dict[str, Any]) -> Any:
        one = len(feed) == 1
        rows = next(iter(feed.values())) if one else feed
        return model.predict(rows, probabilities=False)["predictions"]

    return FormRun(form, run, model.inputs)


def load_savedmodel(form: Mapping[str, Any], read: Callable[[str], Any]) -> FormRun:
    """Return the program of the folder that the form lists; its files are needed while it loads."""
    root = form["folder"]
    with tempfile.TemporaryDirectory() as folder:
        for name in form["files"]:
            path = os.path.join(folder, *inside(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(read("{}/{}".format(root, name)))
        os.makedirs(os.path.join(folder, "variables"), exist_ok=True)
        return of_folder(form, folder)


def inside(name: str) -> List[str]:
    """Return the parts of a name below a folder; raises `ValueError` where it leads out."""
    parts = name.split("/")
    if not all(parts) or ".." in parts or any("\\" in part or ":" in part for part in parts):
        raise ValueError("`{}` leads out of the folder".format(name))  # noqa: EM103 - messages read better where they are raised
    return parts


def calls(model: Any) -> Any:
    """Return what predicts with a loaded model."""
    from .keras_run import KerasRun

    return model if isinstance(model, FormRun) else KerasRun(model)
