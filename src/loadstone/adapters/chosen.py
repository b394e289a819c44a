"""Which framework a live model is of, told without importing any."""

from __future__ import annotations

import sys
from typing import Any

from loadstone.adapters.live import Live, UnsavableError
from loadstone.adapters.pretrained import HuggingFace, Pretrained
from loadstone.adapters.torch.wrapped import unwrapped

_KERAS = ("keras", "tf_keras")


def live_of(model: Any) -> tuple[Any, Live]:
    """Return the model without what wraps it, and its framework's side of a save.

    Raises `UnsavableError` for what is no model, or none that can be saved as it is.
    """
    torch = sys.modules.get("torch")
    if isinstance(model, Pretrained):
        _expect_new(torch)
        return model, HuggingFace()
    keras = _base(model, "Model", _KERAS)  # on the torch backend it is a `torch.nn.Module` too
    if keras:
        from loadstone.adapters.keras.live import Keras

        return model, Keras.of(model, keras)
    model = unwrapped(model)
    if torch is not None and isinstance(model, torch.nn.Module) and not _base(model, "Layer"):
        from loadstone.adapters.torch.live import Torch

        _expect_new(torch)
        _expect_whole(torch, model)
        return model, Torch()
    if _base(model, "AutoTrackable", ("tensorflow",)) and not _base(model, "Layer"):
        from loadstone.adapters.tensorflow.live import TensorFlow

        return model, TensorFlow.of(model)
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    if _base(model, "Layer"):
        raise UnsavableError(f"`model` is the layer `{kind}`: put it into a `keras.Sequential`")
    known = "a `torch.nn.Module`, a Keras model, a `tf.Module` or an estimator can be saved"
    raise UnsavableError(f"`model` is a `{kind}`; {known}")


def _base(model: Any, name: str, tops: tuple[str, ...] = _KERAS) -> str:
    """Return the library that has the class called `name` which `model` is an instance of."""
    for base in type(model).__mro__:
        top = base.__module__.partition(".")[0]
        if base.__name__ == name and top in tops:
            return top
    return ""


def _expect_new(torch: Any) -> None:
    if not hasattr(torch.Tensor, "untyped_storage"):  # since torch 2.0
        raise UnsavableError(
            f"torch {torch.__version__} is here, and a live model is saved with torch 2.2 or newer"
            ": save it as its library does, and give the file to `loadstone save`"
        )


def _expect_whole(torch: Any, model: Any) -> None:
    if isinstance(model, torch.jit.ScriptModule):
        why = "`model` is TorchScript; save the `torch.nn.Module` that it was made of"
        raise UnsavableError(why)
    if any(torch.nn.parameter.is_lazy(held) for held in model.parameters()):
        why = "`model` has lazy layers, which have no weights yet: call it once first"
        raise UnsavableError(why)
