"""Layers that Keras 3 computes otherwise, with torch than with TensorFlow and jax, or than Keras 2.

`AveragePooling` that pads unevenly counts the edge again, and `LayerNormalization` over other axes
than the last ones normalises the last (seen with 3.15).
https://keras.io/api/layers/
"""

from typing import Any, List, Mapping, Optional

MERGES = (  # join masks by `or`, those of Keras 2 by `and`
    "Add",
    "Subtract",
    "Multiply",
    "Average",
    "Maximum",
    "Minimum",
    "Dot",
    "Concatenate",
)
_LARGE = 2  # a pool of two is padded on one side alone, and computed alike


def is_other_with_torch(kind: str, config: Mapping[str, Any], rank: Optional[int]) -> bool:
    """Whether a layer may be computed otherwise; `rank` is that of its input, where it is known."""
    if kind.startswith("AveragePooling"):
        pairs = zip(_sizes(config.get("pool_size")), _sizes(config.get("strides")))  # noqa: B905 - Python 3.6 has no `strict`
        return config.get("padding") == "same" and any(
            pool > _LARGE and stride > 1 for pool, stride in pairs
        )
    if kind == "LayerNormalization" and rank:
        axes = sorted(axis % rank for axis in _sizes(config.get("axis")))
        return bool(axes) and axes != list(range(rank - len(axes), rank))
    return False


def _sizes(value: Any) -> List[int]:
    listed = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in listed if isinstance(item, int)]


def others(model: Any) -> List[str]:
    """Return the names of such layers in a model that Keras 3 runs with torch."""
    found = []
    for layer in model._flatten_layers():  # noqa: SLF001 - the only walk that both Keras have
        shapes = getattr(layer, "_build_shapes_dict", None) or {}
        shape = shapes.get("input_shape")
        rank = len(shape) if isinstance(shape, (list, tuple)) else None
        kind = type(layer).__name__
        if kind.startswith(("AveragePooling", "LayerNorm")) and is_other_with_torch(
            kind, layer.get_config(), rank
        ):
            found.append(str(layer.name))
    return found
