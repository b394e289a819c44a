"""Where a library has a module or name that it moved, or which versions had it, as data.

`data/renames.toml` is written by hand, each entry with its evidence; `data/renames/` by
`scripts/renames.py` from the wheels of the versions that it lists, a file a package. They are read
when something is asked of a package, not before.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

from loadstone.core.classes import dataclass, replace
from loadstone.toml import loads

_DATA: Final = resources.files("loadstone").joinpath("data")
_UNPICKLE: Final = (
    "__pyx_unpickle_"  # Cython writes such a function beside each type that it pickles
)


@dataclass(frozen=True, slots=True)
class Rename:
    """A module or name with another place; `new` is None where the name was removed."""

    old: str
    new: str | None
    library: str
    since: str  # the first version that has the new place
    until: str  # the last that has the old one; empty where the newest answers to it
    end: str  # the last that has the new place; empty where the newest has it
    evidence: str


@functools.cache
def written() -> tuple[Rename, ...]:
    """Return what is written by hand."""
    table = loads(_DATA.joinpath("renames.toml").read_text("utf-8"))
    return tuple(
        Rename(
            entry["old"],
            entry.get("new"),
            entry["library"],
            entry.get("since", ""),
            entry.get("until", ""),
            entry.get("end", ""),
            entry["evidence"],
        )
        for entry in (*table["moved"], *table["removed"])
    )


def measured(top: str) -> Iterator[Rename]:
    """Yield what was measured of the names below the package `top`."""
    file = _DATA.joinpath("renames").joinpath(f"{top}.json")
    if not (top.isidentifier() and file.is_file()):
        return
    table: dict[str, Any] = json.loads(file.read_text("utf-8"))
    library, newest = table["library"], table["versions"][-1]
    for old, new, since, *rest in table["moved"]:
        until, end = ("" if version == newest else version for version in rest)
        yield Rename(old, new, library, since, until, end, "measured")
    for old, until in table["removed"]:
        yield Rename(old, None, library, "", until, "", "measured")


@functools.cache
def _places(top: str) -> tuple[dict[str, list[Rename]], dict[str, list[Rename]]]:
    """Return what is known of the modules below `top`, by the old places and by the new ones."""
    old: dict[str, list[Rename]] = defaultdict(list)
    new: dict[str, list[Rename]] = defaultdict(list)
    for item in (*written(), *measured(top)):
        old[item.old].append(item)
        if item.new is not None:
            new[item.new].append(item)
    return old, new


def versions_with(path: str) -> Iterator[tuple[str, str]]:
    """Yield libraries and the versions of them that have `path` where it is asked for.

    The longest part of the path that the table has decides.
    """
    parts = path.split(".")
    by_old, by_new = _places(parts[0])
    for count in range(len(parts), 0, -1):
        place = ".".join(parts[:count])
        old, new = by_old.get(place, ()), by_new.get(place, ())
        yield from ((item.library, f"<={item.until}") for item in old if item.until)
        yield from ((item.library, f">={item.since}") for item in new if item.since and not old)
        if old or new:
            return


@dataclass(frozen=True, slots=True)
class Place:
    """Where else a name may be; `path` is None where it was removed."""

    path: str | None
    spec: str  # the versions that have the name as it is asked for
    exact: bool  # whether the table has this very name, and not only its module
    since: str  # the versions that have it at `path`
    until: str


def elsewhere(module: str, name: str) -> Iterator[Place]:
    """Yield where else a name may be, the longest path first, and last that it was removed."""
    if name.startswith(_UNPICKLE):
        for place in elsewhere(module, name[len(_UNPICKLE) :]):
            home, _, last = (place.path or "").rpartition(".")
            yield replace(place, path=place.path and f"{home}.{_UNPICKLE}{last}")
        return
    asked = f"{module}.{name}"
    parts = asked.split(".")
    by_old, by_new = _places(parts[0])
    removed: list[Place] = []
    for count in range(len(parts), 0, -1):
        path, rest = ".".join(parts[:count]), "".join(f".{part}" for part in parts[count:])
        for item in by_old.get(path, ()):
            spec = f"<={item.until}" if item.until else ""
            if item.new is None:
                removed.append(Place(None, spec, not rest, "", ""))
            else:
                yield Place(item.new + rest, spec, not rest, item.since, item.end)
        for item in by_new.get(path, ()):
            if item.old.partition(".")[0] != parts[0]:
                continue  # the versions are those of the other library
            spec = f">={item.since}" + (f",<={item.end}" if item.end else "")
            yield Place(item.old + rest, spec, not rest, "", item.until)
    yield from removed
