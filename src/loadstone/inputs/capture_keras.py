"""Keras' preprocessing layers as nodes: their config, and what they learnt of the data.

A table of words or numbers is held by TensorFlow, and no state of it can be read: its words are.
What else a layer holds is of its version of Keras.
https://keras.io/api/layers/preprocessing_layers/
"""

from typing import Any

from .capture_data import refs
from .capture_graph import Graph, Node
from .capture_source import NoSource

_TOPS = ("keras", "tf_keras", "tensorflow")
_WORDS = ("TextVectorization", "StringLookup", "IntegerLookup")
# which may be functions of one's own, that a config only names; and what is there before they are
_FUNCTIONS = {"standardize": "lower_and_strip_punctuation", "split": "whitespace"}


def encode_keras(graph: Graph, nid: int, value: Any) -> Node | None:
    """Return the node of a preprocessing layer, or None where `value` is none."""
    kinds = {
        item.__name__ for item in type(value).__mro__ if item.__module__.split(".")[0] in _TOPS
    }
    if "Model" in kinds:
        _expect_no_bytecode(value)
        return None
    if "Layer" not in kinds:
        return None
    config: dict[str, Any] = {}
    node: Node = {"t": "layer"}
    if "Normalization" in kinds:
        config = dict(value.get_config())
        if config.get("mean") is None and value.get_weights():
            mean, variance = value.get_weights()[:2]
            config |= {"mean": mean.tolist(), "variance": variance.tolist()}
    elif "Discretization" in kinds:
        config = dict(value.get_config())
        if value.bin_boundaries is not None:  # Keras 3 tracks the list of them
            edges = [float(edge) for edge in value.bin_boundaries]
            config |= {"bin_boundaries": edges, "num_bins": None}
    elif kinds & set(_WORDS):
        config = dict(value.get_config())
        node |= _words(graph, nid, value, config)
    elif "Lambda" in kinds and type(value).__module__.split(".")[0] in _TOPS:
        config = {name: getattr(value, name, None) for name in ("function", "mask", "name")}
        config["arguments"] = dict(value.arguments or {})  # Keras 3 tracks it
        config["output_shape"] = value._output_shape  # noqa: SLF001 - it has no public name
        node["new"] = True
    elif _is_prepared(type(value).__module__) and not value.weights:
        config = dict(value.get_config())
    else:
        return None
    cls = graph.ref(type(value), nid, type(value).__name__)
    return {**node, "cls": cls, "config": graph.ref(config, nid, "config")}


def _expect_no_bytecode(model: Any) -> None:
    """Raise `NoSource` for a model whose file, which stands for it, would hold bytecode."""
    for layer in model._flatten_layers():  # noqa: SLF001 - a model inside a model has no public walk
        if type(layer).__name__ == "Lambda" and type(layer).__module__.split(".")[0] in _TOPS:
            raise NoSource(
                f"its layer `{layer.name}` is a `Lambda`, which a file of Keras keeps as bytecode",
                "call its layers one by one in a function of your own, or put it into the model",
            )


def _is_prepared(module: str) -> bool:
    """Whether a module of Keras is one of preprocessing layers, whose configs tell all of them."""
    parts = module.split(".")
    return parts[0] in _TOPS and "preprocessing" in parts


def _words(graph: Graph, nid: int, value: Any, config: dict[str, Any]) -> Node:
    """Return the words of a layer in their order, and their weights; its config names neither."""
    node: Node = {"set": {}}
    for name, plain in _FUNCTIONS.items():
        own = getattr(value, f"_{name}", None)
        if callable(own):
            config[name] = plain
            node["set"][f"_{name}"] = graph.ref(own, nid, f"`{name}`")
    words = [
        item.item() if hasattr(item, "item") else item
        for item in value.get_vocabulary(include_special_tokens=False)
    ]
    config["vocabulary"] = None
    if words:
        node["vocabulary"] = refs(graph, nid, words)
    if words and config.get("output_mode") == "tf_idf":
        config["idf_weights"] = None
        held = getattr(value, "_lookup_layer", value).idf_weights
        weights = [float(item) for item in (held.numpy() if hasattr(held, "numpy") else held)]
        node["weights"] = weights[-len(words) :]
    return node
