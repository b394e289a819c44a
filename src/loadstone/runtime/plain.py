"""Values in JSON's types: what arrays, tensors and tables hold, as lists.

Floats keep their value: a float32 becomes the double of the same value, which prints with all the
digits it takes. NaN and the infinities are the strings that JavaScript has for them: JSON has none.
"""

import math
from collections.abc import Mapping
from typing import Any, Iterator, Union


def plain(value: Any) -> Any:
    """Return `value` in JSON's types; arrays and tensors become lists."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return _scalar(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    for step in ("detach", "cpu", "tolist"):  # tensors first, then what arrays have too
        if hasattr(value, step):
            value = getattr(value, step)()
    if isinstance(value, (list, float, bool, int, str)):
        return plain(value)
    return list(_items(value))


def _scalar(value: Union[float, str, bytes, None]) -> Union[float, str, None]:
    if isinstance(value, float):
        return value if math.isfinite(value) else _unbounded(value)
    return value.decode("latin1") if isinstance(value, bytes) else value  # a text of Python 2's


def _items(value: Any) -> Iterator[Any]:
    """Yield the items of any other sequence; what is none is shown as text."""
    try:
        items = iter(value)
    except TypeError:
        yield str(value)
        return
    for item in items:
        yield plain(item)


def _unbounded(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
