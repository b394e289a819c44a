"""When a version of a library came out and which Pythons it has wheels for, as data.

`data/releases.toml` is written by `scripts/releases.py` from the package index.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from loadstone.core.classes import dataclass
from loadstone.toml import loads


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a library; `pythons` is "" where it has no wheels."""

    date: str  # ISO, of the first file
    pythons: str  # "3.6 3.7 3.8", or ">=3.8" for one wheel for all of them

    def on(self, python: str) -> bool:
        """Whether there is a wheel for `python`, such as "3.8"; without any, an sdist may do."""
        if self.pythons.startswith(">="):
            return minor(python) >= minor(self.pythons[2:])
        return not self.pythons or python in self.pythons.split()


@functools.cache
def _text() -> str:
    return resources.files("loadstone").joinpath("data/releases.toml").read_text("utf-8")


@functools.cache
def _table(name: str) -> Mapping[str, str]:
    """Return one table of the file, which is parsed without the others; empty where it is none."""
    _, head, rest = _text().partition(f"\n[{name}]\n")
    table: dict[str, str] = loads(rest.partition("\n[")[0]) if head else {}
    return table


@functools.cache
def releases(distribution: str) -> Mapping[Version, Release]:
    """Return the versions of a library that the table knows; none of one that it does not."""
    if distribution == "python":
        return {}
    found = {}
    for version, text in _table(distribution).items():
        date, _, pythons = text.partition(" ")
        found[Version(version)] = Release(date, pythons)
    return found


def release(distribution: str, version: str) -> Release | None:
    """Return one version of a library, or None where the table does not know it."""
    return releases(distribution).get(Version(version))


def first(distribution: str, specifier: str) -> Release | None:
    """Return the oldest known release that `specifier` allows."""
    allowed = sorted(map(str, releases(distribution)), key=Version)
    matching = list(SpecifierSet(specifier).filter(allowed))
    return releases(distribution)[Version(matching[0])] if matching else None


def pythons() -> Mapping[str, str]:
    """Return the minor versions of Python with the dates of their first final release."""
    return _table("python")


def minor(python: str) -> int:
    """Return 8 for "3.8" and 0 for "3"."""
    return int(python.partition(".")[2] or 0)
