"""A model file becomes a bundle as it is: its bytes, the lock of its environment, and witnesses.

The witnesses are measured in that environment, rebuilt, and predicted again from what was written.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone import atomic, bare_file, saving_forms
from loadstone.bundle import facts as bundle_facts
from loadstone.bundle import private as privacy
from loadstone.bundle import write as writing
from loadstone.bundle.accept import reasons
from loadstone.bundle.card import card
from loadstone.bundle.draft import Instead
from loadstone.bundle.manifest import manifest
from loadstone.core.facts import Artifact, Load, SaveFacts, Uncaptured
from loadstone.core.report import Report
from loadstone.engine import original, portable
from loadstone.engine.drift import drift
from loadstone.engine.portable import Portable
from loadstone.engine.run import run_checks
from loadstone.engine.whole import Whole
from loadstone.environment import capture, rebuild
from loadstone.environment.asking import Asking
from loadstone.environment.build import Built
from loadstone.environment.resolve import Lock
from loadstone.environment.run import RequestFailedError
from loadstone.environment.wishes import Wishes
from loadstone.errors import SaveError, UsageError
from loadstone.inputs import examples as batches
from loadstone.inputs import signature
from loadstone.inputs.coverage import counts
from loadstone.inputs.examples import Examples
from loadstone.inputs.ranges import fitted
from loadstone.inputs.rows import Csv
from loadstone.inputs.witnesses import Witnesses
from loadstone.runtime import neighbours
from loadstone.runtime import rows as given
from loadstone.runtime.compare import EVERYTHING, scale
from loadstone.runtime.replay import difference, finite
from loadstone.runtime.values import decode
from loadstone.saving_forms import Kept

LOCK = "environment/pylock.toml"
RECORD = "environment/environment.json"
_ROUNDING = 1e-5  # of the largest output: what two runs may differ by


def save_file(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    examples: Any = None,
    wishes: Wishes | None = None,
    trust: bool = False,
    accept: Mapping[str, str] | None = None,
    code: Mapping[str, Any] | None = None,
    private: str = "",
    uncaptured: Sequence[Uncaptured] = (),
    timeout: float = 600.0,
) -> Report:
    """Keep the model file at `path` in the bundle `out`, with what predicts it and a proof of that.

    `examples` are rows as `predict` takes them, or a tuple of rows and the outputs expected of
    them. The environment is inferred from the file, as `wishes` have it, locked and built. `code`
    are modules of the user's for it, or a capture beside it, which lacks what is `uncaptured`. With
    `private` ("left-out", "hashed", "synthetic") no value of the examples is kept.

    Returns the report. Raises `LoadError` where the file itself stands against it, `SaveError`
    where it does not load or not predict the same from what was written (nothing is there then),
    `UsageError` where it cannot be done as asked, `OSError`.
    """
    from loadstone.render.exception import message

    final, folder = writing.final_of(out)
    trust = trust or original.is_captured(code)
    artifact, facts = bare_file.read(path, code)
    accepted = reasons(accept)
    bare_file.refuse(facts, trust=trust, accept=accepted)
    if uncaptured:
        _refuse_uncaptured(artifact, uncaptured, accepted, final)
    wishes = wishes or Wishes()
    built = rebuild.isolated(artifact, wishes)
    locked = rebuild.lock(artifact, wishes)
    examined = _examples(examples)
    privacy.refuse(private, examined, final, {})
    given_count = _counted(examined, wishes)
    kept = Kept(artifact, trust, code, timeout)
    asking, told = kept.opened(str(built.python))
    if asking is None:
        report = run_checks({**facts, Load: told}, accept=accepted)
        raise SaveError(report, message(report, f"{final} was not saved"))
    with contextlib.closing(asking):
        name = str(asking.about["model"])
        if isinstance(examples, Csv):
            examined = _examples(examples.typed(asking.about.get("texts") or {}))
        witnesses, noise = measured(Whole(asking, timeout), examined)
        looked_up = _looked_up(asking, examined, timeout)
        exporters = [
            functools.partial(saving_forms.exported_by, kept, exporter, locked, wishes)
            for exporter in portable.exporters(artifact)
        ]
        forms, dropped = saving_forms.forms(kept, asking, witnesses, str(built.python), exporters)
        also = saving_forms.places(kept, asking, witnesses)
        categories = asking.about.get("categories", {})
        instead = _instead(private, examined, witnesses, Whole(asking, timeout), categories)
    for line in saving_forms.told(artifact, forms, dropped):
        wishes.say(line)
    parts = _parts(artifact, locked, witnesses, forms, code)
    first = _original(artifact, also) | original.listed(code)
    held = [first, *(form.form() for form in forms)]
    ranges = fitted(examined.ranges if examined else [], categories)
    content = _manifest(
        artifact, name, built, locked, examined, witnesses, parts, held, dropped, ranges, looked_up
    )
    content["witnesses"] |= {"private": private} if private else {}
    content |= original.told(code, uncaptured)
    saved = SaveFacts(name, **noise, uncaptured=tuple(uncaptured), examples=given_count)
    with atomic.temporary(final, folder=folder) as place:
        writing.write(place, json.dumps(content, indent=1).encode(), parts)
        facts = {SaveFacts: saved, Artifact: bundle_facts.artifact(os.fspath(final), content)}
        report = run_checks(_loaded(place, wishes, trust=trust) | facts, accept=accepted)
        if not report.errors and not private:
            writing.name(place, final)
    if report.errors:
        raise SaveError(report, message(report, f"{final} was not saved"))
    if private:
        privacy.publish(final, content, parts, instead, fitted([], categories), folder=folder)
    return report


def _looked_up(
    asking: Asking, examined: Examples | None, timeout: float
) -> dict[str, dict[str, int] | None]:
    """Return how much the vocabularies of a model were asked for by the examples."""
    told: dict[str, dict[str, int] | None] = {}
    for part in examined.counted if examined else ():
        found, _ = asking.ask(given.packed(part), False, timeout, saved={})  # noqa: FBT003 - as the request has it
        if not found.get("coverage"):
            break
        for name, item in counts(found["coverage"]).items():
            before = told.get(name) or {"looked_up": 0, "unknown": 0}
            told[name] = {key: before[key] + (item or {}).get(key, 0) for key in before}
    return told


def _refuse_uncaptured(
    artifact: Artifact,
    uncaptured: Sequence[Uncaptured],
    accepted: Mapping[str, str],
    final: Path,
) -> None:
    """Raise `SaveError` where code that the model reaches could not be captured."""
    from loadstone.render.exception import message

    saving = SaveFacts(artifact.name, uncaptured=tuple(uncaptured))
    report = run_checks({Artifact: artifact, SaveFacts: saving}, accept=accepted)
    if any(item.check.stage == "bundle" for item in report.errors):
        raise SaveError(report, message(report, f"{final} was not saved"))


def _refuse_places(rows: Any, names: Sequence[str]) -> None:
    """Raise `UsageError` for arrays of several inputs by their place, which are no rows."""
    if not isinstance(rows, (list, tuple)) or not 1 < len(names) == len(rows):
        return
    if all(getattr(item, "ndim", 0) for item in rows):
        told = ", ".join(f'"{name}": …' for name in names)
        raise UsageError(f"the examples are arrays by their place: give them by name, {{{told}}}")


def _counted(examined: Examples | None, wishes: Wishes) -> int:
    """Return how many examples were given, and say where they do not all become witnesses."""
    given_count = examined.given if examined else 0
    if examined and given_count > examined.count:
        wishes.say(f"the first {examined.count} of {given_count:,} examples become witnesses")
    return given_count


def _loaded(place: Path, wishes: Wishes, *, trust: bool) -> dict[type, object]:
    """Return what comes of loading a bundle that was written, in its own environment."""
    found = original.load(os.fspath(place), env="isolated", wishes=wishes, trust=trust)
    found.close()
    return found.facts


def _instead(
    private: str,
    examined: Examples | None,
    witnesses: Witnesses | None,
    whole: Whole,
    categories: Mapping[str, Any],
) -> Instead:
    """Return what is kept of private examples; raises `UsageError` where nothing can be."""
    if not private or examined is None or witnesses is None:
        return Instead()
    if private == privacy.HASHED:
        outputs = decode(witnesses.stages["model"], witnesses.arrays)
        return privacy.hashed(examined, {"model": outputs}, witnesses.tolerances)
    if private != privacy.SYNTHETIC:
        return Instead()
    parts = [
        {**part, **({"categories": known} if (known := categories.get(part["name"])) else {})}
        for part in signature.of_inputs(examined.inputs, ())
    ]
    made = privacy.inputs_of(examined.kind, parts, whole.ask)
    found, told = measured(whole, Examples(made, given.count(made), examined.kind))
    if found is None or not told.get("repeatable", True):
        raise UsageError("synthetic inputs are not predicted the same twice")
    return Instead({name: [data] for name, data in found.files().items()}, witnesses=found)


def _examples(examples: Any) -> Examples | None:
    if isinstance(examples, tuple):
        examples = (given.packed(examples[0]), *examples[1:])
    try:
        return batches.read(given.packed(examples) if examples is not None else None)
    except batches.NoExamplesError as error:
        raise UsageError(str(error)) from error


def measured(whole: Whole, examined: Examples | None) -> tuple[Witnesses | None, dict[str, Any]]:
    """Record what the rows give, and measure what two runs and single rows differ by."""
    if examined is None:
        return None, {}
    rows = examined.inputs
    _refuse_places(rows, whole.asking.about.get("names") or ())
    try:
        outputs = whole.ask(rows)
    except given.MisfitError as error:
        raise UsageError(f"the examples do not fit: {error.why}") from error
    except RequestFailedError as error:
        raise UsageError(f"the model does not take the examples: {error.why}") from error
    witnesses = Witnesses(examined.count)
    witnesses.record("inputs", rows)
    witnesses.record("model", outputs)
    told: dict[str, Any] = {}
    again = difference(outputs, whole.ask(rows), examined.count, EVERYTHING)
    largest = scale(witnesses.stages["model"], witnesses.arrays)
    if again.differs or (again.difference or 0.0) > _ROUNDING * max(largest, 1e-6):
        told = {"repeatable": False, "first_unrepeatable": "model"}
        told["difference"] = finite(again.difference)
    else:
        witnesses.measure("repeated", {"model": lambda: whole.ask(rows)})
        witnesses.measure("singly", {"model": lambda: _singly(whole, rows, examined.count)})
        for seed in _seeds(whole):
            moved = functools.partial(whole.ask, rows, moved=seed)
            witnesses.measure(neighbours.HOW, {"model": moved}, sides=neighbours.SIDES)
        witnesses.tolerances["whole"] = witnesses.tolerances.get("model", {})
    if examined.has_expected:
        told |= _expected(examined, outputs)
    return witnesses, told


def _seeds(whole: Whole) -> range:
    """Return what the numbers of the model are moved by; nothing where it has none that could."""
    numbers = whole.asking.about["numbers"]
    return range(0) if numbers is None else neighbours.draws(numbers)


def _singly(whole: Whole, rows: Any, count: int) -> dict[str, Any]:
    """Return the outputs of rows that are asked one by one."""
    parts = [whole.ask(given.part(rows, at, at + 1)) for at in range(count)]
    return {name: bare_file.joined([part[name] for part in parts]) for name in parts[0]}


def _expected(examined: Examples, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Compare with the outputs that the user gave."""
    import numpy as np

    wanted = {"predictions": np.asarray(examined.expected)}
    (found,) = drift(wanted, {"predictions": outputs["predictions"]}, examined.count)
    return {"expected_reproduced": found.result, "expected_difference": found.difference}


