"""Models of boosting libraries that stand whole inside a pickle, told by their first bytes.

XGBoost: `handle`, a `bytearray`; LightGBM: `_handle` or `handle`, text; CatBoost: `__model`.
"""

from __future__ import annotations

from typing import Any

from loadstone.readers import _values as values
from loadstone.readers._source import Buffer
from loadstone.runtime.pickles import Blob

_NAMES = ("handle", "_handle", "__model")


def embedded(name: str, value: Any, data: Buffer) -> str | None:
    """Return what a model inside an attribute is, or nothing where it is none."""
    if name not in _NAMES:
        return None
    if values.called(value) in ("builtins.bytearray", "__builtin__.bytearray"):
        given = values.args(value)
        value = given[0] if given else None
    if values.called(value) == "_codecs.encode":
        return _encoded(value)
    if isinstance(value, str):
        return f"LightGBM text of {len(value)} characters" if value[:5] == "tree\n" else None
    if type(value) is Blob:
        head, size = bytes(data[value.offset : value.offset + 64]), value.length
    elif isinstance(value, bytes):
        head, size = value[:64], len(value)
    else:
        return None
    return _word(head, f"{size} bytes")


def _encoded(value: Any) -> str | None:
    """Describe bytes that protocols before 3 tell as text."""
    given = values.args(value)
    if not given or type(given[0]) is not str:
        return None
    return _word(given[0][:64].encode("latin-1", "replace"), f"{len(given[0])} bytes")


def _word(head: bytes, size: str) -> str:
    if head[:4] == b"CBM1":
        return f"CatBoost model of {size}"
    if head[:5] == b"tree\n":
        return f"LightGBM text of {size}"
    if head[:2] == b"{L":
        return f"XGBoost UBJSON of {size}"
    if head[:1] == b"{":
        return f"XGBoost JSON of {size}"
    return f"XGBoost binary of {size}"
