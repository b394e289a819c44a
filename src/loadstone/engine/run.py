"""Facts and checks in, report out: root causes only, and no more claimed than was tested."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from loadstone import elsewhere
from loadstone.core import registry
from loadstone.core.classes import replace
from loadstone.core.edits import FileEdit
from loadstone.core.facts import (
    Applied,
    Archived,
    Artifact,
    AsMade,
    Assignment,
    Base,
    Bundle,
    Code,
    Coverage,
    Dequantised,
    Drift,
    Environment,
    Filling,
    Held,
    Idle,
    Infinite,
    Load,
    ModelType,
    NotNumbers,
    Replay,
    Rewrite,
    SaveFacts,
    Target,
    TargetProblem,
    Trials,
    Unasked,
    Unfitted,
    Untied,
    Weights,
)
from loadstone.core.registry import Check
from loadstone.core.report import Crash, Found, NotRun, Report
from loadstone.core.verdict import Loads, Predicts, Verdict, worst
from loadstone.core.words import as_argument, count
from loadstone.runtime.kinds import KINDS
from loadstone.statedict.architecture import identify
from loadstone.statedict.match import Match, match
from loadstone.statedict.select import select
from loadstone.statedict.ways import settled

Facts = dict[type, object]
_TARGETLESS = (
    *("none", "container", "object", "tensor", "program", "model", "architecture"),
)  # contents that are loaded into no class of the user's
_HERE = (Code, Environment, ModelType)  # no facts of what is loaded elsewhere
_ABSENT: dict[type, str] = {
    Target: "no target was given (`--into pkg:Net`)",
    Assignment: "there are no weights of Keras with a model that is built for them",
    TargetProblem: "the target was built",
    Weights: "the artifact holds no state dict that a load would use",
    Match: "there is no target to compare with",
    Filling: "its own load leaves nothing out",
    Dequantised: "nothing that is quantised goes into a target",
    Base: "no base of an adapter was given (`--base PATH`)",
    Held: "no loaded model was given to compare with (`--loaded pkg:fn`)",
    ModelType: "it is no folder of transformers, or transformers is not installed here",
    Infinite: "no number is too large for the dtype of the target",
    Idle: "it is no adapter with a layer that adds nothing",
    Applied: "no loaded model was given to compare with an adapter and its base",
    Unfitted: "no BatchNorm of it holds the statistics that it was built with",
    NotNumbers: "no NaN was read in it",
    AsMade: "it is no model of Keras's that is as it was made",
    Untied: "nothing that it ties differs in the file",
    Code: "the artifact needs no code of its own",
    Bundle: "it is not a bundle",
    Replay: "nothing was predicted: no witnesses, no examples with outputs",
    Coverage: "nothing was predicted",
    SaveFacts: "nothing was saved",
    Load: "no predictions were asked of it",
    Drift: "it was not predicted in two environments (`--env both`)",
    Archived: "it was not written as `.keras` (`--fix -o NAME.keras`)",
    Rewrite: "it was not written for the libraries here (`--fix`)",
    Environment: "the environment was not looked at",
}


def derive(facts: Facts) -> Facts:
    """Add what follows from the facts gathered: the state dict meant, and how it matches.

    Of a file that is loaded elsewhere, what is here is no fact.
    """
    load = facts.get(Load)
    if isinstance(load, Load) and load.elsewhere:
        facts = {kind: value for kind, value in facts.items() if kind not in _HERE}
    artifact, target = facts.get(Artifact), facts.get(Target)
    if isinstance(artifact, Artifact) and Weights not in facts and Assignment not in facts:
        weights = select(artifact, target if isinstance(target, Target) else None)
        if weights is not None:
            facts[Weights] = weights
    weights = facts.get(Weights)  # type: ignore[assignment]
    if isinstance(weights, Weights) and isinstance(target, Target) and Match not in facts:
        facts[Match] = _matched(weights, target, facts.get(Trials))
    return facts


def _matched(weights: Weights, target: Target, trials: object) -> Match:
    """Compare names and shapes; what the framework's own strict load accepts, fits.

    Hooks of a class may accept other names than it shows. Where outputs are expected of examples,
    the one way that gives them is what fits.
    """
    if isinstance(trials, Trials) and (not target.accepts or len(trials.right) == 1):
        return settled(weights, target, trials, kinds=target.modules, aliases=target.aliases)
    if target.accepts:
        return Match((), weights.tensors, (), (), ())
    return match(weights, target, kinds=target.modules, aliases=target.aliases)


def run_checks(
    facts: Mapping[type, object],
    *,
    accept: Mapping[str, str] | None = None,
    stages: Sequence[str] | None = None,
) -> Report:
    """Run every check whose facts are there, or those of `stages`; return root causes only."""
    known = derive(dict(facts))
    found: list[Found] = []
    passed: list[Check] = []
    not_run: list[NotRun] = []
    crashed: list[Crash] = []
    for item in registry.load_all() if stages is None else registry.load_stages(stages):
        missing = item.missing(known)
        if missing:
            not_run.append(NotRun(item, _why_absent(missing[0], known)))
            continue
        try:
            findings = list(item.run(known))
        except Exception as error:  # noqa: BLE001 - a check that crashes is reported as such
            crashed.append(Crash(item, f"{type(error).__name__}: {error}"))
            continue
        found.extend(Found(item, finding) for finding in findings)
        if not findings:
            passed.append(item)
    kept, explained = _root_causes([_withheld(item, known) for item in found])
    kept, overruled = _overruled(kept, known.get(Load))
    not_run.extend((*explained, *overruled))
    artifact = known[Artifact]
    if not isinstance(artifact, Artifact):
        raise TypeError("facts hold no artifact")
    report = Report(
        artifact=artifact,
        verdict=Verdict("unknown", "unproven"),
        found=tuple(kept),
        passed=tuple(passed),
        not_run=tuple(sorted(not_run, key=lambda entry: entry.check.code)),
        crashed=tuple(crashed),
        target=_either(*map(known.get, (Target, Assignment, TargetProblem, Unasked))),
        environment=_one(known.get(Environment), Environment),
        bundle=_one(known.get(Bundle), Bundle),
        replay=_one(known.get(Replay), Replay),
        drift=_one(known.get(Drift), Drift),
        accepted=dict(accept or {}),
    )
    return replace(report, verdict=conclude(report, known))


def _either(*known: object) -> Target | Assignment | TargetProblem | Unasked | None:
    for item in known:
        if isinstance(item, (Target, Assignment, TargetProblem, Unasked)):
            return item
    return None


def _one(value: object, kind: type[Any]) -> Any:
    return value if isinstance(value, kind) else None


def _why_absent(kind: type, facts: Mapping[type, object]) -> str:
    if kind in (Target, TargetProblem, Match) and isinstance(facts.get(Unasked), Unasked):
        return "the artifact holds nothing to load into the target"
    if kind in (Target, Match) and isinstance(facts.get(TargetProblem), TargetProblem):
        return "the target could not be built"
    if kind is Match and isinstance(facts.get(Target), Target):
        return _ABSENT[Weights]
    load = facts.get(Load)
    if kind in (Code, Environment) and isinstance(load, Load) and load.elsewhere:
        return f"it is loaded in {load.where}"
    return _ABSENT.get(kind, f"`{kind.__name__}` is not known")


def _root_causes(found: Sequence[Found]) -> tuple[list[Found], list[NotRun]]:
    """Drop the findings that another one explains; say so of each."""
    by = {code: item.check for item in found for code in item.supersedes}
    kept = [item for item in found if item.check.code not in by]
    explained = {
        item.check.code: NotRun(item.check, f"explained by {by[item.check.code].code}")
        for item in found
        if item.check.code in by
    }
    return kept, list(explained.values())


def _overruled(found: list[Found], load: object) -> tuple[list[Found], list[NotRun]]:
    """Drop what would be of a loader of the user's, where Loadstone loads and nothing failed.

    Once it is loaded, no name that it needs is missing.
    """
    if not isinstance(load, Load) or load.error:
        return found, []
    kept: list[Found] = []
    why: dict[str, NotRun] = {}
    for item in found:
        if item.check.own_loader:
            told = "Loadstone loads the file itself"
        elif load.loaded and item.check.stage == "code" and item.severity == "error":
            told = f"it loaded in {load.where}"
        else:
            kept.append(item)
            continue
        why[item.check.code] = NotRun(item.check, told)
    return kept, list(why.values())


def _withheld(item: Found, facts: Mapping[type, object]) -> Found:
    """Offer no edit of the tensors whose result the target would refuse all the same.

    The steps of a match go together, so that one that is unsafe makes the others so.
    """
    matched, target, fix = facts.get(Match), facts.get(Target), item.finding.fix
    if not isinstance(matched, Match) or not isinstance(target, Target) or fix is None:
        return item
    of_file = any(isinstance(edit, FileEdit) for edit in fix.edits)
    if target.accepts or fix.safety != "safe" or of_file:
        return item
    if matched.complete:
        taken = next((step.convention for step in matched.steps if step.convention), "")
        of_match = any(edit in step.edits for step in matched.steps for edit in fix.edits)
        if not taken or not of_match:
            return item
        proof = f"{fix.proof}; it goes with a fix that is unsafe: {taken}"
        together = replace(fix, safety="unsafe", proof=proof)
        return replace(item, finding=replace(item.finding, fix=together))
    path = target.reference.partition("(")[0]
    manual = replace(fix, edits=(), safety="manual", proof="")
    note = f"no fixed copy is offered: `{path}` would not take it either"
    notes = (*item.finding.notes, note)
    return replace(item, finding=replace(item.finding, fix=manual, notes=notes))


def _worst(replay: Replay) -> Predicts:
    """Return the verdict of the weakest stage: equal labels do not make other scores identical."""
    order: tuple[Predicts, ...] = ("identical", "within tolerance", "unproven", "differs")
    stages = [item.result for item in replay.stages if not item.error]
    return max((replay.whole, *stages), key=order.index)


_LONG = 120  # characters


def _loads(facts: Mapping[type, object], replay: object) -> tuple[Loads, str] | None:
    """Return whether it loads and why that can be said; None where nothing tells."""
    load = facts.get(Load)
    if isinstance(load, Load) and (load.loaded or load.error):
        why = load.why or f"in {load.where}"
        long = load.error and len(why) > _LONG  # the finding has it whole
        return ("yes" if load.loaded else "no"), why.partition(". ")[0] if long else why
    compared = _compared(facts.get(Assignment), facts.get(Held) or facts.get(Applied))
    if compared:
        return compared
    matched = facts.get(Match)
    if isinstance(matched, Match):
        fits = _fits(matched, facts.get(Target), facts.get(Weights))
        if fits:
            return fits
    if isinstance(replay, Replay) and replay.unloaded:
        return "no", f"in {replay.where}"
    if isinstance(facts.get(Bundle), Bundle):
        return "yes", f"in {replay.where if isinstance(replay, Replay) else 'this process'}"
    return None


def _assigned(found: Assignment) -> tuple[Loads, str]:
    """Return that each variable has its counterpart, and where nothing but its place tells."""
    why = f"{found.total:,} of {count(found.total, 'variable')}, into {found.library}"
    if found.unnamed:
        alone = f"{len(found.unnamed)} of equal shapes by place alone, no name tells them apart"
        why = f"{why}; layers: {alone}"
    return "yes", why


def _compared(assigned: object, held: object) -> tuple[Loads, str] | None:
    """Return what is said of weights that were laid beside a model; None where none were."""
    if isinstance(assigned, Assignment):
        return _assigned(assigned)
    if isinstance(held, Applied) and not (held.bare or held.other):
        return "yes", f"`{held.name}` is the base, with the adapter on it"
    if not isinstance(held, Held) or held.wrong:
        return None
    verb = "is" if len(held.kept) == 1 else "are"
    return "yes", f"{count(len(held.kept), 'tensor')} of `{held.name}` {verb} those of the file"


def _fits(matched: Match, target: object, weights: object) -> tuple[Loads, str] | None:
    if isinstance(target, Target) and isinstance(weights, Weights):
        if not target.accepts and (not matched.complete or matched.steps):
            return "no", "accepted, and still not what fits"
        if target.extras:
            why = "the tensors fit; extra state is a value of the class's own, which is not read"
            return "unknown", why
    if not matched.complete:
        return None
    loads = f"{len(matched.tensors):,} of {count(len(matched.tensors), 'tensor')}"
    if isinstance(target, Target) and target.accepts:
        loads += f", accepted strictly by {target.framework}"
    return "yes", loads


def _drifted(drift: Drift) -> str:
    """Return `scikit-learn 1.2.1 → 1.9.1: 0 of 64 rows moved`."""
    if drift.before.error:
        told = f"{drift.library} {drift.before.versions.get(drift.library, '')}".strip()
        return f"it does not predict where it was made, {told}: {drift.before.error}"
    if drift.now.error:
        return f"{drift.versions}: it does not predict here"
    told = f"{drift.versions}: {len(drift.moved):,} of {count(drift.rows, 'row')} moved"
    if drift.given_now is not None:
        off = len(drift.given_now.moved)
        told += f"; {off:,} of {count(drift.rows, 'row')} differ from the outputs given"
    largest = drift.largest
    if largest is None or largest.largest_at is None:
        return told
    return f"{told}, the largest difference is {largest.difference:.3g} (row {largest.largest_at})"


def _of_other_version(report: Report) -> str:
    """Say what would prove an estimator that another scikit-learn wrote; "" where that is here."""
    artifact, environment = report.artifact, report.environment
    told = artifact.producer.get("scikit-learn")
    if artifact.format not in ("pickle", "joblib") or artifact.framework != "sklearn" or not told:
        return ""
    here = environment.distributions.get("scikit-learn") if environment is not None else None
    if here in (None, told):
        return ""
    return (
        f"scikit-learn {told} wrote it, {here} is here: `loadstone predict` rebuilds that, and "
        "`--env both -i rows.json` or `--fix` compares the two"
    )


def _witnesses(replay: Replay, saving: object) -> str:
    """Return how many witnesses there are, and of how many examples where those were more."""
    told = count(replay.witnesses, "witness", "witnesses")
    if isinstance(saving, SaveFacts) and saving.examples > replay.witnesses:
        return f"{told}, the first of {saving.examples:,} examples"
    return told


def _no_target(facts: Mapping[type, object]) -> str:
    """Say how a target is named: the one whose names and shapes the file has, where it is known."""
    weights = facts.get(Weights)
    known = identify(weights.tensors) if isinstance(weights, Weights) else None
    if known and known.into and known.exact:
        return (
            f"no target was given: its names and shapes are those of {known.call}, "
            f"`--into {as_argument(known.into)}`"
        )
    artifact = facts[Artifact]
    if isinstance(artifact, Artifact) and (why := elsewhere.told(artifact)):
        return f"it {why}"
    told = "no target was given: `--into pkg:Net` names the class that it is loaded into"
    if isinstance(weights, Weights) and isinstance(artifact, Artifact) and _scaffolds(artifact):
        entry = f" --entry {shlex.quote(weights.entry)}" if weights.entry else ""
        told += f"; `loadstone scaffold {shlex.quote(artifact.path)}{entry}` writes one"
    return told


def _drawn(replay: Replay) -> str:
    """Return how a model draws or chooses tokens, and what of draws was not tested."""
    if replay.seed is not None:
        return f", drawn from seed {replay.seed}"
    if replay.draws is None:
        return f", texts by {replay.decoding}" if replay.decoding else ""
    return (
        f" in distribution: {replay.draws:,} runs then and now, of which more than "
        f"{replay.resolution or 0:.0%} would have to differ to be told"
    )


def _unpredicted(bundle: Bundle) -> str:
    """Return why no witnesses of a bundle were predicted."""
    if bundle.witnesses:
        return "its witnesses were not predicted again"
    if not bundle.left_out:
        return "it was saved without examples, so it holds no witness predictions"
    told = f"{count(bundle.left_out, 'example')} proved the save"
    if bundle.private != "hashed":
        return f"{told} and were left out as private"
    if bundle.uncompared:
        return f"{told} and are kept as digests, which were not compared: {bundle.uncompared}"
    return (
        f"{told} and are kept as digests: whoever has them and the key can prove it, `loadstone "
        f"check {shlex.quote(bundle.path)} --examples FILE --key FILE`"
    )


def _of_private(bundle: Bundle, replay: Replay, saving: object, because: str) -> str:
    """Return on what it was proved where the examples are private, and what that does not show."""
    if isinstance(saving, SaveFacts):
        return f"{because}; {_COST[bundle.private]}"
    if replay.digests:
        examples = count(replay.witnesses, "example")
        return f"on {examples} of the save, by their digests, in {replay.where}"
    synthetic = f"on {count(replay.witnesses, 'synthetic input')}"
    return (
        f"{synthetic}{_drawn(replay)}, in {replay.where}: the same is computed, which does not "
        "show that it is right for real inputs"
    )


_COST = {
    "left-out": "nothing of the examples is kept, so no later load can prove it",
    "hashed": "keyed digests of the examples are kept: only who has them and the key, which is "
    "beside the bundle, can prove it later; keep the key apart, with it a guess can be tried",
    "synthetic": "the inputs that are kept are synthetic: a later load proves that the same is "
    "computed, not that it is right for real inputs",
}


def _scaffolds(artifact: Artifact) -> bool:
    """Whether a class can be written from its names and shapes."""
    known = artifact.framework == "torch" or artifact.format == "safetensors"
    return known and artifact.content in ("state-dict", "checkpoint") and not artifact.is_folder


def _unloaded(facts: Mapping[type, object]) -> str:
    """Return why nothing was loaded: what it is, or what was not given."""
    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    if artifact.content not in _TARGETLESS:
        return _no_target(facts)
    if why := elsewhere.told(artifact):
        return f"it {why}"
    if artifact.content in ("model", "object") and artifact.format in KINDS:
        return (
            f"it was read and not loaded: `loadstone predict {shlex.quote(artifact.path)} -i ROWS` "
            "loads it"
        )
    return f"nothing was loaded: the content is `{artifact.content}`"


def conclude(report: Report, facts: Mapping[type, object]) -> Verdict:
    """Say no more than what was tested."""
    replay = facts.get(Replay)
    because = "no witness predictions; `loadstone.save` records them"
    bundle = facts.get(Bundle)
    if isinstance(bundle, Bundle):
        because = _unpredicted(bundle)
    because = _of_other_version(report) or because
    predicts: Predicts = "unproven"
    if isinstance(replay, Replay) and replay.unloaded:
        because = "nothing was predicted: it did not load"
    elif isinstance(replay, Replay):
        predicts = _worst(replay)
        drawn = _drawn(replay)
        saved = facts.get(SaveFacts)
        because = f"on {_witnesses(replay, saved)}{drawn}, in {replay.where}"
        if isinstance(saved, SaveFacts) and saved.draws_unused:
            because += f"; `draws={saved.draws_unused}` was not used, since two runs agree"
        if isinstance(bundle, Bundle) and bundle.private:
            because = _of_private(bundle, replay, saved, because)
        if not isinstance(bundle, Bundle):
            rows = count(replay.witnesses, "row" if replay.form else "example")
            because = f"on {rows}, against the {replay.form or 'outputs given'}"
    matched = facts.get(Match)
    if isinstance(matched, Match) and matched.witnessed and predicts == "unproven":
        because = f"as it is, it does not load; {matched.witnessed}"
    drift = facts.get(Drift)
    if isinstance(drift, Drift):
        given = [] if drift.given_now is None else [drift.given_now.result]
        predicts, because = worst([drift.result, *given]), _drifted(drift)
    saving = facts.get(SaveFacts)
    if isinstance(saving, SaveFacts) and saving.expected_reproduced == "differs":
        predicts, because = "differs", "the expected outputs are not reproduced"
    errors = [item for item in report.errors if item.check.stage not in ("inputs", "outputs")]
    if errors:
        fixable = sum(1 for item in errors if item.finding.fix and item.finding.fix.edits)
        tail = ", fixable" if fixable == len(errors) else ""
        return Verdict("no", predicts, f"{count(len(errors), 'error')}{tail}", because)
    loads = _loads(facts, replay)
    if loads:
        return Verdict(loads[0], predicts, loads[1], because)
    return Verdict("unknown", predicts, _unloaded(facts), because)
