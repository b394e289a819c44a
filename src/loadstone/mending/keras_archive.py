"""A whole model of Keras 2 as the archive of the Keras 3 here, proved beside its original."""

from __future__ import annotations

import contextlib
import copy
import importlib
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from loadstone import comparing, engine, readers
from loadstone.atomic import new_file
from loadstone.core.classes import replace
from loadstone.core.edits import ArchiveModel
from loadstone.core.facts import Archived, Artifact, Load, Replay
from loadstone.core.report import Report
from loadstone.core.words import listed
from loadstone.engine import fixing, keras_weights, saved
from loadstone.engine.gather import surroundings
from loadstone.engine.portable import ROUNDING, rounded
from loadstone.engine.run import run_checks
from loadstone.engine.whole import Whole, replayed
from loadstone.environment import asking as askings
from loadstone.environment import rebuild
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.fixes import keras_layout
from loadstone.inputs import examples as batches
from loadstone.inputs import synthetic
from loadstone.inputs.examples import Examples
from loadstone.mending.answers import Question
from loadstone.readers import _keras_ops, _keras_whole
from loadstone.readers._keras_gone import untried, without
from loadstone.readers._keras_signature import signature
from loadstone.runtime import given_code, keras_gates, keras_model, keras_slots
from loadstone.runtime import keras_weights as runtime_weights
from loadstone.runtime.compare import scale
from loadstone.runtime.errors import describe
from loadstone.runtime.held import RefusedError
from loadstone.runtime.values import encode
from loadstone.saving_file import measured

SUFFIX: Final = ".keras"
LIBRARIES: Final = 2  # what one of them may be apart by counts for each
FORMATS: Final = ("keras-h5", "keras", "savedmodel")
OLDEST: Final = (3, 15)  # an older Keras 3 was not tried


def applies(path: str | os.PathLike[str], out: str | os.PathLike[str] | None) -> bool:
    """Whether a whole model of Keras 2 is asked for as an archive.

    Raises `OSError` where the file cannot be read.
    """
    if out is None or not os.fspath(out).endswith(SUFFIX):
        return False
    artifact = readers.read(path)
    if artifact.format not in FORMATS or artifact.damage:
        return False
    if artifact.format == "savedmodel":
        return artifact.detail.get("keras") is True
    generation = artifact.detail.get("generation")
    older = artifact.content == "model" and (generation is None or str(generation) < "3")
    # an archive is rewritten as it is, where that suffices
    return older and not (artifact.format == "keras" and artifact.detail.get("gone_at_default"))


def _operators(artifact: Artifact) -> int:
    return sum(item.name in _keras_ops.KINDS for item in artifact.modules)


def fixed(
    asked: Question,
    wishes: Wishes,
    *,
    code: Mapping[str, Any] | None,
    accept: Mapping[str, str],
    save_facts: str | os.PathLike[str] | None,
    unsafe: bool,
    out: str | os.PathLike[str],
    dry_run: bool,
) -> Report:
    """Try it, write what was proved, and report on that; or report why there is nothing."""
    artifact, output = asked.artifact, Path(out)
    with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
        made = Path(folder) / output.name
        tried = attempt(asked, made, wishes, code)
        known = {Artifact: artifact, **surroundings(artifact), Archived: tried}
        if save_facts is not None:
            saved.write(Path(save_facts), known)
        report = run_checks(known, accept=accept)
        plan = fixing.plan(known, report, unsafe=unsafe)
        if not isinstance(plan, fixing.FilePlan) or not isinstance(plan.edit, ArchiveModel):
            return report
        if dry_run:
            return replace(report, planned=plan.found)
        output = engine.output(out, output, folder=False)
        with new_file(output) as file:
            file.write(made.read_bytes())
    written = readers.read(output)
    facts: dict[type, object] = {Artifact: written, **surroundings(written)}
    facts[Load] = Load(where="this process", loaded=True)
    facts |= {Replay: tried.replay} if tried.replay is not None else {}
    return replace(run_checks(facts, accept=accept), fixed=plan.found, wrote=(str(output),))


