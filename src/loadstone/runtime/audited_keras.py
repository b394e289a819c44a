"""Calls in a pickle that load a model of Keras's from bytes; who reads those says what they run."""

from typing import Any, Iterator

from .audited_arrays import ARRAYS
from .pickle_trees import VIEWS, plain_bytes
from .pickle_values import Blob, Call, Global, Pairs, Stream, TupleItems

__all__ = ["READ", "bytes_of", "is_loader", "is_read", "loads"]

READ = "a model of Keras's that was read to its end and runs nothing"
_LOADERS = frozenset(
    f"keras.{place}pickle_utils.deserialize_model_from_bytecode"
    for place in ("saving.", "src.saving.")
)
_MODELS = frozenset(
    [
        "keras.src.models.sequential.Sequential",
        "keras.src.models.functional.Functional",
        "keras.src.models.model.Model",
    ]
)
_GETATTR = ("builtins.getattr", "__builtin__.getattr")
_ANNOUNCED = "joblib.numpy_pickle.NumpyArrayWrapper"
_VIEW = 4  # bytes, a type, a shape, an order
_ARRAY = 5  # a version, a shape, a type, an order, bytes
_STATE = 3  # of bytes in memory: what they are, where reading goes on, attributes


def is_loader(func: Any) -> bool:
    """Whether a method of a model of Keras 3 is looked up that loads one from bytes."""
    if not isinstance(func, Call) or func.path not in _GETATTR or func.states or func.pairs:
        return False
    args = func.args if isinstance(func.args, list) and len(func.args) == 2 else [None, None]
    own = isinstance(args[0], Global) and args[0].path in _MODELS
    return own and args[1] == "_unpickle_model" and not func.kwargs


def loads(stream: Stream) -> Iterator[Call]:
    """Yield the calls that load a model."""
    for call in stream.calls:
        if call.how == "reduce" and (call.path in _LOADERS or is_loader(call.func)):
            yield call


def bytes_of(call: Call) -> Any:
    """Return the bytes of a model, where they stand in the pickle; else nothing."""
    args = call.args if isinstance(call.args, list) else []
    held = args[0] if len(args) == 1 else None
    if call.path in _LOADERS:
        return _of_array(held) if isinstance(held, Call) else held
    if not isinstance(held, Call) or held.path != "_io.BytesIO" or held.how != "new":
        return None
    if held.args or held.kwargs or held.appended or held.pairs or len(held.states) != 1:
        return None
    state = held.states[0]
    # it is read as a whole, wherever reading would go on
    plain = isinstance(state, TupleItems) and len(state) == _STATE and not state[2]
    if not plain or isinstance(state[0], Blob):
        return state[0] if plain else None
    return plain_bytes(state[0], b"")  # also as protocol 2 writes them, as a text


def _of_array(array: Call) -> Any:
    """Return the bytes of an array of one dimension, of a byte an item; of others nothing."""
    shape = data = None
    if array.path in VIEWS and isinstance(array.args, TupleItems) and len(array.args) == _VIEW:
        data, _, shape, _ = array.args
    state = array.states[0] if len(array.states) == 1 else None
    if array.path in ARRAYS and isinstance(state, TupleItems) and len(state) == _ARRAY:
        _, shape, _, _, data = state
    if array.path == _ANNOUNCED and isinstance(array.payload, tuple) and isinstance(state, Pairs):
        at, end = array.payload
        shape, data = state.get("shape"), Blob(at, end - at, "bytes")
    if not isinstance(data, Blob):
        data = plain_bytes(data, b"")
    count = data.length if isinstance(data, Blob) else len(data or b"")
    return data if isinstance(shape, TupleItems) and list(shape) == [count] else None


def is_read(call: Call) -> bool:
    """Whether a call loads a model that was read, and does nothing more to it."""
    if call.payload is not READ or call.kwargs:
        return False
    return not (call.states or call.appended or call.added or call.pairs)
