"""Weights of Keras alone in the places of a model, written and read back by its own Keras."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadstone import engine
from loadstone.atomic import new_file
from loadstone.core.classes import replace
from loadstone.core.edits import PlaceWeights
from loadstone.core.facts import Artifact
from loadstone.core.report import Report
from loadstone.engine import fixing, keras_weights, saved
from loadstone.engine.gather import Asked, gather
from loadstone.engine.run import run_checks
from loadstone.errors import UsageError

SUFFIX = ".weights.h5"  # by which Keras tells the layout


def fixed(
    path: str | os.PathLike[str],
    asked: Asked,
    *,
    accept: Mapping[str, str],
    save_facts: str | os.PathLike[str] | None,
    unsafe: bool,
    out: str | os.PathLike[str] | None,
    dry_run: bool,
) -> Report | None:
    """Write the weights by their names, and report on that; None where another fix comes first.

    Raises `UsageError` where the model does not take what was written, `FileExistsError`,
    `OSError`; nothing is then left behind.
    """
    facts = gather(path, asked)
    report = run_checks(facts, accept=accept)
    plan = fixing.plan(facts, report, unsafe=unsafe)
    if not isinstance(plan, fixing.FilePlan) or not isinstance(plan.edit, PlaceWeights):
        return None
    if save_facts is not None:
        saved.write(Path(save_facts), facts)
    if dry_run:
        return replace(report, planned=plan.found)
    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    output = engine.output(out, plan.output(artifact.path), folder=False)
    if not output.name.endswith(SUFFIX):
        raise UsageError(
            f"`{output}`: Keras takes such weights from a name that ends with {SUFFIX}"
        )
    codes = {item.check.code for item in plan.found}
    reading = "names" if "LS413" in codes else "safe"
    with new_file(output) as file:
        how: Any = {"reading": reading, "trust": asked.trust}
        file.write(keras_weights.written(artifact, asked.into, asked.code, **how))
    again = run_checks(gather(output, asked), accept=report.accepted)
    return replace(again, fixed=plan.found, wrote=(str(output),))
