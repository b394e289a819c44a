"""A plan into a lock: every distribution with its version and hashes, as of one day.

The lock is a `pylock.toml` (PEP 751), resolved by uv for one Python of this machine. Wheels are
preferred; where a distribution has none, it is built, and its build tools are exempt from the day
that bounds everything else.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone.core.classes import dataclass, replace
from loadstone.core.needs import Requirement
from loadstone.environment import download, interpreters, metadata, uv
from loadstone.environment.choose import Plan, exact
from loadstone.environment.infer import same
from loadstone.environment.interpreters import Interpreter
from loadstone.environment.releases import Release
from loadstone.toml import loads

_BUILD_TOOLS: Final = (
    *("setuptools", "wheel", "cython", "pip", "setuptools-scm", "hatchling", "flit-core"),
    *("meson-python", "meson", "ninja", "pybind11", "poetry-core"),
)
_OLDEST_FIRST: Final = ("3.6", "3.8", "3.10", "3.12")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lock:
    """A resolved environment."""

    text: str  # the pylock.toml
    python: str  # the minor version that it was resolved for: "3.8"
    date: str | None = None
    built: tuple[str, ...] = ()  # distributions without a wheel, which are built from source

    @property
    def versions(self) -> dict[str, str]:
        """Distribution to version."""
        return {item["name"]: str(item.get("version", "")) for item in self._packages()}

    def _packages(self) -> list[dict[str, Any]]:
        packages: list[dict[str, Any]] = loads(self.text).get("packages", [])
        return packages


class UnresolvedError(Exception):
    """No Python of this machine has an environment that fits; `tried` says why for each.

    `pythons` are those that would fit, and `get` is the command that brings one; `offline` where
    only uv's cache was searched.
    """

    def __init__(
        self,
        requirements: tuple[str, ...],
        pythons: tuple[str, ...],
        tried: tuple[tuple[str, tuple[str, ...]], ...] = (),
        get: str = "",
        *,
        offline: bool = False,
    ) -> None:
        super().__init__(requirements, pythons, tried, get)
        self.requirements, self.pythons, self.tried, self.get = requirements, pythons, tried, get
        self.offline = offline

    def __str__(self) -> str:
        wanted = ", ".join(f"`{item}`" for item in self.requirements)
        if self.tried:
            return f"{wanted} cannot be resolved for Python {self.tried[0][0]}; {self._attempt()}"
        if not self.pythons:
            return f"no Python has wheels of all of {wanted}; `--python` names one to try"
        fitting = " or ".join(self.pythons)
        return f"{wanted} need Python {fitting}, which is not on this machine: `{self.get}`"

    def _attempt(self) -> str:
        if self.offline:
            return "without a network only uv's cache is searched: try `--wheelhouse FOLDER` too"
        if uv.is_of_network(self.lines):
            return "try again with a network, or with `--wheelhouse FOLDER --offline`"
        return "try another version with `--with PACKAGE==VERSION`, or another `--python`"

    @property
    def lines(self) -> tuple[str, ...]:
        """Uv's own words on the first Python that was tried."""
        return self.tried[0][1] if self.tried else ()


def resolve(plan: Plan, places: Sequence[str] = (), *, say: Say = lambda _: None) -> Lock:
    """Return the lock of the first Python that the plan's requirements resolve for.

    `places` are uv's arguments for indexes (`indexes.settings`). Raises `UnresolvedError`, with
    the command that brings a Python where none is here, and `uv.UvMissingError`.
    """
    wanted = tuple(dict.fromkeys(map(str, plan.requirements)))
    here = [item for python in plan.pythons if (item := interpreters.of(python))]
    if not here:
        first = plan.pythons[0] if plan.pythons else ""
        raise UnresolvedError(wanted, plan.pythons, (), interpreters.get(first) if first else "")
    failures: list[tuple[str, tuple[str, ...]]] = []
    for interpreter in here:
        say(f"resolving {', '.join(wanted)} for Python {interpreter.minor}")
        for names, settings in _attempts(plan):
            try:
                text = compiled(names, interpreter, [*settings, *places])
            except uv.UvFailedError as error:
                failures.append((interpreter.minor, error.lines))
                continue
            text = download.without_cuda(text, names, places, _again(interpreter, settings))
            return Lock(text, interpreter.minor, plan.date, sources(text))
    raise UnresolvedError(wanted, plan.pythons, tuple(failures), offline="--offline" in places)


