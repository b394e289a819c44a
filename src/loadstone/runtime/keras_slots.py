"""The variables of a Keras model and of a file of weights, by place and by name.

https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
"""

import importlib
import os
import re
import sys
import tempfile
from typing import Any, Callable, Dict, Iterator, List, Mapping, Tuple

from . import keras_gates, keras_layout
from .held import RefusedError
from .keras_pairs import Slot

_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_NOT_MODEL = (
    "optimizer/",
    "metrics/",
    "_metrics/",
    "loss_tracker/",
    "_loss_tracker/",
    "_compile_metrics/",
)
_STEP = 100  # marks are numbers up to this, which every number format holds
_CAMEL = (re.compile(r"(.)([A-Z][a-z]+)"), re.compile(r"([a-z])([A-Z])"))


def of_hdf5(file: Any) -> Tuple[str, List[Slot]]:
    """Return the layout of an open HDF5 file of weights, `named` or `placed`, and its variables.

    Raises `RefusedError` for what an older Keras laid out otherwise.
    """
    if "layer_names" in file.attrs or "layer_names0" in file.attrs:
        return "named", list(_of_layers(file))
    paths: List[str] = []
    file.visit(paths.append)
    try:
        places = keras_layout.modern(paths)
    except ValueError as error:
        raise RefusedError("its layers cannot be told: {}".format(error), "object") from error  # noqa: EM103 - messages read better where they are raised
    found: List[Slot] = []
    for name in paths:
        item = file[name]
        if not hasattr(item, "shape") or name.startswith(_NOT_MODEL) or "seed_generator" in name:
            continue
        group, _, tail = places[name].rpartition("/")
        layer = _text(item.parent.attrs.get("name", ""))
        found.append(slot(group, tail, layer, item.shape, key=name))
    return "placed", sorted(found, key=lambda item: _natural(item["key"]))


def slot(  # noqa: PLR0917 - a record
    group: str, tail: str, layer: str, shape: Any, key: str, inner: str = "", kind: str = ""
) -> Slot:
    """Return a variable as `keras_pairs` takes it."""
    sizes = [int(size) for size in shape]
    return {"group": group, "tail": tail, "layer": layer, "shape": sizes, "key": key,
            "inner": inner or "{}/{}".format(layer, tail), "kind": kind, "depth": ""}  # fmt: skip


def _of_layers(file: Any) -> Iterator[Slot]:
    _expect_known(file.attrs)
    at = 0
    layers = _texts(file.attrs, "layer_names")
    top = "top_level_model_weights"
    for layer in [*layers, *([top] if top in file and top not in layers else [])]:
        names = _texts(file[layer].attrs, "weight_names")
        place = top if layer == top else str(at)
        for tail, name in enumerate(names):
            item = file[layer][name]
            key = "{}/{}".format(layer, name)
            yield slot(place, str(tail), layer, item.shape, key=key, inner=_last(name))
        at += bool(names) and layer != top


def _expect_known(attributes: Mapping[str, Any]) -> None:
    version = _text(attributes.get("keras_version", "1"))
    backend = _text(attributes.get("backend", "tensorflow"))
    if version.startswith("1") or backend not in ("tensorflow", "jax", "torch"):
        why = "its weights are laid out as Keras {} with {} has them".format(version, backend)
        raise RefusedError(why, "old", (version,))


def version_of(attributes: Mapping[str, Any]) -> str:
    """Return the Keras that wrote a file, "" where it does not say."""
    return _text(attributes.get("keras_version", ""))


def _texts(attributes: Mapping[str, Any], name: str) -> List[str]:
    """Return a list of names, which Keras splits in chunks where it is long."""
    if name in attributes:
        return [_text(item) for item in attributes[name]]
    found: List[str] = []
    chunk = 0
    while "{}{}".format(name, chunk) in attributes:
        found += [_text(item) for item in attributes["{}{}".format(name, chunk)]]
        chunk += 1
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _natural(name: str) -> List[Any]:
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name)
    ]


def _last(name: str) -> str:
    """Return the last two words of a variable's name: `dense/kernel`."""
    return "/".join(name.partition(":")[0].split("/")[-2:])


