"""How torch models are called for predictions: without gradients, leaving random state alone."""

from typing import Any, Callable


def without_gradients(model: Any) -> Callable[..., Any]:
    """Return a function that calls `model` in inference mode."""
    import torch

    mode = getattr(torch, "inference_mode", torch.no_grad)  # since torch 1.9

    def run(*args: Any, **kwargs: Any) -> Any:
        with mode():
            return model(*args, **kwargs)

    return run


def moved(model: Callable[..., Any], device: Any) -> Callable[..., Any]:
    """Return a function that calls `model` with its tensors on `device`, and answers on the CPU."""

    def run(*args: Any, **kwargs: Any) -> Any:
        there = [_to(item, device) for item in args]
        named = {name: _to(item, device) for name, item in kwargs.items()}
        return _to(model(*there, **named), "cpu")

    return run


def _to(value: Any, device: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, dict):
        return type(value)((key, _to(item, device)) for key, item in value.items())
    if isinstance(value, tuple):
        parts = [_to(item, device) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [_to(item, device) for item in value]
    return value
