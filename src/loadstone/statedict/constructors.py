"""The constructor calls of layers of `torch.nn` whose attributes a pickle tells.

A pickled module holds what its constructor was given, most of it under the names of the arguments
(https://docs.pytorch.org/docs/stable/nn.html). Defaults are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from loadstone.core.facts import ModuleFact, TensorFact
from loadstone.statedict.layers import MADE

# what has to be given, and what has a default; "bias" is told by the tensors
_NORM: Final = {"eps": 1e-05, "momentum": 0.1, "affine": True, "track_running_stats": True}
_CONVOLUTION: Final = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
_PADDED: Final = {**_CONVOLUTION, "padding_mode": "zeros"}
_TRANSPOSED: Final = {**_CONVOLUTION, "output_padding": 0, "padding_mode": "zeros"}
_POOLED: Final = {"padding": 0, "dilation": 1, "ceil_mode": False, "return_indices": False}
_RECURRENT: Final = {
    "num_layers": 1,
    "bias": True,
    "batch_first": False,
    "dropout": 0.0,
    "bidirectional": False,
    "proj_size": 0,
}
_PLACED: Final = {"inplace": False}
_TABLE: Final = {
    "padding_idx": None,
    "max_norm": None,
    "norm_type": 2.0,
    "scale_grad_by_freq": False,
    "sparse": False,
}
_TUPLE: Final = re.compile(r"\((?:-?[0-9]{1,9}, ?)*(?:-?[0-9]{1,9})?\)")
_BIAS: Final = frozenset({"Linear", "Bilinear", "LayerNorm"})
_SIDES: Final = ("in_channels", "out_channels", "kernel_size")
LAYERS: Final[Mapping[str, tuple[tuple[str, ...], Mapping[str, Any]]]] = {
    "Linear": (("in_features", "out_features"), {}),
    "Bilinear": (("in1_features", "in2_features", "out_features"), {}),
    "Identity": ((), {}),
    **{f"Conv{n}d": (_SIDES, _PADDED) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": (_SIDES, _TRANSPOSED) for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": (("num_features",), _NORM) for n in (1, 2, 3)},
    **{
        f"InstanceNorm{n}d": (
            ("num_features",),
            {**_NORM, "affine": False, "track_running_stats": False},
        )
        for n in (1, 2, 3)
    },
    "LayerNorm": (("normalized_shape",), {"eps": 1e-05, "elementwise_affine": True}),
    "RMSNorm": (("normalized_shape",), {"eps": None, "elementwise_affine": True}),
    "GroupNorm": (("num_groups", "num_channels"), {"eps": 1e-05, "affine": True}),
    "Embedding": (("num_embeddings", "embedding_dim"), _TABLE),
    "LSTM": (("input_size", "hidden_size"), _RECURRENT),
    "GRU": (("input_size", "hidden_size"), {**_RECURRENT}),
    "MultiheadAttention": (
        ("embed_dim", "num_heads"),
        {"dropout": 0.0, "batch_first": False, "add_zero_attn": False},
    ),
    **{name: ((), {"p": 0.5, **_PLACED}) for name in ("Dropout", "Dropout1d", "Dropout2d")},
    **{name: ((), {"p": 0.5, **_PLACED}) for name in ("Dropout3d", "AlphaDropout")},
    **dict.fromkeys(("ReLU", "ReLU6", "SiLU", "Mish", "SELU", "Hardswish"), ((), _PLACED)),
    **dict.fromkeys(("Hardsigmoid",), ((), _PLACED)),
    **{name: ((), {}) for name in ("Sigmoid", "Tanh", "Softsign", "LogSigmoid", "Tanhshrink")},
    "GELU": ((), {"approximate": "none"}),
    "LeakyReLU": ((), {"negative_slope": 0.01, **_PLACED}),
    "ELU": ((), {"alpha": 1.0, **_PLACED}),
    "CELU": ((), {"alpha": 1.0, **_PLACED}),
    "PReLU": (("num_parameters",), {}),
    "Softplus": ((), {"beta": 1.0, "threshold": 20.0}),
    "Softmax": (("dim",), {}),
    "LogSoftmax": (("dim",), {}),
    "Flatten": ((), {"start_dim": 1, "end_dim": -1}),
    **{f"MaxPool{n}d": (("kernel_size", "stride"), _POOLED) for n in (1, 2, 3)},
    **{
        f"AvgPool{n}d": (
            ("kernel_size", "stride"),
            {"padding": 0, "ceil_mode": False, "count_include_pad": True},
        )
        for n in (1, 2, 3)
    },
    **{f"AdaptiveAvgPool{n}d": (("output_size",), {}) for n in (1, 2, 3)},
    **{f"AdaptiveMaxPool{n}d": (("output_size",), {"return_indices": False}) for n in (1, 2, 3)},
    "PixelShuffle": (("upscale_factor",), {}),
    "ZeroPad2d": (("padding",), {}),
    "ReflectionPad2d": (("padding",), {}),
}


def constructor(module: ModuleFact, tensors: Mapping[str, TensorFact]) -> str | None:
    """Return the call that makes the layer, as `nn.Dropout(p=0.3)`; None where it is not told.

    `tensors` are those of the layer, by their names in it; None too where the call would not give
    their shapes and dtype: attributes can be changed after a layer is made.
    """
    known = LAYERS.get(module.name)
    if known is None or not module.module.startswith("torch.nn.modules."):
        return None
    needed, defaults = known
    held = module.attributes
    if any(name not in held for name in needed) or not _agrees(module, tensors):
        return None
    given = [_said(held[name]) for name in needed]
    for name, default in defaults.items():
        value = held.get(name, default)
        if not _is_default(value, default):
            given.append(f"{name}={_said(value)}")
    affine = held.get("elementwise_affine", True)
    attended = module.name == "MultiheadAttention" and "in_proj_bias" not in tensors
    biased = module.name in _BIAS or (module.name.startswith("Conv"))
    if attended or (biased and affine and "bias" not in tensors):
        given.append("bias=False")
    dtypes = {fact.dtype for key, fact in tensors.items() if key != "num_batches_tracked"}
    if len(dtypes) > 1 or not dtypes <= MADE:
        return None
    given += [f"dtype=torch.{dtype}" for dtype in dtypes if dtype != "float32"]
    return f"nn.{module.name}({', '.join(given)})"


def _agrees(module: ModuleFact, tensors: Mapping[str, TensorFact]) -> bool:
    """Whether the attributes give the shapes of the tensors."""
    left_out = ("bias", "in_proj_bias", "num_batches_tracked")
    shapes = {key: fact.shape for key, fact in tensors.items() if key not in left_out}
    sizes = {name: _sizes(value) for name, value in module.attributes.items()}
    if module.name in ("LSTM", "GRU"):
        return _recurrent(sizes, shapes, module.name)
    first = [sizes.get(needed, ()) for needed in LAYERS[module.name][0]]
    return shapes == _shapes(module, first, sizes)


def _shapes(
    module: ModuleFact, first: list[tuple[int, ...]], sizes: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """Return the shapes that the attributes give, biases and counters apart."""
    name, held = module.name, module.attributes
    if name == "Linear":
        return {"weight": first[1] + first[0]}
    if name == "Bilinear":
        return {"weight": first[2] + first[0] + first[1]}
    if name == "Embedding":
        return {"weight": first[0] + first[1]}
    if name == "MultiheadAttention":
        return {"in_proj_weight": tuple(3 * size for size in first[0]) + first[0]}
    found: dict[str, tuple[int, ...]] = {}
    if name.startswith("Conv"):
        ours, theirs = first[:2] if "Transpose" in name else first[1::-1]
        (groups,) = sizes.get("groups") or (1,)
        found["weight"] = ours + tuple(size // max(groups, 1) for size in theirs) + first[2]
    elif "Norm" in name or name == "PReLU":
        own = first[1] if name == "GroupNorm" else first[0]
        if held.get("affine", held.get("elementwise_affine", True)):
            found["weight"] = own
        if held.get("track_running_stats") is True:
            found |= {"running_mean": own, "running_var": own}
    return found


def _recurrent(
    sizes: Mapping[str, tuple[int, ...]], shapes: Mapping[str, tuple[int, ...]], name: str
) -> bool:
    one = {key: size[0] for key, size in sizes.items() if len(size) == 1}
    gates = {"LSTM": 4, "GRU": 3}[name]
    hidden, width = one.get("hidden_size", 0), one.get("input_size", 0)
    last = one.get("num_layers", 1) - 1
    ways = len({key.endswith("_reverse") for key in shapes})
    out = one.get("proj_size", 0) or hidden
    return (
        shapes.get("weight_ih_l0") == (gates * hidden, width)
        and shapes.get("weight_hh_l0") == (gates * hidden, out)
        and f"weight_ih_l{last}" in shapes
        and f"weight_ih_l{last + 1}" not in shapes
        and ways == 1 + bool(one.get("bidirectional", 0))
        and any(key.startswith("bias") for key in shapes) == bool(one.get("bias", 1))
    )


def _sizes(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (int(value),)
    if isinstance(value, str) and _TUPLE.fullmatch(value):
        return tuple(int(part) for part in re.findall(r"-?[0-9]+", value))
    return ()


def _is_default(value: object, default: object) -> bool:
    """Whether a value is the default; `(1, 1)` is what a layer makes of 1."""
    if value == default:
        return True
    one = {f"({', '.join([str(default)] * n)}{',' * (n == 1)})" for n in (1, 2, 3)}
    return isinstance(value, str) and isinstance(default, int) and value in one


def _said(value: object) -> str:
    """Return a value as it is written: a tuple of numbers is held as its text, any other is one."""
    if isinstance(value, str):
        return value if _TUPLE.fullmatch(value) else repr(value)
    if isinstance(value, float) and not isfinite(value):
        return f"float('{value}')"
    return str(value)
