"""Casts of arrays and tensors that lose nothing but the digits of a narrower float."""

from __future__ import annotations

from typing import Any, Final

from loadstone.inputs.signature import family
from loadstone.runtime import batches

# Whole numbers up to these are floats without rounding.
_EXACT: Final = {"float16": 1 << 11, "bfloat16": 1 << 8, "float32": 1 << 24, "float64": 1 << 53}


class Lossy(Exception):  # noqa: N818 - what it is, not that it went wrong
    """A cast that would change values; `why` goes on from what is cast: "holds `300`, …"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def cast(values: Any, dtype: str) -> Any:
    """Return an array of numpy or a tensor of torch in `dtype`; anything else as it is.

    Raises `Lossy` where a value would become another. Rounding to a narrower float is none.
    """
    given = str(values.dtype).removeprefix("torch.")
    want, have = family(dtype), family(given)
    if given == dtype or want not in _NUMBERS or not _is_plain(values, given):
        return values
    if have not in _NUMBERS:
        raise Lossy(
            "are texts" if getattr(values.dtype, "kind", "") in ("U", "S") else f"are {given}"
        )
    if want == "bool" and have != "bool":
        _expect_none(values, (values != 0) & (values != 1), "no truth value")
    if want == "int":
        if have == "float":
            odd = (values != _floor(values)) | (abs(values) == float("inf"))  # and nan
            _expect_none(values, odd, "not whole")
        _expect_between(values, dtype)
    if want == "float" and have == "int" and given not in ("uint8", "int8"):
        limit = _EXACT.get(dtype, 1 << 24)
        _expect_none(values, (values > limit) | (values < -limit), f"which {dtype} would round")
    made = _as(values, dtype)
    if (want, have) == ("float", "float") and batches.is_tensor(values) == batches.is_tensor(made):
        lost = (abs(made) == float("inf")) & (abs(values) != float("inf"))
        _expect_none(values, lost, f"which {dtype} does not hold")
    return made


_NUMBERS: Final = ("int", "float", "bool")


def _is_plain(values: Any, given: str) -> bool:
    """Whether these are values that can be compared one by one: none sparse, no objects."""
    if batches.is_tensor(values):
        return str(values.layout) == "torch.strided" and not given.startswith(("float8", "q"))
    return type(values).__module__ == "numpy" and values.dtype.kind not in "OV"


def _floor(values: Any) -> Any:
    import numpy as np

    return values.floor() if batches.is_tensor(values) else np.floor(values)


def _expect_none(values: Any, odd: Any, why: str) -> None:
    """Raise `Lossy` with the first of the values that are `odd`."""
    if bool(odd.any()):
        first = values[odd].reshape(-1)[0].item()
        raise Lossy(
            f"hold `{first:,.6g}`, {why}" if isinstance(first, float) else f"hold `{first}`, {why}"
        )


def _expect_between(values: Any, dtype: str) -> None:
    import numpy as np

    ends = np.iinfo(dtype)
    if not values.shape or 0 in values.shape:
        return
    for number in (int(values.min()), int(values.max())):
        if not ends.min <= number <= ends.max:
            raise Lossy(f"hold `{number}`, which {dtype} does not hold")


def _as(values: Any, dtype: str) -> Any:
    if batches.is_tensor(values):
        import torch

        return values.to(getattr(torch, dtype))
    import numpy as np

    if dtype == "bfloat16":
        import torch

        return torch.from_numpy(np.ascontiguousarray(values)).to(torch.bfloat16)
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(dtype)
