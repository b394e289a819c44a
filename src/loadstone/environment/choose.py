"""Which Pythons and which date a model's requirements mean: needs and releases in, a plan out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from loadstone.core.classes import dataclass
from loadstone.core.needs import Needs, Requirement
from loadstone.environment.infer import traps
from loadstone.environment.releases import Release, first, minor, pythons, release, releases

_SETTLED = timedelta(days=365)  # a Python that old has wheels of most libraries


class UnknownVersionError(Exception):
    """A version that the table of releases does not have; it can be looked up on an index."""

    def __init__(self, distribution: str, version: str) -> None:
        super().__init__(f"`{distribution}` {version} is not in the table of releases")
        self.distribution = distribution
        self.version = version


@dataclass(frozen=True, slots=True)
class Plan:
    """What is resolved: requirements, the day that bounds them, and Pythons to try in order."""

    requirements: tuple[Requirement, ...]
    pythons: tuple[str, ...]  # minor versions, the first choice first
    date: str | None  # nothing newer than this day; None for the newest
    because: tuple[Requirement, ...] = ()  # what decided the Pythons


def choose(
    needs: Needs,
    *,
    pins: Mapping[str, str] | None = None,
    python: str | None = None,
    looked_up: Mapping[tuple[str, str], Release] | None = None,
) -> Plan:
    """Return the plan for `needs`; `pins` (distribution to specifier) and `python` override them.

    Raises `UnknownVersionError` where a pinned version is not known, and not `looked_up`.
    """
    asked = overridden(needs, pins or {})
    known = looked_up or {}
    pinned = {item: _pinned(item, known) for item in asked}
    dated = {item: found for item, found in pinned.items() if found}
    day = _day(asked, dated)
    added = _traps(asked)
    bounds = (*needs.python, *(_bound(item, found) for item, found in dated.items()))
    allowed = [item for item in pythons() if _on_all(item, dated, needs) and _on_any(item, asked)]
    chosen = (python,) if python else tuple(_ordered(allowed, day))
    return Plan((*asked, *added), chosen, day, tuple(item for item in bounds if item))


def overridden(needs: Needs, pins: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Return the requirements with those that the user gave in the place of the inferred ones."""
    kept = [item for item in needs.requirements if item.distribution not in pins]
    given = [Requirement(name, specifier, "`--with`") for name, specifier in pins.items()]
    return (*kept, *given)


def exact(specifier: str) -> str | None:
    """Return the version that `==` names, None where a range is meant."""
    text = specifier.removeprefix("==")
    return text if specifier.startswith("==") and "*" not in text and "," not in text else None


def _pinned(item: Requirement, looked_up: Mapping[tuple[str, str], Release]) -> Release | None:
    version = exact(item.specifier)
    if version is None:
        return None
    found = release(item.distribution, version) or looked_up.get((item.distribution, version))
    if found is None:
        raise UnknownVersionError(item.distribution, version)
    return found


def _day(asked: tuple[Requirement, ...], dated: Mapping[Requirement, Release]) -> str | None:
    """Return the last day that counts: of the pinned versions, and of what ranges begin with."""
    days = [found.date for found in dated.values()]
    if not days:
        return _last_day_of_ranges(asked)
    for item in asked:
        if item.specifier and item not in dated:
            begin = first(item.distribution, item.specifier)
            if begin:
                days.append(begin.date)
    return max(days)


def _last_day_of_ranges(asked: tuple[Requirement, ...]) -> str | None:
    """Return the day before the first version that is too new for an upper bound."""
    days = []
    for item in asked:
        known = releases(item.distribution)
        allowed = SpecifierSet(item.specifier)
        newest = max((version for version in known if version in allowed), default=None)
        newer = [known[version].date for version in known if newest and version > newest]
        if newest and newer:
            days.append(max(known[newest].date, _before(min(newer))))
    return min(days, default=None)


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _traps(asked: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    found: dict[str, Requirement] = {}
    names = {item.distribution for item in asked}
    pinned = {item.distribution for item in asked if exact(item.specifier)}
    for item in asked:
        version = exact(item.specifier) or _newest(item)
        for added in traps(item.distribution, version, names) if version else ():
            if not (exact(added.specifier) and added.distribution in pinned):
                found.setdefault(str(added), added)
    return tuple(found.values())


def _newest(item: Requirement) -> str | None:
    """Return the newest version that a range allows, which is the one that is resolved."""
    allowed = SpecifierSet(item.specifier)
    fitting = [version for version in releases(item.distribution) if version in allowed]
    return str(max(fitting)) if fitting else None


def _on_all(python: str, dated: Mapping[Requirement, Release], needs: Needs) -> bool:
    wheels = all(found.on(python) for found in dated.values())
    told = SpecifierSet(",".join(item.specifier for item in needs.python))
    return wheels and (Version(f"{python}.99") in told or Version(python) in told)


def _on_any(python: str, asked: tuple[Requirement, ...]) -> bool:
    """Whether each range has a version with wheels for `python`, as far as versions are known."""
    return all(
        not known or any(known[version].on(python) for version in known if version in allowed)
        for item in asked
        for known, allowed in [(releases(item.distribution), SpecifierSet(item.specifier))]
    )


def _ordered(allowed: list[str], day: str | None) -> list[str]:
    """Return Pythons by how settled they were on that day, the newest settled one first."""
    dates = pythons()
    bound = date.fromisoformat(day) if day else date.max - _SETTLED
    settled = [item for item in allowed if date.fromisoformat(dates[item]) + _SETTLED <= bound]
    fresh = [item for item in allowed if item not in settled]
    return [*sorted(settled, key=minor, reverse=True), *sorted(fresh, key=minor)]


def _bound(item: Requirement, found: Release) -> Requirement | None:
    """Say which Pythons a pinned version has wheels for."""
    if not found.pythons:
        return None
    told = found.pythons
    if not told.startswith(">="):
        parts = told.split()
        told = f"=={parts[0]}" if len(parts) == 1 else f"{parts[0]} to {parts[-1]}"
    return Requirement("python", told, f"wheels of {item.distribution} {exact(item.specifier)}")