def attempt(
    asked: Question, made: Path, wishes: Wishes, code: Mapping[str, Any] | None
) -> Archived:
    """Return what came of it; the archive is then in the file `made`."""
    artifact = asked.artifact
    told = Archived(made.name)
    why = _refused(artifact, code, trust=asked.trust)
    if why:
        return replace(told, error=why)
    try:
        config = _keras_whole.configuration(artifact)
    except ValueError as error:
        return replace(told, error=str(error))
    archived = artifact.format == "keras"
    wanted = without(config, archived=archived, own=code is not None, ops=True)
    if wanted is None:
        return replace(told, error=_why_declined(config, own=code is not None))
    try:
        told = replace(told, variables=_write(artifact, wanted, made, code))
    except RefusedError as error:
        return replace(told, error=error.why)
    except Exception as error:  # noqa: BLE001 - Keras raises anything of a configuration
        return replace(told, error=f"Keras 3 does not build it: {describe(error)}")
    told = replace(told, operations=_operators(artifact))
    return _proved(asked, made, wishes, told, code=code, config=config)


def _why_declined(config: Mapping[str, Any], *, own: bool) -> str:
    """Return what Keras 3 was not tried with."""
    if config.get("class_name") not in ("Sequential", "Functional", "Model"):
        return "it is a model of a class of its own, and the file does not describe what that calls"
    names = untried(config, own=own, ops=True)
    if names:
        return f"Keras 3 was not tried with {listed(names)} as this model has it"
    return "it has a call or a mask that Keras 3 was not tried with"


def _refused(artifact: Artifact, code: Mapping[str, Any] | None, *, trust: bool) -> str:
    """Return why it is not tried, "" where it is."""
    if keras_gates.numbers(comparing.here().versions.get("keras", "")) < OLDEST:
        return "Keras 3.15 or later is not installed here"
    runs = artifact.opening_runs_code in ("yes", "unknown")
    if runs and not trust and not keras_weights.is_given(artifact, code):
        return "opening it runs code of its own, or what it runs is not known: give the code"
    return ""


def _write(
    artifact: Artifact, config: Mapping[str, Any], made: Path, code: Mapping[str, Any] | None
) -> int:
    """Write the archive of the model with the file's variables; return how many these are.

    Raises `RefusedError` where one is not what the file holds, also once it was read back.
    """
    keras_model.choose_backend()
    keras = importlib.import_module("keras")

    with given_code.given(code) as given, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Do not pass an", UserWarning)  # Keras 2 wrote it so
        objects = given.objects(list(keras_weights.custom(artifact)))
        scope = keras.utils.custom_object_scope(objects)
        kind = keras.Sequential if config["class_name"] == "Sequential" else keras.Model
        with scope:
            model = kind.from_config(copy.deepcopy(config["config"]), custom_objects=objects)
        with _source(artifact) as source:
            found = runtime_weights.load(model, source, exact=True, reading="safe")
            runtime_weights.expect_same_functions(model, found, source.version)
        model.save(os.fspath(made))
        again = keras_model.loaded(keras, os.fspath(made), objects=objects)
    pairs = list(zip(model.weights, again.weights, strict=True))
    for before, now in pairs:
        if not runtime_weights.same(*map(keras_slots.values_of, (before, now))):
            raise RefusedError(f"`{before.path}` is read back otherwise", "object", (before.path,))
    return len(pairs)


@contextlib.contextmanager
def _source(artifact: Artifact) -> Iterator[runtime_weights.Source]:
    """Give the variables of a whole model."""
    if artifact.format == "savedmodel":
        index = _keras_whole.folder_of(artifact) / "variables" / "variables.index"
        inner = readers.read(index)
        folder, parts = keras_weights.files(inner)
        layout, slots = keras_weights.slots(inner)
        hints = {"prefix": inner.detail.get("prefix"), "layout": layout, "slots": slots}
        source = runtime_weights.Source(inner.format, str(Path(folder, parts[0])), None, hints)
        source.version = str(artifact.detail.get("keras_version") or "")
        yield source
    elif artifact.format == "keras":
        with zipfile.ZipFile(artifact.path) as archive, tempfile.TemporaryDirectory() as folder:
            place = Path(folder, keras_layout.WEIGHTS)
            place.write_bytes(keras_layout.modern(archive.read(keras_layout.WEIGHTS)))
            source = runtime_weights.Source("keras-h5", str(place), None, {})
            source.version = str(artifact.producer.get("keras") or "")
            yield source
    else:
        yield runtime_weights.Source("keras-h5", artifact.path, None, {})


