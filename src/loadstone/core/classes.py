"""Dataclasses with slots that cost next to nothing to declare.

`dataclasses.dataclass` writes and compiles source for each class, and imports `inspect` to do so:
a third of what `loadstone inspect` took on a small file. These classes share their methods instead.
To a type checker they are dataclasses; `dataclasses.fields`, `replace` and `is_dataclass` take them
as such. They cannot be inherited from, and `init=False`, `InitVar` and ordering are not offered.
"""

from __future__ import annotations

from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `as` exports them again, for a type checker alone
    from dataclasses import dataclass as dataclass, field as field, replace as replace  # noqa: I001, PLC0414 - as above

_MISSING: Any = object()


class _Field:
    """What `field` was told of one field."""

    __slots__ = ("compare", "default", "default_factory")

    def __init__(self, default: Any, default_factory: Any, *, compare: bool) -> None:
        self.default, self.default_factory, self.compare = default, default_factory, compare


class _StandardFields:
    """`__dataclass_fields__`, made by `dataclasses` itself the first time that someone asks."""

    def __init__(self, declared: dict[str, _Field], annotations: dict[str, Any]) -> None:
        self._declared, self._annotations = declared, annotations
        self._made: Any = None

    def __get__(self, _: object, owner: type) -> Any:
        if self._made is None:
            import dataclasses

            names = {"default": dataclasses.MISSING, "default_factory": dataclasses.MISSING}
            body: dict[str, Any] = {"__annotations__": self._annotations}
            body["__module__"] = owner.__module__
            for name, item in self._declared.items():
                given = {key: getattr(item, key) for key in names}
                told = {key: value for key, value in given.items() if value is not _MISSING}
                body[name] = dataclasses.field(**told, compare=item.compare)
            plain = dataclasses.dataclass(init=False, repr=False, eq=False)
            made: Any = plain(type(owner.__name__, (), body))
            self._made = made.__dataclass_fields__
        return self._made


def _field(
    *, default: Any = _MISSING, default_factory: Any = _MISSING, compare: bool = True
) -> Any:
    """Describe a field as `dataclasses.field` does."""
    return _Field(default, default_factory, compare=compare)


def _dataclass(*, slots: bool, frozen: bool = False) -> Any:
    """Decorate a class as `dataclasses.dataclass(slots=True)` does."""
    assert slots
    return _frozen if frozen else _mutable


def _replace(instance: Any, /, **changes: Any) -> Any:
    """Return a copy of `instance` with some fields changed, as `dataclasses.replace` does."""
    for name in type(instance).__match_args__:
        if name not in changes:
            changes[name] = getattr(instance, name)
    return type(instance)(**changes)


def names(kind: Any) -> tuple[str, ...] | None:
    """Return the names of the fields of a class of ours or a dataclass; None of any other."""
    if isinstance(kind.__dict__.get("__dataclass_fields__"), (dict, _StandardFields)):
        found: tuple[str, ...] = kind.__match_args__
        return found
    return None


def _mutable(cls: Any) -> Any:
    return _made(cls, {"__hash__": None})


def _frozen(cls: Any) -> Any:
    return _made(cls, {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete})


def _made(cls: Any, methods: dict[str, Any]) -> Any:
    annotations = {
        name: kind
        for name, kind in cls.__annotations__.items()
        if not str(kind).startswith("ClassVar")
    }
    body = dict(cls.__dict__)
    declared = {}
    for name in annotations:
        told = body.pop(name, _MISSING)
        declared[name] = told if isinstance(told, _Field) else _Field(told, _MISSING, compare=True)
    fields = tuple(declared)
    compared = [name for name, item in declared.items() if item.compare]
    key = attrgetter(*compared) if compared else type
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body.update(
        {
            "__slots__": fields,
            "__match_args__": fields,
            "__dataclass_fields__": _StandardFields(declared, annotations),
            "__replace__": _replace,
        }
    )

    def equal(self: Any, other: object) -> bool:
        if self is other:
            return True
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    methods = {
        "__repr__": _repr,
        "__eq__": equal,
        "__hash__": lambda self: hash(key(self)),
        "__getstate__": _state,
        "__setstate__": _set_state,
        **methods,
    }
    if "__eq__" in body and body.get("__hash__", _MISSING) is None:
        del body["__hash__"]  # Python's own: a class that defines `__eq__` alone has none
    body = {**methods, **body}
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__init__ = _init(made, declared)
    return made


def _init(made: Any, declared: dict[str, _Field]) -> Any:
    """Return the `__init__` of a class: fields in order or by name, then `__post_init__`."""
    puts = [made.__dict__[name].__set__ for name in declared]
    rest = [
        (name, put, item.default, item.default_factory)
        for (name, item), put in zip(declared.items(), puts, strict=True)
    ]
    count = len(puts)
    post = getattr(made, "__post_init__", None)

    def init(self: Any, /, *values: Any, **named: Any) -> None:
        given = len(values)
        if given > count:
            raise TypeError(f"{made.__qualname__} takes {count} values and was given {given}")
        for put, value in zip(puts, values):  # noqa: B905 - the rest follows
            put(self, value)
        if given < count:
            for name, put, default, factory in rest[given:]:
                value = named.pop(name, _MISSING) if named else _MISSING
                if value is _MISSING:
                    value = default if factory is _MISSING else factory()
                    if value is _MISSING:
                        raise TypeError(f"{made.__qualname__} needs `{name}`")
                put(self, value)
        if named:
            name = next(iter(named))
            why = " twice" if name in declared else ", which it does not have"
            raise TypeError(f"{made.__qualname__} was given `{name}`{why}")
        if post is not None:
            post(self)

    init.__qualname__, init.__name__ = f"{made.__qualname__}.__init__", "__init__"
    return init


@recursive_repr()
def _repr(self: Any) -> str:
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({values})"


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)


def _refuse_to_set(self: Any, name: str, _: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__qualname__}")


def _refuse_to_delete(self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r} of {type(self).__qualname__}")


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace
