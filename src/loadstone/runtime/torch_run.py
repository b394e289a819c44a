"""How torch models are called for predictions: without gradients, leaving random state alone."""

import contextlib
from typing import Any, Callable, Iterator


def without_gradients(model: Any) -> Callable[..., Any]:
    """Return a function that calls `model` in inference mode, and answers without caches."""
    import torch

    mode = getattr(torch, "inference_mode", torch.no_grad)  # since torch 1.9

    def run(*args: Any, **kwargs: Any) -> Any:
        with mode():
            return _without_caches(model(*args, **kwargs))

    return run


def _without_caches(outputs: Any) -> Any:
    """Leave out of a transformers model's outputs what its `generate` would go on from.

    Keys and values of attention are no predictions, and have no rows of a batch in most releases:
    https://huggingface.co/docs/transformers/internal/generation_utils#cache
    """
    kind = type(outputs)
    if kind is tuple:
        return tuple(item for item in outputs if not _is_cache(item))
    if not kind.__module__.startswith("transformers.") or not hasattr(outputs, "items"):
        return outputs
    held = dict(outputs.items())
    kept = {k: v for k, v in held.items() if k != "past_key_values" and not _is_cache(v)}
    return outputs if len(kept) == len(held) else kind(**kept)


def _is_cache(value: Any) -> bool:
    kind = type(value)
    return kind.__module__.startswith("transformers.") and kind.__name__.endswith("Cache")


def fitting(model: Any) -> Callable[..., Any]:
    """Return a function that calls `model` in inference mode, with numbers in its own dtype.

    Rows of a file are whole numbers as often as not, and arrays are float64 by default; a model
    of float32 refuses both. They are cast only where the model refused them as they were, so that
    token ids stay whole, and only where no whole number changes.
    """
    import torch

    call = without_gradients(model)
    dtype = _dtype_of(model)

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except RuntimeError as error:
            refusal = error
            given = [item for item in (*args, *kwargs.values()) if isinstance(item, torch.Tensor)]
            if dtype is None or not any(_castable(item, dtype) for item in given):
                raise
            try:
                return call(
                    *[_cast(item, dtype) for item in args],
                    **{name: _cast(item, dtype) for name, item in kwargs.items()},
                )
            except RuntimeError as error:
                if telling(refusal, error) is error:
                    raise
            raise

    return run


def telling(first: Exception, second: Exception) -> Exception:
    """Return what says more: the refusal of the inputs as given, or that of the cast ones.

    The first does, unless it is of the dtype: that was mended, and is not why.
    """
    return second if "dtype" in str(first) and "dtype" not in str(second) else first


def cast_batch(model: Any, batch: Any) -> Any:
    """Return the array or tensor `batch` in the model's own dtype, None where it is not cast."""
    import numpy as np
    import torch

    dtype = _dtype_of(model)
    is_array = isinstance(batch, np.ndarray) and batch.dtype.kind in "iuf"
    if dtype is None or not (is_array or isinstance(batch, torch.Tensor)):
        return None
    tensor = torch.as_tensor(batch)
    if not _castable(tensor, dtype) or (is_array and dtype == torch.bfloat16):
        return None
    return _cast(tensor, dtype).numpy() if is_array else _cast(tensor, dtype)


def _dtype_of(model: Any) -> Any:
    return next((item.dtype for item in model.parameters() if item.is_floating_point()), None)


def _castable(value: Any, dtype: Any) -> bool:
    import torch

    if not isinstance(value, torch.Tensor) or value.dtype == dtype or value.is_complex():
        return False
    return value.is_floating_point() or bool((value.to(dtype).to(value.dtype) == value).all())


def _cast(value: Any, dtype: Any) -> Any:
    return value.to(dtype) if _castable(value, dtype) else value


def seeded(model: Callable[..., Any], seed: int) -> Callable[..., Any]:
    """Return a function that calls `model` with every generator begun at `seed`.

    Those of Python, numpy, and torch where it is imported; each call begins anew, and puts them
    back after.
    """
    import random
    import sys

    import numpy as np

    torch = sys.modules.get("torch")

    def run(*args: Any, **kwargs: Any) -> Any:
        states = random.getstate(), np.random.get_state()  # noqa: NPY002 - the model may use the global one
        with torch.random.fork_rng() if torch else contextlib.nullcontext():
            random.seed(seed)
            np.random.seed(seed)  # noqa: NPY002 - as above
            if torch:
                torch.manual_seed(seed)
            try:
                return model(*args, **kwargs)
            finally:
                random.setstate(states[0])
                np.random.set_state(states[1])  # noqa: NPY002 - as above

    return run


def moved(model: Callable[..., Any], device: Any, *, as_set: bool = False) -> Callable[..., Any]:
    """Return a function that calls `model` with its tensors on `device`, and answers on the CPU.

    CUDA multiplies in single precision, and not in TF32, unless it is to do `as_set`.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        there = [_to(item, device) for item in args]
        named = {name: _to(item, device) for name, item in kwargs.items()}
        if as_set:
            return _to(model(*there, **named), "cpu")
        with single_precision():
            return _to(model(*there, **named), "cpu")

    return run


@contextlib.contextmanager
def single_precision() -> Iterator[None]:
    """Multiply in single precision on CUDA, where torch may round factors to TF32's 10 bits.

    It does so in convolutions by default, which moves outputs by about 1e-3 of their size:
    https://docs.pytorch.org/docs/stable/notes/cuda.html#tensorfloat-32-tf32-on-ampere-and-later-devices
    """
    import torch

    off: Any = "ieee"
    name = "fp32_precision"  # since torch 2.9; whoever used it cannot ask the older
    cudnn, matmul = torch.backends.cudnn, getattr(torch.backends.cuda, "matmul", None)
    held = [getattr(cudnn, "conv", None), getattr(cudnn, "rnn", None), matmul]
    if not all(hasattr(part, name) for part in held):
        name, off, held = "allow_tf32", False, [cudnn, matmul]  # since torch 1.7
    before = [(part, getattr(part, name)) for part in held if hasattr(part, name)]
    for part, _ in before:
        setattr(part, name, off)
    try:
        yield
    finally:
        for part, value in before:
            setattr(part, name, value)


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
