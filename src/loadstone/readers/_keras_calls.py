"""What Keras looks up by names that a configuration holds, and calls while it builds the model.

Keras 3.0 to 3.8 import any module that a `.keras` or an `.h5` names, and call a function that
stands in the place of a layer with the arguments beside it (CVE-2025-1550); later ones take what
stands in Keras's own modules. Keras 2 looks up what a `TFOpLambda` names among all that TensorFlow
exports, where functions of files are too, and calls it as it builds the graph.
https://github.com/keras-team/keras/blob/v3.8.0/keras/src/saving/serialization_lib.py,
https://github.com/keras-team/tf-keras/blob/v2.15.0/tf_keras/layers/core/tf_op_layer.py
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from typing import Any

from loadstone.readers import _keras_names
from loadstone.readers._outside import Outside
from loadstone.readers._plain import clean, word

__all__ = ["OWN", "outside"]

OWN = ("keras", "tf_keras", "keras_core", "tensorflow", "builtins", "tensorflow_core")
_VALUES = (
    *("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"),
    *("__lambda__", "__tuple__", "__typespec__"),
)
_OPERATIONS = ("keras.src.ops.", "keras.ops", "keras_core.src.ops.", "keras_core.ops")
_BUILTINS = frozenset(dir(builtins))
_LOADERS = ("TFSMLayer", "KerasLayer")
_LOOKUPS = ("TextVectorization", "StringLookup", "IntegerLookup", "IndexLookup")
# modules of TensorFlow whose functions compute, all of them; and such functions of others
_COMPUTING = (
    r"(__operators__|math|nn|linalg|signal|strings|bitwise|sets|image|ragged|sparse)(\.|\Z)"
)
_OF_KERAS = r"keras\.(activations|backend|losses|metrics)\Z"
_NAMES = """
    abs acos acosh add add_n argmax argmin argsort as_string asin asinh atan atan2 atanh
    batch_to_space bitcast boolean_mask broadcast_dynamic_shape broadcast_static_shape broadcast_to
    cast ceil clip_by_global_norm clip_by_norm clip_by_value complex concat constant
    convert_to_tensor cos cosh cumsum cumprod debugging.check_numerics depth_to_space diag
    diag_part div divide dynamic_partition dynamic_stitch edit_distance eig eigvals einsum
    ensure_shape equal erf exp expand_dims expm1 eye fill floor floordiv floormod gather gather_nd
    greater greater_equal guarantee_const histogram_fixed_width identity identity_n image_gradients
    is_tensor less less_equal linspace log log1p logical_and logical_not logical_or logical_xor
    matmul maximum meshgrid minimum mod multiply negative no_op norm not_equal one_hot ones
    ones_like pad pow quantization.fake_quant_with_min_max_args random.normal random.uniform
    random.truncated_normal random.categorical random.shuffle random.stateless_normal
    random.stateless_uniform random_normal random_uniform range rank realdiv reciprocal reduce_all
    reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_std reduce_sum
    reduce_variance repeat reshape reverse reverse_sequence roll round rsqrt saturate_cast
    scalar_mul scatter_nd searchsorted sequence_mask shape shape_n sigmoid sign sin sinh size slice
    sort space_to_batch space_to_batch_nd space_to_depth split sqrt square squared_difference
    squeeze stack stop_gradient strided_slice subtract switch_case tan tanh
    tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub
    tensor_scatter_nd_update tensordot tile timestamp to_float to_int32 to_int64 transpose truediv
    truncatediv truncatemod unique unique_with_counts unravel_index unsorted_segment_max
    unsorted_segment_mean unsorted_segment_sum unstack where zeros zeros_like