def of_model(model: Any, layout: str) -> Tuple[List[Slot], Dict[str, Any]]:
    """Return the variables of a model as it would save them in a layout, and themselves by key.

    `layout` is `named`, `placed`, `objects` for a checkpoint of TensorFlow, or `variables` for one
    that goes by their names.
    """
    if layout == "named":
        return _by_layer(model)
    if layout == "variables":
        return _by_variable(model)
    variables = list(model.weights)
    owners = _owners(model)
    save = _saved_objects if layout == "objects" else _saved_hdf5
    found: List[Slot] = []
    held: Dict[str, Any] = {}
    for key, at in sorted(
        _marked(variables, lambda: save(model)).items(), key=lambda item: item[1]
    ):
        variable = variables[at]
        layer, kind = owners.get(id(variable), ("", ""))
        group, _, tail = place_of(key)
        if layout == "objects":
            layer = layer_of(_path(variable))
        found.append(slot(group, tail, layer, variable.shape, key=key, kind=kind))
        held[key] = variable
    return found, held


def of_reached(model: Any, reached: Dict[str, Any]) -> Tuple[List[Slot], Dict[str, Any]]:
    """Return the variables of a model, those that are `reached` at their places, and by key."""
    owners = _owners(model)
    places = {id(variable): place for place, variable in reached.items()}
    found: List[Slot] = []
    held: Dict[str, Any] = {}
    for variable in model.weights:
        _, kind = owners.get(id(variable), ("", ""))
        key = places.get(id(variable), "?/" + variable.path)
        group, _, tail = key.rpartition("/")
        found.append(slot(group, tail, layer_of(variable.path), variable.shape, key, kind=kind))
        held[key] = variable
    return found, held


def place_of(key: str) -> Tuple[str, str, str]:
    """Return the group, a slash and the last word of a checkpoint's key."""
    return key.replace(_VALUE, "").rpartition("/")


def layer_of(name: str) -> str:
    """Return the layer in a variable's full name: `dense` of `block/dense/kernel:0`."""
    return name.partition(":")[0].rpartition("/")[0].rpartition("/")[2]


def _by_layer(model: Any) -> Tuple[List[Slot], Dict[str, Any]]:
    found: List[Slot] = []
    held: Dict[str, Any] = {}
    seen = set()
    at = 0
    for layer in model.layers:
        weights = list(layer.trainable_weights) + list(layer.non_trainable_weights)
        for tail, variable in enumerate(weights):
            key = "{}/{}".format(at, tail)
            inner, kind = _last(_path(variable)), snake(type(layer).__name__)
            found.append(slot(str(at), str(tail), layer.name, variable.shape, key, inner, kind))
            held[key] = variable
            seen.add(id(variable))
        at += bool(weights)
    top = "top_level_model_weights"
    for tail, variable in enumerate(item for item in model.weights if id(item) not in seen):
        key = "{}/{}".format(top, tail)
        found.append(slot(top, str(tail), top, variable.shape, key, _last(_path(variable))))
        held[key] = variable
    return found, held


def _by_variable(model: Any) -> Tuple[List[Slot], Dict[str, Any]]:
    held = {_path(variable).partition(":")[0]: variable for variable in model.weights}
    if len(held) < len(model.weights):
        raise RefusedError("two variables of the model have one name", "object")
    return [of_key(name, name, item.shape) for name, item in held.items()], held


def of_key(key: str, full: str, shape: Any) -> Slot:
    """Return the variable under the key of a checkpoint, by its full name: `dense/kernel`."""
    group, _, tail = place_of(key)
    return slot(group, tail, layer_of(full), shape, key=key)


def _path(variable: Any) -> str:
    return str(getattr(variable, "path", None) or variable.name)


def snake(name: str) -> str:
    """Return the name that Keras gives a layer of this class."""
    for pattern in _CAMEL:
        name = pattern.sub(r"\1_\2", name)
    return name.lower()


def _owners(model: Any) -> Dict[int, Tuple[str, str]]:
    """Return the name and the class of the layer that holds each variable itself."""
    found: Dict[int, Tuple[str, str]] = {}
    for layer in keras_gates.layers_of(model):
        for variable in layer.weights:
            found[id(variable)] = (layer.name, snake(type(layer).__name__))
    return found


