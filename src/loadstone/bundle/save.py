"""The steps of a save, in order: capture, try, measure, write, rehearse, check, publish."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from loadstone import atomic
from loadstone.adapters.live import Form, Names, NotMadeError, untouched
from loadstone.bundle import facts as bundle_facts
from loadstone.bundle import graphs
from loadstone.bundle import private as privacy
from loadstone.bundle import prove as proving
from loadstone.bundle import write as writing
from loadstone.bundle.card import card
from loadstone.bundle.content import ROLES, inputs_of, manifest_of
from loadstone.bundle.draft import Draft, Request
from loadstone.bundle.rehearse import (
    keep_opened,
    kept_files,
    rehearse,
    rehearse_on_accelerators,
)
from loadstone.core.facts import Replay, SaveFacts, Uncaptured
from loadstone.core.report import Report
from loadstone.environment import capture as environment
from loadstone.environment.run import Runtime
from loadstone.errors import UsageError
from loadstone.inputs import coverage, examples, labels, plan, signature, sizes, synthetic
from loadstone.inputs.capture import Captured, capture
from loadstone.inputs.capture_modules import home_of, where_is
from loadstone.inputs.single import Shape
from loadstone.runtime import code, counted, lookups, steps
from loadstone.runtime.rows import packed
from loadstone.runtime.torch_run import telling

_PROGRAM_LIMIT = 256 << 20  # bytes; a program holds the weights once more
_COUNTING = 10.0  # seconds for which unknown words of examples are counted
_TIMES = 10  # that it is rehearsed anew, with more files
Judge = Callable[[dict[type, object]], Report]


def run(request: Request, judge: Judge) -> Report:
    """Save, and return the report; the bundle is there unless the report holds errors.

    `judge` runs the checks over the facts of the save.
    """
    try:
        given = None if privacy.is_made(request.examples) else examples.read(request.examples)
    except examples.NoExamplesError as error:
        raise UsageError(str(error)) from error
    drawn = request.draws is not None
    privacy.refuse(request.private, given, request.final, request.signature, draws=drawn)
    given = given if privacy.is_made(request.examples) else _signed(given, request.signature)
    plain = request.live.framework == "torch"  # what it saves predicts on a CPU, wherever it was
    with Runtime(accelerators=not plain) as runtime, untouched():
        runtime.send("ready", framework=request.live.library)  # imports while this process measures
        draft = Draft(request, request.name or type(request.model).__name__, given=given)
        _capture(draft)
        if request.private:
            privacy.refuse_grown(draft)
        with request.live.working_copy(request.model) as model:
            _measure(draft, model)
            _program(draft, model)
            graphs.add(draft, model)
            draft.free = _free(draft, model)
            if request.private:
                draft.instead = privacy.instead(draft, model)
        if not draft.forms and not draft.uncaptured:
            told = "; ".join(f"`{item['kind']}`: {item['why']}" for item in draft.dropped)
            raise UsageError(f"no form of the model can be kept: {told}")
        return _publish(draft, runtime, judge)


def _capture(draft: Draft) -> None:
    """Take the model apart, and capture the code that it and its steps need."""
    request = draft.request

    def named(value: object) -> tuple[str, str] | None:
        found = where_is(value)
        draft.modules |= {found[0]} if found else set()
        return found

    names = Names(lambda module: home_of(module) == "project", named)
    native = request.live.native(request.model, names)
    roots: dict[str, Any] = dict(native.roots)
    for role in ROLES:
        function = getattr(request, role)
        if role in request.declared:
            parts = request.declared[role].parts
            draft.parts.update({name: [data] for name, data in parts.items()})
        elif function is not None:
            roots[role] = function
    roots.update({f"data:{name}": value for name, value in request.data.items()})
    captured = capture(roots) if roots else Captured({}, [], set(), set())
    draft.native = native
    draft.modules |= captured.third_party
    draft.uncaptured += [Uncaptured(item.name, item.why, item.supply) for item in captured.problems]
    draft.uncaptured += [Uncaptured(*problem) for problem in native.problems]
    for name, content in captured.files.items():
        draft.parts[name] = [content]
    if captured.files:
        draft.code = {
            "names": sorted(roots),
            "needs": sorted(captured.third_party),
        }
    if "native" not in request.forms:
        return
    if native.form is None:
        draft.dropped += [{"kind": "native", "why": native.why}] if native.why else []
        return
    draft.parts.update(native.form.parts)
    draft.forms.append(native.form.entry)


def _measure(draft: Draft, model: Any) -> None:
    """Find how inputs reach the model, record the witnesses, measure the noise."""
    request, given = draft.request, draft.given
    call = request.live.call(model)
    if privacy.is_made(request.examples):
        given = _made(draft, call)
    if given is None:
        draft.unproven.append("no examples were given, so nothing was predicted")
        return
    try:
        given, trial = _tried(call, model, given, request)
    except plan.UnfitError as error:
        raise UsageError(_unfit(error, request)) from error.cause
    draft.given, draft.trial = given, trial
    working = trial.steps(call, request.preprocess, request.postprocess)
    try:
        draft.proof = proving.prove(
            request.live, model, request.model, working, trial, given, request.draws
        )
    except proving.UnrecordableError as error:
        raise UsageError(f"witnesses cannot be recorded: {error}") from error
    draft.unproven += draft.proof.unproven
    for name, content in draft.proof.witnesses.files().items():
        draft.parts[name] = [content]
    _counts(draft, model, given)
    drawn = draft.proof.witnesses.draws is not None or (
        request.seed is not None and request.live.framework == "keras"  # layers draw one by one
    )
    if draft.proof.measured.get("repeatable", True) and not drawn:
        traced = proving.traced(request.live.framework, model, working, trial.prepared)
        draft.parts.update({name: [content] for name, content in traced.items()})


def _made(draft: Draft, call: Callable[..., Any]) -> examples.Examples:
    """Return examples made from the signature that the user gave; raises `UsageError`."""
    request = draft.request
    kind, parts = signature.whole(request.signature)

    def answers(inputs: Any) -> Any:
        given = examples.Examples(inputs, synthetic.COUNT, kind)
        return plan.find(
            call, given, request.preprocess, request.postprocess, request.batched
        ).final

    inputs = privacy.inputs_of(kind, parts, answers, privacy.words(draft))
    return examples.Examples(inputs, synthetic.COUNT, kind, given=synthetic.COUNT)


def _tried(
    call: Callable[..., Any], model: Any, given: examples.Examples, request: Request
) -> tuple[examples.Examples, plan.Trial]:
    """Return the examples and the plan that works on them.

    Numbers that nothing prepares are cast to the model's dtype if it refuses them, as `predict`
    casts them. Raises `UnfitError`.
    """
    steps_of = (request.preprocess, request.postprocess, request.batched)
    try:
        return given, plan.find(call, given, *steps_of)
    except plan.UnfitError as error:
        cast = None if request.preprocess else request.live.cast(model, packed(given.inputs))
        if cast is None:
            raise
        fitting = replace(given, inputs=cast)
        try:
            return fitting, plan.find(call, fitting, *steps_of)
        except plan.UnfitError as second:
            raise telling(error, second) from None


def _unfit(error: plan.UnfitError, request: Request) -> str:
    if error.step == "model" and error.cause is None:
        return f"the outputs of the model do not fit the examples: {error.why}"
    if error.step == "model" and request.live.elsewhere(request.model) is not None:
        return (
            "the model, a copy of it on the CPU, where it is recorded, does not take the examples: "
            f"{error.why}"
        )
    if error.step == "model":
        return f"the model does not take the examples: {error.why}"
    function = getattr(request, error.step)
    name = getattr(function, "__name__", type(function).__name__)
    return f"`{error.step}` (`{name}`) does not fit the examples: {error.why}"


def _counts(draft: Draft, model: Any, given: examples.Examples) -> None:
    """Count what preprocessing and model look up and do not find in the examples."""
    call = draft.request.live.call(model)
    counts = getattr(call, "count", None) if getattr(call, "tables", ()) else None
    if draft.trial is None or (draft.request.preprocess is None and counts is None):
        return
    prepares = _counting if draft.request.preprocess is not None else _nothing
    try:
        loaded = steps.Steps(counts or _nothing, draft.trial.plan, prepares(draft))
    except Exception:  # noqa: BLE001 - the rehearsal tells what does not load
        return
    begun = time.monotonic()
    with lookups.recording() as log, contextlib.suppress(Exception):  # as above
        for part in given.counted:
            prepared = loaded.prepare(part)
            if counts is not None:
                counts(prepared)
            if not log.tables or time.monotonic() > begun + _COUNTING:
                break
    draft.counts = coverage.counts(lookups.summary(log))


def _counting(draft: Draft) -> Callable[..., Any]:
    """Return the preprocessing as it is loaded, with tables that count."""
    if "preprocess" in draft.request.declared:
        assert draft.request.preprocess is not None
        return draft.request.preprocess
    roots = code.load(lambda name: b"".join(draft.parts[name]))
    counted.instrument(roots["preprocess"])
    return roots["preprocess"]  # type: ignore[no-any-return]


def _nothing(*_: Any) -> None:
    """Stand for the model where only `preprocess` runs."""


def _program(draft: Draft, model: Any) -> None:
    """Add the exported program, if there is one and it predicts the same."""
    if "program" not in draft.request.forms:
        return
    try:
        form = _exported(draft, model)
    except NotMadeError as error:
        draft.dropped.append({"kind": "program", "why": error.why})
        return
    draft.parts.update(form.parts)
    draft.forms.append(form.entry)


def _exported(draft: Draft, model: Any) -> Form:
    live = draft.request.live
    if draft.trial is None or draft.proof is None or draft.given is None:
        raise NotMadeError("there are no examples to prove it with")
    _, size = live.size(model)
    if draft.request.automatic and draft.forms and size > _PROGRAM_LIMIT:
        raise NotMadeError(
            f"it would hold {size / 1e6:.0f} MB of weights once more; ask for it with `forms`"
        )
    form, loaded = live.program(model, proving.calls_of(live.call(model), draft.trial))
    working = draft.trial.steps(loaded, draft.request.preprocess, draft.request.postprocess)
    proving.alike(working, draft.proof.witnesses)
    return form


def _free(draft: Draft, model: Any) -> list[int]:
    """Return which axes of sequences the model takes at other sizes; the last that it is asked."""
    if draft.trial is None or draft.given is None:
        return []
    request = draft.request
    steps_of = (request.preprocess, request.postprocess)
    working = draft.trial.steps(request.live.call(model), *steps_of)
    return sizes.free(draft.given.inputs, working.predict)


def _publish(draft: Draft, runtime: Runtime, judge: Judge, *, again: int = _TIMES) -> Report:
    """Write under a temporary name, rehearse, check; give it its name if nothing stands against.

    Files that its code opens are kept where they are data, and it is rehearsed `again` with them:
    code that missed one may then ask for the next.
    """
    request = draft.request
    record = environment.record()
    draft.parts["environment/environment.json"] = [json.dumps(record, indent=1).encode()]
    content = manifest_of(draft, record)
    draft.parts["README.md"] = [card(content).encode()]
    content["files"] = writing.listing(draft.parts)
    raw = json.dumps(content, indent=1).encode()
    with atomic.temporary(request.final, folder=request.folder) as place:
        writing.write(place, raw, draft.parts)
        outcome, opened = rehearse(runtime, place, content)
        if outcome is not None and outcome.whole == "differs" and not runtime.accelerators:
            (outcome, opened), draft.needs_device = rehearse_on_accelerators(
                place, content, (outcome, opened)
            )
        kept = again > 0 and keep_opened(draft, opened)
        if not kept:
            for left in (item.left() for item in opened if item.function):
                draft.uncaptured += [] if _is_known(left, draft.uncaptured) else [left]
            report = judge(_facts(draft, content, outcome))
            if not report.errors and not request.private:
                writing.name(place, request.final)
    if kept:
        with Runtime(accelerators=runtime.accelerators) as other:
            other.send("ready", framework=request.live.library)
            return _publish(draft, other, judge, again=again - 1)
    if request.private and not report.errors:
        assert draft.instead is not None
        parts, folder = draft.parts, request.folder
        place = request.final
        privacy.publish(place, content, parts, draft.instead, folder=folder, rehearse=True)
    return report


def _signed(
    given: examples.Examples | None, changes: Mapping[str, Any]
) -> examples.Examples | None:
    """Return the examples, made to fit what the user says of them; raises `UsageError`."""
    if not changes:
        return given
    if given is None or given.files:
        raise UsageError("`signature` changes what examples tell: give `examples` of values too")
    told = {"signature": {"kind": given.kind, "inputs": inputs_of(given, changes)}}
    fitting = Shape.of(told, steps.Steps(_nothing, {})).fitted(given.inputs)
    return replace(given, inputs=fitting.batch)


def _is_known(item: Uncaptured, known: list[Uncaptured]) -> bool:
    """Return whether the capture has already named this file, by the literal that opens it."""
    return any(item.why == other.why for other in known)


def _facts(draft: Draft, content: dict[str, Any], outcome: Replay | None) -> dict[type, object]:
    path = str(draft.request.final)
    saved = proving.save_facts(
        draft.name,
        draft.proof,
        uncaptured=tuple(draft.uncaptured),
        kept=kept_files(draft),
        labels_at_odds=labels.at_odds(draft.request.postprocess, draft.trial.outputs)
        if draft.trial
        else "",
        needs_device=draft.needs_device,
        untrained=draft.native.loose if draft.native else (),
    )
    artifact = bundle_facts.artifact(path, content)
    held = bundle_facts.bundle(path, content)
    found: dict[type, object] = {type(artifact): artifact, type(held): held, SaveFacts: saved}
    if outcome is not None:
        found[Replay] = outcome
    return found
