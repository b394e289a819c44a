"""Calls in a pickle that load a model of Keras's from bytes; who reads those says what they run."""

from typing import Any, Iterator

from .pickle_trees import plain_bytes
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
        return _announced(held) if isinstance(held, Call) else held
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


def _announced(held: Call) -> Any:
    """Return where the bytes of an array lie that joblib announces, where it has one dimension."""
    if held.path != "joblib.numpy_pickle.NumpyArrayWrapper" or not isinstance(held.payload, tuple):
        return None
    at, end = held.payload
    states = [state for state in held.states if isinstance(state, Pairs)]
    shape = states[0].get("shape") if states else None
    plain = isinstance(shape, TupleItems) and len(shape) == 1
    return Blob(at, end - at, "bytes") if plain else None


def is_read(call: Call) -> bool:
    """Whether a call loads a model that was read, and does nothing more to it."""
    if call.payload is not READ or call.kwargs:
        return False
    return not (call.states or call.appended or call.added or call.pairs)
