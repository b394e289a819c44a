"""One model file in several environments: where it loads, and where it predicts the same."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadstone import bare_file
from loadstone.core.classes import dataclass, replace
from loadstone.core.facts import Artifact, Drift, Load, Ran
from loadstone.core.report import Report
from loadstone.engine import original
from loadstone.engine.gather import surroundings
from loadstone.engine.given import given_to
from loadstone.environment import asking
from loadstone.environment import here as this
from loadstone.environment.distributions import distribution_of
from loadstone.environment.resolve import Lock
from loadstone.environment.run import ProcessFailedError
from loadstone.errors import LoadError, UsageError
from loadstone.inputs.one_row import batch_of
from loadstone.runtime import rows as given
from loadstone.runtime.files import BundleUnreadableError
from loadstone.runtime.pipeline import Pipeline
from loadstone.runtime.rows import MisfitError

if TYPE_CHECKING:
    from loadstone.environment.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Question:
    """Which model is asked, and for which rows."""

    artifact: Artifact
    facts: Mapping[type, object]
    report: Report  # of the file alone
    rows: Any  # a batch, as `predict` takes it
    locked: Lock | None = None  # of the environment that it was made in, where that is known
    trust: bool = False
    code: Mapping[str, Any] | None = None  # of the user's, that the file names
    memory_limit: int | None = None  # bytes, of each process
    timeout: float = 600.0  # seconds, for each answer


@dataclass(frozen=True, slots=True)
class Place:
    """An environment: its interpreter, and what is installed there."""

    python: str
    version: str  # "3.8.18"
    versions: Mapping[str, str]  # of distributions


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it in one environment."""

    ran: Ran
    load: Load
    outputs: Mapping[str, Any]  # "predictions", "probabilities"; empty where it did not predict


def both(
    path: str | os.PathLike[str],
    rows: Any = None,
    *,
    outputs: Any = None,
    wishes: Wishes | None = None,
    trust: bool = False,
    accept: Mapping[str, str] | None = None,
    memory_limit: int | None = None,
    timeout: float = 600.0,
    save_facts: str | os.PathLike[str] | None = None,
    code: Sequence[str] = (),
) -> Report:
    """Predict `rows` here and where the file was made, and report what moved, row by row.

    Each of the two runs in a process of its own. `outputs` are those that are expected of the rows,
    as predictions or as probabilities: each of the two is compared with them. What stands against
    loading the file at all is reported, and nothing is run then. Of a bundle that keeps a file as
    it was, that file is meant, and its witnesses where no rows are given. `code` is as for `load`.

    Raises `UsageError` where the file needs a class, where there are no rows or they do not fit the
    model, or where its environment cannot be had; `OSError` where the file cannot be read.
    """
    from loadstone.engine import saved
    from loadstone.engine.run import run_checks

    with contextlib.ExitStack() as stack:
        try:
            asked = stack.enter_context(question(path, rows, trust=trust, accept=accept, code=code))
        except LoadError as error:
            return error.report
        number = given.count(asked.rows)
        if outputs is not None and len(outputs) != number:
            raise UsageError(f"{len(outputs)} outputs are given for {number} rows")
        asked = replace(asked, memory_limit=memory_limit, timeout=timeout)
        before, now = ask(asked, made(asked, wishes)), ask(asked, here())
    if before.ran.error and now.ran.error and before.load.loaded and now.load.loaded:
        raise UsageError(
            "the model takes these rows neither here nor where it was made: "
            f"{now.ran.error.splitlines()[0]}"
        )
    found = drift(asked, before, now)
    if outputs is not None:
        found = _against(outputs, found, before, now)
    facts = {**asked.facts, Load: now.load, Drift: found}
    facts[Artifact] = replace(asked.artifact, path=os.fspath(path))
    if save_facts is not None:
        saved.write(Path(save_facts), facts)
    return run_checks(facts, accept=accept)


