"""A Keras model that is asked with batches of rows, whatever it takes: one input, several, by name.

https://keras.io/api/models/model_training_apis/
"""

import contextlib
import importlib
from typing import Any, Dict, List, Optional

from . import batches, keras_ids, lookups
from .counted_keras import InModel
from .fixed_batch import run_in, size_of
from .ports import Port, fed
from .precision import single_precision
from .rows import are_records, cells, column, is_frame, matrix, names_of, packed


class KerasRun:
    """Calls of one model; what rows are for which of its inputs is told by the model itself.

    A model of a class of one's own may not say what it takes: it is given the batch as it is.
    """

    takes_batch = True

    def __init__(self, model: Any, *, eager: bool = False) -> None:
        self.model = model
        self.eager = eager  # layer by layer, instead of by `predict`
        self.inputs = ports(model)
        self._size = size_of(self.inputs)
        self._batches = {"batch_size": self._size} if self._size else {}
        self._in_model: Optional[InModel] = None
        self._tables = keras_ids.tables(model)
        self._structure = getattr(model, "_inputs_struct", getattr(model, "_nested_inputs", None))
        if isinstance(self._structure, dict):
            self._name(self._structure)

    def _name(self, structure: Dict[str, Any]) -> None:
        """Give the inputs the names under which the model takes them."""
        at = {id(tensor): name for name, tensor in structure.items()}
        tensors = getattr(self.model, "inputs", None) or []
        if all(id(tensor) in at for tensor in tensors):
            for port, tensor in zip(self.inputs, tensors):  # noqa: B905 - Python 3.6 has no `strict`
                port.name = at[id(tensor)]

    def given(self, batch: Any) -> Any:
        """Return the batch as arrays: one, or a list or dict of them as the model takes it.

        Raises `MisfitError` where the rows do not fit the inputs.
        """
        batch = arrays(batch)
        if not self.inputs:
            return whole(batch)
        feed = fed(batch, self.inputs)
        keras_ids.expect_known(feed, self.inputs, self._tables)
        return self._structured(feed)

    def _structured(self, feed: Dict[str, Any]) -> Any:
        """Return values by the names of the inputs as the model takes them."""
        if isinstance(self._structure, dict) and set(self._structure) == set(feed):
            return feed
        values = [feed[port.name] for port in self.inputs]
        return values if len(values) > 1 else values[0]

    def of_tensors(self, given: Any) -> Any:
        """Return what the model gives for a tensor of each input, in inference."""
        names = [port.name for port in self.inputs]
        return self._called(self._structured(dict(zip(names, given))))  # noqa: B905 - Python 3.6 has no `strict`

    def __call__(self, batch: Any) -> Any:
        """Return the outputs as arrays: one, a tuple, or a dict of them."""
        given = self.given(batch)
        if lookups.current() is not None and self.tables:
            self._count(given)
        return run_in(self._size, given, self._asked)

    @property
    def tables(self) -> List[str]:
        """The names of the layers that look texts and values up."""
        if self._in_model is None:
            self._in_model = InModel(self.model)
        return self._in_model.names

    def count(self, batch: Any) -> None:
        """Note what such layers do not know of a batch."""
        if self.tables:
            self._count(self.given(batch))

    def _count(self, given: Any) -> None:
        log = lookups.current()
        if log is None or self._in_model is None:
            return
        with contextlib.suppress(Exception):  # a prediction never fails because of a count
            log.batch(None, batches.count(given))
            self._in_model.count(_each(_tensor, given))

    def _asked(self, given: Any) -> Any:
        given = _each(_tensor, given)
        with single_precision():
            if self.eager:
                return arrays(self._called(given))
            return arrays(self.model.predict(given, verbose=0, **self._batches))

    def _called(self, given: Any) -> Any:
        """Return what a call gives in inference, which is what `predict` does.

        Keras 3 keeps `training=True` of a layer in the file where the call does not say otherwise.
        """
        heeds = getattr(self.model, "_call_has_training_arg", False)
        return self.model(given, training=False) if heeds else self.model(given)


