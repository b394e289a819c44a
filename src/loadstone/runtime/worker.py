"""A process that loads one bundle or model file and answers frames, until it is told to stop.

It runs in the model's own environment. Started by `-c` with `START`, which loads this package
from its folder under the name `loadstone_runtime`, so that nothing of Loadstone is importable.
"""

import faulthandler
import os
import sys
import traceback
from typing import Any, BinaryIO, Callable, Dict, List, Optional, Tuple

from . import confine, frames, input_files, lookups, model_file, portable
from .errors import describe
from .pipeline import FailedError, Pipeline
from .plain import plain
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
    """The operations, and the one bundle or model file that they are about."""

    def __init__(self) -> None:
        self.pipeline: Optional[Pipeline] = None
        self.file: Any = None
        self.opened: Any = None

    def load(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Load the bundle at `path`; with `forms`, only those; with `watch`, note what it opens."""
        if message.get("watch"):
            from .opened import Opened

            self.opened = Opened(message["path"])
        pipeline = Pipeline(message["path"])
        pipeline.load(message.get("forms"))
        self.pipeline = pipeline
        changed = pipeline.files.finish() if message.get("verify", True) else {}
        return {"form": pipeline.form, "skipped": pipeline.skipped, "changed": changed}, []

    def replay(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:  # noqa: ARG002 - all operations take the same
        """Predict the witnesses again."""
        from .localise import replayed

        _, pipeline = self._loaded()
        outcome, _ = replayed(pipeline)
        found, sought = (self.opened.found, self.opened.sought) if self.opened else ([], [])
        return {"replay": outcome, "opened": found, "sought": sought}, []

    def predict(self, message: Dict[str, Any], arrays: List[Any]) -> Answer:
        """Predict a batch of inputs."""
        steps, pipeline = self._loaded()
        inputs = decode(message["inputs"], arrays)
        with lookups.recording(lookups.saved_counts(pipeline.manifest["coverage"])) as log:
            outputs = steps.predict(inputs)
        lookups.locate(log, steps, inputs)
        answer: List[Any] = []
        tree = encode(outputs, answer)
        return {"outputs": tree, "coverage": lookups.summary(log)}, answer

    def ready(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Import the framework ahead of time; tell the versions."""
        module = __import__(message["framework"])
        return {"python": sys.version.split()[0], "version": str(module.__version__)}, []

    def warm(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Import libraries ahead of time, and return which cannot be imported."""
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what is wrong is raised
        return {"failed": [name for name in message["modules"] if not _imports(name)]}, []

    def confine(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Give up the network, and memory beyond `memory` bytes; tell what could be done."""
        return confine.apply(network=False, memory=message.get("memory") or 0), []

    def open(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Load the model file at `path`, whose bytes have to be those of `digest`."""
        options = {name: message[name] for name in ("trust", "digest", "external", "hints")}
        self.file = model_file.load(message["path"], message["kind"], **options)
        told = {"python": sys.version.split()[0], "versions": model_file.versions()}
        numbers = model_file.numbers(self.file)
        return dict(self.file.describe(), notes=self._notes(), numbers=numbers, **told), []

    def rows(self, message: Dict[str, Any], arrays: List[Any]) -> Answer:
        """Predict rows with the model file; `plain` outputs are in JSON's types."""
        if self.file is None:
            raise FailedError("model", "no model file is open")
        given = decode(message["rows"], arrays)
        how: Any = {name: message.get(name) for name in ("probabilities", "moved", "saved")}
        found = model_file.predict(self.file, given, **how)
        counts = found.pop("coverage", None)
        if message.get("plain"):
            return {"outputs": plain(found), "notes": self._notes(), "coverage": counts}, []
        answer: List[Any] = []
        tree = encode(found, answer)
        return {"outputs": tree, "notes": self._notes(), "coverage": counts}, answer

    def probes(self, _message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Make rows for the open model file, and tell how many of each kind."""
        from . import probes

        answer: List[Any] = []
        rows, counts = probes.made(self._estimator())
        return {"rows": encode(rows, answer), "counts": counts}, answer

    def answers(self, message: Dict[str, Any], arrays: List[Any]) -> Answer:
        """Tell all that the open model file says of rows, by method."""
        found, errors = self._estimator().answers(decode(message["rows"], arrays))
        answer: List[Any] = []
        return {"outputs": encode(found, answer), "errors": errors}, answer

    def rewrite(self, message: Dict[str, Any], _arrays: List[Any]) -> Answer:
        """Bring the model file at `path` to the libraries that are here, unless it is refused."""
        import numpy as np

        from . import rewrite

        options = {name: message[name] for name in ("trust", "digest", "places", "saved")}
        data, done = rewrite.rewritten(message["path"], **options)
        return {"done": done}, [np.frombuffer(data, dtype=np.uint8)]

    def _estimator(self) -> Any:
        if not hasattr(self.file, "answers"):
            raise FailedError("model", "no estimator is open")
        return self.file

    def export(self, message: Dict[str, Any], arrays: List[Any]) -> Answer:
        """Tell the open model file in its library's own format, or by its `rows` in ONNX."""
        import numpy as np

        if self.file is None:
            raise FailedError("model", "no model file is open")
        labels: Optional[Dict[str, Any]]
        if "rows" in message:
            from .onnx_export import exported

            rows = decode(message["rows"], arrays)
            kind, data, labels = exported(self.file, rows, numbers=message["numbers"])
        else:
            kind, data, labels = portable.exported(self.file)
        return {"format": kind, "labels": labels}, [np.frombuffer(data, dtype=np.uint8)]

    def _notes(self) -> List[str]:
        notes = list(dict.fromkeys(self.file.notes))
        del self.file.notes[:]
        return notes

    def _loaded(self) -> Tuple[Any, Pipeline]:
        if self.pipeline is None or self.pipeline.steps is None:
            raise FailedError("model", "nothing is loaded")
        return self.pipeline.steps, self.pipeline


OPERATIONS = (
    *("ready", "load", "replay", "predict", "confine", "warm", "open", "rows", "export"),
    *("probes", "answers", "rewrite"),
)


def _imports(name: str) -> bool:
    """Whether a module can be imported; why not is told when it is needed."""
    try:
        __import__(name)
    except Exception:  # noqa: BLE001 - whatever the library raises
        return False
    return True


def main(folders: List[str]) -> None:
    """Answer frames from standard input until it ends."""
    isolate(folders)
    faulthandler.enable()  # a crash in a library's C tells where, as the last words
    reader, writer = _private_pipes()
    worker = Worker()
    while True:
        try:
            message, arrays = frames.read(reader)
        except EOFError:
            break
        if message["do"] == "stop":
            break
        frames.write(writer, *_answer(worker, message, arrays))
    sys.stderr.flush()
    input_files.clear()
    os._exit(0)  # what libraries do at the end takes as long as a load, and nobody waits for it


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
        told = getattr(error, "why", None)
        return {
            "error": told if isinstance(told, str) else describe(error),
            "stage": getattr(error, "stage", ""),
            "traceback": trace,
            "type": type(error).__name__,
            "kind": str(getattr(error, "kind", "")),
            "names": [str(name) for name in getattr(error, "names", ())],
            "missing": str(error.name or "") if isinstance(error, ImportError) else "",
        }, []
