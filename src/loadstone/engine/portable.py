"""A portable form: an original in its library's own format, kept where it predicts the same."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadstone import readers
from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Environment, Load, Replay
from loadstone.engine.whole import Whole, replayed
from loadstone.environment import asking as askings
from loadstone.environment.asking import Asking
from loadstone.environment.run import ProcessFailedError, RequestFailedError

KIND: Final = "portable"
FILES: Final = {
    "xgboost-json": "forms/portable/model.json",
    "lightgbm-text": "forms/portable/model.txt",
}
_FROM: Final = {  # formats that a later version of the library need not read
    "xgboost": ("pickle", "joblib", "xgboost-binary"),
    "lightgbm": ("pickle", "joblib"),
}
SAME: Final = ("identical", "within tolerance")


class NotPortableError(Exception):
    """There is no form that predicts the same; `why` says it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Portable:
    """A booster in its library's own format, with the classes that only its wrapper had."""

    format: str
    data: bytes
    labels: Mapping[str, Any] | None
    also: tuple[Mapping[str, Any], ...] = ()  # versions that predicted the same, and the result

    def form(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {
            "kind": KIND,
            "file": FILES[self.format],
            "format": self.format,
            "labels": self.labels,
            "also": list(self.also),
        }

    def opened(self, python: str | None, timeout: float) -> Asking | None:
        """Return what answers for it in an environment, None where it does not load there."""
        with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
            place = Path(folder) / Path(FILES[self.format]).name
            place.write_bytes(self.data)
            artifact = readers.read(place)
            if artifact.format != self.format:
                return None
            base = Load(where=askings.where(python))
            asking, _ = askings.opened(artifact, python, base, timeout=timeout, labels=self.labels)
        return asking


@dataclass(frozen=True, slots=True)
class Answer:
    """A form that is loaded here, and the fact of that."""

    asking: Asking
    fact: Replay | Load


def is_exported(artifact: Artifact) -> bool:
    """Whether a portable form of the file is tried."""
    return artifact.format in _FROM.get(artifact.framework or "", ())


def export(asking: Asking, timeout: float) -> Portable:
    """Return the model that is open in its own environment; raises `NotPortableError`."""
    try:
        return Portable(*asking.export(timeout))
    except (RequestFailedError, ProcessFailedError) as error:
        raise NotPortableError(error.why) from error


def proved(
    made: Portable, recorded: Mapping[str, Any], pythons: Sequence[str], timeout: float
) -> Portable:
    """Return the form with the versions of the first interpreter that predicts the same with it.

    Each is asked in a process of its own. Raises `NotPortableError` where none does.
    """
    why = "it does not load"
    for python in pythons:
        asking = made.opened(python, timeout)
        if asking is None:
            continue
        with contextlib.closing(asking):
            again = _again(asking, recorded, python, timeout)
            versions = {"python": asking.about["python"], **asking.about["versions"]}
        if again.whole in SAME:
            return replace(made, also=({"versions": versions, "result": again.whole},))
        stage = again.stages[0]
        why = f"it does not predict the same: {stage.error or stage.example}"
    raise NotPortableError(why)


def here(
    made: Portable,
    recorded: Mapping[str, Any] | None,
    now: Environment,
    timeout: float,
) -> Answer | None:
    """Return the form loaded in this process, where it predicts the same.

    Without witnesses to ask for, the versions here have to be some that were seen to do.
    """
    if recorded is None and not seen(made.also, now):
        return None
    asking = made.opened(None, timeout)
    if asking is None:
        return None
    if recorded is None:
        return Answer(asking, Load(loaded=True))
    again = _again(asking, recorded, None, timeout)
    if again.whole in SAME:
        return Answer(asking, again)
    asking.close()
    return None


def seen(also: Sequence[Mapping[str, Any]], now: Environment) -> bool:
    """Whether the versions that are here were seen to predict the witnesses the same."""
    found = {**now.distributions, "python": now.python}
    return any(
        bool(item["versions"]) and all(found.get(k) == v for k, v in item["versions"].items())
        for item in also
    )


def _again(
    asking: Asking, recorded: Mapping[str, Any], python: str | None, timeout: float
) -> Replay:
    return replayed(Whole(asking, timeout), recorded, askings.where(python), KIND)
