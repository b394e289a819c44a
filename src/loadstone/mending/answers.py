"""A file in one environment: how it is opened there, and what it says of rows."""

from __future__ import annotations

import contextlib
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loadstone.comparing import Place
from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Drift, Load, Ran
from loadstone.engine import drift as outputs
from loadstone.environment import asking as askings
from loadstone.environment.distributions import distribution_of
from loadstone.environment.run import ProcessFailedError, RequestFailedError
from loadstone.errors import UsageError

if TYPE_CHECKING:
    from loadstone.environment.asking import Asking


@dataclass(frozen=True, slots=True)
class Told:
    """What a file said of each batch of rows in one environment."""

    ran: Ran
    load: Load
    batches: tuple[Mapping[str, Any], ...] = ()  # outputs by method
    errors: tuple[Mapping[str, str], ...] = ()  # why a method raises

    @property
    def raised(self) -> Mapping[str, str]:
        """The methods that raise of any of the batches, and why."""
        return {name: why for batch in self.errors for name, why in batch.items()}

    def without(self, left_out: Container[int]) -> Told:
        """Return it without some of the batches."""
        if self.ran.error:
            return self
        kept = [at for at in range(len(self.batches)) if at not in left_out]
        return replace(
            self,
            batches=tuple(self.batches[at] for at in kept),
            errors=tuple(self.errors[at] for at in kept),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A file, the rows that it is asked for, and how it may be loaded."""

    artifact: Artifact
    given: Any  # a batch of the user's, or None
    trust: bool
    timeout: float


@contextlib.contextmanager
def opened(
    artifact: Artifact, place: Place, asked: Question
) -> Iterator[tuple[Asking | None, Told]]:
    """Give what answers for a file in an environment, None where it does not load, and the why."""
    where = askings.where(place.python)
    main = distribution_of(asked.artifact)
    ran = Ran(where, place.version, {main: place.versions[main]} if main in place.versions else {})
    base = Load(trusted=asked.trust, where=where)
    asking, load = askings.opened(artifact, place.python, base, timeout=asked.timeout)
    if asking is None:
        yield None, Told(replace(ran, error=load.why), load)
        return
    with contextlib.closing(asking):
        ran = replace(ran, versions={**ran.versions, **asking.about["versions"]})
        yield asking, Told(ran, replace(load, loaded=True))


def answered(asking: Asking, told: Told, batches: Iterable[Any], timeout: float) -> Told:
    """Return what is said of each batch; raises `UsageError` where it is the rows that misfit."""
    found, raised = [], []
    try:
        for rows in batches:
            answer, errors = asking.answers(rows, timeout)
            found.append(answer)
            raised.append(errors)
    except (RequestFailedError, ProcessFailedError) as error:
        if getattr(error, "type", "") == "MisfitError":
            raise UsageError(error.why) from error
        return replace(told, ran=replace(told.ran, error=error.why))
    return replace(told, batches=tuple(found), errors=tuple(raised))


def compared(artifact: Artifact, before: Told, now: Told, count: list[int]) -> Drift:
    """Return what differs; an output that only the original gives is an error of the other."""
    ran = now.ran
    lacking = {
        name
        for told, answered in zip(before.batches, now.batches, strict=False)
        for name in set(told) - set(answered)
    }
    if not ran.error and lacking:
        name = min(lacking)
        ran = replace(ran, error=f"`{name}`: {now.raised.get(name, 'it is not there')}")
    found: dict[str, Any] = {}
    if not ran.error:
        for at, pair in enumerate(zip(before.batches, now.batches, strict=True)):
            for item in outputs.drift(*pair, count[at], pair[0]):
                more = outputs.shifted(item, sum(count[:at]))  # numbered from the first
                found[item.name] = outputs.joined(found.get(item.name), more)
    library = distribution_of(artifact)
    return Drift(sum(count), library, before.ran, ran, tuple(found.values()))
