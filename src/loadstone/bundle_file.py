"""A bundle of a model in stages: loaded here, or in the environment that it was saved in."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from loadstone.core.report import Report
from loadstone.errors import LoadError, UsageError
from loadstone.inputs.coverage import OnUnknown
from loadstone.inputs.ranges import Ranges
from loadstone.inputs.single import Shape
from loadstone.predictor import Predictor

if TYPE_CHECKING:
    from loadstone.bundle.load import Loaded
    from loadstone.environment.wishes import Wishes

StrPath = str | os.PathLike[str]
Env = Literal["auto", "current", "isolated"]


def load(  # noqa: PLR0917 - the choices of `load`
    path: str,
    into: Any,
    steps: Mapping[str, Callable[..., Any]],
    accepted: Mapping[str, str],
    verify: bool,  # noqa: FBT001 - private, called once
    device: str | None,
    on_unknown: OnUnknown,
    env: Env,
    wishes: Wishes | None,
    signature: Mapping[str, Any] | None,
) -> Predictor:
    """Return the model of a bundle: here, or in its environment where that is asked or needed."""
    from loadstone.bundle import load as bundles

    here = into is not None or bool(steps) or device is not None
    away = env == "isolated" or bool(wishes and (wishes.pins or wishes.python))
    if here and away:
        raise UsageError("`into`, steps of your own and `device` are for this environment")
    if away:
        return _of_bundle(_away(path, verify, wishes), accepted, on_unknown, signature)
    loaded = bundles.load(path, into=into, steps=steps, verify=verify, device=device)
    try:
        return _of_bundle(loaded, accepted, on_unknown, signature)
    except LoadError as error:
        if here or env == "current" or not _is_of_environment(error.report):
            raise
        why = error.report.errors[0].finding.message
        try:
            loaded = _away(path, verify, wishes, why)
            return _of_bundle(loaded, accepted, on_unknown, signature)
        except UsageError as other:
            told = f"{error}\nits environment cannot be had: {other}"
            raise LoadError(error.report, told) from error


def _is_of_environment(report: Report) -> bool:
    """Whether another environment may be all that a bundle needs: nothing of it was changed."""
    stages = {item.check.stage for item in report.errors}
    changed = report.bundle is None or bool(report.bundle.changes)
    return not changed and bool(stages) and stages <= {"environment", "code", "outputs"}


def _away(path: str, verify: bool, wishes: Wishes | None, why: str = "") -> Loaded:  # noqa: FBT001 - private
    """Return what came of loading the bundle in its own environment, from the cache or built."""
    from loadstone.bundle import away
    from loadstone.engine import inspect
    from loadstone.environment import rebuild
    from loadstone.environment.wishes import Wishes

    wishes = wishes or Wishes()
    artifact = inspect(path)
    if why:
        wishes.say(f"using the environment of {artifact.name}: {why}")
    built = rebuild.isolated(artifact, wishes)
    return away.load(path, str(built.python), verify=verify)


def _of_bundle(
    loaded: Loaded,
    accepted: Mapping[str, str],
    on_unknown: OnUnknown,
    signature: Mapping[str, Any] | None,
) -> Predictor:
    """Return what predicts; raises `LoadError` where the facts stand against it.

    What was loaded in another process ends with an error.
    """
    with contextlib.ExitStack() as stack:
        stack.callback(loaded.close)
        found = _predictor(loaded, accepted, on_unknown, signature)
        stack.pop_all()
    return found


def _keeping(loaded: Loaded) -> str:
    """Return what keeps the arrays that differ, where there are some."""
    path = loaded.pipeline.files.path if loaded.kept and loaded.pipeline else ""
    return f"\n`loadstone check {shlex.quote(path)}` keeps the arrays that differ" if path else ""


def _predictor(
    loaded: Loaded,
    accepted: Mapping[str, str],
    on_unknown: OnUnknown,
    signature: Mapping[str, Any] | None,
) -> Predictor:
    from loadstone.engine.run import run_checks
    from loadstone.inputs.signature import edited
    from loadstone.render.exception import message

    report = run_checks(loaded.facts, accept=accepted)
    if report.errors or loaded.steps is None or loaded.pipeline is None:
        raise LoadError(report, message(report) + _keeping(loaded)) from loaded.error
    pipeline = loaded.pipeline
    manifest = pipeline.manifest
    if signature:
        inputs = edited(manifest["signature"]["inputs"] or [], signature)
        manifest = {**manifest, "signature": {**manifest["signature"], "inputs": inputs}}
    return Predictor(
        loaded.model,
        report,
        loaded.steps,
        shape=Shape.of(manifest, loaded.steps),
        tables=manifest["coverage"] if loaded.away else pipeline.tables,
        saved=manifest["coverage"],
        ranges=Ranges.of(manifest),
        on_unknown=on_unknown,
        closing=loaded.close,
    )
