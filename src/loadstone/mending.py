"""A pickled model brought to the libraries at hand, proved beside its rebuilt original.

What has no such fix is left to the edits of `engine`.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loadstone import bare_file, comparing, engine, readers
from loadstone.atomic import new_file
from loadstone.bundle.accept import reasons
from loadstone.checks.environment.booster_in_a_pickle import SUFFIXES, WHOLE
from loadstone.comparing import Place
from loadstone.core.classes import dataclass, replace
from loadstone.core.edits import CutModel
from loadstone.core.facts import Artifact, Drift, Load, Ran, Rewrite
from loadstone.core.report import Found, Report
from loadstone.core.words import count
from loadstone.engine import drift as outputs
from loadstone.engine import fixing, saved
from loadstone.engine.gather import surroundings
from loadstone.engine.run import Facts, run_checks
from loadstone.environment import asking as askings
from loadstone.environment import rebuild
from loadstone.environment.distributions import distribution_of
from loadstone.environment.renames import elsewhere
from loadstone.environment.run import ProcessFailedError, RequestFailedError, begin
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.fixes import boosters
from loadstone.inputs import rows as files
from loadstone.runtime import rows as given_rows
from loadstone.runtime.held import digest_of
from loadstone.runtime.probes import LACKING

if TYPE_CHECKING:
    from loadstone.environment.asking import Asking

FORMATS: Final = ("pickle", "joblib")
RANDOM: Final = 256  # rows for a booster, which holds no limits of its columns
_GIVEN: Final = "given"
StrPath = str | os.PathLike[str]


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


def applies(path: StrPath) -> bool:
    """Whether the file at `path` is tried: a whole pickle of another scikit-learn than is here.

    Raises `OSError` where it cannot be read.
    """
    artifact = readers.read(path)
    if artifact.format not in FORMATS or artifact.framework != "sklearn" or artifact.damage:
        return False
    here = comparing.here().versions
    told = artifact.producer.get("scikit-learn")
    return bool(told) and "scikit-learn" in here and not rebuild.covered(artifact).current


def fix(
    path: StrPath,
    *,
    into: Any = None,
    preprocess: Any = None,
    postprocess: Any = None,
    examples: Any = None,
    accept: Mapping[str, str] | None = None,
    entry: str | None = None,
    save_facts: StrPath | None = None,
    unsafe: bool = False,
    out: StrPath | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    wishes: Wishes | None = None,
    trust: bool = False,
    timeout: float = 600.0,
) -> Report:
    """Check the file, write a fixed copy beside it, and report on that, as `engine.fix` does.

    A pickled estimator of another scikit-learn is written as the libraries here pickle it, where
    every output of every row is then the same as in the environment that it was made in, which is
    rebuilt as `wishes` say. `examples` are rows to ask for, besides those that are made. A pickle
    that calls what is not audited is loaded with `trust` only. `timeout` is in seconds, for each
    answer.

    Raises what `engine.fix` does, and `UsageError` where that environment cannot be had.
    """
    accepted = reasons(accept)
    refused = False
    if into is None and not saved.is_saved(path) and applies(path):
        artifact, facts = bare_file.read(path)
        refused = _refused(facts, trust=trust, accept=accepted)
        if not refused:
            asked = Question(artifact, _batch(examples), trust, timeout)
            return _fixed(
                asked,
                wishes,
                accept=accepted,
                save_facts=save_facts,
                unsafe=unsafe,
                out=out,
                dry_run=dry_run,
            )
    proof = None
    if into is None and not refused and not saved.is_saved(path):
        cut = _is_cut(path, accepted)
        asked = Question(readers.read(path), _batch(examples) if cut else None, trust, timeout)
        proof = _of_the_cut(asked, wishes or Wishes()) if cut else None
        if proof is not None and not proof.same:
            known = {Artifact: asked.artifact, **surroundings(asked.artifact), Drift: proof}
            return run_checks(known, accept=accepted)
        examples = None if cut else examples
    report = engine.fix(
        path,
        into=into,
        preprocess=preprocess,
        postprocess=postprocess,
        examples=None if refused else examples,
        accept=accept,
        entry=entry,
        save_facts=save_facts,
        unsafe=unsafe,
        out=out,
        dry_run=dry_run,
        progress=progress,
    )
    if proof is None or not report.wrote:
        return report
    found = {**surroundings(report.artifact), Artifact: report.artifact, Drift: proof}
    again = run_checks(found, accept=accepted)
    fixed = tuple(_proved(item, proof) for item in report.fixed)
    return replace(again, fixed=fixed, wrote=report.wrote)


def _proved(item: Found, proof: Drift) -> Found:
    """Return the finding that was fixed, with what was proved of the fix."""
    fix = item.finding.fix
    if fix is None or not any(isinstance(edit, CutModel) for edit in fix.edits):
        return item
    told = f"{WHOLE}; {count(proof.rows, 'row')} predicted the same as by the pickle"
    return replace(item, finding=replace(item.finding, fix=replace(fix, proof=told)))


def _is_cut(path: StrPath, accept: Mapping[str, str]) -> bool:
    """Whether what would be written is the model that an XGBoost pickle holds."""
    artifact = readers.read(path)
    if artifact.format not in FORMATS or artifact.framework != "xgboost" or artifact.damage:
        return False
    known = {Artifact: artifact, **surroundings(artifact)}
    plan = fixing.plan(known, run_checks(known, accept=accept))
    return isinstance(plan, fixing.FilePlan) and isinstance(plan.edit, CutModel)


def _of_the_cut(asked: Question, wishes: Wishes) -> Drift | None:
    """Return what the model inside predicts against its pickle, both in the pickle's environment.

    None, and a line that says why, where that cannot be had or its classes cannot be told.
    """
    try:
        built = rebuild.isolated(asked.artifact, wishes)
    except UsageError as error:
        wishes.say(f"the model inside is not predicted with: {error}")
        return None
    place = Place(str(built.python), built.version, built.versions)
    with contextlib.ExitStack() as stack:
        whole, told = stack.enter_context(_opened(asked.artifact, place, asked))
        if whole is None:
            wishes.say(f"the model inside is not predicted with: {told.ran.error}")
            return None
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loadstone-")))
            place_of_cut = folder / f"model{SUFFIXES[str(asked.artifact.detail['booster'])]}"
            place_of_cut.write_bytes(boosters.cut(Path(asked.artifact.path)))
            inner = readers.read(place_of_cut)
            made = _rows_for(whole, inner, asked.timeout)
            batches = [made] if asked.given is None else [asked.given, made]
            before = [whole.ask(rows, True, asked.timeout)[0] for rows in batches]  # noqa: FBT003 - as the request has it
            labels = _labels(before[0].get("classes"))
            base = Load(where=askings.where(place.python))
            part, load = askings.opened(
                inner, place.python, base, timeout=asked.timeout, labels=labels
            )
            if part is None:
                wishes.say(f"the model inside is not predicted with: {load.why}")
                return None
            stack.callback(part.close)
            now = [part.ask(rows, True, asked.timeout)[0] for rows in batches]  # noqa: FBT003 - as above
        except (RequestFailedError, ProcessFailedError, ValueError) as error:
            wishes.say(f"the model inside is not predicted with: {error}")
            return None
        sizes = [given_rows.count(rows) for rows in batches]
        then, after = (
            Told(told.ran, load, tuple(map(_plain, found)), ({},) * len(found))
            for found in (before, now)
        )
        return _drift(asked.artifact, then, after, sizes)


def _rows_for(whole: Asking, inner: Artifact, timeout: float) -> Any:
    """Return rows that are made for a wrapper; of a booster alone, random ones, some with gaps.

    Raises `RequestFailedError`, and `ValueError` where it is not told how many columns there are.
    """
    with contextlib.suppress(RequestFailedError):
        return whole.probes(timeout)[0]
    import numpy as np

    ports = [port for signature in inner.signatures for port in signature.inputs]
    shape = ports[0].shape if len(ports) == 1 else None
    if not shape or not isinstance(shape[-1], int):
        raise ValueError("it does not tell how many columns it takes")
    state = np.random.default_rng(0)
    rows = state.normal(size=(4, RANDOM // 4, shape[-1]))
    rows *= np.array([1.0, 100.0, 0.1, 1.0])[:, None, None]
    rows[3][state.random(rows[3].shape) < 0.3] = np.nan
    return rows.reshape(RANDOM, shape[-1])


def _labels(classes: Any) -> Mapping[str, Any] | None:
    """Return the classes that a wrapper names, as a booster alone is told them."""
    return None if classes is None else {"dtype": classes.dtype.str, "values": classes.tolist()}


def _plain(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the outputs that stand for rows."""
    return {
        name: value for name, value in answer.items() if name != "classes" and value is not None
    }


