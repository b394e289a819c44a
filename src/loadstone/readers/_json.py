"""JSON with bounds: duplicate keys are reported, deep nesting and odd numbers are refused."""

from __future__ import annotations

from typing import Any


class NotJson(Exception):  # noqa: N818 - the bytes' fault
    """The bytes are no JSON."""

    def __init__(self, why: str, at: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.at = at


_LARGE = 1 << 20  # from here on, text that is mostly brackets is refused: it takes 20 times itself
_FINEST = 6  # bytes for each bracket; `[{"as_int": 1}]` of torch.export has 7


def parse(data: bytes, *, odd_numbers: bool = False) -> tuple[Any, list[str]]:
    """Return the value in `data`, and the keys that an object holds twice.

    With `odd_numbers`, `NaN` and `Infinity` stand for themselves, as Python writes them. Raises
    `NotJson`.
    """
    import json

    if len(data) > _LARGE and (data.count(b"[") + data.count(b"{")) * _FINEST > len(data):
        raise NotJson("it is mostly brackets")
    if b"\0" in data:
        raise NotJson("it holds a zero byte", data.index(b"\0"))
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen and len(twice) < 20:
                    twice.append(key)
                seen.add(key)
        return found

    def constant(word: str) -> Any:
        if odd_numbers:
            return float(word)
        raise NotJson(f"`{word}` is no JSON number")

    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise NotJson(error.msg.lower(), error.pos) from error
    except UnicodeDecodeError as error:
        raise NotJson(error.reason, error.start) from error
    except RecursionError as error:
        raise NotJson("it is nested too deeply") from error
    except ValueError as error:  # integers of too many digits
        raise NotJson(str(error)) from error
    return value, twice
