"""Vocabularies that count look-ups: a dict that notes what it was asked for and does not hold."""

import collections
import functools
import re
import types
from typing import Any, Callable, Dict, Iterator, List, Tuple

from . import lookups

# Keys such as `<unk>` or `[PAD]` that code asks for on its own, not because an input holds them.
SPECIAL = re.compile(r"^(<.*>|\[.*\]|__.*__|unk|oov|pad|unknown)$", re.IGNORECASE | re.DOTALL)
_DEPTH = 12  # how far from the function a vocabulary is looked for
_MARK = lookups.NOTHING


class _Noting:
    """Look-ups of a dict, noted while a prediction is made."""

    __slots__ = ()

    def named(self: Any, name: str) -> Any:
        """Set the name under which look-ups are reported."""
        self._name = name
        held = [key for key in dict.__iter__(self) if isinstance(key, str) and SPECIAL.match(key)]
        self._special = frozenset(held)  # of code's own accord asked for
        return self

    def note(self: Any, key: Any, asked: Any = _MARK) -> None:
        """Note that `key` is asked for; `asked` is it where it is only asked whether it is held."""
        log = lookups.CALL.log
        if log is None:
            return
        table = log.tables.get(self._name) or log.table(self._name)
        last = table.last
        table.last = asked
        if last is not _MARK and last == key:  # `if key in vocab: vocab[key]` is one look-up
            return
        if self._holds(key):
            if key not in self._special:
                table.looked_up += 1
        elif not (isinstance(key, str) and SPECIAL.match(key)):
            table.looked_up += 1
            table.unknown += 1
            if table.wants_words:
                table.missed([str(key)])

    _holds: Any = dict.__contains__

    def __getitem__(self: Any, key: Any) -> Any:
        """Look `key` up, and note it."""
        self.note(key)
        return dict.__getitem__(self, key)

    def __contains__(self: Any, key: Any) -> bool:
        """Tell whether `key` is held, and note it."""
        self.note(key, key)
        return dict.__contains__(self, key)

    def get(self: Any, key: Any, default: Any = None) -> Any:
        """Look `key` up, and note it."""
        self.note(key)
        return dict.get(self, key, default)


class Recorded(_Noting, dict):  # type: ignore[type-arg]
    """A vocabulary that notes look-ups while a prediction is made, and is a plain dict else."""

    __slots__ = ("_name", "_special")

    def __reduce__(self) -> Any:
        """Become a plain dict in copies and pickles."""
        return dict, (dict(self),)

    copy = dict.copy


class Ordered(_Noting, collections.OrderedDict):  # type: ignore[type-arg]
    """The same of an ordered dict."""

    def __reduce__(self) -> Any:
        """Become a plain ordered dict in copies and pickles."""
        return collections.OrderedDict, (list(self.items()),)

    def copy(self) -> Any:
        """Return a plain ordered dict."""
        return collections.OrderedDict(self)


class Growing(_Noting, collections.defaultdict):  # type: ignore[type-arg]
    """The same of one that makes an entry of what it does not hold, which stays unknown."""

    def __init__(self, held: Any) -> None:
        super(Growing, self).__init__(held.default_factory, held)
        self._known = frozenset(held)

    def _holds(self, key: Any) -> bool:
        return key in self._known

    def __reduce__(self) -> Any:
        """Become a plain defaultdict in copies and pickles."""
        return collections.defaultdict, (self.default_factory, dict(self))

    def copy(self) -> Any:
        """Return a plain defaultdict."""
        return collections.defaultdict(self.default_factory, self)


_RECORDED: Dict[Any, Any] = {
    dict: Recorded,
    collections.OrderedDict: Ordered,
    collections.defaultdict: Growing,
}


def instrument(function: Any) -> List[str]:
    """Replace the vocabularies that captured code reaches by recording ones; return their names.

    Only for code that was loaded from a bundle: its private modules, defaults, cells and objects
    are changed in place.
    """
    found: Dict[int, Any] = {}
    keep: List[Any] = []
    names: Dict[str, int] = {}
    for name, item, replace in vocabularies(function):
        if id(item) not in found:
            unique = name if name not in names else "{}#{}".format(name, len(names))
            names[unique] = id(item)
            found[id(item)] = recorded(item).named(unique)
            keep.append(item)
        replace(found[id(item)])
    return sorted(names)


def recorded(held: Any) -> Any:
    """Return a vocabulary as one of its kind that notes look-ups."""
    return _RECORDED[type(held)](held)


