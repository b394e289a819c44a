"""Functions of TensorFlow between the layers of Keras 2, as the operations that Keras 3 has.

https://keras.io/api/ops/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

KINDS = ("TFOpLambda", "SlicingOpLambda")
_CONSTANT = "_CONSTANT_VALUE"  # in the place of a layer, before -1 and the value
_NUMPY, _NN, _CORE = (f"keras.src.ops.{name}" for name in ("numpy", "nn", "core"))
# of one tensor and nothing else
_UNARY = {
    "math.abs": "Absolute",
    "math.ceil": "Ceil",
    "math.cos": "Cos",
    "math.exp": "Exp",
    "math.floor": "Floor",
    "math.log": "Log",
    "math.log1p": "Log1p",
    "math.negative": "Negative",
    "math.reciprocal": "Reciprocal",
    "math.sign": "Sign",
    "math.sin": "Sin",
    "math.sqrt": "Sqrt",
    "math.square": "Square",
    "math.tanh": "Tanh",
}
_FUNCTIONS = {
    "math.sigmoid": "Sigmoid",
    "math.softplus": "Softplus",
    "nn.elu": "Elu",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.selu": "Selu",
    "nn.sigmoid": "Sigmoid",
    "nn.softsign": "Softsign",
    "nn.tanh": "Tanh",
}
# of two, the second by the name `y`, a number or a tensor
_BINARY = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.equal": "Equal",
    "math.greater": "Greater",
    "math.greater_equal": "GreaterEqual",
    "math.less": "Less",
    "math.less_equal": "LessEqual",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.multiply": "Multiply",
    "math.not_equal": "NotEqual",
    "math.pow": "Power",
    "math.subtract": "Subtract",
    "math.truediv": "TrueDivide",
}
_REDUCED = {
    "math.reduce_max": "Max",
    "math.reduce_mean": "Mean",
    "math.reduce_min": "Min",
    "math.reduce_sum": "Sum",
}
# the class, and by which name its one argument stands in both
_ONE = {
    "cast": (_CORE, "Cast", "dtype", "dtype"),
    "compat.v1.squeeze": (_NUMPY, "Squeeze", "axis", "axis"),
    "compat.v1.transpose": (_NUMPY, "Transpose", "perm", "axes"),
    "concat": (_NUMPY, "Concatenate", "axis", "axis"),
    "expand_dims": (_NUMPY, "ExpandDims", "axis", "axis"),
    "nn.softmax": (_NN, "Softmax", "axis", "axis"),
    "reshape": (_NUMPY, "Reshape", "shape", "newshape"),
    "squeeze": (_NUMPY, "Squeeze", "axis", "axis"),
    "stack": (_NUMPY, "Stack", "axis", "axis"),
    "transpose": (_NUMPY, "Transpose", "perm", "axes"),
}
_LISTS = ("concat", "stack")  # their first argument is a list of tensors
# the module and the class of an operation, its configuration, and its arguments
Made = tuple[str, str, dict[str, Any], list[Any]]
_ROUND = 1e-12  # of `tf.math.l2_normalize`, where nothing is said


def operation(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the operation of Keras 3 for such a layer; None where it is not known."""
    held, nodes = item.get("config"), item.get("inbound_nodes")
    if not isinstance(held, dict) or not isinstance(nodes, list) or len(nodes) != 1:
        return None
    name = held.get("function")
    first, given = _called(nodes[0])
    if first is None or not isinstance(name, str):
        return None
    if (len(first) > 1 or _is_list(nodes[0])) != (name in _LISTS):
        return None
    made = _made(name, first, given)
    if made is None:
        return None
    module, kind, config, args = made
    label = str(item.get("name") or held.get("name"))
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": label, **config},
        "registered_name": kind,
        "name": label,
        "inbound_nodes": [{"args": args, "kwargs": {}}],
    }


def _is_list(node: object) -> bool:
    return isinstance(node, list) and bool(node) and isinstance(node[0], list)


def _called(node: object) -> tuple[list[Any] | None, dict[str, Any]]:
    """Return the tensors of the first argument, and the others by name; None where not known."""
    if not isinstance(node, list) or not node:
        return None, {}
    calls = node if _is_list(node) else [node]
    tensors, given = [], {}
    for call in calls:
        if not isinstance(call, list) or len(call) != 4 or not isinstance(call[3], dict):
            return None, {}
        value = call[2] if call[0] == _CONSTANT else _tensor(call[:3])
        if value is None or (call[0] == _CONSTANT and not _is_number(value)):
            return None, {}
        tensors.append(value)
        given = call[3]
    # what stands by its default of None says nothing, nor does the name of an operator
    return tensors, {k: v for k, v in given.items() if v is not None and k != "name"}


def _tensor(value: Any) -> dict[str, Any] | None:
    """Return a reference to the output of a layer as Keras 3 writes one."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    if not isinstance(value[0], str) or value[0] == _CONSTANT:
        return None
    config = {"shape": [], "dtype": "float32", "keras_history": value}
    return {"class_name": "__keras_tensor__", "config": config}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    """Whether it is a whole number, or a list of such."""
    many = value if isinstance(value, list) else [value]
    return all(isinstance(item, int) and not isinstance(item, bool) for item in many)


def _made(name: str, first: list[Any], given: dict[str, Any]) -> Made | None:
    """Return the module and the class of an operation, its configuration, and its arguments."""
    if name in _UNARY or name in _FUNCTIONS:
        module, kind = (_NUMPY, _UNARY[name]) if name in _UNARY else (_NN, _FUNCTIONS[name])
        if kind == "Tanh":
            module = _NUMPY
        return None if given else (module, kind, {}, first)
    if name in _BINARY and set(given) == {"y"}:
        other = given["y"] if _is_number(given["y"]) else _tensor(given["y"])
        return None if other is None else (_NUMPY, _BINARY[name], {}, [*first, other])
    if name in _REDUCED:
        axes, keep = given.get("axis"), given.get("keepdims", False)
        known = set(given) <= {"axis", "keepdims"} and isinstance(keep, bool)
        if not known or not (axes is None or _is_whole(axes)):
            return None
        return _NUMPY, _REDUCED[name], {"axis": axes, "keepdims": keep}, first
    if name in _ONE:
        return _of_one(name, first, given)
    other = _OTHERS.get(name)
    return None if other is None else other(first, given)


def _of_one(name: str, first: list[Any], given: dict[str, Any]) -> Made | None:
    module, kind, theirs, ours = _ONE[name]
    if given.get("conjugate") is False:
        given = {key: value for key, value in given.items() if key != "conjugate"}
    if name == "nn.softmax":
        given = {"axis": -1, **given}
    if set(given) != {theirs}:
        return None
    value = given[theirs]
    if not (isinstance(value, str) if theirs == "dtype" else _is_whole(value)):
        return None
    return module, kind, {ours: value}, [first] if name in _LISTS else first


def _matmul(first: list[Any], given: dict[str, Any]) -> Made | None:
    if any(given.get(key) for key in given if key != "b"):
        return None  # transposed, or of other types
    other = _tensor(given.get("b"))
    return None if other is None else (_NUMPY, "Matmul", {}, [*first, other])


def _bias_add(first: list[Any], given: dict[str, Any]) -> Made | None:
    bias = given.get("bias")
    if set(given) - {"bias", "data_format"} or given.get("data_format", "NHWC") != "NHWC":
        return None
    if not isinstance(bias, list) or not all(map(_is_number, bias)):
        return None
    array = {"class_name": "__numpy__", "config": {"value": bias, "dtype": "float32"}}
    return _NUMPY, "Add", {}, [*first, array]


def _leaky_relu(first: list[Any], given: dict[str, Any]) -> Made | None:
    slope = given.get("alpha", 0.2)
    if set(given) - {"alpha"} or not _is_number(slope):
        return None
    return _NN, "LeakyRelu", {"negative_slope": slope}, first


def _clip(first: list[Any], given: dict[str, Any]) -> Made | None:
    limits = [given.get("clip_value_min"), given.get("clip_value_max")]
    if len(given) != 2 or not all(map(_is_number, limits)):
        return None
    return _NUMPY, "Clip", {"x_min": limits[0], "x_max": limits[1]}, first


def _normalize(first: list[Any], given: dict[str, Any]) -> Made | None:
    least = given.get("epsilon", _ROUND)
    if set(given) - {"axis", "epsilon"} or not isinstance(given.get("axis"), int):
        return None
    if not isinstance(least, float) or least <= 0:
        return None
    # of the sum of squares there, of its root here
    config = {"axis": given["axis"], "order": 2, "epsilon": math.sqrt(least)}
    return _NN, "Normalize", config, first


def _sliced(first: list[Any], given: dict[str, Any]) -> Made | None:
    """Return what takes a part of a tensor, or turns it around along axes, which torch asks for."""
    parts = given.get("slice_spec")
    if set(given) != {"slice_spec"} or not isinstance(parts, list):
        return None
    turned = [at for at, part in enumerate(parts) if _step(part) < 0]
    if turned:
        if any(not _is_all(part) for at, part in enumerate(parts) if at not in turned):
            return None
        if any(parts[at] != {"start": None, "stop": None, "step": -1} for at in turned):
            return None
        after = next((at for at, part in enumerate(parts) if _is_dots(part)), len(parts))
        axes = [at if at < after else at - len(parts) for at in turned]
        return _NUMPY, "Flip", {"axis": axes[0] if len(axes) == 1 else axes}, first
    key = [_part(part) for part in parts]
    return None if () in key else (_NUMPY, "GetItem", {}, [*first, key])


def _step(part: object) -> int:
    step = part.get("step") if isinstance(part, dict) else None
    return step if isinstance(step, int) else 1


def _is_dots(part: object) -> bool:
    return isinstance(part, dict) and part.get("class_name") == "__ellipsis__"


def _is_all(part: object) -> bool:
    return _is_dots(part) or part == {"start": None, "stop": None, "step": None}


def _part(part: object) -> Any:
    """Return one part of a slice as Keras 3 writes it, () where it is not known."""
    if part is None or (isinstance(part, int) and not isinstance(part, bool)):
        return part
    if _is_dots(part):
        return {"class_name": "__ellipsis__", "config": {}}
    if not isinstance(part, dict) or set(part) != {"start", "stop", "step"}:
        return ()
    if not all(value is None or _is_whole(value) for value in part.values()):
        return ()
    return {"class_name": "__slice__", "config": part}


_OTHERS: dict[str, Callable[[list[Any], dict[str, Any]], Made | None]] = {
    "__operators__.getitem": _sliced,
    "clip_by_value": _clip,
    "linalg.matmul": _matmul,
    "math.l2_normalize": _normalize,
    "nn.bias_add": _bias_add,
    "nn.leaky_relu": _leaky_relu,
}
