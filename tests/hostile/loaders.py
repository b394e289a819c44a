"""Files and folders whose own loader looks names up that they hold as plain text, and calls them."""

import io
import json

import h5py
import numpy as np
from attacks import CALL, CALLS, STATE, file, torch, zipped

__all__ = ["CALL", "CALLS", "STATE", "folder", "torch"]


def folder(name, files, *, calls=True):
    """Keep an attack that is a folder of files, given as bytes, texts or what becomes JSON."""

    def make(root):
        for place, held in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            told = held if isinstance(held, bytes | str) else json.dumps(held)
            path.write_bytes(told if isinstance(told, bytes) else told.encode())
        return root

    assert calls
    CALLS[name] = make


def _h5(config=None, training=None):
    held = io.BytesIO()
    with h5py.File(held, "w") as made:
        if config is None:
            made.create_group("layers")
        else:
            made.attrs["model_config"] = json.dumps(config)
            made.attrs["keras_version"] = "2.9.0"
            made.attrs["backend"] = "tensorflow"
            made.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
            if training is not None:
                made.attrs["training_config"] = json.dumps(training)
    return held.getvalue()


def _object(module, of, config, **more):
    return {"module": module, "class_name": of, "config": config, "registered_name": None, **more}


def _keras(*layers, **more):
    first = _object("keras.layers", "InputLayer", {"batch_shape": [None, 4], "name": "i"}, name="i")
    config = {"name": "m", "layers": [{**first, "inbound_nodes": []}, *layers]}
    config |= {"input_layers": [["i", 0, 0]], "output_layers": [["i", 0, 0]]}
    model = _object("keras.src.models.functional", "Functional", config) | more
    return zipped(
        ("config.json", json.dumps(model)),
        ("metadata.json", '{"keras_version": "3.8.0"}'),
        ("model.weights.h5", _h5()),
    )


def keras(name, *layers, **more):
    """Keep an attack that is an archive of Keras 3."""
    file(f"keras: {name}", lambda: _keras(*layers, **more), calls=True, as_="model.keras")


def _layer(module, name, config):
    node = {"args": ["open('x', 'w')"], "kwargs": {}}
    return _object(module, name, config, name="d", inbound_nodes=[node])


# CVE-2025-1550: what a configuration names is imported, and called with the arguments beside it
keras("exec in the place of a layer", _layer("builtins", "function", "exec"))
keras("a function of Keras's as a layer", _layer("keras.utils", "function", "get_file"))
keras(
    "one that Keras imports as a layer", _layer("keras.src.utils.file_utils", "function", "rmtree")
)
keras("one that a class is named by", _layer("keras.src.utils.python_utils", "func_load", {}))
keras(
    "one that has a second name",
    _object(
        "keras.layers",
        "Dense",
        {
            "kernel_initializer": {
                **_object("keras.src.saving.saving_api", "function", "relu"),
                "registered_name": "load_model",
            }
        },
    ),
)
keras(
    "one of TensorFlow's",
    _layer("tensorflow.python.platform.gfile", "function", "DeleteRecursively"),
)
keras("eval as a loss", compile_config={"loss": _object("builtins", "function", "eval")})
keras("a pickle of torch's", _object("keras.layers", "TorchModuleWrapper", {"module": "gASV"}))
keras("a class that Keras is not known to have", _object("keras.src.utils.x", "Unheard", {}))
keras(
    "a program that is loaded as an activation",
    _object(
        "keras.layers",
        "Dense",
        {"activation": _object("keras.layers", "TFSMLayer", {"filepath": "x"})},
    ),
)
keras(
    "words of another file", _object("keras.layers", "StringLookup", {"vocabulary": "/etc/passwd"})
)

_LAMBDA = {
    "class_name": "Lambda",
    "config": {"function": ["4wEA", None, None], "function_type": "lambda"},
}


def h5(name, *layers, **more):
    """Keep an attack that is an HDF5 file of Keras 2."""
    config = {"class_name": "Functional", "config": {"name": "m", "layers": list(layers)}}
    file(f"keras h5: {name}", lambda: _h5(config, **more), calls=True, as_="model.h5")


h5("bytecode under another key", {"class_name": "Own", "config": {"dnn_model": _LAMBDA}})
h5("a function of files", {"class_name": "TFOpLambda", "config": {"function": "io.gfile.rmtree"}})
h5(
    "one that is spelled with its version",
    {"class_name": "SlicingOpLambda", "config": {"function": "compat.v1.load_op_library"}},
)
h5(
    "one of Keras's among TensorFlow's",
    {"class_name": "TFOpLambda", "config": {"function": "keras.activations.deserialize"}},
)
h5("a method of a class", {"class_name": "ClassMethod", "config": {"cls_symbol": "io.gfile.GFile"}})
