"""A model file as the one stage that it is, and its witnesses predicted again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loadstone.bundle import facts as bundle_facts
from loadstone.core.facts import Replay
from loadstone.environment.asking import Asking
from loadstone.environment.run import ProcessFailedError, RequestFailedError
from loadstone.runtime.replay import replay
from loadstone.runtime.rows import MisfitError
from loadstone.runtime.steps import Steps

OUTPUTS: Final = ("predictions", "probabilities")


class Whole(Steps):
    """A model file behind the one stage that it is: rows in, its outputs by name out."""

    def __init__(self, asking: Asking, timeout: float) -> None:
        super().__init__(self.ask, {})
        self.asking = asking
        self.timeout = timeout

    def ask(self, rows: Any, *, moved: int | None = None) -> dict[str, Any]:
        """Return the outputs that the model has for the rows, as `asking` does."""
        found, _ = self.asking.ask(rows, True, self.timeout, moved=moved)  # noqa: FBT003 - as the request has it
        return {name: found[name] for name in OUTPUTS if found.get(name) is not None}

    def infer(self, prepared: Any) -> Any:
        """Return what the model makes of rows."""
        return self.ask(prepared)


def replayed(whole: Whole, recorded: Mapping[str, Any], where: str, form: str) -> Replay:
    """Predict recorded witnesses again; what fails is part of the outcome."""
    try:
        answer = replay(whole, dict(recorded))
    except (ProcessFailedError, RequestFailedError, MisfitError) as error:
        count = recorded["count"]
        return bundle_facts.failed("model", error.why, witnesses=count, where=where)
    return bundle_facts.replay(answer, form=form, where=where)
