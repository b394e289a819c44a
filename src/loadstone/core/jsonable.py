"""Frozen dataclasses to JSON values and back, by their annotations."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from loadstone.core.classes import names

T = TypeVar("T")
Json = Any


def to_json(value: object) -> Json:
    """Return `value` as JSON types: dataclasses become objects, tuples become lists."""
    fields = names(type(value))
    if fields is not None:
        return {name: to_json(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a fact holds a `{type(value).__name__}`, which JSON does not have")


def from_json(kind: type[T], value: Json) -> T:
    """Return the `kind` that `to_json` wrote.

    Raises `ValueError` where the JSON does not fit the annotations.
    """
    return typing.cast("T", _read(kind, value))


def _read(kind: Any, value: Json) -> Any:  # noqa: PLR0911 - one return a kind of annotation
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if kind is Any or kind is object:
        return value
    if origin in (types.UnionType, typing.Union):
        return _read_union(arguments, value)
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"`{value}` is none of {', '.join(map(str, arguments))}")
        return value
    if origin is tuple:
        return _read_tuple(arguments, value)
    if origin is not None and issubclass(origin, Mapping):
        _expect(value, dict)
        return {key: _read(arguments[1], item) for key, item in value.items()}
    fields = names(kind)
    if fields is not None:
        return _read_dataclass(kind, fields, value)
    _expect(value, (int, float) if kind is float else kind)
    return value


def _read_union(arguments: tuple[Any, ...], value: Json) -> Any:
    if value is None and type(None) in arguments:
        return None
    errors = []
    for option in arguments:
        if option is type(None):
            continue
        try:
            return _read(option, value)
        except ValueError as error:
            errors.append(str(error))
    raise ValueError("; ".join(errors) or "null is not allowed here")


def _read_tuple(arguments: tuple[Any, ...], value: Json) -> tuple[Any, ...]:
    _expect(value, list)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_read(arguments[0], item) for item in value)
    if len(arguments) != len(value):
        raise ValueError(f"{len(arguments)} items were expected, {len(value)} given")
    return tuple(_read(option, item) for option, item in zip(arguments, value, strict=True))


def _read_dataclass(kind: Any, fields: tuple[str, ...], value: Json) -> Any:
    _expect(value, dict)
    hints = _hints(kind)
    unknown = sorted(set(value).difference(fields))
    if unknown:
        raise ValueError(f"`{kind.__name__}` has no `{unknown[0]}`")
    given = {name: _read(hints[name], item) for name, item in value.items()}
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"`{kind.__name__}`: {error}") from error


_HINTS: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def _expect(value: Json, kind: Any) -> None:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind in (int, float)):
        raise ValueError(f"`{kind}` was expected, `{type(value).__name__}` given")
