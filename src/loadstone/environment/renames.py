"""Where a library has a module or name that it moved, or which versions had it, as data."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from loadstone.toml import loads


@dataclass(frozen=True, slots=True)
class Rename:
    """One entry of `data/renames.toml`; `new` is None where the name was removed."""

    old: str
    new: str | None
    library: str
    since: str
    until: str
    evidence: str


@functools.cache
def renames() -> tuple[Rename, ...]:
    """Return the table."""
    text = resources.files("loadstone").joinpath("data/renames.toml").read_text("utf-8")
    table = loads(text)
    return tuple(
        Rename(
            entry["old"],
            entry.get("new"),
            entry["library"],
            entry.get("since", ""),
            entry.get("until", ""),
            entry["evidence"],
        )
        for entry in (*table["moved"], *table["removed"])
    )


def elsewhere(module: str, name: str) -> Iterator[tuple[str | None, str]]:
    """Yield where else a name may be, and which versions have it as it is asked for.

    The longest path first; None for the place of a name that was removed.
    """
    asked = f"{module}.{name}"
    found: list[tuple[int, str | None, str]] = []
    for item in renames():
        if _below(asked, item.old):
            spec = f"<={item.until}" if item.until else ""
            new = None if item.new is None else item.new + asked[len(item.old) :]
            found.append((len(item.old), new, spec))
        elif item.new is not None and _below(asked, item.new):
            found.append((len(item.new), item.old + asked[len(item.new) :], f">={item.since}"))
    for _, place, spec in sorted(found, key=lambda entry: -entry[0]):
        yield place, spec


def _below(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}.")
