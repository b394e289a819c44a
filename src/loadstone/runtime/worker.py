"""A process that loads one bundle and answers frames: load, replay, predict, stop.

It runs in the model's own environment. Started by `-c` with `START`, which loads this package
from its folder under the name `loadstone_runtime`, so that nothing of Loadstone is importable.
"""

import os
import sys
import traceback
from typing import Any, BinaryIO, Callable, Dict, List, Optional, Tuple

from . import coverage, frames
from .opened import Opened
from .pipeline import FailedError, Pipeline, describe
from .replay import replay
from .values import decode, encode

# argv: the folder of this package, then the folders that may be imported from.
START = """
import importlib.util as u, os, sys
folder = sys.argv[1]
spec = u.spec_from_file_location(
    "loadstone_runtime", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
)
module = u.module_from_spec(spec)
sys.modules["loadstone_runtime"] = module
spec.loader.exec_module(module)
from loadstone_runtime.worker import main
main(sys.argv[2:])
"""
Answer = Tuple[Dict[str, Any], List[Any]]


class Worker:
    """The operations, and the one bundle that they are about."""

    def __init__(self) -> None:
        self.pipeline: Optional[Pipeline] = None
        self.opened: Optional[Opened] = None

    def load(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Load the bundle at `path`; with `forms`, only those; with `watch`, note what it opens."""
        if message.get("watch"):
            self.opened = Opened(message["path"])
        pipeline = Pipeline(message["path"])
        pipeline.load(message.get("forms"))
        self.pipeline = pipeline
        changed = pipeline.files.finish() if message.get("verify", True) else {}
        return {"form": pipeline.form, "skipped": pipeline.skipped, "changed": changed}, []

    def replay(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:  # noqa: ARG002 - all operations take the same
        """Predict the witnesses again."""
        steps, pipeline = self._loaded()
        recorded = pipeline.witnesses()
        outcome = replay(steps, recorded) if recorded else None
        return {"replay": outcome, "opened": self.opened.found if self.opened else []}, []

    def predict(self, message: Dict[str, Any], arrays: List[Any]) -> Answer:
        """Predict a batch of inputs."""
        steps, _ = self._loaded()
        with coverage.recording() as log:
            outputs = steps.predict(decode(message["inputs"], arrays))
        answer: List[Any] = []
        tree = encode(outputs, answer)
        return {"outputs": tree, "coverage": coverage.summary(log)}, answer

    def ready(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Import the framework ahead of time; tell the versions."""
        module = __import__(message["framework"])
        return {"python": sys.version.split()[0], "version": str(module.__version__)}, []

    def _loaded(self) -> Tuple[Any, Pipeline]:
        if self.pipeline is None or self.pipeline.steps is None:
            raise FailedError("model", "nothing is loaded")
        return self.pipeline.steps, self.pipeline


OPERATIONS = ("ready", "load", "replay", "predict")


def main(folders: List[str]) -> None:
    """Answer frames from standard input until it ends."""
    isolate(folders)
    reader, writer = _private_pipes()
    worker = Worker()
    while True:
        try:
            message, arrays = frames.read(reader)
        except EOFError:
            return
        if message["do"] == "stop":
            return
        frames.write(writer, *_answer(worker, message, arrays))


def isolate(folders: List[str]) -> None:
    """Keep only Python's own folders and `folders` importable: no project, no editable install."""
    roots = [os.path.realpath(root) for root in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    kept = []
    for folder in sys.path:
        real = os.path.realpath(folder) if folder else ""
        inside = any(real == root or real.startswith(root + os.sep) for root in roots)
        if folder and (inside or "-packages" in real):
            kept.append(folder)
    sys.path[:] = kept + [folder for folder in folders if folder not in kept]
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if "__editable__" not in str(getattr(finder, "__module__", ""))
    ]
    for name in [name for name in sys.modules if name.split(".")[0] == "loadstone"]:
        del sys.modules[name]


def _private_pipes() -> Tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to ourselves: what the model prints goes to standard error."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return reader, writer


def _answer(worker: Worker, message: Dict[str, Any], arrays: List[Any]) -> Answer:
    operation = str(message["do"])
    try:
        if operation not in OPERATIONS:
            raise FailedError("request", "`{}` is not an operation".format(operation))  # noqa: TRY301 - answered below like any other
        method: Callable[..., Answer] = getattr(worker, operation)
        return method(message, arrays)
    except Exception as error:  # noqa: BLE001 - the model's code may raise anything; it is told
        trace = traceback.format_exc()
        stage = getattr(error, "stage", "")
        why = error.why if isinstance(error, FailedError) else describe(error)
        return {"error": why, "stage": stage, "traceback": trace}, []
