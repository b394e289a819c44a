"""ONNX models by onnxruntime, or by onnx's own reference evaluator; fed by their signature.

https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import importlib
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import rows as given
from .held import Held, RefusedError
from .rows import MisfitError

Output = Dict[str, Any]
_DTYPES = {"float": "float32", "double": "float64"}


class Port:
    """One input or output: its name, the numpy dtype ("str" for texts), and its sizes."""

    def __init__(self, name: str, told: str, shape: Optional[Sequence[Any]]) -> None:
        self.name = name
        inner = re.match(r"tensor\((\w+)\)", told)
        word = inner.group(1) if inner else ""
        self.dtype = "str" if word == "string" else _DTYPES.get(word, word)
        self.shape = None if shape is None else list(shape)


class OnnxModel:
    """A session, and how rows are told apart into its inputs."""

    how = "run"

    def __init__(self, path: str, digest: Optional[str], external: bool) -> None:  # noqa: FBT001 - always by name
        held = Held(path)
        held.match(digest)
        self.notes: List[str] = []
        self.model, self.engine = _session(path if external else held.raw)
        self.inputs, self.outputs = self._ports()
        self.names = [port.name for port in self.inputs] if len(self.inputs) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {"model": self.engine, "how": "run", "names": self.names}

    def _ports(self) -> Tuple[List[Port], List[Port]]:
        if self.engine == "onnxruntime":
            return tuple(  # type: ignore[return-value]
                [Port(item.name, item.type, item.shape) for item in items]
                for items in (self.model.get_inputs(), self.model.get_outputs())
            )
        return _reference_ports(self.model)

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - always by name
        """Return predictions: the output, or the outputs by name."""
        feed = self.feed(rows)
        names = [port.name for port in self.outputs]
        values = self.model.run(names, feed)
        by_name = dict(zip(names, values))  # noqa: B905 - Python 3.6 has no `strict`
        scores = _scores(by_name)
        if scores is None:
            one = len(names) == 1
            return {"predictions": values[0] if one else by_name}
        found: Output = {"predictions": values[0]}
        if probabilities:
            found["probabilities"], classes = _unzipped(by_name[scores])
            if classes is not None:
                found["classes"] = classes
        return found

    def feed(self, rows: Any) -> Dict[str, Any]:
        """Return each input's array."""
        if given.are_records(rows):
            return self._named(rows)
        if len(self.inputs) != 1:
            listed = ", ".join("`{}`".format(port.name) for port in self.inputs[:6])
            raise MisfitError("the model has the inputs {}: give records".format(listed), "names")  # noqa: EM103 - messages read better where they are raised
        port = self.inputs[0]
        return {port.name: _cast(rows, port)}

    def _named(self, rows: Any) -> Dict[str, Any]:
        there = given.names_of(rows)
        wanted = [port.name for port in self.inputs]
        if len(self.inputs) == 1 and wanted[0] not in there:
            return {wanted[0]: _cast(given.matrix(rows, None), self.inputs[0])}
        given.ordered(rows, wanted)
        return {port.name: _cast(given.column(rows, port.name), port) for port in self.inputs}


def _session(model: Any) -> Tuple[Any, str]:
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError:
        return _reference(model), "onnx.reference"
    settings = runtime.SessionOptions()
    settings.log_severity_level = 3
    try:
        providers = {"providers": ["CPUExecutionProvider"]}
        return runtime.InferenceSession(model, settings, **providers), "onnxruntime"
    except TypeError:  # before 1.3 they were not chosen here
        return runtime.InferenceSession(model, settings), "onnxruntime"


def _reference(model: Any) -> Any:
    try:
        onnx = importlib.import_module("onnx")
        reference = importlib.import_module("onnx.reference")
    except ImportError as error:
        why = "neither onnxruntime nor onnx 1.13 or newer is installed here"
        raise RefusedError(why, "missing", ("onnxruntime",)) from error
    proto = onnx.load(model) if isinstance(model, str) else onnx.load_from_string(model)
    return reference.ReferenceEvaluator(proto)


def _reference_ports(model: Any) -> Tuple[List[Port], List[Port]]:
    """Return the ports as the reference evaluator tells them."""
    onnx = importlib.import_module("onnx")
    graph = model.proto_.graph
    held = {item.name for item in graph.initializer}

    def port(item: Any) -> Port:
        tensor = item.type.tensor_type
        if not item.type.HasField("tensor_type"):
            return Port(item.name, "sequence", None)
        word = onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
        sizes = [size.dim_value or size.dim_param or None for size in tensor.shape.dim]
        return Port(item.name, "tensor({})".format(word), sizes)

    inputs = [port(item) for item in graph.input if item.name not in held]
    return inputs, [port(item) for item in graph.output]


def _cast(values: Any, port: Port) -> Any:
    """Return values in the dtype and rank of an input; whole numbers are not cut from others."""
    import numpy as np

    if hasattr(values, "toarray"):
        values = values.toarray()
    made = given.array(values) if isinstance(values, list) else np.asarray(values)
    if port.shape is not None and made.ndim == 1 and len(port.shape) == 2:
        made = made.reshape(-1, 1)
    if port.shape is not None and len(port.shape) != made.ndim:
        why = "the input `{}` has {} dimensions, and the rows have {}"
        raise MisfitError(why.format(port.name, len(port.shape), made.ndim))
    _fits(made, port)
    if port.dtype == "str":
        return made.astype(str).astype(object)
    if not port.dtype or made.dtype == np.dtype(port.dtype):
        return made
    if made.dtype.kind not in "biuf" or (made.dtype.kind == "f" and _is_whole(port.dtype)):
        if made.dtype.kind == "f" and (made == np.floor(made)).all():
            return made.astype(port.dtype)
        why = "the input `{}` takes {}, and the rows hold {}"
        told = "other values" if made.dtype.kind != "f" else "fractions or nan"
        raise MisfitError(why.format(port.name, port.dtype, told), "dtype")
    return made.astype(port.dtype)


def _fits(made: Any, port: Port) -> None:
    for at, size in enumerate(port.shape or ()):
        if at and isinstance(size, int) and size > 0 and made.shape[at] != size:
            why = "the rows have {} columns, and the input `{}` has {}"
            raise MisfitError(why.format(made.shape[at], port.name, size))


def _is_whole(dtype: str) -> bool:
    return dtype.startswith(("int", "uint", "bool"))


def _scores(outputs: Dict[str, Any]) -> Optional[str]:
    """Return the output that holds probabilities, where the first one holds labels."""
    names = list(outputs)
    if len(names) != 2 or getattr(outputs[names[0]], "ndim", 0) != 1:
        return None
    return names[1] if re.search("prob", names[1]) or isinstance(outputs[names[1]], list) else None


def _unzipped(scores: Any) -> Tuple[Any, Any]:
    """Return probabilities as an array, and the classes where they are the keys of maps."""
    import numpy as np

    if not isinstance(scores, list) or not scores or not isinstance(scores[0], dict):
        return scores, None
    classes = list(scores[0])
    return np.array([[row[name] for name in classes] for row in scores]), np.array(classes)
