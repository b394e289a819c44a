"""The names of labels that a postprocessing reaches, in the order of the outputs that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from loadstone.core.words import count, listed
from loadstone.inputs.capture_modules import home_of
from loadstone.runtime import batches
from loadstone.runtime.coverage import reached
from loadstone.runtime.trace import leaves

MOST: Final = 1024  # labels that are recorded
_NAMED: Final = re.compile(r"(label|class|categor|target)", re.IGNORECASE)
Names = tuple[str, ...]


def found(function: Callable[..., Any] | None) -> dict[str, Names]:
    """Return the lists of names that a postprocessing reaches, each in the order of its outputs."""
    told: dict[str, Names] = {}
    if function is None:
        return told
    for name, item in _held(function):
        names = _names(item)
        if names:
            told.setdefault(name, names)
    return told


def recorded(function: Callable[..., Any] | None, outputs: Any) -> dict[str, list[str]]:
    """Return the names by where they are held, of as many as a row of the outputs has."""
    width = _width(outputs)
    return {name: list(names) for name, names in found(function).items() if len(names) == width}


def at_odds(function: Callable[..., Any] | None, outputs: Any) -> str:
    """Return how the names do not go with the outputs, or with one another; empty where they do.

    Outputs may be more than names: boxes beside scores, say.
    """
    width, told = _width(outputs), found(function)
    if width is None:
        return ""
    fitting = [(name, names) for name, names in told.items() if len(names) == width]
    for name, names in fitting[1:]:
        if set(names) == set(fitting[0][1]) and names != fitting[0][1]:
            return f"`{fitting[0][0]}` and `{name}` have the same labels in another order"
    for name, names in told.items() if not fitting else ():
        if _NAMED.search(name) and len(names) > width:
            return f"`{name}` names {count(len(names), 'label')}, and the model gives {width}"
    return ""


def moved(then: Mapping[str, Sequence[str]], function: Callable[..., Any] | None) -> str:
    """Return which names are in another order than at save; empty where none are, or none known."""
    now = found(function)
    for name, names in then.items():
        if not now or tuple(names) in now.values():
            continue
        for other in now.values():
            if set(other) == set(names):
                pairs = [
                    f"output {at} is `{here}`, and was `{there}`"
                    for at, (there, here) in enumerate(zip(names, other, strict=True))
                    if there != here
                ]
                return f"{listed([name])}: " + "; ".join(pairs[:3])
    return ""


def _held(function: Any) -> Iterator[tuple[str, Any]]:
    for name, item, _ in reached(function, _is_own):
        yield name, item


def _is_own(module: Any) -> bool:
    return home_of(str(module)) == "project"


def _names(item: Any) -> Names:
    """Return a list of names, or what maps numbers to them or them to numbers; else nothing."""
    if type(item) is dict and 2 <= len(item) <= MOST:
        pairs = list(item.items())
        if all(type(key) is str and type(at) is int for key, at in pairs):
            pairs = [(at, key) for key, at in pairs]
        if not all(type(at) is int and type(name) is str for at, name in pairs):
            return ()
        ordered = sorted(pairs)
        if [at for at, _ in ordered] != list(range(len(ordered))):
            return ()
        return tuple(name for _, name in ordered)
    if type(item) in (list, tuple) and 2 <= len(item) <= MOST:
        whole = all(type(name) is str for name in item) and len(set(item)) == len(item)
        return tuple(item) if whole else ()
    return ()


def _width(outputs: Any) -> int | None:
    """Return how many numbers a row of the outputs has, where those are one array of two axes."""
    held = list(leaves(outputs))
    if len(held) != 1 or not batches.is_array(held[0]) or len(held[0].shape) != 2:
        return None
    width = int(held[0].shape[1])
    return width if width > 1 else None