def _proved(
    asked: Question,
    made: Path,
    wishes: Wishes,
    told: Archived,
    *,
    code: Mapping[str, Any] | None,
    config: Mapping[str, Any],
) -> Archived:
    """Return it with what the archive predicts of rows, against the original's or expected."""
    here, load = askings.opened(readers.read(made), None, Load(), timeout=asked.timeout, code=code)
    if here is None:
        return replace(told, error=f"the archive does not load: {load.why}")
    with contextlib.closing(here):
        now = Whole(here, asked.timeout)
        given = [] if asked.given is None else [_examples(asked.given)]
        try:
            place = rebuild.isolated(asked.artifact, wishes)
            there, load = askings.opened(
                asked.artifact, str(place.python), Load(), timeout=asked.timeout, code=code
            )
            why = load.why
        except UsageError as error:
            there, why = None, str(error)
        if there is None:
            return _expected(replace(told, unasked=why), now, given)
        with contextlib.closing(there):
            before = Whole(there, asked.timeout)
            try:
                rows = [*given, *_made(config, before.ask)]
            except synthetic.NoneMadeError as error:
                rows, why = given, str(error)
            if not rows:
                return replace(told, unasked=why)
            replays = [_replayed(before, now, item) for item in rows]
    total, of_user = sum(item.count for item in rows), sum(item.count for item in given)
    worst = max(replays, key=lambda item: _ORDER.index(item.whole))
    worst = replace(worst, witnesses=total)
    return replace(told, replay=worst, given=of_user, made=total - of_user)


_ORDER: Final = ("identical", "within tolerance", "unproven", "differs")


def _examples(given: Any) -> Examples:
    try:
        found = batches.read(given)
    except batches.NoExamplesError as error:
        raise UsageError(str(error)) from error
    assert found is not None
    return found


def _made(config: Mapping[str, Any], ask: Callable[[Any], Any]) -> Iterator[Examples]:
    """Yield rows made from the inputs of the model, which the original answers in numbers.

    Raises `NoneMadeError` where there are none.
    """
    said = signature(config)
    ports = said.inputs if said is not None else ()
    if not ports or any(port.shape is None for port in ports):
        raise synthetic.NoneMadeError("the model does not say what it takes")
    parts = [
        {"name": port.name, "kind": "array", "dtype": port.dtype, "shape": port.shape}
        for port in ports
    ]
    if all(part["dtype"] == "string" for part in parts):
        raise synthetic.NoneMadeError("it takes texts")
    rows = synthetic.made("columns", parts, ask)
    single = rows[ports[0].name] if len(ports) == 1 else rows
    yield Examples(single, synthetic.COUNT, "array" if len(ports) == 1 else "records")


def _replayed(before: Whole, now: Whole, examined: Examples) -> Replay:
    """Return what `now` predicts of rows against what `before` does, and how exact that is."""
    witnesses, told = measured(before, _alone(examined))
    assert witnesses is not None
    if not told.get("repeatable", True):
        raise UsageError("the original does not predict the same twice: nothing can be compared")
    return replayed(now, _floored(witnesses.as_recorded()), "this process", "rebuilt original")


def _floored(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was recorded with what another library may differ by.

    It rounds each step otherwise, and not weights, inputs and outputs alone: rows of which a model
    tells little moved 2.2 times as far as was measured, and a mean of 784 numbers by 1.2e-5 of the
    largest output. `ROUNDING` counts always, as in ONNX, once for each library too.
    """
    stage, told = recorded["stages"]["model"], recorded["tolerances"].get("model", {})
    known = {path: LIBRARIES * difference for path, difference in told.items()}
    floor = LIBRARIES * ROUNDING * scale(stage, recorded["arrays"])
    return {**recorded, "tolerances": {"model": rounded(recorded, known, floor)}}


def _alone(examined: Examples) -> Examples:
    """Return the rows without the outputs that are expected of them."""
    return Examples(examined.inputs, examined.count, examined.kind)


def _expected(told: Archived, now: Whole, given: list[Examples]) -> Archived:
    """Return it with what the archive predicts against outputs that are expected of examples."""
    held = next((item for item in given if item.has_expected), None)
    if held is None:
        return told
    witnesses, _ = measured(now, _alone(held))
    assert witnesses is not None
    recorded = dict(witnesses.as_recorded())
    arrays: list[Any] = list(recorded["arrays"])
    tree = encode({"predictions": _arrays(held.expected)}, arrays)
    recorded["stages"] = {**recorded["stages"], "model": tree}
    recorded["arrays"] = arrays
    found = replayed(now, _floored(recorded), "this process", "")
    return replace(told, replay=found, given=held.count, expected=True)


def _arrays(value: Any) -> Any:
    import numpy as np

    if isinstance(value, Mapping):
        return {name: _arrays(item) for name, item in value.items()}
    found = np.asarray(value)
    return found.astype("float32") if found.dtype == np.float64 else found