"""
_FUNCTIONS = frozenset(_NAMES.split())
_TENSORS = ("RaggedTensor", "SparseTensor", "sparse.SparseTensor")  # of a `ClassMethod`


def outside(node: Mapping[str, Any], path: str, *, is_layer: bool) -> Iterator[Outside]:
    """Yield what an object of a configuration makes Keras call or load, beside its own classes."""
    name, module = word(node.get("class_name")), word(node.get("module"))
    held = node.get("config")
    config: Mapping[str, Any] = held if isinstance(held, dict) else {}
    registered = word(node.get("registered_name"))
    if name == "function":
        yield from _of_function(module, word(held), registered, is_layer=is_layer)
    elif name[:2] == "__":
        yield from _of_value(name, module, word(node.get("spec_name")))
    elif module.partition(".")[0] in OWN:
        yield from _of_class(module, name, registered, is_layer=is_layer)
    yield from _of_layer(_bare(name), config, path)


def _bare(name: str) -> str:
    return name.rpartition(">")[2]


def _of_function(module: str, name: str, registered: str, *, is_layer: bool) -> Iterator[Outside]:
    place = f"{module or 'builtins'}.{name}"
    own = _keras_names.is_function(name)
    if is_layer:
        yield Outside(f"{place} as a layer", runs=True)
    elif module in ("", "builtins"):
        if not own and not _BUILTINS.isdisjoint((name, registered)):
            yield Outside(place, runs=True)
    elif module.partition(".")[0] in OWN:
        if not own or not _is_told_again(name, registered):
            yield Outside(place, runs=True)
    else:
        yield Outside(place, runs=False)  # the module is told of too


def _is_told_again(name: str, registered: str) -> bool:
    """Whether the second name, which is looked up where the first is not found, is as harmless."""
    if not registered or registered in (name, "function") or ">" in registered:
        return True
    return _keras_names.is_own(registered) and registered[:1].isupper()


def _of_value(name: str, module: str, of: str) -> Iterator[Outside]:
    spec = name != "__typespec__" or (module.partition(".")[0] in OWN and of.endswith("Spec"))
    if name not in _VALUES or not spec:
        yield Outside(f"{module}.{of or name}", runs=False)


def _of_class(module: str, name: str, registered: str, *, is_layer: bool) -> Iterator[Outside]:
    own = _keras_names.is_own(name) or module.startswith(_OPERATIONS) or ">" in name
    if is_layer and name[:1].islower():
        yield Outside(f"{module}.{name} as a layer", runs=True)
    elif (module != "builtins" and not own) or not _is_told_again(name, registered):
        yield Outside(f"{module}.{name}, of which Keras is not known to have it", runs=False)


def _of_layer(name: str, config: Mapping[str, Any], path: str) -> Iterator[Outside]:
    at = path[:200]
    if name == "TorchModuleWrapper":
        yield Outside(f"the pickle of a module of torch's in `{at}`", runs=True)
    if name in _LOADERS:
        place = word(config.get("filepath")) or word(config.get("handle"))
        yield Outside(f"{name} at `{at}` loads `{place}`", runs=False)
    if name in _LOOKUPS and isinstance(config.get("vocabulary"), str):
        yield Outside(f"{name} at `{at}` reads `{clean(config['vocabulary'])[:200]}`", runs=False)
    if name in ("TFOpLambda", "SlicingOpLambda"):
        function = config.get("function")
        if not isinstance(function, str) or not _computes(function):
            yield Outside(f"tensorflow.{word(function)}", runs=True)
    if name == "ClassMethod" and config.get("cls_symbol") not in _TENSORS:
        yield Outside(f"tensorflow.{word(config.get('cls_symbol'))}", runs=True)


def _computes(function: str) -> bool:
    """Whether a function that TensorFlow exports only computes."""
    name = function.removeprefix("compat.v1.").removeprefix("compat.v2.")
    module, _, last = name.rpartition(".")
    if name in _FUNCTIONS:
        return True
    if re.match(_OF_KERAS, module):
        return last in _FUNCTIONS or _keras_names.is_function(last)
    return re.match(_COMPUTING, module) is not None
