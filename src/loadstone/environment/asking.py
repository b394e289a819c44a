"""A loaded model file, in this process or in one of another interpreter: the same two questions."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Load
from loadstone.environment import infer
from loadstone.environment.run import ProcessFailedError, RequestFailedError, Runtime, begin
from loadstone.runtime import model_file, onnx_export, portable, probes
from loadstone.runtime.errors import describe
from loadstone.runtime.held import digest_of
from loadstone.runtime.plain import plain as to_plain
from loadstone.runtime.rows import MisfitError
from loadstone.runtime.values import decode, encode


def where(python: str | None) -> str:
    """Return in words where a model is loaded that is given to the interpreter `python`."""
    if python is None:
        return "this process"
    return "this environment" if python == sys.executable else python


def opened(
    artifact: Artifact,
    python: str | None,
    base: Load,
    *,
    memory_limit: int | None = None,
    timeout: float = 600.0,
    started: Runtime | None = None,
    labels: Mapping[str, Any] | None = None,
    code: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
) -> tuple[Asking | None, Load]:
    """Return what answers for the model, or the facts of why nothing does.

    `labels` are a classifier's, where the file holds its booster alone; `code` is that of the
    classes and functions of the user's that it names; `target` is what weights alone are for.
    """
    path = os.path.abspath(artifact.path)  # noqa: PTH100 - the process has another folder
    pickled = artifact.format in ("pickle", "joblib")
    parts = [part.path for part in artifact.parts]
    first, beside = path, parts if pickled else []
    if artifact.format == "savedmodel":
        folder = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112, PTH120 - as above
        first, beside = os.path.join(folder, parts[0]), parts[1:]  # noqa: PTH118 - as above
    elif artifact.format == "tf-checkpoint":
        folder = path if artifact.is_folder else os.path.dirname(path)  # noqa: PTH120 - as above
        path = first = os.path.join(folder, parts[0])  # noqa: PTH118 - as above
        beside = parts[1:]
    elif artifact.format in ("transformers", "sentence-transformers"):
        parts = [item.path for item in artifact.parts if item.role not in ("training", "card")]
        first, beside = os.path.join(path, parts[0]), parts[1:]  # noqa: PTH118 - as above
    options = {
        "kind": artifact.format,
        "trust": base.trusted,
        "digest": digest_of(first, beside),
        "external": artifact.format == "onnx" and bool(parts),
        "hints": {**_hints(artifact, parts), "labels": labels, "code": code, **(target or {})},
    }
    try:
        if python is None:
            return Here(path, options), base
        started = started or begin(python, (), memory_limit)
        return There(path, options, started, timeout), base
    except ProcessFailedError as error:
        return None, replace(base, error="process-died", why=error.why, lines=error.lines)
    except RequestFailedError as error:
        return None, replace(
            base,
            error=_word(error.type, error.kind, error.missing),
            why=error.why,
            names=error.names,
            missing=error.missing,
            lines=tuple(error.traceback.splitlines()[-3:]),
        )


def _hints(artifact: Artifact, parts: list[str]) -> dict[str, Any]:
    """Return what the reader knows, for a library that would not ask."""
    named = {item.name: item for item in artifact.signatures}
    served = named.get("serving_default") or next(iter(named.values()), None)
    return {
        "parts": parts,
        "generation": artifact.detail.get("generation"),
        "backend": infer.preferred(artifact),
        "custom": _listed(artifact, "custom"),
        "lambdas": artifact.detail.get("lambdas"),
        "inputs": [port.name for port in served.inputs] if served else [],
        "order": [
            name for name in str(artifact.detail.get("input_order") or "").split(", ") if name
        ],
        "outputs": [port.name for port in served.outputs] if served else [],
    }


def _listed(artifact: Artifact, key: str) -> list[str]:
    return [name for name in str(artifact.detail.get(key) or "").split(", ") if name]


def _word(kind: str, cause: str, missing: str) -> str:
    if kind == "RefusedError":
        return cause
    if missing or kind == "ModuleNotFoundError":
        return "library-missing"
    return "object" if kind == "MisfitError" else "raised"


class Asking(Protocol):
    """What answers for a model file."""

    where: str
    about: dict[str, Any]
    failed: list[str]  # modules that were to be imported before, and cannot be

    def ask(
        self,
        rows: Any,
        probabilities: bool,  # noqa: FBT001 - as the request has it
        timeout: float,
        *,
        plain: bool = False,
        moved: int | None = None,
        saved: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the outputs for rows, and notes on how they were taken.

        `plain` outputs are in JSON's types: lists where arrays would be. With the seed `moved`,
        weights, inputs and outputs are numbers beside what they are. With what was `saved` of what
        the examples looked up, an estimator's `coverage` is among the outputs.
        """

    def probes(self, timeout: float) -> tuple[Any, dict[str, int]]:
        """Return rows made for the model, and how many of each kind.

        Raises `RequestFailedError` where none can be made, `ProcessFailedError`.
        """

    def answers(self, rows: Any, timeout: float) -> tuple[dict[str, Any], dict[str, str]]:
        """Return all that the model says of rows, by method, and why where a method raises.

        Raises `RequestFailedError` where it is no estimator, `ProcessFailedError`.
        """

    def export(
        self, timeout: float, rows: Any = None, *, numbers: str = ""
    ) -> tuple[str, bytes, Mapping[str, Any] | None]:
        """Return the model in its library's own format, or by some `rows` in ONNX.

        `numbers` are the types that these go in as, such as `float64 int64`.
        That is the format, the bytes, and what a reader has to know besides, such as the classes.
        Raises `RequestFailedError` where it has none, `ProcessFailedError`.
        """

    def close(self) -> None:
        """Let the model go."""


