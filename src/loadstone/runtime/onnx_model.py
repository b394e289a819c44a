"""ONNX models by onnxruntime, or by onnx's own reference evaluator; fed by their signature.

https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import importlib
import re
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from . import portable
from . import rows as given
from .held import Held, RefusedError
from .ports import Port, feed_of, shapes_of
from .rows import MisfitError

Output = Dict[str, Any]
_DIGITS = 6  # of a probability: trees add theirs up in 32 bits
_DTYPES = {"float": "float32", "double": "float64"}


class OnnxModel:
    """A session, and how rows are told apart into its inputs."""

    how = "run"

    def __init__(
        self,
        path: str,
        digest: Optional[str],
        external: bool,  # noqa: FBT001 - always by name
        exported: Optional[Dict[str, Any]] = None,
    ) -> None:
        """Open the graph; of one that Loadstone `exported`, what `onnx_export` told of it."""
        held = Held(path)
        held.match(digest)
        self.notes: List[str] = []
        self.model, self.engine = _session(path if external else held.raw)
        self.inputs, self.outputs = self._ports()
        self.exported = exported or {}
        self.names = [port.name for port in self.inputs] if len(self.inputs) > 1 else None
        self.names = self.exported.get("columns") or self.names

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        as_it_is = not self.exported or "program" in self.exported
        shapes = shapes_of(self.inputs) if as_it_is else {}
        return {"model": self.engine, "how": "run", "names": self.names, "shapes": shapes}

    def _ports(self) -> Tuple[List[Port], List[Port]]:
        if self.engine == "onnxruntime":
            return tuple(  # type: ignore[return-value]
                [_port(item.name, item.type, item.shape) for item in items]
                for items in (self.model.get_inputs(), self.model.get_outputs())
            )
        return _reference_ports(self.model)

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - always by name
        """Return predictions: the output, or the outputs by name."""
        if "program" in self.exported:
            return self._as_program(rows)
        if self.exported:
            return self._as_exported(rows, probabilities)
        feed = feed_of(rows, self.inputs)
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

    def _as_program(self, rows: Any) -> Output:
        """Return the outputs as the program gave them that the graph was made of."""
        import numpy as np

        feed = feed_of(rows, self.inputs, self.exported.get("order", ()))
        for name, values in feed.items():
            # an index below 0 is refused by TensorFlow, and counted from the end by ONNX; of what
            # is no number the two make different ones
            if values.dtype.kind == "i" and (values < 0).any():
                raise MisfitError("a value of the input `{}` is below 0".format(name))  # noqa: EM103 - messages read better where they are raised
            if values.dtype.kind == "f" and not np.isfinite(values).all():
                raise MisfitError("a value of the input `{}` is missing or infinite".format(name))  # noqa: EM103 - as above
        values = self.model.run([port.name for port in self.outputs], feed)
        names = self.exported["program"]
        by_name = dict(zip(names, values))  # noqa: B905 - Python 3.6 has no `strict`
        return {"predictions": values[0] if names == [""] else by_name}

    def _as_exported(self, rows: Any, probabilities: bool) -> Output:  # noqa: FBT001 - as above
        """Return the outputs as the estimator gave them that the graph was exported from."""
        import numpy as np

        if given.are_records(rows) and len(self.inputs) == 1:
            rows = given.matrix(rows, self.names)
        self._refuse_numbers(rows)
        feed = feed_of(rows, self.inputs)
        for name, values in feed.items():
            self._refuse_other(name, values, len(feed) > 1)
        values = self.model.run([port.name for port in self.outputs], feed)
        dtypes = self.exported["outputs"]
        found = {
            name: np.asarray(value).astype(np.dtype(dtypes[name]))
            for name, value in zip(dtypes, values)  # noqa: B905 - Python 3.6 has no `strict`
        }
        if self.exported.get("votes"):  # as many votes as another class, but for rounding
            first = np.argmax(np.round(found["probabilities"], _DIGITS), axis=1)
            found["predictions"] = portable.classes(self.exported)[first]
        if "values" in self.exported and probabilities:
            found["classes"] = portable.classes(self.exported)
        if not probabilities:
            found.pop("probabilities", None)
        return found

    def _refuse_numbers(self, rows: Any) -> None:
        """Raise `MisfitError` for a column of texts that holds something else: it is no text."""
        if not given.are_records(rows):
            return
        there = set(given.names_of(rows))
        for port in self.inputs:
            if port.dtype != "str" or port.name not in there:
                continue
            cells = given.column(rows, port.name)
            if not all(isinstance(cell, str) or _is_missing(cell) for cell in cells):
                raise MisfitError("the column `{}` holds other than texts".format(port.name))  # noqa: EM103 - messages read better where they are raised

    def _refuse_other(self, name: str, values: Any, several: bool) -> None:  # noqa: FBT001 - private
        """Raise `MisfitError` for values that were not compared, or that the original refuses.

        That is missing ones in columns in which none were compared, infinite ones, and categories
        that an encoder was not fitted on.
        """
        import numpy as np

        taken, known = self.exported.get("missing"), self.exported.get("categories") or {}
        if values.ndim != 2:
            return
        for at in range(values.shape[1]):
            key = name if several else self.names[at] if self.names else at
            cells = values[:, at]
            if cells.dtype.kind == "f":
                if np.isinf(cells).any():
                    raise MisfitError("a value in the column `{}` is infinite".format(key))  # noqa: EM103 - as above
                if taken is not None and key not in taken and np.isnan(cells).any():
                    why = "missing values in the column `{}` were not compared in ONNX"
                    raise MisfitError(why.format(key))
            held = known.get(str(key))
            other = set() if held is None else set(cells.tolist()) - set(held)
            other = {cell for cell in other if not _is_missing(cell)}
            if other:
                why = "the column `{}` holds a category that the model was not fitted on: {!r}"
                raise MisfitError(why.format(key, min(other, key=str)))


def gaps(rows: Any) -> Set[Any]:
    """Return the columns, by name or by number, in which rows, records or lists, lack a value."""
    found: Set[Any] = set()
    for row in rows:
        if isinstance(row, str) or not hasattr(row, "__len__"):
            continue
        cells = row.items() if isinstance(row, dict) else enumerate(row)
        found.update(key for key, cell in cells if _is_missing(cell))
    return found


def _is_missing(cell: Any) -> bool:
    return cell is None or cell != cell  # noqa: PLR0124 - nan


def _port(name: str, told: str, shape: Optional[Sequence[Any]]) -> Port:
    inner = re.match(r"tensor\((\w+)\)", told)
    word = inner.group(1) if inner else ""
    return Port(name, "str" if word == "string" else _DTYPES.get(word, word), shape)


def _session(model: Any) -> Tuple[Any, str]:
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError:
        return _reference(model), "onnx.reference"
    settings = runtime.SessionOptions()
    settings.log_severity_level = 4  # what is raised says as much
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
            return _port(item.name, "sequence", None)
        word = onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
        sizes = [size.dim_value or size.dim_param or None for size in tensor.shape.dim]
        return _port(item.name, "tensor({})".format(word), sizes)

    inputs = [port(item) for item in graph.input if item.name not in held]
    return inputs, [port(item) for item in graph.output]


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
