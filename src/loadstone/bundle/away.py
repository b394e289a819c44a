"""A bundle in a process of another interpreter: loaded, its witnesses predicted, and asked."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from typing import Any

from loadstone.bundle import facts as bundle_facts
from loadstone.bundle.load import Loaded, unreadable
from loadstone.core.facts import Artifact, Bundle, Replay
from loadstone.environment.run import ProcessFailedError, RequestFailedError, Runtime, begin
from loadstone.runtime import input_files, lookups
from loadstone.runtime.files import BundleUnreadableError
from loadstone.runtime.pipeline import Pipeline
from loadstone.runtime.values import decode, encode

_FAILED = (RequestFailedError, ProcessFailedError)


@dataclass
class LoadedAway(Loaded):
    """What came of a load in another process."""

    steps: AwaySteps | None = None
    away = True

    def close(self) -> None:
        """End the process."""
        if self.steps is not None:
            self.steps.close()


class AwaySteps:
    """The stages of a bundle that another process holds, as `runtime.steps.Steps` has them."""

    def __init__(self, runtime: Runtime, timeout: float, *, direct: bool, files: bool) -> None:
        """Ask `runtime`, each time for `timeout` seconds; `files` are sent as what is in them."""
        self.direct = direct
        self._files = files
        self._runtime = runtime
        self._timeout = timeout

    def predict(self, inputs: Any) -> Any:
        """Return the predictions for a batch of inputs; look-ups are noted as in this process.

        Tensors come as arrays where torch is not here. Raises `RequestFailedError`,
        `ProcessFailedError`, `UnrecordableError`.
        """
        arrays: list[Any] = []
        files = self._files
        tree = encode(
            inputs, arrays, (lambda item: input_files.node(item, arrays)) if files else None
        )
        answer, out = self._runtime.ask("predict", arrays, inputs=tree, timeout=self._timeout)
        lookups.received(answer["coverage"])
        return decode(_readable(answer["outputs"]), out)

    def close(self) -> None:
        """Let the process go."""
        self._runtime.close()


def load(path: str, python: str, *, verify: bool = True, timeout: float = 600.0) -> LoadedAway:
    """Load the bundle at `path` in a process of `python`, and predict its witnesses there.

    As `bundle.load.load`: the facts tell of a bundle that does not load. The process has no network
    where the system allows that.
    """
    loaded = LoadedAway()
    try:
        pipeline = Pipeline(path)
    except BundleUnreadableError as error:
        loaded.error = error
        loaded.facts[Artifact] = unreadable(path, error)
        return loaded
    manifest, changed = pipeline.manifest, {}
    direct, files = not manifest["steps"], _are_files(manifest["signature"]["inputs"])
    loaded.pipeline = pipeline
    loaded.facts[Artifact] = bundle_facts.artifact(path, manifest)
    count, where = manifest["witnesses"]["count"], "its own environment"
    runtime: Runtime | None = None
    try:
        runtime = begin(python, ())
        for answer in ("confine", "warm"):
            runtime.receive(answer, timeout=timeout)
        place = os.path.abspath(path)  # noqa: PTH100 - the process has another folder
        form, _ = runtime.ask("load", path=place, verify=verify, timeout=timeout)
        changed, library = form["changed"], manifest["framework"]
        told, _ = runtime.ask("ready", framework=library, timeout=timeout)  # it is imported now
        where = f"Python {told['python']} with {library} {told['version']}"
        replayed = runtime.ask("replay", timeout=timeout)[0]["replay"] if verify else None
    except _FAILED as error:
        stage = getattr(error, "stage", "") or "model"
        loaded.error = error
        loaded.facts[Replay] = bundle_facts.failed(stage, error.why, witnesses=count, where=where)
        if runtime is not None:
            runtime.close()
    else:
        loaded.steps = AwaySteps(runtime, timeout, direct=direct, files=files)
        if replayed is not None:
            loaded.facts[Replay] = bundle_facts.replay(replayed, form=form["form"], where=where)
    loaded.facts[Bundle] = bundle_facts.bundle(path, manifest, changed=changed)
    return loaded


def _are_files(inputs: Any) -> bool:
    return bool(inputs == [{"name": "", "kind": "file"}])


def _readable(tree: Any) -> Any:
    """Return a tree of outputs with arrays in the place of tensors, where torch is not here."""
    if importlib.util.find_spec("torch") is not None:
        return tree
    if isinstance(tree, list):
        return [_readable(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("$") == "tensor":
        return tree["v"]
    return {key: _readable(value) for key, value in tree.items()}
