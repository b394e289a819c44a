"""Arguments that layers of Keras 2 have and those of Keras 3 do not, and what they say.

https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_CONVOLUTIONS = (
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Conv1DTranspose",
    "Conv2DTranspose",
)
# the argument, the one value that Keras 3 does without it, the layers that were tried
_GONE: dict[str, tuple[object, tuple[str, ...]]] = {
    "time_major": (False, _RECURRENT),
    "groups": (1, _CONVOLUTIONS),
}
# layers and functions that were seen to predict the same in both: `hard_sigmoid`, for one, does not
_TRIED = {
    *_RECURRENT,
    *_CONVOLUTIONS,
    "InputLayer",
    "Dense",
    "Conv1D",
    "Conv2D",
    "BatchNormalization",
    "ReLU",
    "Activation",
    "Dropout",
    "Embedding",
    "Flatten",
    "Reshape",
    "ZeroPadding2D",
    "MaxPooling2D",
    "GlobalAveragePooling2D",
    "Add",
    "Concatenate",
}
_DTYPES = ("float32", "int32", "int64")
_FUNCTIONS = ("linear", "relu", "tanh", "sigmoid", "softmax")


def gone(config: object) -> list[str]:
    """Return the names of such arguments in the layers of a model, each once."""
    return list(dict.fromkeys(name for _, _, name in _uses(config)))


def without(config: object) -> dict[str, Any] | None:
    """Return the configuration of a model without them.

    None where Keras 3 would not do what they say, or it has what was not tried in both.
    """
    layers = _layers(config)
    if not isinstance(config, dict) or not layers or not all(map(_is_tried, layers)):
        return None
    if any(value != _GONE[name][0] for _, value, name in _uses(config)):
        return None
    made = [{**item, "config": _kept(item["class_name"], item["config"])} for item in layers]
    if isinstance(config["config"], list):
        return {**config, "config": made}
    return {**config, "config": {**config["config"], "layers": made}}


def _kept(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    left = [name for name, (_, kinds) in _GONE.items() if kind in kinds]
    return {key: value for key, value in config.items() if key not in left}


def _is_tried(layer: dict[str, Any]) -> bool:
    held, kind = layer.get("config"), layer.get("class_name")
    if not isinstance(held, dict) or not isinstance(kind, str) or kind not in _TRIED:
        return False
    functions = [held[name] for name in ("activation", "recurrent_activation") if name in held]
    return held.get("dtype", "float32") in _DTYPES and all(
        isinstance(name, str) and name in _FUNCTIONS for name in functions
    )


def _uses(config: object) -> Iterator[tuple[object, object, str]]:
    for item in _layers(config):
        held, kind = item.get("config"), item.get("class_name")
        for name, (_, kinds) in _GONE.items():
            if isinstance(held, dict) and kind in kinds and name in held:
                yield kind, held[name], name


def _layers(config: object) -> list[dict[str, Any]]:
    """Return the layers of a sequential or a functional model itself."""
    held = config.get("config") if isinstance(config, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else held
    listed = layers if isinstance(layers, list) else []
    return listed if all(isinstance(item, dict) for item in listed) else []
