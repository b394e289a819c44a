"""What a model needs around it: requirements, each with what in the file says so."""

from __future__ import annotations

from loadstone.core.classes import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """A distribution, or `python`, with the versions that are meant and the evidence for them."""

    distribution: str  # as the package index spells it
    specifier: str  # "==1.0.2", "<2", "" for any version
    because: str  # "`_sklearn_version` in the pickle"

    def __str__(self) -> str:
        return f"{self.distribution}{self.specifier}"


@dataclass(frozen=True, slots=True)
class Needs:
    """The environment that a model asks for; a distribution may be asked for more than once."""

    requirements: tuple[Requirement, ...] = ()
    python: tuple[Requirement, ...] = ()
    own: tuple[str, ...] = ()  # modules that no known distribution brings: the user's own code

    def of(self, distribution: str) -> tuple[Requirement, ...]:
        """Return the requirements on one distribution."""
        return tuple(item for item in self.requirements if item.distribution == distribution)

    @property
    def distributions(self) -> tuple[str, ...]:
        """The distributions that are asked for, each once, in order."""
        return tuple(dict.fromkeys(item.distribution for item in self.requirements))
