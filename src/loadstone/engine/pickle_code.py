"""A pickle with the code that it names: loaded here."""

from __future__ import annotations

from collections.abc import Sequence

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Load
from loadstone.engine.gather import surroundings
from loadstone.engine.given import modules_of_pickle, without
from loadstone.engine.run import Facts, run_checks
from loadstone.environment import asking as askings

_STOPS = ("file", "trust")


def loaded(artifact: Artifact, code: Sequence[str]) -> Facts:
    """Return the facts of a pickle that is given `code`, and how the load with it went.

    What the pickle needs of the code is run here, unless the file itself stands against it. Raises
    `UsageError` where the code has not what the pickle names.
    """
    modules = modules_of_pickle(artifact, code)
    artifact = without(artifact, modules)
    found: Facts = {Artifact: artifact, **surroundings(artifact)}
    base = Load()
    if run_checks({**found, Load: base}, stages=_STOPS).errors:
        return found | {Load: base}
    asking, told = askings.opened(artifact, None, base, code=modules)
    if asking is None:
        return found | {Load: told}
    asking.close()
    return found | {Load: replace(told, loaded=True, why="in this process")}
