"""Which layers of Keras 2, of which arguments, Keras 3 was tried with, and what it has not.

https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadstone.readers import _keras_names
from loadstone.runtime.keras_backends import MERGES

RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_CONVOLUTIONS = (
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
)
_SEPARABLE = ("SeparableConv1D", "SeparableConv2D")
_SPATIAL = ("SpatialDropout1D", "SpatialDropout2D")
ATTENTION = ("MultiHeadAttention",)
ANY = object()  # whatever it says: nothing of a prediction
# the argument, the one value that Keras 3 does without it, the layers that were tried
GONE: dict[str, tuple[object, tuple[str, ...]]] = {
    "time_major": (False, (*RECURRENT, "ConvLSTM2D", "RNN")),
    "groups": (1, (*_CONVOLUTIONS, *_SEPARABLE)),
    "kernel_initializer": (ANY, _SEPARABLE),
    "kernel_regularizer": (None, _SEPARABLE),
    "kernel_constraint": (None, _SEPARABLE),
    "trainable": (ANY, _SPATIAL),
    "noise_shape": (None, _SPATIAL),
    "query_shape": (ANY, ATTENTION),
    "key_shape": (ANY, ATTENTION),
    "value_shape": (ANY, ATTENTION),
}
_CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell")
WRAPPERS = {  # and what was tried inside
    "Bidirectional": RECURRENT,
    "TimeDistributed": (
        "Dense",
        "Conv2D",
        "Flatten",
        "MaxPooling2D",
        "GlobalAveragePooling2D",
        "BatchNormalization",
        "Dropout",
        "Activation",
    ),
    "RNN": (*_CELLS, "StackedRNNCells"),
    "StackedRNNCells": _CELLS,
}
# layers and functions that were seen to predict the same in both: `hard_sigmoid`, for one, does not
_TRIED = {
    *RECURRENT,
    *_CONVOLUTIONS,
    *_SEPARABLE,
    *_SPATIAL,
    *ATTENTION,
    *_CELLS,
    "ConvLSTM2D",
    "InputLayer",
    "Dense",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Embedding",
    "Masking",
    "Attention",
    "AdditiveAttention",
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "UnitNormalization",
    "Normalization",
    "Rescaling",
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "Softmax",
    "Activation",
    "ActivityRegularization",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "AlphaDropout",
    "Flatten",
    "Reshape",
    "Permute",
    "RepeatVector",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    *MERGES,
}
_ONLY: dict[tuple[str, str], tuple[object, ...]] = {  # what was tried of an argument
    ("Attention", "score_mode"): ("dot",),
    ("UpSampling2D", "interpolation"): ("nearest", "bilinear"),
    ("Normalization", "mean"): (None,),
    ("Normalization", "invert"): (False,),
}
_MIXED = {"Dense", "BatchNormalization"}  # and with the policy `mixed_float16`
DTYPES = ("float32", "int32", "int64")
_FUNCTIONS = (
    "linear",
    "relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "tanh",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "exponential",
)
_TRAINING = ("_initializer", "_regularizer", "_constraint")  # nothing of a prediction


def is_single(axis: object) -> bool:
    """Whether axes are a list of one."""
    return isinstance(axis, list) and len(axis) == 1


def kept(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a layer that Keras 3 has, as it takes them."""
    left = [name for name, (_, kinds) in GONE.items() if kind in kinds]
    kept = {key: value for key, value in config.items() if key not in left}
    if kind in ATTENTION:  # its calls take more room
        kept = {key: value for key, value in kept.items() if not key.endswith(_TRAINING)}
    if kind == "Attention" and config.get("score_mode") == "dot":
        del kept["score_mode"]  # Keras 3 looks up a function of that name
    if isinstance(kept.get("dtype"), dict):
        kept["dtype"] = policy(kept["dtype"])
    return kept


def _only(kind: str) -> list[tuple[str, tuple[object, ...]]]:
    return [(name, values) for (of, name), values in _ONLY.items() if of == kind]


def policy(dtype: object) -> object:
    """Return the name of a policy of Keras 2, "" for none."""
    held = dtype.get("config") if isinstance(dtype, dict) else None
    is_policy = isinstance(dtype, dict) and dtype.get("class_name") == "Policy"
    return held.get("name", "") if is_policy and isinstance(held, dict) else ""


def is_tried(layer: dict[str, Any], *, own: bool = False) -> bool:
    """Whether a layer was tried, with values that were; with `own` also functions of the user's."""
    held, kind = layer.get("config"), layer.get("class_name")
    if not isinstance(held, dict) or not isinstance(kind, str) or kind not in _TRIED:
        return False
    functions = [held[name] for name in ("activation", "recurrent_activation") if name in held]
    if any(held.get(name, values[0]) not in values for name, values in _only(kind)):
        return False
    if kind == "LayerNormalization" and not is_single(held.get("axis", [-1])):
        return False
    dtype = held.get("dtype", "float32")
    mixed = kind in _MIXED and policy(dtype) == "mixed_float16"
    return (mixed or (isinstance(dtype, str) and dtype in DTYPES)) and all(
        name in _FUNCTIONS or (own and _is_own(name)) for name in map(_named, functions)
    )


def _named(function: object) -> str:
    """Return the name of a function, which an archive tells with its module; "" for none."""
    if isinstance(function, dict) and function.get("class_name") == "function":
        function = function.get("config")
    return function if isinstance(function, str) else ""


def _is_own(name: str) -> bool:
    """Whether a function is the user's."""
    return bool(name) and not _keras_names.is_own(name.rpartition(">")[2])


def arguments(kind: object, config: dict[str, Any]) -> Iterator[tuple[object, str]]:
    """Yield the arguments of a layer that Keras 3 has not: the value, the name."""
    for name, (_, kinds) in GONE.items():
        if kind in kinds and name in config:
            yield config[name], name
