"""Whether a framework computes on a GPU here, and in single precision where it does.

CUDA may round the factors of products to TF32's 10 bits, which moves outputs by about a thousandth
of their size: torch does so in convolutions by default, TensorFlow and jax in all products.
"""

import contextlib
import sys
from typing import Any, Iterator

from . import torch_run


def device_of(backend: str) -> str:
    """Return the kind of device that a backend of Keras computes on: `cpu`, `cuda`."""
    library = sys.modules.get(backend)
    if library is None:
        return "cpu"
    if backend == "torch":
        return "cuda" if library.cuda.is_available() else "cpu"
    if backend == "jax":
        return "cuda" if library.default_backend() in ("gpu", "cuda", "rocm") else "cpu"
    if backend == "tensorflow":
        return "cuda" if _has_gpu(library) else "cpu"
    return "cpu"


def _has_gpu(library: Any) -> bool:
    place = getattr(library, "config", None)
    for held in (place, getattr(place, "experimental", None)):  # of 1.15 and older alone
        listed = getattr(held, "list_physical_devices", None)
        if listed is not None:
            return bool(listed("GPU"))
    return bool(library.test.is_gpu_available())  # before 1.14


def device_of_keras() -> str:
    """Return the kind of device that Keras computes on, where it is loaded."""
    keras = sys.modules.get("keras")
    return device_of(str(keras.backend.backend())) if keras is not None else "cpu"


@contextlib.contextmanager
def single_precision() -> Iterator[None]:
    """Multiply in single precision, with each library that is loaded and computes on a GPU."""
    with contextlib.ExitStack() as stack:
        for name, off in (
            ("torch", torch_run.single_precision),
            ("jax", _jax),
            ("tensorflow", _tensorflow),
        ):
            if device_of(name) != "cpu":
                stack.enter_context(off())
        yield


def _jax() -> Any:
    """https://docs.jax.dev/en/latest/_autosummary/jax.default_matmul_precision.html."""
    return sys.modules["jax"].default_matmul_precision("highest")


@contextlib.contextmanager
def _tensorflow() -> Iterator[None]:
    """https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_tensor_float_32_execution."""
    place = sys.modules["tensorflow"].config.experimental
    if not hasattr(place, "tensor_float_32_execution_enabled"):  # before 2.4, which knew no TF32
        yield
        return
    before = place.tensor_float_32_execution_enabled()
    place.enable_tensor_float_32_execution(False)  # noqa: FBT003 - the flag is the value
    try:
        yield
    finally:
        place.enable_tensor_float_32_execution(before)
