"""A pickled estimator as the libraries at hand pickle it, proved beside its rebuilt original."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from loadstone import bare_file, comparing, engine, readers
from loadstone.atomic import new_file
from loadstone.comparing import Place
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Drift, Load, Rewrite
from loadstone.core.report import Report
from loadstone.engine import fixing, saved
from loadstone.engine.gather import surroundings
from loadstone.engine.run import Facts, run_checks
from loadstone.environment import rebuild
from loadstone.environment.renames import elsewhere
from loadstone.environment.run import ProcessFailedError, RequestFailedError, begin
from loadstone.environment.wishes import Wishes
from loadstone.mending.answers import Question, Told, answered, compared, opened
from loadstone.runtime import rows as given_rows
from loadstone.runtime.held import digest_of
from loadstone.runtime.probes import LACKING

FORMATS: Final = ("pickle", "joblib")
_GIVEN: Final = "given"


def applies(path: str | os.PathLike[str]) -> bool:
    """Whether the file at `path` is tried: a whole pickle of another scikit-learn than is here.

    Raises `OSError` where it cannot be read.
    """
    artifact = readers.read(path)
    if artifact.format not in FORMATS or artifact.framework != "sklearn" or artifact.damage:
        return False
    here = comparing.here().versions
    told = artifact.producer.get("scikit-learn")
    return bool(told) and "scikit-learn" in here and not rebuild.covered(artifact).current


def fixed(
    asked: Question,
    wishes: Wishes | None,
    *,
    accept: Mapping[str, str],
    save_facts: str | os.PathLike[str] | None,
    unsafe: bool,
    out: str | os.PathLike[str] | None,
    dry_run: bool,
) -> Report:
    """Try it, write what was proved, and report on that; or report why there is nothing."""
    artifact = asked.artifact
    with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
        made = Path(folder) / fixed_name(artifact)
        tried = attempt(asked, made, wishes, comparing.here())
        known = {Artifact: artifact, **surroundings(artifact), **tried}
        if save_facts is not None:
            saved.write(Path(save_facts), known)
        report = run_checks(known, accept=accept)
        plan = fixing.plan(known, report, unsafe=unsafe)
        rewrite = tried.get(Rewrite)
        if not isinstance(plan, fixing.FilePlan) or not isinstance(rewrite, Rewrite):
            return report
        if dry_run:
            return replace(report, planned=plan.found)
        output = engine.output(out, plan.output(artifact.path), folder=False)
        with new_file(output) as file:
            file.write(made.read_bytes())
    again = _again(output, rewrite, asked, accept)
    return replace(again, fixed=plan.found, wrote=(str(output),))


def fixed_name(artifact: Artifact) -> str:
    """Return `model.fixed.pkl` for `model.pkl`."""
    stem, dot, suffix = artifact.name.rpartition(".")
    return f"{stem}.fixed.{suffix}" if dot and stem else f"{artifact.name}.fixed.pkl"


def attempt(asked: Question, made: Path, wishes: Wishes | None, place: Place) -> Facts:
    """Return what came of it, as facts; the model is then in the file `made`.

    Of rows the original is asked first: those given, and those made for it. Raises `UsageError`
    where its environment cannot be had.
    """
    original = rebuild.isolated(asked.artifact, wishes or Wishes())
    before = Place(str(original.python), original.version, original.versions)
    batches: dict[str, Any] = {} if asked.given is None else {_GIVEN: asked.given}
    with opened(asked.artifact, before, asked) as (asking, loaded):
        told = loaded
        if asking is not None:
            with contextlib.suppress(RequestFailedError):
                batches |= _by_kind(*asking.probes(asked.timeout))
            told = answered(asking, loaded, batches.values(), asked.timeout)
    if told.ran.error or not batches:
        why = told.ran.error or "no rows could be made that it predicts: give some, `-i rows.json`"
        return {Load: told.load, Rewrite: Rewrite(made.name, error=f"where it was made: {why}")}
    now = ask(asked.artifact, place, asked, batches.values())
    counts = {kind: given_rows.count(rows) for kind, rows in batches.items()}
    as_it_is, refused = _compared(asked.artifact, told, now, counts)
    facts: Facts = {Load: now.load, Drift: as_it_is}
    rewrite = Rewrite(
        made.name, given=counts.pop(_GIVEN, 0), made=counts, raised=told.raised, refused=refused
    )
    if as_it_is.same:
        return {**facts, Rewrite: rewrite} if refused else facts
    done, why = _written(asked, place, made)
    if why:
        return {**facts, Rewrite: replace(rewrite, error=why)}
    after = ask(readers.read(made), place, asked, batches.values())
    counts = {kind: given_rows.count(rows) for kind, rows in batches.items()}
    proof, refused = _compared(asked.artifact, told, after, counts)
    return {**facts, Rewrite: replace(rewrite, done=done, drift=proof, refused=refused)}


def _by_kind(rows: Any, counts: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    """Yield rows that were made by what they are, as a model may refuse those of one kind."""
    start = 0
    for kind, number in counts.items():
        yield kind, given_rows.part(rows, start, start + number)
        start += number


def ask(artifact: Artifact, place: Place, asked: Question, batches: Iterable[Any]) -> Told:
    """Return what a file says of the rows in an environment; what fails is part of the answer."""
    with opened(artifact, place, asked) as (asking, loaded):
        told = loaded
        return told if asking is None else answered(asking, told, batches, asked.timeout)


def _compared(
    artifact: Artifact, before: Told, now: Told, counts: Mapping[str, int]
) -> tuple[Drift, dict[str, str]]:
    """Return what differs, and why rows that lack values are refused where they are.

    Those are then left out: an older scikit-learn raises where a newer one finds a way for them.
    """
    at = list(counts).index(LACKING) if LACKING in counts and not now.ran.error else -1
    refused: dict[str, str] = {}
    if at >= 0 and len(counts) > 1 and before.batches[at] and not now.batches[at]:
        refused = {LACKING: next(iter(now.errors[at].values()), "")}
        before, now = before.without((at,)), now.without((at,))
    kept = [number for kind, number in counts.items() if kind not in refused]
    return compared(artifact, before, now, kept), refused


def _written(asked: Question, place: Place, made: Path) -> tuple[tuple[str, ...], str]:
    """Write the model as the libraries of `place` pickle it; return what was done, or why not."""
    artifact = asked.artifact
    names = {(item.module, item.name) for item in artifact.globals}
    path = os.path.abspath(artifact.path)  # noqa: PTH100 - the process has another folder
    runtime = begin(place.python, ())
    try:
        for answer in ("confine", "warm"):
            runtime.receive(answer, timeout=asked.timeout)
        told, (data,) = runtime.ask(
            "rewrite",
            path=path,
            trust=asked.trust,
            digest=digest_of(path, [part.path for part in artifact.parts]),
            places={
                f"{module}.{name}": [item.path for item in elsewhere(module, name) if item.path]
                for module, name in sorted(names)
            },
            saved=artifact.producer.get("scikit-learn") or "",
            timeout=asked.timeout,
        )
    except (RequestFailedError, ProcessFailedError) as error:
        return (), error.why
    finally:
        runtime.close()
    made.write_bytes(data.tobytes())
    return tuple(told["done"]), ""


def _again(output: Path, rewrite: Rewrite, asked: Question, accept: Mapping[str, str]) -> Report:
    """Return the report on what was written, with what was proved of it."""
    artifact, facts = bare_file.read(output)
    load = Load(trusted=asked.trust, where="this environment", loaded=True)
    facts |= {**surroundings(artifact), Load: load, Drift: rewrite.drift}
    return run_checks(facts, accept=accept)
