"""One prediction in stages: preprocess, the model, postprocess, as the manifest tells them apart.

The plan, found by trying at save: `preprocess` takes `one` input or the `batch`; `collate` says
how single prepared inputs reach the model (`stack`, `concat`, `axis`: one at a time with a batch
axis, `each`: one at a time as they are, `batch`: they are a batch already); `postprocess` takes
one `row`, a batch of `one`, or the `batch`.
"""

from typing import Any, Callable, Dict, List, Optional

from . import batches, lookups

Function = Callable[..., Any]


class Steps:
    """The stages of one model; every method takes and gives whole batches."""

    def __init__(
        self,
        model: Function,
        plan: Dict[str, Optional[str]],
        preprocess: Optional[Function] = None,
        postprocess: Optional[Function] = None,
    ) -> None:
        self.call = model
        self.preprocess = preprocess
        self.postprocess = postprocess
        self.plan = plan
        self.direct = preprocess is None and postprocess is None

    def prepare(self, inputs: Any) -> Any:
        """Return what `preprocess` makes of a batch: a list of single results, or a batch."""
        if self.preprocess is None:
            return inputs
        log = lookups.current()
        if log is not None:
            return self._noted(log, inputs)
        if self.plan["preprocess"] == "batch":
            return self.preprocess(inputs)
        return [self.preprocess(item) for item in batches.items(inputs)]

    def _noted(self, log: lookups.Log, inputs: Any) -> Any:
        """Prepare a batch, and say of which rows that is."""
        assert self.preprocess is not None
        alone = log.row is not None  # one of a batch that is prepared once more
        if self.plan["preprocess"] == "batch":
            if alone:
                return self.preprocess(inputs)
            log.batch(inputs, batches.count(inputs))
            made = self.preprocess(inputs)
            log.batch(None, log.of)  # the model is given others
            return made
        rows = batches.items(inputs)
        if not alone:
            log.batch(None, len(rows))
        made = []
        for at, item in enumerate(rows):
            if not alone:
                log.at(at)
            made.append(self.preprocess(item))
        if not alone:
            log.at(None)
        return made

    def infer(self, prepared: Any) -> Any:
        """Return what the model makes of a prepared batch."""
        how = self.plan["collate"]
        if how == "batch" or not isinstance(prepared, list) or not prepared:
            return call(self.call, prepared)
        return run_items(self.call, [as_array(item) for item in prepared], str(how))

    def finish(self, outputs: Any, rows: int) -> Any:
        """Return what `postprocess` makes of a batch of `rows` outputs."""
        if self.postprocess is None:
            return outputs
        how = self.plan["postprocess"]
        if how == "batch":
            return self.postprocess(outputs)
        keep = how == "one"
        return [self.postprocess(output_row(outputs, at, keep)) for at in range(rows)]

    def predict(self, inputs: Any) -> Any:
        """Return the predictions for a batch of inputs."""
        if self.direct and not isinstance(inputs, list):
            return call(self.call, inputs)
        rows = batches.count(inputs) or 0
        return self.finish(self.infer(self.prepare(inputs)), rows)


def takes_batch(model: Function) -> bool:
    """Whether `model` is called with a batch as it is, whatever it is of."""
    return bool(getattr(model, "takes_batch", False))


def takes_rows(model: Function) -> bool:
    """Whether `model` is called with rows as they are, which no array holds: texts, pictures."""
    return bool(getattr(model, "takes_rows", False))


def call(model: Function, value: Any) -> Any:
    """Call `model`: a tuple as positional, a dict as keyword arguments, arrays as tensors.

    A model that takes batches is given the batch as it is.
    """
    if takes_batch(model):
        return model(value)
    if isinstance(value, tuple):
        return model(*[as_tensor(item) for item in value])
    if isinstance(value, dict):
        return model(**{name: as_tensor(item) for name, item in value.items()})
    return model(as_tensor(value))


def run_items(model: Function, values: List[Any], how: str) -> Any:
    """Return the model's outputs for single inputs, joined to a batch where they can be."""
    if how in ("stack", "concat"):
        try:
            return call(model, (batches.stack if how == "stack" else batches.concat)(values))
        except batches.UnbatchableError:
            pass
    if how in ("stack", "axis"):
        return join([call(model, batches.add_axis(value)) for value in values])
    return join([call(model, value) for value in values])


def join(outputs: List[Any]) -> Any:
    """Return single outputs as a batch; as they are where their shapes differ."""
    try:
        if all(batches.leading_one(output) for output in outputs):
            return batches.concat(outputs)
        return batches.stack(outputs)
    except batches.UnbatchableError:
        return outputs


def output_row(outputs: Any, at: int, keep: bool) -> Any:  # noqa: FBT001 - called with its name or not at all
    """Return one output of a batch, or of a list of single outputs."""
    if isinstance(outputs, list):
        return outputs[at]
    return batches.row(outputs, at, keep)


def as_array(value: Any) -> Any:
    """Return numbers and lists of numbers as an array; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(as_array(item) for item in value)
    if isinstance(value, dict):
        return {key: as_array(item) for key, item in value.items()}
    if isinstance(value, (list, int, float)) and not isinstance(value, bool):
        import numpy as np

        try:
            array = np.asarray(value)
        except ValueError:  # lists of different lengths
            return value
        if array.dtype.kind == "f":  # as torch.tensor takes Python floats
            return array.astype(np.float32)
        return array if array.dtype.kind in "bi" else value
    return value


def as_tensor(value: Any) -> Any:
    """Return a numpy array as a tensor that shares its memory; anything else as it is."""
    if type(value).__module__ == "numpy":
        import torch

        if getattr(getattr(value, "dtype", None), "kind", "O") in "OUSMm":
            return value
        if not getattr(getattr(value, "flags", None), "writeable", False):
            return torch.tensor(value)
        return torch.from_numpy(value)
    if isinstance(value, list):
        value = as_array(value)
        return value if isinstance(value, list) else as_tensor(value)
    if batches.is_frame(value):
        return as_tensor(value.to_numpy(copy=True))
    return value
