"""The modules of a live model while it is called: what goes in and comes out of each.

https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
"""

import contextlib
import functools
from typing import Any, Callable, Dict, Iterator, List, Tuple

from .keras_run import KerasRun, arrays
from .steps import Steps
from .trace import Note, digest, plain

SEPARATORS = {"torch": ".", "keras": "/"}  # of the path of a module


class UnwatchedError(Exception):
    """The model has no modules that could be watched."""


def run(framework: str, model: Any, steps: Steps, prepared: Any, note: Note) -> None:
    """Call the model with a prepared batch, and note what every module of it takes and gives.

    Keras is called layer by layer for it. Raises `UnwatchedError`, or what the model raises.
    """
    if framework == "torch" and hasattr(model, "named_modules"):
        with _hooked(model, note):
            note("", "out", steps.infer(prepared))
    elif framework == "keras" and hasattr(model, "layers"):
        with _wrapped(model, note):
            note("", "out", Steps(KerasRun(model, eager=True), steps.plan).infer(prepared))
    else:
        raise UnwatchedError(framework)


def weights(framework: str, model: Any, start: str = "") -> Dict[str, str]:
    """Return the digests of the tensors whose names begin with `start`, by name."""
    held = (_torch_tensors if framework == "torch" else _keras_variables)(model)
    return {name: digest(plain(value)[0]) for name, value in held if name.startswith(start)}


def _torch_tensors(model: Any) -> Iterator[Tuple[str, Any]]:
    """Yield every parameter and buffer, also those that no state dict holds."""
    for path, module in model.named_modules():
        for held in (module._parameters, module._buffers):  # noqa: SLF001 - with tied ones under each name
            for name, tensor in held.items():
                if tensor is not None and not _is_strange(tensor):
                    yield "{}.{}".format(path, name) if path else name, tensor


def _is_strange(tensor: Any) -> bool:
    import torch

    return bool(tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta)


@contextlib.contextmanager
def _hooked(model: Any, note: Note) -> Iterator[None]:
    handles: List[Any] = []
    try:
        for path, module in model.named_modules():
            if path:
                before, after = _hooks(path, note)
                handles.append(_registered(module.register_forward_pre_hook, before))
                handles.append(_registered(module.register_forward_hook, after))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _registered(register: Callable[..., Any], hook: Callable[..., None]) -> Any:
    try:
        return register(hook, with_kwargs=True)
    except TypeError:  # before torch 2.0, and of TorchScript
        return register(hook)


def _hooks(path: str, note: Note) -> Tuple[Callable[..., None], Callable[..., None]]:
    def before(_module: Any, args: Any, kwargs: Any = None) -> None:
        note(path, "in", (args, kwargs or {}))

    def after(_module: Any, _args: Any, *rest: Any) -> None:
        note(path, "out", rest[-1])

    return before, after


def _keras_layers(model: Any, prefix: str = "") -> Iterator[Tuple[str, Any]]:
    for layer in getattr(model, "layers", None) or ():
        path = prefix + str(layer.name)
        yield path, layer
        for item in _keras_layers(layer, path + "/"):
            yield item


def _keras_variables(model: Any) -> Iterator[Tuple[str, Any]]:
    for path, layer in _keras_layers(model):
        if getattr(layer, "layers", None):
            continue
        for at, variable in enumerate(layer.weights):
            short = str(variable.name).split("/")[-1].split(":")[0]
            if hasattr(variable, "shape"):  # a vocabulary has none
                yield "{}/{}{}".format(path, short, at), arrays(_value(variable))


def _value(variable: Any) -> Any:
    held = getattr(variable, "value", variable)
    return held() if callable(held) else held


@contextlib.contextmanager
def _wrapped(model: Any, note: Note) -> Iterator[None]:
    wrapped: List[Any] = []
    try:
        for path, layer in _keras_layers(model):
            if "call" not in layer.__dict__:
                layer.__dict__["call"] = _noting(path, layer.call, note)
                wrapped.append(layer)
        yield
    finally:
        for layer in wrapped:
            del layer.__dict__["call"]


def _noting(path: str, call: Callable[..., Any], note: Note) -> Callable[..., Any]:
    @functools.wraps(call)
    def noting(*args: Any, **kwargs: Any) -> Any:
        note(path, "in", arrays((args, kwargs)))
        found = call(*args, **kwargs)
        note(path, "out", arrays(found))
        return found

    return noting