def vocabularies(function: Any) -> Iterator["Place"]:
    """Yield the vocabularies that captured code reaches, wherever one is held."""
    for name, item, replace in reached(function, is_private):
        if is_vocabulary(item):
            yield name, item, replace


def reached(function: Any, own: Callable[[Any], bool]) -> Iterator["Place"]:
    """Yield what code reaches, wherever it is held; it goes on into modules that are its `own`."""
    seen: Any = set()
    keep: List[Any] = []
    todo: List[Tuple[Any, int]] = [(function, 0)]
    while todo:
        value, depth = todo.pop()
        if id(value) in seen or depth > _DEPTH:
            continue
        seen.add(id(value))
        keep.append(value)
        for name, item, replace in _places(value, own):
            if isinstance(item, (str, bytes, int, float, type(None))):
                continue
            yield name, item, replace
            if not is_vocabulary(item):
                todo.append((item, depth + 1))


def is_vocabulary(value: Any) -> bool:
    """Return whether `value` is a dict of text to whole numbers with two entries or more."""
    if type(value) not in _RECORDED or len(value) < 2:
        return False
    return all(type(key) is str and type(item) is int for key, item in value.items())


Place = Tuple[str, Any, Callable[[Any], None]]


def _places(value: Any, own: Callable[[Any], bool]) -> Iterator[Place]:  # noqa: PLR0912 - one branch a kind of holder
    """Yield what `value` refers to, with its name and a way to put something else there."""
    if isinstance(value, types.FunctionType):
        for place in _function_places(value, own):
            yield place
    elif isinstance(value, types.MethodType):
        yield "self", value.__self__, _ignore
        yield "function", value.__func__, _ignore
    elif isinstance(value, functools.partial):
        for key, item in value.keywords.items():
            yield key, item, functools.partial(value.keywords.__setitem__, key)
        for item in (value.func, *value.args):
            yield "argument", item, _ignore
    elif type(value) in (dict, list):
        pairs = list(value.items() if type(value) is dict else enumerate(value))[:1000]
        for key, item in pairs:
            yield str(key), item, functools.partial(value.__setitem__, key)
    elif type(value) in (tuple, set, frozenset):
        for item in list(value)[:1000]:
            yield "item", item, _ignore
    elif isinstance(value, type):
        if own(value.__module__):
            for name, item in list(vars(value).items()):
                inner = getattr(item, "__func__", getattr(item, "fget", item))
                yield name, inner, functools.partial(setattr, value, name)
    elif isinstance(getattr(value, "__dict__", None), dict) and own(type(value).__module__):
        for name, item in list(value.__dict__.items()):
            yield name, item, functools.partial(value.__dict__.__setitem__, name)
        yield "class", type(value), _ignore


def _function_places(function: Any, own: Callable[[Any], bool]) -> Iterator[Place]:
    if not own(function.__module__ or function.__globals__.get("__name__", "")):
        return
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    for at, item in enumerate(defaults):
        name = names[len(names) - len(defaults) + at]
        yield name, item, functools.partial(_set_default, function, at)
    for name, item in (function.__kwdefaults__ or {}).items():
        yield name, item, functools.partial(function.__kwdefaults__.__setitem__, name)
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):  # noqa: B905 - Python 3.6 has no `strict`
        try:
            yield name, cell.cell_contents, functools.partial(_set_cell, cell)
        except ValueError:  # an empty cell  # noqa: PERF203 - cells may be empty one by one
            continue
    space = function.__globals__
    for name in _all_names(code):
        if name in space:
            yield name, space[name], functools.partial(space.__setitem__, name)
    for item in list(vars(function).values()):
        yield "attribute", item, _ignore


def _all_names(code: Any) -> Iterator[str]:
    for name in code.co_names:
        yield name
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            for name in _all_names(const):
                yield name


def library(item: Any) -> str:
    """Return the library that an object's class is of."""
    return str(type(item).__module__).partition(".")[0]


def is_private(module: Any) -> bool:
    """Return whether a module is one of the code of a bundle."""
    return str(module).startswith("_loadstone_")


def _set_default(function: Any, at: int, value: Any) -> None:
    defaults = list(function.__defaults__)
    defaults[at] = value
    function.__defaults__ = tuple(defaults)


def _set_cell(cell: Any, value: Any) -> None:
    try:  # noqa: SIM105 - plain for every Python
        cell.cell_contents = value
    except AttributeError:  # Python 3.6, whose cells are read-only: not counted
        pass


def _ignore(_value: Any) -> None:
    """Leave what cannot be put elsewhere."""