@contextlib.contextmanager
def question(
    path: str | os.PathLike[str],
    rows: Any,
    *,
    trust: bool = False,
    accept: Mapping[str, str] | None = None,
    code: Sequence[str] = (),
) -> Iterator[Question]:
    """Give the question what the model at `path` predicts for `rows`, or for its witnesses.

    Raises `LoadError` where the file itself stands against loading it, `UsageError` where it needs
    a class, `OSError` where it cannot be read.
    """
    from loadstone.engine.run import run_checks

    place, locked = os.fspath(path), None
    own = given_to(place, None, code)
    with contextlib.ExitStack() as stack:
        if original.holds(place):
            held = _kept(place)
            rows, locked = held.rows() if rows is None else rows, held.lock
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="loadstone-"))
            place = os.fspath(held.write(Path(folder)))
            own = held.code_in(Path(folder))
            trust = trust or original.is_captured(own)
        if rows is None:
            raise UsageError("say which rows are predicted: `-i rows.json`")
        artifact, facts = bare_file.read(place, own)
        bare_file.refuse(facts, trust=trust, accept=accept)
        facts |= surroundings(artifact)
        report = run_checks(facts, accept=accept)
        batch = given.packed(batch_of(rows)[0])
        yield Question(artifact, facts, report, batch, locked, trust, own)


def _kept(path: str) -> original.Held:
    """Return the original of a bundle; raises `UsageError` where it is not what was saved."""
    pipeline = Pipeline(path)
    try:
        held = original.Held(pipeline)
        held.witnesses()  # they are read before the digests are looked at
    except BundleUnreadableError as error:
        raise UsageError(str(error)) from error
    if pipeline.files.changed:
        raise UsageError(f"`{path}` is not as it was saved: `loadstone check` says what changed")
    return held


def made(asked: Question, wishes: Wishes | None) -> Place:
    """Return the environment that the file was made in, built; raises `UsageError`."""
    from loadstone.environment import rebuild
    from loadstone.environment.wishes import Wishes

    built = rebuild.isolated(asked.artifact, wishes or Wishes(), asked.locked)
    return Place(str(built.python), built.version, built.versions)


def here() -> Place:
    """Return this environment."""
    found = this.here()
    return Place(sys.executable, found.python, found.distributions)


def ask(question: Question, place: Place) -> Answer:
    """Load the model in an environment and predict; what fails is part of the answer.

    Raises `UsageError` where it is the rows that do not fit.
    """
    where = asking.where(place.python)
    main = distribution_of(question.artifact)
    versions = {main: place.versions[main]} if main in place.versions else {}
    ran = Ran(where, place.version, versions)
    found, load = asking.opened(
        question.artifact,
        place.python,
        Load(trusted=question.trust, where=where),
        memory_limit=question.memory_limit,
        timeout=question.timeout,
        code=question.code,
    )
    if found is None:
        return Answer(replace(ran, error=load.why), load, {})
    with bare_file.FilePredictor(question.report, found, question.timeout) as predictor:
        ran = replace(ran, versions={**versions, **predictor.about["versions"]})
        load = replace(load, loaded=True)
        try:
            predictions = predictor.predict(question.rows, probabilities=True)
        except UsageError as error:
            if isinstance(error.__cause__, MisfitError):
                raise
            why = str(getattr(error.__cause__, "why", error))
            return Answer(replace(ran, error=why), load, {})
        except ProcessFailedError as error:
            return Answer(replace(ran, error=error.why), load, {})
        outputs = {"predictions": predictions, "probabilities": predictor.probabilities}
        return Answer(ran, load, outputs)


def _against(given: Any, found: Drift, before: Answer, now: Answer) -> Drift:
    """Return the drift with what each of the two differs by from the outputs that were given."""
    from loadstone.engine import drift as outputs

    return replace(
        found,
        given_before=outputs.against(given, before.outputs, found.rows),
        given_now=outputs.against(given, now.outputs, found.rows),
    )


def drift(question: Question, before: Answer, now: Answer) -> Drift:
    """Return what moved from one answer to the other."""
    from loadstone.engine import drift as outputs

    rows = given.count(question.rows)
    found = outputs.drift(before.outputs, now.outputs, rows)
    return Drift(rows, distribution_of(question.artifact), before.ran, now.ran, found)
