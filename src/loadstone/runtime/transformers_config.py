"""A model of transformers by its config, for a version that builds its modules otherwise."""

import importlib
from typing import Any, Callable, Mapping


class NotFittingError(Exception):
    """This version of transformers makes another model of the config."""


def is_other(made: Mapping[str, Any]) -> bool:
    """Whether the version that is here is another than the one that the model was saved with."""
    return bool(importlib.import_module("transformers").__version__ != made["version"])


def build(made: Mapping[str, Any], tensors: Mapping[str, Callable[[], Any]]) -> Any:
    """Return the model of a class of transformers, filled with `tensors` by their names.

    Raises `NotFittingError` where the class takes other tensors.
    """
    transformers = importlib.import_module("transformers")
    kind: Any = getattr(transformers, made["class"], None)
    is_model = isinstance(kind, type) and issubclass(kind, transformers.PreTrainedModel)
    if not is_model:
        why = "transformers {} has no model `{}`"
        raise NotFittingError(why.format(*_named(made)))
    model = kind(kind.config_class.from_dict(dict(made["config"])))
    held = model.state_dict(keep_vars=True)
    filled = {name: tensors[name]() for name in held if name in tensors}
    tied = {id(held[name]) for name in filled}
    lacking = [name for name in held if id(held[name]) not in tied]
    lacking += sorted(set(tensors) - {*held, *dict(model.named_buffers())})
    if lacking:
        why = "transformers {} makes a `{}` of other tensors: {}"
        raise NotFittingError(why.format(*_named(made), ", ".join(lacking[:4])))
    model.load_state_dict(filled, strict=False)  # tied tensors are named once; none is left out
    dtypes = {tensor.dtype for tensor in filled.values() if tensor.is_floating_point()}
    return model.to(dtypes.pop()) if len(dtypes) == 1 else model


def _named(made: Mapping[str, Any]) -> Any:
    return importlib.import_module("transformers").__version__, made["class"]