def _marked(variables: List[Any], save: Callable[[], Dict[str, Any]]) -> Dict[str, int]:
    """Return which variable lies under each key of what a model saves.

    Each variable is filled with a number of its own, so nothing of Keras's inside is asked.
    """
    numbers: Dict[str, int] = {}
    shapes: Dict[str, Any] = {}
    rounds = 1 if len(variables) < _STEP else 2
    import numpy as np

    for digit in range(rounds):
        for at, variable in enumerate(variables):
            mark = at // (_STEP**digit) % _STEP
            assign(variable, np.full(tuple(variable.shape), mark + 1))
        for key, values in save().items():
            first = float(values.ravel()[0]) if values.size else 0.0
            if (values == first).all() and 0 < first <= _STEP:
                shapes[key] = values.shape
                numbers[key] = numbers.get(key, 0) + int(first - 1) * _STEP**digit
    found = {
        key: at
        for key, at in numbers.items()
        if at < len(variables) and tuple(variables[at].shape) == shapes[key]
    }
    places = list(found.values())
    if sorted(places) != list(range(len(variables))):
        left = [_path(item) for at, item in enumerate(variables) if places.count(at) != 1]
        why = "where `{}` is saved cannot be told".format(left[0])
        raise RefusedError(why, "object", tuple(left[:4]))
    return found


def assign(variable: Any, values: Any) -> None:
    """Give a variable its values."""
    made = values.astype(_dtype(variable))
    graph = _graph()
    if graph is None:
        variable.assign(made)
    else:
        graph.set_value(variable, made)


def _dtype(variable: Any) -> str:
    dtype = getattr(variable.dtype, "base_dtype", variable.dtype)  # variables of TensorFlow 1
    name = str(getattr(dtype, "name", dtype))
    return "float32" if name == "bfloat16" else name


def _graph() -> Any:
    """Return what sets variables in the session of a Keras before TensorFlow 2, else None."""
    tensorflow = sys.modules.get("tensorflow")
    alone = sys.modules.get("keras")
    if alone is None or getattr(tensorflow, "executing_eagerly", lambda: True)():
        return None
    return alone.backend


def values_of(variable: Any) -> Any:
    """Return the values of a variable as an array."""
    from .keras_run import arrays

    graph = _graph()
    if graph is not None:
        return graph.get_value(variable)
    held = getattr(variable, "value", None)
    return arrays(held if held is not None and not callable(held) else variable)


def _saved_hdf5(model: Any) -> Dict[str, Any]:
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.weights.h5")
        model.save_weights(path)
        with h5py.File(path, "r") as file:
            _, slots = of_hdf5(file)
            return {"{group}/{tail}".format(**item): file[item["key"]][()] for item in slots}


def _saved_objects(model: Any) -> Dict[str, Any]:
    tensorflow = importlib.import_module("tensorflow")
    with tempfile.TemporaryDirectory() as folder:
        made = tensorflow.train.Checkpoint(root=model)  # older ones take no root, by a name alone
        prefix = made.write(os.path.join(folder, "model"))
        reader = tensorflow.train.load_checkpoint(prefix)
        names = [name for name in reader.get_variable_to_shape_map() if name.endswith(_VALUE)]
        held = {name: reader.get_tensor(name) for name in names if "/.OPTIMIZER_SLOT/" not in name}
    below = all(name.startswith("root/") for name in held)
    return {name[len("root/") :]: value for name, value in held.items()} if below else held


def below_root(slots: List[Slot], model: List[Slot]) -> List[Slot]:
    """Return the variables of a checkpoint without the attribute that the model was held by.

    `tf.train.Checkpoint(model=model)` puts `model/` before each key.
    """
    places = {item["group"] + "/" + item["tail"] for item in model}
    best, most = slots, sum(item["group"] + "/" + item["tail"] in places for item in slots)
    for root in sorted({item["group"].split("/")[0] for item in slots if item["group"]}):
        inside = [
            _below(item, root) for item in slots if (item["group"] + "/").startswith(root + "/")
        ]
        fit = sum(item["group"] + "/" + item["tail"] in places for item in inside)
        if fit > most:
            best, most = inside, fit
    return best


def _below(item: Slot, root: str) -> Slot:
    return dict(item, group=item["group"][len(root) + 1 :])
