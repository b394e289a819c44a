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


def fitting(model: Any) -> Callable[..., Any]:
    """Return a function that calls `model` in inference mode, with numbers in its own dtype.

    Rows of a file are whole numbers as often as not, and arrays are float64 by default; a model
    of float32 refuses both. They are cast only where the model refused them as they were, so that
    token ids stay whole, and only where no whole number changes.
    """
    import torch

    call = without_gradients(model)
    dtype = next((item.dtype for item in model.parameters() if item.is_floating_point()), None)

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RuntimeError:
            given = [item for item in (*args, *kwargs.values()) if isinstance(item, torch.Tensor)]
            if dtype is None or not any(_castable(item, dtype) for item in given):
                raise
            try:
                return call(
                    *[_cast(item, dtype) for item in args],
                    **{name: _cast(item, dtype) for name, item in kwargs.items()},
                )
            except RuntimeError:
                pass  # the refusal of the inputs as they were given tells more
            raise

    return run


def _castable(value: Any, dtype: Any) -> bool:
    import torch

    if not isinstance(value, torch.Tensor) or value.dtype == dtype or value.is_complex():
        return False
    return value.is_floating_point() or bool((value.to(dtype).to(value.dtype) == value).all())


def _cast(value: Any, dtype: Any) -> Any:
    return value.to(dtype) if _castable(value, dtype) else value


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
