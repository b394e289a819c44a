"""Layers of Keras that look texts and values up, which count what they do not know.

Counted is what a layer is called with outside of a graph. A model that is compiled calls its layers
inside of one: what reaches them there is computed once more, from the model's inputs.
https://keras.io/api/layers/preprocessing_layers/
"""

from typing import Any, Callable, Dict, FrozenSet, List, Tuple

from .counted_method import count_by, rows_of
from .lookups import note

Values = Callable[[Any], List[List[Any]]]


def texts(name: str, item: Any) -> bool:
    """Count the words that a `TextVectorization` numbers as unknown."""
    return _attach(name, item, *of_texts(item))


def values(name: str, item: Any) -> bool:
    """Count the values that a `StringLookup` or `IntegerLookup` numbers as unknown."""
    return not getattr(item, "invert", False) and _attach(name, item, *of_values(item))


def of_texts(item: Any) -> Tuple[FrozenSet[Any], Values, str]:
    """Return the words that a layer knows, what splits texts as it does, and what these are."""
    known = frozenset(map(_text, item.get_vocabulary(include_special_tokens=False)))
    most = getattr(item, "_output_sequence_length", None)
    ngrams = getattr(item, "_ngrams", None)

    def split(given: Any) -> List[List[Any]]:
        tokens = item._preprocess(_strings(given))  # noqa: SLF001 - nothing public splits texts
        tokens = tokens.to_list() if hasattr(tokens, "to_list") else tokens.numpy().tolist()
        rows = [list(_leaves(row))[:most] for row in (tokens if type(tokens) is list else [tokens])]
        rows = [[word for word in map(_text, row) if word] for row in rows]
        return [[word for word in row if " " not in word] for row in rows] if ngrams else rows

    return known, split, "token"


def of_values(item: Any) -> Tuple[FrozenSet[Any], Values, str]:
    """Return the values that a layer knows, what lists those of a batch, and what these are."""
    known = frozenset(map(_text, item.get_vocabulary(include_special_tokens=False)))
    mask = _text(getattr(item, "mask_token", None))

    def listed(given: Any) -> List[List[Any]]:
        given = given.to_list() if hasattr(given, "to_list") else _plain(given)
        rows = given if type(given) is list else [given]
        return [[cell for cell in map(_text, _leaves(row)) if cell != mask] for row in rows]

    return known, listed, "value"


def _attach(name: str, item: Any, known: FrozenSet[Any], split: Values, unit: str) -> bool:
    def count(_made: Any, inputs: Any, *_: Any, **__: Any) -> None:
        _note(name, known, split(inputs), unit, rows_of(inputs, listed=True))

    count_by(item, "call", count)
    return True


def _note(
    name: str, known: FrozenSet[Any], rows: List[List[Any]], unit: str, row: Callable[[int], Any]
) -> None:
    for at, cells in enumerate(rows):
        odd = [cell for cell in cells if cell not in known]
        note(name, len(cells), len(odd), [str(cell) for cell in odd], row(at), unit)


class InModel:
    """The layers inside of a model that look up, and what reaches them of the model's inputs."""

    def __init__(self, model: Any) -> None:
        self.tables: List[Tuple[str, FrozenSet[Any], Values, str]] = []
        self._reach: List[Any] = []
        kinds: Dict[str, Any] = {"TextVectorization": of_texts}
        kinds.update(StringLookup=of_values, IntegerLookup=of_values)
        for layer in _layers(model) if _is_whole(model) else ():
            made = kinds.get(type(layer).__name__)
            if made is None or getattr(layer, "invert", False):
                continue
            try:
                reach = _reach(model, layer)
                self.tables.append((layer.name, *made(layer)))
            except Exception:  # noqa: BLE001, S112 - a layer of an inner model: what reaches it is not known
                continue
            self._reach.append(reach)

    @property
    def names(self) -> List[str]:
        """The names of the layers."""
        return [name for name, _, _, _ in self.tables]

    def count(self, given: Any) -> None:
        """Note what a batch holds, as the model is given it, that a layer does not know."""
        for (name, known, split, unit), reach in zip(self.tables, self._reach):  # noqa: B905 - Python 3.6 has no `strict`
            _note(name, known, split(reach(given)), unit, lambda at: at)


def _is_whole(model: Any) -> bool:
    """Whether a model says what it takes, and which layers it has."""
    return bool(getattr(model, "inputs", None)) and hasattr(model, "_flatten_layers")


def _layers(model: Any) -> List[Any]:
    return [item for item in model._flatten_layers() if item is not model]  # noqa: SLF001 - the same in all versions


def _reach(model: Any, layer: Any) -> Callable[[Any], Any]:
    """Return what gives what reaches a layer; raises where the model does not say."""
    inputs = list(model.inputs)
    wanted = layer.input
    for at, tensor in enumerate(inputs):
        if tensor is wanted:
            return lambda given: _one(model, given, at)
    kind = next(cls for cls in type(model).__mro__ if cls.__name__ == "Model")
    return kind(model.inputs, wanted)  # type: ignore[no-any-return]


def _one(model: Any, given: Any, at: int) -> Any:
    """Return one of the inputs that a model is given."""
    if isinstance(given, dict):
        structure: Any = getattr(model, "_inputs_struct", getattr(model, "_nested_inputs", None))
        name = next(key for key, tensor in structure.items() if tensor is model.inputs[at])
        return given[name]
    return given[at] if isinstance(given, (list, tuple)) else given


def _strings(given: Any) -> Any:
    """Return texts as TensorFlow's own."""
    import importlib

    return importlib.import_module("tensorflow").convert_to_tensor(given)


def _plain(given: Any) -> Any:
    given = given.numpy() if hasattr(given, "numpy") else given
    return given.tolist() if hasattr(given, "tolist") else given


def _leaves(value: Any) -> Any:
    """Yield what lists inside of lists hold."""
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for item in value:
        for leaf in _leaves(item):
            yield leaf


def _text(value: Any) -> Any:
    """Return bytes as the text that they are."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