def seeded(call: Any, seed: int) -> Any:
    """Return a call whose generators of Keras 3 begin at `seed`; each call puts them back after.

    Those of Python, numpy and torch do too. What draws by TensorFlow itself has no such state.
    Raises `ValueError` for Keras 2, whose layers hold none that could be set.
    """
    import numpy as np

    from .torch_run import seeded as seeded_torch

    states = _states(call.model)

    def run(*args: Any, **kwargs: Any) -> Any:
        before = [np.array(arrays(state.value)) for state in states]
        try:
            for at, state in enumerate(states):
                state.assign([seed + at, 0])
            return call(*args, **kwargs)
        finally:
            for state, value in zip(states, before):  # noqa: B905 - Python 3.6 has no `strict`
                state.assign(value)

    found = seeded_torch(run, seed)
    found.takes_batch = call.takes_batch  # type: ignore[attr-defined]
    return found


def _states(model: Any) -> List[Any]:
    """Return the states of all generators that a model may draw from, in its layers' order."""
    keras = importlib.import_module("keras")
    if int(keras.__version__.split(".")[0]) < 3:
        raise ValueError("`seed` is for Keras 3: layers of Keras 2 hold generators of their own")
    layers = list(model._flatten_layers())  # noqa: SLF001 - the model too; nothing public names the generators
    held = [item for layer in layers for item in getattr(layer, "_seed_generators", ())]
    shared = importlib.import_module("keras.src.random.seed_generator").global_seed_generator()
    return [item.state for item in [*held, shared]]


def arrays(value: Any) -> Any:
    """Return the tensors of any framework as numpy arrays, lists of them as tuples."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, dict):
        return {str(name): arrays(item) for name, item in value.items()}
    if isinstance(value, tuple) or (
        isinstance(value, list) and any(hasattr(item, "shape") for item in value)
    ):
        return tuple(arrays(item) for item in value)
    if hasattr(value, "shape") and hasattr(value, "numpy"):
        return value.numpy()
    return importlib.import_module("numpy").asarray(value) if _is_jax(value) else value


def _is_jax(value: Any) -> bool:
    return type(value).__module__.split(".")[0] in ("jax", "jaxlib")


def whole(batch: Any) -> Any:
    """Return rows of any form as arrays, for a model that does not say what it takes."""
    if isinstance(batch, tuple):
        return tuple(whole(item) for item in batch)
    if is_frame(batch):
        return matrix(batch, None)
    if isinstance(batch, list) and are_records(batch):
        return {name: whole(cells(column(batch, name))) for name in names_of(batch)}
    if isinstance(batch, dict):
        return {name: whole(item) for name, item in batch.items()}
    import numpy as np

    made = np.asarray(packed(batch))
    return made.astype(object) if made.dtype.kind == "U" else made


def _each(function: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _each(function, item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_each(function, item) for item in value)
    return function(value)


def _tensor(values: Any) -> Any:
    """Return texts as TensorFlow's own strings, which every Keras takes."""
    if values.dtype.kind != "O":
        return values
    return importlib.import_module("tensorflow").constant(_texts(values.tolist()))


def _texts(item: Any) -> Any:
    return [_texts(part) for part in item] if isinstance(item, list) else str(item)


def ports(model: Any) -> List[Port]:
    """Return the inputs that a model says it takes, none where it does not."""
    tensors = getattr(model, "inputs", None) or []
    names = list(getattr(model, "input_names", None) or ())
    if len(names) != len(tensors):
        names = [str(item.name).split(":")[0] for item in tensors]
    return [
        Port(name, _word(item.dtype), _sizes(_shape(item)))
        for name, item in zip(names, tensors)  # noqa: B905 - Python 3.6 has no `strict`
    ]


def _word(dtype: Any) -> str:
    name = str(getattr(dtype, "name", dtype))
    return {"string": "str", "bfloat16": "float32"}.get(name, name)


def _shape(tensor: Any) -> Any:
    """Return the shape of an input; that of Theano is a tensor itself."""
    return tensor.shape if hasattr(tensor.shape, "__len__") else tensor._keras_shape  # noqa: SLF001 - Keras 1 and 2 have no other


def _sizes(shape: Any) -> Optional[List[Any]]:
    if shape is None or getattr(shape, "ndims", 0) is None:
        return None
    sizes = [getattr(size, "value", size) for size in shape]
    return [None if size is None else int(size) for size in sizes]