class Here:
    """The model in this process."""

    where = "this process"

    def __init__(self, path: str, options: Mapping[str, Any]) -> None:
        try:
            self.model = model_file.load(path, **options)
        except Exception as error:
            raise _failed(error) from error
        self.about = {**self.model.describe(), "notes": self._notes()}
        self.about |= {"python": sys.version.split()[0], "versions": model_file.versions()}
        self.about["numbers"] = model_file.numbers(self.model)
        self.failed: list[str] = []

    def ask(
        self,
        rows: Any,
        probabilities: bool,  # noqa: FBT001 - as the request has it
        timeout: float,  # noqa: ARG002 - nothing ends this process
        *,
        plain: bool = False,
        moved: int | None = None,
        saved: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the outputs for rows, and notes on how they were taken."""
        try:
            how: Any = {"moved": moved, "saved": saved}
            found = model_file.predict(self.model, rows, probabilities=probabilities, **how)
        except MisfitError:
            raise
        except Exception as error:
            raise _failed(error) from error
        return to_plain(found) if plain else found, self._notes()

    def probes(
        self,
        timeout: float,  # noqa: ARG002 - nothing ends this process
    ) -> tuple[Any, dict[str, int]]:
        """Return rows made for the model, and how many of each kind."""
        try:
            return probes.made(self.model)
        except Exception as error:
            raise _failed(error) from error

    def answers(
        self,
        rows: Any,
        timeout: float,  # noqa: ARG002 - nothing ends this process
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return all that the model says of rows, by method."""
        try:
            found: tuple[dict[str, Any], dict[str, str]] = self.model.answers(rows)
        except Exception as error:
            raise _failed(error) from error
        return found

    def export(
        self,
        timeout: float,  # noqa: ARG002 - nothing ends this process
        rows: Any = None,
        *,
        numbers: str = "",
    ) -> tuple[str, bytes, Mapping[str, Any] | None]:
        """Return the format, the bytes, and what a reader has to know besides."""
        try:
            if rows is None:
                return portable.exported(self.model)
            return onnx_export.exported(self.model, rows, numbers=numbers)
        except Exception as error:
            raise _failed(error) from error

    def _notes(self) -> list[str]:
        notes = list(dict.fromkeys(self.model.notes))
        self.model.notes.clear()
        return notes

    def close(self) -> None:
        """Let the model go."""
        self.model = None


class There:
    """The model in a process of another interpreter that `begin` started."""

    def __init__(
        self,
        path: str,
        options: Mapping[str, Any],
        started: Runtime,
        timeout: float,
    ) -> None:
        self.where = started.python
        self._one = threading.Lock()
        self._runtime = started
        try:
            self._runtime.send("open", path=path, **options)
            confined, _ = self._runtime.receive("confine", timeout=timeout)
            warmed, _ = self._runtime.receive("warm", timeout=timeout)
            self.about, _ = self._runtime.receive("open", timeout=timeout)
        except BaseException:
            self._runtime.close()
            raise
        self.about["confined"] = confined
        self.failed: list[str] = warmed["failed"]

    def ask(
        self,
        rows: Any,
        probabilities: bool,  # noqa: FBT001 - as the request has it
        timeout: float,
        *,
        plain: bool = False,
        moved: int | None = None,
        saved: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the outputs for rows, and notes on how they were taken."""
        arrays: list[Any] = []
        tree = encode(rows, arrays)
        with self._one:
            try:
                answer, held = self._runtime.ask(
                    "rows",
                    arrays,
                    rows=tree,
                    probabilities=probabilities,
                    plain=plain,
                    moved=moved,
                    saved=saved,
                    timeout=timeout,
                )
            except RequestFailedError as error:
                if error.type == "MisfitError":
                    raise MisfitError(error.why, error.kind, error.names) from error
                raise
        outputs = answer["outputs"] if plain else decode(answer["outputs"], held)
        if answer["coverage"] is not None:
            outputs["coverage"] = answer["coverage"]
        return outputs, answer["notes"]

    def probes(self, timeout: float) -> tuple[Any, dict[str, int]]:
        """Return rows made for the model, and how many of each kind."""
        with self._one:
            told, held = self._runtime.ask("probes", timeout=timeout)
        return decode(told["rows"], held), told["counts"]

    def answers(self, rows: Any, timeout: float) -> tuple[dict[str, Any], dict[str, str]]:
        """Return all that the model says of rows, by method."""
        arrays: list[Any] = []
        tree = encode(rows, arrays)
        with self._one:
            told, held = self._runtime.ask("answers", arrays, rows=tree, timeout=timeout)
        return decode(told["outputs"], held), told["errors"]

    def export(
        self, timeout: float, rows: Any = None, *, numbers: str = ""
    ) -> tuple[str, bytes, Mapping[str, Any] | None]:
        """Return the format, the bytes, and what a reader has to know besides."""
        arrays: list[Any] = []
        given = {} if rows is None else {"rows": encode(rows, arrays), "numbers": numbers}
        with self._one:
            told, (data,) = self._runtime.ask("export", arrays, timeout=timeout, **given)
        return told["format"], data.tobytes(), told["labels"]

    def close(self) -> None:
        """End the process."""
        self._runtime.close()


def _failed(error: Exception) -> RequestFailedError:
    """Return what was raised here as another process would have told it."""
    told = getattr(error, "why", None)
    why = told if isinstance(told, str) else describe(error)
    answer = {
        "stage": "",
        "traceback": "",
        "type": type(error).__name__,
        "kind": str(getattr(error, "kind", "")),
        "names": getattr(error, "names", ()),
        "missing": str(error.name or "") if isinstance(error, ImportError) else "",
    }
    return RequestFailedError(why, answer)
