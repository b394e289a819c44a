"""Numbers moved to a neighbour of theirs, at random: what another order of computing may round to.

A model of floating-point numbers computes otherwise with another library, processor or number of
threads, each step by a rounding. How far that carries is seen where its weights, its inputs and
its outputs are each the next number up or down, or stay.
"""

import contextlib
from typing import Any, Iterable, Iterator, List, Tuple

HOW = "neighbouring numbers"
SIDES = 2  # of a comparison: what was recorded is rounded, and so is what is predicted now
_FEW = 1 << 22  # numbers; of more, fewer draws are made, and more outputs usually seen
_MOST = 1 << 26
_BITS = {"float32": "int32", "float64": "int64"}


def draws(numbers: int) -> range:
    """Return the seeds to move a model of so many numbers by; none where it is too large."""
    return range(0 if numbers > _MOST else 2 if numbers > _FEW else 8)


def array(values: Any, state: Any) -> Any:
    """Return an array, each of its numbers moved to a neighbour or left, by the draws of `state`.

    Zeros stay, as do infinities and what is no number; and arrays of other types than float32 and
    float64.
    """
    import numpy as np

    word = _BITS.get(str(values.dtype))
    if word is None:
        return values
    steps = state.randint(-1, 2, values.shape, dtype=np.int8)
    kept = (values == 0) | ~np.isfinite(values)
    moved = (np.ascontiguousarray(values).view(word) + steps).view(values.dtype)
    return np.where(kept | ~np.isfinite(moved), values, moved).reshape(values.shape)


def tree(value: Any, state: Any) -> Any:
    """Return what holds arrays and tensors, these moved; all else as it is."""
    import numpy as np

    if isinstance(value, dict):
        return type(value)((key, tree(item, state)) for key, item in value.items())
    if isinstance(value, tuple):
        parts = [tree(item, state) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [tree(item, state) for item in value]
    if isinstance(value, np.ndarray):
        return array(value, state)
    if hasattr(value, "detach") and str(value.dtype) in ("torch.float32", "torch.float64"):
        held = value.detach()
        return held.new_tensor(array(held.cpu().numpy(), state))
    return value


@contextlib.contextmanager
def moved(variables: Iterable[Any], state: Any) -> Iterator[None]:
    """Move the weights of a model, and put them back after: what has `numpy()` and `assign()`."""
    import numpy as np

    before: List[Tuple[Any, Any]] = []
    try:
        for variable in variables:
            held = np.array(variable.numpy())
            if str(held.dtype) in _BITS:
                before.append((variable, held))
                variable.assign(array(held, state))
        yield
    finally:
        for variable, held in before:
            variable.assign(held)


class TorchVariable:
    """A parameter or buffer of a torch module, as `moved` has it."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor
        self.shape = tensor.shape

    def numpy(self) -> Any:
        """Return its numbers."""
        return self.tensor.detach().cpu().numpy()

    def assign(self, values: Any) -> None:
        """Give it other numbers."""
        import torch

        with torch.no_grad():
            self.tensor.copy_(torch.from_numpy(values))


def of_torch(model: Any) -> List[TorchVariable]:
    """Return the parameters and buffers of single and double precision."""
    import torch

    held = [*model.parameters(), *model.buffers()]
    single = (torch.float32, torch.float64)
    return [TorchVariable(t) for t in held if t.dtype in single and t.layout is torch.strided]