def _fixed(
    asked: Question,
    wishes: Wishes | None,
    *,
    accept: Mapping[str, str],
    save_facts: StrPath | None,
    unsafe: bool,
    out: StrPath | None,
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


def _refused(facts: Facts, *, trust: bool, accept: Mapping[str, str]) -> bool:
    """Whether the file itself stands against loading it."""
    judged = {**facts, Load: Load(trusted=trust, where="an environment of its own")}
    return any(
        item.check.stage in ("file", "trust") for item in run_checks(judged, accept=accept).errors
    )


def _batch(examples: Any) -> Any:
    """Return the user's rows as a batch, None where there are none."""
    if examples is None:
        return None
    if isinstance(examples, (str, os.PathLike)):
        parts = files.parts(os.fspath(examples))
        examples = files.read(os.fspath(examples)) if parts is None else parts[0]
    elif isinstance(examples, tuple):
        examples = examples[0]
    return given_rows.packed(bare_file.batch_of(examples)[0])


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
    with _opened(asked.artifact, before, asked) as (asking, opened):
        told = opened
        if asking is not None:
            with contextlib.suppress(RequestFailedError):
                batches |= _by_kind(*asking.probes(asked.timeout))
            told = _answered(asking, opened, batches.values(), asked.timeout)
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
    with _opened(artifact, place, asked) as (asking, told):
        return told if asking is None else _answered(asking, told, batches, asked.timeout)


@contextlib.contextmanager
def _opened(
    artifact: Artifact, place: Place, asked: Question
) -> Iterator[tuple[Asking | None, Told]]:
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


def _answered(asking: Asking, told: Told, batches: Iterable[Any], timeout: float) -> Told:
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
    return _drift(artifact, before, now, kept), refused


def _drift(artifact: Artifact, before: Told, now: Told, count: list[int]) -> Drift:
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
