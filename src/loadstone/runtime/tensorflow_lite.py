"""TensorFlow Lite models, by the interpreter that TensorFlow brings.

https://www.tensorflow.org/lite/guide/inference and, of quantised tensors,
https://www.tensorflow.org/lite/performance/quantization_spec
"""

import importlib
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .held import Held
from .ports import Port, feed_of, shapes_of
from .rows import MisfitError
from .tensorflow_model import outputs
from .tf_quiet import quiet

Output = Dict[str, Any]


class LiteModel:
    """An interpreter; rows go through it together where its batch is open, else one by one."""

    how = "invoke"

    def __init__(self, path: str, digest: Optional[str], hints: Mapping[str, Any]) -> None:
        held = Held(path)
        held.match(digest)
        self.notes: List[str] = []
        quiet()
        tensorflow = importlib.import_module("tensorflow")
        self.model = tensorflow.lite.Interpreter(model_content=held.raw)
        self.model.allocate_tensors()
        given, taken = self.model.get_input_details(), self.model.get_output_details()
        self._inputs = dict(zip(_names(given, hints.get("inputs")), given))  # noqa: B905 - Python 3.6 has no `strict`
        self._outputs = dict(zip(_names(taken, hints.get("outputs")), taken))  # noqa: B905 - as above
        self.inputs = [_port(name, item) for name, item in self._inputs.items()]
        self.names = [port.name for port in self.inputs] if len(self.inputs) > 1 else None

    def describe(self) -> Dict[str, Any]:
        """Return what it is, in words of JSON."""
        return {
            "model": "TensorFlow Lite",
            "how": "invoke",
            "names": self.names,
            "shapes": shapes_of(self.inputs),
        }

    def predict(self, rows: Any, probabilities: bool) -> Output:  # noqa: ARG002, FBT001 - as every model
        """Return predictions: the output, or the outputs by name."""
        import numpy as np

        feed = feed_of(rows, self.inputs)
        count = min(len(value) for value in feed.values())
        size = self._batch()
        if size is None:
            return {"predictions": outputs(self._run(feed))}
        if count % size:
            why = "the model takes {} rows at a time, and {} were given"
            raise MisfitError(why.format(size, count))
        parts = [
            self._run({name: value[at : at + size] for name, value in feed.items()})
            for at in range(0, count, size)
        ]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in self._outputs}
        return {"predictions": outputs(joined)}

    def _batch(self) -> Optional[int]:
        """Return how many rows go through at once, None where that is open."""
        for item in self._inputs.values():
            if len(item["shape"]) and int(item.get("shape_signature", item["shape"])[0]) != -1:
                return int(item["shape"][0])
        return None

    def _run(self, feed: Dict[str, Any]) -> Dict[str, Any]:
        resized = False
        for name, item in self._inputs.items():
            if list(item["shape"]) != list(feed[name].shape):
                self.model.resize_tensor_input(item["index"], list(feed[name].shape))
                item["shape"] = feed[name].shape
                resized = True
        if resized:
            self.model.allocate_tensors()
        for name, item in self._inputs.items():
            self.model.set_tensor(item["index"], self._quantised(name, feed[name]))
        self.model.invoke()
        return {
            name: _plain(self.model.get_tensor(item["index"]), item)
            for name, item in self._outputs.items()
        }

    def _quantised(self, name: str, values: Any) -> Any:
        """Return numbers as the whole numbers that a quantised tensor holds."""
        import numpy as np

        item = self._inputs[name]
        scale, zero = _scale(item)
        if not scale:
            return values.astype(item["dtype"])
        limits = np.iinfo(item["dtype"])
        whole = np.round(values / scale) + zero
        if ((whole < limits.min) | (whole > limits.max)).any():
            least, most = (limits.min - zero) * scale, (limits.max - zero) * scale
            told = "`{}` holds {:.4g} to {:.4g}: values beyond are taken as these"
            self.notes.append(told.format(name, least, most))
        return np.clip(whole, limits.min, limits.max).astype(item["dtype"])


def _names(details: List[Any], told: Any) -> List[str]:
    """Return the names of the signature, where they were read; else those of the tensors."""
    if told and len(told) == len(details) == 1:
        return [str(told[0])]
    return [_short(item["name"]) for item in details]


def _short(name: str) -> str:
    return name.replace("serving_default_", "").split(":")[0]


def _scale(item: Any) -> Tuple[float, int]:
    scale, zero = item["quantization"]
    return float(scale), int(zero)


def _port(name: str, item: Any) -> Port:
    import numpy as np

    dtype = "float32" if _scale(item)[0] else np.dtype(item["dtype"]).name
    sizes = [int(size) for size in item.get("shape_signature", item["shape"])]
    shape = [None if at == 0 or size == -1 else size for at, size in enumerate(sizes)]
    return Port(name, "str" if dtype in ("bytes_", "object", "bytes") else dtype, shape)


def _plain(values: Any, item: Any) -> Any:
    """Return the numbers that a quantised tensor stands for."""
    scale, zero = _scale(item)
    return (values.astype("float32") - zero) * scale if scale else values