def _again(
    interpreter: Interpreter, settings: Sequence[str]
) -> Callable[[Sequence[str], Sequence[str]], str]:
    """Return what resolves other requirements for the same Python, with more settings."""
    return lambda names, more: compiled(names, interpreter, [*settings, *more])


def _attempts(plan: Plan) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield requirements and uv's settings: wheels of that day, then also what has to be built.

    A library that is also in a smaller distribution is tried in that one first. One version by
    name is not bound: its wheel for a Python may have come days or years after the others.
    """
    named = [item.distribution for item in plan.requirements if exact(item.specifier)]
    bound = ["--exclude-newer", plan.date, *_exempt(named)] if plan.date else []
    names = tuple(str(item) for item in plan.requirements)
    smaller = tuple(str(_smaller(item)) for item in plan.requirements)
    if smaller != names:
        yield smaller, [*bound, "--only-binary", ":all:"]
    yield names, [*bound, "--only-binary", ":all:"]
    yield names, [*bound, *(_exempt(_BUILD_TOOLS) if bound else [])]


def _exempt(names: Iterable[str]) -> list[str]:
    """Return uv's arguments for what the day does not bound."""
    pairs = (("--exclude-newer-package", f"{name}=2100-01-01") for name in names)
    return [argument for pair in pairs for argument in pair]


def _smaller(item: Requirement) -> Requirement:
    others = same(item.distribution)
    return replace(item, distribution=others[0]) if others else item


def compiled(wanted: Sequence[str], interpreter: Interpreter, settings: Sequence[str]) -> str:
    """Return the `pylock.toml` of requirements, also where a release's metadata is of old words.

    `settings` are uv's arguments. Raises `uv.UvFailedError` and `uv.UvMissingError`.
    """
    command = [
        *("pip", "compile", "-", "--format", "pylock.toml", "--no-header", "--quiet"),
        *("--python", interpreter.path, "--no-python-downloads", *settings),
    ]
    told: dict[tuple[str, str], metadata.Stated] = {}
    with tempfile.TemporaryDirectory() as folder:
        while True:
            try:
                project = ("--project", folder) if told else ()
                return uv.run([*project, *command], given="\n".join(wanted))
            except uv.UvFailedError as error:
                fresh = [item for item in metadata.refused(error.lines) if item not in told]
                if not fresh:
                    raise
                for name, version in fresh:
                    said = metadata.fetched(name, version, interpreter.path, settings)
                    told[name, version] = said
            Path(folder, "uv.toml").write_text(metadata.written(told.values()), "utf-8")


def sources(text: str) -> tuple[str, ...]:
    """Return the distributions of a lock that have no wheel."""
    packages = loads(text).get("packages", [])
    return tuple(item["name"] for item in packages if "wheels" not in item)


def look_up(distribution: str, version: str, places: Sequence[str] = ()) -> Release | None:
    """Return when a version came out and for which Pythons, as the user's own index says.

    None where the index does not have it, or cannot be asked.
    """
    for python in _OLDEST_FIRST:  # an older one is refused by what needs a newer one
        try:
            text = uv.run(
                [
                    *("pip", "compile", "-", "--format", "pylock.toml", "--no-header", "--quiet"),
                    *("--universal", "--no-deps", "--python-version", python, *places),
                ],
                given=f"{distribution}=={version}",
            )
        except uv.UvFailedError:
            continue
        return _release(loads(text).get("packages", []))
    return None


def _release(packages: list[dict[str, Any]]) -> Release | None:
    files = [
        file
        for item in packages
        for file in (*item.get("wheels", []), *([item["sdist"]] if "sdist" in item else []))
    ]
    days = [str(file["upload-time"])[:10] for file in files if "upload-time" in file]
    if not days:
        return None
    names = " ".join(str(file.get("url") or file.get("path") or "") for file in files)
    if re.search(r"-py3-|-py2\.py3-", names):
        return Release(min(days), ">=3")
    tags = sorted({int(tag) for tag in re.findall(r"-cp3(\d+)-", names)})
    return Release(min(days), " ".join(f"3.{tag}" for tag in tags))
