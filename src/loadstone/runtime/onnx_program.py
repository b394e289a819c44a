"""A program of TensorFlow or a Keras model as an ONNX graph, by tf2onnx.

https://github.com/onnx/tensorflow-onnx. It runs where the model was made, with tf2onnx beside it.
The graph takes the inputs by the names that rows have for them, and gives the outputs by theirs.
"""

import importlib
from typing import Any, Callable, Dict, List, Sequence, Tuple

from .portable import UnportableError
from .ports import Port

_INPUT = "loadstone_{}"


def exported(model: Any, rows: Any) -> Tuple[str, bytes, Dict[str, Any]]:
    """Return the format, the graph, and as JSON the names of its outputs, in their order.

    `model` is a `SavedModel`, a `GraphModel` or a `KerasModel`, `rows` are some that it takes.
    One output that has no name is named "".

    Raises `UnportableError`, and whatever tf2onnx raises.
    """
    found = model.predict(rows, probabilities=False)["predictions"]
    by_name = dict(found) if isinstance(found, dict) else {"": found}
    if not all(_is_number(value) for value in by_name.values()):
        raise UnportableError("its outputs are no arrays of numbers")
    names = sorted(by_name)
    convert = importlib.import_module("tf2onnx.convert")
    ports, tensors = model.program()
    if callable(tensors):
        made = _of_function(convert, ports, tensors, names)
    else:
        made = _of_graph(convert, ports, *tensors, names=names)
    if len(made.graph.output) != len(names):
        raise UnportableError("its graph has other outputs than the program")
    _name_inputs(made.graph, ports)
    told = {"program": names, "order": list(getattr(model, "order", ()))}
    return "onnx", made.SerializeToString(), told


def _is_number(value: Any) -> bool:
    return getattr(getattr(value, "dtype", None), "kind", "O") in "biuf"


def _of_function(
    convert: Any, ports: Sequence[Port], call: Callable[..., Any], names: List[str]
) -> Any:
    """Return the graph of a function that takes a tensor a port, and gives tensors by name."""
    tensorflow = importlib.import_module("tensorflow")

    def inner(*given: Any) -> Any:
        found = call(*given)
        return [found[name] for name in names]

    specs = [
        tensorflow.TensorSpec(port.shape, _dtype(port), name=_INPUT.format(at))
        for at, port in enumerate(ports)
    ]
    made, _ = convert.from_function(tensorflow.function(inner), input_signature=specs)
    return made


def _of_graph(
    convert: Any, ports: Sequence[Port], session: Any, feeds: Any, fetches: Any, *, names: List[str]
) -> Any:
    """Return the graph of a session, with its variables as constants.

    `feeds` are the tensors by the names of the ports, `fetches` by those of the outputs.
    """
    v1 = importlib.import_module("tensorflow").compat.v1
    fetched = [fetches[name] for name in names] if names != [""] else list(fetches.values())
    nodes = [name.rpartition(":")[0] for name in fetched]
    definition = session.graph.as_graph_def()
    frozen = v1.graph_util.convert_variables_to_constants(session, definition, nodes)
    given = [feeds[port.name] for port in ports]
    made, _ = convert.from_graph_def(frozen, input_names=given, output_names=fetched)
    for at, name in enumerate(given):
        _rename(made.graph, name, _INPUT.format(at))
    return made


def _dtype(port: Port) -> str:
    return "string" if port.dtype == "str" else port.dtype


def _name_inputs(graph: Any, ports: Sequence[Port]) -> None:
    """Give the inputs the names of the ports."""
    for at, port in enumerate(ports):
        made = _INPUT.format(at)
        for name in (made, made + ":0"):
            _rename(graph, name, port.name)


def _rename(graph: Any, before: str, now: str) -> None:
    """Name an input otherwise; what reads it, in inner graphs too, finds it under the old name."""
    for held in graph.input:
        if held.name != before:
            continue
        if any(now in (*node.output, *node.input) for node in graph.node):
            why = "a tensor inside the graph is called as an input, `{}`".format(now)
            raise UnportableError(why)
        helper = importlib.import_module("onnx.helper")
        nodes = [helper.make_node("Identity", [now], [before]), *graph.node]
        copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
        del graph.node[:]
        graph.node.extend(copies)
        held.name = now