def _parts(
    artifact: Artifact,
    locked: Lock,
    witnesses: Witnesses | None,
    forms: Sequence[Portable],
    code: Mapping[str, Any] | None,
) -> dict[str, list[Any]]:
    """Return the contents of the bundle's files, by their names."""
    parts = {name: [Path(source).read_bytes()] for name, source in _kept(artifact)[1].items()}
    parts[LOCK] = [locked.text.encode()]
    for name, content in (witnesses.files() if witnesses else {}).items():
        parts[name] = [content]
    parts |= {portable.FILES[form.format]: [form.data] for form in forms}
    return parts | {name: [data] for name, data in original.sources(code).items()}


def _kept(artifact: Artifact) -> tuple[str, dict[str, Path]]:
    """Return the original's name in the bundle, and where each of its files lies, by their names.

    The original is a file with those beside it, or a folder with those in it.
    """
    place = Path(artifact.path)
    inside = artifact.format == "keras" and not artifact.is_folder  # its parts are in the archive
    names = [] if inside else [part.path for part in artifact.parts]
    if artifact.format == "savedmodel" and not artifact.is_folder:
        place = place.parent
    first = f"{original.FOLDER}/{place.resolve().name}"
    if place.is_dir():
        return first, {f"{first}/{name}": place / name for name in names}
    return first, {
        f"{original.FOLDER}/{name}": place.with_name(name) for name in (place.name, *names)
    }


