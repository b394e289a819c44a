"""Whether the environment at hand may be trusted with a model, by the libraries' own guarantees."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, Literal

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from loadstone.core.classes import dataclass
from loadstone.core.facts import Artifact, Environment
from loadstone.core.needs import Needs, Requirement
from loadstone.environment.choose import exact
from loadstone.environment.infer import BACKENDS, BYTECODE, is_of_three, same
from loadstone.toml import loads

_SAME: Final = "newer of the same major"
_UNUSED: Final = ("sentence-transformers",)  # its embeddings are computed without it


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a model is to be loaded, and why."""

    where: Literal["here", "rebuilt"]
    because: str
    source: str = ""  # where the guarantee stands

    @property
    def current(self) -> bool:
        """Whether the environment at hand will do."""
        return self.where == "here"


def choice(artifact: Artifact, needs: Needs, here: Environment) -> Choice:
    """Return whether the environment at hand is covered by a guarantee for this file."""
    for requirement in needs.requirements:
        name = requirement.distribution
        if name not in _UNUSED and not _installed(name, here):
            return Choice("rebuilt", f"`{requirement.distribution}` is not installed here")
    if is_of_three(artifact) and not any(_installed(name, here) for name in BACKENDS):
        return Choice("rebuilt", "no backend of Keras is installed here")
    other = _numpy(artifact, here) or other_python(needs, here)
    if other:
        return Choice("rebuilt", other)
    mains = [item for item in needs.requirements if _tells(item, artifact)]
    found = [_covered(item, artifact, here) for item in mains]
    refused = next((item for item in found if not item.current), None)
    if refused or not found:
        return refused or Choice("rebuilt", "nothing in the file tells the version that wrote it")
    return found[0]


def _installed(distribution: str, here: Environment) -> str:
    """Return the version of a library that is installed, by whichever distribution; "" for none."""
    names = (distribution, *same(distribution))
    return next((here.distributions[name] for name in names if name in here.distributions), "")


def _tells(item: Requirement, artifact: Artifact) -> bool:
    """Whether a requirement is on the library whose model it is, rather than on one below it."""
    return exact(item.specifier) is not None or any(
        row["distribution"] == item.distribution and artifact.format in row["formats"]
        for row in _rows()
    )


def _is_same(written: str, installed: str) -> bool:
    """Whether two versions are one: `2.13.0` and `2.13.0+cpu` are, `+cpu` and `+cu126` are not."""
    if written == installed:
        return True
    one, other = Version(written), Version(installed)
    return one.public == other.public and not (one.local and other.local)


def _covered(item: Requirement, artifact: Artifact, here: Environment) -> Choice:
    name, installed = item.distribution, _installed(item.distribution, here)
    written = exact(item.specifier)
    if written is not None and _is_same(written, installed):
        return Choice("here", f"{name} {installed} is here, and wrote it")
    for row in _rows():
        if row["distribution"] != name or artifact.format not in row["formats"]:
            continue
        if written and Version(installed) < Version(written):
            return Choice("rebuilt", f"{name} {installed} is here, and {written} wrote it")
        if Version(installed) not in SpecifierSet(row.get("here", "")) or _other(
            row, installed, written
        ):
            return Choice("rebuilt", f"{name} {installed} is here: {row['words']}", row["source"])
        if not written and _is_older(installed, item.specifier):
            return Choice("rebuilt", f"{name} {installed} is here, and {item.specifier} is needed")
        return Choice("here", f"{name} {installed} is here: {row['words']}", row["source"])
    told = f"{written} wrote it" if written else f"{item.specifier} is needed"
    return Choice("rebuilt", f"{name} {installed} is here, {told}, and no guarantee covers that")


def _other(row: Mapping[str, Any], installed: str, written: str | None) -> bool:
    """Whether a guarantee ends with the major release, and another one wrote the file."""
    ends = row["reads"] == _SAME and written is not None
    return ends and Version(installed).major != Version(written or "").major


def _is_older(installed: str, specifier: str) -> bool:
    """Whether a version is below the range; the version that wrote the file was inside it."""
    least = [item.version for item in SpecifierSet(specifier) if item.operator == ">="]
    return any(Version(installed) < Version(version) for version in least)


def _numpy(artifact: Artifact, here: Environment) -> str:
    """Say where the arrays of a pickle are of another generation of NumPy than the one here."""
    written, installed = artifact.detail.get("numpy"), here.distributions.get("numpy", "")
    if not written or not installed or installed.partition(".")[0] == written:
        return ""
    return f"NumPy {installed} is here, and NumPy {written} wrote it"


def other_python(needs: Needs, here: Environment) -> str:
    """Say where the file holds bytecode of another Python than this, which may end the process."""
    wanted = [item.specifier for item in needs.python if item.because == BYTECODE]
    if all(here.python in SpecifierSet(specifier) for specifier in wanted):
        return ""
    return f"Python {here.python} is here, and the bytecode in the file is of another"


@functools.cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    text = resources.files("loadstone").joinpath("data/guarantees.toml").read_text("utf-8")
    return tuple(loads(text)["guarantee"])
