"""Load a bundle in stages, with facts of each: digests, environment, code, model, witnesses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadstone.bundle import facts as bundle_facts
from loadstone.bundle.into import NotIntoError, load_into
from loadstone.core.facts import Artifact, Bundle, Damage, Environment, Replay
from loadstone.environment import here
from loadstone.errors import UsageError
from loadstone.runtime.files import BundleUnreadableError
from loadstone.runtime.localise import Kept, replayed
from loadstone.runtime.pipeline import FailedError, Pipeline

HERE = "this process"


@dataclass
class Loaded:
    """What came of a load: the facts, and what predicts, if it came that far."""

    facts: dict[type, object] = field(default_factory=dict)
    pipeline: Pipeline | None = None
    steps: Any = None  # `Steps`, or what stands for them
    model: Any = None
    error: BaseException | None = None
    kept: Kept = field(default_factory=dict)  # what differs from the witnesses, as arrays

    away = False  # whether another process holds the model

    def close(self) -> None:
        """Let the model go."""


def load(
    path: str,
    *,
    into: Any = None,
    steps: Mapping[str, Callable[..., Any]] | None = None,
    verify: bool = True,
    device: str | None = None,
    forms: list[str] | None = None,
) -> Loaded:
    """Load the bundle at `path`, and predict its witnesses again unless `verify` is false.

    `steps` are functions that take the place of the bundle's own. Nothing is raised for a bundle
    that does not load: the facts tell, and `error` is what was raised inside.
    """
    loaded = Loaded()
    try:
        pipeline = Pipeline(path)
    except BundleUnreadableError as error:
        loaded.error = error
        loaded.facts[Artifact] = unreadable(path, error)
        return loaded
    loaded.pipeline = pipeline
    manifest = pipeline.manifest
    replaced = dict(steps or {})
    loaded.facts[Artifact] = bundle_facts.artifact(path, manifest)
    loaded.facts[Environment] = here.here()
    device = _of_framework(device, manifest["framework"])
    try:
        if into is None:
            pipeline.load(forms, replaced, device)
        else:
            pipeline.load_code(without=set(replaced))
            pipeline.model, found = load_into(pipeline, into)
            loaded.facts.update(found)
            pipeline.assemble(pipeline.model, replaced, device)
        loaded.steps, loaded.model = pipeline.steps, pipeline.model
    except NotIntoError as error:
        loaded.error = error
        loaded.facts.update(error.facts)
    except FailedError as error:
        loaded.error = error
        loaded.facts[Replay] = bundle_facts.failed(
            error.stage, error.why, witnesses=manifest["witnesses"]["count"], where=HERE
        )
    if verify and loaded.steps is not None:
        _replay(loaded, pipeline)
    changed = pipeline.files.finish() if verify else pipeline.files.changed
    loaded.facts[Bundle] = bundle_facts.bundle(
        path,
        manifest,
        changed=changed,
        replaced=tuple(sorted(replaced)),
        labels_moved=_labels_moved(manifest, replaced.get("postprocess")),
    )
    return loaded


def _of_framework(device: str | None, framework: str) -> str | None:
    """Return the device that a model is put on; raises `UsageError` where it is not its to say."""
    if device is None or framework == "torch":
        return device
    if framework != "transformers":
        raise UsageError("`device` is for models of torch; Keras and TensorFlow choose their own")
    if str(device).partition(":")[0] == "cpu":
        return None  # where it is
    raise UsageError(
        "this bundle holds a model of transformers with its tokenizer or processor, which predicts "
        f"on the CPU, not on `{device}`: save the model alone, with what prepares its inputs as "
        "`preprocess`"
    )


def _labels_moved(manifest: Mapping[str, Any], function: Callable[..., Any] | None) -> str:
    """Return how the labels of a postprocessing that takes the place of the bundle's are moved."""
    known = manifest["signature"].get("labels")
    if function is None or not known:
        return ""
    from loadstone.inputs import labels

    return labels.moved(known, function)


def _replay(loaded: Loaded, pipeline: Pipeline) -> None:
    try:
        answer, loaded.kept = replayed(pipeline)
    except (ValueError, KeyError, TypeError) as error:  # edited; the digests tell which file
        loaded.error = error
        return
    if answer is not None:
        form = pipeline.form or "native"
        loaded.facts[Replay] = bundle_facts.replay(answer, form=form, where=HERE)


def unreadable(path: str, error: BundleUnreadableError) -> Artifact:
    """Return what a bundle is whose manifest cannot be read."""
    place = Path(path)
    return Artifact(
        path=path,
        format="loadstone",
        content="bundle",
        size=0 if place.is_dir() else place.stat().st_size,
        is_folder=place.is_dir(),
        damage=(Damage("malformed", error.why),),
    )