def _original(artifact: Artifact, also: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the manifest says of the original."""
    first, files = _kept(artifact)
    return {
        "kind": original.KIND,
        "file": first,
        "beside": [name for name in files if name != first],
        "is_folder": first not in files,
        "format": artifact.format,
        "also": also,
    }


def _manifest(  # noqa: PLR0917 - each is what is written
    artifact: Artifact,
    name: str,
    built: Built,
    locked: Lock,
    examined: Examples | None,
    witnesses: Witnesses | None,
    parts: dict[str, list[Any]],
    forms: list[dict[str, Any]],
    dropped: list[dict[str, str]],
    ranges: list[dict[str, Any]],
    looked_up: dict[str, dict[str, int] | None],
) -> dict[str, Any]:
    """Return the manifest, with the card and the record of the environment added to the parts."""
    record = {**capture.record(), "python": built.version, "distributions": built.versions}
    record |= {"torch": None, "lock": {"file": LOCK, "python": locked.python}}
    parts[RECORD] = [json.dumps(record, indent=1).encode()]
    content = manifest(
        name=name,
        framework=artifact.framework or "",
        forms=forms,
        dropped=dropped,
        steps={},
        plan={"preprocess": None, "collate": "batch", "postprocess": "batch"},
        signature={
            "kind": examined.kind if examined else None,
            "inputs": signature.of_inputs(examined.inputs, examined.ranges) if examined else None,
            "outputs": None,
        },
        witnesses={
            "count": examined.count if examined else 0,
            "file": "witnesses/witnesses.json" if examined else None,
            "measured": witnesses.measured if witnesses else {},
        },
        coverage=looked_up,
        ranges=ranges,
        code=None,
        environment=record,
        unproven=[] if examined else ["no examples were given, so nothing was predicted"],
        uncaptured=[],
        parameters=0,
        files=[],
    )
    parts["README.md"] = [card(content).encode()]
    content["files"] = writing.listing(parts)
    return content
