"""Values of a JSON or YAML as facts hold them: texts that can be printed, of bounded length."""

from __future__ import annotations

from typing import Any

from loadstone.core.facts import GlobalFact

Scalar = str | int | float | bool | None
LONGEST = 200
_DIGITS = 1 << 63


def clean(value: str, longest: int = LONGEST) -> str:
    """Return a text that any terminal and any JSON can hold."""
    return value[:longest].encode("utf-8", "backslashreplace").decode("utf-8")


def text(value: Any, longest: int = LONGEST) -> str | None:
    """Return a text, or a number as text; nothing for what is neither."""
    if isinstance(value, str):
        return clean(value, longest)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(scalar(value))
    return None


def word(value: Any, longest: int = 500) -> str:
    """Return a text, "" for what is none."""
    return clean(value, longest) if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """Return a whole number, also of a text that writes one."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _DIGITS:
        return value
    return None


def scalar(value: Any) -> Scalar:
    """Return a value that a detail can hold; what is none is named by its type."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return value if abs(value) < _DIGITS else "a number of many digits"
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)  # NaN fails as well
    return f"a {type(value).__name__} of {len(value)}" if hasattr(value, "__len__") else "a value"


def mapping(value: Any) -> dict[str, Any]:
    """Return an object of a JSON, or an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return a list of a JSON, or an empty one."""
    return value if isinstance(value, list) else []


def texts(value: Any, most: int = 1000) -> list[str]:
    """Return the texts of a list, at most so many."""
    return [clean(item) for item in sequence(value)[:most] if isinstance(item, str)]


def named(dotted: Any, *, use: str = "config") -> GlobalFact | None:
    """Return the class or function that a text of a JSON names: `pkg.module.Class`."""
    if not isinstance(dotted, str) or not dotted.replace(".", "_").isidentifier():
        return None
    module, _, name = clean(dotted).rpartition(".")
    return GlobalFact(module, name, uses=(use,)) if module and name else None
